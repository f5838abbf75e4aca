"""
An account in a world of its own, put together as the shell does it: real rows, a clock that stands still, a fake press.

The payout lifecycle here has every row of product.md section 4, the onboarding every shipped action. Tests that need
another pipeline publish it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from actions.accept_terms import AcceptTerms
from actions.confirm import Confirm
from actions.fill_form import FillForm
from actions.issue_invoice import IssueInvoice
from actions.self_invoicing import SelfInvoicing
from actions.send_mail import SendMail
from actions.send_webhook import SendWebhook
from actions.upload_document import UploadDocument
from actions.view_document import ViewDocument
from engine import accounts, definitions, effects, guards, handouts, partners, payouts, self_invoicing, service, views
from engine.actor import Actor
from engine.billing.invoice import Invoice, restore
from engine.billing.parties import BuyerDetails
from engine.contracts import Clock, Document, Effect, Guard, Renderer
from engine.definition import Onboarding, PayoutPipeline, Stage, State, Step, Transition
from engine.dispatch import Dispatcher
from engine.partners import NewPartner, NewReward
from engine.payouts import Options
from engine.registry import Registry
from engine.service import Fired, Request
from engine.store import Store
from engine.world import Caller, World
from tests.fakes import PDF, FakeClock, FakeTools

BUYER = BuyerDetails("ACME", "Acme GmbH", "Ring 2", "", "Köln", "50667", "", "DE", "DE129273398")
DETAILS = {
    "legal_name": "Nord GmbH", "line1": "Weg 1", "city": "Hamburg", "postcode": "20095", "country": "DE",
    "tax_status": "registered", "vat_number": "DE136695976", "tax_percent": "19", "accept_agreement": True,
}  # fmt: skip
ANOTHER_VAT_NUMBER = "DE811569869"
THEIR_INVOICE = Document("own.pdf", "application/pdf", PDF)

PAYOUT = PayoutPipeline(
    "standard",
    "Payout",
    "Draft",
    (
        State("Draft", "draft"),
        State("Pending", "waiting"),
        State("Ready", "ready", on_enter=("issue_invoice",)),
        State("Paid", "paid"),
        State("Cancelled", "cancelled", final=True),
    ),
    (
        Transition("validate", "Draft", "Pending", ("vendor",),
                   ("rewards_settled", "total_is_positive", "something_asked"), ("freeze_lines", "tell_partner")),
        Transition("validate", "Draft", "Ready", ("vendor",),
                   ("rewards_settled", "total_is_positive", "nothing_asked"), ("freeze_lines", "tell_partner")),
        Transition("reopen", "Pending", "Draft", ("vendor",), (), ("unfreeze_lines", "tell_partner"), reason=True),
        Transition("approve", "Pending", "Ready", ("partner",), ("asked_invoice_uploaded", "no_open_dispute"),
                   ("tell_vendor",)),
        Transition("accept", "Pending", "Ready", ("vendor",), ("no_open_dispute",), (), reason=True),
        Transition("upload_invoice", "Pending", None, ("partner",), (), ("keep_own_invoice", "tell_vendor")),
        Transition("dispute", "Pending", None, ("partner",), (), ("open_dispute", "tell_vendor"), reason=True),
        Transition("resolve", "Pending", None, ("vendor",), (), ("resolve_dispute", "tell_partner"), reason=True),
        Transition("mark_paid", "Ready", "Paid", ("finance",), ("not_on_hold", "four_eyes"), ("pay_rewards",)),
        Transition("payment_failed", "Paid", "Ready", ("vendor", "api"), (), ("unpay_rewards",), reason=True),
        *(
            Transition("cancel", state, "Cancelled", ("vendor",), (), ("release_rewards", "credit_invoice"), True)
            for state in ("Draft", "Pending", "Ready")
        ),
        Transition("hold", "Ready", None, ("vendor",), ("not_on_hold",), ("hold",), reason=True),
        Transition("release", "Ready", None, ("vendor",), ("on_hold",), ("release_hold",), reason=True),
    ),
    ask=("review",),
    default=True,
)  # fmt: skip

ONBOARDING = Onboarding(
    "referral",
    "Referral programme",
    (
        Stage(
            "welcome",
            "Welcome",
            (
                Step("guide", "view_document", "Read the guide", settings={"document": "guide.pdf"}),
                Step("newsletter", "confirm", "Newsletter", required=False, settings={"question": "News by mail?"}),
            ),
        ),
        Stage(
            "papers",
            "Papers",
            (
                Step("register", "upload_document", "Register extract", approval=True, settings={"accept": ["pdf"]}),
                Step("team", "fill_form", "Team", settings={"fields": [{"name": "size", "label": "How many?"}]}),
                Step("terms", "accept_terms", "Terms", settings={"text": "Be fair.", "version": "2026-09"}),
            ),
        ),
        Stage("money", "Money", (Step("invoicing", "self_invoicing", "Self-invoicing"),)),
    ),
    default=True,
)

#: The same, where the guide is to be read within two weeks.
DUE = replace(
    ONBOARDING,
    stages=(
        replace(ONBOARDING.stages[0], steps=(
            replace(ONBOARDING.stages[0].steps[0], due=14, remind=(3,)), *ONBOARDING.stages[0].steps[1:],
        )),
        *ONBOARDING.stages[1:],
    ),
)  # fmt: skip

ANSWERS: dict[str, dict[str, Any]] = {
    "guide": {"viewed": "yes"},
    "newsletter": {"answer": "no"},
    "register": {"file": Document("extract.pdf", "application/pdf", PDF)},
    "team": {"size": "three"},
    "terms": {"accept": "yes"},
    "invoicing": {"choice": "opt_in", **DETAILS, "accept_agreement": "yes"},
}

_numbers = count(1)


class NumberPrinter:
    """Prints nothing but the number. `wait` is called while it prints, `fail` may raise instead."""

    name = "pdf"

    def __init__(self) -> None:
        self.printed: list[str] = []
        self.errors: list[Exception] = []

    def render(self, invoice: Invoice, assets: Mapping[str, bytes]) -> Document:
        if self.errors:
            raise self.errors.pop(0)
        self.printed.append(invoice.number)
        return Document(f"{invoice.number}.pdf", "application/pdf", PDF + invoice.number.encode())


def registry() -> Registry:
    """Everything that comes with billhook, whether it is installed or not."""
    asks = (ViewDocument, UploadDocument, FillForm, AcceptTerms, Confirm, SelfInvoicing)
    return Registry(
        asks={ask.name: ask() for ask in asks},
        jobs={each.name: each for each in (IssueInvoice(), SendMail(), SendWebhook())},
        guards={thing.name: thing for thing in vars(guards).values() if isinstance(thing, Guard)},
        effects={thing.name: thing for thing in vars(effects).values() if isinstance(thing, Effect)},
    )


class Place:
    """One account of a world, and everybody in it."""

    def __init__(self, store: Store, *, clock: Clock | None = None, printer: Renderer | None = None) -> None:
        self.clock = FakeClock()
        self.printer = NumberPrinter()
        renderers = {"pdf": printer or self.printer}
        self.world = World(store, registry(), clock or self.clock, FakeTools(), renderers)
        self.code = f"ACME{next(_numbers)}"
        self.owner_actor = Actor.vendor("olga", "owner", origin="test")
        self.account_id = accounts.create(self.world, self.code, "Acme", actor=self.owner_actor)
        self.owner = Caller(self.world, self.account_id, self.owner_actor)
        definitions.publish(self.owner, [PAYOUT, ONBOARDING])
        self_invoicing.set_buyer(self.owner, BUYER)
        self_invoicing.set_switch(self.owner, on=True)
        self._references = count(1)

    def vendor(self, role: str = "manager", person: str = "vera") -> Caller:
        return Caller(self.world, self.account_id, Actor.vendor(person, role, origin="test"))

    def api(self) -> Caller:
        return Caller(self.world, self.account_id, Actor.api("token", origin="test"))

    def contact(self, partner: str = "NORD", role: str = "main_contact") -> Caller:
        partner_id = self.one("SELECT id FROM partner WHERE account_id = :account AND code = :code", code=partner).id
        actor = Actor.main_contact(f"{partner}-anna", partner_id=partner_id, origin="192.0.2.7")
        return Caller(self.world, self.account_id, replace(actor, role=role))

    def partner(self, code: str = "NORD", *, opted_in: bool = True) -> str:
        new = NewPartner(code, f"{code} GmbH", "DE", "de", "Anna Schmidt", "anna@example.com")
        self.owner.transact(lambda tx: partners.add(tx, self.owner, new))
        if opted_in:
            self.opt_in(code)
        return code

    def opt_in(self, code: str = "NORD", **changes: Any) -> str:
        return self_invoicing.opt_in(self.contact(code), code, {**DETAILS, **changes})

    def hand_out(self) -> None:
        """What the onboarding's first step is about is there to be read."""
        handouts.add(self.owner, Document("guide.pdf", "application/pdf", PDF + b"% the guide\n%%EOF\n"))

    def reward(self, partner: str = "NORD", amount: str = "100.00", *, status: str = "accepted", **more: str) -> str:
        reference = f"R{next(self._references)}"
        currency, described = more.get("currency", "EUR"), f"Lead {reference}"
        new = NewReward(reference, partner, described, amount, currency, more.get("on", "2026-10-01"), status)
        self.owner.transact(lambda tx: partners.add_reward(tx, self.owner, new))
        return reference

    def payout(
        self, partner: str = "NORD", state: str = "Draft", *, ask: Sequence[str] = ("review",), amount: str = "100.00"
    ) -> str:
        """A payout of one new reward, brought to `state` by the verbs."""
        options = Options((self.reward(partner, amount),), tuple(ask))
        payout = payouts.create(self.vendor(), partner, "EUR", options)
        ways: dict[str, tuple[str, ...]] = {
            "Draft": (),
            "Pending": ("validate",),
            "Ready": ("validate", "accept"),
            "Paid": ("validate", "accept", "mark_paid"),
            "Cancelled": ("cancel",),
        }
        for trigger in ways[state]:
            self.fire(payout, trigger, reason="test")
        return payout

    def fire(
        self, payout: str, trigger: str, *, by: Caller | None = None, key: str | None = None, **more: Any
    ) -> Fired:
        return service.fire(by or self.vendor("owner"), payout, Request(trigger, **more), key=key)

    def work(self) -> None:
        """Do every job that is due, here and now."""
        dispatcher = Dispatcher(self.world)
        for job in self.jobs("pending"):
            dispatcher.perform(job.id)
        dispatcher.broker.close()

    def jobs(self, *statuses: str) -> list[Any]:
        rows = self.all("SELECT * FROM job WHERE account_id = :account ORDER BY id")
        return [row for row in rows if not statuses or row.status in statuses]

    def invoices(self) -> list[Any]:
        return self.all("SELECT * FROM invoice WHERE account_id = :account ORDER BY type_code DESC, seq")

    def decisions(self, payout: str) -> list[tuple[str, str, str]]:
        sql = "SELECT * FROM decision WHERE account_id = :account AND payout_id = :payout ORDER BY seq"
        return [(row.occasion, row.outcome, row.reason) for row in self.all(sql, payout=payout)]

    def missing(self, payout: str) -> list[tuple[str, str]]:
        """What the payout's invoice waits for, and who supplies it."""
        sql = """
            SELECT missing FROM decision WHERE account_id = :account AND payout_id = :payout
            ORDER BY seq DESC LIMIT 1"""
        return [(each["field"], each["who"]) for each in json.loads(self.one(sql, payout=payout).missing)]

    def snapshots(self) -> list[Invoice]:
        """What the invoices say, invoices first, in their order."""
        return [restore(row.snapshot) for row in self.invoices()]

    def state(self, payout: str) -> str:
        return str(self.view(payout).state)

    def view(self, payout: str, by: Caller | None = None) -> views.PayoutView:
        with self.world.store.reading() as tx:
            return views.payout(tx, by or self.owner, payout)

    def history(self, subject: str) -> list[Any]:
        sql = "SELECT * FROM history WHERE account_id = :account AND subject_id = :subject ORDER BY seq"
        return self.all(sql, subject=subject)

    def one(self, sql: str, **values: Any) -> Any:
        with self.world.store.reading() as tx:
            return tx.one(sql, account=self.account_id, **values)

    def all(self, sql: str, **values: Any) -> list[Any]:
        with self.world.store.reading() as tx:
            return tx.all(sql, account=self.account_id, **values)

    def everything(self) -> dict[str, list[Any]]:
        """Every row of the account in tables that verbs write: equal before and after when nothing changed."""
        return {table: sorted(self.all(f"SELECT * FROM {table} WHERE account_id = :account")) for table in _WRITTEN}


_WRITTEN = (
    "agreement", "attachment", "decision", "dispute", "document", "history", "idempotency_key", "invoice", "job",
    "notification", "payout", "payout_line", "reward", "run", "series", "step",
)  # fmt: skip
