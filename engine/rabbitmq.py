"""
Hints through RabbitMQ: Dramatiq's broker for it, as hints want it. It knows no job; without pika it cannot be imported.

A hint may be lost and is repeated from the table, and what fails is told by the job's row. So there is one queue, and
none for messages that are late or dead; the queue outlives a restart of RabbitMQ, messages need not: nothing waits for
its disk. Each message is confirmed, so that one written to a connection that is gone is not taken for sent.
"""

import logging
from collections.abc import Callable
from threading import Lock
from time import monotonic
from types import SimpleNamespace
from typing import Any

import dramatiq
import pika
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.common import q_name
from dramatiq.errors import ConnectionClosed
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import (
    AMQPError,
    ChannelClosedByBroker,
    ConnectionClosedByBroker,
    ProbableAccessDeniedError,
    ProbableAuthenticationError,
)

# A broker that is away is told once by whoever wanted it. pika tells it again, with a stack for each address it tried.
logging.getLogger("pika").setLevel(logging.CRITICAL)

_CHOSEN = {
    "heartbeat": 10,  # seconds; one that hangs is noticed in about half a minute
    "blocked_connection_timeout": 10,  # it takes no messages while it is short of memory or disk
    "socket_timeout": 3,
    "stack_timeout": 6,
    "client_properties": {"connection_name": "billhook"},
}
_REPEATED = 60_000  # milliseconds; a hint that nobody took until then has been sent again
_AWAY = 5.0  # seconds until one that was away is tried again: whoever has committed something does not wait for it
_TURN = 1.0  # seconds for whoever sends just now; it takes less than a thousandth unless RabbitMQ hangs
_TRANSIENT = 1
_FAILURES = (AMQPError, AMQPConnectorException, OSError)  # what pika raises is of three kinds, the name's look-up too


class Rabbitmq(RabbitmqBroker):
    """One connection for all that a process sends, and one for each consumer."""

    title = "RabbitMQ"
    refusals = (ProbableAuthenticationError, ProbableAccessDeniedError, ConnectionClosedByBroker)

    def __init__(self, url: str, *, only_ours: Callable[[Any], dramatiq.Consumer]) -> None:
        """
        `only_ours` goes between a consumer and the worker. Raises what pika's parsing happens to raise when `url` is
        no address of a RabbitMQ.
        """
        super().__init__(url=url, middleware=[], confirm_delivery=True)
        for parameters in self.parameters if isinstance(self.parameters, list) else [self.parameters]:
            for name, value in _CHOSEN.items():
                if f"{name}=" not in url:
                    setattr(parameters, name, value)
        self._only_ours = only_ours
        self.state: Any = SimpleNamespace()  # not by thread: those of a web server come and go, connections would stay
        self._sending = Lock()
        self._away_until = 0.0
        self._had: set[str] = set()

    def ping(self) -> None:
        """Raises what pika raises when nobody answers, or does not let us in."""
        pika.BlockingConnection(self.parameters).close()

    def tend(self) -> None:
        """Answer on the idle connection, so that RabbitMQ does not end it."""
        if not self._sending.acquire(blocking=False):
            return  # it is in use
        try:
            if connection := getattr(self.state, "connection", None):
                connection.process_data_events(0)
        except _FAILURES:
            del self.connection
        finally:
            self._sending.release()

    def declare_queue(self, queue_name: str, *, ensure: bool = False) -> None:
        """Raises ConnectionClosed."""
        name = q_name(queue_name)
        if name not in self.queues:
            self.queues.add(name)
            self.emit_after("declare_queue", name)
        if ensure:
            self._answered(lambda: self._have(name))

    def enqueue(self, message: dramatiq.Message[Any], *, delay: int | None = None) -> dramatiq.Message[Any]:
        """Raises ConnectionClosed: it is away, or full."""
        if delay is not None:
            raise ValueError("a hint is never put off: the job's row says when it is due")
        self._answered(lambda: self._publish(message))
        return message

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> dramatiq.Consumer:
        return self._only_ours(super().consume(queue_name, prefetch, timeout))

    def flush(self, queue_name: str) -> None:
        """Lose all hints. Raises ConnectionClosed."""
        self._answered(lambda: self._empty(queue_name))

    def _answered(self, ask: Callable[[], None]) -> None:
        """Ask, one at a time. While somebody waits for one that hangs, and a while after, all others are refused."""
        if monotonic() < self._away_until or not self._sending.acquire(timeout=_TURN):
            raise ConnectionClosed("it was away a moment ago")  # type: ignore[no-untyped-call]
        try:
            self._asked_twice(ask)
        except _FAILURES as error:
            self._begin_anew()
            self._away_until = monotonic() + _AWAY
            raise ConnectionClosed(error) from None  # type: ignore[no-untyped-call]
        finally:
            self._sending.release()

    def _asked_twice(self, ask: Callable[[], None]) -> None:
        """The first time may be on a connection that has ended meanwhile; the second is on a new one."""
        try:
            ask()
        except _FAILURES:
            self._begin_anew()
            ask()

    def _begin_anew(self) -> None:
        del self.connection
        self._had.clear()  # it may have come back without them

    def _publish(self, message: dramatiq.Message[Any]) -> None:
        self._have(message.queue_name)
        properties = pika.BasicProperties(delivery_mode=_TRANSIENT)
        self.channel.basic_publish("", message.queue_name, message.encode(), properties, mandatory=True)

    def _empty(self, name: str) -> None:
        self._have(name)
        self.channel.queue_purge(name)

    def _have(self, name: str) -> None:
        """A queue that is there already is taken as it is: an operator, or another version, may have made it."""
        if name in self._had - self.queues_pending:  # pending: a consumer has found that it is gone
            return
        try:
            self.channel.queue_declare(name, passive=True)
        except ChannelClosedByBroker:
            del self.channel
            self.channel.queue_declare(name, durable=True, arguments={"x-message-ttl": _REPEATED})
        self._had.add(name)
        self.queues_pending.discard(name)
