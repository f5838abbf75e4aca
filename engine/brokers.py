"""
What carries hints between processes, chosen by an address: none (in this process), `redis://` or `amqp://`.

Nothing is lost with a broker: a message is a hint at a row. So every choice here is for speed and plainness; only what
a broker hands on is looked at, since whoever can write to it can forge a message.
"""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol, cast

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.common import q_name
from dramatiq.errors import ConnectionClosed
from redis.exceptions import AuthenticationError, RedisError, ResponseError

from engine.errors import BrokerRefuses, BrokerUnreachable, Invalid, Problem

log = logging.getLogger("billhook.brokers")

QUEUE = "billhook"
#: What sending raises when a broker is away, full or read-only.
AWAY = (dramatiq.errors.BrokerConnectionError, RedisError)

_BUSY = 0.02  # seconds until a worker whose threads are all at work looks for hints again
_IDLE = 0.2  # seconds an idle worker waits for a bell before it looks without one
_BELLS = 64
_SILENCE = 2  # seconds: a verb that has committed waits no longer for a Redis that is frozen, and does not ask again


def broker_at(url: str | None) -> dramatiq.Broker:
    """
    The broker of an address, not yet connected.

    Raises:
        Invalid: nothing that carries hints has such an address.
    """
    if not url:
        return StubBroker(middleware=[])
    if url.startswith(("amqp://", "amqps://")):
        return _rabbitmq(url)
    return _redis(url)


def check(broker: dramatiq.Broker, url: str | None) -> None:
    """
    Raises:
        BrokerUnreachable: nobody answers at the address.
        BrokerRefuses: it answers and does not let us in.
    """
    if isinstance(broker, StubBroker):
        return
    remote, where = cast(_Remote, broker), without_secret(url or "")
    try:
        remote.ping()
    except remote.refusals as error:
        raise BrokerRefuses(where, remote.title) from error
    except Exception as error:
        raise BrokerUnreachable(where, remote.title) from error


def tend(broker: dramatiq.Broker) -> None:
    """Now and then, when nothing is sent: a connection that is silent for long would be ended."""
    if not isinstance(broker, StubBroker):
        cast(_Remote, broker).tend()


def without_secret(url: str) -> str:
    """An address as it may be shown: without who signs in, and without a query, which may hold a password too."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"


def _redis(url: str) -> dramatiq.Broker:
    """Dramatiq's defaults redeliver after minutes or never, and a client made from an address alone never retries."""
    import redis
    from redis.backoff import ExponentialWithJitterBackoff
    from redis.retry import Retry

    retry = Retry(ExponentialWithJitterBackoff(cap=0.5), retries=3, supported_errors=(redis.ConnectionError,))
    try:
        client = redis.Redis.from_url(url, socket_timeout=_SILENCE, socket_connect_timeout=_SILENCE, retry=retry)
    except ValueError as error:
        raise _not_configured(
            "no address of a broker; write redis://host:6379/0 or amqp://host, or unset it"
        ) from error
    return _RedisWithBell(client=client)


def _rabbitmq(url: str) -> dramatiq.Broker:
    try:
        from engine.rabbitmq import Rabbitmq
    except ImportError as error:
        raise _not_configured(f"RabbitMQ needs '{error.name}'; install billhook[rabbitmq]") from error
    try:
        return Rabbitmq(url, only_ours=_Ours)
    except Exception as error:  # pika raises what its parsing happens to raise
        raise _not_configured("no address of a RabbitMQ; write amqp://user:password@host:5672/vhost") from error


def _not_configured(told: str) -> Invalid:
    return Invalid("The configuration", [Problem("BILLHOOK_BROKER_URL", f"{told}.")])


class _Remote(Protocol):
    """A broker elsewhere. `refusals`: what `ping` raises when it answers and does not let us in."""

    title: str
    refusals: tuple[type[Exception], ...]

    def ping(self) -> None: ...

    def tend(self) -> None: ...


class _RedisWithBell(RedisBroker):
    """Dramatiq asks Redis again and again, at ever longer intervals. Here whoever sends rings for an idle worker."""

    title = "Redis"
    refusals = (AuthenticationError, ResponseError)

    def __init__(self, *, client: Any) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            client=client, middleware=[], namespace="billhook", heartbeat_timeout=15_000, maintenance_chance=10_000
        )
        self._bell = f"{self.namespace}:bell"

    def ping(self) -> None:
        self.client.ping()

    def tend(self) -> None:
        """Redis ends no idle connection, and a client that has lost one makes another."""

    def enqueue(self, message: dramatiq.Message[Any], *, delay: int | None = None) -> dramatiq.Message[Any]:
        sent = super().enqueue(message, delay=delay)
        with self.client.pipeline(transaction=False) as talk:
            talk.lpush(self._bell, "")
            talk.ltrim(self._bell, 0, _BELLS - 1)
            talk.execute()
        return sent

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> dramatiq.Consumer:  # noqa: ARG002
        asking: Any = super().consume(queue_name, prefetch, timeout=1)  # milliseconds: the bell is waited for instead

        def wait() -> None:
            if queue_name != QUEUE or asking.outstanding_message_count >= prefetch:
                time.sleep(_BUSY if queue_name == QUEUE else _IDLE)
            else:
                self._wait_for_bell()

        return _Ours(asking, wait)

    def _wait_for_bell(self) -> None:
        try:
            self.client.blpop([self._bell], timeout=_IDLE)
        except RedisError as error:
            raise ConnectionClosed(error) from None  # type: ignore[no-untyped-call]


_NO_MESSAGE = (dramatiq.errors.DecodeError, ValueError, TypeError, KeyError, AttributeError)


class _Ours(dramatiq.Consumer):
    """
    Hands on what is ours. A message that names another queue would end the worker thread that answers it; one that is
    to be kept until later would be held for good.
    """

    def __init__(self, asking: Any, wait: Callable[[], None] = lambda: None) -> None:
        self._asking, self._wait = asking, wait

    def __next__(self) -> Any:
        try:
            message = next(self._asking)
        except _NO_MESSAGE:  # raised on, it would cost the hints that were fetched with it
            log.warning("a message that cannot be read was dropped")
            return None
        if message is None:
            self._wait()
        elif q_name(message.queue_name) != QUEUE or "eta" in message.options:
            log.warning("a message that is no hint was dropped")  # hints are never for later: the rows know
            self._asking.ack(message)
            return None
        return message

    def ack(self, message: Any) -> None:
        self._asking.ack(message)

    def nack(self, message: Any) -> None:
        self._asking.nack(message)

    def requeue(self, messages: Iterable[Any]) -> None:
        self._asking.requeue(messages)

    def close(self) -> None:
        self._asking.close()
