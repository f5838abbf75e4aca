"""The broker, and of Redis what decides whether hints survive. Without one, or with RabbitMQ, little is to be seen."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import redis

from billhook.app import Billhook
from billhook.doctor.finding import Finding, fine, problem, warning
from engine.brokers import without_secret
from engine.errors import SetupError

OLDEST = (6, 2)
_OURS = b"billhook:"
_LOOKED_AT = 2_000  # keys


def reachable(billhook: Billhook) -> Iterable[Finding]:
    url = billhook.settings.broker_url
    if not url:
        yield fine("broker", "none is named: the process that notes a job does it, or a worker beside it.")
        return
    try:
        billhook.dispatcher.check()
    except SetupError as error:
        yield problem("broker", str(error), "Jobs wait in the table meanwhile; none is lost.")
    else:
        yield fine("broker", f"{without_secret(url)} answers.")


def version(billhook: Billhook) -> Iterable[Finding]:
    with _asked(billhook, "server") as told:
        if told:
            yield of_version(str(told.get("redis_version", "0")), name=str(told.get("server_name", "redis")))


def of_version(text: str, *, name: str = "redis") -> Finding:
    """text: as Redis says it; a Valkey says which Redis it stands for."""
    numbers = tuple(int(part) for part in text.split(".")[:2] if part.isdigit())
    if numbers >= OLDEST:
        return fine("Redis version", f"{name} {text}.")
    wanted = ".".join(map(str, OLDEST))
    return warning("Redis version", f"{name} {text} is older than any that was tried.", f"Upgrade it to {wanted}.")


def persistence(billhook: Billhook) -> Iterable[Finding]:
    with _asked(billhook, "persistence") as told:
        if not told:
            return
        if told.get("aof_enabled"):
            yield fine("Redis on disk", "it keeps an append-only file.")
            return
        sweep = billhook.settings.sweep.total_seconds()
        lost = (
            f"it keeps no append-only file: its restart loses hints, and jobs wait some sweeps of {sweep:g} s longer."
        )
        yield warning("Redis on disk", lost, "Set appendonly yes. No job is lost either way.")


def eviction(billhook: Billhook) -> Iterable[Finding]:
    with _asked(billhook, "memory") as told:
        if not told:
            return
        policy = told.get("maxmemory_policy", "noeviction")
        if policy == "noeviction":
            yield fine("Redis eviction", "when it is full it says so and forgets nothing (noeviction).")
        else:
            lost = f"when it is full it forgets hints in silence ({policy})."
            yield warning("Redis eviction", lost, "Set maxmemory-policy noeviction.")


def sharing(billhook: Billhook) -> Iterable[Finding]:
    """Whose keys lie beside ours may be flushed, and ours with them."""
    with _connected(billhook) as client:
        if client is None:
            return
        others = [key for key in islice(client.scan_iter(count=500), _LOOKED_AT) if not key.startswith(_OURS)]
    if others:
        told = f"its database holds keys of others too, at least {len(others)}."
        yield warning("Redis sharing", told, "Give billhook a database of its own: another number after the last /.")
    else:
        yield fine("Redis sharing", "its database is billhook's alone.")


@contextmanager
def _asked(billhook: Billhook, section: str) -> Iterator[dict[str, Any]]:
    """A section of what Redis says of itself; empty where the broker is none."""
    with _connected(billhook) as client:
        yield dict(client.info(section)) if client else {}


@contextmanager
def _connected(billhook: Billhook) -> Iterator[Any]:
    url = billhook.settings.broker_url or ""
    if not url.startswith(("redis://", "rediss://", "unix://")):
        yield None
        return
    with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=3) as client:
        yield client
