"""Every failpoint, killed, raised and hung, on both databases: afterwards everything due is done, once."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import crediting, failpoints, self_invoicing, verify
from engine.clock import SystemClock, stamp
from engine.dispatch import Dispatcher
from engine.errors import Invalid
from engine.store import Store
from tests.fakes import FakeClock
from tests.worlds import Place

ROOT = Path(__file__).parents[2]
LATER = timedelta(minutes=15)  # every lease, hint and back-off is over by then
DEEDS = {"fire": "fire", "opt_out": "opt_out", "fail": "fail", "timer": "sweep", "press": "print", "credit": "credit"}
REMINDERS = 340  # days after an opt-in: the first reminder is due

Run = Callable[[dict[str, Any]], str]


@pytest.fixture(scope="session")
def run() -> Iterator[Run]:
    command = [sys.executable, "-m", "tests.failing_process"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdin and parent.stdout

        def ask(asked: dict[str, Any]) -> str:
            parent.stdin.write(json.dumps(asked) + "\n")
            parent.stdin.flush()
            return parent.stdout.readline().strip()

        yield ask


@pytest.fixture
def books(own_store) -> Place:
    return _opened(own_store)


@pytest.fixture
def books_in_a_file(sqlite_database) -> Iterator[Place]:
    """For a printer, which knows no database: one kind is as good as two."""
    with closing(Store(sqlite_database, durability="NORMAL")) as store:
        yield _opened(store)


def _opened(store: Store) -> Place:
    place = Place(store, clock=FakeClock(SystemClock().now()))
    place.partner()
    return place


@pytest.mark.parametrize("action", failpoints.ACTIONS)
@pytest.mark.parametrize("name", [name for name in failpoints.POINTS if not name.startswith("press.")])
def test_after_a_failure_at_any_point_all_that_is_due_is_done_once(books, run, name, action):
    assert_a_failure_is_made_good(books, run, name, action)


@pytest.mark.parametrize("action", failpoints.ACTIONS)
@pytest.mark.parametrize("name", [name for name in failpoints.POINTS if name.startswith("press.")])
def test_after_a_failure_of_the_printer_all_that_is_due_is_done_once(books_in_a_file, run, name, action):
    assert_a_failure_is_made_good(books_in_a_file, run, name, action)


def assert_a_failure_is_made_good(books: Place, run: Run, name: str, action: str) -> None:
    deed = DEEDS.get(name.partition(".")[0], "work")
    payout = books.payout(state="Pending" if deed == "fire" else "Ready")
    asked = _asked(books, payout, deed, f"{name}:{action}")

    outcome = run(asked)

    assert outcome == _outcome(deed, action)
    assert deed != "print" or _attached(books, payout) == 0
    _finish(books, payout, deed)
    assert [each for checked in verify.run(books.world, missing=_nothing) for each in checked.findings] == []
    assert _attached(books, payout) == (3 if deed == "credit" else 1)
    assert {job.status for job in books.jobs()} == {"done"}


def test_where_no_failpoint_is_armed_the_printer_prints(books_in_a_file, run):
    payout = books_in_a_file.payout(state="Ready")

    assert run(_asked(books_in_a_file, payout, "print", "")) == "ended with 0"
    assert _attached(books_in_a_file, payout) == 1


def _open(place: Place) -> bool:
    return any(job.status in ("pending", "offered", "claimed") for job in place.jobs())


def _attached(place: Place, payout: str) -> int:
    return [row.verb for row in place.history(payout)].count("attach")


def _asked(place: Place, payout: str, deed: str, spec: str) -> dict[str, Any]:
    return {
        "url": place.world.store.url.render_as_string(hide_password=False), "account": place.account_id, "deed": deed,
        "payout": payout, "invoice": "ACME-NORD-00001", "partner": place.contact().actor.partner_id, "spec": spec,
        "days_ahead": REMINDERS if deed == "sweep" else 0,
    }  # fmt: skip


def _outcome(deed: str, action: str) -> str:
    """A printer that is killed or hangs costs its page; a verb that raises is its caller's; a worker goes on."""
    if deed == "print":
        return "reached, ended with 0"
    raised = "ended with 1" if deed in ("fire", "opt_out", "credit") else "ended with 0"
    return "reached, " + {"kill": "killed by 9", "raise": raised, "hang": "hangs"}[action]


def _finish(place: Place, payout: str, deed: str) -> None:
    """What people and processes do then: ask again for what got no answer, and let a worker work."""
    if deed == "fire":
        place.fire(payout, "accept", by=place.owner, reason="agreed", key="once")
    if deed == "credit":  # nothing of it was committed
        crediting.reissue(place.owner, "ACME-NORD-00001", reason="wrong")
    if deed == "opt_out":
        self_invoicing.opt_out(place.contact(), "NORD")
    dispatcher = Dispatcher(place.world, carry=lambda job_id: dispatcher.perform(job_id))
    place.world.clock.advance(seconds=LATER.total_seconds(), days=REMINDERS if deed == "sweep" else 0)  # type: ignore[attr-defined]
    dispatcher.sweep_once()
    while _open(place) or place.all(_DUE, now=stamp(place.world.clock.now())):
        dispatcher.sweep_once()
    dispatcher.broker.close()
    if deed == "sweep":
        assert len(place.all(_REMINDERS)) == 2, "a reminder each for partner and vendor"


_DUE = "SELECT id FROM timer WHERE account_id = :account AND status = 'waiting' AND due_at <= :now"
_REMINDERS = "SELECT topic FROM notification WHERE account_id = :account AND topic LIKE 'agreement%'"


def _nothing(invoice, document) -> tuple[str, ...]:
    return ()


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("atach.committed:kill", "'atach.committed' is no failpoint; did you mean 'attach.committed'?"),
        ("attach.committed", "'attach.committed' wants one of kill, raise, hang after the name"),
        ("attach.committed:kill:0", "ends with no count"),
        ("attach.committed:kill:1:2", "ends with no count"),
        ("zz:zz", "'zz:zz' wants one of kill, raise, hang"),
    ],
)
def test_what_is_no_failpoint_is_refused_with_what_is_one(spec, told):
    with pytest.raises(Invalid, match="BILLHOOK_FAILPOINT") as refused:
        failpoints.arm(spec)

    assert told in str(refused.value)


def test_a_failpoint_fails_the_time_that_is_meant_and_once():
    failpoints.arm("fire.committed:raise:3")
    came = []
    for _ in range(5):
        try:
            failpoints.hit("fire.committed")
            came.append("passed")
        except failpoints.FailpointHit as hit:
            came.append(str(hit))

    assert came == ["passed", "passed", "failpoint fire.committed", "passed", "passed"]
    failpoints.arm("")
