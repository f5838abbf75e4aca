"""A real Redis and a real PostgreSQL for the tests: gone with whoever started them. It knows no table."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

_KEEPER = Path(__file__).with_name("server_keeper.py")


class ServerUnavailable(Exception):
    """This machine cannot run the server; the sentence says why."""


@contextmanager
def redis_server() -> Iterator[str]:
    """An empty Redis of its own, as `redis://...`; also for tests that kill or freeze it."""
    with _kept("redis") as url:
        yield url


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL cluster of its own; the URL is that of its empty database `postgres`."""
    with _kept("postgres") as url:
        yield url


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
def _kept(kind: str) -> Iterator[str]:
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
        yield answer


def _tell(server: str, sql: str) -> None:
    plain = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql)
