"""
Where a command's words go: results to standard output, remarks to standard error; tables, JSON and progress bars.

With `--json` nothing but JSON is written to standard output. Rich is loaded only for a person at a terminal; into a
pipe goes plain text. It knows no command.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Table:
    """
    Rows of text. `ids` names the columns that hold ids, which a terminal shows by their unique last part; `amounts`
    those that stand flush right.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""
    ids: Sequence[str] = ()
    amounts: Sequence[str] = ("net", "gross", "amount")


class Terminal:
    """The three streams of a command."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json

    def result(self, data: Any, *text: str | Table) -> None:
        """What was asked for: `data` with `--json`, else the lines and tables."""
        if self.as_json:
            self.write(json.dumps(data, ensure_ascii=False, indent=2, default=_plain))
            return
        for part in text:
            if isinstance(part, Table):
                self._table(part)
            else:
                self.write(part)

    def write(self, text: str) -> None:
        """A line, or several, on standard output as they are."""
        sys.stdout.write(f"{text}\n")

    def remark(self, sentence: str) -> None:
        """Something worth knowing that is no result."""
        sys.stderr.write(f"{sentence}\n")
        sys.stderr.flush()

    @contextmanager
    def progress(self, what: str, *, total: int | None = None) -> Iterator[Advance]:
        """A bar for a person who waits; yields a function that is told how much is done."""
        if self.as_json or not sys.stderr.isatty():
            yield lambda _done: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(what, total=total)
            yield lambda done: bar.update(task, completed=done)

    def _table(self, table: Table) -> None:
        if not table.rows:
            self.write(f"{table.title or 'List'}: none.")
        elif sys.stdout.isatty():
            _rich_table(table)
        else:
            for line in _aligned(table):
                self.write(line)


def short_ids(ids: Sequence[str]) -> list[str]:
    """Each id's last 8 characters, or the whole where two would look the same. What is no id stays."""
    tails = [text[-8:] for text in ids]
    return [tail if tails.count(tail) == ids.count(text) else text for text, tail in zip(ids, tails, strict=True)]


def _plain(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def _aligned(table: Table) -> list[str]:
    columns = list(zip(table.columns, *table.rows, strict=True))
    padded = [_padded(column, flush_right=column[0] in table.amounts) for column in columns]
    return ["  ".join(row).rstrip() for row in zip(*padded, strict=True)]


def _padded(column: Sequence[str], *, flush_right: bool) -> list[str]:
    width = max(map(len, column))
    return [cell.rjust(width) if flush_right else cell.ljust(width) for cell in column]


def _rich_table(table: Table) -> None:
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    drawn = RichTable(title=Text(table.title) if table.title else None, title_justify="left", header_style="bold")
    for column in table.columns:
        drawn.add_column(Text(column), overflow="fold", justify="right" if column in table.amounts else "left")
    for row in zip(*_shown_columns(table), strict=True):
        drawn.add_row(*(Text(cell) for cell in row))
    Console().print(drawn)


def _shown_columns(table: Table) -> list[Sequence[str]]:
    columns = list(zip(*table.rows, strict=True))
    return [
        short_ids(column) if name in table.ids else column for name, column in zip(table.columns, columns, strict=True)
    ]
