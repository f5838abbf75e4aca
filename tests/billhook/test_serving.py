"""`billhook serve` as a process: it listens, works, and stops in time."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest

BILLHOOK = [sys.executable, "-m", "billhook.cli"]


@dataclass(frozen=True, slots=True)
class Served:
    process: "subprocess.Popen[str]"
    first: str
    address: str

    def stop(self) -> tuple[int, list[str]]:
        """The exit status, and what was logged until then."""
        self.process.send_signal(signal.SIGTERM)
        rest = self.process.communicate(timeout=60)[1]
        return self.process.returncode, [json.loads(line)["event"] for line in rest.splitlines()]


@contextmanager
def serving(database: str, *options: str) -> Iterator[Served]:
    command = [*BILLHOOK, "serve", "--port", "0", "--database", database, *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            first = json.loads(process.stderr.readline())["event"]
            yield Served(process, first, first.split()[2].rstrip(",;"))
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("options", "told"), [((), ", working with 2 thread(s); stop with"), (("--no-worker",), "; stop with")]
)
def test_it_serves_and_works_where_no_broker_leads_to_others_and_stops_when_told(sqlite_database, options, told):
    with serving(sqlite_database, *options) as served:
        answers = [httpx.get(f"{served.address}/{path}").status_code for path in ("healthz", "readyz", "metrics")]
        status, logged = served.stop()

    assert f"{served.address}{told}" in served.first
    assert answers == [200, 200, 200]
    assert (status, logged) == (0, ["stopping; the work in hand has 50 s", "stopped"])


def test_a_port_that_is_taken_is_told_in_a_sentence(sqlite_database):
    with serving(sqlite_database, "--no-worker") as served:
        port = served.address.rpartition(":")[2]
        command = [*BILLHOOK, "serve", "--port", port, "--no-worker", "--database", sqlite_database]
        second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert second.returncode == 1
    assert second.stderr.startswith("Address already in use (while attempting to bind on address ('127.0.0.1', ")


def test_the_web_server_is_not_loaded_by_other_commands():
    ask = "import sys; from billhook.cli.root import app; print([m for m in sys.modules if m.split('.')[0] in %r])"
    heavy = ("fastapi", "starlette", "uvicorn", "structlog", "prometheus_client", "opentelemetry")
    ran = subprocess.run([sys.executable, "-c", ask % (heavy,)], capture_output=True, text=True, check=True)

    assert ran.stdout == "[]\n"


def test_who_is_reached_from_elsewhere_must_say_where(sqlite_database):
    command = [*BILLHOOK, "serve", "--port", "0", "--host", "0.0.0.0", "--database", sqlite_database]  # noqa: S104
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert ended.returncode != 0
    assert "BILLHOOK_BASE_URL: it is http://localhost:8000 while --host is 0.0.0.0" in ended.stderr
