"""In and out: links by mail, seats, sessions that end with access."""

import socket

import pytest
from starlette.testclient import TestClient

from billhook import Billhook
from billhook.settings import Settings
from billhook.web import server
from billhook.web.application import create_app
from engine import people


def test_a_person_signs_in_by_a_link_and_is_at_home(olga):
    assert olga.at.url.path == "/console"
    assert "Acme" in olga.text


def test_a_contact_comes_to_the_portal(anna):
    assert anna.at.url.path == "/portal"


def test_what_was_asked_for_before_signing_in_is_shown_after_it(web):
    browser = web.browser().get("/console/payouts")
    browser.press("Send me a link", email=web.OLGA).get(browser.link()).press("Sign in to billhook")

    assert browser.at.url.path == "/console/payouts"


def test_an_address_nobody_knows_gets_the_same_answer_and_no_mail(web):
    known = web.browser().get("/sign-in").press("Send me a link", email=web.OLGA).at.text
    sent = len(list(web.mail.glob("*")))
    unknown = web.browser().get("/sign-in").press("Send me a link", email="nobody@example.com").at.text

    assert (known, sent) == (unknown, len(list(web.mail.glob("*"))))


def test_looking_at_a_link_does_not_use_it_up_and_pressing_its_button_does(web):
    browser = web.browser().get("/sign-in").press("Send me a link", email=web.OLGA)
    link = browser.link()
    for _ in range(3):
        assert web.browser().get(link).at.status_code == 200
    browser.get(link).press("Sign in to billhook")

    assert web.browser().get(link).at.status_code == 404


def test_a_session_gets_another_id_at_sign_in(web):
    browser = web.browser()
    browser.client.cookies.set("billhook", "a" * 32, domain="localhost.local")
    browser.sign_in(web.OLGA)

    assert "a" * 32 not in [cookie.value for cookie in browser.client.cookies.jar if cookie.domain != "localhost.local"]


def test_access_that_is_taken_away_ends_at_once(web, olga):
    with web.billhook.world.store.reading() as tx:
        (seat,) = people.seats(tx, web.OLGA)
    people.invite(web.place.owner, "ben@example.com", "Ben", role="owner")
    people.remove(web.place.owner, seat.id)

    assert olga.get("/console").at.url.path == "/sign-in"


def test_after_signing_out_the_cookie_opens_nothing(olga):
    cookies = dict(olga.client.cookies)
    olga.press("Sign out")
    olga.client.cookies.update(cookies)

    assert olga.get("/console").at.url.path == "/sign-in"


def test_a_person_with_several_seats_chooses_one(web):
    people.add_contact(web.place.owner, "NORD", web.OLGA, "Olga")
    browser = web.browser().sign_in(web.OLGA)

    assert browser.at.url.path == "/seats"
    assert browser.press("NORD GmbH partner of Acme").at.url.path == "/portal"


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}])
def test_a_form_from_another_site_changes_nothing(olga, headers):
    answer = olga.client.post("/sign-out", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_form")
    assert olga.get("/console").at.url.path == "/console"


def test_a_form_without_its_token_changes_nothing(olga):
    answer = olga.client.post("/sign-out", data={"csrf_token": "x##ü"}, headers={"sec-fetch-site": "same-origin"})

    assert answer.status_code == 403
    assert "Open the page again and repeat." in answer.json()["detail"]


def test_who_signs_in_comes_to_the_page_as_it_was_asked_for(web):
    asked = "/console/payouts?state=Ready&partner=NORD"
    browser = web.browser().get(asked)
    browser.press("Send me a link", email=web.OLGA)
    browser.get(browser.link()).press("Sign in to billhook")

    assert str(browser.at.url).endswith(asked)


def test_what_is_too_long_to_be_led_back_to_is_left_out(web):
    page = web.browser().get(f"/console/payouts?partner={'x' * 500}").page

    assert page.forms[0].fields["next"] == "/console/payouts"


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x"])
def test_nobody_is_led_to_another_site(web, elsewhere):
    page = web.browser().get(f"/sign-in?next={elsewhere}")

    assert page.page.forms[0].fields["next"] == "/"


def test_links_are_asked_for_thirty_times_from_a_place_and_then_not_for_a_while(web):
    browser = web.browser()
    answers = [browser.get("/sign-in").press("Send me a link", email=f"x{n}@example.com").at for n in range(31)]

    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert "Wait 15 minutes" in browser.text


def test_an_address_gets_five_links_in_a_quarter_of_an_hour_and_the_same_answer_after(web):
    browser = web.browser()
    answers = {browser.get("/sign-in").press("Send me a link", email=web.OLGA).at.text for _ in range(7)}

    web.work()
    assert len(answers) == 1
    assert sum(b"/sign-in/" in mail.read_bytes() for mail in web.mail.glob("*.eml")) == 5


def test_a_body_that_is_too_large_is_not_read(web):
    client = web.browser().client
    said = client.post("/sign-in", content=b"x", headers={"content-length": str(10**9)})
    form = {"content-type": "application/x-www-form-urlencoded"}
    grown = client.post("/sign-in", content=(b"x" * 2**20 for _ in range(31)), headers=form)

    assert (said.status_code, grown.status_code) == (413, 413)
    assert grown.json()["detail"] == "A request has 30 MB at most. Send less at a time."


def test_an_answer_of_two_parts_does_not_wait_for_the_first_to_be_acknowledged():
    with server.listening("127.0.0.1", 0) as listener:
        kept = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    assert kept == 1


def test_signing_in_again_ends_the_session_before(web, olga):
    before = dict(olga.client.cookies)
    link = web.browser().get("/sign-in").press("Send me a link", email=web.OLGA).link()
    olga.get(link).press("Sign in to billhook")
    former = web.browser()
    former.client.cookies.update(before)

    assert former.get("/console").at.url.path == "/sign-in"
    assert olga.get("/console").at.url.path == "/console"


def test_pages_are_shown_under_their_own_name_alone(web):
    answer = web.browser().client.get("/sign-in", headers={"host": "evil.example"})

    assert answer.status_code == 421
    assert "BILLHOOK_BASE_URL" in answer.json()["detail"]
    assert web.browser().client.get("/healthz", headers={"host": "10.0.0.7"}).status_code == 200


@pytest.mark.parametrize("path", ["/portal/", "/console/payouts/", "/static/"])
def test_no_answer_leads_to_the_host_that_a_request_names(web, path):
    answer = web.browser().client.get(path, headers={"host": "evil.example"}, follow_redirects=False)

    assert "evil" not in answer.headers.get("location", "")


def test_links_in_the_mail_folder_are_shown_on_this_machine_alone(web):
    there = TestClient(web.app, base_url="http://localhost:8000", client=("192.0.2.2", 5000))

    assert there.get("/dev/mail").status_code == 404
    assert web.browser().get("/dev/mail").at.status_code == 200


def test_people_who_come_by_https_are_to_keep_to_it(sqlite_database):
    heads = {}
    for address in ("https://pay.example.com", "http://localhost:8000"):
        with Billhook(sqlite_database, settings=Settings(base_url=address)) as opened:
            heads[address] = TestClient(create_app(opened), base_url=address).get("/healthz").headers

    assert [each.get("strict-transport-security") for each in heads.values()] == ["max-age=31536000", None]
