"""
An invoice as it would look: of a payout that has none yet, or of example lines for a partner who fills in its details.

Nothing is written and no number is taken: everything is read in a transaction that can only read. What would keep the
invoice from being issued is told beside it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine import invoicing, payouts, reference, taxing
from engine.billing import issuing
from engine.billing.checks import check_invoice
from engine.billing.errors import Missing
from engine.billing.invoice import AgreementReference, Invoice
from engine.billing.issuing import Supply
from engine.billing.money import Money
from engine.billing.parties import BuyerDetails, SellerDetails
from engine.billing.tax import Treatment
from engine.contracts import Document
from engine.details import filled, require_language
from engine.errors import NotFound, SelfInvoicingRefused
from engine.files import DatabaseFiles
from engine.letters import for_reader, unprinted
from engine.signed import accepted_on, agreement_of
from engine.store import Tx
from engine.taxing import Taxation
from engine.world import Caller

_NOT_YET = AgreementReference(version=0, accepted_on=date.min, text_version="", text_hash="")
_UNTAXED = Treatment("O", None)
_LOGO = "0" * 64  # stands for a logo that is not kept yet


@dataclass(frozen=True, slots=True)
class Preview:
    """
    An invoice without a number, the pictures it shows by their sha256, and what is missing before it could be issued,
    with who supplies it. Where its tax is not known yet it shows none.
    """

    invoice: Invoice
    assets: Mapping[str, bytes]
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a preview is drawn up from."""

    partner: Any
    seller: SellerDetails
    supplies: Sequence[Supply]
    currency: str
    language: str
    payout: str = ""
    logo: Document | None = None


def of_payout(caller: Caller, payout_id: str) -> Preview:
    """
    What the payout's invoice would say if it were issued now.

    Raises:
        NotFound: there is no such payout for this caller.
        SelfInvoicingRefused: it has its invoice already.
    """
    with caller.world.store.reading() as tx:
        payout = payouts.get(tx, caller, payout_id)
        if row := invoicing.live_invoice(tx, caller.account_id, payout.id):
            told = f"it has the invoice {row.number}; look at that: billhook invoices show {row.number}"
            raise SelfInvoicingRefused(f"payout {payout.id}", told)
        partner = tx.one(_PARTNER + " AND s.id = :id", account=caller.account_id, id=payout.partner_id)
        rows = tx.all(_SUPPLIES, account=caller.account_id, payout=payout.id)
        seller = SellerDetails.from_json(json.loads(partner.seller))
        asked = _Asked(partner, seller, [_supply(row) for row in rows], payout.currency, partner.language, payout.id)
        return _drawn(tx, caller, asked)


def of_partner(
    caller: Caller,
    partner_code: str,
    answer: Mapping[str, Any],
    *,
    logo: Document | None = None,
    language: str = "",
    currency: str = "EUR",
) -> Preview:
    """
    Two example lines on an invoice of a partner, with `answer`, the fields of the self-invoicing step as far as they
    are filled in, over the details that are kept. logo: a cleaned picture in place of the one that is kept.

    Raises:
        NotFound: there is no such partner for this caller.
        Unknown: there is no such currency, or no words in this language. Invalid: a field that is none.
    """
    code = currency.upper()
    reference.currency(code)
    require_language(language)
    with caller.world.store.reading() as tx:
        partner = tx.one(_PARTNER + " AND s.code = :code", account=caller.account_id, code=partner_code)
        if partner is None or caller.actor.partner_id not in (None, partner.id):
            raise NotFound("partner", partner_code)
        seller = filled(SellerDetails.from_json(json.loads(partner.seller)), answer)
        spoken = language or partner.language
        asked = _Asked(partner, seller, _examples(caller, spoken, code), code, spoken, logo=logo)
        return _drawn(tx, caller, asked)


def _drawn(tx: Tx, caller: Caller, asked: _Asked) -> Preview:
    now, partner = caller.now, asked.partner
    zone, buyer = ZoneInfo(partner.timezone), BuyerDetails.from_json(json.loads(partner.buyer))
    override = taxing.treatment_from(partner.treatment)
    sale = taxing.Sale(asked.seller, buyer, asked.currency, now.astimezone(zone).date(), override)
    outdated = taxing.outdated(partner.treatment, asked.seller, buyer)
    taxed = outdated or taxing.assess(tx, caller.account_id, sale, register=caller.world.vat_check, now=now)
    known = taxed if isinstance(taxed, Taxation) else Taxation(_UNTAXED, "")
    invoice = issuing.draw_up(
        _with_logo(asked), buyer, seller_code=partner.code, supplies=asked.supplies, treatment=known.treatment,
        telling=known.telling, tax_rule=known.rule, agreement=_agreement(tx, caller, partner, zone),
        currency=reference.currency(asked.currency), number="", issued_at=now, zone=zone, language=asked.language,
        payout=asked.payout,
    )  # fmt: skip
    missing = () if isinstance(taxed, Taxation) else tuple(taxed)
    illegible = unprinted(caller.world.letters, asked.seller, buyer=buyer, taxed=known, supplies=asked.supplies)
    told = for_reader(caller, [*(missing or _gaps(invoice)), *illegible])
    return Preview(invoice, _assets(tx, caller, invoice, asked.logo), told)


def _supply(row: Any) -> Supply:
    return Supply(row.reference, row.description, datetime.fromisoformat(row.occurred_on).date(), row.amount)


def _examples(caller: Caller, language: str, code: str) -> list[Supply]:
    """Two services of today, in words of the document's language where we have them."""
    today, currency = caller.now.date(), reference.currency(code)
    fee, bonus = _EXAMPLES.get(language[:2], _EXAMPLES["en"])
    amounts = (Money.parse("1250", currency).minor, Money.parse("80", currency).minor)
    return [
        Supply(f"EX-{place}", words, today, amount)
        for place, (words, amount) in enumerate(zip((fee, bonus), amounts, strict=True), start=1)
    ]


def _with_logo(asked: _Asked) -> SellerDetails:
    return replace(asked.seller, logo=_LOGO) if asked.logo else asked.seller


def _agreement(tx: Tx, caller: Caller, partner: Any, zone: ZoneInfo) -> AgreementReference:
    """The one that is in force or was last; a partner that never agreed has none, and its preview names none."""
    row = agreement_of(tx, caller.account_id, partner.id)
    if row is None or not row.accepted_at:
        return _NOT_YET
    return AgreementReference(row.version, accepted_on(row, zone), row.text_version, row.text_hash)


def _assets(tx: Tx, caller: Caller, invoice: Invoice, logo: Document | None) -> dict[str, bytes]:
    if logo:
        return {_LOGO: logo.content}
    if invoice.logo is None:
        return {}
    return {invoice.logo: DatabaseFiles(tx, caller.account_id, caller.now).get(invoice.logo).content}


def _gaps(invoice: Invoice) -> tuple[Missing, ...]:
    """What a lawful invoice would need, as `invoicing` tells it when it cannot issue one."""
    problems = check_invoice(replace(invoice, number="1"))
    return tuple(
        Missing(each.field, each.sentence, "partner" if each.field.startswith("seller") else "vendor")
        for each in problems
    )


_EXAMPLES = {
    "en": ("Example: referral fee", "Example: renewal bonus"),
    "fr": ("Exemple : commission d’apport", "Exemple : prime de renouvellement"),
    "de": ("Beispiel: Vermittlungsprovision", "Beispiel: Verlängerungsbonus"),
    "es": ("Ejemplo: comisión por recomendación", "Ejemplo: bonificación por renovación"),
    "it": ("Esempio: provvigione", "Esempio: premio di rinnovo"),
    "nl": ("Voorbeeld: aanbrengvergoeding", "Voorbeeld: verlengingsbonus"),
}
_PARTNER = """
    SELECT s.id, s.code, s.language, s.seller, a.buyer, a.timezone, (
        SELECT o.treatment FROM tax_override o WHERE o.account_id = s.account_id AND o.partner_id = s.id
        ORDER BY o.seq DESC LIMIT 1) AS treatment
    FROM partner s JOIN account a ON a.id = s.account_id WHERE s.account_id = :account"""
_SUPPLIES = """
    SELECT r.reference, r.description, r.occurred_on, r.amount FROM payout_line l
    JOIN reward r ON r.account_id = l.account_id AND r.id = l.reward_id
    WHERE l.account_id = :account AND l.payout_id = :payout AND l.live AND r.status <> 'refused'
    ORDER BY r.occurred_on, r.reference"""
