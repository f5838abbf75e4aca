"""
Check over the live database and its documents what must always be true (reliability.md section 1). Nothing is changed.

The invariants stand one to a function in the modules beside this; each is read in one state of the database, a page
at a time, over all accounts. How text is read from a document is handed in: this package knows no PDF.
"""

from collections.abc import Iterator

from engine.verify.amounts import amounts
from engine.verify.checked import PAGE, Checked, Finding, Invariant, Missing, Scope
from engine.verify.decisions import decisions
from engine.verify.documents import documents
from engine.verify.freezing import freezing
from engine.verify.numbers import numbers
from engine.verify.rewards import rewards
from engine.world import World

__all__ = ["INVARIANTS", "PAGE", "Checked", "Finding", "Invariant", "Missing", "run"]

INVARIANTS = (
    Invariant("I1", "a payout has one live invoice at most, each backed by a decision", "payouts", decisions),
    Invariant("I4", "numbers are unique, contiguous and in order of issue, as the counter says", "numbers", numbers),
    Invariant("I5", "what is issued never changes: rows, hashes, documents, triggers", "rows", freezing),
    Invariant("I6", "a document's text carries its number, parties and totals", "documents", documents),
    Invariant("I7", "lines, tax and totals agree; no credit exceeds its invoice", "invoices", amounts),
    Invariant("I13", "a reward is in one live payout at most and paid once", "rewards and payouts", rewards),
)


def run(world: World, *, missing: Missing) -> Iterator[Checked]:
    """
    Check one invariant after the other, each when the next result is asked for.

    missing: what of its invoice a document's text lacks, such as ("number", "gross"); may raise RenderError.
    """
    for invariant in INVARIANTS:
        with world.store.reading() as tx:
            yield _checked(Scope(tx, world, missing), invariant)


def _checked(scope: Scope, invariant: Invariant) -> Checked:
    looked_at, findings = 0, []
    for subject, sentences in invariant.look(scope):
        looked_at += 1
        findings += [Finding(invariant.id, subject, sentence) for sentence in sentences]
    return Checked(invariant.id, invariant.says, looked_at, tuple(findings), of=invariant.of)
