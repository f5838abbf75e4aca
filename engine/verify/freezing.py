"""I5: an issued invoice, its snapshot and its document never change, and the database itself refuses a change."""

import hashlib
from collections.abc import Iterator
from itertools import chain
from typing import Any

from engine.billing import invoice as frozen
from engine.clock import stamp
from engine.migrations.frozen import triggers
from engine.verify.checked import UNREADABLE, Looked, Scope, content, paged, restored


def freezing(scope: Scope) -> Iterator[Looked]:
    yield from chain(_triggers(scope), _snapshots(scope), _documents(scope))


def _triggers(scope: Scope) -> Iterator[Looked]:
    dialect = scope.world.store.dialect.name
    there = {row.name: row.text for row in scope.tx.all(_TRIGGERS[dialect])}
    for name, text in triggers(dialect).items():
        yield f"trigger {name}", list(_loosened(there.get(name), text))
    if dialect == "postgresql" and "RAISE EXCEPTION" not in scope.tx.one(_FUNCTION).text:
        yield "function billhook_refuse", ["it refuses nothing any more."]


def _loosened(there: str | None, text: str) -> Iterator[str]:
    if there is None:
        yield "the database has lost it: what it guards could be changed."
    elif not there.endswith(text):
        yield "it is not the one that was made: what it guards could be changed."


def _snapshots(scope: Scope) -> Iterator[Looked]:
    for row in paged(scope.tx, _INVOICES, "account_id", "id"):
        yield f"invoice {row.account}/{row.number}", list(_changes(row))


def _changes(row: Any) -> Iterator[str]:
    if frozen.fingerprint(row.snapshot) != row.snapshot_hash:
        yield "its snapshot is not the one that was hashed when it was issued."
    invoice = restored(row.snapshot)
    if invoice is None:
        yield UNREADABLE
        return
    told = {name: getattr(invoice, name) for name in ("number", "type_code", "revision", "net", "tax", "gross")}
    told |= {"currency": invoice.currency.code, "issued_at": stamp(invoice.issued_at), "payout_id": invoice.payout}
    for name, value in told.items():
        if value != getattr(row, name):
            yield f"its row says {name} {getattr(row, name)} and its snapshot {value}."


def _documents(scope: Scope) -> Iterator[Looked]:
    for row in paged(scope.tx, _DOCUMENTS, "account_id", "sha256"):
        intact = hashlib.sha256(content(scope.tx, row.account_id, row.sha256)).hexdigest() == row.sha256
        yield (
            f"document {row.account}/{row.filename} ({row.sha256[:12]})",
            [] if intact else ["its bytes are not those that were stored under this hash."],
        )


_TRIGGERS = {
    "sqlite": "SELECT name, sql AS text FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """
        SELECT tgname AS name, pg_get_triggerdef(oid) AS text FROM pg_trigger
        WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')""",
}
_FUNCTION = "SELECT COALESCE(MAX(prosrc), '') AS text FROM pg_proc WHERE proname = 'billhook_refuse'"
_INVOICES = """
    SELECT i.account_id, i.id, a.code AS account, i.number, i.type_code, i.revision, i.payout_id, i.issued_at,
        i.currency, i.net, i.tax, i.gross, i.snapshot, i.snapshot_hash
    FROM invoice i JOIN account a ON a.id = i.account_id
    WHERE (i.account_id, i.id) > (:after_account_id, :after_id) ORDER BY i.account_id, i.id LIMIT :page"""
_DOCUMENTS = """
    SELECT d.account_id, d.sha256, a.code AS account, d.filename
    FROM document d JOIN account a ON a.id = d.account_id
    WHERE (d.account_id, d.sha256) > (:after_account_id, :after_sha256)
    ORDER BY d.account_id, d.sha256 LIMIT :page"""
