"""Every page: axe finds nothing serious on it, light and dark; on a phone nothing runs out of the screen."""

import pytest

PORTAL = [
    "/portal", "/portal/onboarding", "/portal/onboarding/self_invoicing", "/portal/payouts", "/portal/payouts/{payout}",
    "/portal/documents", "/portal/documents/{number}/about", "/portal/account/payouts", "/portal/people",
    "/portal/mail",
]  # fmt: skip
CONSOLE = [
    "/console", "/console/approvals", "/console/activity", "/console/partners", "/console/partners/new",
    "/console/partners/{partner}", "/console/partners/{partner}/agreements", "/console/partners/{partner}/tax",
    "/console/payouts", "/console/payouts/board", "/console/payouts/{payout}", "/console/documents",
    "/console/documents/{number}/about", "/console/pipelines", "/console/pipelines/publish", "/console/account/payouts",
    "/console/handouts", "/console/people", "/console/tokens", "/console/webhooks", "/console/jobs", "/console/mail",
]  # fmt: skip
OWNER = "owner@example.com"
LOOKS = {
    "wide": {"viewport": {"width": 1280, "height": 900}},
    "tablet in the dark": {"viewport": {"width": 900, "height": 1200}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}},
}


@pytest.fixture(scope="module")
def known(served):
    """Something of the demo to look at: a partner, a payout of it and its invoice."""
    account = served.billhook.account("ACME").main_contact("FR-LUMEN")
    payout = next(each for each in account.payouts.list() if each.invoice.number)
    return {"partner": "FR-LUMEN", "payout": payout.id, "number": payout.invoice.number}


@pytest.mark.parametrize("look", LOOKS)
def test_the_partners_pages_bar_nobody_and_fit(served, known, enters, look):
    anna = enters(served.main_contact, **LOOKS[look])

    assert _faults(anna, PORTAL, known) == {}


@pytest.mark.parametrize("look", LOOKS)
def test_the_vendors_pages_bar_nobody_and_fit(served, known, enters, look):
    owner = enters(OWNER, **LOOKS[look])

    assert _faults(owner, CONSOLE, known) == {}


def _faults(person, pages, known) -> dict[str, list[str]]:
    found = {path: _of_page(person.goes(path.format(**known))) for path in pages}
    return {path: faults for path, faults in found.items() if faults}


def _of_page(person) -> list[str]:
    wide = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return person.is_barred() + ([f"it is {wide} px too wide"] if wide > 0 else [])


def test_the_keyboard_reaches_the_page_by_the_first_key(served, enters):
    anna = enters(served.main_contact).goes("/portal")
    anna.page.keyboard.press("Tab")

    assert anna.page.evaluate("document.activeElement.textContent") == "Skip to the page"
