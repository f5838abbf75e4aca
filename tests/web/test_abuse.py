"""Hostile input at pages and API: each gets the answer that the design promises, and nothing is changed by it."""

import io

import pytest
from PIL import Image
from starlette.requests import Request
from starlette.testclient import TestClient

from billhook.web import visits
from engine import onboarding, people
from tests.web.program import program
from tests.worlds import DETAILS

FORM = {"choice": "opt_in", **{name: value for name, value in DETAILS.items() if name != "accept_agreement"},
        "accept_agreement": "yes"}  # fmt: skip
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def api(web):
    return program(web, role="admin")


def picture(size, kind="PNG"):
    drawn = io.BytesIO()
    Image.new("1" if kind == "PNG" else "RGB", size).save(drawn, kind)
    return drawn.getvalue()


def history(web):
    return len(web.place.all("SELECT seq FROM history WHERE account_id = :account"))


@pytest.mark.parametrize("percent", ["-5", "NaN", "1e999", "１９", "1_000", "100.0001", "19%x"])
def test_a_tax_rate_that_is_none_is_told_beside_its_field(web, anna, percent):
    before = history(web)
    anna.get("/portal/account/payouts").press("Keep", **{**FORM, "tax_percent": percent})

    assert (anna.at.status_code, history(web)) == (422, before)
    assert anna.page.xpath("//*[@name='tax_percent'][@aria-invalid='true']")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.svg", SVG), ("x.png", SVG), ("x.png", picture((20_000, 20_000))), ("x.png", b"%!PS-Adobe-3.0 EPSF-3.0"),
        ("x.png", picture((40, 40), "TIFF")), ("x.png", picture((400, 400), "JPEG")[:200]), ("x.png", b"\x89PNG" * 9),
    ],
    ids=["svg", "svg as png", "20,000 px", "eps", "tiff", "cut short", "no png"],
)  # fmt: skip
def test_a_logo_that_could_harm_is_refused_with_the_reason(web, anna, name, content):
    before = history(web)
    anna.get("/portal/account/payouts").press("Keep", files={"logo": (name, content, "image/png")}, **FORM)

    assert (anna.at.status_code, history(web)) == (422, before)
    assert anna.page.xpath("//*[@id='logo-wrong']")


@pytest.mark.parametrize(
    "name", ["<b>Nord</b><script>alert(1)</script>", "{{ 7 * 7 }}", "Nord‮moc.live", "x" * 5000, "N\x00rd"]
)
def test_a_name_is_text_or_refused(web, anna, olga, name):
    anna.get("/portal/account/payouts").press("Keep", **{**FORM, "legal_name": name})
    told = anna.get("/portal/account/payouts").at.text + olga.get("/console/partners/NORD").at.text

    assert "<script>alert" not in told
    assert ">49<" not in told


@pytest.mark.parametrize(
    "reward",
    [{"amount": "1.005"}, {"amount": "92233720368547758.08"}, {"amount": "1e3"}, {"amount": "NaN"}, {"amount": "1,00"},
     {"currency": "EURO"}, {"occurred_on": "2026-02-30"}, {"status": "paid"}, {"partner": "NOBODY"}],
    ids=str,
)  # fmt: skip
def test_a_reward_that_is_no_money_is_refused(web, api, reward):
    whole = {"reference": "X1", "partner": "NORD", "description": "Lead", "amount": "1.00", "currency": "EUR",
             "occurred_on": "2026-11-02", **reward}  # fmt: skip

    assert api.post("/rewards", json=whole).status_code == 422
    assert web.place.all("SELECT id FROM reward WHERE account_id = :account AND reference = 'X1'") == []


def test_a_later_step_before_its_turn_and_a_step_twice_change_nothing(web, anna):
    web.place.hand_out()
    onboarding.start(web.place.vendor(), "NORD")
    token = anna.get("/portal/onboarding/guide").token
    anna.press("Done", viewed="yes")
    before = history(web)
    for step, filled in (("invoicing", FORM), ("guide", {"viewed": "yes"})):
        anna.client.post(f"/portal/onboarding/{step}", data={"csrf_token": token, **filled},
                         headers={"sec-fetch-site": "same-origin"})  # fmt: skip

    assert history(web) == before


def test_a_trigger_that_is_another_sides_is_refused(web, anna):
    payout = web.place.payout(state="Pending")
    token = anna.get(f"/portal/payouts/{payout}").token
    sent = {"data": {"csrf_token": token, "reason": "x"}, "headers": {"sec-fetch-site": "same-origin"}}
    answers = [anna.client.post(f"{side}/payouts/{payout}/accept", **sent, follow_redirects=False)
               for side in ("/portal", "/console")]  # fmt: skip

    assert [answer.status_code for answer in answers] in ([404, 303], [405, 303])
    assert web.place.state(payout) == "Pending"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/payouts/%00", None), ("GET", "/partners?search=%00", None), ("GET", "/rewards?payout=%00", None),
        ("POST", "/payouts", {"partner": "a\0b", "currency": "EUR"}), ("DELETE", "/people/%00", None),
        ("POST", "/rewards/accept", {"references": ["\0"]}), ("PUT", "/people/%00/role", {"role": "viewer"}),
    ],
)  # fmt: skip
def test_an_id_a_filter_or_a_name_with_a_nul_is_refused(api, method, path, body):
    answer = api.request(method, path, json=body)

    assert (answer.status_code, answer.json()["code"]) in ((422, "invalid"), (404, "not_found"))
    assert "no character" in answer.json()["detail"]


def test_a_form_with_a_nul_is_refused_and_none_of_it_kept(web, anna):
    before = history(web)
    anna.get("/portal/account/payouts").press("Keep", **{**FORM, "footer": "a\0b"})

    assert (anna.at.status_code, history(web)) == (422, before)
    assert "footer: it holds codes that are no characters" in anna.at.text


@pytest.mark.parametrize("number", ["../../etc/passwd", "..%2f..%2fx", "ACME%0d%0aX-Evil:1", "%00"])
def test_a_number_that_is_a_path_or_a_header_is_not_there(anna, number):
    answer = anna.client.get(f"/portal/documents/{number}.pdf")

    assert answer.status_code in (404, 422)
    assert "x-evil" not in answer.headers


def test_a_link_names_our_own_address_whatever_host_was_asked(web):
    browser = web.browser()
    browser.client.post(
        "/sign-in", data={"email": web.OLGA}, headers={"host": "evil.example", "x-forwarded-host": "evil"}
    )
    web.work()

    assert [mail for mail in web.mail.glob("*.eml") if b"evil" in mail.read_bytes()] == []


def test_too_many_fields_are_refused(anna):
    token = anna.get("/portal/mail").token
    answer = anna.client.post("/portal/mail", data={"csrf_token": token, **{f"x{n}": "1" for n in range(800)}},
                              headers={"sec-fetch-site": "same-origin"})  # fmt: skip

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body", [b"&" * 2000, b"a=" + b"x" * (2 * 2**20 + 1), b"a&" * 1100], ids=["empty", "large", "many"]
)
def test_a_plain_form_is_refused_before_it_is_taken_apart(web, body):
    answer = web.browser().client.post(
        "/sign-in", content=body, headers={"content-type": "application/x-www-form-urlencoded"}
    )

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("multipart/form-data; boundary=x; charset=punycode", 415),
        ('multipart/form-data; charset=utf-8; boundary=x; Charset="idna"', 415),
        ("application/x-www-form-urlencoded;charset=latin-1", 415),
        ("multipart/form-data; boundary=x; charset=UTF-8", 422),
    ],
)
def test_a_form_in_another_charset_than_utf_8_is_not_read(web, kind, status):
    body = b'--x\r\nContent-Disposition: form-data; name="q-"\r\n\r\n000' + b"A" * 9000 + b"\r\n--x--\r\n"
    answer = web.browser().client.post("/sign-in", content=body, headers={"content-type": kind})

    assert answer.status_code == status
    assert ("in UTF-8 alone" in answer.text) == (status == 415)


def test_whoever_signed_out_stays_so_whatever_was_still_under_way(web, anna):
    kept = dict(anna.client.cookies)
    anna.get("/portal/mail").press("Sign out")
    with web.place.world.store.reading() as tx:
        rows = tx.all("SELECT data FROM web_session")
    again = web.browser()
    again.client.cookies.update(kept)

    assert [row.data for row in rows] == [""]
    assert "Sign in" in again.get("/portal").text


@pytest.mark.parametrize("said", ["garbage7", "1.2.3.4, <b>", "::zz"])
def test_a_place_that_is_no_address_is_kept_nowhere(web, said):
    client = TestClient(web.app, base_url="http://localhost:8000", client=(said, 1))

    assert client.get("/sign-in").status_code == 200
    assert visits.Visitor(Request({"type": "http", "client": (said, 1)}), web.app.state.house).place == ""


def test_a_signed_paper_is_what_its_bytes_say(web, olga):
    before = history(web)
    olga.get("/console/partners/NORD/agreements").press(
        "Record it", files={"paper": ("a.pdf", SVG, "application/pdf")}, signed_by="Anna", signed_on="2026-11-01"
    )

    assert history(web) == before
    assert olga.at.status_code in (409, 422)


def test_a_file_where_text_belongs_is_as_good_as_nothing(web, anna):
    before = history(web)
    anna.get("/portal/account/payouts")
    token = anna.token
    files = {"legal_name": ("a.txt", b"x"), "csrf_token": ("t.txt", token.encode())}
    refused = [
        anna.client.post("/portal/account/payouts", data={"csrf_token": token}, files={"legal_name": ("a.txt", b"x")}),
        anna.client.post("/portal/account/payouts", files=files),
    ]

    assert [each.status_code for each in refused] == [422, 403]
    assert history(web) == before


@pytest.mark.parametrize("seen", ["²", "9" * 5000, "-1", "DROP TABLE", "１"])
def test_a_mark_that_is_none_is_of_no_payout_that_is_there(web, olga, seen):
    payout = web.place.payout(state="Pending")
    olga.get(f"/console/payouts/{payout}")
    data = {"csrf_token": olga.token, "seen": seen, "reason": "agreed"}

    assert olga.client.post(f"/console/payouts/{payout}/accept", data=data).status_code == 412
    assert web.place.state(payout) == "Pending"


@pytest.mark.parametrize("rate", ["1_9", "１９", "1e2", "19,5,1", "-1"])
def test_an_override_s_rate_is_read_as_strictly_as_a_partner_s(web, olga, rate):
    before = history(web)
    olga.get("/console/partners/NORD/tax")
    data = {"csrf_token": olga.token, "category": "S", "rate": rate, "reason": "because"}
    olga.client.post("/console/partners/NORD/tax/override", data=data)

    assert history(web) == before


def test_the_same_form_filled_in_otherwise_is_told_so(web, olga):
    web.place.reward()
    olga.get("/console/payouts")
    sent = {"csrf_token": olga.token, "key": "k1", "partner": "NORD", "currency": "EUR"}
    first = olga.client.post("/console/payouts/new", data=sent, follow_redirects=False)
    again = olga.client.post("/console/payouts/new", data=sent, follow_redirects=False)
    other = olga.client.post("/console/payouts/new", data={**sent, "currency": "GBP"}, follow_redirects=False)

    assert first.headers["location"] == again.headers["location"]
    assert other.status_code == 422


def test_a_key_that_a_partner_chose_is_in_nobodys_way(web, anna, api):
    mine, another = web.place.payout(state="Pending"), web.place.payout(state="Ready")
    anna.get(f"/portal/payouts/{mine}")
    anna.client.post(
        f"/portal/payouts/{mine}/approve", data={"csrf_token": anna.token, "seen": "0", "key": "december-NORD"}
    )
    answer = api.post(f"payouts/{another}/triggers/mark_paid", json={}, headers={"Idempotency-Key": "december-NORD"})

    assert answer.status_code == 200


def test_a_body_is_not_read_for_who_has_no_token(web):
    client = TestClient(web.app, base_url="http://localhost/api/v1/")
    for token in ({}, {"authorization": "Bearer bh_nothing"}, {"authorization": "Basic eA=="}):
        answer = client.post("rewards", content=b"[", headers={"content-type": "application/json", **token})

        assert answer.status_code == 401


def test_a_body_of_a_million_values_is_refused_as_a_whole(api):
    answer = api.post("rewards", content=b"[" + b"{}," * 200_000 + b"{}]", headers={"content-type": "application/json"})

    assert answer.status_code == 422
    assert "more than 100,000 values" in answer.text


def test_drafts_are_of_one_seat_and_not_seen_from_another(web):
    web.place.partner("SUD")
    web.place.hand_out()
    for code in ("NORD", "SUD"):
        people.add_contact(web.place.owner, code, "both@example.com", "Both")
        onboarding.start(web.place.owner, code)
    both, shown = web.browser().sign_in("both@example.com"), []
    for name in ("NORD", "SUD"):
        both.get("/seats").press(f"{name} GmbH partner of Acme")
        both.get("/portal/onboarding/guide").press("Done", viewed="yes")
        shown.append("SECRET" in both.get("/portal/onboarding/team").at.text)
        both.press("Done", size="SECRET" * 100)

    assert shown == [False, False]
    assert "SECRET" in both.get("/portal/onboarding/team").at.text
