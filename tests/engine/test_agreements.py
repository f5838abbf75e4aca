"""Agreements as rows: offered, accepted, renewed, revoked, recorded from paper, on both databases."""

import json
from dataclasses import replace

import pytest

from engine import accounts, agreements, partners, people, self_invoicing
from engine.errors import Invalid, NotAllowed, NotFound, ReasonRequired, SelfInvoicingRefused
from engine.partners import NewPartner
from tests.worlds import ANOTHER_VAT_NUMBER, BUYER

NO_BUYER = replace(BUYER, legal_name="", vat_number=None, legal_number=None)


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


@pytest.mark.parametrize(
    ("change", "back"),
    [
        ({"vat_number": ANOTHER_VAT_NUMBER}, {"vat_number": "DE136695976"}),
        ({"tax_status": "small_business"}, {"tax_status": "registered"}),
    ],
)
def test_a_number_or_a_status_that_was_another_for_a_while_suspends_it_for_good(place, change, back):
    place.partner()
    for each in (change, back):
        self_invoicing.set_seller(place.contact(), "NORD", each)

    assert life(place) == "suspended"
    assert place.decisions(place.payout(state="Ready")) == [("ready", "blocked", "renewal_needed")]


def test_the_vendor_revokes_with_a_reason_and_nothing_is_issued_after(place):
    place.partner()
    agreements.revoke(place.owner, "NORD", reason="The programme ends.")
    payout = place.payout(state="Ready")
    (record,) = versions(place)
    (theirs,) = versions(place, place.contact())

    assert (record.life, record.revoked_reason) == ("revoked", "The programme ends.")
    assert (record.revoked_by, theirs.revoked_by, theirs.revoked_by_name) == (place.owner.actor.id, "", "")
    assert place.decisions(payout) == [("ready", "blocked", "renewal_needed")]
    with pytest.raises(Invalid, match="it has no agreement that could be revoked"):
        agreements.revoke(place.owner, "NORD", reason="again")


def test_a_record_names_both_who_accepted_and_who_revoked(own_place):
    people.invite(own_place.owner, "olga@example.com", "Olga Roth", role="admin")
    with own_place.world.store.reading() as tx:
        olga = next(each.id for each in people.members(tx, own_place.owner) if each.name == "Olga Roth")
    own_place.partner()
    agreements.revoke(own_place.vendor("admin", olga), "NORD", reason="The programme ends.")
    (record,) = versions(own_place)

    assert (record.revoked_by, record.revoked_by_name) == (olga, "Olga Roth")
    assert record.accepted_by_name == record.accepted_by == "NORD-anna"
    assert (record.seller_name, record.buyer_name) == ("Nord GmbH", BUYER.legal_name)


def test_revoking_wants_an_owner_or_admin_and_a_reason(place):
    place.partner()

    with pytest.raises(NotAllowed):
        agreements.revoke(place.vendor("manager"), "NORD", reason="x")
    with pytest.raises(ReasonRequired):
        agreements.revoke(place.owner, "NORD", reason=" ")


@pytest.mark.parametrize(("version", "named"), [(None, "NORD"), (3, "NORD 3")])
def test_a_version_that_is_not_there_is_not_found(place, version, named):
    place.partner(opted_in=version is not None)

    with place.world.store.reading() as tx, pytest.raises(NotFound, match=f"no agreement '{named}'"):
        agreements.version_of(tx, place.owner, "NORD", version)


BUYERS = {
    "another one": ({"legal_name": "Other Corp", "country": "FR", "vat_number": "FR40303265045"}, "suspended"),
    "the same, renamed": ({"legal_name": "Acme Holding GmbH"}, "accepted"),
    "the same, moved": ({"line1": "Elsewhere 5"}, "accepted"),
}


@pytest.mark.parametrize(("other", "then"), BUYERS.values(), ids=BUYERS)
def test_an_agreement_with_one_buyer_does_not_serve_another(place, other, then):
    place.partner()
    self_invoicing.set_buyer(place.owner, replace(BUYER, **other))
    outcome = ("ready", "issued", "lawful") if then == "accepted" else ("ready", "blocked", "renewal_needed")

    assert life(place) == then
    assert place.decisions(place.payout(state="Ready")) == [outcome]


def test_partners_of_another_buyer_are_asked_to_agree_anew(place):
    place.partner()
    place.partner("OST", opted_in=False)
    self_invoicing.set_buyer(place.owner, replace(BUYER, vat_number="DE136695976"))
    told = place.all("SELECT partner_id, sentence FROM notification WHERE account_id = :account")

    assert [row.sentence for row in told] == [
        "The buyer's VAT number has changed since you accepted the self-billing agreement: opt in again, so that "
        "invoices can be issued under a new one."
    ]
    place.opt_in()
    assert life(place) == "accepted"


def test_a_buyer_that_was_not_known_yet_completes_the_agreement_and_only_once(place):
    self_invoicing.set_buyer(place.owner, NO_BUYER)
    place.partner()
    self_invoicing.set_buyer(place.owner, BUYER)
    assert life(place) == "accepted"

    self_invoicing.set_buyer(place.owner, replace(BUYER, vat_number="DE136695976"))
    assert life(place) == "suspended"


def test_a_first_vat_number_completes_an_agreement_and_the_next_one_suspends_it_until_it_is_renewed(place):
    place.partner(opted_in=False)
    place.opt_in(tax_status="small_business", vat_number="")
    contact = place.contact()
    lives = []
    for number in ("DE136695976", ANOTHER_VAT_NUMBER, "DE136695976"):
        self_invoicing.set_seller(contact, "NORD", {"vat_number": number})
        lives.append(life(place))

    assert lives == ["accepted", "suspended", "suspended"]
    self_invoicing.renew(contact, "NORD")
    assert life(place) == "accepted"
    told = place.all("SELECT topic FROM notification WHERE account_id = :account AND topic = 'renewal_requested'")
    assert len(told) == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"tax_status": "small_business"}, "The tax status has changed"),
        ({"legal_name": "Süd AG"}, "The partner's legal name has changed"),
        ({"legal_name": "Süd AG", "tax_status": "not_taxable"},
         "The partner's legal name and the tax status have changed"),
    ],
)  # fmt: skip
def test_a_seller_that_is_another_now_agrees_anew(place, change, told):
    place.partner()
    self_invoicing.set_seller(place.contact(), "NORD", change)
    [notice] = place.all("SELECT sentence FROM notification WHERE account_id = :account")

    assert life(place) == "suspended"
    assert notice.sentence.startswith(f"{told} since you accepted the self-billing agreement: opt in again")
    assert place.decisions(place.payout(state="Ready")) == [("ready", "blocked", "renewal_needed")]


def renewals(place):
    rows = place.all("SELECT facts FROM notification WHERE account_id = :account AND topic = 'renewal_requested'")
    return [(told["kind"], *told["details"]) for told in map(json.loads, (row.facts for row in rows))]


def test_a_renewal_is_asked_for_once_however_often_other_details_change(place):
    place.partner()
    contact = place.contact()
    for change in ({"legal_name": "Süd AG"}, {"footer": "1"}, {"footer": "2"}, {"tax_status": "small_business"}):
        self_invoicing.set_seller(contact, "NORD", change)
    self_invoicing.set_buyer(place.owner, replace(BUYER, line1="Elsewhere 5"))

    assert renewals(place) == [("changed", "seller_name"), ("changed", "seller_name", "tax_status")]


def test_a_name_that_is_changed_back_needs_no_renewal_and_the_partner_is_told(place):
    place.partner()
    name = self_invoicing.profile(place.owner, "NORD").seller.legal_name
    for each in ("Süd AG", name, name.upper(), "Süd AG"):
        self_invoicing.set_seller(place.contact(), "NORD", {"legal_name": each})

    assert renewals(place) == [("changed", "seller_name"), ("in_force",), ("changed", "seller_name")]


def test_under_a_new_version_what_changes_is_asked_for_anew(place):
    place.partner()
    for each in ("Süd AG", "West AG"):
        self_invoicing.set_seller(place.contact(), "NORD", {"legal_name": each})
        self_invoicing.renew(place.contact(), "NORD")

    assert renewals(place) == [("changed", "seller_name")] * 2


@pytest.mark.parametrize(("country", "days"), [("GB", "2 November 2026 until 2 November"), ("US", "November 2, 2026")])
def test_a_text_writes_its_days_as_the_invoices_under_it_do(place, country, days):
    new = NewPartner("WEST", "West Ltd", country, "en", "Wendy West", "wendy@example.com")
    place.owner.transact(lambda tx: partners.add(tx, place.owner, new))
    told = self_invoicing.agreement_offer(place.contact("WEST"), "WEST", {"country": country})

    assert f"valid from {days}" in " ".join(told.text.split())


def test_only_the_terms_that_were_shown_are_accepted(place):
    place.partner(opted_in=False)
    shown = self_invoicing.agreement_offer(place.contact(), "NORD", {})
    accounts.set_acceptance_days(place.owner, 1)

    with pytest.raises(Invalid, match=r"agreement_terms: the agreement has changed since it was shown: its day, the"):
        place.opt_in(agreement_terms=shown.terms)
    assert versions(place) == []
    place.opt_in(agreement_terms=self_invoicing.agreement_offer(place.contact(), "NORD", {}).terms)
    assert "innerhalb von 1 Tagen" in versions(place)[0].text


def test_a_renewal_accepts_the_terms_that_were_shown_as_well(place):
    place.partner()

    with pytest.raises(Invalid, match=r"Nothing was accepted; read it as it stands now, and accept that\."):
        self_invoicing.renew(place.contact(), "NORD", terms="another")
    assert len(versions(place)) == 1


def test_what_the_vendor_revoked_the_partner_alone_does_not_renew(place):
    place.partner()
    agreements.revoke(place.owner, "NORD", reason="the programme ends")
    told = (
        r"Partner NORD: the vendor revoked the agreement; it can be accepted again when the vendor has offered it anew"
    )

    with pytest.raises(SelfInvoicingRefused, match=told):
        self_invoicing.renew(place.contact(), "NORD")
    self_invoicing.opt_out(place.contact(), "NORD")
    with pytest.raises(SelfInvoicingRefused, match=told):
        place.opt_in()
    agreements.offer(place.vendor(), "NORD")
    place.opt_in()
    assert life(place) == "accepted"


def test_an_agreement_that_has_run_out_is_revoked_so_that_it_is_not_renewed(place):
    place.partner()
    place.clock.advance(days=366)
    agreements.revoke(place.owner, "NORD", reason="The programme ends.")

    assert [one.life for one in versions(place)] == ["revoked"]
    with pytest.raises(SelfInvoicingRefused, match="the vendor revoked the agreement"):
        self_invoicing.renew(place.contact(), "NORD")


def test_opting_out_after_an_agreement_has_run_out_leaves_it_as_it_ended(place):
    place.partner()
    place.clock.advance(days=366)
    self_invoicing.opt_out(place.contact(), "NORD")

    assert [one.life for one in versions(place)] == ["expired"]


def test_an_agreement_begins_and_ends_with_the_days_its_text_says_on_the_accounts_clocks(place):
    accounts.set_timezone(place.owner, "America/Los_Angeles")
    place.clock.advance(hours=17)  # 2026-11-03T05:00Z: the evening of the 2nd over there
    place.partner()
    (record,) = versions(place)
    place.clock.advance(days=364, hours=1, minutes=59)

    assert "gilt vom 2. November 2026 bis zum 2. November 2027, dieser Tag nicht eingeschlossen" in record.text
    assert (record.first_day, record.end_day) == ("2026-11-02", "2027-11-02")
    assert life(place) == "expiring"
    place.clock.advance(minutes=1)
    assert life(place) == "expired"


def test_a_buyer_that_writes_its_name_otherwise_and_tells_its_number_is_the_same(place):
    self_invoicing.set_buyer(place.owner, replace(BUYER, vat_number=None, legal_number=None))
    place.partner()
    self_invoicing.set_buyer(place.owner, replace(BUYER, legal_name=BUYER.legal_name.upper()))
    assert life(place) == "accepted"
    self_invoicing.set_buyer(place.owner, replace(BUYER, vat_number="DE136695976"))

    assert life(place) == "suspended"


def test_a_text_that_was_offered_can_be_read_later(place):
    place.partner(opted_in=False)
    text = agreements.offer(place.vendor(), "NORD")
    with place.world.store.reading() as tx:
        [seen] = agreements.offers(tx, place.owner, "NORD")
        [theirs] = agreements.offers(tx, place.contact(), "NORD")

    assert (seen.text, seen.sha256, seen.offered_by) == (text.text, text.sha256, place.vendor().actor.id)
    assert (theirs.text, theirs.offered_by) == (text.text, "")
