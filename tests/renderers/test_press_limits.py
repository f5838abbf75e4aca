"""A page that hangs, eats memory or crashes costs itself and nothing else; nor does a signal or a kill cost more."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from engine.errors import MissingSystemLibrary, RenderError
from renderers.press import PressPool, PressProcess

FINE = "<p>fine</p>"
HANGS = "<div style='display:flex;flex-direction:column'>" * 14 + "x"
EATS = "<table><tr><td colspan=100000000>x"
DEEP = "<div>" * 1000
NASTY = [
    (HANGS, "The page took longer than 1.5 s."),
    (EATS, "The page needed more than 500 MB."),
    (DEEP, "The page stopped WeasyPrint with RecursionError: "),
]
OWNER = """
import sys, time
from renderers.press import PressProcess
press = PressProcess()
press.version()
print(press.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(("html", "sentence"), NASTY, ids=["hangs", "eats memory", "nests too deep"])
def test_a_nasty_page_is_refused_in_its_limits_and_the_next_one_prints(strict_press, html, sentence):
    strict_press.version()  # it is started
    began = time.monotonic()
    with pytest.raises(RenderError) as refusal:
        printed_by(strict_press, html)

    assert str(refusal.value).startswith(sentence)
    assert time.monotonic() - began < 10
    assert printed_by(strict_press).startswith(b"%PDF")


def test_a_printer_serves_so_many_pages_and_is_then_replaced(strict_press):
    printed_by(strict_press)
    seen = []
    for _ in range(7):
        printed_by(strict_press)
        seen.append(printer_of(strict_press.pid))

    assert max(seen.count(pid) for pid in seen) == 3
    assert len(set(seen)) in (3, 4)


def test_many_pages_and_printers_leave_no_descriptor_and_no_process_behind(strict_press, rounds):
    printed_by(strict_press)
    before = descriptors_of(strict_press.pid)
    for _ in range(2 * rounds):
        printed_by(strict_press)

    assert descriptors_of(strict_press.pid) == before
    assert len(children_of(strict_press.pid)) == 1


def test_many_invoices_keep_each_process_under_120_mb(press, draw, printed, rounds):
    invoice = draw(1)
    for _ in range(2 * rounds):
        printed(invoice)

    sizes = [resident_mb(pid) for pid in (press.pid, printer_of(press.pid))]
    assert max(sizes) < 120


def test_a_press_that_was_killed_is_started_anew(strict_press):
    printed_by(strict_press)
    killed = strict_press.pid
    os.kill(killed, signal.SIGKILL)
    _wait_until(lambda: not lives(killed))

    assert printed_by(strict_press).startswith(b"%PDF")
    assert strict_press.pid != killed


def test_a_printer_that_was_killed_costs_no_page(strict_press):
    printed_by(strict_press)
    killed = printer_of(strict_press.pid)
    os.kill(killed, signal.SIGKILL)
    _wait_until(lambda: not lives(killed))

    assert printed_by(strict_press).startswith(b"%PDF")


def test_a_press_killed_while_it_prints_says_so_and_what_to_do(strict_press):
    strict_press.version()
    with ThreadPoolExecutor() as threads:
        page = threads.submit(printed_by, strict_press, HANGS)
        time.sleep(0.3)
        os.kill(strict_press.pid, signal.SIGKILL)

        with pytest.raises(
            RenderError, match=r"^The press died while it printed\. Try again: another one is started\.$"
        ):
            page.result()


def test_a_press_that_is_closed_does_not_wait_for_a_page_that_hangs():
    press = PressProcess(seconds=120)
    printed_by(press)
    with ThreadPoolExecutor() as threads:
        page = threads.submit(printed_by, press, HANGS)
        time.sleep(0.3)
        began = time.monotonic()
        press.close()
        took = time.monotonic() - began

        with pytest.raises(RenderError, match="The press died while it printed"):
            page.result()
    assert took < 60


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_a_supervisors_signal_let_the_page_be_finished(strict_press, signum):
    printed_by(strict_press)
    pids = [strict_press.pid, *children_of(strict_press.pid)]
    for pid in pids:
        os.kill(pid, signum)

    assert printed_by(strict_press).startswith(b"%PDF")
    assert strict_press.pid == pids[0]


def test_a_press_goes_when_its_owner_is_killed():
    with subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE) as owner:
        press = int(owner.stdout.readline())
        _wait_until(lambda: children_of(press))
        pids = [press, *children_of(press)]
        owner.kill()

        _wait_until(lambda: not any(lives(pid) for pid in pids))
        assert [lives(pid) for pid in pids] == [False, False]


def test_a_press_outlives_the_thread_that_started_it():
    press = PressProcess()
    with ThreadPoolExecutor(1) as thread:
        thread.submit(press.version).result()
    started = press.pid

    assert printed_by(press).startswith(b"%PDF")
    assert press.pid == started
    press.close()


def test_a_closed_press_leaves_no_process_behind(strict_press):
    printed_by(strict_press)
    pids = [strict_press.pid, *children_of(strict_press.pid)]
    strict_press.close()

    assert [lives(pid) for pid in pids] == [False, False]


def test_a_pool_prints_two_pages_at_a_time():
    pool = PressPool(2, seconds=1.5, memory_mb=500)
    with ThreadPoolExecutor() as threads:
        wait([threads.submit(printed_by, pool) for _ in range(2)])
        slow = threads.submit(printed_by, pool, HANGS)
        quick = printed_by(pool)

        assert quick.startswith(b"%PDF")
        assert not slow.done()
        assert "took longer than 1.5 s" in str(slow.exception())
    assert len(pool.pids) == 2
    pool.close()


def test_a_missing_system_library_is_named_with_the_way_to_get_it(monkeypatch, tmp_path):
    (tmp_path / "libpango-1.0.so.0").write_bytes(b"no library")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))

    with pytest.raises(MissingSystemLibrary) as missing:
        printed_by(PressProcess())
    assert str(missing.value) == (
        "The system library libpango-1.0-0 is missing. On Debian: "
        "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    )


def test_a_press_that_cannot_start_says_where_to_look(monkeypatch, tmp_path, capfd):
    (tmp_path / "weasyprint.py").write_text("raise RuntimeError('not today')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    with pytest.raises(RenderError, match=r"^The press did not start\. Why stands in the log, or run: python -m"):
        printed_by(PressProcess())
    assert "not today" in capfd.readouterr().err


def test_a_press_prefers_billhooks_own_packages_to_the_folder_it_is_started_in(monkeypatch, tmp_path):
    (tmp_path / "weasyprint.py").write_text("raise RuntimeError('a stranger')")
    monkeypatch.chdir(tmp_path)
    press = PressProcess()

    assert press.version().startswith("WeasyPrint ")
    press.close()


def printed_by(press, html: str = FINE) -> bytes:
    return press.press(html, style="v1", assets={}, identifier=b"test")


def printer_of(press: int) -> int:
    [printer] = children_of(press)
    return printer


def children_of(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def descriptors_of(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def lives(pid: int) -> bool:
    """There and no zombie that nobody has asked after."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def resident_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _wait_until(true) -> None:
    ends = time.monotonic() + 10
    while not true() and time.monotonic() < ends:
        time.sleep(0.02)
