"""Signing in by an OpenID Connect provider: tried against one that runs here, good and not so good."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from billhook import Billhook
from billhook.settings import Settings
from engine.errors import Invalid
from tests.web.conftest import Web

SECRET = "of the test"
HALF = {"BILLHOOK_OIDC_ISSUER": "https://id.example"}
WHOLE = {**HALF, "BILLHOOK_OIDC_CLIENT_ID": "b", "BILLHOOK_OIDC_CLIENT_SECRET": "s"}


@cache
def key_of(_who: str) -> RSAKey:
    """Made once: it takes a while."""
    return RSAKey.generate_key(2048, parameters={"kid": "k"})


class Provider:
    """
    `claims` are what it says of whoever comes; `forged`: signed by a key that it does not publish. `instead` are bodies
    by path that it sends for what it should, `broken` paths that it answers with 500; while `holds` is not set, none.
    """

    def __init__(self) -> None:
        self.key, self.claims, self.forged = key_of("provider"), dict[str, Any](), False
        self.nonce, self.instead, self.broken = "", dict[str, bytes](), set[str]()
        self.holds = Event()
        self.holds.set()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                pages = {"/.well-known/openid-configuration": provider.configuration, "/keys": provider.keys}
                self.answer(pages[self.path]())

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                self.answer({"access_token": "a", "token_type": "Bearer", "id_token": provider.id_token()})

            def answer(self, content: Any) -> None:
                provider.holds.wait(20)
                self.send_response(500 if self.path in provider.broken else 200)
                self.send_header("content-type", "application/json")
                self.end_headers()
                with suppress(BrokenPipeError):  # whoever asked has gone
                    self.wfile.write(provider.instead.get(self.path) or json.dumps(content).encode())

            def log_message(self, *_given: object) -> None:
                """It says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint": f"{self.issuer}/token", "id_token_signing_alg_values_supported": ["RS256"],
        }  # fmt: skip

    def keys(self) -> dict[str, Any]:
        return {"keys": [self.key.as_dict(private=False)]}

    def id_token(self) -> str:
        now = int(time.time())
        key = key_of("forger") if self.forged else self.key
        claims = {"iss": self.issuer, "aud": "billhook", "sub": "1", "iat": now, "exp": now + 60, "nonce": self.nonce}
        return jwt.encode({"alg": "RS256", "kid": "k"}, {**claims, **self.claims}, key)


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.holds.set()
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def web(sqlite_database, tmp_path, provider) -> Iterator[Web]:
    settings = Settings(
        mail=str(tmp_path / "mail"), oidc_issuer=provider.issuer, oidc_client_id="billhook", oidc_client_secret=SECRET,
        oidc_seconds=2,
    )  # fmt: skip
    with Billhook(sqlite_database, settings=settings) as opened:
        yield Web(opened, tmp_path / "mail")


def come(web, provider, **changed):
    """There and back again: what the provider's redirect would ask of us."""
    browser, back = go(web, provider)
    return browser.get("/oidc/back?" + "&".join(f"{name}={value}" for name, value in {**back, **changed}.items()))


def go(web, provider):
    """There, and what one is to come back with."""
    browser = web.browser()
    assert "Sign in with your organisation" in browser.get("/sign-in").text
    away = browser.client.get("/oidc", follow_redirects=False)
    asked = {name: value[0] for name, value in parse_qs(urlsplit(away.headers["location"]).query).items()}
    assert (asked["code_challenge_method"], asked["redirect_uri"]) == ("S256", "http://localhost:8000/oidc/back")
    provider.nonce = asked["nonce"]
    return browser, {"code": "c", "state": asked["state"]}


def test_whom_the_provider_vouches_for_is_in(web, provider):
    provider.claims = {"email": "Olga@Example.com", "email_verified": True}

    assert "Olga Owner" in come(web, provider).text


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"email": "olga@example.com"}, "does not vouch for an e-mail address"),
        ({"email": "olga@example.com", "email_verified": "true"}, "does not vouch for an e-mail address"),
        ({"email": "nobody@example.com", "email_verified": True}, "your address has no access here"),
        ({"email": "olga@example.com", "email_verified": True, "nonce": "x"}, "cannot be trusted"),
        ({"email": "olga@example.com", "email_verified": True, "aud": "another"}, "cannot be trusted"),
        ({"email": "olga@example.com", "email_verified": True, "exp": 1}, "cannot be trusted"),
        ({"email": "olga@example.com", "email_verified": True, "iss": "https://evil.example"}, "cannot be trusted"),
    ],
)
def test_whom_it_does_not_vouch_for_stays_out(web, provider, claims, told):
    provider.claims = claims
    browser = come(web, provider)

    assert browser.at.status_code == 403
    assert told in browser.text
    assert "Sign in" in browser.get("/console").text


def test_a_token_that_another_key_signed_is_not_believed(web, provider):
    provider.claims, provider.forged = {"email": "olga@example.com", "email_verified": True}, True

    assert "cannot be trusted" in come(web, provider).text


def test_an_answer_to_a_question_that_was_not_asked_is_not_believed(web, provider):
    provider.claims = {"email": "olga@example.com", "email_verified": True}

    assert "cannot be trusted" in come(web, provider, state="forged").text


CONFIGURATION, TOKEN, KEYS = "/.well-known/openid-configuration", "/token", "/keys"


def test_a_provider_that_is_down_is_told_of_and_nothing_breaks(web, provider):
    provider.server.shutdown()
    provider.server.server_close()
    at = web.browser().get("/oidc")

    assert at.at.status_code == 503
    assert "does not answer as it should (ConnectError)" in at.text and "/sign-in" in at.text


def test_a_provider_that_goes_down_while_one_signs_in_there_is_told_of(web, provider):
    browser, back = go(web, provider)
    provider.server.shutdown()
    provider.server.server_close()
    browser.get(f"/oidc/back?code=c&state={back['state']}")

    assert browser.at.status_code == 503
    assert "does not answer as it should (ConnectError)" in browser.text


def test_a_provider_that_takes_too_long_is_not_waited_for(web, provider):
    object.__setattr__(web.billhook.settings, "oidc_seconds", 0.2)
    provider.holds.clear()

    assert web.browser().get("/oidc").at.status_code == 503


@pytest.mark.parametrize("said", [b"<html>", b"[]", b"5", b"{}", b'{"authorization_endpoint": 5}'])
def test_a_provider_that_talks_nonsense_is_told_of_and_asked_anew_the_next_time(web, provider, said):
    provider.claims = {"email": "olga@example.com", "email_verified": True}
    provider.instead = {CONFIGURATION: said}
    assert web.browser().get("/oidc").at.status_code == 503
    provider.instead = {}

    assert "Olga Owner" in come(web, provider).text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        *((TOKEN, said) for said in (b"<html>", b"[]", b"null", b'{"id_token": 5}', b'{"id_token": "a.b.c"}')),
        *((KEYS, said) for said in (b"<html>", b"[]", b"null", b"{}", b'{"keys": 5}', b'{"keys": [{"kty": "x"}]}')),
    ],
)
def test_a_token_or_a_key_set_that_cannot_be_read_lets_nobody_in_and_does_not_stay(web, provider, path, said):
    provider.claims = {"email": "olga@example.com", "email_verified": True}
    provider.instead = {path: said}
    browser = come(web, provider)
    assert (browser.at.status_code, "cannot be trusted" in browser.text) == (403, True)
    provider.instead = {}

    assert "Olga Owner" in come(web, provider).text


@pytest.mark.parametrize("path", [TOKEN, KEYS])
def test_a_provider_that_breaks_at_the_token_or_the_key_set_is_told_of(web, provider, path):
    provider.claims, provider.broken = {"email": "olga@example.com", "email_verified": True}, {path}
    browser = come(web, provider)

    assert browser.at.status_code == 503
    assert "does not answer as it should (HTTPStatusError)" in browser.text


def test_without_a_provider_there_is_no_such_page(web):
    object.__setattr__(web.billhook.settings, "oidc_issuer", "")

    assert web.browser().get("/oidc").at.status_code == 404


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (HALF, "BILLHOOK_OIDC_CLIENT_ID: BILLHOOK_OIDC_ISSUER want it, too."),
        (
            {**WHOLE, "BILLHOOK_OIDC_ISSUER": "http://id.example"},
            "BILLHOOK_OIDC_ISSUER: a provider's address begins with",
        ),
    ],
)
def test_half_a_provider_or_one_without_encryption_is_refused(given, told):
    with pytest.raises(Invalid) as refused:
        Settings.from_environment(given)

    assert told in str(refused.value)
