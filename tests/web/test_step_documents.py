"""The documents that steps are about, in pages and in the API: what was uploaded, and what is there to be read."""

import pytest

from engine import onboarding, people
from tests.fakes import PDF
from tests.web.program import program
from tests.worlds import ANSWERS, Place


@pytest.fixture
def place(web):
    onboarding.start(web.place.vendor(), "NORD")
    return web.place


@pytest.fixture
def uploaded(place):
    for step in ("guide", "register"):
        onboarding.answer(place.contact(), "NORD", step, ANSWERS[step])
    return place


def linked(browser, path, label="extract.pdf"):
    """Where a page's link of this label leads to."""
    return browser.client.get(browser.get(path).page.xpath(f"//main//a[normalize-space()='{label}']/@href")[0])


@pytest.mark.parametrize("path", ["/console", "/console/approvals", "/console/partners/NORD"])
def test_who_approves_a_document_can_open_it_first(uploaded, olga, path):
    answer = linked(olga, path)

    assert (answer.content, answer.headers["content-type"]) == (PDF, "application/pdf")
    assert answer.headers["content-disposition"].startswith('attachment; filename="extract.pdf"')
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"


def test_a_partner_reads_what_it_sent_also_after_it_was_rejected(uploaded, anna):
    assert linked(anna, "/portal/onboarding/register").content == PDF
    onboarding.decide(uploaded.vendor(), "NORD", "register", "reject", reason="A page is missing.")

    assert linked(anna, "/portal/onboarding/register").content == PDF
    assert "The document, as you sent it before: extract.pdf" in anna.text


def test_a_member_of_the_partner_reads_it_and_a_contact_of_another_does_not(uploaded, web):
    people.add_contact(uploaded.owner, "NORD", "mia@example.com", "Mia Member")
    uploaded.partner("SUED", opted_in=False)
    people.add_contact(uploaded.owner, "SUED", "eva@example.com", "Eva Süd")
    path = "/portal/onboarding/register/files/file"
    statuses = [web.browser().sign_in(f"{who}@example.com").get(path).at.status_code for who in ("mia", "eva")]

    assert statuses == [200, 404]


def test_a_program_downloads_what_the_answer_names(uploaded, web):
    [answer] = [
        each["answer"] for each in program(web, role="viewer").get("/partners/NORD/run").json()["steps"]
        if each["id"] == "register"
    ]  # fmt: skip
    file = program(web, role="viewer").get("/partners/NORD/run/steps/register/files/file")

    assert answer["file"]["filename"] == "extract.pdf"
    assert (file.status_code, file.content) == (200, PDF)


def test_to_a_program_of_another_account_it_is_not_there(uploaded, web):
    other = Place(web.billhook.world.store)
    people.invite(other.owner, "stranger@example.com", "Stranger", role="owner")
    stranger = web.browser().sign_in("stranger@example.com")
    web.place = other
    answer = program(web, role="admin").get("/partners/NORD/run/steps/register/files/file")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert stranger.get("/console/partners/NORD/steps/register/files/file").at.status_code == 404
