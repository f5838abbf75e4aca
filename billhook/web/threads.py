"""
Threads for work that waits for the database, while the event loop goes on. It knows no work.

anyio's, which pages use, do the same; but a piece of work asks them for a place, twice for a turn of the loop, and for
a lock, and that costs as much as a short transaction. Whoever uses these sees to it that nobody takes all of them.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context, copy_context
from functools import cached_property, partial
from queue import SimpleQueue
from typing import Any, TypeVar

Answer = TypeVar("Answer")
_Done = asyncio.Future[tuple[Any, BaseException | None]]
_Work = tuple[asyncio.AbstractEventLoop, _Done, Context, Callable[[], Any]]


class Threads:
    """So many of them; they start with the first work, and end with the process, whatever they do then."""

    def __init__(self, count: int, name: str) -> None:
        self._count, self._name = count, name

    async def do(self, work: Callable[..., Answer], *given: Any) -> Answer:
        """What `work` returns or raises, in the context of who asks for it."""
        loop = asyncio.get_running_loop()
        done: _Done = loop.create_future()
        self._queue.put((loop, done, copy_context(), partial(work, *given)))
        answer, error = await done
        if error is not None:
            raise error
        return answer  # type: ignore[no-any-return]

    @cached_property
    def _queue(self) -> SimpleQueue[_Work]:
        queue = SimpleQueue[_Work]()
        for number in range(self._count):
            threading.Thread(target=_answer, args=(queue,), name=f"{self._name}-{number}", daemon=True).start()
        return queue


def _answer(queue: SimpleQueue[_Work]) -> None:
    while True:
        loop, done, context, work = queue.get()
        answer, error = None, None
        try:
            answer = context.run(work)
        except BaseException as raised:  # whoever asked for it is to have it
            error = raised
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_tell, done, answer, error)
        del done, context, work, answer, error  # what they hold is let go of before the next work comes


def _tell(done: _Done, answer: Any, error: BaseException | None) -> None:
    if not done.done():  # who asked may have gone
        done.set_result((answer, error))
