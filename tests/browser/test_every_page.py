"""Every page: axe finds nothing serious on it, light and dark; on a phone nothing runs out of the screen."""

import pytest

from engine.actor import Actor
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
LOOKS = {
    "wide": {"viewport": {"width": 1280, "height": 900}},
    "tablet in the dark": {"viewport": {"width": 900, "height": 1200}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}},
}


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


@pytest.mark.parametrize("look", LOOKS)
def test_the_partners_pages_bar_nobody_and_fit(served, known, enters, look):
    anna = enters(served.main_contact, **LOOKS[look])

    assert _faults(anna, PORTAL, known) == {}


@pytest.mark.parametrize("look", LOOKS)
def test_the_vendors_pages_bar_nobody_and_fit(served, known, enters, look):
    owner = enters(OWNER, **LOOKS[look])

    assert _faults(owner, CONSOLE, known) == {}


def test_the_pages_of_the_way_in_bar_nobody_and_fit(served, shop, comes):
    shop.owner.people.invite(shop.anna, "Anna, too", role="viewer")  # so that she has two seats
    anna = comes().goes("/sign-in").fills(email=shop.anna).presses("Send me a link")
    found = {"sent": _in_every_look(anna), "not signed in": _in_every_look(anna.goes("/seats"))}
    link = served.link(shop.anna)
    for path in ENTRANCE:
        found[path] = _in_every_look(anna.goes(path.replace("/sign-in/{token}", link)))
    anna.goes(link).presses("Sign in to billhook")
    found["two seats"] = _in_every_look(anna)

    assert {name: faults for name, faults in found.items() if faults} == {}


def test_the_page_of_every_kind_of_step_bars_nobody_and_fits(shop, enters):
    shop.owner.pipelines.publish([ALL_OPEN])
    shop.owner.onboarding.start("NORD", pipeline=ALL_OPEN.name)
    anna = enters(shop.anna)
    steps = ALL_OPEN.stages[0].steps
    found = {step.id: _in_every_look(anna.goes(f"/portal/onboarding/{step.id}")) for step in steps}
    shop.partner.onboarding.answer("NORD", "register", ANSWERS["register"])
    found |= {f"{each} answered": _in_every_look(anna.goes(f"/portal/onboarding/{each}")) for each in ("register",)}

    assert {step.action for step in steps} == set(registry().asks)
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_pages_that_a_button_leads_to_bar_nobody_and_fit(shop, enters):
    shop.opt_in()
    shop.reward("W1", status="pending")
    shop.payout("R1", "validate", "accept"), shop.payout("R2")
    olga, found = enters(shop.olga), {}
    for name, reach in REACHED.items():
        reach(olga)
        found[name] = _in_every_look(olga)
    webhook = shop.owner.webhooks.list()[0].id
    shop.payout("R3", "validate", "accept")
    until(lambda: shop.owner.webhooks.deliveries(webhook).items)
    found["a webhook with deliveries"] = _in_every_look(olga.goes(f"/console/webhooks/{webhook}").opens("Show"))

    assert {name: faults for name, faults in found.items() if faults} == {}


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


def test_what_others_may_not_and_what_is_switched_off_bars_nobody_and_fits(shop, enters):
    shop.opt_in()
    shop.owner.self_invoicing.switch(on=False)
    fred, anna = enters(shop.fred), enters(shop.anna)
    found = {path: _in_every_look(fred.goes(path)) for path in ("/console/tokens", "/console/people", "/console/jobs")}
    found["switched off"] = _in_every_look(anna.goes("/portal/account/payouts"))
    anna.goes("/portal/tokens").fills(name="books").ticks("payouts:read").presses("Make it")
    found["a contact's token"] = _in_every_look(anna)

    assert {name: faults for name, faults in found.items() if faults} == {}


def _in_every_look(person) -> list[str]:
    """The page that is open, at each size, and dark where a look is."""
    faults = []
    for look in LOOKS.values():
        person.page.set_viewport_size(look["viewport"])
        person.page.emulate_media(color_scheme=look.get("color_scheme", "light"))
        faults += _of_page(person)
    return faults


def _faults(person, pages, known) -> dict[str, list[str]]:
    found = {path: _of_page(person.goes(_filled(path, known))) for path in pages}
    return {path: faults for path, faults in found.items() if faults}


def _filled(path: str, known) -> str:
    for name, value in known.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def _of_page(person) -> list[str]:
    wide = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return person.is_barred() + ([f"it is {wide} px too wide"] if wide > 0 else [])


def test_the_keyboard_reaches_the_page_by_the_first_key(served, enters):
    anna = enters(served.main_contact).goes("/portal")
    anna.page.keyboard.press("Tab")

    assert anna.page.evaluate("document.activeElement.textContent") == "Skip to the page"
