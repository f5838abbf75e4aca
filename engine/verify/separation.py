"""
I11: nothing of one account refers to, is numbered for, or shows another's.
I12: a partner sees its own payouts and documents, no drafts, and nothing that the vendor keeps to itself.
"""

from collections.abc import Iterator
from typing import Any

from engine import views
from engine.actor import Actor
from engine.facts import pipeline_of
from engine.verify.checked import UNREADABLE, Looked, Scope, paged, restored
from engine.world import Caller

_READER = "verify"


def separation(scope: Scope) -> Iterator[Looked]:
    yield from _references(scope)
    for row in paged(scope.tx, _INVOICES, "account_id", "id"):
        yield f"invoice {row.account}/{row.number}", list(_strangers(row))


def sight(scope: Scope) -> Iterator[Looked]:
    for row in paged(scope.tx, _PARTNERS, "account_id", "id"):
        contact = Actor.main_contact(_READER, partner_id=row.id)
        yield f"partner {row.account}/{row.code}", list(_seen(scope, Caller(scope.world, row.account_id, contact), row))


def _references(scope: Scope) -> Iterator[Looked]:
    """Every reference there is, found or not: the database's own keys, and those that it does not know of."""
    for name, sql in [*_foreign_keys(), *_OTHERS.items()]:
        lost = scope.tx.all(sql)
        told = [f"{row.id} of account {row.account_id} refers to nothing in it." for row in lost]
        yield f"references from {name}", told


def _foreign_keys() -> Iterator[tuple[str, str]]:
    from sqlmodel import SQLModel

    from engine import tables as tables

    for table in SQLModel.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            yield _anti_join(table.name, key)


def _anti_join(table: str, key: Any) -> tuple[str, str]:
    """A statement that finds rows whose reference leads nowhere."""
    pairs = [(each.parent.name, each.column.name) for each in key.elements]
    other = key.referred_table.name
    on = " AND ".join(f"o.{theirs} = t.{ours}" for ours, theirs in pairs)
    given = " AND ".join(f"t.{ours} IS NOT NULL" for ours, _ in pairs)
    told = " || '/' || ".join(f"t.{ours}" for ours, _ in pairs[1:])
    sql = (
        f"SELECT t.account_id, {told} AS id FROM {table} t LEFT JOIN {other} o ON {on} "  # noqa: S608 - our own names
        f"WHERE o.account_id IS NULL AND {given} ORDER BY 1, 2 LIMIT 20"
    )
    return f"{table} to {other}", sql


def _strangers(row: Any) -> Iterator[str]:
    invoice = restored(row.snapshot)
    if invoice is None:
        yield UNREADABLE
        return
    if invoice.payout != row.payout_id:
        yield f"it was issued for payout {row.payout_id} and shows {invoice.payout}."
    if row.owner != row.partner_id:
        yield "its payout is another partner's."
    if invoice.agreement and row.version is None:
        yield f"it names version {invoice.agreement.version} of an agreement that its partner never made."


def _seen(scope: Scope, contact: Caller, row: Any) -> Iterator[str]:
    shown, due = set(views.payout_ids(scope.tx, contact)), set(_to_be_seen(scope, contact, row))
    for payout_id in sorted(shown ^ due):
        yield f"it {'sees' if payout_id in shown else 'does not see'} payout {payout_id}."
    shown_numbers = {each.number for each in views.pages(lambda part: views.documents(scope.tx, contact, part=part))}
    due_numbers = {each.number for each in scope.tx.all(_NUMBERS, account=row.account_id, partner=row.id)}
    for number in sorted(shown_numbers ^ due_numbers):
        yield f"it {'sees' if number in shown_numbers else 'does not see'} document {number}."
    for payout_id in sorted(shown):
        deeds = views.pages(lambda part, of=payout_id: views.history(scope.tx, contact, of, part=part))  # type: ignore[misc]
        if any(deed.actor for deed in deeds):
            yield f"it sees who acted on payout {payout_id}."


def _to_be_seen(scope: Scope, contact: Caller, row: Any) -> Iterator[str]:
    """Its own payouts that are no drafts any more."""
    for payout in scope.tx.all(_OWN, account=row.account_id, partner=row.id):
        if pipeline_of(scope.tx, contact, payout).state(payout.state).means != "draft":
            yield str(payout.id)


_OTHERS = {
    "decision to agreement": """
        SELECT t.account_id, t.payout_id AS id FROM decision t
        LEFT JOIN agreement o ON o.account_id = t.account_id AND o.id = t.agreement_id AND o.partner_id = t.partner_id
        WHERE t.agreement_id IS NOT NULL AND o.id IS NULL ORDER BY 1, 2 LIMIT 20""",
    "credit note to invoice": """
        SELECT t.account_id, t.number AS id FROM invoice t
        LEFT JOIN invoice o ON o.account_id = t.account_id AND o.id = t.credits_id AND o.partner_id = t.partner_id
        WHERE t.credits_id IS NOT NULL AND o.id IS NULL ORDER BY 1, 2 LIMIT 20""",
    "payout to the partner's own invoice": """
        SELECT t.account_id, t.id FROM payout t
        LEFT JOIN document o ON o.account_id = t.account_id AND o.sha256 = t.own_invoice
        WHERE t.own_invoice IS NOT NULL AND o.sha256 IS NULL ORDER BY 1, 2 LIMIT 20""",
    "history to account": """
        SELECT DISTINCT t.account_id, t.subject_id AS id FROM history t LEFT JOIN account o ON o.id = t.account_id
        WHERE o.id IS NULL ORDER BY 1, 2 LIMIT 20""",
    "payout line to a reward of the same partner": """
        SELECT t.account_id, t.payout_id AS id FROM payout_line t
        JOIN payout p ON p.account_id = t.account_id AND p.id = t.payout_id
        JOIN reward r ON r.account_id = t.account_id AND r.id = t.reward_id
        WHERE r.partner_id <> p.partner_id OR r.currency <> p.currency ORDER BY 1, 2 LIMIT 20""",
}
_INVOICES = """
    SELECT i.account_id, i.id, a.code AS account, i.number, i.payout_id, i.partner_id, i.snapshot,
        p.partner_id AS owner, (
            SELECT MAX(g.version) FROM agreement g
            WHERE g.account_id = i.account_id AND g.partner_id = i.partner_id) AS version
    FROM invoice i
    JOIN account a ON a.id = i.account_id
    JOIN payout p ON p.account_id = i.account_id AND p.id = i.payout_id
    WHERE (i.account_id, i.id) > (:after_account_id, :after_id) ORDER BY i.account_id, i.id LIMIT :page"""
_PARTNERS = """
    SELECT s.account_id, s.id, s.code, a.code AS account FROM partner s JOIN account a ON a.id = s.account_id
    WHERE (s.account_id, s.id) > (:after_account_id, :after_id) ORDER BY s.account_id, s.id LIMIT :page"""
_OWN = "SELECT id, state, definition_id FROM payout WHERE account_id = :account AND partner_id = :partner"
_NUMBERS = """
    SELECT i.number FROM invoice i JOIN payout p ON p.account_id = i.account_id AND p.id = i.payout_id
    WHERE p.account_id = :account AND p.partner_id = :partner"""
