"""Somebody at a real browser: goes, fills, presses, reads; and whatever a browser complains of, kept for the test."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response

LARGEST_PAGE = 60_000
AXE = Path(__file__).with_name("axe-4.14.1.min.js").read_text(encoding="utf-8")
ORIENTATION = "css-orientation-lock"
_TELL_VIOLATIONS = "document.addEventListener('securitypolicyviolation', e => tellViolation(e.violatedDirective))"


class Person:
    """`complaints`: what no page may do: load from elsewhere, break its own policy, raise in a script, be too large."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context, self.url, self.complaints = context, url, list[str]()
        context.set_default_timeout(10_000)
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.expose_binding("tellViolation", lambda _source, told: self.complaints.append(f"policy: {told}"))
        context.add_init_script(_TELL_VIOLATIONS)
        self.page: Page = context.new_page()
        self.page.on("console", self._logged)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))

    def leaves(self) -> "Person":
        """Signed in nowhere and on no page, as somebody new would come."""
        self.page.goto("about:blank")
        self.page.set_viewport_size({"width": 1280, "height": 720})
        self.page.emulate_media(color_scheme="light")
        self.context.clear_cookies()
        self.complaints.clear()
        return self

    def goes(self, path: str) -> "Person":
        self.page.goto(path if path.startswith("http") else self.url + path)
        return self

    def presses(self, name: str, *, within: str = "main") -> "Person":
        """The button or link with this name, and waits for the page it leads to."""
        with self.page.expect_event("load"):
            self.finds(name, within=within).click()
        return self

    def presses_twice(self, name: str) -> "Person":
        """As fast as hands can."""
        with self.page.expect_event("load"):  # of the second answer, which takes the first one's place
            self.finds(name).dblclick(no_wait_after=True)
        self.page.wait_for_load_state("networkidle")
        return self

    def opens(self, name: str, *, within: str = "main") -> "Person":
        """Unfolds what stands folded under this name, with or without scripts."""
        self.page.locator(within).locator("summary", has_text=name).first.click()
        return self

    def fills(self, **said: str) -> "Person":
        """Fields by their names."""
        for name, value in said.items():
            field = self.page.locator(f"main [name='{name}']:visible").first
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        return self

    def ticks(self, *labels: str) -> "Person":
        for label in labels:
            self.page.get_by_label(label).first.check()
        return self

    def accepts(self) -> "Person":
        """The agreement, by its own Yes."""
        self.page.locator("main [name='accept_agreement'][value='yes']").check()
        return self

    def gives(self, name: str, filename: str, kind: str, content: bytes) -> "Person":
        """A file, to the field with this name."""
        self.page.locator(f"main [name='{name}']").set_input_files(
            {"name": filename, "mimeType": kind, "buffer": content}
        )
        return self

    def finds(self, name: str, *, within: str = "main") -> Locator:
        part = self.page.locator(within)
        return (
            part.get_by_role("button", name=name, exact=True).or_(part.get_by_role("link", name=name, exact=True)).first
        )

    @property
    def reads(self) -> str:
        """The page as a person reads it, with single spaces."""
        return " ".join(self.page.locator("main").inner_text().split())

    def downloads(self, name: str) -> bytes:
        with self.page.expect_download() as download:
            self.finds(name).click()
        return Path(download.value.path()).read_bytes()

    def is_barred(self, *rules: str) -> list[str]:
        """
        What axe finds on the page that is serious or critical, each with where it stands; by these rules, else by all
        but ORIENTATION, for which it reads all styles anew: it is asked for where it is named.
        """
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        how = {"resultTypes": ["violations"], "preload": ORIENTATION in rules, **({"runOnly": rules} if rules else {})}
        found: dict[str, Any] = self.page.evaluate(f"axe.run({json.dumps(how)})")
        return [_told(each) for each in found["violations"] if each["impact"] in ("serious", "critical")]

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.url + "/", "data:", "blob:")):
            self.complaints.append(f"elsewhere: {request.url}")

    def _answered(self, response: Response) -> None:
        size = int(response.headers.get("content-length", "0"))
        page = response.headers.get("content-type", "").startswith("text/html")
        if page and size > LARGEST_PAGE and not response.url.endswith("/preview"):  # which holds a picture
            self.complaints.append(f"{response.url} has {size} bytes")

    def _logged(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource: the server responded"):
            self.complaints.append(f"console: {message.text}")


def _told(violation: dict[str, Any]) -> str:
    where: Sequence[str] = [node["html"][:120] for node in violation["nodes"][:3]]
    return f"{violation['id']}: {violation['help']}: {' | '.join(where)}"
