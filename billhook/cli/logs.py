"""What billhook logs, as a command shows it: warnings in a line each; a worker shows all. It knows no command."""

import logging
import sys

_LOGGERS = ("billhook", "dramatiq")


def show(*, everything: bool = False) -> None:
    """Write logs to standard error: warnings and worse, or everything with stack traces, as a supervisor wants it."""
    handler = logging.StreamHandler(sys.stderr)
    if everything:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    else:
        handler.setFormatter(_OneLine("%(levelname)s: %(message)s"))
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(logging.INFO if everything and name == "billhook" else logging.WARNING)


class _OneLine(logging.Formatter):
    """The message, and what was raised in its own words, without the stack."""

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's own name
        error = ei[1] if isinstance(ei, tuple) else None
        return f"  {error}" if error else ""
