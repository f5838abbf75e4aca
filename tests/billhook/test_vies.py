"""VIES, tried against a local stand-in: a plain yes or no is an answer, everything else is unknown."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from billhook.app import Billhook
from billhook.settings import Settings
from billhook.vies import Vies
from engine.errors import Invalid
from engine.vat_check import VatAnswer

NUMBER = {"countryCode": "FR", "vatNumber": "40303265045"}


class StandIn(ThreadingHTTPServer):
    """Answers every question with `status` and `body`, a piece at a time with `pause` seconds between, and keeps it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.asked: list[Any] = []
        self.status, self.pieces, self.pause = 200, [b""], 0.0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/rest-api/check-vat-number"

    def say(self, body: Any, *, status: int = 200) -> None:
        self.status, self.pieces = status, [body if isinstance(body, bytes) else json.dumps(body).encode()]


class _Answering(BaseHTTPRequestHandler):
    server: StandIn

    def do_POST(self) -> None:
        self.server.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()
        try:
            for piece in self.server.pieces:
                self.wfile.write(piece)
                self.wfile.flush()
                time.sleep(self.server.pause)
        except OSError:
            return  # who asked has gone

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def register() -> Iterator[StandIn]:
    with StandIn() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(register: StandIn, *, asker: str = "", seconds: float = 5) -> VatAnswer:
    return Vies(url=register.address, seconds=seconds).ask("FR", "FR40303265045", asker=asker)


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({**NUMBER, "valid": True, "requestIdentifier": "WAPI1"}, VatAnswer("valid", consultation="WAPI1")),
        ({**NUMBER, "valid": True, "userError": "VALID"}, VatAnswer("valid")),
        ({**NUMBER, "valid": False, "requestIdentifier": ""}, VatAnswer("not valid")),
        ({**NUMBER, "valid": False, "userError": "INVALID"}, VatAnswer("not valid")),
        ({**NUMBER, "valid": False, "userError": "MS_UNAVAILABLE"}, VatAnswer("unknown", "MS_UNAVAILABLE")),
        ({**NUMBER, "valid": True, "userError": "TIMEOUT"}, VatAnswer("unknown", "TIMEOUT")),
        ({**NUMBER, "valid": True, "userError": "INVALID"}, VatAnswer("unknown", "an answer that contradicts itself")),
        (
            {"actionSucceed": False, "errorWrappers": [{"error": "MS_MAX_CONCURRENT_REQ"}]},
            VatAnswer("unknown", "MS_MAX_CONCURRENT_REQ"),
        ),
        ({"errorWrappers": ["GLOBAL_MAX_CONCURRENT_REQ"]}, VatAnswer("unknown", "GLOBAL_MAX_CONCURRENT_REQ")),
        ({"errorWrappers": [{}]}, VatAnswer("unknown", "an error without a name")),
        ({**NUMBER, "vatNumber": "1", "valid": True}, VatAnswer("unknown", "an answer about something else")),
        ({**NUMBER, "valid": "true"}, VatAnswer("unknown", "an answer about something else")),
        ({**NUMBER, "valid": 1}, VatAnswer("unknown", "an answer about something else")),
        ({"valid": True}, VatAnswer("unknown", "an answer about something else")),
        ([True], VatAnswer("unknown", "an answer that cannot be read")),
        (b"<html>Service unavailable", VatAnswer("unknown", "an answer that cannot be read")),
        (b"", VatAnswer("unknown", "an answer that cannot be read")),
        (b"\xff\xfe\x00", VatAnswer("unknown", "an answer that cannot be read")),
        (b"[" * 60_000, VatAnswer("unknown", "an answer that cannot be read")),
        (b'{"valid": true' + b" " * 100_000 + b"}", VatAnswer("unknown", "an answer that cannot be read")),
    ],
    ids=lambda value: str(value)[:50],
)
def test_a_plain_yes_or_no_about_the_number_is_an_answer_and_nothing_else(register, body, answer):
    register.say(body)

    assert ask(register) == answer


@pytest.mark.parametrize("status", [302, 400, 404, 500, 503])
def test_a_status_that_is_no_success_is_not_a_no(register, status):
    register.say({"errorWrappers": [{"error": "SERVICE_UNAVAILABLE"}]}, status=status)

    assert ask(register) == VatAnswer("unknown", "SERVICE_UNAVAILABLE")


@pytest.mark.parametrize("status", [302, 500])
def test_nor_does_a_yes_count_that_comes_with_one(register, status):
    register.say({**NUMBER, "valid": True}, status=status)

    assert ask(register).verdict == "unknown"


@pytest.mark.parametrize("pause", [0.02, 3])
def test_who_answers_too_slowly_or_piece_by_piece_is_not_waited_for(register, pause):
    register.pieces, register.pause = [b" "] * 100, pause
    began = time.monotonic()

    assert ask(register, seconds=0.3) == VatAnswer("unknown", "no answer in time")
    assert time.monotonic() - began < 2
    register.pieces = []


def test_without_a_way_to_it_nothing_is_known():
    assert Vies(url="http://127.0.0.1:9/").ask("FR", "FR1", asker="") == VatAnswer("unknown", "no way to the register")


def test_an_address_that_is_none_is_no_way_to_it():
    assert Vies(url="http://[x").ask("FR", "FR1", asker="").verdict == "unknown"


def test_what_it_calls_its_answer_is_kept_short_and_plain(register):
    register.say({"errorWrappers": [{"error": "A\u202e\n\x00" + "B" * 5000}]})

    assert ask(register) == VatAnswer("unknown", "A" + "B" * 99)


@pytest.mark.parametrize(
    ("asker", "sent"),
    [
        ("DE129273398", {"requesterMemberStateCode": "DE", "requesterNumber": "129273398"}),
        ("EL094259216", {"requesterMemberStateCode": "EL", "requesterNumber": "094259216"}),
        ("GB980780684", {}),
        ("", {}),
    ],
)
def test_who_asks_from_the_eu_says_so_to_get_a_consultation_number(register, asker, sent):
    register.say({**NUMBER, "valid": True})
    ask(register, asker=asker)

    assert register.asked == [{**NUMBER, **sent}]


def test_greece_is_el_there(register):
    Vies(url=register.address).ask("GR", "EL094259216", asker="")

    assert register.asked == [{"countryCode": "EL", "vatNumber": "094259216"}]


@pytest.mark.parametrize(("country", "covered"), [("FR", True), ("GR", True), ("GB", False), ("CH", False)])
def test_it_has_the_numbers_of_the_eu_alone(country, covered):
    assert Vies().covers(country) is covered


def test_it_is_off_unless_a_setting_says_otherwise(sqlite_database):
    with Billhook(sqlite_database, settings=Settings()) as billhook:
        assert billhook.world.vat_check is None
    with Billhook(sqlite_database, settings=Settings.from_environment({"BILLHOOK_VAT_CHECK": "vies"})) as billhook:
        assert billhook.world.vat_check.name == "VIES"


def test_a_register_that_is_none_is_named():
    with pytest.raises(Invalid, match="BILLHOOK_VAT_CHECK: 'hmrc' is none of vies; unset it for none"):
        Settings.from_environment({"BILLHOOK_VAT_CHECK": "hmrc"})
