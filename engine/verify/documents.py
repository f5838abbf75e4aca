"""I6: the text of an attached document carries the number, the parties and the totals of its own invoice."""

from collections.abc import Iterator, Sequence
from typing import Any

from engine.contracts import Document
from engine.errors import RenderError
from engine.invoicing import FORMAT
from engine.verify.checked import UNREADABLE, Looked, Scope, content, paged, restored


def documents(scope: Scope) -> Iterator[Looked]:
    for row in paged(scope.tx, _ATTACHED, "account_id", "id", format=FORMAT):
        yield f"document {row.account}/{row.number}", _missing(scope, row)


def _missing(scope: Scope, row: Any) -> Sequence[str]:
    invoice = restored(row.snapshot)
    if invoice is None:
        return [UNREADABLE]
    document = Document(row.filename, row.media_type, content(scope.tx, row.account_id, row.sha256))
    try:
        missing = scope.missing(invoice, document)
    except RenderError as error:
        return [f"its text cannot be read: {error}"]
    return [f"its text lacks its {what}." for what in missing]


_ATTACHED = """
    SELECT i.account_id, i.id, a.code AS account, i.number, i.snapshot, d.sha256, d.filename, d.media_type
    FROM attachment t
    JOIN invoice i ON i.account_id = t.account_id AND i.id = t.invoice_id
    JOIN document d ON d.account_id = t.account_id AND d.sha256 = t.sha256
    JOIN account a ON a.id = i.account_id
    WHERE t.format = :format AND (i.account_id, i.id) > (:after_account_id, :after_id)
    ORDER BY i.account_id, i.id LIMIT :page"""
