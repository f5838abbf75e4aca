"""
The agreement that counts, as a row, and what it rests on: the details it was signed with, each kept once.

A detail that was not known when it was signed is kept when it first is; one that is kept is never another. What follows
from a change is a rule of `billing.agreement`.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from engine.billing import agreement as rules
from engine.billing.agreement import DETAILS
from engine.clock import moment
from engine.store import Tx


def agreement_of(tx: Tx, account_id: str, partner_id: str) -> Any:
    """The partner's newest agreement's row, or None."""
    return tx.one(_AGREEMENT, account=account_id, partner=partner_id)


def agreement_facts(row: Any) -> rules.AgreementFacts | None:
    """A row with the columns of `SIGNED`, as the rules of `billing.agreement` want it."""
    if row is None:
        return None
    return rules.AgreementFacts(
        accepted_at=moment(row.accepted_at),
        valid_from=moment(row.valid_from),
        valid_until=moment(row.valid_until),
        signed={name: value for name in DETAILS if (value := getattr(row, f"signed_{name}"))},
        suspended=tuple((row.signed_suspended or "").split()),
        revoked_at=moment(row.revoked_at) if row.revoked_at else None,
        superseded=row.superseded_by is not None,
    )


def accepted_on(row: Any, zone: ZoneInfo) -> date:
    """The day the seller agreed: the one on the paper, or that of its acceptance on the account's clocks."""
    return date.fromisoformat(row.signed_on) if row.signed_on else moment(row.accepted_at).astimezone(zone).date()


def keep(tx: Tx, account_id: str, agreement_id: str, details: Mapping[str, str]) -> None:
    """What a new agreement rests on, as far as it is known."""
    for name in DETAILS:
        if details[name]:
            tx.insert("agreement_detail", account_id=account_id, agreement_id=agreement_id, name=name,
                      value=details[name])  # fmt: skip


def complete_seller(tx: Tx, account_id: str, partner_id: str, details: Mapping[str, str]) -> None:
    """Keep what the partner has told for the first time since it signed. The partner is locked."""
    for name in ("seller_name", "vat_number", "tax_status"):
        if details[name]:
            tx.send(_COMPLETE_SELLER, account=account_id, partner=partner_id, name=name, value=details[name])


def suspend(tx: Tx, account_id: str, agreement_id: str, names: Iterable[str]) -> None:
    """Keep which details changed first: only a new version lets invoices be issued again. The partner is locked."""
    tx.send(_SUSPEND, account=account_id, agreement=agreement_id, names=" ".join(names))


def complete_buyer(tx: Tx, account_id: str, details: Mapping[str, str]) -> None:
    """
    Keep what the account has told for the first time since its partners signed; a number only with the name they
    signed with, however it was written, so that it is nobody else's. The account is locked.
    """
    told = details["buyer_name"]
    for buyer in {told, *(row.value for row in tx.all(_BUYERS, account=account_id) if rules.same(row.value, told))}:
        for name in ("buyer_name", "buyer_register", "buyer_number"):
            if details[name]:
                tx.send(_COMPLETE_BUYER, account=account_id, name=name, value=details[name], buyer=buyer)


_DETAIL = """(
        SELECT d.value FROM agreement_detail d
        WHERE d.account_id = g.account_id AND d.agreement_id = g.id AND d.name = '{0}') AS signed_{0}"""
#: The columns that `agreement_facts` wants beside those of the agreement `g`.
SIGNED = ", ".join(_DETAIL.format(name) for name in (*DETAILS, "suspended"))
_AGREEMENT = f"""
    SELECT g.id, g.version, g.text_version, g.text_hash, g.accepted_by, g.accepted_at, g.valid_from, g.valid_until,
        g.revoked_at, g.superseded_by, s.signed_on, {SIGNED}
    FROM agreement g
    JOIN agreement_signing s ON s.account_id = g.account_id AND s.agreement_id = g.id
    WHERE g.account_id = :account AND g.partner_id = :partner ORDER BY g.version DESC LIMIT 1"""  # noqa: S608 - our own columns
_COMPLETE_SELLER = """
    INSERT INTO agreement_detail (account_id, agreement_id, name, value)
    SELECT g.account_id, g.id, :name, :value FROM agreement g
    WHERE g.account_id = :account AND g.partner_id = :partner AND g.superseded_by IS NULL
    ON CONFLICT (account_id, agreement_id, name) DO NOTHING"""
_SUSPEND = """
    INSERT INTO agreement_detail (account_id, agreement_id, name, value)
    VALUES (:account, :agreement, 'suspended', :names)
    ON CONFLICT (account_id, agreement_id, name) DO NOTHING"""
_BUYERS = "SELECT DISTINCT value FROM agreement_detail WHERE account_id = :account AND name = 'buyer_name'"
_COMPLETE_BUYER = """
    INSERT INTO agreement_detail (account_id, agreement_id, name, value)
    SELECT g.account_id, g.id, :name, :value FROM agreement g
    WHERE g.account_id = :account AND g.superseded_by IS NULL AND NOT EXISTS (
        SELECT 1 FROM agreement_detail d WHERE d.account_id = g.account_id AND d.agreement_id = g.id
        AND (d.name = 'buyer_number' OR (d.name = 'buyer_name' AND d.value <> :buyer)))
    ON CONFLICT (account_id, agreement_id, name) DO NOTHING"""
