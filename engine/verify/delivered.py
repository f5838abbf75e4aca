"""I16: what was issued has its document, or a job that makes it: at work, or parked and shown. Nothing is lost."""

from collections.abc import Iterator

from engine.invoicing import FORMAT
from engine.verify.checked import Looked, Scope, paged


def delivered(scope: Scope) -> Iterator[Looked]:
    for row in paged(scope.tx, _INVOICES, "account_id", "id", format=FORMAT):
        there = row.attachments or row.jobs
        yield f"invoice {row.account}/{row.number}", () if there else ("it has no document, and no job makes one.",)


_INVOICES = """
    SELECT i.account_id, i.id, a.code AS account, i.number,
        (SELECT COUNT(*) FROM attachment t
         WHERE t.account_id = i.account_id AND t.invoice_id = i.id AND t.format = :format) AS attachments,
        (SELECT COUNT(*) FROM job j
         WHERE j.account_id = i.account_id AND j.subject_id = i.payout_id
            AND (j.status = 'pending' OR j.status = 'offered' OR j.status = 'claimed' OR j.status = 'parked')
            AND j.payload LIKE '%"' || i.id || '"%') AS jobs
    FROM invoice i JOIN account a ON a.id = i.account_id
    WHERE (i.account_id, i.id) > (:after_account_id, :after_id) ORDER BY i.account_id, i.id LIMIT :page"""
