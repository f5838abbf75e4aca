"""
Self-invoicing from the outside: the vendor's switch and billing details, a partner's opting in and out.

Opting in and out has one code, whether it comes from an onboarding step or from the account page: functions that
end in `_within` take the open transaction, the verbs of the same name open one. What follows for payouts that wait
blocked is decided in the same transaction.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine import agreements, failpoints, history, payment_details, renewals, steps, waiting
from engine.billing import agreement as rules
from engine.billing.agreement import AgreementLife, AgreementText
from engine.billing.parties import BuyerDetails, SellerDetails, problems_in_buyer
from engine.clock import moment
from engine.contracts import Document
from engine.details import filled, register_problems, seller_problems, telling
from engine.errors import Invalid, NotAllowed, NotFound, Problem, SelfInvoicingRefused
from engine.files import DatabaseFiles
from engine.reasons import readable
from engine.signed import agreement_facts, agreement_of
from engine.signed_paper import Paper
from engine.store import Tx
from engine.world import Caller


@dataclass(frozen=True, slots=True)
class Profile:
    """
    How a partner stands: `choice` is never_asked, opted_in or opted_out; `agreement` how the newest one stands, `life`
    where it is in its life; `end_day` the first day outside it, on the account's clocks; `offered`: opting in is
    possible now, as the switch is on and the vendor has not revoked the agreement.
    """

    partner: str
    choice: str
    switch_on: bool
    agreement: rules.AgreementState
    life: AgreementLife
    agreement_version: int | None
    valid_until: datetime | None
    end_day: date | None
    seller: SellerDetails
    offered: bool


def set_switch(caller: Caller, *, on: bool) -> int:
    """
    Allow partners to opt in, or stop issuing. Off: invoices that wait blocked become not applicable, steps that ask
    for the choice are skipped; opt-ins are kept. On: nothing that is Ready is issued by itself. Returns how many
    blocked payouts were decided anew.

    Raises:
        NotAllowed: the role is not owner or admin.
    """
    caller.require("self-invoicing switch", "admin")

    def work(tx: Tx) -> int:
        account = _lock_account(tx, caller.account_id, exclusive=True)
        if bool(account.switch_on) == on:
            return 0
        tx.run("UPDATE account SET switch_on = :flag WHERE id = :account", account=caller.account_id, flag=on)
        _note(tx, caller, "account", caller.account_id, f"switch {'on' if on else 'off'}",
              f"self-invoicing was switched {'on' if on else 'off'}", data=history.change(not on, on))  # fmt: skip
        if on:
            steps.offer_again(tx, caller, now=caller.now)
            return 0
        steps.withdraw(tx, caller, now=caller.now)
        return waiting.reconsider(tx, caller)

    return caller.transact(work)


def set_buyer(caller: Caller, details: BuyerDetails) -> int:
    """
    Set the account's billing details. An agreement names its buyer: another VAT number, or another name where there is
    none, asks every partner to accept it anew. Returns how many blocked payouts were decided anew.

    Raises:
        NotAllowed: the role is not owner or admin.
        Invalid: every detail that cannot be kept; the code cannot be emptied once invoices were numbered with it.
    """
    caller.require("billing details", "admin")
    problems = [Problem(item.field, item.sentence) for item in problems_in_buyer(details)]
    problems += register_problems(details)
    if problems:
        raise Invalid("The billing details", problems)

    def work(tx: Tx) -> int:
        before, after = json.loads(_lock_account(tx, caller.account_id, exclusive=True).buyer), details.to_json()
        if before.get("code") and not details.code and tx.one(_NUMBERED, account=caller.account_id):
            told = "invoices are numbered with it, and so are the credit notes over them: change it, or leave it."
            raise Invalid("The billing details", [Problem("code", told)])
        body = json.dumps(after, sort_keys=True)
        tx.run("UPDATE account SET buyer = :body WHERE id = :account", account=caller.account_id, body=body)
        _note(tx, caller, "account", caller.account_id, "billing details", "the buyer's details were set",
              data=history.change_of_details(before, after))  # fmt: skip
        renewals.buyer_changed(tx, caller, BuyerDetails.from_json(before), details)
        return waiting.reconsider(tx, caller)

    return caller.transact(work)


def buyer_of(caller: Caller) -> BuyerDetails:
    """
    The account's billing details.

    Raises:
        NotAllowed: the role is none of the vendor's.
    """
    caller.require("billing details", "viewer")
    with caller.world.store.reading() as tx:
        return BuyerDetails.from_json(json.loads(tx.one(_ACCOUNT, account=caller.account_id).buyer))


def opt_in(caller: Caller, partner_code: str, answer: Mapping[str, Any], *, logo: Document | None = None) -> str:
    """
    Opt a partner in: keep its details, accept the agreement as a new version, issue what waited blocked.

    answer: the fields of the onboarding step, checked by the action already; logo: a cleaned PNG. Returns a sentence.

    Raises:
        NotAllowed: the caller is not this partner's main contact.
        SelfInvoicingRefused: the vendor's switch is off, or the vendor revoked the agreement.
        Invalid: every detail that cannot be kept, or terms that are others now than those that were shown.
    """

    def work(tx: Tx) -> str:
        partner = _lock_partner(tx, caller, partner_code)
        return opt_in_within(tx, caller, partner, answer, logo=logo)

    return caller.transact(work)


def opt_in_on_paper(caller: Caller, partner_code: str, answer: Mapping[str, Any], paper: Paper) -> str:
    """
    Opt a partner in that signed the agreement on paper, as a vendor's record of it: for one without access to the
    portal. `answer`: the details that the paper says, over those there are. Returns a sentence.

    Raises:
        NotAllowed: the role is none that runs the programme.
        SelfInvoicingRefused: the vendor's switch is off.
        Invalid: every detail that cannot be kept, and what is wrong with the paper.
    """
    caller.require("record paper", "vendor")

    def work(tx: Tx) -> str:
        partner = _lock_partner(tx, caller, partner_code)
        return _opt_in(tx, caller, partner, filled(_seller_of(partner), answer), logo=None, paper=paper)

    return caller.transact(work)


def renew(caller: Caller, partner_code: str, *, terms: str = "") -> str:
    """
    Accept the agreement anew with the details there are, as far as they tell anything: a new version, from now on.
    `terms`: those that were shown (`AgreementText.terms`), so that no others are accepted. Returns a sentence.

    Raises:
        NotAllowed: the caller is not this partner's main contact.
        SelfInvoicingRefused: the vendor's switch is off, the vendor revoked it, or the partner has not opted in.
        Invalid: the terms are others now.
    """

    def work(tx: Tx) -> str:
        partner = _lock_partner(tx, caller, partner_code)
        _require_main_contact(caller, partner, "renew agreement")
        if partner.self_invoicing != "opted_in":
            told = "it has not opted in, so there is no agreement to renew; opt in with its details."
            raise SelfInvoicingRefused(f"Partner {partner_code}", told)
        return _opt_in(tx, caller, partner, telling(_seller_of(partner)), logo=None, terms=terms)

    return caller.transact(work)


def opt_out(caller: Caller, partner_code: str, *, reason: str = "") -> str:
    """
    Opt a partner out: the agreement is revoked, what waits blocked becomes not applicable. Never needs the switch.

    Raises:
        NotAllowed: the caller is not this partner's main contact.
    """

    def work(tx: Tx) -> str:
        told = opt_out_within(tx, caller, _lock_partner(tx, caller, partner_code), reason=reason)
        failpoints.hit("opt_out.before_commit")
        return told

    told = caller.transact(work)
    failpoints.hit("opt_out.committed")
    return told


def set_seller(caller: Caller, partner_code: str, changes: Mapping[str, Any], *, logo: Document | None = None) -> str:
    """
    Change an opted-in partner's details; a field that is not named stays, '' takes one away, the logo too. What the
    agreement rests on (its VAT number, tax status or name) asks for a renewal, once it has changed.

    Raises:
        NotAllowed: the caller is not this partner's main contact.
        Invalid: every detail that cannot be kept.
    """

    def work(tx: Tx) -> str:
        partner = _lock_partner(tx, caller, partner_code)
        _require_main_contact(caller, partner, "billing details")
        kept = _keep_seller(tx, caller, partner, filled(_seller_of(partner), changes), logo=logo)
        _note(tx, caller, "partner", partner.id, "billing details", "the seller's details were changed",
              data=_change_of_seller(partner, kept))  # fmt: skip
        renewals.seller_changed(tx, caller, partner.id)
        issued = waiting.reconsider(tx, caller, partner_id=partner.id)
        return f"details kept{_decided_anew(issued)}"

    return caller.transact(work)


def logo(caller: Caller, partner_code: str) -> Document:
    """The logo that is kept of a partner. Raises NotFound: there is no such partner for this caller, or it has none."""
    with caller.world.store.reading() as tx:
        kept = _seller_of(_partner(tx, caller, partner_code)).logo
        if kept is None:
            raise NotFound("logo of partner", partner_code)
        return DatabaseFiles(tx, caller.account_id, caller.now).get(kept)


def opt_in_within(tx: Tx, caller: Caller, partner: Any, answer: Mapping[str, Any], *, logo: Document | None) -> str:
    """Opt in inside an open transaction in which account and partner are locked. Raises as `opt_in`."""
    _require_main_contact(caller, partner, "opt in")
    blank = SellerDetails(logo=_seller_of(partner).logo)
    terms = str(answer.get("agreement_terms", ""))
    return _opt_in(tx, caller, partner, filled(blank, answer), logo=logo, terms=terms)


def opt_out_within(tx: Tx, caller: Caller, partner: Any, *, reason: str) -> str:
    """Opt out inside an open transaction in which account and partner are locked. Raises as `opt_out`."""
    _require_main_contact(caller, partner, "opt out")
    reason = readable("'opt out'", reason)
    tx.run(_CHOOSE, account=caller.account_id, partner=partner.id, choice="opted_out")
    agreements.revoke_within(tx, caller, partner.id, reason=reason)
    _note(tx, caller, "partner", partner.id, "opt_out", "opted out of self-invoicing", reason=reason,
          data={"choice": history.change(partner.self_invoicing, "opted_out")})  # fmt: skip
    waiting.reconsider(tx, caller, partner_id=partner.id)
    return "opted out of self-invoicing"


def agreement_offer(caller: Caller, partner_code: str, answer: Mapping[str, Any]) -> AgreementText:
    """The text that opting in with these details accepts now."""
    with caller.world.store.reading() as tx:
        partner = _partner(tx, caller, partner_code)
        account = tx.one(_ACCOUNT, account=caller.account_id)
        seller = filled(SellerDetails(), answer)
        buyer = BuyerDetails.from_json(json.loads(account.buyer))
        today = caller.now.astimezone(ZoneInfo(account.timezone)).date()
        return agreements.text_for(partner, seller, buyer, days=account.acceptance_days, begins=today)


def profile(caller: Caller, partner_code: str) -> Profile:
    """How the partner stands. Raises NotFound."""
    with caller.world.store.reading() as tx:
        partner = _partner(tx, caller, partner_code)
        account = tx.one(_ACCOUNT, account=caller.account_id)
        row = agreement_of(tx, caller.account_id, partner.id)
        seller = _seller_of(partner)
        details = rules.details_of(seller, BuyerDetails.from_json(json.loads(account.buyer)))
        life = agreements.life(tx, caller, partner.id, details)
        revoked = agreements.revoked_by_vendor(tx, caller, partner.id)
    state = rules.agreement_state(agreement_facts(row), at=caller.now, details=details)
    return Profile(
        partner=partner.code,
        choice=partner.self_invoicing,
        switch_on=bool(account.switch_on),
        agreement=state,
        life=life,
        agreement_version=row.version if row else None,
        valid_until=moment(row.valid_until) if row else None,
        end_day=moment(row.valid_until).astimezone(ZoneInfo(account.timezone)).date() if row else None,
        seller=seller,
        offered=bool(account.switch_on) and not revoked,
    )


def _opt_in(
    tx: Tx,
    caller: Caller,
    partner: Any,
    details: SellerDetails,
    *,
    logo: Document | None,
    paper: Paper | None = None,
    terms: str = "",
) -> str:
    account = _lock_account(tx, caller.account_id, exclusive=False)
    if not account.switch_on:
        raise SelfInvoicingRefused(
            f"Partner {partner.code}",
            "the vendor does not offer self-invoicing now; opting in is possible when it does.",
        )
    if paper is None and agreements.revoked_by_vendor(tx, caller, partner.id):
        told = "the vendor revoked the agreement; it can be accepted again when the vendor has offered it anew."
        raise SelfInvoicingRefused(f"Partner {partner.code}", told)
    seller = _keep_seller(tx, caller, partner, details, logo=logo)
    buyer = BuyerDetails.from_json(json.loads(account.buyer))
    days = account.acceptance_days
    version = agreements.accept_within(tx, caller, partner, seller, buyer, days=days, paper=paper, terms=terms)
    tx.run(_CHOOSE, account=caller.account_id, partner=partner.id, choice="opted_in")
    told = f"opted in to self-invoicing under agreement version {version}" + (", signed on paper" if paper else "")
    data = {**_change_of_seller(partner, seller), "choice": history.change(partner.self_invoicing, "opted_in")}
    _note(tx, caller, "partner", partner.id, "opt_in", told, data=data)
    issued = waiting.reconsider(tx, caller, partner_id=partner.id)
    return told + _decided_anew(issued)


def _decided_anew(payouts: int) -> str:
    """What followed for payouts that waited, '' where none did."""
    if not payouts:
        return ""
    return "; 1 waiting payout was decided anew" if payouts == 1 else f"; {payouts} waiting payouts were decided anew"


def _require_main_contact(caller: Caller, partner: Any, verb: str) -> None:
    """Only the main contact speaks for a partner in this; not even the vendor does."""
    if caller.actor.role != "main_contact" or caller.actor.partner_id != partner.id:
        raise NotAllowed(verb, caller.actor.position, ["the partner's main contact"])


def _seller_of(partner: Any) -> SellerDetails:
    return SellerDetails.from_json(json.loads(partner.seller))


def _keep_seller(
    tx: Tx, caller: Caller, partner: Any, details: SellerDetails, *, logo: Document | None
) -> SellerDetails:
    if problems := seller_problems(details):
        raise Invalid(f"The details of partner {partner.code}", problems)
    if logo:
        details = replace(details, logo=DatabaseFiles(tx, caller.account_id, caller.now).put(logo))
    body = json.dumps(details.to_json(), sort_keys=True)
    tx.run(_KEEP_SELLER, account=caller.account_id, partner=partner.id, body=body)
    before = telling(_seller_of(partner)).payment
    payment_details.tell_of_change(tx, caller, partner, before=before, after=details.payment)
    return details


def _lock_account(tx: Tx, account_id: str, *, exclusive: bool) -> Any:
    return tx.one(_ACCOUNT + (" FOR UPDATE" if exclusive else " FOR SHARE"), account=account_id)


def _lock_partner(tx: Tx, caller: Caller, code: str) -> Any:
    _lock_account(tx, caller.account_id, exclusive=False)
    return _partner(tx, caller, code, lock=" FOR UPDATE")


def _partner(tx: Tx, caller: Caller, code: str, *, lock: str = "") -> Any:
    row = tx.one(_PARTNER + lock, account=caller.account_id, code=code)
    if row is None or (caller.actor.kind == "partner" and caller.actor.partner_id != row.id):
        raise NotFound("partner", code)
    return row


def _change_of_seller(partner: Any, kept: SellerDetails) -> dict[str, Any]:
    return history.change_of_details(json.loads(partner.seller), kept.to_json())


def _note(
    tx: Tx,
    caller: Caller,
    kind: str,
    subject_id: str,
    verb: str,
    sentence: str,
    *,
    data: Mapping[str, Any],
    reason: str = "",
) -> None:
    deed = history.Deed(verb, sentence=sentence, reason=reason, data=data)
    history.note(tx, kind, caller.account_id, subject_id, deed, actor=caller.actor, now=caller.now)


_NUMBERED = "SELECT partner_id FROM series WHERE account_id = :account LIMIT 1"
_ACCOUNT = "SELECT id, switch_on, buyer, acceptance_days, timezone FROM account WHERE id = :account"
_PARTNER = """
    SELECT id, code, language, seller, self_invoicing FROM partner WHERE account_id = :account AND code = :code"""
_KEEP_SELLER = "UPDATE partner SET seller = :body WHERE account_id = :account AND id = :partner"
_CHOOSE = "UPDATE partner SET self_invoicing = :choice WHERE account_id = :account AND id = :partner"
