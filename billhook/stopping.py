"""
Being told to stop: SIGTERM and SIGINT, as something that can be waited for. It knows nothing of what is to be stopped.

The first signal is a request, a later one ends the process at once.
"""

import os
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType

_LOOK = 200  # milliseconds
_SAME = 0.5  # seconds in which signals are one: `timeout` and some supervisors tell a process and its whole group


class Stop:
    """
    Set once. A pipe, since a signal's answer runs between any two steps of the main thread: were it to take a lock
    that the main thread holds just then, as `threading.Event` does, both would wait for ever.
    """

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()
        self._is_set = False

    def set(self) -> None:
        if not self._is_set:
            self._is_set = True
            os.write(self._writing, b"!")

    def is_set(self) -> bool:
        return self._is_set

    def wait(self) -> None:
        """
        Until it is set. Nobody takes what stands in the pipe, so everybody sees it. A signal that comes just before
        the main thread falls asleep does not wake it, and is answered only when it looks up.
        """
        poll = select.poll()
        poll.register(self._reading, select.POLLIN)
        while not poll.poll(_LOOK):
            continue

    def close(self) -> None:
        os.close(self._reading)
        os.close(self._writing)


@contextmanager
def told_to_stop(then: Callable[[], None] = lambda: None) -> Iterator[Stop]:
    """What SIGTERM and SIGINT set; they call `then` too, which must take no lock. The second one ends the process."""
    stop, told = Stop(), monotonic()

    def answer(number: int, _frame: FrameType | None) -> None:
        nonlocal told
        if not stop.is_set():
            told = monotonic()
            stop.set()
            then()
        elif monotonic() - told > _SAME:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    before = {each: signal.signal(each, answer) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for each, former in before.items():
            signal.signal(each, former)
        stop.close()
