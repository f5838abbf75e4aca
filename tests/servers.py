"""A real Redis, RabbitMQ and PostgreSQL for the tests: gone with whoever started them. It knows no table."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

_KEEPER = Path(__file__).with_name("server_keeper.py")


class ServerUnavailable(Exception):
    """This machine cannot run the server; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Frail:
    """A server to be broken. What it is told is done when the call returns; it comes back under its old address."""

    url: str
    _keeper: "subprocess.Popen[str]"

    def crash(self) -> None:
        """kill -9: a Redis loses everything, a PostgreSQL what was not committed."""
        self._told("crash")

    def stop(self) -> None:
        """Ended as an operator ends it, with whoever is connected."""
        self._told("stop")

    def start(self) -> None:
        self._told("start")

    def freeze(self) -> None:
        """It takes connections, as the kernel does that for it, and answers nothing."""
        self._told("freeze")

    def thaw(self) -> None:
        self._told("thaw")

    def _told(self, word: str) -> None:
        assert self._keeper.stdin and self._keeper.stdout
        self._keeper.stdin.write(f"{word}\n")
        self._keeper.stdin.flush()
        answer = self._keeper.stdout.readline()
        assert answer == "done\n", f"{self.url} was told to {word}: {answer or 'its keeper ended'}"


@contextmanager
def redis_server() -> Iterator[str]:
    """An empty Redis of its own, as `redis://...`."""
    with frail_redis() as server:
        yield server.url


@contextmanager
def rabbitmq_server() -> Iterator[str]:
    """An empty RabbitMQ of its own, as `amqp://...`. It takes some seconds to come up."""
    with frail_rabbitmq() as server:
        yield server.url


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL cluster of its own; the URL is that of its empty database `postgres`."""
    with frail_postgres() as server:
        yield server.url


@contextmanager
def frail_redis() -> Iterator[Frail]:
    """An empty Redis of its own that keeps nothing on disk, to be killed, frozen and started again."""
    with _kept("redis") as server:
        yield server


@contextmanager
def frail_rabbitmq() -> Iterator[Frail]:
    """A RabbitMQ of its own, to be killed, frozen and started again with its durable queues."""
    with _kept("rabbitmq") as server:
        yield server


@contextmanager
def frail_postgres() -> Iterator[Frail]:
    """A PostgreSQL cluster of its own, to be killed and started again."""
    with _kept("postgres") as server:
        yield server


@contextmanager
def fresh_database(server: str, *, name: str = "", template: str = "template0") -> Iterator[str]:
    """A new database on a `postgres_server`, copied from `template`, dropped afterwards with whoever is connected."""
    name = name or f"test_{uuid4().hex}"
    _tell(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _tell(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def _kept(kind: str) -> Iterator[Frail]:
    # A session of its own: what kills the tests' whole process group leaves the keeper alive to clean up.
    keeper = subprocess.Popen(
        [sys.executable, str(_KEEPER), kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with keeper:
        answer = keeper.stdout.readline().strip() if keeper.stdout else ""
        if "://" not in answer:
            raise ServerUnavailable(f"No {kind} here: {answer.removeprefix('unavailable: ') or 'its keeper ended'}")
        yield Frail(answer, keeper)


def _tell(server: str, sql: str) -> None:
    plain = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql)
