"""
Hints through Redis: Dramatiq's broker for it, as hints want it. It knows no job; it is loaded where it is wanted.

Dramatiq asks Redis again and again, at ever longer intervals. Here whoever sends rings for an idle worker.
"""

import time
from collections.abc import Callable
from typing import Any

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import ConnectionClosed
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import AuthenticationError, RedisError, ResponseError
from redis.retry import Retry

_BUSY = 0.02  # seconds until a worker whose threads are all at work looks for hints again
_IDLE = 0.2  # seconds an idle worker waits for a bell before it looks without one
_BELLS = 64
_SILENCE = 2  # seconds: a verb that has committed waits no longer for a Redis that is frozen, and does not ask again


class RedisWithBell(RedisBroker):
    """
    Dramatiq's defaults redeliver after minutes or never, and a client made from an address alone never retries.
    """

    title = "Redis"
    refusals = (AuthenticationError, ResponseError)

    def __init__(self, url: str, *, queue: str, only_ours: Callable[..., dramatiq.Consumer]) -> None:
        """`only_ours` goes between a consumer of `queue` and the worker. Raises ValueError: it is no such address."""
        retry = Retry(ExponentialWithJitterBackoff(cap=0.5), retries=3, supported_errors=(redis.ConnectionError,))
        client = redis.Redis.from_url(url, socket_timeout=_SILENCE, socket_connect_timeout=_SILENCE, retry=retry)
        super().__init__(  # type: ignore[no-untyped-call]
            client=client, middleware=[], namespace="billhook", heartbeat_timeout=15_000, maintenance_chance=10_000
        )
        self._bell, self._queue, self._only_ours = f"{self.namespace}:bell", queue, only_ours

    def ping(self) -> None:
        self.client.ping()

    def tend(self) -> None:
        """Redis ends no idle connection, and a client that has lost one makes another."""

    def enqueue(self, message: dramatiq.Message[Any], *, delay: int | None = None) -> dramatiq.Message[Any]:
        """Raises ConnectionClosed: Redis is away, full or read-only."""
        try:
            sent = super().enqueue(message, delay=delay)
            with self.client.pipeline(transaction=False) as talk:
                talk.lpush(self._bell, "")
                talk.ltrim(self._bell, 0, _BELLS - 1)
                talk.execute()
        except RedisError as error:
            raise ConnectionClosed(error) from error  # type: ignore[no-untyped-call]
        return sent

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> dramatiq.Consumer:  # noqa: ARG002
        asking: Any = super().consume(queue_name, prefetch, timeout=1)  # milliseconds: the bell is waited for instead

        def wait() -> None:
            if queue_name != self._queue or asking.outstanding_message_count >= prefetch:
                time.sleep(_BUSY if queue_name == self._queue else _IDLE)
            else:
                self._wait_for_bell()

        return self._only_ours(asking, wait)

    def _wait_for_bell(self) -> None:
        try:
            self.client.blpop([self._bell], timeout=_IDLE)
        except RedisError as error:
            raise ConnectionClosed(error) from None  # type: ignore[no-untyped-call]
