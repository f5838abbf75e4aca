"""
What a long-lived process logs: one line an event, as JSON or for a person, with the ids of what it is about.

Ids come from structlog's context: bind `account`, `job` or `request` there and every line has them, whoever writes it.
No line holds a name, an address, a sentence or an exception's words: see `causes`. Of libraries that are not ours only
the fixed part of a message is kept.
"""

import json
import logging
import sys
import threading
from contextlib import nullcontext
from types import TracebackType
from typing import IO, Any

import structlog
from structlog.contextvars import bind_contextvars, reset_contextvars
from structlog.typing import EventDict, Processor

from billhook.causes import causes, places
from engine.observer import Part, Watch
from engine.outbox import Claim

OURS = "billhook"


def start(*, form: str = "", level: str = "INFO", stream: IO[str] | None = None) -> None:
    """
    Write all logs of this process to `stream` (standard error): ours from `level` on, libraries' warnings.

    form: `json`, `text`, or '' for text at a terminal and JSON elsewhere.
    """
    stream = stream or sys.stderr
    as_json = form == "json" or (not form and not stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(_json if as_json else _text))
    for name, least in ((None, "WARNING"), (OURS, level)):
        logger = logging.getLogger(name)
        logger.handlers[:] = [] if name else [handler]
        logger.setLevel(least)
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # what cannot be written would be shown with all that it was to be written of
    sys.excepthook = _uncaught
    threading.excepthook = lambda ended: _uncaught(ended.exc_type, ended.exc_value, ended.exc_traceback)


class LogIds:
    """Log lines written during a transition or a job carry its ids."""

    def transition(self, account_id: str, payout_id: str, trigger: str) -> Watch:  # noqa: ARG002 - may be anything
        return _Bound(account=account_id, subject=payout_id)

    def transition_ended(self, code: str) -> None:
        pass

    def job(self, claim: Claim) -> Watch:
        return _Bound(
            account=claim.account_id, job=claim.job_id, subject=claim.subject_id, action=claim.action,
            attempt=claim.attempt,
        )  # fmt: skip

    def job_ended(self, claim: Claim, outcome: str) -> None:
        pass

    def part(self, name: Part) -> Watch:  # noqa: ARG002
        return nullcontext()


class _Bound:
    """Quicker than structlog's own `bound_contextvars`, which copies everything that is bound."""

    __slots__ = ("_ids", "_tokens")

    def __init__(self, **ids: object) -> None:
        self._ids = ids

    def __enter__(self) -> None:
        self._tokens = bind_contextvars(**self._ids)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        reset_contextvars(**self._tokens)


_EXTRAS = structlog.stdlib.ExtraAdder()


def _formatter(render: Processor) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            _with_ours,
        ],
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _of_whom,
            _without_words,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            render,
        ],
        use_get_message=False,
        pass_foreign_args=True,
    )


def _with_ours(logger: Any, name: str, event: EventDict) -> EventDict:
    """What our own lines add; of a library's nobody knows what it is. A formatter leaves `message` in the record."""
    if event["_record"].name.partition(".")[0] == OURS:
        _EXTRAS(logger, name, event)
        event.pop("message", None)
        event.pop("asctime", None)
    return event


def _of_whom(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """The logger's name; the message whole where it is ours, else its fixed part, in one line."""
    event["logger"] = name = event["_record"].name
    args = event.pop("positional_args", ())
    if name.partition(".")[0] != OURS:
        event["event"] = str(event["event"]).partition("\n")[0]
    elif args:
        event["event"] = event["event"] % args
    return event


def _without_words(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """What was raised by types, codes and places."""
    event.pop("stack_info", None)
    raised = event.pop("exc_info", None)
    if isinstance(raised, tuple) and raised[1] is not None:
        event["raised"], event["at"] = causes(raised[1]), places(raised[2])
    return event


def _json(_logger: Any, _name: str, event: EventDict) -> str:
    first = {name: event.pop(name) for name in ("timestamp", "level", "logger", "event")}
    return json.dumps({**first, **event}, ensure_ascii=False, default=str)


def _text(_logger: Any, _name: str, event: EventDict) -> str:
    when, level, logger, what = (event.pop(name) for name in ("timestamp", "level", "logger", "event"))
    more = [f"{name}={value}" for name, value in event.items() if name not in ("raised", "at")]
    lines = [" ".join([f"{when} {level.upper()} {logger}: {what}", *more])]
    lines += [f"  {each}" for each in (*event.get("at", ()), *event.get("raised", ()))]
    return "\n".join(lines)


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    raised = (kind, error or kind(), trace)
    logging.getLogger(f"{OURS}.uncaught").critical("nobody answered what was raised", exc_info=raised)
