"""Work beside the event loop: it comes back as if it had been done there, and the loop goes on meanwhile."""

import asyncio
import threading
from contextvars import ContextVar

import pytest

from billhook.web.threads import Threads

WHO: ContextVar[str] = ContextVar("who", default="nobody")


def test_work_is_done_in_another_thread_in_the_context_of_who_asks():
    async def ask(name):
        WHO.set(name)
        return await Threads(2, "test").do(lambda greeting: (greeting, WHO.get(), threading.current_thread()), "hello")

    greeting, who, thread = asyncio.run(ask("anna"))

    assert (greeting, who) == ("hello", "anna")
    assert thread.name.startswith("test-")
    assert thread.daemon


@pytest.mark.parametrize("raised", [ValueError("no"), KeyboardInterrupt("now")])
def test_what_it_raises_is_raised_where_it_was_asked_for_and_the_thread_goes_on(raised):
    threads = Threads(1, "test")

    def refuse():
        raise raised

    async def ask():
        with pytest.raises(type(raised), match=str(raised)):
            await threads.do(refuse)
        return await threads.do(lambda: "done")

    assert asyncio.run(ask()) == "done"


def test_as_many_are_done_at_a_time_as_there_are_threads_and_none_is_lost():
    threads, at_once, seen = Threads(3, "test"), threading.Semaphore(3), []
    together = threading.Barrier(3, timeout=10)

    def work(number):
        seen.append(at_once.acquire(blocking=False))
        together.wait()
        at_once.release()
        return number

    async def ask():
        return await asyncio.gather(*(threads.do(work, number) for number in range(30)))

    assert asyncio.run(ask()) == [*range(30)]
    assert seen == [True] * 30


def test_who_goes_before_it_is_done_leaves_the_thread_for_others():
    threads, goes_on = Threads(1, "test"), threading.Event()

    async def ask():
        left = asyncio.create_task(threads.do(goes_on.wait, 10))
        await asyncio.sleep(0)
        left.cancel()
        goes_on.set()
        with pytest.raises(asyncio.CancelledError):
            await left
        return await threads.do(lambda: "done")

    assert asyncio.run(ask()) == "done"
