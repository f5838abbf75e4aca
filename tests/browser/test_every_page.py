"""
Every page: axe finds nothing serious on it, light and dark; on a phone nothing runs out of the screen. A page is loaded
once and looked at in every look: by every rule at its widest, where nothing of it is hidden, and else by the rules that
a look decides. With --long every look is by every rule.
"""

from collections.abc import Callable

import pytest

from engine.actor import Actor
from engine.contracts import Document
from tests.fakes import PDF
from tests.waiting import until
from tests.web.house import ALL_OPEN
from tests.web.test_matrix import ROUTES
from tests.worlds import ANSWERS, registry

PORTAL = [
    "/portal", "/portal/onboarding", "/portal/payouts", "/portal/payouts/{payout_id}", "/portal/documents",
    "/portal/documents/{number:path}/about", "/portal/account/payouts", "/portal/people", "/portal/mail",
    "/portal/tokens", "/portal/payouts/none",
]  # fmt: skip
CONSOLE = [
    "/console", "/console/approvals", "/console/activity", "/console/partners", "/console/partners/new",
    "/console/partners/{code}", "/console/partners/{code}/agreements", "/console/partners/{code}/tax",
    "/console/partners/{code}/contacts/{contact_id}/remove", "/console/partners/{code}/contacts/{contact_id}/hand-over",
    "/console/rewards", "/console/rewards/import", "/console/payouts", "/console/payouts/board",
    "/console/payouts/{payout_id}", "/console/documents", "/console/documents/{number:path}/about",
    "/console/pipelines", "/console/pipelines/publish", "/console/pipelines/{definition_id}",
    "/console/account/payouts", "/console/handouts", "/console/people", "/console/people/{member_id}/remove",
    "/console/tokens", "/console/webhooks", "/console/jobs", "/console/jobs?status=done", "/console/mail",
    "/console/payouts/none",
]  # fmt: skip
ENTRANCE = ["/sign-in", "/sign-in/{token}", "/sign-in/used", "/seats", "/dev/mail"]
#: Pages that are looked at where a story below has made what they show.
IN_STORIES = ["/portal/onboarding/{step_id}", "/console/webhooks/{webhook}"]
#: What answers something else than a page: files, pictures, what programs ask, and where one is only sent on from.
NO_PAGES = [
    "/", "/oidc", "/oidc/back", "/static", "/readyz", "/healthz", "/metrics",
    "/console/documents/{number:path}.{format}", "/console/handouts/{name:path}",
    "/console/partners/{code}/agreements/{version}.pdf", "/console/partners/{code}/agreements/{version}/paper",
    "/console/partners/{code}/steps/{step}/files/{field}", "/console/payouts/sheet",
    "/console/payouts/{payout_id}/own-invoice",
    "/portal/account/payouts/logo", "/portal/account/payouts/preview.png", "/portal/documents/{number:path}.{format}",
    "/portal/handouts/{name:path}", "/portal/onboarding/{step_id}/files/{field}",
    "/portal/onboarding/{step_id}/preview.png", "/portal/payouts/{payout_id}/own-invoice",
]  # fmt: skip
OWNER = "owner@example.com"
#: What is pressed and is less than 24 px tall (WCAG 2.5.8).
TOO_LOW = """[...document.querySelectorAll("summary, button:not(.link), [role=button]")]
    .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 24)
    .map(each => `${each.getBoundingClientRect().height} px low: ${each.innerText}`)"""
#: What colours, widths and what a small screen hides decide.
OF_LOOKS = (
    "color-contrast", "link-in-text-block", "scrollable-region-focusable", "button-name", "link-name",
    "label", "select-name", "summary-name", "td-has-header", "th-has-data-cells", "aria-hidden-focus", "list",
)  # fmt: skip
#: By size and colours: the rules that are asked, all or those; None where the width alone is looked at.
LOOKS: dict[tuple[int, int, str], tuple[str, ...] | None] = {
    (1280, 900, "light"): (), (900, 1200, "light"): None, (360, 740, "dark"): OF_LOOKS,
}  # fmt: skip
EVERY_LOOK = {(*size, colours): () for size in ((1280, 900), (900, 1200), (360, 740)) for colours in ("light", "dark")}


@pytest.fixture
def faults(request) -> Callable[..., list[str]]:
    """What is wrong with the page that is open, in each look."""
    looks = EVERY_LOOK if request.config.getoption("--long") else LOOKS
    return lambda person: [fault for look, rules in looks.items() for fault in _in_look(person, *look, rules)]


@pytest.fixture(scope="module")
def known(served):
    """Something of the demo to look at: a partner, a payout of it and its invoice, and people."""
    account = served.billhook.account("ACME")
    lumen, owner = account.main_contact("FR-LUMEN"), account.as_(Actor.vendor("test-owner", "owner", origin="test"))
    payout = next(each for each in lumen.payouts.list() if each.invoice.number)
    return {
        "code": "FR-LUMEN", "payout_id": payout.id, "number:path": payout.invoice.number,
        "contact_id": owner.people.contacts("FR-LUMEN")[0].id, "member_id": owner.people.list()[0].id,
        "definition_id": owner.pipelines.list()[0].id,
    }  # fmt: skip


def test_every_page_stands_in_a_list_or_is_none():
    looked_at = [each.partition("?")[0] for each in (*PORTAL, *CONSOLE, *ENTRANCE, *IN_STORIES)]
    found = {path for method, path in ROUTES if method == "GET" and not path.startswith("/api/")}

    assert found - {*looked_at, *NO_PAGES} == set()
    assert {*looked_at, *NO_PAGES} - found - {"/oidc", "/oidc/back"} == {
        "/portal/payouts/none", "/console/payouts/none", "/sign-in/used",
    }  # fmt: skip


def test_the_partners_pages_bar_nobody_and_fit(served, known, enters, faults):
    anna = enters(served.main_contact)

    assert _faults(anna, PORTAL, known, faults) == {}


def test_the_vendors_pages_bar_nobody_and_fit(known, enters, faults):
    owner = enters(OWNER)

    assert _faults(owner, CONSOLE, known, faults) == {}


def test_the_pages_of_the_way_in_bar_nobody_and_fit(served, shop, comes, faults):
    shop.owner.people.invite(shop.anna, "Anna, too", role="viewer")  # so that she has two seats
    anna = comes().goes("/sign-in").fills(email=shop.anna).presses("Send me a link")
    found = {"sent": faults(anna), "not signed in": faults(anna.goes("/seats"))}
    link = served.link(shop.anna)
    for path in ENTRANCE:
        found[path] = faults(anna.goes(path.replace("/sign-in/{token}", link)))
    anna.goes(link).presses("Sign in to billhook")
    found["two seats"] = faults(anna)

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_the_page_of_every_kind_of_step_bars_nobody_and_fits(shop, enters, faults):
    shop.owner.pipelines.publish([ALL_OPEN])
    shop.owner.handouts.add(Document("guide.pdf", "application/pdf", PDF))
    shop.owner.onboarding.start("NORD", pipeline=ALL_OPEN.name)
    anna = enters(shop.anna)
    steps = ALL_OPEN.stages[0].steps
    found = {step.id: faults(anna.goes(f"/portal/onboarding/{step.id}")) for step in steps}
    shop.partner.onboarding.answer("NORD", "register", ANSWERS["register"])
    found |= {f"{each} answered": faults(anna.goes(f"/portal/onboarding/{each}")) for each in ("register",)}

    assert {step.action for step in steps} == set(registry().asks)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_pages_that_a_button_leads_to_bar_nobody_and_fit(shop, enters, faults):
    shop.opt_in()
    shop.reward("W1", status="pending")
    shop.payout("R1", "validate", "accept"), shop.payout("R2")
    olga, found = enters(shop.olga), {}
    for name, reach in REACHED.items():
        reach(olga)
        found[name] = faults(olga)
    webhook = shop.owner.webhooks.list()[0].id
    shop.payout("R3", "validate", "accept")
    until(lambda: shop.owner.webhooks.deliveries(webhook).items)
    found["a webhook with deliveries"] = faults(olga.goes(f"/console/webhooks/{webhook}").opens("Show"))

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


CSV = b"reference,partner,description,amount,currency,occurred_on\nR8,NORD,Lead,10.00,EUR,2026-10-01\nR9,NIXX,x,x,x,x\n"
LOOK = "See what would come of it"
REACHED = {
    "rewards are refused": lambda olga: olga.goes("/console/rewards?status=pending").ticks("Choose W1").presses(
        "Refuse the chosen …"
    ),
    "an import is looked at": lambda olga: olga.goes("/console/rewards/import").gives(
        "file", "rewards.csv", "text/csv", CSV
    ).presses(LOOK),
    "many would be moved": lambda olga: olga.goes("/console/payouts").ticks("All that the filters find").fills(
        trigger="validate"
    ).presses(LOOK),
    "many were moved": lambda olga: olga.presses("Do it"),
    "a webhook's secret": lambda olga: olga.goes("/console/webhooks").fills(url="https://192.0.2.1/hook").presses(
        "Add it"
    ),
    "a webhook that cannot be": lambda olga: olga.fills(url="ftp://192.0.2.1/hook").presses("Add it"),
    "a token": lambda olga: olga.goes("/console/tokens").fills(name="books").ticks("payouts:read").presses("Make it"),
    "a partner that cannot be": lambda olga: olga.goes("/console/partners/new").fills(
        code="nord nord", name="Nord", country="DE", language="xx", main_contact_name="A",
        main_contact_email="a@example.com",
    ).presses("Add"),
    "a pipeline with problems": lambda olga: olga.goes("/console/pipelines/publish").fills(
        text="version: 1\npayouts: {x: {titel: y}}"
    ).presses("Check"),
    "an offer": lambda olga: olga.goes("/console/partners/NORD/agreements").presses("Offer the agreement"),
    "switched off": lambda olga: olga.goes("/console/account/payouts").presses("Switch self-invoicing off"),
    "switched on": lambda olga: olga.presses("Switch self-invoicing on"),
}  # fmt: skip


def test_what_others_may_not_and_what_is_switched_off_bars_nobody_and_fits(shop, enters, faults):
    shop.opt_in()
    shop.owner.self_invoicing.switch(on=False)
    fred, anna = enters(shop.fred), enters(shop.anna)
    found = {path: faults(fred.goes(path)) for path in ("/console/tokens", "/console/people", "/console/jobs")}
    found["switched off"] = faults(anna.goes("/portal/account/payouts"))
    anna.goes("/portal/tokens").fills(name="books").ticks("payouts:read").presses("Make it")
    found["a contact's token"] = faults(anna)

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def _in_look(person, width: int, height: int, colours: str, rules: tuple[str, ...] | None) -> list[str]:
    person.page.set_viewport_size({"width": width, "height": height})
    person.page.emulate_media(color_scheme=colours)
    wide = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    barred = [] if rules is None else person.is_barred(*rules)
    barred += person.page.evaluate(TOO_LOW)
    return [f"{width} px, {colours}: {each}" for each in (*barred, *([f"{wide} px too wide"] if wide > 0 else []))]


def _faults(person, pages, known, faults) -> dict[str, list[str]]:
    found = {path: faults(person.goes(_filled(path, known))) for path in pages}
    return {path: wrong for path, wrong in found.items() if wrong}


def _filled(path: str, known) -> str:
    for name, value in known.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def test_the_keyboard_reaches_the_page_by_the_first_key(served, enters):
    anna = enters(served.main_contact).goes("/portal")
    anna.page.keyboard.press("Tab")

    assert anna.page.evaluate("document.activeElement.textContent") == "Skip to the page"
