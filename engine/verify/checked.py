"""What a check of an invariant is made of and what comes out of it. It knows no invariant."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.billing import invoice as frozen
from engine.billing.invoice import Invoice
from engine.contracts import Document
from engine.definition import PayoutPipeline, restore
from engine.errors import BillhookError
from engine.store import Tx
from engine.world import World

PAGE = 500

#: What reading a row raises that somebody damaged. A database that goes away is another matter, and raised on.
UNREADABLE_ROW = (
    ArithmeticError, AssertionError, AttributeError, BillhookError, LookupError, RuntimeError, TypeError, ValueError,
)  # fmt: skip

#: What of its invoice the text of a document lacks: "number", "seller", "gross" ...
Missing = Callable[[Invoice, Document], Sequence[str]]

#: One row that was looked at: how people call it, and a sentence for each thing that is wrong with it.
Looked = tuple[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A breach: `subject` names the row, `sentence` says what is true of it and should not be."""

    invariant: str
    subject: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Checked:
    """An invariant after the check: `looked_at` counts the rows, `of` says which rows these are."""

    invariant: str
    says: str
    looked_at: int
    findings: tuple[Finding, ...]
    of: str = "rows"

    @property
    def holds(self) -> bool:
        return not self.findings


@dataclass(frozen=True, slots=True)
class Scope:
    """What a check may use: one state of the database, the world it belongs to, a reader of documents."""

    tx: Tx
    world: World
    missing: Missing


@dataclass(frozen=True, slots=True)
class Invariant:
    """One row of the list. `look` yields every row it looks at."""

    id: str
    says: str
    of: str
    look: Callable[[Scope], Iterator[Looked]]


def paged(tx: Tx, sql: str, *keys: str, **values: Any) -> Iterator[Any]:
    """
    Every row of a statement, a page at a time. It is sorted by the columns `keys`, which are text; begins after
    `:after_<key>` of each; and takes `:page` rows.
    """
    after = dict.fromkeys(keys, "")
    while rows := tx.all(sql, **values, page=PAGE, **{f"after_{key}": after[key] for key in keys}):
        yield from rows
        after = {key: getattr(rows[-1], key) for key in keys}


def restored(snapshot: str) -> Invoice | None:
    """The frozen invoice; None when somebody has made its snapshot unreadable."""
    try:
        return frozen.restore(snapshot)
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError):
        return None


def content(tx: Tx, account_id: str, sha256: str) -> bytes:
    """The bytes kept under a hash, whatever they have become. SQLite gives text where somebody has put text."""
    kept = tx.one(_CONTENT, account=account_id, sha256=sha256).content
    return kept.encode() if isinstance(kept, str) else bytes(kept)


UNREADABLE = "its snapshot cannot be read as an invoice any more."


def payout_pipelines(tx: Tx) -> dict[str, PayoutPipeline]:
    """Every published version of a payout's pipeline, by the definition's id."""
    found = {row.id: restore(row.body) for row in tx.all("SELECT id, body FROM definition WHERE kind = 'payout'")}
    return {
        definition_id: pipeline for definition_id, pipeline in found.items() if isinstance(pipeline, PayoutPipeline)
    }


_CONTENT = "SELECT content FROM document WHERE account_id = :account AND sha256 = :sha256"
