"""I1: a payout has one invoice at most that is not wholly credited, and a decision says why it has one or none."""

from collections.abc import Iterator
from typing import Any

from engine.definition import PayoutPipeline
from engine.verify.checked import Looked, Scope, paged, payout_pipelines


def decisions(scope: Scope) -> Iterator[Looked]:
    for definition_id, pipeline in payout_pipelines(scope.tx).items():
        issuing = _issuing_state(scope, pipeline)
        rows = paged(scope.tx, _PAYOUTS, "account_id", "id", definition=definition_id, issuing=issuing)
        for row in rows:
            yield f"payout {row.account}/{row.id}", list(_broken(row, issuing))


def _issuing_state(scope: Scope, pipeline: PayoutPipeline) -> str:
    """The state whose on_enter decides on an invoice; '' in a pipeline that never issues one."""
    jobs = scope.world.registry.jobs
    names = (s.name for s in pipeline.states if any(name in jobs and jobs[name].issues_invoice for name in s.on_enter))
    return next(names, "")


def _broken(row: Any, issuing: str) -> Iterator[str]:
    if row.live > 1:
        yield f"it has {row.live} invoices that are not wholly credited; one at most is lawful."
    if row.invoices > row.issued:
        yield f"it has {row.invoices} invoice(s) and {row.issued} decision(s) to issue one."
    if row.issued > row.invoices:
        yield f"{row.issued} decision(s) say issued and there are {row.invoices} invoice(s)."
    if row.live and row.outcome in ("blocked", "not_applicable"):
        yield f"its last decision says {row.outcome} and it has an invoice that is not credited."
    if row.entered and row.outcome is None:
        yield f"it entered {issuing} and no decision says whether an invoice was due."


_PAYOUTS = """
    SELECT p.account_id, p.id, a.code AS account,
        (SELECT COUNT(*) FROM invoice i
         WHERE i.account_id = p.account_id AND i.payout_id = p.id AND i.type_code = '389') AS invoices,
        (SELECT COUNT(*) FROM invoice i
         WHERE i.account_id = p.account_id AND i.payout_id = p.id AND i.type_code = '389' AND i.gross > (
            SELECT COALESCE(SUM(c.gross), 0) FROM invoice c
            WHERE c.account_id = i.account_id AND c.payout_id = i.payout_id AND c.credits_id = i.id)) AS live,
        (SELECT COUNT(*) FROM decision d
         WHERE d.account_id = p.account_id AND d.payout_id = p.id AND d.outcome = 'issued') AS issued,
        (SELECT d.outcome FROM decision d
         WHERE d.account_id = p.account_id AND d.payout_id = p.id ORDER BY d.seq DESC LIMIT 1) AS outcome,
        (SELECT COUNT(*) FROM history h
         WHERE h.account_id = p.account_id AND h.subject_id = p.id
            AND h.target = :issuing AND h.source <> h.target) AS entered
    FROM payout p JOIN account a ON a.id = p.account_id
    WHERE p.definition_id = :definition AND (p.account_id, p.id) > (:after_account_id, :after_id)
    ORDER BY p.account_id, p.id LIMIT :page"""
