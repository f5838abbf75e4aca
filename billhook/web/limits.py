"""
How large a request may be, how often somebody may ask for something, and for how much at a time. It knows no route.

Counts are kept in each process: with several of them a guesser has as many times the tries, which is still few.
"""

import asyncio
import time
from collections import Counter as Counted
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from weakref import WeakValueDictionary

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_MB = 30  # a step's file has 25 at most
LARGEST_PLAIN_MB, MOST_PAIRS = 2, 1000  # of a form without files: a pipeline's YAML, or the payouts of one bulk

LINKS_OF_ADDRESS = parse("5/15 minutes")
LINKS_OF_PLACE = parse("30/15 minutes")
TRIES_OF_PLACE = parse("60/15 minutes")
CALLS = 60_000  # of one token in a minute, in each process
AT_A_TIME = 8  # requests of one who asks; there are forty threads that answer them


class Counter:
    """Counts what somebody does, by a name for them: forms exactly, and calls, which are many, minute by minute."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._limiter, self._clock = MovingWindowRateLimiter(MemoryStorage()), clock
        self._minute, self._calls = 0, Counted[str]()

    def allows(self, limit: RateLimitItem, *who: str) -> bool:
        """Count one more, unless it is one too many."""
        return self._limiter.hit(limit, *who)

    def take(self, who: str) -> tuple[int, int]:
        """Count one more call. How many are left, -1 when it is one too many, and the seconds until all are."""
        minute, second = divmod(int(self._clock()), 60)
        if minute != self._minute:
            self._minute, self._calls = minute, Counted()
        self._calls[who] += 1
        return max(-1, CALLS - self._calls[who]), 60 - second


class Lanes:
    """
    Of one who asks, so many requests are answered at a time. Their next ones wait, in no thread: however many somebody
    sends at once, threads are left for everybody else.
    """

    def __init__(self) -> None:
        self._lanes: WeakValueDictionary[tuple[int, str], asyncio.Semaphore] = WeakValueDictionary()

    def of(self, who: str) -> AbstractAsyncContextManager[None]:
        """Their turn. Whoever has no name ('') has it at once."""
        if not who:
            return nullcontext()
        here = id(asyncio.get_running_loop()), who
        return self._lanes.setdefault(here, asyncio.Semaphore(AT_A_TIME))  # gone with the last who holds it


class BodyLimit:
    """ASGI middleware: a body that says it is too large is not read, one that turns out to be is not read on."""

    def __init__(self, app: ASGIApp, *, refused: Callable[[], Response]) -> None:
        self._app, self._refused = app, refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        plain = _PLAIN_FORM in headers.get("content-type", "").lower()
        most, said = (LARGEST_PLAIN_MB if plain else LARGEST_MB) * 2**20, headers.get("content-length", "0")
        if said.isdecimal() and int(said[:20]) > most:
            await self._refused()(scope, receive, send)
            return
        await self._app(scope, _Measured(receive, most, most_pairs=MOST_PAIRS if plain else most).receive, send)


class _Measured:
    """
    The body as it comes, until it is too large or has too many pairs; then whoever reads it is told so. Pairs are
    counted before they are parsed: the parser steps through empty ones byte by byte and counts none of them.
    """

    def __init__(self, receive: Receive, most: int, *, most_pairs: int) -> None:
        self._receive, self._left, self._pairs_left = receive, most, most_pairs

    async def receive(self) -> Message:
        message = await self._receive()
        body = message.get("body", b"")
        self._left -= len(body)
        self._pairs_left -= body.count(b"&")
        if min(self._left, self._pairs_left) < 0:
            raise HTTPException(413)
        return message


_PLAIN_FORM = "application/x-www-form-urlencoded"
