"""
Self-invoicing from the outside: the vendor's switch and billing details, a partner's opting in and out.

Opting in and out has one code, whether it comes from an onboarding step or from the account page: functions that
end in `_within` take the open transaction, the verbs of the same name open one. What follows for payouts that wait
blocked is decided in the same transaction.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine import failpoints, history, invoicing, notices, reference, reminders, steps, waiting
from engine.billing import agreement as agreements
from engine.billing.agreement import AgreementText
from engine.billing.invoice import PaymentDetails
from engine.billing.parties import BuyerDetails, SellerDetails, problems_in_buyer, problems_in_seller
from engine.clock import moment, stamp
from engine.contracts import Document
from engine.errors import Invalid, NotAllowed, NotFound, Problem, SelfInvoicingRefused, closest
from engine.files import DatabaseFiles
from engine.ids import new_id
from engine.reasons import readable
from engine.store import Tx
from engine.world import Caller

_PAYMENT = {"account_holder": "account_holder", "iban": "iban", "bic": "bic", "payment_other": "other"}
_NOT_DETAILS = ("choice", "reason", "accept_agreement", "logo")


@dataclass(frozen=True, slots=True)
class Profile:
    """How a partner stands: `choice` is never_asked, opted_in or opted_out; `agreement` how the newest one stands."""

    partner: str
    choice: str
    switch_on: bool
    agreement: agreements.AgreementState
    agreement_version: int | None
    valid_until: datetime | None
    seller: SellerDetails


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
    Set the account's billing details. Returns how many blocked payouts were decided anew.

    Raises:
        NotAllowed: the role is not owner or admin.
        Invalid: every detail that cannot be kept.
    """
    caller.require("billing details", "admin")
    problems = [Problem(item.field, item.sentence) for item in problems_in_buyer(details)]
    problems += _register_problems(details)
    if problems:
        raise Invalid("The billing details", problems)

    def work(tx: Tx) -> int:
        before, after = json.loads(_lock_account(tx, caller.account_id, exclusive=True).buyer), details.to_json()
        body = json.dumps(after, sort_keys=True)
        tx.run("UPDATE account SET buyer = :body WHERE id = :account", account=caller.account_id, body=body)
        _note(tx, caller, "account", caller.account_id, "billing details", "the buyer's details were set",
              data=history.change_of_details(before, after))  # fmt: skip
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
        SelfInvoicingRefused: the vendor's switch is off.
        Invalid: every detail that cannot be kept.
    """

    def work(tx: Tx) -> str:
        partner = _lock_partner(tx, caller, partner_code)
        return opt_in_within(tx, caller, partner, answer, logo=logo)

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
    Change an opted-in partner's details; a field that is not named stays. A changed VAT number asks for a renewal.

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
        _ask_for_renewal(tx, caller, partner)
        issued = waiting.reconsider(tx, caller, partner_id=partner.id)
        return f"details kept; {issued} waiting payout(s) were decided anew"

    return caller.transact(work)


def opt_in_within(tx: Tx, caller: Caller, partner: Any, answer: Mapping[str, Any], *, logo: Document | None) -> str:
    """Opt in inside an open transaction in which account and partner are locked. Raises as `opt_in`."""
    _require_main_contact(caller, partner, "opt in")
    account = _lock_account(tx, caller.account_id, exclusive=False)
    if not account.switch_on:
        raise SelfInvoicingRefused(
            f"Partner {partner.code}",
            "the vendor does not offer self-invoicing now; opting in is possible when it does.",
        )
    blank = SellerDetails(logo=_seller_of(partner).logo)
    seller = _keep_seller(tx, caller, partner, filled(blank, answer), logo=logo)
    buyer = BuyerDetails.from_json(json.loads(account.buyer))
    version = _accept(tx, caller, partner, seller, buyer, days=account.acceptance_days)
    tx.run(_CHOOSE, account=caller.account_id, partner=partner.id, choice="opted_in")
    told = f"opted in to self-invoicing under agreement version {version}"
    data = {**_change_of_seller(partner, seller), "choice": history.change(partner.self_invoicing, "opted_in")}
    _note(tx, caller, "partner", partner.id, "opt_in", told, data=data)
    issued = waiting.reconsider(tx, caller, partner_id=partner.id)
    return f"{told}; {issued} waiting payout(s) were decided anew" if issued else told


def opt_out_within(tx: Tx, caller: Caller, partner: Any, *, reason: str) -> str:
    """Opt out inside an open transaction in which account and partner are locked. Raises as `opt_out`."""
    _require_main_contact(caller, partner, "opt out")
    reason = readable("'opt out'", reason)
    tx.run(_CHOOSE, account=caller.account_id, partner=partner.id, choice="opted_out")
    if agreement := invoicing.agreement_of(tx, caller.account_id, partner.id):
        reminders.forget(tx, caller.account_id, agreement.id)
    tx.run(
        _REVOKE, account=caller.account_id, partner=partner.id, now=stamp(caller.now), actor=caller.actor.id,
        reason=reason,
    )  # fmt: skip
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
        return _text(partner, seller, buyer, days=account.acceptance_days, now=caller.now)


def profile(caller: Caller, partner_code: str) -> Profile:
    """How the partner stands. Raises NotFound."""
    with caller.world.store.reading() as tx:
        partner = _partner(tx, caller, partner_code)
        account = tx.one(_ACCOUNT, account=caller.account_id)
        row = invoicing.agreement_of(tx, caller.account_id, partner.id)
    seller = _seller_of(partner)
    state = agreements.agreement_state(invoicing.agreement_facts(row), at=caller.now, vat_number=seller.vat_number)
    return Profile(
        partner=partner.code,
        choice=partner.self_invoicing,
        switch_on=bool(account.switch_on),
        agreement=state,
        agreement_version=row.version if row else None,
        valid_until=moment(row.valid_until) if row else None,
        seller=seller,
    )


def _require_main_contact(caller: Caller, partner: Any, verb: str) -> None:
    """Only the main contact speaks for a partner in this; not even the vendor does."""
    if caller.actor.role != "main_contact" or caller.actor.partner_id != partner.id:
        raise NotAllowed(verb, caller.actor.role, ["the partner's main contact"])


def _seller_of(partner: Any) -> SellerDetails:
    return SellerDetails.from_json(json.loads(partner.seller))


def filled(before: SellerDetails, answer: Mapping[str, Any]) -> SellerDetails:
    """`before` with the form's answer over it; the flat names of the form become the details' own. Raises Invalid."""
    body = before.to_json()
    known = [*(name for name in body if name not in ("payment", "logo")), *_PAYMENT, *_NOT_DETAILS]
    if unknown := [name for name in answer if name not in known]:
        raise Invalid("The details", [Problem(name, _no_field(name, known)) for name in unknown])
    plain = {name: value for name, value in answer.items() if name not in (*_NOT_DETAILS, *_PAYMENT)}
    if plain.get("tax_percent") == "":
        plain["tax_percent"] = None
    payment = {inner: answer[name] for name, inner in _PAYMENT.items() if name in answer}
    if plain.get("vat_number"):
        plain["vat_number"] = reference.clean_vat_number(plain.get("country", body["country"]), plain["vat_number"])
    return SellerDetails.from_json({**body, **plain, "payment": {**body["payment"], **payment}})


def _no_field(name: str, known: Sequence[str]) -> str:
    near = closest(name, known)
    return f"there is no such detail; did you mean '{near}'?" if near else f"it is none of {', '.join(known)}."


def _keep_seller(
    tx: Tx, caller: Caller, partner: Any, details: SellerDetails, *, logo: Document | None
) -> SellerDetails:
    problems = [Problem(item.field, item.sentence) for item in problems_in_seller(details)]
    if problems := problems + _register_problems(details):
        raise Invalid(f"The details of partner {partner.code}", problems)
    if logo:
        details = replace(details, logo=DatabaseFiles(tx, caller.account_id, caller.now).put(logo))
    body = json.dumps(details.to_json(), sort_keys=True)
    tx.run(_KEEP_SELLER, account=caller.account_id, partner=partner.id, body=body)
    return details


def _register_problems(details: SellerDetails | BuyerDetails) -> list[Problem]:
    """What only a library knows: countries, check digits."""
    problems = []
    if details.country and not reference.country_exists(details.country):
        problems.append(Problem("country", f"'{details.country}' is no ISO 3166 code, such as FR."))
    if (
        details.vat_number
        and reference.vat_check_known(details.country)
        and not reference.vat_number_ok(details.country, details.vat_number)
    ):
        told = f"'{details.vat_number}' is no VAT number of {details.country}; look for a mistyped digit."
        problems.append(Problem("vat_number", told))
    payment = getattr(details, "payment", PaymentDetails())
    if payment.iban and not reference.iban_ok(payment.iban):
        problems.append(Problem("iban", "the IBAN's check digits are wrong; look for a mistyped digit."))
    return problems


def _accept(tx: Tx, caller: Caller, partner: Any, seller: SellerDetails, buyer: BuyerDetails, *, days: int) -> int:
    """The agreement as a new version; the one before is superseded, never edited."""
    now, agreement_id = caller.now, new_id()
    ends = agreements.period_end(now)
    last = invoicing.agreement_of(tx, caller.account_id, partner.id)
    version = last.version + 1 if last else 1
    text = _text(partner, seller, buyer, days=days, now=now)
    if last:
        tx.run(_SUPERSEDE, account=caller.account_id, id=last.id, by=agreement_id)
        reminders.forget(tx, caller.account_id, last.id)
    tx.insert(
        "agreement", account_id=caller.account_id, id=agreement_id, partner_id=partner.id, version=version,
        text_version=text.version, text_hash=text.sha256, language=text.language, text=text.text,
        vat_number=seller.vat_number or "", accepted_by=caller.actor.id, accepted_at=stamp(now),
        accepted_from=caller.actor.origin, method="portal", valid_from=stamp(now),
        valid_until=stamp(ends), revoked_by="", revoked_reason="",
    )  # fmt: skip
    tx.insert("agreement_terms", account_id=caller.account_id, agreement_id=agreement_id, silence_days=days)
    reminders.remind_of(tx, caller.account_id, agreement_id, valid_until=ends, now=now)
    return version


def _text(partner: Any, seller: SellerDetails, buyer: BuyerDetails, *, days: int, now: datetime) -> AgreementText:
    return agreements.agreement_text(
        seller.to_party(partner.code), buyer.to_party(), valid_from=now, valid_until=agreements.period_end(now),
        silence_days=days,
    )  # fmt: skip


def _ask_for_renewal(tx: Tx, caller: Caller, partner: Any) -> None:
    row = tx.one(_KEPT_SELLER, account=caller.account_id, partner=partner.id)
    agreement = invoicing.agreement_facts(invoicing.agreement_of(tx, caller.account_id, partner.id))
    vat_number = json.loads(row.seller).get("vat_number")
    if agreements.agreement_state(agreement, at=caller.now, vat_number=vat_number) == "vat_changed":
        notices.tell(
            tx, caller.account_id, audience="partner", partner_id=partner.id, subject_id=partner.id,
            topic="renewal_requested", now=caller.now,
            sentence="Your VAT number has changed: opt in again, so that invoices can be issued under a new agreement.",
        )  # fmt: skip


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


_ACCOUNT = "SELECT id, switch_on, buyer, acceptance_days FROM account WHERE id = :account"
_PARTNER = """
    SELECT id, code, seller, self_invoicing FROM partner WHERE account_id = :account AND code = :code"""
_KEPT_SELLER = "SELECT seller FROM partner WHERE account_id = :account AND id = :partner"
_KEEP_SELLER = "UPDATE partner SET seller = :body WHERE account_id = :account AND id = :partner"
_CHOOSE = "UPDATE partner SET self_invoicing = :choice WHERE account_id = :account AND id = :partner"
_SUPERSEDE = "UPDATE agreement SET superseded_by = :by WHERE account_id = :account AND id = :id"
_REVOKE = """
    UPDATE agreement SET revoked_at = :now, revoked_by = :actor, revoked_reason = :reason
    WHERE account_id = :account AND partner_id = :partner AND revoked_at IS NULL AND superseded_by IS NULL"""
