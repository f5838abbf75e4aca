"""What carries hints: chosen by an address, rung for at once, and not trusted."""

import json
import time
from datetime import timedelta

import dramatiq
import pytest
import redis

from engine import brokers
from engine.clock import SystemClock
from engine.dispatch import Dispatcher, Pace
from engine.errors import BrokerUnreachable, Invalid
from tests.worlds import Place

PACE = Pace(threads=1, sweep=timedelta(seconds=30), patience=timedelta(seconds=30), glance=timedelta(seconds=0.02))


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://localhost", "BILLHOOK_BROKER_URL: no address of a broker; write redis://host:6379/0 or amqp://host"),
        ("redis://localhost:port", "BILLHOOK_BROKER_URL: no address of a broker"),
    ],
)
def test_what_is_no_address_of_a_broker_is_refused_with_what_is_one(url, told):
    with pytest.raises(Invalid, match=told):
        brokers.broker_at(url)


def test_a_broker_that_does_not_answer_is_named_without_its_password():
    url = "redis://:secret@127.0.0.1:1/0"

    with pytest.raises(BrokerUnreachable, match=r"No Redis answers at redis://127\.0\.0\.1:1/0\."):
        brokers.check(brokers.broker_at(url), url)


@pytest.mark.parametrize(
    "forged",
    [
        {"queue_name": "elsewhere"},
        {"queue_name": "elsewhere", "actor_name": "no_such"},
        {"actor_name": "no_such"},
        {"args": [1, 2, 3]},
        {"args": ["no such job"]},
        {"args": [{"a": ["deep"] * 1000}]},
    ],
)
def test_a_forged_message_ends_no_worker(own_store, redis_url, forged):
    place = Place(own_store, clock=SystemClock())
    place.partner()
    dispatcher = Dispatcher(place.world, broker_url=redis_url, pace=PACE)
    dispatcher.start()
    _forge(dispatcher, redis_url, forged)
    place.payout(state="Ready")

    assert dispatcher.drain(seconds=20)
    assert len(place.printer.printed) == 1
    dispatcher.stop()


@pytest.mark.parametrize("body", [b"not json", b"[]", b"{}", b'{"queue_name": 1}', b"\xff"])
def test_what_is_no_message_costs_no_other_its_time(own_store, redis_url, body):
    place = Place(own_store, clock=SystemClock())
    place.partner()
    dispatcher = Dispatcher(place.world, broker_url=redis_url, pace=PACE)
    for number in range(20):
        dispatcher.broker.do_enqueue(brokers.QUEUE, f"poison{number}", body)
    dispatcher.start()
    place.payout(state="Ready")

    assert dispatcher.drain(seconds=20)
    dispatcher.stop()


def _forge(dispatcher: Dispatcher, redis_url: str, changes: dict[str, object]) -> None:
    """Write past Dramatiq into its queue, as anybody can who has the password of Redis."""
    broker = dispatcher.broker
    message = dispatcher.perform.message("job").copy(options={"redis_message_id": "forged"})
    text = json.dumps({**json.loads(message.encode()), **changes}).encode()
    broker.do_enqueue(brokers.QUEUE, "forged", text)
    until = time.monotonic() + 20
    with redis.Redis.from_url(redis_url) as client:
        while client.hlen(f"billhook:{brokers.QUEUE}.msgs") and time.monotonic() < until:
            time.sleep(0.01)
    assert isinstance(broker, dramatiq.Broker)
