"""
`scripts/screenshots`: the main pages as pictures, in docs/images/pages/, from a demo that is served to Chromium.

It needs the tests' packages and Chromium; nothing else of docs/making does.
"""

import os
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser.served import Served, served_demo

PAGES = Path(__file__).parents[1] / "images" / "pages"
CHROMIUM = "/usr/bin/chromium"
_OWNER, _COLOURS = "owner@example.com", 96
_WIDE = {"viewport": {"width": 1180, "height": 760}}
_PHONE = {"viewport": {"width": 390, "height": 780}}
_DARK: dict[str, Any] = {**_WIDE, "color_scheme": "dark"}


def main() -> None:
    """Make them all."""
    PAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served_demo(Path(folder)) as served, sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        payout = _payout(served)
        for name, who, path, looks in (
            ("console-home", _OWNER, "/console", _WIDE),
            ("console-payouts", _OWNER, "/console/payouts", _WIDE),
            ("console-board", _OWNER, "/console/payouts/board", _WIDE),
            ("console-account", _OWNER, "/console/account/payouts", _DARK),
            ("portal-payout", served.main_contact, f"/portal/payouts/{payout}", _WIDE),
            ("portal-phone", served.main_contact, f"/portal/payouts/{payout}", _PHONE),
            ("portal-self-invoicing", served.main_contact, "/portal/account/payouts", _WIDE),
        ):
            _picture(browser, served, name, who=who, path=path, looks=looks)
        browser.close()


def _payout(served: Served) -> str:
    """A payout of the main contact's partner that has its invoice."""
    partner = served.billhook.account("ACME").main_contact("FR-LUMEN")
    return next(each.id for each in partner.payouts.list() if each.invoice.number)


def _picture(browser: Browser, served: Served, name: str, *, who: str, path: str, looks: dict[str, Any]) -> None:
    page = browser.new_context(**looks).new_page()
    page.goto(served.link(who))
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in to billhook").click()
    page.goto(served.url + path)
    if name == "portal-self-invoicing":
        page.locator("main [name='footer']").fill("")
        with page.expect_response(lambda answer: answer.url.endswith("/preview") and answer.ok, timeout=60_000):
            page.locator("main [name='footer']").press_sequentially("SARL au capital de 10 000 €")
        while not page.evaluate(_IS_DRAWN):
            page.wait_for_timeout(200)
        page.evaluate("window.scrollTo(0, 0)")
    drawn = Image.open(BytesIO(page.screenshot())).convert("RGB")
    drawn.quantize(_COLOURS).save(PAGES / f"{name}.png", optimize=True)
    page.context.close()


_IS_DRAWN = "[...document.querySelectorAll('#preview img')].some(each => each.complete && each.naturalWidth > 0)"

if __name__ == "__main__":
    main()
