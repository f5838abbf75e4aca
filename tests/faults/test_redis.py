"""Redis is killed, flushed, frozen, full or evicting: transitions go on and every document follows."""

import time

import pytest
import redis


@pytest.fixture
def away(request) -> float:
    """Seconds that Redis is gone."""
    return 60.0 if request.config.getoption("--long") else 3.0


@pytest.fixture
def frozen(request) -> float:
    """Seconds that Redis answers nothing."""
    return 9.0 if request.config.getoption("--long") else 3.0


@pytest.fixture
def many(request) -> int:
    """How many payouts."""
    return 200 if request.config.getoption("--long") else 40


def tell(broker, *words) -> None:
    with redis.Redis.from_url(broker.url) as client:
        client.execute_command(*words)


def test_a_redis_that_is_killed_and_comes_back_empty_loses_nothing(line):
    line.ready(10)
    line.broker.crash()
    line.broker.start()
    line.ready(10)

    assert line.broken_in_the_end() == {}
    assert line.attached() == 20


def test_a_redis_that_is_flushed_in_the_middle_of_many_payouts_loses_none(line, many):
    line.ready(many // 2)
    tell(line.broker, "FLUSHALL")
    line.ready(many // 2)

    assert line.broken_in_the_end() == {}
    assert line.attached() == many


def test_while_redis_is_away_transitions_go_on_and_documents_follow(line, away):
    line.broker.crash()
    ends = time.monotonic() + away
    made = [line.ready(1) for _ in range(3)]
    time.sleep(max(0.0, ends - time.monotonic()))
    line.broker.start()

    assert line.broken_in_the_end() == {}
    assert line.attached() == len(made)


def test_a_redis_that_is_frozen_holds_documents_up_and_loses_none(line, frozen):
    waiting = line.place.payout(state="Pending")
    line.ready(5)
    line.broker.freeze()
    time.sleep(frozen)
    line.broker.thaw()
    line.place.fire(waiting, "accept", reason="why")

    assert line.broken_in_the_end() == {}
    assert line.attached() == 6


def test_a_transition_does_not_wait_for_a_frozen_redis(line):
    waiting = line.place.payout(state="Pending")
    line.broker.freeze()
    began = time.monotonic()
    line.place.fire(waiting, "accept", reason="why")
    took = time.monotonic() - began
    line.broker.thaw()

    assert took < 5
    assert line.broken_in_the_end() == {}


@pytest.mark.parametrize("policy", ["noeviction", "allkeys-random"])
def test_a_redis_without_memory_or_that_throws_hints_away_loses_nothing(line, policy):
    tell(line.broker, "CONFIG", "SET", "maxmemory-policy", policy)
    tell(line.broker, "CONFIG", "SET", "maxmemory", "1")
    line.ready(10)
    tell(line.broker, "CONFIG", "SET", "maxmemory", "0")
    line.ready(1)

    assert line.broken_in_the_end() == {}
    assert line.attached() == 11


def test_a_redis_that_throws_hints_away_all_the_time_loses_nothing(line):
    tell(line.broker, "CONFIG", "SET", "maxmemory-policy", "allkeys-random")
    with redis.Redis.from_url(line.broker.url) as client:
        tell(line.broker, "CONFIG", "SET", "maxmemory", client.info("memory")["used_memory"] + 1_000_000)
        for n in range(30):
            line.ready(1)
            for ballast in range(5):
                client.set(f"ballast{(5 * n + ballast) % 30}", bytes(60_000))
        evicted = client.info("stats")["evicted_keys"]

    assert line.broken_in_the_end() == {}
    assert (line.attached(), evicted > 30) == (30, True)
