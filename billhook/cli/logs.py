"""What billhook logs, as a command shows it: warnings in a line each. A long-lived process has `billhook.logs`."""

import logging
import sys

from billhook.causes import causes

_LOGGERS = ("billhook", "dramatiq")


def show() -> None:
    """Write warnings and worse to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine("%(levelname)s: %(message)s"))
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(logging.WARNING)


class _OneLine(logging.Formatter):
    """The message, and what was raised by its type, without words and without the stack."""

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's own name
        error = ei[1] if isinstance(ei, tuple) else None
        return f"  {', '.join(causes(error))}" if error else ""
