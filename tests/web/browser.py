"""A browser without a screen: follows links, fills forms that stand on the page, keeps cookies. It knows no page."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from lxml import html
from starlette.testclient import TestClient


@dataclass
class Browser:
    """`at` is the page it is on."""

    client: TestClient
    mail: Path
    deliver: Callable[[], object]
    at: httpx2.Response = field(default_factory=lambda: httpx2.Response(200, text="<p>nothing</p>"))

    @property
    def page(self) -> Any:
        return html.fromstring(self.at.text)

    @property
    def text(self) -> str:
        """What a person reads on the page, with single spaces."""
        return " ".join(self.page.text_content().split())

    @property
    def token(self) -> str:
        """What a form of the page it is on is signed with."""
        return str(self.page.xpath("//input[@name='csrf_token']/@value")[0])

    def get(self, path: str) -> "Browser":
        self.at = self.client.get(path, headers={"accept": "text/html"})
        return self

    def press(self, button: str, files: dict[str, Any] | None = None, **filled: Any) -> "Browser":
        """Send the form that this button stands in, filled in where it says so."""
        form, pressed = next(
            (each, one) for each in self.page.forms for one in each.xpath(".//button") if _label(one) == button
        )
        data: dict[str, Any] = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value)
        data |= {pressed.get("name"): pressed.get("value")} if pressed.get("name") else {}
        data |= filled
        path = pressed.get("formaction") or form.get("action") or str(self.at.url)
        self.at = self.client.post(
            path, data=data, files=files, headers={"accept": "text/html", "sec-fetch-site": "same-origin"}
        )
        return self

    def reload(self) -> "Browser":
        """Load the page it is on anew: what was sent for it is sent again."""
        sent = self.at.request
        headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
        headers |= {name: sent.headers[name] for name in ("content-type",) if name in sent.headers}
        self.at = self.client.request(sent.method, str(sent.url), content=sent.read(), headers=headers)
        return self

    def sign_in(self, email: str) -> "Browser":
        """By the link that comes by mail."""
        self.get("/sign-in").press("Send me a link", email=email)
        return self.get(self.link()).press("Sign in to billhook")

    def link(self) -> str:
        """The path of the link to sign in, in the newest mail that has one."""
        self.deliver()
        bodies = (message_from_bytes(mail.read_bytes(), policy=default).get_body(("plain",))
                  for mail in sorted(self.mail.glob("*.eml"), reverse=True))  # fmt: skip
        found = next(re.search(r"https?://\S+/sign-in/\S+", each.get_content()) for each in bodies
                     if each is not None and "/sign-in/" in each.get_content())  # fmt: skip
        assert found is not None
        parts = urlsplit(found.group())
        return parts.path + (f"?{parts.query}" if parts.query else "")


def _label(button: Any) -> str:
    return " ".join(button.text_content().split())
