"""
Who may send which form of a page: every form, each about a thing that is there and in a fitting state, sent by each
role and each kind of contact. Whoever is not in its row is refused and nothing is written.
"""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from lxml import html
from starlette.routing import compile_path

from billhook.web import edits
from billhook.web.pages.console import account
from billhook.web.versions import tag
from pipelines.writer import written
from tests.fakes import PDF
from tests.web.house import ROLES, House, furnish, house_of
from tests.web.test_matrix import PAGES
from tests.worlds import BUYER, PAYOUT

ADMINS, RUNNERS, FINANCE, VENDORS = ROLES[:2], ROLES[:3], ROLES[:4], ROLES
MAIN, CONTACTS = ("anna",), ("anna", "member")
NOBODY: tuple[str, ...] = ()
ELSEWHERE = ("wald", "stranger")
NOTHING = "01a20927-b6c0-755e-b5b4-ff0ad96e420f"
CSV = "reference,partner,description,amount,currency,occurred_on\nR900,NORD,Lead,10.00,EUR,2026-10-01\n"
WHY = {"reason": "as agreed"}
OPT_OUT = {"choice": "opt_out", "reason": "as agreed"}
#: Where a form goes, who may send it, what is sent. A value in bytes is a file.
Row = tuple[str, tuple[str, ...], dict[str, Any]]
FORMS: list[Row] = [
    ("/console/account/payouts/acceptance-days", ADMINS, {"shown": "<shown_as_silence>", "days": "20"}),
    ("/console/account/payouts/buyer", ADMINS, {
        **BUYER.to_json(), "payment_days": "30", "city": "Bonn", "shown": "<shown_as_buyer>"}),
    ("/console/account/payouts/four-eyes", ADMINS, {"on": "true"}),
    ("/console/account/payouts/numbers", ADMINS, {"shown": "<shown_as_numbers>", "pattern": "{buyer}-{seller}-{n:06}",
                                                  "credit_notes": "{buyer}-{seller}-C{n:06}"}),
    ("/console/account/payouts/payout-day", ADMINS, {"shown": "<shown_as_day>", "day": "5"}),
    ("/console/account/payouts/switch", ADMINS, {"on": ""}),
    ("/console/account/payouts/timezone", ADMINS, {"shown": "<shown_as_timezone>", "timezone": "Europe/Paris"}),
    ("/console/documents/<number>/credit", FINANCE, {"line": "1", "amount": "5", **WHY}),
    ("/console/documents/<number>/reissue", FINANCE, WHY),
    ("/console/documents/<contested>/resolve", FINANCE, WHY),
    ("/console/handouts", RUNNERS, {"file": PDF, "name": "guide.pdf"}),
    ("/console/jobs/park", RUNNERS, {"job": "<job>", **WHY}),
    ("/console/jobs/retry", RUNNERS, {"job": "<parked>"}),
    ("/console/mail", VENDORS, {"language": "de"}),
    ("/console/partners/new", RUNNERS, {"code": "FJORD", "name": "Fjord AS", "country": "NO", "language": "en",
                                        "main_contact_name": "Kari", "main_contact_email": "kari@example.com"}),
    ("/console/partners/NORD/agreements/offer", RUNNERS, {}),
    ("/console/partners/WALD/agreements/paper", RUNNERS, {"signed_by": "Anna", "signed_on": "2026-11-02",
                                                          "paper": PDF}),
    ("/console/partners/NORD/agreements/revoke", ADMINS, WHY),
    ("/console/partners/NORD/contacts", RUNNERS, {"name": "Ben", "email": "ben@example.com"}),
    ("/console/partners/NORD/contacts/<contact>/hand-over", ADMINS, WHY),
    ("/console/partners/NORD/contacts/<contact>/remove", RUNNERS, {}),
    ("/console/partners/WALD/start", RUNNERS, {}),
    ("/console/partners/NORD/steps/register/approve", RUNNERS, {"version": "<version_of_register>"}),
    ("/console/partners/NORD/steps/register/reject", RUNNERS, {"version": "<version_of_register>", **WHY}),
    ("/console/partners/NORD/steps/guide/invalidate", RUNNERS, {"version": "<version_of_guide>", **WHY}),
    ("/console/partners/NORD/steps/team/skip", RUNNERS, {"version": "<version_of_team>", **WHY}),
    ("/console/partners/NORD/steps/newsletter/unskip", RUNNERS, {"version": "<version_of_newsletter>"}),
    ("/console/partners/NORD/tax/override", FINANCE, {"category": "S", "rate": "7", **WHY}),
    ("/console/partners/NORD/tax/follow-rules", FINANCE, WHY),
    ("/console/payouts/many", VENDORS, {"trigger": "mark_paid", "seen": "<ready>:<mark_of_ready>"}),
    ("/console/payouts/new", RUNNERS, {"partner": "NORD", "currency": "EUR", "ask": "review"}),
    ("/console/payouts/<claws>/credit-clawbacks", FINANCE, {"against.<claw>": "<number>/1", **WHY}),
    ("/console/payouts/<late>/issue", FINANCE, WHY),
    ("/console/payouts/<draft>/validate", RUNNERS, {"seen": "<mark_of_draft>"}),
    ("/console/payouts/<pending>/accept", RUNNERS, {"seen": "<mark_of_pending>", **WHY}),
    ("/console/payouts/<pending>/reopen", RUNNERS, {"seen": "<mark_of_pending>", **WHY}),
    ("/console/payouts/<pending>/approve", NOBODY, {"seen": "<mark_of_pending>"}),
    ("/console/payouts/<disputed>/resolve", RUNNERS, {
        "seen": "<mark_of_disputed>", "reward": "<line_of_disputed>", **WHY}),
    ("/console/payouts/<ready>/mark_paid", FINANCE, {"seen": "<mark_of_ready>"}),
    ("/console/payouts/<paid>/payment_failed", RUNNERS, {"seen": "<mark_of_paid>", **WHY}),
    ("/console/payouts/<ready>/cancel", RUNNERS, {"seen": "<mark_of_ready>", **WHY}),
    ("/console/payouts/<ready>/hold", RUNNERS, {"seen": "<mark_of_ready>", **WHY}),
    ("/console/payouts/<held>/release", RUNNERS, {"seen": "<mark_of_held>", **WHY}),
    ("/console/people", ADMINS, {"name": "Max", "email": "max@example.com", "role": "manager"}),
    ("/console/people/<viewer_id>/role", ADMINS, {"role": "finance"}),
    ("/console/people/<viewer_id>/remove", ADMINS, {}),
    ("/console/pipelines/publish", ADMINS, {"text": "<yaml>", "version": "<version_of_pipelines>"}),
    ("/console/rewards/import", RUNNERS, {"file": CSV.encode()}),
    ("/console/rewards/import/again", RUNNERS, {"file": CSV.encode()}),
    ("/console/rewards/import/do", RUNNERS, {"content": base64.b64encode(CSV.encode()).decode(), "name": "r.csv"}),
    ("/console/rewards/settle", RUNNERS, {"accept": "<pending_reward>"}),
    ("/console/tokens", ADMINS, {"name": "more", "role": "viewer", "scope": "payouts:read"}),
    ("/console/tokens/<token>/revoke", ADMINS, {}),
    ("/console/webhooks", ADMINS, {"url": "https://example.com/more"}),
    ("/console/webhooks/<webhook>/deliveries/<delivery>", ADMINS, {}),
    ("/console/webhooks/<webhook>/pause", ADMINS, WHY),
    ("/console/webhooks/<webhook>/resume", ADMINS, {}),
    ("/console/webhooks/<webhook>/secret", ADMINS, {}),
    ("/console/webhooks/<webhook>/remove", ADMINS, {}),
    ("/portal/account/payouts", MAIN, OPT_OUT),
    ("/portal/account/payouts/draft", MAIN, {"legal_name": "Half a na"}),
    ("/portal/account/payouts/draft/drop", MAIN, {}),
    ("/portal/account/payouts/preview", CONTACTS, {}),
    ("/portal/documents/<number>/accept", MAIN, {"version": "<version_of_number>"}),
    ("/portal/documents/<number>/contest", MAIN, {"version": "<version_of_number>", **WHY}),
    ("/portal/mail", CONTACTS, {"language": "de"}),
    ("/portal/onboarding/team", CONTACTS, {"shown": "{}", "size": "three"}),
    ("/portal/onboarding/invoicing", MAIN, OPT_OUT),
    ("/portal/onboarding/team/draft", CONTACTS, {"size": "thr"}),
    ("/portal/onboarding/team/draft/drop", CONTACTS, {}),
    ("/portal/onboarding/invoicing/preview", CONTACTS, {}),
    ("/portal/payouts/<pending>/approve", MAIN, {"seen": "<mark_of_pending>"}),
    ("/portal/payouts/<pending>/dispute", MAIN, {"seen": "<mark_of_pending>", "line": "<line_of_pending>", **WHY}),
    ("/portal/payouts/<wanting>/invoice", MAIN, {"seen": "<mark_of_wanting>", "invoice": PDF}),
    ("/portal/people", MAIN, {"name": "Ben", "email": "ben@example.com"}),
    ("/portal/people/<contact>/hand-over", MAIN, {}),
    ("/portal/people/<contact>/remove", MAIN, {}),
    ("/portal/tokens", CONTACTS, {"name": "more", "scope": "payouts:read"}),
    ("/portal/tokens/<own_token>/revoke", MAIN, {}),
]  # fmt: skip
#: Refused of each payout alone, so that the page is answered all the same.
ONE_BY_ONE = "/console/payouts/many"
MARKED = ("draft", "pending", "disputed", "ready", "paid", "held", "wanting")


@pytest.fixture(scope="module")
def house(tmp_path_factory, migrated_sqlite) -> Iterator[House]:
    with house_of(tmp_path_factory.mktemp("forms"), migrated_sqlite) as house:
        yield house


@pytest.fixture(scope="module")
def things(house) -> Mapping[str, str]:
    """What forms act on; everybody is signed in, and two have lost their seats since."""
    things = furnish(house) | {"yaml": written([PAYOUT])}
    owner = house.account.as_(house.place.owner_actor)
    things |= {f"mark_of_{each}": owner.payouts.mark(things[each]) for each in MARKED}
    things |= {f"version_of_{step.id}": step.version for step in owner.onboarding.view("NORD").steps}
    things |= {f"shown_as_{each.name}": edits.carried(each.held) for each in account.sheets_of(owner)}
    things["version_of_number"] = tag(house.account.main_contact("NORD").invoices.standing(things["number"]))
    things["version_of_pipelines"] = tag(written(owner.pipelines.live()))
    for who in ("olga", *ROLES[1:], *CONTACTS, *ELSEWHERE):
        house.client(who)
    house.dismiss_two()
    return things


@pytest.fixture(scope="module")
def kept(house, things) -> Any:
    return house.keep()


def filled(text: str, things: Mapping[str, str]) -> str:
    for name, value in things.items():
        text = text.replace(f"<{name}>", value)
    return text


def send(house: House, who: str, path: str, said: Mapping[str, Any], things: Mapping[str, str]) -> Any:
    """The form, as their browser would send it."""
    data = {filled(name, things): filled(value, things) for name, value in said.items() if isinstance(value, str)}
    files = {name: ("a.pdf", value, "application/pdf") for name, value in said.items() if isinstance(value, bytes)}
    headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
    data["csrf_token"] = house.token(who)
    return house.client(who).post(
        filled(path, things), data=data, files=files or None, headers=headers, follow_redirects=False
    )


def told(answer: Any) -> str:
    """Let in, refused, or else its status."""
    if answer.status_code in (403, 404) or answer.headers.get("location", "").startswith("/sign-in"):
        return "refused"
    return "let in" if answer.status_code in (200, 303) else f"{answer.status_code}"


def may(who: str, allowed: tuple[str, ...]) -> bool:
    return ("owner" if who == "olga" else who) in allowed


def test_every_form_has_a_row():
    routes = {path for method, path in PAGES if method == "POST"}

    assert {route_of(path, routes) for path, _, _ in FORMS} == routes


def route_of(path: str, routes: set[str]) -> str:
    """The route that answers there: of those that fit the one that leaves least open."""
    found = [each for each in routes if compile_path(each)[0].match(path)]
    return min(found, key=lambda each: each.count("{"), default=f"{path} is no route")


@pytest.mark.parametrize("who", ["olga", *ROLES[1:], *CONTACTS, *ELSEWHERE, "gone", "removed"])
def test_whoever_may_not_is_refused_and_nothing_is_written(house, things, kept, who):
    house.restore(kept)
    before = house.written()
    rows = [
        row for row in FORMS if not may(who, row[1]) and (who not in ELSEWHERE or "<" in row[0] or "NORD" in row[0])
    ]
    answers = {path: told(send(house, who, path, said, things)) for path, _, said in rows}

    assert {path: answer for path, answer in answers.items() if answer != "refused" and path != ONE_BY_ONE} == {}
    assert house.changed(before) == set()


@pytest.mark.parametrize("who", ["olga", *ROLES[1:], *CONTACTS])
def test_whoever_may_is_let_in(house, things, kept, who):
    answers = {}
    for path, allowed, said in FORMS:
        if may(who, allowed):
            house.restore(kept)
            answers[path] = told(send(house, who, path, said, things))

    assert {path: answer for path, answer in answers.items() if answer != "let in"} == {}


@pytest.mark.parametrize("who", ELSEWHERE)
def test_what_is_somebody_elses_is_answered_as_what_is_not_there(house, things, who):
    side = "/portal" if who == "wald" else "/console"
    rows = [(path, said) for path, _, said in FORMS if path.startswith(side) and "<" in path]
    nothing = dict.fromkeys(things, NOTHING)
    theirs = {path: words(send(house, who, path, said, things), things) for path, said in rows}

    assert theirs == {path: words(send(house, who, path, said, nothing), nothing) for path, said in rows}


def words(answer: Any, things: Mapping[str, str]) -> tuple[int, str]:
    """The status and what the page says, without the ids that were asked for."""
    text = " ".join(html.fromstring(answer.text).get_element_by_id("main").text_content().split())
    for value in things.values():
        text = text.replace(value, "...") if len(value) > 8 else text
    return answer.status_code, text
