"""
What carries hints between processes, chosen by an address: none (in this process), `redis://` or `amqp://`.

Nothing is lost with a broker: a message is a hint at a row. So every choice here is for speed and plainness; only what
a broker hands on is looked at, since whoever can write to it can forge a message.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any, Protocol, cast

import dramatiq
from dramatiq.brokers.stub import StubBroker
from dramatiq.common import q_name

from engine.errors import BrokerRefuses, BrokerUnreachable, Invalid, Problem

log = logging.getLogger("billhook.brokers")

QUEUE = "billhook"
#: What sending raises when a broker is away, full or read-only.
AWAY = dramatiq.errors.BrokerConnectionError


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
    from engine.redis_hints import RedisWithBell

    try:
        return RedisWithBell(url, queue=QUEUE, only_ours=_Ours)
    except ValueError as error:
        raise _not_configured(
            "no address of a broker; write redis://host:6379/0 or amqp://host, or unset it"
        ) from error


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
