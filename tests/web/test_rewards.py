"""Rewards on the console and over HTTP: found, accepted, refused, imported; clawbacks that nothing nets, credited."""

import pytest

from engine import payouts
from engine.payouts import Options
from tests.web.program import program

HEADINGS = "reference,partner,description,amount,currency,occurred_on"
GOOD, BAD = "RW-1,NORD,Lead,480.00,EUR,2026-11-02", "RW-2,WEST,Lead,x,EUR,2026-11-02"


@pytest.fixture
def place(web):
    return web.place


@pytest.fixture
def draft(place):
    """A payout of one accepted reward, R1, and one that is pending, R2."""
    names = (place.reward(), place.reward(status="pending"))
    return payouts.create(place.vendor(), "NORD", "EUR", Options(names, ("review",)))


def status(place, reference):
    row = place.one(
        "SELECT status, reason FROM reward WHERE account_id = :account AND reference = :name", name=reference
    )
    return row.status, row.reason


def import_of(olga, *rows, headings=HEADINGS):
    content = "\n".join((headings, *rows)).encode()
    return olga.get("/console/rewards/import").press(
        "See what would come of it", files={"file": ("crm.csv", content, "text/csv")}
    )


def test_the_list_has_what_became_of_each_reward_and_keeps_its_filters(place, olga, draft):
    place.reward(status="refused")
    page = olga.get("/console/rewards?status=pending&partner=NORD&free=no")

    assert page.page.xpath("//tbody/tr/td[2]/text()") == ["R2"]
    assert page.page.xpath(f"//td//a[@href='/console/payouts/{draft}']/text()") == ["NORD, 2 Nov 2026"]
    assert page.page.xpath("//select[@name='status']/option[@selected]/text()") == ["pending"]
    assert page.page.xpath("//input[@name='partner']/@value") == ["NORD"]


def test_older_ones_are_those_of_the_same_filters(place, olga):
    for _ in range(52):
        place.reward(status="pending")
    place.reward()
    olga.get("/console/rewards?status=pending")
    page = olga.get("/console/rewards" + olga.page.xpath("//a[@rel='next']/@href")[0])

    assert len(page.page.xpath("//tbody/tr")) == 2
    assert page.page.xpath("//select[@name='status']/option[@selected]/text()") == ["pending"]


def test_without_rewards_the_list_says_what_to_do(olga):
    assert "Import a file of what partners have earned" in olga.get("/console/rewards").text
    assert "No reward fits." in olga.get("/console/rewards?status=paid").text


def test_one_reward_is_accepted_by_its_button_and_refused_with_a_reason(place, olga, draft):
    page = olga.get("/console/rewards?status=pending").press("Accept R2")
    assert "1 reward(s) were accepted." in page.text
    page.get("/console/rewards?partner=NORD").press("Refuse … R2")
    assert "Refuse 1 reward(s)" in page.text
    page.press("Refuse them", reason="They knew us before.")

    assert "They knew us before." in page.text
    assert page.page.xpath("//input[@name='partner']/@value") == ["NORD"]
    assert status(place, "R2") == ("refused", "They knew us before.")


def test_several_are_refused_together_and_a_refusal_without_a_reason_is_told_beside_its_field(place, olga):
    names = [place.reward(status="pending") for _ in range(3)]
    page = olga.get("/console/rewards").press("Refuse the chosen …", reward=names[:2]).press("Refuse them", reason=" ")
    assert page.page.get_element_by_id("why-wrong").text == "A refusal has a reason; write it down."
    page.press("Refuse them", reason="Duplicates.")

    assert [status(place, name)[0] for name in names] == ["refused", "refused", "pending"]


def test_nothing_chosen_changes_nothing(place, olga, draft):
    assert "Choose some rewards first." in olga.get("/console/rewards").press("Accept the chosen").text
    assert status(place, "R2")[0] == "pending"


def test_a_reward_of_a_frozen_payout_has_no_button_and_is_refused_with_why(place, olga):
    place.payout(state="Pending")
    page = olga.get("/console/rewards")
    assert page.page.xpath("//tbody//button") == []
    path, data = "/console/rewards/settle", {"accept": "R1", "csrf_token": page.token}
    page.at = page.client.post(path, data=data, headers={"accept": "text/html"})

    assert page.at.status_code == 422
    assert "its payout is frozen; reopen or cancel the payout first" in page.text


@pytest.mark.parametrize("button", ["Accept the chosen", "Refuse them"])
def test_a_form_that_was_sent_already_comes_back_with_others_chosen_and_is_sent_once_more(place, olga, button):
    first, second = (place.reward(status="pending") for _ in range(2))
    olga.get("/console/rewards?status=pending")
    said = {"reason": "Twice."} if button == "Refuse them" else {}
    form = (olga.press("Refuse the chosen …", reward=[first]) if said else olga).at
    olga.press(button, reward=[first], **said)
    olga.at = form
    olga.press(button, reward=[first, second], **said)

    assert olga.at.status_code == 422 and "This form was sent before, filled in otherwise" in olga.text
    olga.press(button)
    assert status(place, second) == (("refused", "Twice.") if said else ("accepted", ""))


def test_a_draft_that_waits_for_its_rewards_is_decided_on_its_own_page(place, olga, draft):
    page = olga.get(f"/console/payouts/{draft}")
    assert "Validate: Rewards wait to be accepted or refused: R2. (vendor) Accept or refuse them" in page.text
    page.press("Accept the chosen", reward=["R2"])
    assert "1 reward(s) were accepted." in page.text
    page.press("Validate")

    assert "The payout is Pending now." in page.text


def test_a_viewer_sees_rewards_and_may_not_decide(web, olga, draft):
    olga.get("/console/people").press("Invite", name="Vic", email="vic@example.com", role="viewer")
    vic = web.browser().sign_in("vic@example.com").get("/console/rewards")

    assert "R2" in vic.text
    assert vic.page.xpath("//main//button[@name] | //main//input[@type='checkbox']") == []
    sent = {"refuse": "R2", "csrf_token": vic.token}
    assert vic.client.post("/console/rewards/settle", data=sent).status_code == 403
    assert "Owners, admins and managers import rewards" in vic.get("/console/rewards/import").text


def test_a_file_is_rehearsed_then_imported_and_not_twice(place, olga):
    page = import_of(olga, GOOD)
    assert "1 reward(s) would be imported, 0 row(s) would not. Nothing has happened yet." in page.text
    assert place.all("SELECT id FROM reward WHERE account_id = :account") == []
    rehearsal = page.at
    for _ in range(2):
        page.at = rehearsal
        page.press("Import 1 reward(s)")
        assert "1 reward(s) were imported." in page.text

    assert status(place, "RW-1") == ("pending", "")


def test_bad_rows_are_told_by_line_and_the_good_ones_can_be_taken(place, olga):
    page = import_of(olga, GOOD, BAD)
    told = [" ".join(row.xpath("td/text()")) for row in page.page.xpath("//tbody/tr")]
    assert told[0] == "3 partner there is no partner 'WEST'."
    assert told[1].startswith("3 amount 'x' is no amount.")
    page.press("Import the 1 good row(s)")

    assert "1 reward(s) were imported, 1 row(s) were not." in page.text
    assert status(place, "RW-1") == ("pending", "")


@pytest.mark.parametrize(
    ("rows", "headings", "told"),
    [
        ([GOOD], "ref" + HEADINGS[9:], "The heading is missing. Add the column."),
        ([GOOD] * 5001, HEADINGS, "The file has over 5000 rows. Split it."),
    ],
)
def test_a_file_that_cannot_be_taken_says_why_without_naming_a_command(olga, rows, headings, told):
    page = import_of(olga, *rows, headings=headings)

    assert told in page.text and "--map" not in page.text
    assert not page.page.xpath("//button[starts-with(., 'Import')]")


def test_a_large_file_is_chosen_once_more(place, olga):
    rows = [f"RW-{number},NORD,{'Lead ' * 20}.,1.00,EUR,2026-11-02" for number in range(1200)]
    page = import_of(olga, *rows)
    content = "\n".join((HEADINGS, *rows)).encode()
    page.press("Import 1200 reward(s)", files={"file": ("crm.csv", content, "text/csv")})

    assert "1200 reward(s) were imported." in page.text


def test_another_file_under_the_key_of_the_first_is_not_told_as_imported(place, olga):
    first, second = (
        [f"{name}-{each},NORD,{'Lead ' * 20}.,1.00,EUR,2026-11-02" for each in range(1200)] for name in "AB"
    )
    rehearsal = import_of(olga, *first).at
    sent = {name: "\n".join((HEADINGS, *rows)).encode() for name, rows in (("a.csv", first), ("b.csv", second))}
    for name, content in sent.items():
        olga.at = rehearsal
        olga.press("Import 1200 reward(s)", files={"file": (name, content, "text/csv")})

    told = olga.page.get_element_by_id("file-wrong").text
    assert told.startswith("That page was of another file, which is imported; nothing was done with this one.")
    assert place.one("SELECT count(*) AS many FROM reward WHERE account_id = :account").many == 1200


def test_a_file_of_which_nothing_was_imported_leaves_its_page_to_the_right_one(place, olga):
    rows = [f"RW-{number},NORD,{'Lead ' * 20}.,1.00,EUR,2026-11-02" for number in range(1200)]
    right = "\n".join((HEADINGS, *rows, BAD)).encode()
    rehearsal, told = import_of(olga, *rows, BAD).at, []
    for name, content in (("wrong.xlsx", b"PK\x03\x04\x00"), ("right.csv", right)):
        olga.at = rehearsal
        told.append(olga.press("Import the 1200 good row(s)", files={"file": (name, content, "text/csv")}).text)

    assert "0 reward(s) were imported" in told[0]
    assert "1200 reward(s) were imported, 1 row(s) were not." in told[1]


def test_no_file_is_told_beside_its_field(olga):
    page = olga.get("/console/rewards/import").press("See what would come of it", files={})

    assert page.page.get_element_by_id("file-wrong").text == "Choose a file first."


@pytest.fixture
def clawback(place):
    """A draft of one clawback, R2, of an invoice that is paid."""
    place.payout(state="Paid")
    return payouts.create(place.vendor(), "NORD", "EUR", Options((place.reward(amount="-30.00"),), ()))


def test_clawbacks_that_nothing_nets_are_credited_after_a_look_at_what_would_come_of_it(place, olga, clawback):
    page = olga.get(f"/console/payouts/{clawback}")
    assert "billhook invoices" not in page.text
    [line] = page.page.xpath("//datalist/option/@value")
    filled = {"against.R2": line, "reason": "The customer left."}
    page.press("See what would come of it", **filled)
    assert "nothing has happened yet: credited part of ACME" in page.text
    assert (place.state(clawback), len(place.invoices())) == ("Draft", 1)
    page.press("Credit them")

    assert (place.state(clawback), len(place.invoices())) == ("Cancelled", 2)


def test_what_cannot_be_credited_is_told_and_nothing_typed_is_lost(olga, clawback):
    page = olga.get(f"/console/payouts/{clawback}")
    page.press("See what would come of it", **{"against.R2": "ACME-1/7", "reason": "The customer left."})

    assert page.at.status_code == 422
    assert page.page.xpath("//input[@name='against.R2']/@value") == ["ACME-1/7"]
    assert page.page.xpath("//form[contains(@action,'credit-clawbacks')]//input[@name='reason']/@value") == [
        "The customer left."
    ]


@pytest.fixture
def api(web):
    return program(web, role="manager")


def test_rewards_are_listed_over_http_a_page_at_a_time_by_what_they_are(place, api, draft):
    for _ in range(3):
        place.reward(status="pending")
    first = api.get("/rewards", params={"status": "pending", "free": True, "limit": 2}).json()
    second = api.get("/rewards", params={"status": "pending", "free": True, "limit": 2, "after": first["next"]}).json()

    assert [each["reference"] for each in first["items"] + second["items"]] == ["R3", "R4", "R5"]
    assert api.get("/rewards", params={"payout": draft, "newest_first": True}).json()["items"][0] == {
        "reference": "R2", "partner": "NORD", "description": "Lead R2", "amount": "100.00", "currency": "EUR",
        "occurred_on": "2026-10-01", "status": "pending", "payout": draft, "frozen": False, "reason": "",
        "payout_created_at": place.view(draft).created_at,
    }  # fmt: skip
    assert api.get("/rewards", params={"status": "lost"}).status_code == 422


def test_rewards_are_settled_over_http_with_a_reason_and_once_a_key(place, api, draft):
    sent = {"references": ["R2"], "reason": "They knew us before."}
    refused = api.post("/rewards/refuse", json={"references": ["R2"]})
    done = [api.post("/rewards/refuse", json=sent, headers={"Idempotency-Key": "k"}).json() for _ in range(2)]

    assert (refused.status_code, refused.json()["code"]) == (422, "reason_required")
    assert done == [{"count": 1}, {"count": 1}]
    assert status(place, "R2") == ("refused", "They knew us before.")
    assert [row.verb for row in place.history(place.account_id)].count("reward refused") == 1


def test_crediting_clawbacks_is_rehearsed_over_http(place, api, clawback):
    number = place.invoices()[0].number
    sent = {"against": {"R2": {"number": number, "line": 1}}, "reason": "left", "dry_run": True}
    answer = api.post(f"/payouts/{clawback}/credit-clawbacks", json=sent)

    assert answer.json()[0]["sentence"].startswith(f"credited part of {number} by")
    assert (place.state(clawback), len(place.invoices())) == ("Draft", 1)
