"""What the doctor finds: each check is made to see something that is really so."""

import os
import sqlite3
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
import redis

from billhook import Billhook, Registry
from billhook.doctor import CHECKS, Check, broker, configuration, examine, pinned, postgres, printing, sqlite
from billhook.doctor.finding import fine
from billhook.settings import Settings
from engine import definitions
from engine.clock import stamp
from tests.fakes import FakeClock
from tests.servers import fresh_database
from tests.worlds import PAYOUT, Place
from tests.worlds import registry as everything_installed

NAMED = {check.name: check.look for check in CHECKS}
SETTINGS = Settings()
DEFAULTS = "the others have their defaults."


@contextmanager
def opened(url, *, clock=None, registry=None, **settings):
    with Billhook(url, settings=replace(SETTINGS, **settings), clock=clock, registry=registry) as billhook:
        yield billhook


@pytest.fixture
def place(database):
    """A database with one account, a partner and a payout whose document waits to be made."""
    with opened(database, registry=everything_installed()) as billhook:
        found = Place(billhook.world.store)
        found.partner()
        found.payout(state="Ready")
        found.url = database
        yield found


def told(url, name, **options):
    """What one check says: level and sentence of each finding."""
    with opened(url, **options) as billhook:
        return [(found.level, found.sentence) for found in NAMED[name](billhook)]


def spoil(place, *statements, **values):
    place.world.store.unit_of_work(lambda tx: [tx.run(each, **values) for each in statements])


def test_a_healthy_place_has_no_problem(place):
    dead = ("press", "letters", "subsetting", "disk", "PostgreSQL commits", "waiting jobs", "timers", "handouts")
    with opened(place.url, clock=place.clock, registry=everything_installed()) as billhook:
        found = {check.name: list(check.look(billhook)) for check in CHECKS if check.name not in dead}

    assert [each for findings in found.values() for each in findings if each.level != "ok"] == []


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, [("ok", "every variable has its default.")]),
        ({"BILLHOOK_DATABSE_URL": "x"}, [("ok", "every variable has its default."),
                                         ("warning", "it is set and nothing reads it.")]),
        ({"BILLHOOK_DATABASE_URL": "jo:hush@host/x", "BILLHOOK_BROKER_URL": "redis://jo:hush@host/0?password=hush"},
         [("ok", "set: BILLHOOK_BROKER_URL=redis://host/0, BILLHOOK_DATABASE_URL=(no address); " + DEFAULTS)]),
        ({"BILLHOOK_MAIL_FROM": "A <a@b.eu>"}, [("ok", "set: BILLHOOK_MAIL_FROM=...@b.eu; " + DEFAULTS)]),
        ({"BILLHOOK_FAILPOINT": "a.b:kill"}, [("ok", "set: BILLHOOK_FAILPOINT=a.b:kill; " + DEFAULTS),
                                              ("warning", "this process is to fail on purpose.")]),
    ],
)  # fmt: skip
def test_variables_that_nobody_reads_and_drills_are_told(variables, expected):
    assert [(each.level, each.sentence) for each in configuration.variables(variables)] == expected


def test_a_name_that_is_misspelt_is_told_with_the_right_one(shell, monkeypatch):
    monkeypatch.setenv("BILLHOOK_SWEEP_SECOND", "3")
    shell("init")

    assert "BILLHOOK_SWEEP_SECOND: it is set and nothing reads it.\n         Did you mean BILLHOOK_SWEEP_SECONDS?" in (
        shell("doctor").out
    )


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("BILLHOOK_THREADS", "many", "problem  BILLHOOK_THREADS: 'many' is no number"),
        ("BILLHOOK_DATABASE_URL", "nonsense", "problem  configuration: The database that was named cannot be opened"),
        ("BILLHOOK_BROKER_URL", "smoke://signals", "problem  BILLHOOK_BROKER_URL: no address of a broker"),
        ("BILLHOOK_FAILPOINT", "nowhere:kill", "problem  BILLHOOK_FAILPOINT: "),
        ("BILLHOOK_DATABASE_URL", "sqlite:////no/such/folder/x.db", "problem  tables: there are none"),
        ("BILLHOOK_DATABASE_URL", "postgresql+psycopg://u:hush@localhost:1/x", "problem  database: "),
        ("BILLHOOK_ACCOUNT", "ACNE", "it is named and is not there.\n         Did you mean ACME?"),
    ],
)  # fmt: skip
def test_surroundings_that_cannot_be_worked_with_are_a_problem(shell, monkeypatch, name, value, expected):
    shell("init")
    monkeypatch.setenv(name, value)
    said = shell("doctor")

    assert (said.status, expected in said.out, "hush" in said.out + said.err) == (1, True, False), said.out


def test_warnings_do_not_make_the_command_end_with_1(shell, monkeypatch):
    monkeypatch.setenv("BILLHOOK_SQLITE_SYNCHRONOUS", "NORMAL")
    shell("init")
    said = shell("doctor", "--json")
    commits = next(found for found in said.data["findings"] if found["subject"] == "SQLite commits")

    assert (said.status, said.data["healthy"], commits["level"]) == (0, True, "warning")


def test_no_account_is_a_warning_and_several_are_told(shell):
    assert "there is none yet" in shell("doctor").out
    shell("init", "--account", "ACME")
    shell("init", "--account", "GLOBEX")

    assert "there are ACME, GLOBEX; commands need --account." in shell("doctor").out


@pytest.mark.parametrize(
    ("version", "sentence", "way_out"),
    [
        ("0001", "they are at version 0001, older than ", "Run: billhook db upgrade"),
        ("9999", "they are at version 9999, newer than ", "Install the newer billhook"),
    ],
)
def test_tables_of_another_version_are_a_problem(place, version, sentence, way_out):
    spoil(place, "UPDATE alembic_version SET version_num = :version", version=version)
    with opened(place.url) as billhook:
        (found,) = NAMED["tables"](billhook)

    assert (found.level, found.sentence.startswith(sentence)) == ("problem", True)
    assert found.way_out.startswith(way_out)


def test_a_database_that_is_not_there_is_not_made_by_looking(tmp_path):
    with opened(f"sqlite:///{tmp_path}/x.db") as billhook:
        found = list(examine({}, lambda: billhook))

    assert [each.subject for each in found if each.level == "problem"] == ["tables"]
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_that_cannot_write_ahead_is_a_problem(sqlite_database):
    with closing(sqlite3.connect(sqlite_database.removeprefix("sqlite:///"))) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    without_shared_memory = sqlite_database.replace("sqlite:///", "sqlite:///file:") + "?vfs=unix-dotfile&uri=true"

    (found,) = told(without_shared_memory, "SQLite journal")
    assert found == ("problem", "its mode is 'delete', not WAL: whoever reads keeps others from writing.")


def test_a_disk_with_less_room_than_the_database_takes_is_told(sqlite_database):
    file = Path(sqlite_database.removeprefix("sqlite:///"))
    free = os.statvfs(file.parent).f_bavail * os.statvfs(file.parent).f_frsize
    os.truncate(file, file.stat().st_size + 2 * free)  # takes no room: nothing is written there

    (found,) = told(sqlite_database, "disk")
    assert (found[0], "there is no room for a backup beside it." in found[1]) == ("warning", True)


@pytest.mark.parametrize(
    ("free", "size", "level"),
    [(10**12, 10**9, "ok"), (10**9, 10**10, "warning"), (10**7, 1, "problem"), (0, 0, "problem")],
)
def test_how_much_room_is_enough(free, size, level):
    assert sqlite.level_of(free, size=size) == level


@pytest.mark.parametrize(
    ("setting", "check", "finding"),
    [
        ("default_transaction_isolation = 'serializable'", "PostgreSQL isolation",
         ("warning", "transactions begin as serializable: many would be run again for nothing.")),
        ("default_transaction_read_only = on", "PostgreSQL writing",
         ("problem", "it takes no writing: it is a standby, or set to read only.")),
        ("synchronous_commit = off", "PostgreSQL commits",
         ("warning", "synchronous_commit is off: a power cut takes the last commits along, and their numbers are given "
                     "again.")),
    ],
)  # fmt: skip
def test_a_postgres_that_is_set_in_a_way_that_costs_money_is_told(postgres_database, setting, check, finding):
    with opened(postgres_database) as billhook:
        name = billhook.world.store.url.database
        billhook.world.store.unit_of_work(lambda tx: tx.run(f"ALTER DATABASE {name} SET {setting}"))

    assert finding in told(postgres_database, check)


def test_a_postgres_that_does_not_wait_for_the_disk_is_a_problem(postgres_database):
    found = told(postgres_database, "PostgreSQL commits")

    assert ("problem", "fsync is off: a power cut may destroy the whole database.") in found


def test_a_postgres_of_another_encoding_is_a_problem(postgres_of_this_worker):
    with ExitStack() as stack:
        url = stack.enter_context(fresh_database(postgres_of_this_worker, template="template0 ENCODING 'LATIN1'"))

        assert told(url, "PostgreSQL encoding") == [("problem", "LATIN1: most names cannot be kept in it.")]


@pytest.mark.parametrize(("number", "name", "level"), [(180001, "18.1", "ok"), (130022, "13.22", "warning")])
def test_a_postgres_that_is_mended_by_nobody_is_told(number, name, level):
    assert (postgres.of_version(number, name=name).level, name in postgres.of_version(number, name=name).sentence) == (
        level,
        True,
    )


def test_clocks_that_are_apart_are_told():
    assert postgres.apart(1.5).level == "ok"
    assert postgres.apart(7200).sentence == "the server's and this machine's are 7,200 s apart."


@pytest.fixture
def redis_with(redis_url):
    """A Redis whose settings are changed for the test and put back after it."""
    with redis.Redis.from_url(redis_url) as client, ExitStack() as stack:

        def change(name, value):
            stack.callback(client.config_set, name, client.config_get(name)[name])
            client.config_set(name, value)

        yield redis_url, client, change


def test_a_redis_that_keeps_nothing_on_disk_is_told(redis_with, sqlite_database):
    url, _, change = redis_with
    (before,) = told(sqlite_database, "Redis on disk", broker_url=url)
    change("appendonly", "yes")
    (after,) = told(sqlite_database, "Redis on disk", broker_url=url)

    assert (before[0], after[0]) == ("warning", "ok")
    assert before[1].startswith("it keeps no append-only file: its restart loses hints, and jobs wait some sweeps")


def test_a_redis_that_forgets_when_it_is_full_is_told(redis_with, sqlite_database):
    url, _, change = redis_with
    change("maxmemory-policy", "allkeys-lru")

    assert told(sqlite_database, "Redis eviction", broker_url=url) == [
        ("warning", "when it is full it forgets hints in silence (allkeys-lru).")
    ]


def test_a_redis_database_that_others_use_too_is_told(redis_with, sqlite_database):
    url, client, _ = redis_with
    client.set("billhook:bell", "ours")
    (before,) = told(sqlite_database, "Redis sharing", broker_url=url)
    client.set("shop:basket", "theirs")
    (after,) = told(sqlite_database, "Redis sharing", broker_url=url)

    assert (before, after) == (
        ("ok", "its database is billhook's alone."),
        ("warning", "its database holds keys of others too, at least 1."),
    )


@pytest.mark.parametrize(("version", "level"), [("8.0.1", "ok"), ("6.2", "ok"), ("5.0.14", "warning"), ("", "warning")])
def test_a_redis_older_than_any_that_was_tried_is_told(version, level):
    assert broker.of_version(version).level == level


def test_a_broker_that_is_away_is_a_problem_and_its_other_checks_are_left_out(sqlite_database):
    with opened(sqlite_database, broker_url="redis://user:hush@localhost:1/0") as billhook:
        found = list(examine({}, lambda: billhook))
    about = [each for each in found if "redis" in each.sentence.lower() or "Redis" in each.subject]

    assert [(each.level, each.subject) for each in about] == [("problem", "broker")]
    assert "hush" not in str(found)


def test_a_press_that_gets_too_little_time_is_a_problem(sqlite_database):
    (found,) = told(sqlite_database, "press", press_seconds=0.001)

    assert (found[0], found[1].startswith("a test page was not printed.")) == ("problem", True)


def test_a_machine_without_the_quick_library_for_fonts_is_told():
    (found,) = printing.subsetting(None, names=["libno-such-thing.so.0"])

    assert (found.level, found.way_out) == ("warning", "On Debian: apt-get install libharfbuzz-subset0")


def test_a_name_that_no_font_here_has_is_a_problem_with_the_way_out(place, tmp_path, monkeypatch):
    (tmp_path / "fonts.conf").write_text(f"<fontconfig><cachedir>{tmp_path}</cachedir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    spoil(place, "UPDATE partner SET name = :name", name="株式会社 Nord")
    with opened(place.url) as billhook:
        ill, could_be = NAMED["letters"](billhook)

    assert (ill.level, ill.subject) == ("problem", f"partner {place.code}/NORD")
    assert ill.sentence == "no font on this machine has 株式会社: its invoices will not be printed."
    assert ill.way_out == "On Debian: apt-get install fonts-noto-cjk, then restart the workers."
    assert (could_be.level, "Hebrew" in could_be.sentence, "Greek" in could_be.sentence) == ("warning", True, False)


@pytest.mark.parametrize(
    ("without", "named"),
    [
        ({"guards": {}}, "guard no_open_dispute"),
        ({"effects": {}}, "effect freeze_lines"),
        ({"jobs": {}}, "action issue_invoice"),
        ({"asks": {}}, "action fill_form"),
    ],
)
def test_a_pipeline_whose_code_is_gone_is_named_with_who_is_on_it(place, without, named):
    with opened(place.url, registry=replace(everything_installed(), **without)) as billhook:
        (found,) = pinned.definitions(billhook)

    assert (found.level, named in found.sentence) == ("problem", True)
    if "asks" in without:
        assert found.sentence.endswith("New ones would begin with it.")
    else:
        payout = place.one("SELECT id FROM payout WHERE account_id = :account").id
        assert found.sentence.endswith(f"1 payout(s) under way are pinned to it, the first is {payout}.")


def test_an_old_version_that_nothing_is_under_way_on_any_more_needs_no_code(place):
    spoil(place, "UPDATE payout SET state = 'Cancelled'")
    definitions.publish(place.owner, [replace(PAYOUT, transitions=(), states=PAYOUT.states[:1])])
    with opened(place.url, registry=replace(everything_installed(), guards={})) as billhook:
        (found,) = pinned.definitions(billhook)

    assert (found.level, found.sentence) == ("ok", "everything that 2 live version(s) name is installed.")


def test_a_job_whose_code_is_gone_is_named(place):
    assert told(place.url, "jobs' code", registry=Registry()) == [
        ("problem", "1 job(s) wait for it in version 1, which is not installed here.")
    ]


def at(**after):
    return FakeClock(FakeClock().now() + timedelta(**after))


def test_a_clock_behind_the_newest_row_says_by_how_much(place):
    assert told(place.url, "clock", clock=at(hours=-2)) == [
        ("problem", "this machine's is 2:00:00 (h:mm:ss) behind the newest row, of 2026-11-02T12:00:00 UTC.")
    ]


def test_jobs_that_wait_too_long_are_told(place):
    (soon,), (late,) = (told(place.url, "waiting jobs", clock=at(minutes=minutes)) for minutes in (5, 90))

    assert soon == ("ok", "1 open, 0 in a worker's hands, 0 put off. None was done yet.")
    assert late == (
        "warning",
        "1 open, 0 in a worker's hands, 0 put off; the oldest waits since 1:30:00 (h:mm:ss).",
    )


def test_parked_jobs_are_told_with_the_way_to_see_why(place):
    spoil(place, "UPDATE job SET status = 'parked', finished_at = :now", now=stamp(place.clock.now()))

    assert told(place.url, "parked jobs") == [
        ("warning", "1 job(s) were given up, the first at 2026-11-02T12:00:00 UTC.")
    ]


def test_jobs_of_a_lost_worker_that_nobody_sweeps_are_a_problem(place):
    spoil(place, "UPDATE job SET status = 'claimed', lease_until = :now", now=stamp(place.clock.now()))
    (soon,), (late,) = (told(place.url, "leases", clock=at(seconds=seconds)) for seconds in (5, 60))

    assert (soon[0], late[0]) == ("ok", "problem")
    assert late[1] == "1 job(s) are held by workers that are gone; the oldest lease ended 2026-11-02T12:00:00 UTC."


def test_timers_that_are_due_and_do_not_fire_are_told(place):
    due = place.one("SELECT MIN(due_at) AS due FROM timer WHERE account_id = :account").due
    (found,) = told(place.url, "timers", clock=FakeClock(datetime.fromisoformat(due) + timedelta(hours=3)))

    assert found == ("warning", "the oldest of those that are due waits since 3:00:00 (h:mm:ss).")


def test_a_check_that_hangs_or_stumbles_is_a_finding_and_the_others_go_on(sqlite_database):
    def stumble(_billhook):
        raise ZeroDivisionError("partner Anna Schmidt")

    checks = (
        Check("slow", lambda _: Event().wait(30), limit=0.05),
        Check("bad", stumble),
        Check("after", lambda _: [fine("after", "x")], needs=("bad",)),
        Check("last", lambda _: [fine("z", "y")]),
    )
    with opened(sqlite_database) as billhook:
        found = list(examine({}, lambda: billhook, checks=checks))[1:]

    assert [(each.subject, each.level) for each in found] == [("slow", "problem"), ("bad", "problem"), ("z", "ok")]
    assert found[1].sentence == "it could not be looked at: ZeroDivisionError."
