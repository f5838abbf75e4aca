"""The servers the tests run on are real, fresh for each test, and gone with the process that started them."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pika
import psycopg
import pytest
import redis
from sqlalchemy import make_url

from engine.migrations import require
from engine.store import Store

CHECKOUT = Path(__file__).parents[2]
HOLDS_A_SERVER = """
import sys, time
from tests.servers import postgres_server, rabbitmq_server, redis_server
with {kind}_server() as url:
    print(url, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("nth", ["first", "second"])
def test_redis_answers_and_is_empty_for_each_test(redis_url, nth):
    with redis.Redis.from_url(redis_url) as client:
        found = client.dbsize()
        client.set("left behind", nth)

        assert (found, client.get("left behind")) == (0, nth.encode())


@pytest.mark.parametrize("nth", ["first", "second"])
def test_rabbitmq_answers_and_is_empty_for_each_test(rabbitmq_url, nth):
    with pika.BlockingConnection(pika.URLParameters(rabbitmq_url)) as connection, connection.channel() as channel:
        channel.confirm_delivery()
        found = channel.queue_declare("billhook").method.message_count
        channel.basic_publish("", "billhook", nth.encode())

        assert (found, channel.queue_declare("billhook").method.message_count) == (0, 1)


@pytest.mark.parametrize("nth", ["first", "second"])
def test_postgres_answers_and_is_fresh_for_each_test(postgres_database, nth):
    with psycopg.connect(_plain(postgres_database)) as connection:
        connection.execute("CREATE TABLE left_behind (nth text)")
        version = connection.execute("SHOW server_version_num").fetchone()

    assert int(version[0]) >= 150000


@pytest.mark.parametrize("nth", ["first", "second"])
def test_a_fresh_database_of_either_kind_has_our_tables_and_nobody_elses(database, nth):
    store = Store(database)
    require(store.engine)
    store.unit_of_work(lambda tx: tx.run("CREATE TABLE left_behind (nth text)"))

    assert store.unit_of_work(lambda tx: tx.all("SELECT nth FROM left_behind")) == []

    store.close()


@pytest.mark.parametrize("kind", ["redis", "postgres", "rabbitmq"])
def test_a_server_ends_when_its_starter_is_killed(kind, request):
    request.getfixturevalue(f"{kind}_of_this_worker")  # so that a machine without the server says so in one way
    starter = subprocess.Popen(
        [sys.executable, "-c", HOLDS_A_SERVER.format(kind=kind)], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    with starter:
        url = make_url(starter.stdout.readline().strip())
        starter.kill()

    assert _stops_answering(url.port)


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _stops_answering(port: int) -> bool:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return True
        time.sleep(0.05)
    return False
