"""
Check over the live database and its documents what must always be true (reliability.md section 1). Nothing is changed.

The invariants stand one to a function in the modules beside this; each is read in one state of the database, a page
at a time, over all accounts. How text is read from a document is handed in: this package knows no PDF.
"""

from collections.abc import Collection, Iterator

from engine.verify.amounts import amounts
from engine.verify.answers import answers
from engine.verify.audit import audit
from engine.verify.checked import PAGE, UNREADABLE_ROW, Checked, Finding, Invariant, Missing, Scope
from engine.verify.decided import consent, occasions
from engine.verify.decisions import decisions
from engine.verify.delivered import delivered
from engine.verify.documents import documents
from engine.verify.freezing import freezing
from engine.verify.histories import replays, sequences
from engine.verify.numbers import numbers
from engine.verify.rewards import rewards
from engine.verify.separation import separation, sight
from engine.verify.working import working
from engine.world import World

__all__ = ["INVARIANTS", "PAGE", "Checked", "Finding", "Invariant", "Missing", "run"]

INVARIANTS = (
    Invariant("I1", "a payout has one live invoice at most, each backed by a decision", "payouts", decisions),
    Invariant("I2", "no invoice is decided for who is out, without agreement, or switched off", "payouts", consent),
    Invariant("I3", "what is Ready without an invoice gets one by issue_now or a fix only", "payouts", occasions),
    Invariant("I4", "numbers are unique, contiguous and in order of issue, as the counter says", "numbers", numbers),
    Invariant("I5", "what is issued never changes: rows, hashes, documents, triggers", "rows", freezing),
    Invariant("I6", "a document's text carries its number, parties and totals", "documents", documents),
    Invariant("I7", "lines, tax and totals agree; no credit exceeds its invoice", "invoices", amounts),
    Invariant("I8", "every deed and every key stands once and whole", "subjects and keys", sequences),
    Invariant("I9", "histories lead to the present state, and none was changed", "subjects", replays),
    Invariant("I10", "every job ends done or parked, in its attempts, held by nobody lost", "jobs", working),
    Invariant("I11", "nothing of one account refers to another's", "references and invoices", separation),
    Invariant("I12", "a partner sees its own, no drafts, nothing internal", "partners", sight),
    Invariant(
        "I13", "a reward is in one live payout at most, paid once, and that is kept", "rewards and payouts", rewards
    ),
    Invariant("I14", "every privileged act says who, when, before and after", "subjects", audit),
    Invariant("I15", "an invoice has one outcome at most; contested, its payout is on hold", "invoices", answers),
    Invariant("I16", "what was issued has its document, or a job that makes it", "invoices", delivered),
)


def run(world: World, *, missing: Missing, only: Collection[str] = ()) -> Iterator[Checked]:
    """
    Check one invariant after the other, each when the next result is asked for.

    only: the ids of those that are to be checked; without it all are.
    missing: what of its invoice a document's text lacks, such as ("number", "gross"); may raise RenderError.
    """
    for invariant in INVARIANTS:
        if only and invariant.id not in only:
            continue
        with world.store.reading() as tx:
            yield _checked(Scope(tx, world, missing), invariant)


def _checked(scope: Scope, invariant: Invariant) -> Checked:
    looked_at, findings = 0, []
    last, rows = "", invariant.look(scope)
    while True:
        try:
            last, sentences = next(rows)
        except StopIteration:
            break
        except UNREADABLE_ROW as error:
            where = f"the row after {last}" if last else "the first row"
            told = f"it cannot be read ({type(error).__name__}), and those after it were not looked at."
            findings.append(Finding(invariant.id, where, told))
            break
        looked_at += 1
        findings += [Finding(invariant.id, last, sentence) for sentence in sentences]
    return Checked(invariant.id, invariant.says, looked_at, tuple(findings), of=invariant.of)
