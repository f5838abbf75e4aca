"""The documents that steps are about, in pages and in the API: what was uploaded, and what is there to be read."""

import base64

import pytest

from engine import definitions, handouts, onboarding, people
from engine.contracts import Document
from engine.definition import Onboarding, Stage, Step
from tests.fakes import PDF, PNG
from tests.web.program import program
from tests.worlds import ANSWERS, Place


@pytest.fixture
def place(web):
    onboarding.start(web.place.vendor(), "NORD")
    return web.place


@pytest.fixture
def uploaded(place):
    place.hand_out()
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


@pytest.mark.parametrize("path", ["/console", "/console/approvals"])
def test_how_long_a_step_waits_is_told_in_the_language_of_the_page(uploaded, olga, path):
    olga.get("/console/mail").press("Keep", language="de")
    uploaded.clock.advance(minutes=35)

    assert "for 35 minutes" in olga.get(path).text


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


THIRD = Document("third.pdf", "application/pdf", PDF + b"\n")


def sent_anew(place):
    """While somebody looks at the first document: it is rejected, and another one uploaded."""
    onboarding.decide(place.vendor(), "NORD", "register", "reject", reason="A page is missing.")
    onboarding.answer(place.contact(), "NORD", "register", {"file": THIRD})


@pytest.mark.parametrize("button", ["Approve", "Reject"])
def test_nobody_decides_on_a_document_that_the_page_did_not_show(uploaded, olga, button):
    olga.get("/console/partners/NORD")
    label = next(each for each in olga.page.xpath("//button/text()") if each.startswith(button))
    sent_anew(uploaded)
    olga.press(label, **({"reason": "No."} if button == "Reject" else {}))

    assert olga.at.status_code == 412 and "The step has changed since you looked at it" in olga.text
    assert uploaded_step(uploaded).status == "Waiting for approval"
    assert "third.pdf" in olga.text


def test_a_form_that_does_not_say_what_was_seen_decides_nothing(uploaded, olga):
    path, data = "/console/partners/NORD/steps/register/approve", {"csrf_token": olga.get("/console").token}

    assert olga.client.post(path, data=data, headers={"accept": "text/html"}).status_code == 412
    assert uploaded_step(uploaded).status == "Waiting for approval"


def test_a_program_that_says_which_version_it_saw_decides_on_no_other(uploaded, web):
    api, path = program(web, role="admin"), "/partners/NORD/run/steps/register/approve"
    seen = uploaded_step(uploaded).version
    sent_anew(uploaded)
    stale = api.post(path, json={"version": seen})
    fresh = api.post(path, json={"version": uploaded_step(uploaded).version})

    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert fresh.json() == {"sentence": "Completed"}


def uploaded_step(place):
    return onboarding.opened(onboarding.view(place.vendor(), "NORD"), "register")


GUIDE = Document("guide.pdf", "application/pdf", PDF)


def test_a_partner_opens_the_document_that_it_is_to_read(place, anna):
    assert (
        "guide.pdf: Acme has not put it here yet. You can answer when it is"
        in anna.get("/portal/onboarding/guide").text
    )
    assert anna.page.xpath("//main//button") == []
    handouts.add(place.owner, GUIDE)
    answer = linked(anna, "/portal/onboarding/guide", "guide.pdf")

    assert answer.content == PDF
    assert answer.headers["content-disposition"].startswith('attachment; filename="guide.pdf"')
    assert "has not put it here" not in anna.text


def test_a_document_that_stands_elsewhere_is_a_link_there(web, anna):
    address = "https://example.com/guide.pdf?v=2&x=1"
    step = Step("guide", "view_document", "Read the guide", settings={"document": address})
    definitions.publish(web.place.owner, [Onboarding("referral", "R", (Stage("a", "A", (step,)),), default=True)])
    onboarding.start(web.place.vendor(), "NORD")
    [link] = anna.get("/portal/onboarding/guide").page.xpath(f"//main//a[text()='{address}']")

    assert (link.get("href"), "noopener" in link.get("rel")) == (address, True)


def test_the_vendor_is_told_what_is_missing_and_puts_it_there(olga, anna, place):
    assert "Partners are told to read guide.pdf, and nobody has put that here yet." in olga.get("/console").text
    olga.get("/console/handouts")
    assert "referral tells partners to read guide.pdf, and it is not here yet." in olga.text
    olga.press("Show it to partners", files={"file": ("Guide 2026.pdf", PDF, "application/pdf")})

    assert "Partners are shown guide.pdf, version 1." in olga.text
    assert linked(olga, "/console/handouts", "guide.pdf").content == PDF
    assert "nobody has put that here" not in olga.get("/console").text


def test_an_older_version_stays_for_the_vendor_alone(place, olga, anna):
    handouts.add(place.owner, Document("guide.pdf", "image/png", PNG))
    handouts.add(place.owner, GUIDE)

    assert linked(olga, "/console/handouts", "1").content == PNG
    assert anna.get("/portal/handouts/guide.pdf?version=1").at.content == PDF


@pytest.mark.parametrize(
    ("files", "name", "field", "told"),
    [
        ({"file": ("x.html", b"<html>", "text/html")}, "guide.pdf", "file", "the file is no PDF or PNG or JPEG"),
        ({"file": ("x.pdf", PDF, "x/y")}, "a:b.pdf", "name", "such as programme-guide.pdf"),
        (None, "kept.pdf", "file", "needed"),
    ],
)
def test_what_cannot_be_shown_is_told_beside_its_field_and_the_name_is_kept(olga, files, name, field, told):
    olga.get("/console/handouts").press("Show it to partners", files=files, name=name)

    assert olga.at.status_code == 422
    assert told in olga.page.get_element_by_id(f"{field}-wrong").text_content()
    assert olga.page.get_element_by_id("name").value == name


def test_who_may_only_look_is_offered_no_way_to_put_something_there(web, place):
    people.invite(place.owner, "viewer@example.com", "Vic", role="viewer")
    viewer = web.browser().sign_in("viewer@example.com").get("/console/handouts")

    assert viewer.at.status_code == 200
    assert "Show it to partners" not in viewer.text


def test_publishing_a_pipeline_tells_what_is_to_be_put_there(olga, root):
    text = (root / "pipelines.yaml").read_text(encoding="utf-8")
    olga.get("/console/pipelines/publish").press("Publish", text=text)

    assert "Put there for partners to read, at Handouts: programme-guide.pdf." in olga.text


def test_a_program_puts_a_document_there_lists_and_reads_it(place, web):
    api = program(web, role="manager")
    file = {"filename": "guide.pdf", "base64": base64.b64encode(PDF).decode()}
    missing = api.get("/handouts").json()
    made = api.post("/handouts", json={"file": file}, headers={"Idempotency-Key": "a"})

    assert [(each["name"], each["version"]) for each in missing] == [("guide.pdf", 0)]
    assert (made.status_code, made.json()["version"]) == (201, 1)
    assert api.post("/handouts", json={"file": file}, headers={"Idempotency-Key": "a"}).json() == made.json()
    assert api.get("/handouts/guide.pdf", params={"version": 1}).content == PDF
    assert [each["version"] for each in api.get("/handouts", params={"name": "guide.pdf"}).json()] == [1]


@pytest.mark.parametrize("path", ["/handouts/other.pdf", "/handouts/guide.pdf?version=7", "/handouts?name=other.pdf"])
def test_what_was_not_put_there_is_not_there(place, web, path):
    handouts.add(place.owner, GUIDE)
    answer = program(web, role="viewer").get(path)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_document_of_another_account_is_not_there(web, place):
    other = Place(web.billhook.world.store)
    people.invite(other.owner, "stranger@example.com", "Stranger", role="owner")
    handouts.add(place.owner, GUIDE)
    stranger = web.browser().sign_in("stranger@example.com")
    web.place = other

    assert stranger.get("/console/handouts/guide.pdf").at.status_code == 404
    assert program(web, role="admin").get("/handouts/guide.pdf").status_code == 404
