"""Handouts: documents that the vendor puts there, by name, for its partners to read; a new version replaces none."""

import hashlib
import unicodedata
from contextlib import nullcontext
from dataclasses import replace

import pytest

from actions.view_document import ViewDocument
from engine import definitions, handouts, onboarding, partners
from engine.contracts import Document
from engine.definition import Onboarding, Stage, Step
from engine.errors import Invalid, NotAllowed, NotFound, Problem
from engine.partners import NewPartner
from tests.fakes import PDF, PNG
from tests.worlds import Place

GUIDE = Document("guide.pdf", "text/html", PDF)
NEWER = Document("guide (2).pdf", "application/pdf", PDF + b"% newer\n%%EOF\n")


def listed(place, by=None):
    with place.world.store.reading() as tx:
        return handouts.listed(tx, by or place.owner)


def versions(place, name="guide.pdf"):
    with place.world.store.reading() as tx:
        return [(each.version, each.added_by) for each in handouts.versions(tx, place.owner, name)]


def read(place, by=None, name="guide.pdf", version=None):
    with place.world.store.reading() as tx:
        return handouts.read(tx, by or place.owner, name, version=version)


def test_what_a_pipeline_names_is_listed_before_it_is_there_and_after(place):
    assert listed(place) == [handouts.HandoutView("guide.pdf", 0, pipelines=("referral",))]
    made = handouts.add(place.owner, GUIDE)
    [found] = listed(place)

    assert (found.name, found.version, found.pipelines) == ("guide.pdf", 1, ("referral",))
    assert made == found
    assert found.sha256 == hashlib.sha256(PDF).hexdigest()


def test_a_new_version_is_shown_from_then_on_and_the_one_before_stays(place):
    place.partner()
    handouts.add(place.owner, GUIDE)
    handouts.add(place.vendor(), NEWER, name="guide.pdf")

    assert versions(place) == [(2, "vera"), (1, "olga")]
    assert read(place) == read(place, place.contact()) == Document("guide.pdf", "application/pdf", NEWER.content)
    assert read(place, version=1).content == PDF


def test_before_its_run_a_partner_reads_what_its_own_pipeline_is_about_alone(place):
    step = Step("rules", "view_document", "Read the rules", settings={"document": "rules.pdf"})
    definitions.publish(place.owner, [Onboarding("resale", "Resale", (Stage("a", "A", (step,)),))])
    new = NewPartner("NORD", "Nord GmbH", "DE", "de", "Anna", "anna@example.com", pipeline="resale")
    place.owner.transact(lambda tx: partners.add(tx, place.owner, new))
    for name in ("rules.pdf", "guide.pdf"):
        handouts.add(place.owner, GUIDE, name=name)

    assert read(place, place.contact(), "rules.pdf").content == PDF
    with pytest.raises(NotFound):
        read(place, place.contact(), "guide.pdf")


def test_the_bytes_that_are_shown_already_are_no_new_version(place):
    handouts.add(place.owner, GUIDE)
    before = place.everything()

    assert handouts.add(place.owner, GUIDE).version == 1
    assert place.everything() == before


def test_who_put_it_there_is_to_be_found_in_the_account_s_history(place):
    handouts.add(place.vendor(), GUIDE, name="docs/guide.pdf")
    deed = place.history(place.account_id)[-1]

    assert (deed.actor, deed.verb, deed.sentence) == (
        "vera", "add handout", "partners are shown docs/guide.pdf, version 1",
    )  # fmt: skip


@pytest.mark.parametrize("role", ["finance", "viewer", "main_contact", "member"])
def test_who_does_not_run_the_programme_puts_nothing_there(place, role):
    place.partner()
    caller = place.contact(role=role) if "m" in role else place.vendor(role)

    with pytest.raises(NotAllowed):
        handouts.add(caller, GUIDE)


@pytest.mark.parametrize(
    ("document", "name", "field"),
    [
        (Document("guide.pdf", "application/pdf", b"<html>"), "", "file"),
        (Document("guide.pdf", "application/pdf", b"%PDF-1.4 cut short"), "", "file"),
        (GUIDE, "../guide.pdf", "name"), (GUIDE, "https://example.com/guide.pdf", "name"), (GUIDE, "x" * 501, "name"),
        (Document("", "application/pdf", PDF), "", "name"), (GUIDE, "gu\nide.pdf", "name"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_refused_with_all_that_is_wrong(place, document, name, field):
    with pytest.raises(Invalid) as refused:
        handouts.add(place.owner, document, name=name)

    assert [problem.field for problem in refused.value.problems] == [field]


def test_a_name_of_another_ending_than_its_bytes_gets_theirs_when_it_is_read(place):
    handouts.add(place.owner, Document("x", "application/pdf", PNG), name="guide.pdf")

    assert (read(place).filename, read(place).media_type) == ("guide.pdf.png", "image/png")


def test_a_partner_reads_what_is_shown_and_no_version_before(place):
    place.partner()
    handouts.add(place.owner, GUIDE)
    handouts.add(place.owner, NEWER, name="guide.pdf")

    assert read(place, place.contact(role="member"), version=2).content == NEWER.content
    with pytest.raises(NotFound):
        read(place, place.contact(), version=1)
    with pytest.raises(NotAllowed):
        listed(place, place.contact())


def test_a_partner_reads_what_its_own_onboarding_is_about_and_nothing_else(place):
    place.partner()
    handouts.add(place.owner, GUIDE, name="prices.pdf")
    handouts.add(place.owner, GUIDE)
    onboarding.start(place.vendor(), "NORD")
    step = Step("prices", "view_document", "Read", settings={"document": "prices.pdf"})
    definitions.publish(place.owner, [Onboarding("resale", "Resale", (Stage("a", "A", (step,)),))])

    assert read(place, place.contact()).content == read(place, name="prices.pdf").content == PDF
    for role in ("main_contact", "member"):
        with pytest.raises(NotFound, match=r"prices\.pdf"):
            read(place, place.contact(role=role), name="prices.pdf")


def test_to_another_account_it_is_not_there(place):
    stranger = Place(place.world.store)
    stranger.partner()
    handouts.add(place.owner, GUIDE)

    assert listed(stranger)[0].version == 0
    for caller in (stranger.owner, stranger.contact()):
        with pytest.raises(NotFound) as refused:
            read(place, caller)
        assert str(refused.value) == str(NotFound("document", "guide.pdf"))


def test_the_run_s_history_says_which_version_was_viewed(place):
    place.partner(opted_in=False)
    handouts.add(place.owner, GUIDE)
    run = onboarding.start(place.vendor(), "NORD")
    onboarding.answer(place.contact(), "NORD", "guide", {"viewed": "yes"})

    assert place.history(run)[-1].sentence == "viewed guide.pdf, version 1"


def test_nobody_says_of_a_document_that_is_not_there_that_it_was_viewed(place):
    place.partner(opted_in=False)
    onboarding.start(place.vendor(), "NORD")
    before = place.everything()

    with pytest.raises(Invalid) as refused:
        onboarding.answer(place.contact(), "NORD", "guide", {"viewed": "yes"})
    assert refused.value.problems == (Problem("viewed", (
        "The document guide.pdf is not there to be read yet. The vendor puts it there, in the console at Handouts or "
        "by: billhook handouts add FILE --name guide.pdf"
    )),)  # fmt: skip
    assert place.everything() == before


def test_a_name_is_one_however_its_accents_were_typed(place):
    step = Step("guide", "view_document", "Read", settings={"document": unicodedata.normalize("NFD", "Règlement.pdf")})
    definitions.publish(place.owner, [Onboarding("referral", "R", (Stage("a", "A", (step,)),), default=True)])
    place.partner(opted_in=False)
    onboarding.start(place.vendor(), "NORD")
    handouts.add(place.owner, GUIDE, name=unicodedata.normalize("NFC", "Règlement.pdf"))

    assert onboarding.answer(place.contact(), "NORD", "guide", {"viewed": "yes"}) == "Completed"
    assert read(place, place.contact(), name=step.settings["document"]).content == PDF


def test_what_somebody_on_an_older_version_is_to_read_is_still_told_to_be_missing(place):
    place.partner(opted_in=False)
    onboarding.start(place.vendor(), "NORD")
    step = Step("rules", "view_document", "Read", settings={"document": "rules.pdf"})
    definitions.publish(place.owner, [Onboarding("referral", "R", (Stage("a", "A", (step,)),), default=True)])

    assert [(each.name, each.version) for each in listed(place)] == [("guide.pdf", 0), ("rules.pdf", 0)]


class Leaflet(ViewDocument):
    name = "leaflet"

    def fields(self, settings):
        return [replace(each, required=False) for each in super().fields(settings)]


@pytest.mark.parametrize(("given", "taken"), [({}, True), ({"viewed": "yes"}, False)])
def test_a_document_that_need_not_be_read_holds_nobody_up(place, given, taken):
    place.world.registry.asks["leaflet"] = Leaflet()
    step = Step("guide", "leaflet", "Read", settings={"document": "guide.pdf"})
    definitions.publish(place.owner, [Onboarding("referral", "R", (Stage("a", "A", (step,)),), default=True)])
    place.partner(opted_in=False)
    onboarding.start(place.vendor(), "NORD")

    with nullcontext() if taken else pytest.raises(Invalid):
        assert onboarding.answer(place.contact(), "NORD", "guide", given) == "Completed"


def test_an_address_is_no_handout(place):
    step = Step("guide", "view_document", "Read", settings={"document": "https://example.com/guide.pdf"})
    definitions.publish(place.owner, [Onboarding("referral", "R", (Stage("a", "A", (step,)),), default=True)])

    assert listed(place) == []
