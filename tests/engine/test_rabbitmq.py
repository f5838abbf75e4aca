"""RabbitMQ as hints want it: one plain queue, confirmed messages, and nobody who waits long for one that is away."""

import subprocess
import sys
import time
from datetime import timedelta
from urllib.parse import urlsplit

import dramatiq
import pika
import pytest
from dramatiq.errors import ConnectionClosed
from pika.exceptions import ChannelClosedByBroker

from engine import brokers
from engine.clock import SystemClock
from engine.dispatch import Dispatcher, Pace
from engine.errors import BrokerUnreachable, Invalid
from engine.store import Store
from tests.servers import frail_rabbitmq
from tests.wire import Wire
from tests.worlds import Place

QUICK = Pace(lease=timedelta(seconds=60), patience=timedelta(seconds=0.5), sweep=timedelta(seconds=0.1))
HINT = dramatiq.Message(brokers.QUEUE, "perform", ("job",), {}, {})


@pytest.fixture
def channel(rabbitmq_url):
    with pika.BlockingConnection(pika.URLParameters(rabbitmq_url)) as connection, connection.channel() as channel:
        yield channel


@pytest.fixture
def wired(rabbitmq_url):
    """A broker at the other end of a wire that can be cut, and the wire."""
    port = urlsplit(rabbitmq_url).port
    with Wire(port) as wire:
        broker = brokers.broker_at(rabbitmq_url.replace(str(port), str(wire.port)))
        yield broker, wire
        broker.close()


@pytest.fixture
def place(sqlite_database):
    store = Store(sqlite_database, durability="NORMAL")
    place = Place(store, clock=SystemClock())
    place.partner()
    yield place
    store.close()


def test_there_is_one_queue_and_none_for_what_is_late_or_dead(rabbitmq_url, channel):
    broker = brokers.broker_at(rabbitmq_url)
    broker.enqueue(HINT)
    broker.close()

    assert channel.queue_declare(brokers.QUEUE, passive=True).method.message_count == 1
    for late_or_dead in ("DQ", "XQ"):
        with pytest.raises(ChannelClosedByBroker):
            channel.connection.channel().queue_declare(f"{brokers.QUEUE}.{late_or_dead}", passive=True)


def test_a_queue_that_is_there_is_taken_as_it_is(rabbitmq_url, channel):
    channel.queue_declare(brokers.QUEUE, durable=False, arguments={"x-max-length": 5})
    broker = brokers.broker_at(rabbitmq_url)
    broker.enqueue(HINT)
    broker.close()

    assert channel.queue_declare(brokers.QUEUE, passive=True).method.message_count == 1


def test_a_hint_is_sent_though_the_queue_has_gone(rabbitmq_url, channel):
    broker = brokers.broker_at(rabbitmq_url)
    broker.enqueue(HINT)
    channel.queue_delete(brokers.QUEUE)
    broker.enqueue(HINT)
    broker.close()

    assert channel.queue_declare(brokers.QUEUE, passive=True).method.message_count == 1


def test_a_connection_that_has_ended_costs_no_hint(wired, channel):
    broker, wire = wired
    broker.enqueue(HINT)
    wire.cut()
    wire.mend()
    broker.enqueue(HINT)

    assert channel.queue_declare(brokers.QUEUE, passive=True).method.message_count == 2


def test_one_that_is_away_is_not_asked_again_at_once_by_everybody_who_has_committed(wired):
    broker, wire = wired
    broker.enqueue(HINT)
    wire.cut()
    with pytest.raises(ConnectionClosed):
        broker.enqueue(HINT)
    wire.mend()

    with pytest.raises(ConnectionClosed, match="it was away a moment ago"):
        broker.enqueue(HINT)
    assert issubclass(ConnectionClosed, brokers.AWAY)


def test_while_one_waits_for_a_rabbitmq_that_hangs_others_do_not_wait_long(wired):
    broker, _ = wired
    broker.enqueue(HINT)
    with broker._sending:
        brokers.tend(broker)  # returns at once
        began = time.monotonic()
        with pytest.raises(ConnectionClosed, match="it was away a moment ago"):
            broker.enqueue(HINT)

    assert time.monotonic() - began < 10


def test_a_name_that_nobody_has_is_one_that_is_away():
    broker = brokers.broker_at("amqp://no-such-host.invalid/")

    with pytest.raises(ConnectionClosed):
        broker.enqueue(HINT)
    with pytest.raises(BrokerUnreachable, match=r"No RabbitMQ answers at amqp://no-such-host\.invalid/\."):
        brokers.check(broker, "amqp://guest:secret@no-such-host.invalid/")


def test_an_idle_connection_is_tended_and_one_that_has_ended_is_let_go(wired):
    broker, wire = wired
    brokers.tend(broker)  # there is none yet
    broker.enqueue(HINT)
    brokers.tend(broker)
    wire.cut()
    ends = time.monotonic() + 10
    while hasattr(broker.state, "connection") and time.monotonic() < ends:
        brokers.tend(broker)

    assert not hasattr(broker.state, "connection")


def test_a_hint_is_never_put_off(rabbitmq_url):
    broker = brokers.broker_at(rabbitmq_url)

    with pytest.raises(ValueError, match="the job's row says when it is due"):
        broker.enqueue(HINT, delay=1000)


@pytest.mark.parametrize(
    "forged",
    [
        b"no message",
        HINT.copy(queue_name="elsewhere").encode(),
        HINT.copy(actor_name="no_such").encode(),
        HINT.copy(args=(1, 2, 3)).encode(),
        HINT.copy(options={"eta": 4_000_000_000_000}).encode(),
    ],
    ids=["bytes", "queue", "actor", "args", "later"],
)
def test_a_forged_message_ends_no_worker_and_is_held_by_none(rabbitmq_url, channel, place, forged):
    dispatcher = Dispatcher(place.world, broker_url=rabbitmq_url)
    dispatcher.start()
    for _ in range(10):
        channel.basic_publish("", brokers.QUEUE, forged)
    place.payout(state="Ready")

    assert dispatcher.drain(seconds=30)
    dispatcher.stop()


@pytest.mark.long
@pytest.mark.parametrize("how", ["crash", "stop"])
def test_a_rabbitmq_that_goes_and_comes_back_loses_no_job(place, how):
    with frail_rabbitmq() as server:
        dispatcher = Dispatcher(place.world, broker_url=server.url, pace=QUICK)
        dispatcher.start()
        for nth in range(20):
            if nth == 10:
                getattr(server, how)()
            place.payout(state="Ready")
        server.start()
        assert dispatcher.drain(seconds=120)
        dispatcher.stop()

    assert len(place.printer.printed) == len(set(place.printer.printed)) == 20


@pytest.mark.parametrize("url", ["amqp://localhost:port", "amqp://localhost/?heartbeat=often"])
def test_what_is_no_address_of_a_rabbitmq_is_refused_with_one_that_is(url):
    with pytest.raises(Invalid, match=r"no address of a RabbitMQ; write amqp://user:password@host:5672/vhost\."):
        brokers.broker_at(url)


def test_without_its_client_it_is_said_what_to_install():
    code = """import sys; sys.modules["pika"] = None; from engine.brokers import broker_at; broker_at("amqp://localhost")"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert ran.stderr.strip().endswith("BILLHOOK_BROKER_URL: RabbitMQ needs 'pika'; install billhook[rabbitmq].")
