"""
I14: every privileged act left a row that says who, when, before and after: what an account or a partner is set to
follows from its deeds, each of which begins where the one before ended.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.billing.numbering import CREDIT_NOTE_FORMAT, INVOICE_FORMAT
from engine.history import details_hash
from engine.store import Tx
from engine.verify.checked import Looked, Scope, paged

Settings = Mapping[str, Any]

_NEW_ACCOUNT: Settings = {
    "switch": False, "four_eyes": False, "number_format": INVOICE_FORMAT, "details": details_hash({}),
    "acceptance_days": 14, "credit_number_format": CREDIT_NOTE_FORMAT, "yearly_numbers": False,
    "payout_day": 0,
}  # fmt: skip
_NEW_PARTNER: Settings = {"choice": "never_asked", "details": details_hash({}), "tax_override": None}


def audit(scope: Scope) -> Iterator[Looked]:
    for row in paged(scope.tx, _ACCOUNTS, "id"):
        deeds = _deeds(scope.tx, row.id, row.id)
        is_now = {
            "switch": bool(row.switch_on), "four_eyes": bool(row.four_eyes), "number_format": row.number_format,
            "acceptance_days": row.acceptance_days, "credit_number_format": row.credit_number_format,
            "yearly_numbers": bool(row.yearly_numbers), "payout_day": row.payout_day,
            "details": details_hash(json.loads(row.buyer)),
        }  # fmt: skip
        unpublished = scope.tx.all(_DEFINITIONS, account=row.id)
        told = [*_unsigned(deeds), *_unsaid(deeds, _NEW_ACCOUNT, is_now), *_unpublished(deeds, unpublished)]
        told += _ungiven(deeds, scope.tx.one(_RATES, account=row.id).rates)
        told += _unplaced(deeds, scope.tx.all(_HANDOUTS, account=row.id))
        yield f"account {row.code}", told
    for row in paged(scope.tx, _PARTNERS, "account_id", "id"):
        deeds = _deeds(scope.tx, row.account_id, row.id)
        is_now = {
            "choice": row.self_invoicing, "details": details_hash(json.loads(row.seller)),
            "tax_override": json.loads(row.tax_override) if row.tax_override else None,
        }  # fmt: skip
        yield f"partner {row.account}/{row.code}", [*_unsigned(deeds), *_unsaid(deeds, _NEW_PARTNER, is_now)]
    for row in paged(scope.tx, _ISSUED_NOW, "account_id", "payout_id"):
        told = (
            [] if row.reasons == row.decisions else ["an invoice was issued by hand, and no deed says by whom and why."]
        )
        yield f"payout {row.account}/{row.payout_id}", told


def _unsigned(deeds: list[Any]) -> Iterator[str]:
    for deed in deeds:
        if not (deed.actor and deed.role and deed.at):
            yield f"deed {deed.seq}, '{deed.verb}', does not say who did it, as what, and when."


def _unsaid(deeds: list[Any], new: Settings, is_now: Settings) -> Iterator[str]:
    led_to = dict(new)
    for deed in deeds:
        for name, (before, after) in _changes(deed).items():
            if name in led_to and led_to[name] != before:
                yield f"deed {deed.seq}, '{deed.verb}', says that {name} was {before}; it was {led_to[name]}."
            led_to[name] = after
    for name, value in is_now.items():
        if led_to[name] != value:
            yield f"its {name} is {value}, and no deed made it so; the last one left {led_to[name]}."


def _changes(deed: Any) -> dict[str, tuple[Any, Any]]:
    """Which settings a deed changed, each with what it was before and after."""
    data = json.loads(deed.data)
    found = {"choice": data["choice"]} if "choice" in data else {}
    if "before" in data:
        found[_SETTING.get(deed.verb) or deed.verb.removeprefix("set ")] = data
    return {name: (change["before"], change["after"]) for name, change in found.items()}


def _unpublished(deeds: list[Any], definitions: list[Any]) -> Iterator[str]:
    published = {json.loads(deed.data).get("hash") for deed in deeds if deed.verb == "publish"}
    for definition in definitions:
        if definition.fingerprint not in published:
            yield f"nobody is said to have published {definition.name} version {definition.version}."


def _ungiven(deeds: list[Any], rates: int) -> Iterator[str]:
    given = sum(deed.verb == "add exchange_rate" for deed in deeds)
    if given != rates:
        yield f"there are {rates} rate(s) of exchange, and {given} deed(s) say who gave one."


def _unplaced(deeds: list[Any], handouts: list[Any]) -> Iterator[str]:
    placed = [json.loads(deed.data) for deed in deeds if deed.verb == "add handout"]
    for row in handouts:
        if {"name": row.name, "version": row.version, "sha256": row.sha256} not in placed:
            yield f"nobody is said to have put {row.name}, version {row.version}, there for partners to read."


def _deeds(tx: Tx, account_id: str, subject_id: str) -> list[Any]:
    return tx.all(_DEEDS, account=account_id, subject=subject_id)


_SETTING = {
    "switch on": "switch", "switch off": "switch", "billing details": "details", "opt_in": "details",
}  # fmt: skip
_ACCOUNTS = """
    SELECT id, code, switch_on, four_eyes, number_format, acceptance_days, credit_number_format,
        yearly_numbers, payout_day, buyer FROM account
    WHERE id > :after_id ORDER BY id LIMIT :page"""
_PARTNERS = """
    SELECT s.account_id, s.id, s.code, a.code AS account, s.self_invoicing, s.seller, (
        SELECT o.treatment FROM tax_override o WHERE o.account_id = s.account_id AND o.partner_id = s.id
        ORDER BY o.seq DESC LIMIT 1) AS tax_override
    FROM partner s JOIN account a ON a.id = s.account_id
    WHERE (s.account_id, s.id) > (:after_account_id, :after_id) ORDER BY s.account_id, s.id LIMIT :page"""
_RATES = "SELECT COUNT(*) AS rates FROM exchange_rate WHERE account_id = :account"
_HANDOUTS = "SELECT name, version, sha256 FROM handout WHERE account_id = :account ORDER BY name, version"
_DEFINITIONS = "SELECT name, version, fingerprint FROM definition WHERE account_id = :account ORDER BY name, version"
_DEEDS = """
    SELECT seq, at, actor, role, verb, data FROM history
    WHERE account_id = :account AND subject_id = :subject ORDER BY seq"""
_ISSUED_NOW = """
    SELECT d.account_id, d.payout_id, a.code AS account, COUNT(*) AS decisions, (
        SELECT COUNT(*) FROM history h
        WHERE h.account_id = d.account_id AND h.subject_id = d.payout_id AND h.verb IN ('issue_now', 'reissue_invoice')
            AND h.reason <> ''
        ) AS reasons
    FROM decision d JOIN account a ON a.id = d.account_id
    WHERE d.occasion IN ('issue_now', 'reissued')
        AND (d.account_id, d.payout_id) > (:after_account_id, :after_payout_id)
    GROUP BY d.account_id, d.payout_id, a.code ORDER BY d.account_id, d.payout_id LIMIT :page"""
