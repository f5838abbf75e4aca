"""A page hangs, eats memory, crashes its printer or lacks its number: five attempts, then parked; the others go on."""

import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from engine import outbox
from engine.contracts import Document
from engine.errors import RenderError
from engine.outbox import BACK_OFF
from engine.store import Store
from renderers.press import PressProcess
from tests.chaos.findings import examine
from tests.fakes import PDF
from tests.worlds import NumberPrinter, Place

HANGS = "<div style='display:flex;flex-direction:column'>" * 14 + "x"
EATS = "<table><tr><td colspan=100000000>x"
PAGES = {"hangs": HANGS, "crashes": HANGS, "eats memory": EATS}


class Nasty(NumberPrinter):
    """Prints, but one invoice's page is nasty until it is mended."""

    def __init__(self, mood: str, press: PressProcess) -> None:
        super().__init__()
        self.mood, self.press, self.nasty = mood, press, "-00001"

    def render(self, invoice, assets):
        if not self.nasty or not invoice.number.endswith(self.nasty):
            return super().render(invoice, assets)
        if self.mood == "crashes":
            self.press.press("<p>it is started</p>", style="v1", assets={}, identifier=b"x")
            threading.Timer(0.1, os.kill, (self.press.pid, signal.SIGKILL)).start()
        if self.mood == "lacks its number":
            raise RenderError(f"The PDF of {invoice.number} lacks its number. It was not attached.")
        page = PAGES.get(self.mood, "<p>fine</p>")
        self.press.press(page, style="v1", assets={}, identifier=b"x")
        return Document("x.pdf", "application/pdf", PDF)


@pytest.fixture
def strict(mood) -> Iterator[PressProcess]:
    """It has half a second for a page that hangs; what else is wrong it finds on a slow machine, too."""
    press = PressProcess(seconds=0.5 if mood == "hangs" else 60, memory_mb=500)
    yield press
    press.close()


@pytest.mark.parametrize(
    ("mood", "told"),
    [
        ("hangs", "The page took longer than 0.5 s."),
        ("eats memory", "The page needed more than 500 MB."),
        ("crashes", "The press died while it printed. Try again: another one is started."),
        ("lacks its number", "lacks its number. It was not attached."),
    ],
)
def test_a_page_that_cannot_be_made_is_parked_after_five_attempts_and_holds_up_nobody(
    sqlite_database, strict, mood, told
):
    store, press = Store(sqlite_database), Nasty(mood, strict)
    place = Place(store, printer=press)
    place.partner()
    bad, fine = work_through(place)

    assert (bad.status, bad.attempts, bad.result[-len(told) :], fine.status) == ("parked", 5, told, "done")
    assert ([invoice.seq for invoice in place.invoices()], examine(place.world).lost) == ([1, 2], 1)

    press.nasty = ""
    mend(place, bad.id)
    assert examine(place.world).broken == {}
    store.close()


def work_through(place: Place) -> list[Any]:
    """Two jobs, until every attempt is used up."""
    for _ in range(2):
        place.payout(state="Ready")
    place.work()
    for wait in BACK_OFF:
        place.clock.advance(seconds=wait.total_seconds())
        place.work()
    return place.jobs()


def mend(place: Place, job_id: str) -> None:
    """What was wrong is mended, and somebody has it tried again."""
    place.owner.transact(lambda tx: outbox.retry(tx, place.account_id, job_ids=[job_id]))
    place.work()
