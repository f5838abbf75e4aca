"""The web application's beginning: health, readiness, metrics, and what surrounds every request."""

import asyncio
import logging
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx
import pytest
from starlette.types import ASGIApp, Message, Scope

from billhook import Billhook
from billhook.settings import Settings
from billhook.web.application import create_app
from billhook.web.health import Readiness

Ask = Callable[..., httpx.Response]
SETTINGS = Settings()
PAGE = "/portal/account/payouts/draft"  # which reads its form itself


@pytest.fixture
def billhook(database) -> Iterator[Billhook]:
    with Billhook(database, settings=SETTINGS) as opened:
        yield opened


@pytest.fixture
def ask(billhook) -> Ask:
    return asking(create_app(billhook))


def asking(app) -> Ask:
    """A request to the application itself, without a server."""

    async def send(method: str, path: str, headers: dict[str, str]) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            return await client.request(method, path, headers=headers)

    return lambda path, method="GET", **headers: asyncio.run(
        send(method, path, {name.replace("_", "-"): value for name, value in headers.items()})
    )


def test_a_process_that_lives_says_so(ask):
    answer = ask("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"alive": True})


def test_it_is_ready_when_nothing_is_missing(ask):
    answer = ask("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"ready": True, "missing": []})


def test_a_database_without_tables_is_not_ready_and_the_way_out_is_told(tmp_path):
    with Billhook(f"sqlite:///{tmp_path}/empty.db", settings=SETTINGS) as empty:
        answer = asking(create_app(empty))("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "missing": [{"part": "database", "code": "database_not_ready", "way_out": "Run: billhook db upgrade"}],
    }


def test_a_broker_that_is_gone_is_named_without_its_address(sqlite_database):
    settings = replace(SETTINGS, broker_url="redis://user:secret@127.0.0.1:1/0")
    with Billhook(sqlite_database, settings=settings) as opened:
        answer = asking(create_app(opened))("/readyz")

    assert answer.status_code == 503
    assert [(each["part"], each["code"]) for each in answer.json()["missing"]] == [("broker", "broker_unreachable")]
    assert "127.0.0.1" not in answer.text


def test_a_database_that_hangs_is_missing_and_does_not_hang_whoever_asks():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://nobody@127.0.0.1:{silent.getsockname()[1]}/none?connect_timeout=30"
        with Billhook(url, settings=SETTINGS) as hung:
            missing = Readiness(hung, limit=0.05).missing()

    assert missing == [{"part": "database", "code": "database_silent", "way_out": "Look whether it runs and answers."}]


def test_metrics_are_there_in_the_form_that_is_asked_for(ask):
    plain, openmetrics = ask("/metrics"), ask("/metrics", accept="application/openmetrics-text; version=1.0.0")

    assert "billhook_database_up 1.0" in plain.text
    assert plain.headers["content-type"].startswith("text/plain")
    assert openmetrics.headers["content-type"].startswith("application/openmetrics-text")
    assert ask("/metrics", accept="text/plain; version=1.x.0; escaping=").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/docs", 404, "not_found"),
        ("GET", "/openapi.json", 404, "not_found"),
        ("POST", "/healthz", 405, "method_not_allowed"),
    ],
)
def test_what_is_not_there_is_a_problem_with_a_code_and_the_requests_id(ask, method, path, status, code):
    answer = ask(path, method)
    problem = answer.json()

    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["request"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/healthz", "/nothing", "/fails"])
def test_every_answer_has_security_headers(billhook, path):
    app = create_app(billhook)
    app.add_api_route("/fails", _fail)
    headers = asking(app)(path).headers

    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")


def test_what_nobody_foresaw_is_a_problem_that_says_nothing_of_it_and_a_log_line_that_leads_there(billhook, caplog):
    app = create_app(billhook)
    app.add_api_route("/fails", _fail)
    with caplog.at_level(logging.INFO, "billhook.web"):
        answer = asking(app)("/fails")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_server_error")
    assert "Anna" not in answer.text
    assert [record.message for record in caplog.records] == [
        "a request was stopped by something unforeseen", "GET /fails: 500",
    ]  # fmt: skip


def test_a_browser_that_goes_away_while_it_sends_a_form_is_no_error_and_is_not_answered(billhook, caplog):
    with caplog.at_level(logging.INFO, "billhook.web"):
        sent = asyncio.run(_leaves_midway(create_app(billhook), PAGE))

    assert (sent, [record.message for record in caplog.records]) == ([], [f"POST {PAGE}: no answer"])


@pytest.mark.parametrize(
    ("sent", "kept"), [("0123456789abcdef0123", True), ("anna@example.com", False), ("short", False), ("", False)]
)
def test_a_proxys_request_id_is_kept_where_it_can_say_nothing_of_anybody(ask, sent, kept):
    answer = ask("/healthz", x_request_id=sent)

    assert (answer.headers["x-request-id"] == sent) is kept


def test_a_log_line_has_the_routes_pattern_not_the_path_that_was_sent(ask, caplog):
    with caplog.at_level(logging.DEBUG, "billhook.web"):
        ask("/partners/anna@example.com?name=Anna")
        ask("/healthz?name=Anna")

    assert [record.message for record in caplog.records] == ["GET nothing: 404", "GET /healthz: 200"]


def test_a_log_line_says_that_a_file_of_ours_was_sent(ask, caplog):
    with caplog.at_level(logging.DEBUG, "billhook.web"):
        ask("/static/anna.css")

    assert [record.message for record in caplog.records] == ["GET /static: 404"]


def test_the_web_starts_without_a_word_where_only_httpx_is_installed():
    program = "import sys; sys.modules['httpx2'] = None; import billhook.web.pages.provider"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)

    assert (ran.stdout, ran.stderr) == ("", "")


async def _fail() -> None:
    raise ValueError("Anna Schmidt")


async def _leaves_midway(app: ASGIApp, path: str) -> list[Message]:
    """A form of which but the beginning comes. Returns what is sent to whoever began it."""
    headers = {"host": "localhost", "sec-fetch-site": "same-origin", "content-length": "1000",
               "content-type": "application/x-www-form-urlencoded"}  # fmt: skip
    scope: Scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "client": ("127.0.0.1", 1)}
    scope["headers"] = [(name.encode(), value.encode()) for name, value in headers.items()]
    come: list[Message] = [{"type": "http.request", "body": b"email=anna%40exa", "more_body": True}]
    sent: list[Message] = []

    async def receive() -> Message:
        return come.pop() if come else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent
