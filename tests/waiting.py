"""Wait for what must happen, with a limit that only a fault reaches. It knows no test."""

import time
from collections.abc import Callable


def until(true: Callable[[], object], *, seconds: float = 60.0) -> None:
    """Return once it is so; a loaded machine may take its time."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, f"it did not happen within {seconds:g} s"
        time.sleep(0.02)
