"""
Webhooks: addresses that are told of events, signed, from rows (Standard Webhooks 1.0). It sends nothing itself.

    event -> a delivery for each address that wants its type, with a job -> sent, or put off and parked as every job is
"""

import base64
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from engine import history, outbox
from engine.actor import Actor
from engine.billing.text import text_problems
from engine.clock import stamp
from engine.errors import Invalid, NotFound, Problem
from engine.event_types import TYPES, data_of, type_of
from engine.ids import new_id
from engine.store import Tx
from engine.views.paging import FIRST, Key, Order, Page, Slice, beyond, onward, read_page
from engine.world import Caller, World

ACTION = "send_webhook"
BATCH = 100
MOST = 20  # addresses of an account
_ORDER = Order("deliveries", (str,))
_SYSTEM = Actor.system("webhooks")


@dataclass(frozen=True, slots=True)
class WebhookView:
    """An address. `types` empty: all. `paused_because` '' while it is told of events."""

    id: str
    url: str
    types: tuple[str, ...]
    created_at: str
    paused_because: str


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """What was sent, and what came of it: `status` of the last answer, 0 for none; `sent_at` '' until it was 2xx."""

    id: str
    type: str
    created_at: str
    sent_at: str
    status: int
    answer: str
    body: str


def add(caller: Caller, url: str, *, types: Collection[str] = ()) -> tuple[str, str]:
    """
    Tell an address of events from now on. Returns its id and the secret that signs what it gets, shown now and never
    again. That the address is a public one is looked at whenever something is sent.

    Raises:
        NotAllowed: the role is not owner or admin. Invalid: every problem.
    """
    caller.require("add webhook", "admin")
    courier = caller.world.courier
    problems = _problems(url, types, schemes=("https", "http") if courier and courier.anywhere else ("https",))

    def work(tx: Tx) -> tuple[str, str]:
        tx.one("SELECT id FROM account WHERE id = :account FOR UPDATE", account=caller.account_id)
        if len(tx.all(_ALL, account=caller.account_id)) >= MOST:
            problems.append(Problem("url", f"an account has {MOST} webhooks at most; remove one."))
        if problems:
            raise Invalid("The webhook", problems)
        webhook_id, secret = new_id(), _new_secret()
        tx.insert(
            "webhook", account_id=caller.account_id, id=webhook_id, url=url, types=json.dumps(sorted({*types})),
            secret=secret, created_by=caller.actor.id, created_at=stamp(caller.now), paused_because="",
        )  # fmt: skip
        _note(tx, caller, "add webhook", f"a webhook to {urlsplit(url).hostname} was added", webhook_id)
        return webhook_id, secret

    return caller.transact(work)


def rotate(caller: Caller, webhook_id: str) -> str:
    """A new secret, from the next delivery on; the old one signs nothing more. Raises NotAllowed, NotFound."""
    caller.require("rotate webhook secret", "admin")
    secret = _new_secret()
    _change(caller, webhook_id, "UPDATE webhook SET secret = :value", secret, "rotate webhook secret")
    return secret


def pause(caller: Caller, webhook_id: str, *, reason: str) -> None:
    """Nothing is sent until it is resumed; events of the meantime are not kept for it. Raises NotAllowed, NotFound."""
    caller.require("pause webhook", "admin")
    why = caller.require_reason("pause webhook", reason)
    _change(caller, webhook_id, "UPDATE webhook SET paused_because = :value", why, "pause webhook")


def resume(caller: Caller, webhook_id: str) -> None:
    caller.require("resume webhook", "admin")
    _change(caller, webhook_id, "UPDATE webhook SET paused_because = :value", "", "resume webhook")


def remove(caller: Caller, webhook_id: str) -> None:
    """The address is told nothing more; what it was told stays on record. Raises NotAllowed, NotFound."""
    caller.require("remove webhook", "admin")
    _change(caller, webhook_id, "UPDATE webhook SET ended_at = :value", stamp(caller.now), "remove webhook")


def resend(caller: Caller, delivery_id: str) -> str:
    """Send one again, with the same id, so that its receiver can tell. Returns the job's id. Raises NotFound."""
    caller.require("resend webhook", "admin")

    def work(tx: Tx) -> str:
        if tx.one(_DELIVERY, account=caller.account_id, id=delivery_id) is None:
            raise NotFound("delivery", delivery_id)
        return _job(tx, caller.account_id, delivery_id, caller)

    job_id = caller.transact(work)
    caller.world.wake()
    return job_id


def listed(tx: Tx, caller: Caller) -> list[WebhookView]:
    """Every address in use, oldest first. Raises NotAllowed."""
    caller.require("webhooks", "admin")
    return [
        WebhookView(row.id, row.url, tuple(json.loads(row.types)), row.created_at, row.paused_because)
        for row in tx.all(_ALL, account=caller.account_id)
    ]


def deliveries(tx: Tx, caller: Caller, webhook_id: str, *, part: Slice = FIRST) -> Page[DeliveryView]:
    """A page of what an address was sent, newest first. Raises NotAllowed, NotFound, Invalid."""
    caller.require("webhooks", "admin")
    if webhook_id not in {each.id for each in listed(tx, caller)}:
        raise NotFound("webhook", webhook_id)

    def fetch(after: Key | None, count: int) -> list[Any]:
        sql = _DELIVERIES + onward("id", after=after, newest_first=True)
        return tx.all(sql, account=caller.account_id, webhook=webhook_id, **beyond(after), count=count)

    def show(rows: Any) -> list[DeliveryView]:
        return [DeliveryView(*row) for row in rows]

    return read_page(_ORDER, part, fetch=fetch, key=lambda row: (row.id,), show=show)


def spread(world: World) -> int:
    """Make the deliveries of events that have none yet; returns of how many. Any number of processes may do it."""
    with world.store.reading() as tx:
        events = tx.all(_TO_SPREAD, limit=BATCH)
    for event in events:
        world.store.unit_of_work(partial(_spread, world=world, event=event))
    if events:
        world.wake()
    return len(events)


def _spread(tx: Tx, *, world: World, event: Any) -> None:
    caller = Caller(world, event.account_id, _SYSTEM)
    if not tx.run(_SPREAD, account=event.account_id, id=event.id, now=stamp(caller.now)):
        return
    type = type_of(tx, caller, event)
    for webhook in tx.all(_ALL, account=event.account_id):
        wanted = json.loads(webhook.types)
        if not webhook.paused_because and (type in wanted or not wanted):
            _deliver(tx, caller, webhook, event, type)


def _deliver(tx: Tx, caller: Caller, webhook: Any, event: Any, type: str) -> None:
    delivery_id = new_id()
    body = {"type": type, "timestamp": event.at, "data": data_of(tx, caller, event)}
    tx.insert(
        "delivery", account_id=event.account_id, id=delivery_id, webhook_id=webhook.id, event_id=event.id, type=type,
        body=json.dumps(body, sort_keys=True), created_at=stamp(caller.now), sent_at="", status=0, answer="",
    )  # fmt: skip
    _job(tx, event.account_id, delivery_id, caller)


def _job(tx: Tx, account_id: str, delivery_id: str, caller: Caller) -> str:
    return outbox.note(tx, account_id, action=ACTION, subject_id=delivery_id, payload={}, now=caller.now)


def _problems(url: str, types: Collection[str], *, schemes: Collection[str]) -> list[Problem]:
    problems = [Problem("url", each.sentence) for each in text_problems("url", url, 500)]
    try:
        parts = urlsplit(url)
        whole = parts.scheme in schemes and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        whole = False
    if not whole:
        problems.append(Problem("url", "an https:// address without a user, such as https://example.com/billhook."))
    if unknown := sorted({*types} - {*TYPES}):
        problems.append(Problem("types", f"some of {', '.join(TYPES)}; not {', '.join(unknown)[:200]}."))
    return problems


def _change(caller: Caller, webhook_id: str, sql: str, value: str, verb: str) -> None:
    def work(tx: Tx) -> None:
        where = " WHERE account_id = :account AND id = :id AND ended_at IS NULL"
        if not tx.run(sql + where, account=caller.account_id, id=webhook_id, value=value):
            raise NotFound("webhook", webhook_id)
        _note(tx, caller, verb, f"{verb}: done", webhook_id)

    caller.transact(work)


def _note(tx: Tx, caller: Caller, verb: str, sentence: str, webhook_id: str) -> None:
    tx.one("SELECT id FROM account WHERE id = :account FOR UPDATE", account=caller.account_id)
    deed = history.Deed(verb, sentence=sentence, data={"webhook": webhook_id})
    history.note(tx, "account", caller.account_id, caller.account_id, deed, actor=caller.actor, now=caller.now)


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


_ALL = """
    SELECT id, url, types, created_at, paused_because FROM webhook WHERE account_id = :account AND ended_at IS NULL
    ORDER BY id"""
_DELIVERIES = """
    SELECT id, type, created_at, sent_at, status, answer, body FROM delivery
    WHERE account_id = :account AND webhook_id = :webhook"""
_DELIVERY = "SELECT id FROM delivery WHERE account_id = :account AND id = :id"
_TO_SPREAD = "SELECT * FROM event WHERE spread_at IS NULL ORDER BY id LIMIT :limit"
_SPREAD = "UPDATE event SET spread_at = :now WHERE account_id = :account AND id = :id AND spread_at IS NULL"
