"""`billhook serve` as a process: it listens, works, and stops in time."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest

from billhook.cli.serving import address
from billhook.cli.terminal import Terminal
from billhook.demo import run
from tests.server_keeper import free_port

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
    port = served.address.rpartition(":")[2]

    assert f"{served.address}{told}" in served.first
    assert "; mail goes into the folder " in served.first
    assert f"; links lead to http://localhost:{port} (BILLHOOK_BASE_URL is not set); " in served.first
    assert answers == [200, 200, 200]
    assert (status, logged) == (0, ["stopping; the work in hand has 50 s", "stopped"])


def test_a_port_that_is_taken_is_told_in_a_sentence(sqlite_database):
    with serving(sqlite_database, "--no-worker") as served:
        port = served.address.rpartition(":")[2]
        command = [*BILLHOOK, "serve", "--port", port, "--no-worker", "--database", sqlite_database]
        second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert second.returncode == 1
    assert second.stderr == (
        f"The command cannot be accepted. --port: {port} is in use at 127.0.0.1; stop what listens there, or name "
        "another port, and that one in BILLHOOK_BASE_URL, too: links of other commands lead there.\n"
    )


@pytest.mark.parametrize(
    ("host", "leads_to"), [("127.0.0.1", "localhost"), ("localhost", "localhost"), ("::1", "[::1]")]
)
def test_links_lead_to_where_it_listens(host, leads_to):
    assert address(host, 28432) == f"http://{leads_to}:28432"


def test_a_demo_on_a_port_that_is_taken_plays_nothing_and_tells_no_links(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [*BILLHOOK, "serve", "--demo", "--out", str(tmp_path), "--port", str(taken.getsockname()[1])]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert (ended.returncode, "sign-in" in ended.stderr, list(tmp_path.iterdir())) == (1, False, [])
    assert "--port: " in ended.stderr


def test_a_demo_is_served_with_links_to_enter_and_nothing_that_hides_them(tmp_path):
    run(tmp_path / "demo", partners=2, terminal=Terminal(as_json=True))
    command = [*BILLHOOK, "serve", "--demo", "--out", str(tmp_path / "demo"), "--port", str(port := free_port())]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        told = [process.stderr.readline() for _ in range(6)]
        answers = [_patiently(line.split()[-1]).status_code for line in told[:5]]
        process.send_signal(signal.SIGTERM)
        rest = process.communicate(timeout=60)[1]

    assert told[0].startswith(f"owner of Acme: http://localhost:{port}/sign-in/")
    assert told[5] == f"Each works once, for 15 minutes. Other mail lands in {tmp_path}/demo/mail/. Ctrl-C stops it.\n"
    assert (answers, rest) == ([200] * 5, "")


def _patiently(address: str) -> httpx.Response:
    with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:
        return client.get(address)


def test_a_demo_wants_a_port_that_its_links_can_name(tmp_path):
    command = [*BILLHOOK, "serve", "--demo", "--out", str(tmp_path), "--port", "0"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert (ended.returncode, list(tmp_path.iterdir())) == (1, [])
    assert "--port: the demo's links lead to a port: name one, such as 8000." in ended.stderr


def test_the_web_server_is_not_loaded_by_other_commands():
    ask = "import sys; from billhook.cli.root import app; print([m for m in sys.modules if m.split('.')[0] in %r])"
    heavy = ("fastapi", "starlette", "uvicorn", "structlog", "prometheus_client", "opentelemetry")
    ran = subprocess.run([sys.executable, "-c", ask % (heavy,)], capture_output=True, text=True, check=True)

    assert ran.stdout == "[]\n"


def test_the_http_client_is_not_loaded_before_something_is_sent():
    ask = "import sys, billhook.app; print('httpx' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)

    assert ran.stdout == "False\n"


def test_who_is_reached_from_elsewhere_must_say_where(sqlite_database):
    command = [*BILLHOOK, "serve", "--port", "0", "--host", "0.0.0.0", "--database", sqlite_database]  # noqa: S104
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert ended.returncode != 0
    assert "BILLHOOK_BASE_URL: it is http://localhost:8000 while --host is 0.0.0.0" in ended.stderr
