"""Logs of a long-lived process: a line an event, the ids of what it is about, and nothing about anybody."""

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator

import pytest

from billhook import logs
from engine import onboarding, partners, service
from engine.errors import BillhookError, RenderError
from engine.partners import NewPartner
from engine.service import Request
from engine.store import Store
from tests.fakes import PDF
from tests.worlds import Place

SECRETS = {
    "legal_name": "Zebulon Quixwood GmbH", "line1": "Vogelsangallee 4711", "city": "Nirgendwingen", "postcode": "20095",
    "vat_number": "DE136695976", "account_holder": "Zebulona Quixwood", "iban": "DE89370400440532013000",
    "bic": "COBADEFFXXX",
}  # fmt: skip
PERSON = NewPartner("NORD", "Zebulon Quixwood", "DE", "de", "Xanthippe Quixwood", "xanthippe@quixwood.example")
REASON = "Her mother Philomena is ill"
WORDS = (
    *SECRETS.values(), PERSON.name, PERSON.main_contact_name, PERSON.main_contact_email, REASON, "192.0.2.7",
    "Quixwood", "Philomena", "olga", "Lead R", "5up3r",
)  # fmt: skip
ALL = " / ".join(WORDS)


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where `logs.start` may write. What it sets for the whole process is put back."""
    loggers = [logging.getLogger(name) for name in (None, "billhook")]
    before = [(each, each.handlers[:], each.level) for each in loggers]
    hooks = sys.excepthook, threading.excepthook, logging.raiseExceptions
    yield io.StringIO()
    logging.captureWarnings(capture=False)
    sys.excepthook, threading.excepthook, logging.raiseExceptions = hooks
    for logger, handlers, level in before:
        logger.handlers[:] = handlers
        logger.setLevel(level)


@pytest.fixture
def place(sqlite_database) -> Iterator[Place]:
    store = Store(sqlite_database)
    yield Place(store)
    store.close()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_log_line_holds_anything_about_anybody_whatever_happens(place, stream, form):
    logs.start(form=form, level="DEBUG", stream=stream)
    place.world.observer = logs.LogIds()
    tell_the_story(place)
    log_what_others_raise()

    assert [line for line in stream.getvalue().splitlines() if personal(line)] == []
    assert stream.getvalue().count("render_failed") == 1
    assert "psycopg.errors.UniqueViolation [23505]" in stream.getvalue()


def personal(line: str) -> list[str]:
    return [word for word in WORDS if word.lower() in line.lower()]


def tell_the_story(place: Place) -> None:
    """Everything is done that can be, with refusals, and with documents that do not come out, in every manner."""
    place.owner.transact(lambda tx: partners.add(tx, place.owner, PERSON))
    onboarding.start(place.owner, "NORD")
    place.opt_in("NORD", **SECRETS)
    payout = place.payout(state="Ready")
    place.fire(payout, "hold", reason=REASON)
    for trigger in ("mark_paid", ALL):
        with pytest.raises(BillhookError):
            service.fire(place.owner, payout, Request(trigger, reason=REASON))
    place.printer.errors = [RenderError(ALL), ValueError(ALL), KeyError(ALL)]
    for _ in range(3):
        place.work()
        place.clock.advance(minutes=11)
    place.fire(payout, "cancel", reason=REASON)
    place.work()


def log_what_others_raise() -> None:
    """Libraries log what they were handed; threads end with what nobody answered."""
    import psycopg

    try:
        try:
            raise psycopg.errors.UniqueViolation(f"DETAIL: Key (email)=({ALL}) already exists.")
        except psycopg.Error as error:
            raise OSError(2, ALL, ALL) from error
    except OSError:
        logging.getLogger("billhook.dispatch").exception("the sweep did not succeed")
        worker = logging.getLogger("dramatiq.worker")
        worker.addHandler(other := logging.StreamHandler(io.StringIO()))  # its formatter leaves its text in the record
        worker.exception("Failed to process %s", ALL, stack_info=True, extra={"args_of_it": ALL})
        worker.removeHandler(other)
        logging.getLogger("asyncio").error(f"Task exception was never retrieved\n{ALL}")
    thread = threading.Thread(target=lambda: json.loads(ALL))
    thread.start()
    thread.join()


def test_a_line_carries_the_ids_of_the_job_it_was_written_in(place, stream):
    logs.start(form="json", stream=stream)
    place.world.observer = logs.LogIds()
    place.partner()
    payout = place.payout(state="Ready")
    place.work()
    line, job = lines(stream)[-1], place.jobs("done")[0].id

    assert list(line)[:4] == ["timestamp", "level", "logger", "event"]
    assert line["event"] == f"job {job}, attempt 1 is done"
    ids = {"account": place.account_id, "job": job, "subject": payout, "action": "issue_invoice", "attempt": 1}
    assert line == {**line, **ids, "level": "info", "logger": "billhook.dispatch"}


def test_what_was_raised_is_told_by_types_codes_and_places(place, stream):
    logs.start(form="json", stream=stream)
    place.partner()
    place.payout(state="Ready")
    place.printer.errors = [ConnectionRefusedError(111, "Connection refused")]
    place.work()
    raised = next(line for line in lines(stream) if "raised" in line)

    assert raised["raised"] == ["ConnectionRefusedError [ECONNREFUSED]"]
    assert raised["at"][-1].split()[-1] == "render"
    assert raised["at"][0].startswith("engine.dispatch:")


@pytest.mark.parametrize(("level", "told"), [("INFO", ["plain", "warned"]), ("ERROR", [])])
def test_the_level_says_what_of_ours_is_logged(stream, level, told):
    logs.start(form="json", level=level, stream=stream)
    log = logging.getLogger("billhook.test")
    log.debug("fine")
    log.info("plain")
    log.warning("%s", "warned")

    assert [line["event"] for line in lines(stream)] == told


def test_what_cannot_be_written_is_left_out_and_not_shown_elsewhere(stream, capsys):
    logs.start(form="json", stream=stream)
    logging.getLogger("billhook.test").info("%d", ALL)

    assert (stream.getvalue(), capsys.readouterr().err) == ("", "")


def test_a_person_at_a_terminal_reads_text(stream):
    stream.isatty = lambda: True
    logs.start(stream=stream)
    logging.getLogger("billhook.test").info("works", extra={"document": PDF[:4].decode()})

    assert stream.getvalue().endswith(f"Z INFO billhook.test: works document={PDF[:4].decode()}\n")
