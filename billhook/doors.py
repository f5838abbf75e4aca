"""
The facade's doors: thin, typed and complete. Each verb is a transaction of the engine; nothing is decided here.

A list comes in three ways: `page` gives some of it and a cursor for the next, `each` all of it one after the other,
a transaction a page, and `list` all at once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from actions.self_invoicing import detail_changes
from engine import (
    accounts,
    automatic_payouts,
    definitions,
    intake,
    onboarding,
    parked,
    partners,
    payouts,
    self_invoicing,
    views,
    waiting,
)
from engine.actor import Actor
from engine.billing.agreement import AgreementText
from engine.billing.parties import BuyerDetails
from engine.bulk import CHUNK
from engine.contracts import Document
from engine.definition import Definition
from engine.errors import NotFound
from engine.intake import Intake
from engine.onboarding import RunView
from engine.partners import NewPartner, NewReward
from engine.self_invoicing import Profile
from engine.store import Tx
from engine.views import (
    EVERY_REWARD,
    LIMIT,
    ActivityView,
    ApprovalView,
    DefinitionView,
    HistoryView,
    JobView,
    Page,
    PartnerView,
    RewardFilter,
    RewardView,
    Slice,
    TimerView,
    UnderWay,
    pages,
)
from engine.world import Caller, World

Answer = TypeVar("Answer")


def contact_of(world: World, account_id: str, partner_code: str, *, origin: str) -> Actor:
    """The main contact of a partner, as an actor. Raises NotFound."""
    with world.store.reading() as tx:
        row = tx.one(_MAIN_CONTACT, account=account_id, code=partner_code)
    if row is None:
        raise NotFound("partner", partner_code)
    return Actor.main_contact(row.id, partner_id=row.partner_id, origin=origin)


class Door:
    """What an actor may do in an account, for one kind of thing."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller

    def _read(self, read: Callable[[Tx], Answer]) -> Answer:
        with self.caller.world.store.reading() as tx:
            return read(tx)


class Settings(Door):
    """The account's own settings."""

    def four_eyes(self, *, on: bool) -> None:
        accounts.set_four_eyes(self.caller, on=on)

    def number_format(self, pattern: str = "", *, credit_notes: str = "", yearly: bool | None = None) -> None:
        """How invoices and credit notes are numbered from now on; yearly: whether they begin again at 1 each year."""
        accounts.set_number_format(self.caller, pattern, credit_notes=credit_notes, yearly=yearly)

    def acceptance_days(self, days: int) -> None:
        """After so many days of silence an invoice counts as accepted, by agreements accepted from now on."""
        accounts.set_acceptance_days(self.caller, days)

    def payout_day(self, day: int) -> None:
        """The day of the month, 1 to 28, on which Draft payouts are made of what is owed; 0: never by themselves."""
        automatic_payouts.set_day(self.caller, day)

    def timezone(self, timezone: str) -> int:
        return accounts.set_timezone(self.caller, timezone)

    def get(self) -> accounts.Settings:
        return self._read(lambda tx: accounts.settings(tx, self.caller))

    def activity(self, *, after: str | None = None, limit: int = LIMIT) -> Page[ActivityView]:
        """What was done in the account, newest first. Raises NotAllowed, Invalid."""
        return self._read(lambda tx: views.activity(tx, self.caller, part=Slice(after, limit)))


class Pipelines(Door):
    """Published pipelines."""

    def publish(self, found: Sequence[Definition]) -> list[definitions.Published]:
        return definitions.publish(self.caller, list(found))

    def list(self) -> Sequence[DefinitionView]:
        return self._read(lambda tx: views.definitions(tx, self.caller))

    def get(self, definition_id: str) -> Definition:
        return self._read(lambda tx: views.definition(tx, self.caller, definition_id))

    def live(self) -> Sequence[Definition]:
        """The newest version of each: what a new file would take the place of."""
        return self._read(lambda tx: definitions.all_live(tx, self.caller))

    def under_way(self, definition_id: str, *, after: str | None = None, limit: int = LIMIT) -> Page[UnderWay]:
        """Partners whose onboarding by this version is not completed."""
        return self._read(lambda tx: views.under_way(tx, self.caller, definition_id, Slice(after, limit)))


class Partners(Door):
    """Partners and their contacts."""

    def add(self, new: NewPartner) -> str:
        self.caller.require("add partner", "vendor", "api")
        return self.caller.transact(lambda tx: partners.add(tx, self.caller, new))

    def add_many(self, rows: Sequence[NewPartner], *, partial: bool = False, dry_run: bool = False) -> Intake:
        return intake.add_partners(self.caller, rows, partial=partial, dry_run=dry_run)

    def page(
        self,
        *,
        self_invoicing: str = "",
        search: str = "",
        after: str | None = None,
        limit: int = LIMIT,
        newest_first: bool = False,
    ) -> Page[PartnerView]:
        """Some partners by code, or of those with this choice, or with `search` in code or name. Raises Invalid."""
        part, asked = Slice(after, limit, newest_first), {"self_invoicing": self_invoicing, "search": search}
        return self._read(lambda tx: views.partners(tx, self.caller, **asked, part=part))

    def each(self, *, self_invoicing: str = "") -> Iterator[PartnerView]:
        def some(part: Slice) -> Page[PartnerView]:
            return self.page(self_invoicing=self_invoicing, after=part.after, limit=part.limit)

        return pages(some)

    def list(self) -> list[PartnerView]:
        return [*self.each()]

    def get(self, partner: str) -> PartnerView:
        return self._read(lambda tx: views.partner(tx, self.caller, partner))

    def history(self, partner: str) -> Sequence[HistoryView]:
        """What happened to the partner and in its onboarding, oldest first. Raises NotFound."""
        return self._read(lambda tx: [*pages(lambda part: views.partner_history(tx, self.caller, partner, part=part))])

    def newest_history(self, partner: str, *, after: str | None = None, limit: int = LIMIT) -> Page[HistoryView]:
        """A page of the same, newest first. Raises NotFound, Invalid."""
        part = Slice(after, limit, newest_first=True)
        return self._read(lambda tx: views.partner_history(tx, self.caller, partner, part=part))


class Rewards(Door):
    """Rewards: what partners have earned."""

    def add(self, new: NewReward) -> str:
        self.caller.require("add reward", "vendor", "api")
        return self.caller.transact(lambda tx: partners.add_reward(tx, self.caller, new))

    def add_many(self, rows: Sequence[NewReward], *, partial: bool = False, dry_run: bool = False) -> Intake:
        return intake.add_rewards(self.caller, rows, partial=partial, dry_run=dry_run)

    def require_adding(self) -> None:
        """Before a long file of them is read. Raises NotAllowed: the role may add none."""
        intake.require_rewards(self.caller)

    def pool(self, partner: str) -> Sequence[str]:
        """The currencies in which the partner has rewards that a new payout would take."""
        with self.caller.world.store.reading() as tx:
            return payouts.currencies(tx, self.caller, partner)

    def page(
        self,
        where: RewardFilter = EVERY_REWARD,
        *,
        after: str | None = None,
        limit: int = LIMIT,
        newest_first: bool = False,
    ) -> Page[RewardView]:
        """Some rewards, in the order in which they came. Raises NotAllowed, NotFound, Unknown, Invalid."""
        part = Slice(after, limit, newest_first)
        return self._read(lambda tx: views.rewards(tx, self.caller, where, part=part))

    def each(self, where: RewardFilter = EVERY_REWARD) -> Iterator[RewardView]:
        return pages(lambda part: self.page(where, after=part.after, limit=part.limit))

    def list(self, where: RewardFilter = EVERY_REWARD) -> list[RewardView]:
        return [*self.each(where)]

    def accept(self, references: Sequence[str], *, reason: str = "") -> int:
        return partners.settle_rewards(self.caller, references, status="accepted", reason=reason)

    def refuse(self, references: Sequence[str], *, reason: str) -> int:
        """They leave the payouts that hold them when these are validated. Raises ReasonRequired, NotFound, Invalid."""
        return partners.settle_rewards(self.caller, references, status="refused", reason=reason)


class Onboarding(Door):
    """Partners on their way through an onboarding pipeline."""

    def start(self, partner: str, *, pipeline: str = "") -> str:
        return onboarding.start(self.caller, partner, pipeline=pipeline)

    def answer(self, partner: str, step: str, given: Mapping[str, Any]) -> str:
        return onboarding.answer(self.caller, partner, step, given)

    def approve(self, partner: str, step: str) -> str:
        return onboarding.decide(self.caller, partner, step, "approve")

    def reject(self, partner: str, step: str, *, reason: str) -> str:
        return onboarding.decide(self.caller, partner, step, "reject", reason=reason)

    def invalidate(self, partner: str, step: str, *, reason: str) -> str:
        return onboarding.decide(self.caller, partner, step, "invalidate", reason=reason)

    def skip(self, partner: str, step: str, *, reason: str) -> str:
        return onboarding.decide(self.caller, partner, step, "skip", reason=reason)

    def unskip(self, partner: str, step: str) -> str:
        return onboarding.decide(self.caller, partner, step, "unskip")

    def decide(self, partner: str, step: str, verb: str, *, reason: str = "", version: str | None = None) -> str:
        """
        One of the verbs above but `start` and `answer`, by its name. Raises Conflict: the step is not of the `version`
        that was looked at any more.
        """
        return onboarding.decide(self.caller, partner, step, verb, reason=reason, version=version)

    def approvals(self, *, after: str | None = None, limit: int = LIMIT) -> Page[ApprovalView]:
        """Steps that wait for the vendor, the oldest first. Raises NotAllowed, Invalid."""
        return self._read(lambda tx: views.approvals(tx, self.caller, part=Slice(after, limit)))

    def file(self, partner: str, step: str, field: str) -> Document:
        """What was uploaded for a field of a step. Raises NotFound."""
        return onboarding.file(self.caller, partner, step, field)

    def view(self, partner: str) -> RunView:
        return onboarding.view(self.caller, partner)


class SelfInvoicing(Door):
    """The switch, the buyer's details, a partner's opting in and out, and issuing after all."""

    def switch(self, *, on: bool) -> int:
        return self_invoicing.set_switch(self.caller, on=on)

    def buyer(self, details: BuyerDetails) -> int:
        return self_invoicing.set_buyer(self.caller, details)

    def buyer_details(self) -> BuyerDetails:
        return self_invoicing.buyer_of(self.caller)

    def agreement(self, partner: str, answer: Mapping[str, Any]) -> AgreementText:
        return self_invoicing.agreement_offer(self.caller, partner, answer)

    def opt_in(self, partner: str, answer: Mapping[str, Any]) -> str:
        """The fields of the onboarding step, checked by the same action, kept by the same code."""
        action = self.caller.world.registry.ask("self_invoicing")
        checked = action.check({}, {**answer, "choice": "opt_in"}, self.caller.world.tools)
        return self_invoicing.opt_in(self.caller, partner, checked.answer, logo=checked.uploads.get("logo"))

    def opt_out(self, partner: str, *, reason: str = "") -> str:
        return self_invoicing.opt_out(self.caller, partner, reason=reason)

    def change(self, partner: str, changes: Mapping[str, Any]) -> str:
        """Some fields of the onboarding step, read as there; '' takes a detail away, the logo too. Raises Invalid."""
        before = self_invoicing.profile(self.caller, partner).seller
        details, logo = detail_changes(changes, self.caller.world.tools, before=before)
        return self_invoicing.set_seller(self.caller, partner, details, logo=logo)

    def logo(self, partner: str) -> Document:
        """The logo on a partner's invoices. Raises NotFound."""
        return self_invoicing.logo(self.caller, partner)

    def profile(self, partner: str) -> Profile:
        return self_invoicing.profile(self.caller, partner)

    def issue_now(self, payout_id: str, *, reason: str) -> str:
        return waiting.issue_now(self.caller, payout_id, reason=reason)


class Jobs(Door):
    """Work that waits, is done, or was given up until somebody looks."""

    def page(
        self,
        *,
        status: str = "",
        action: str = "",
        after: str | None = None,
        limit: int = LIMIT,
        newest_first: bool = False,
    ) -> Page[JobView]:
        """Some jobs: oldest first, with a status by when they are due. Raises NotAllowed, Unknown, Invalid."""
        part = Slice(after, limit, newest_first)
        return self._read(lambda tx: views.jobs(tx, self.caller, status=status, action=action, part=part))

    def each(self, *, status: str = "", action: str = "") -> Iterator[JobView]:
        def some(part: Slice) -> Page[JobView]:
            return self.page(status=status, action=action, after=part.after, limit=part.limit)

        return pages(some)

    def list(self, *, status: str = "") -> list[JobView]:
        return [*self.each(status=status)]

    def retry(self, job_ids: Sequence[str] = (), *, action: str = "") -> int:
        """
        Give parked jobs five new attempts: those named, else all, or all of an action; many of them in several
        transactions. Returns how many there were.
        """
        self.caller.require("retry jobs", "vendor")
        chosen = job_ids or [job.id for job in self.each(status="parked", action=action)]
        return sum(parked.retry(self.caller, chosen[start : start + CHUNK]) for start in range(0, len(chosen), CHUNK))

    def park(self, job_ids: Sequence[str], *, reason: str) -> int:
        """
        Give up jobs that wait, until somebody retries them; those in hand or over stay as they are. Returns how many
        there were.
        """
        return parked.park(self.caller, job_ids, reason=reason)

    def timers(self, *, status: str = "waiting", after: str | None = None, limit: int = LIMIT) -> Page[TimerView]:
        """A page of what is to happen later, earliest first. Raises NotAllowed, Unknown, Invalid."""
        return self._read(lambda tx: views.timers(tx, self.caller, status=status, part=Slice(after, limit)))


_MAIN_CONTACT = """
    SELECT c.id, c.partner_id FROM contact c JOIN partner s ON s.account_id = c.account_id AND s.id = c.partner_id
    WHERE c.account_id = :account AND s.code = :code AND c.is_main"""
