"""
`python -m docs.making.screens`: pictures of the main pages for docs/images/, from a demo that is served for them.

They are taken by Debian's Chromium, as the tests of tests/browser look at pages, and kept in few colours.
"""

import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.served import Served, served_demo

IMAGES = Path(__file__).parents[1] / "images"
CHROMIUM = "/usr/bin/chromium"
OWNER, MAIN, MEMBER = "owner@example.com", "main", "member@example.com"
_DESK = {"width": 1180, "height": 800}
_PHONE = {"width": 390, "height": 844}
_COLOURS, _LARGEST = 96, 120_000


@dataclass(frozen=True, slots=True)
class Screen:
    """A page as somebody sees it. `act` is what they do there before the picture is taken."""

    name: str
    who: str
    path: str
    act: Callable[[Page], Any] | None = None
    phone: bool = False
    dark: bool = False
    tall: int = 0


def main(*names: str) -> None:
    """Take those that are named, or all."""
    with tempfile.TemporaryDirectory() as folder, served_demo(Path(folder)) as served, _chromium() as browser:
        for screen in SCREENS:
            if not names or screen.name in names:
                _keep(_taken(browser, served, screen), IMAGES / f"{screen.name}.png")


def _preview(page: Page) -> None:
    with page.expect_response("**/preview"):
        page.fill("[name=footer]", "Thank you for working with us.")
    page.wait_for_selector("#preview img")


def _first(part: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        with page.expect_navigation():
            page.locator(part).first.click()

    return act


SCREENS = (
    Screen("sign-in", "", "/sign-in"),
    Screen("portal-home", MAIN, "/portal"),
    Screen("portal-self-invoicing", MAIN, "/portal/account/payouts", _preview, tall=1000),
    Screen("portal-payout", MAIN, "/portal/payouts", _first("table a")),
    Screen("portal-phone", MAIN, "/portal/payouts", _first("table a"), phone=True),
    Screen("console-home", OWNER, "/console"),
    Screen("console-approvals", OWNER, "/console/partners/GR-AIGAIO"),
    Screen("console-payouts", OWNER, "/console/payouts"),
    Screen("console-board", OWNER, "/console/payouts/board"),
    Screen("console-account", OWNER, "/console/account/payouts"),
    Screen("console-pipeline", OWNER, "/console/pipelines", _first("tr:has-text('payout') a")),
    Screen("console-dark", OWNER, "/console", dark=True),
)


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def _taken(browser: Browser, served: Served, screen: Screen) -> bytes:
    looks: dict[str, Any] = {"viewport": _PHONE if screen.phone else _DESK}
    if screen.dark:
        looks["color_scheme"] = "dark"
    context = browser.new_context(**looks)
    page = context.new_page()
    if screen.who:
        page.goto(served.link(_address(served, screen.who)))
        with page.expect_navigation():
            page.click("main button")
    page.goto(served.url + screen.path)
    if screen.act:
        screen.act(page)
    if screen.tall:
        page.set_viewport_size({**looks["viewport"], "height": screen.tall})
    picture = page.screenshot()
    context.close()
    return picture


def _address(served: Served, who: str) -> str:
    return served.main_contact if who == MAIN else who


def _keep(picture: bytes, path: Path) -> None:
    """In few colours, and in fewer where that is too much."""
    image, colours = Image.open(io.BytesIO(picture)).convert("RGB"), _COLOURS
    while True:
        image.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= _LARGEST or colours <= 8:
            return
        colours //= 2


if __name__ == "__main__":
    main(*sys.argv[1:])
