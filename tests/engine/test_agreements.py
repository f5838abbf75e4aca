"""Agreements as rows: offered, accepted, renewed, revoked, recorded from paper, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from engine import agreements, self_invoicing
from engine.agreements import Paper
from engine.contracts import Document
from engine.errors import Invalid, NotAllowed, NotFound, ReasonRequired, SelfInvoicingRefused
from tests.fakes import PDF
from tests.worlds import ANOTHER_VAT_NUMBER, DETAILS

SCAN = Document("signed.exe", "application/x-program", PDF)
PAPER = Paper("Anna Schmidt", date(2026, 10, 1), SCAN)
ANSWER = {name: value for name, value in DETAILS.items() if name != "accept_agreement"}


def versions(place, by=None):
    with place.world.store.reading() as tx:
        return agreements.versions(tx, by or place.owner, "NORD")


def life(place):
    return self_invoicing.profile(place.owner, "NORD").life


def test_an_agreement_is_kept_whole(place):
    place.partner()
    (record,) = versions(place)

    assert (record.version, record.life, record.language, record.method) == (1, "accepted", "de", "portal")
    assert (record.accepted_by, record.accepted_from) == ("NORD-anna", "192.0.2.7")
    assert (record.vat_number, record.seller_status, record.scope) == (
        "DE136695976", "registered", "supplies_of_the_programme",
    )  # fmt: skip
    assert len(record.clauses) == 8
    assert "USt-IdNr. DE136695976" in record.text


def test_a_partner_is_offered_the_agreement_and_told(place):
    place.partner(opted_in=False)
    text = agreements.offer(place.vendor(), "NORD")

    assert life(place) == "offered"
    assert text.language == "de"
    assert [row.topic for row in place.all("SELECT topic FROM notification WHERE account_id = :account")] == [
        "agreement_offered"
    ]
    place.opt_in()
    assert life(place) == "accepted"


def test_in_its_last_thirty_days_it_is_expiring_then_expired(place):
    place.partner()
    lives = []
    for days in (334, 2, 30):
        place.clock.advance(days=days)
        lives.append(life(place))

    assert lives == ["accepted", "expiring", "expired"]


def test_a_renewal_is_a_new_version_and_the_one_before_is_superseded(place):
    place.partner()
    place.clock.advance(days=340)
    told = self_invoicing.renew(place.contact(), "NORD")

    assert told == "opted in to self-invoicing under agreement version 2"
    assert [(one.version, one.life) for one in versions(place)] == [(2, "accepted"), (1, "superseded")]


def test_only_the_main_contact_of_a_partner_that_has_opted_in_renews(place):
    place.partner(opted_in=False)

    with pytest.raises(NotAllowed):
        self_invoicing.renew(place.vendor("owner"), "NORD")
    with pytest.raises(SelfInvoicingRefused, match="it has not opted in, so there is no agreement to renew"):
        self_invoicing.renew(place.contact(), "NORD")


def test_a_changed_vat_number_suspends_it_until_it_is_renewed(place):
    place.partner()
    self_invoicing.set_seller(place.contact(), "NORD", {"vat_number": ANOTHER_VAT_NUMBER})
    payout = place.payout(state="Ready")

    assert life(place) == "suspended"
    assert place.decisions(payout) == [("ready", "blocked", "renewal_needed")]
    self_invoicing.renew(place.contact(), "NORD")
    assert place.decisions(payout)[-1][:2] == ("issued_after_fix", "issued")


def test_the_vendor_revokes_with_a_reason_and_nothing_is_issued_after(place):
    place.partner()
    agreements.revoke(place.owner, "NORD", reason="The programme ends.")
    payout = place.payout(state="Ready")
    (record,) = versions(place)

    assert (record.life, record.revoked_reason) == ("revoked", "The programme ends.")
    assert place.decisions(payout) == [("ready", "blocked", "renewal_needed")]
    with pytest.raises(Invalid, match="NORD has none that could be revoked"):
        agreements.revoke(place.owner, "NORD", reason="again")


def test_revoking_wants_an_owner_or_admin_and_a_reason(place):
    place.partner()

    with pytest.raises(NotAllowed):
        agreements.revoke(place.vendor("manager"), "NORD", reason="x")
    with pytest.raises(ReasonRequired):
        agreements.revoke(place.owner, "NORD", reason=" ")


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


@pytest.mark.parametrize(
    ("paper", "told"),
    [
        (replace(PAPER, signed_by=" "), "signed_by: name who signed it, as it stands on the paper."),
        (replace(PAPER, signed_on=date(2027, 1, 1)), "signed_on: 2027-01-01 is still to come."),
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


def test_a_paper_that_is_over_a_year_old_is_expired(place):
    place.partner(opted_in=False)
    old = replace(PAPER, signed_on=date(2025, 10, 1))
    self_invoicing.opt_in_on_paper(place.vendor(), "NORD", ANSWER, old)

    assert versions(place)[0].life == "expired"
    assert place.decisions(place.payout(state="Ready")) == [("ready", "blocked", "renewal_needed")]


def test_a_partner_records_no_paper_itself(place):
    place.partner(opted_in=False)

    with pytest.raises(NotAllowed):
        self_invoicing.opt_in_on_paper(place.contact(), "NORD", ANSWER, PAPER)


def test_a_contact_sees_its_own_partners_agreements_and_not_who_of_the_vendor_recorded_them(place):
    place.partner(opted_in=False)
    place.partner("OST")
    self_invoicing.opt_in_on_paper(place.vendor(), "NORD", ANSWER, PAPER)

    assert versions(place)[0].accepted_by == "vera"
    assert versions(place, place.contact())[0].accepted_by == ""
    with pytest.raises(NotFound):
        versions(place, place.contact("OST"))


@pytest.mark.parametrize(("version", "named"), [(None, "NORD"), (3, "NORD 3")])
def test_a_version_that_is_not_there_is_not_found(place, version, named):
    place.partner(opted_in=version is not None)

    with place.world.store.reading() as tx, pytest.raises(NotFound, match=f"no agreement '{named}'"):
        agreements.version_of(tx, place.owner, "NORD", version)


def test_one_that_was_accepted_in_the_portal_has_no_paper(place):
    place.partner()

    with place.world.store.reading() as tx, pytest.raises(NotFound, match="no paper 'NORD 1'"):
        agreements.evidence(tx, place.owner, "NORD", 1)
