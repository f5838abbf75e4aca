"""Agreements that were signed on paper: what counts, what is kept of them, who may record them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from engine import accounts, agreements, self_invoicing
from engine.contracts import Document
from engine.errors import Invalid, NotAllowed, NotFound
from engine.signed_paper import Paper
from tests.fakes import PDF
from tests.worlds import BUYER, DETAILS

SCAN = Document("signed.exe", "application/x-program", PDF)
PAPER = Paper("Anna Schmidt", date(2026, 10, 1), SCAN)
ANSWER = {name: value for name, value in DETAILS.items() if name != "accept_agreement"}


def versions(place, by=None):
    with place.world.store.reading() as tx:
        return agreements.versions(tx, by or place.owner, "NORD")


def on_paper(place, day):
    return self_invoicing.opt_in_on_paper(place.vendor(), "NORD", ANSWER, replace(PAPER, signed_on=day))


def test_a_signed_paper_is_recorded_with_its_picture_and_counts_from_now_on(place):
    place.partner(opted_in=False)
    self_invoicing.opt_in_on_paper(place.vendor(), "NORD", ANSWER, PAPER)
    (record,) = versions(place)
    with place.world.store.reading() as tx:
        kept = agreements.evidence(tx, place.owner, "NORD", 1)

    assert (record.method, record.signed_by, record.signed_on) == ("paper", "Anna Schmidt", "2026-10-01")
    assert datetime.fromisoformat(record.valid_from) == datetime(2026, 10, 1, tzinfo=UTC)
    assert (kept.filename, kept.media_type, kept.content) == ("signed.exe.pdf", "application/pdf", PDF)
    assert place.decisions(place.payout(state="Ready"))[-1][1] == "issued"


def test_the_same_picture_keeps_the_name_under_which_each_paper_was_recorded(place):
    for partner, filename in (("SUED", "Falcon.pdf"), ("NORD", "agreement.pdf")):
        place.partner(partner, opted_in=False)
        paper = replace(PAPER, document=replace(PAPER.document, filename=filename))
        self_invoicing.opt_in_on_paper(place.vendor(), partner, ANSWER, paper)
    with place.world.store.reading() as tx:
        kept = [agreements.evidence(tx, place.owner, partner, 1).filename for partner in ("SUED", "NORD")]

    assert kept == ["Falcon.pdf", "agreement.pdf"]


@pytest.mark.parametrize("said", [{"legal_name": "Nord GmbH"}, {"legal_name": "Nord GmbH", "line1": " "}])
def test_a_paper_wants_of_the_seller_what_the_portal_wants_all_at_once(place, said):
    place.partner(opted_in=False)
    before = place.everything()

    with pytest.raises(Invalid, match="The signed paper cannot be accepted") as error:
        self_invoicing.opt_in_on_paper(place.vendor(), "NORD", said, replace(PAPER, signed_by=""))
    assert [each.field for each in error.value.problems] == ["line1", "city", "country", "tax_status", "signed_by"]
    assert place.everything() == before


def test_a_paper_needs_no_detail_that_is_there_already(place):
    place.partner()

    today = replace(PAPER, signed_on=place.clock.now().date())

    assert "signed on paper" in self_invoicing.opt_in_on_paper(place.vendor(), "NORD", {}, today)


@pytest.mark.parametrize(
    ("paper", "told"),
    [
        (replace(PAPER, signed_by=" "), "signed_by: name who signed it, as it stands on the paper."),
        (replace(PAPER, signed_on=date(2027, 1, 1)), "signed_on: 2027-01-01 is still to come."),
        (replace(PAPER, signed_on=date(9999, 12, 31)), "signed_on: 9999-12-31 is still to come."),
        (replace(PAPER, document=Document("x.pdf", "application/pdf", b"MZ")), "By its first bytes the file is no PDF"),
    ],
)
def test_a_paper_that_proves_nothing_is_refused_and_nothing_is_kept(place, paper, told):
    place.partner(opted_in=False)
    before = place.everything()
    with pytest.raises(Invalid, match="The signed paper cannot be accepted") as error:
        self_invoicing.opt_in_on_paper(place.vendor(), "NORD", ANSWER, paper)

    assert told in str(error.value)
    assert place.everything() == before


def test_a_paper_that_is_over_is_not_recorded(place):
    place.partner(opted_in=False)
    over = "an agreement signed on 2025-11-02 was over on 2026-11-02; have it signed anew."

    with pytest.raises(Invalid, match=over):
        on_paper(place, date(2025, 11, 2))
    assert versions(place) == []
    on_paper(place, date(2025, 11, 3))
    assert versions(place)[0].life == "expiring"


def test_a_paper_from_before_an_opt_out_does_not_opt_in_again(place):
    place.partner()
    self_invoicing.opt_out(place.contact(), "NORD")
    place.clock.advance(days=2)

    for day in (date(2026, 10, 1), date(2026, 11, 2)):
        with pytest.raises(Invalid, match=r"the partner opted out on 2026-11-02; only what was signed after that day"):
            on_paper(place, day)
    assert "version 2" in on_paper(place, date(2026, 11, 3))


def test_a_paper_from_before_a_revocation_does_not_count_either(place):
    place.partner()
    agreements.revoke(place.owner, "NORD", reason="unsigned copy")

    with pytest.raises(Invalid, match=r"the agreement was revoked on 2026-11-02; only what was signed after that day"):
        on_paper(place, date(2026, 10, 1))


def test_an_older_paper_does_not_replace_the_agreement_that_is_in_force(place):
    place.partner()

    with pytest.raises(Invalid, match=r"version 1, of 2026-11-02, is younger; what was signed before does not replace"):
        on_paper(place, date(2026, 10, 1))
    assert [one.life for one in versions(place)] == ["accepted"]


def test_a_partner_records_no_paper_itself(place):
    place.partner(opted_in=False)

    with pytest.raises(NotAllowed):
        self_invoicing.opt_in_on_paper(place.contact(), "NORD", ANSWER, PAPER)


def test_a_contact_sees_its_own_partners_agreements_and_not_who_of_the_vendor_recorded_them(place):
    place.partner(opted_in=False)
    place.partner("OST")
    self_invoicing.opt_in_on_paper(place.vendor(), "NORD", ANSWER, PAPER)

    own, theirs = versions(place)[0], versions(place, place.contact())[0]
    assert (own.accepted_by, own.accepted_by_name) == ("vera", "vera")
    assert (theirs.accepted_by, theirs.accepted_by_name) == ("", "")
    with pytest.raises(NotFound):
        versions(place, place.contact("OST"))


def test_one_that_was_accepted_in_the_portal_has_no_paper(place):
    place.partner()

    with place.world.store.reading() as tx, pytest.raises(NotFound, match="no paper 'NORD 1'"):
        agreements.evidence(tx, place.owner, "NORD", 1)


def test_its_days_stay_when_the_account_moves_to_another_time_zone(place):
    accounts.set_timezone(place.owner, "Pacific/Auckland")
    place.partner(opted_in=False)
    on_paper(place, date(2026, 11, 1))
    accounts.set_timezone(place.owner, "Europe/Paris")
    (record,) = versions(place)

    assert (record.signed_on, record.first_day, record.end_day) == ("2026-11-01", "2026-11-01", "2027-11-01")


def test_a_paper_of_their_own_has_the_terms_of_its_picture_and_its_days_of_silence(place):
    place.partner(opted_in=False)
    paper = replace(PAPER, silence_days=30)
    self_invoicing.opt_in_on_paper(place.vendor(), "NORD", ANSWER, paper)
    (record,) = versions(place)
    place.payout(state="Ready")

    assert (
        record.text.startswith("Es gelten die Bedingungen des unterschriebenen Papiers.")
        and record.evidence in record.text
    )
    assert (record.text_version, record.silence_days, record.clauses) == ("paper", 30, ())
    assert place.snapshots()[0].agreement.accepted_on == PAPER.signed_on


def test_a_paper_ends_when_it_says_if_that_is_within_a_year(place):
    place.partner(opted_in=False)
    paper = replace(PAPER, ends=date(2026, 12, 1))
    self_invoicing.opt_in_on_paper(place.vendor(), "NORD", ANSWER, paper)
    (record,) = versions(place)

    assert (record.first_day, record.end_day, record.life) == ("2026-10-01", "2026-12-01", "expiring")
    assert datetime.fromisoformat(record.valid_until) == datetime(2026, 12, 1, tzinfo=UTC)
    place.clock.advance(days=29)
    assert versions(place)[0].life == "expired"


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        (date(2027, 10, 2), "ends: give a day after 2026-10-01 and no later than 2027-10-01: an agreement runs a year"),
        (date(2026, 10, 1), "ends: give a day after 2026-10-01"),
        (date(2026, 11, 2), "ends: an agreement signed on 2026-10-01 was over on 2026-11-02; have it signed anew"),
    ],
)
def test_a_paper_that_runs_more_than_a_year_or_is_over_is_refused(place, ends, told):
    place.partner(opted_in=False)

    with pytest.raises(Invalid, match=told):
        self_invoicing.opt_in_on_paper(place.vendor(), "NORD", ANSWER, replace(PAPER, ends=ends))


def test_an_offered_text_that_was_printed_and_signed_is_the_one_that_is_kept(place):
    place.partner(opted_in=False)
    offered = agreements.offer(place.vendor(), "NORD")
    accounts.set_acceptance_days(place.owner, 5)
    paper = replace(PAPER, signed_on=date(2026, 11, 2), offer=offered.sha256)
    self_invoicing.opt_in_on_paper(place.vendor(), "NORD", ANSWER, paper)
    (record,) = versions(place)

    assert (record.sha256, record.text, record.silence_days) == (offered.sha256, offered.text, 14)


def test_an_offered_text_that_was_signed_later_runs_from_its_own_day_to_its_own_end(place):
    place.partner(opted_in=False)
    offered = agreements.offer(place.vendor(), "NORD")
    place.clock.advance(days=20)
    paper = replace(PAPER, signed_on=date(2026, 11, 20), offer=offered.sha256)
    self_invoicing.opt_in_on_paper(place.vendor(), "NORD", ANSWER, paper)
    (record,) = versions(place)

    assert (record.signed_on, record.first_day, record.end_day) == ("2026-11-20", "2026-11-02", "2027-11-02")
    assert datetime.fromisoformat(record.valid_until) == datetime(2027, 11, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"signed_on": date(2026, 11, 1)}, "signed_on: 2026-11-01 is before 2026-11-02, when this text was offered."),
        ({"silence_days": 60}, "silence_days: 60 is given, and the offered text says 14; leave it out."),
        ({"ends": date(2027, 1, 1)}, "ends: 2027-01-01 is given, and the offered text says 2027-11-02; leave it out."),
    ],
)
def test_what_contradicts_the_offered_text_is_refused(place, said, told):
    place.partner(opted_in=False)
    offered = agreements.offer(place.vendor(), "NORD")
    paper = replace(PAPER, offer=offered.sha256, **{"signed_on": date(2026, 11, 2), **said})

    with pytest.raises(Invalid, match=told):
        self_invoicing.opt_in_on_paper(place.vendor(), "NORD", ANSWER, paper)


def test_a_text_that_was_offered_by_another_buyer_is_offered_anew(place):
    place.partner(opted_in=False)
    paper = replace(PAPER, signed_on=date(2026, 11, 2), offer=agreements.offer(place.vendor(), "NORD").sha256)
    self_invoicing.set_buyer(place.owner, replace(BUYER, legal_name="Other AG"))

    with pytest.raises(Invalid, match=r"offer: the buyer's name is 'Acme GmbH' in the offered text"):
        self_invoicing.opt_in_on_paper(place.vendor(), "NORD", ANSWER, paper)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"offer": "ab"}, "offer: no text with this hash was offered"),
        ({"silence_days": 91}, "silence_days: 91 is not from"),
    ],
)
def test_a_paper_of_a_text_that_was_not_offered_is_refused(place, change, told):
    place.partner(opted_in=False)

    with pytest.raises(Invalid, match=told):
        self_invoicing.opt_in_on_paper(place.vendor(), "NORD", ANSWER, replace(PAPER, **change))
