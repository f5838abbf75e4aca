"""
A question to something that may hang: asked by one thread at a time, and waited for only so long.

No driver gives up by itself when a server hangs. Whoever asks meanwhile waits for the same answer, so that a server
that hangs costs one thread, however often it is asked for.
"""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Question(Generic[Answer]):
    """`ask` gives what `find` returned, or None when it raised or took longer than `limit` seconds."""

    def __init__(self, name: str, find: Callable[[], Answer], *, limit: float) -> None:
        self._name, self._find, self._limit = name, find, limit
        self._asking: _Asking[Answer] | None = None
        self._turn = threading.Lock()

    def ask(self) -> Answer | None:
        with self._turn:
            if self._asking is None or self._asking.ended.is_set():
                self._asking = _Asking(self._name, self._find)
            asking = self._asking
        asking.ended.wait(self._limit)
        return asking.answer


class _Asking(Generic[Answer]):
    def __init__(self, name: str, find: Callable[[], Answer]) -> None:
        self.answer: Answer | None = None
        self.ended = threading.Event()
        threading.Thread(target=self._run, args=(find,), name=f"billhook-{name}", daemon=True).start()

    def _run(self, find: Callable[[], Answer]) -> None:
        try:
            self.answer = find()
        except Exception:  # that there is no answer is the answer; why is told where the work is done
            self.answer = None
        finally:
            self.ended.set()
