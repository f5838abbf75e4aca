"""
What was raised, as a log may hold it: types, codes and places, never the words.

The text of an exception may repeat what it was about: a database quotes the row, a validator the value, a template the
name. Types, codes and line numbers tell where to look; the sentence stands in the job's row, for those who may read it.
"""

import errno
from collections.abc import Iterator
from itertools import islice
from traceback import walk_tb
from types import TracebackType

from engine.errors import BillhookError

_CAUSES = 10
_FRAMES = 40


def causes(error: BaseException) -> list[str]:
    """The error and what it came from, as `type [code]`, the last one first."""
    return [f"{_type(each)}{_code(each)}" for each in islice(_chain(error), _CAUSES)]


def places(trace: TracebackType | None) -> list[str]:
    """Where it was raised, outermost first: `module:line function`."""
    found = [f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}" for frame, line in walk_tb(trace)]
    return found[-_FRAMES:]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    met: set[int] = set()
    while error is not None and id(error) not in met:
        met.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _type(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _code(error: BaseException) -> str:
    """Ours, the system's, PostgreSQL's or SQLite's."""
    if isinstance(error, BillhookError):
        return f" [{error.code}]"
    number = error.errno if isinstance(error, OSError) else None
    code = errno.errorcode.get(number or 0) or getattr(error, "sqlstate", "") or getattr(error, "sqlite_errorname", "")
    return f" [{code}]" if code else ""
