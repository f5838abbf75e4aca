"""What an installation has become after all that was done to it, in counts. It knows nothing of what that was."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from engine import verify
from engine.billing import invoice as frozen
from engine.billing.invoice import Invoice
from engine.contracts import Document
from engine.store import Tx
from engine.world import World
from renderers.reading import missing_from, text_of
from tests.fakes import PDF


@dataclass(frozen=True, slots=True)
class Findings:
    """Every count is of things that must not be."""

    lost: int
    """Ready payouts of partners who are in, without an attached invoice."""
    double: int
    """Payouts with two invoices, invoices attached twice."""
    gaps: int
    """Numbers that no invoice bears."""
    wrong_files: int
    """Attached files that are not what their hash says, or not their invoice's."""
    open_jobs: int
    breaches: int
    """What `billhook verify` finds."""
    told: tuple[str, ...] = ()

    @property
    def broken(self) -> dict[str, object]:
        """What is not as it must be; empty when all is well."""
        return {name: count for name, count in asdict(self).items() if count}


def examine(world: World) -> Findings:
    """Look at the whole database and every document in it."""
    told = tuple(
        f"{found.invariant} {found.subject}: {found.sentence}"
        for checked in verify.run(world, missing=missing)
        for found in checked.findings
    )
    with world.store.reading() as tx:
        return Findings(
            _count(tx, _LOST), _count(tx, _DOUBLE), _count(tx, _GAPS), _wrong_files(tx), _count(tx, _OPEN),
            len(told), told,
        )  # fmt: skip


def missing(invoice: Invoice, document: Document) -> Sequence[str]:
    """What the page lacks of its invoice: the light press writes its number alone, the real one everything."""
    if document.media_type != "application/pdf":
        return ()
    if document.content.startswith(PDF):
        return () if document.content == PDF + invoice.number.encode() else ("number",)
    return missing_from(invoice, text_of(document.content))


def _count(tx: Tx, sql: str) -> int:
    return int(tx.one(sql).found)


def _wrong_files(tx: Tx) -> int:
    return sum(
        hashlib.sha256(row.content).hexdigest() != row.sha256
        or bool(missing(frozen.restore(row.snapshot), Document(row.filename, row.media_type, bytes(row.content))))
        for row in tx.all(_FILES)
    )


_LOST = """
    SELECT COUNT(*) AS found FROM payout p WHERE p.state IN ('Ready', 'Paid') AND NOT EXISTS (
        SELECT 1 FROM invoice i JOIN attachment t ON t.account_id = i.account_id AND t.invoice_id = i.id
        WHERE i.account_id = p.account_id AND i.payout_id = p.id)"""
_DOUBLE = """
    SELECT COUNT(*) AS found FROM (
        SELECT payout_id FROM invoice GROUP BY account_id, payout_id HAVING COUNT(*) > 1
        UNION ALL
        SELECT subject_id FROM history WHERE verb = 'attach' GROUP BY account_id, subject_id HAVING COUNT(*) > 1
        UNION ALL
        SELECT sha256 FROM attachment GROUP BY account_id, sha256 HAVING COUNT(*) > 1) AS twice"""
_GAPS = """
    SELECT COALESCE(SUM(highest - numbers), 0) AS found FROM (
        SELECT MAX(seq) AS highest, COUNT(*) AS numbers FROM invoice GROUP BY account_id, partner_id, type_code) AS s"""
_OPEN = "SELECT COUNT(*) AS found FROM job WHERE status <> 'done'"
_FILES = """
    SELECT i.snapshot, d.sha256, d.filename, d.media_type, d.content FROM attachment t
    JOIN invoice i ON i.account_id = t.account_id AND i.id = t.invoice_id
    JOIN document d ON d.account_id = t.account_id AND d.sha256 = t.sha256"""
