"""Finance may decide how a partner is taxed, with a reason: it is honoured, kept, and needs what its category needs."""

import json
from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest

from engine import tax_decisions
from engine.billing.tax import Treatment
from engine.errors import Invalid, NotAllowed, NotFound, ReasonRequired
from tests.engine.test_races import at_once
from tests.worlds import Place

EXEMPT = Treatment("E", Decimal(0), exemption_text="Steuerfrei nach § 4 Nr. 11 UStG")


def override(place, treatment=EXEMPT, *, by="finance", reason="ruling of 3 May"):
    return tax_decisions.override(place.vendor(by), "NORD", treatment, reason=reason)


def test_an_override_is_honoured_in_the_snapshot_which_says_so(place):
    place.partner()
    override(place)
    place.payout(state="Ready")

    [invoice] = place.snapshots()
    assert invoice.lines[0].treatment == EXEMPT
    assert (invoice.tax, invoice.gross, invoice.tax_rule) == (0, 10_000, "override")


def test_one_that_was_decided_for_other_countries_waits_until_it_is_decided_anew(place):
    place.partner()
    override(place)
    place.opt_in(country="FR", vat_number="FR40303265045")
    payout = place.payout(state="Ready")
    told = json.loads(place.one("SELECT missing FROM decision WHERE payout_id = :id", id=payout).missing)
    override(place, None, reason="it moved")

    assert [item["sentence"] for item in told] == [
        "The tax override was decided when the seller's country was DE and is FR. "
        "Decide anew, or go by the rules again."
    ]
    assert [made.tax_rule for made in place.snapshots()] == ["reverse charge within the EU"]


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ("E-35001", "28002", "was in the Canary Islands and is in no territory with a VAT of its own"),
        ("28002", "35001", "was in no territory with a VAT of its own and is in the Canary Islands"),
    ],
)
def test_one_that_was_decided_inside_or_outside_a_territory_does_not_move_along(place, before, after, moved):
    place.partner()
    place.opt_in(country="ES", vat_number="ESB12345674", postcode=before)
    override(place)
    place.opt_in(country="ES", vat_number="ESB12345674", postcode=after)
    payout = place.payout(state="Ready")

    told = json.loads(place.one("SELECT missing FROM decision WHERE payout_id = :id", id=payout).missing)
    assert [item["sentence"] for item in told] == [
        f"The tax override was decided when the seller {moved}. Decide anew, or go by the rules again."
    ]


def test_without_one_the_snapshot_names_the_rule(place):
    place.partner()
    place.payout(state="Ready")

    assert [each.tax_rule for each in place.snapshots()] == ["at home"]


def test_what_was_issued_before_stays_and_withdrawing_leads_back_to_the_rules(place):
    place.partner()
    place.payout(state="Ready")
    override(place)
    place.payout(state="Ready")
    override(place, None, reason="ruling ended")
    place.payout(state="Ready")

    assert [each.tax for each in place.snapshots()] == [1900, 0, 1900]


def test_it_is_a_deed_with_reason_before_and_after(place):
    partner = place.one("SELECT id FROM partner WHERE account_id = :account AND code = :c", c=place.partner()).id
    override(place)
    override(place, None, reason="ended")

    first, second = place.history(partner)[-2:]
    assert (first.verb, first.reason, first.sentence) == (
        "set tax_override", "ruling of 3 May", "taxed by decision: E 0 %",
    )  # fmt: skip
    assert json.loads(first.data)["before"] is None
    assert json.loads(first.data)["after"] == json.loads(second.data)["before"]
    assert (second.sentence, json.loads(second.data)["after"]) == ("taxed by the rules again", None)


def test_all_of_them_are_listed_with_who_and_why(place):
    place.partner()
    override(place)
    override(place, None, reason="ended")

    views = tax_decisions.overrides(place.vendor("viewer"), "NORD")
    assert [(each.treatment, each.reason, each.set_by) for each in views] == [
        (None, "ended", "vera"), (EXEMPT, "ruling of 3 May", "vera"),
    ]  # fmt: skip


def test_a_payout_that_waited_gets_its_invoice(place):
    place.partner(opted_in=False)
    place.opt_in(tax_percent="")
    payout = place.payout(state="Ready")
    waited = place.missing(payout)

    assert override(place, Treatment("S", Decimal(19))) == 1
    assert waited == [("tax_percent", "partner")]
    assert place.decisions(payout)[-1] == ("issued_after_fix", "issued", "lawful")


@pytest.mark.parametrize(
    ("treatment", "details", "left"),
    [
        (Treatment("S", Decimal(19)), {"tax_status": "small_business", "vat_number": "", "tax_number": "21"},
         [("vat_number", "partner")]),
        (Treatment("AE", Decimal(0), exemption_text="x"),
         {"tax_status": "not_taxable", "vat_number": "", "country": "US"}, [("vat_number", "partner")]),
        (EXEMPT, {"tax_status": "not_taxable", "vat_number": ""}, [("tax_number", "partner")]),
        (Treatment("Z", Decimal(0)), {"tax_status": "not_taxable", "vat_number": ""}, [("tax_number", "partner")]),
    ],
)  # fmt: skip
def test_what_its_category_needs_it_needs_all_the_same(place, treatment, details, left):
    place.partner(opted_in=False)
    place.opt_in(**details)
    override(place, treatment)

    assert place.missing(place.payout(state="Ready")) == left


@pytest.mark.parametrize(
    ("treatment", "told"),
    [
        (Treatment("S", Decimal(0)), "rate: Category S needs a rate above 0."),
        (Treatment("S", None), "rate: Category S needs a rate above 0."),
        (Treatment("S", Decimal(101)), "rate: '101' is no tax %."),
        (Treatment("S", Decimal("19.0001")), "rate: '19.0001' is no tax %."),
        (Treatment("S", Decimal(-1)), "rate: '-1' is no tax %."),
        (Treatment("S", Decimal("NaN")), "rate: 'NaN' is no tax %."),
        (Treatment("AE", Decimal("Infinity"), exemption_text="x"), "rate: 'Infinity' is no tax %."),
        (Treatment("local", None), "rate: Category local needs a rate of 0 or above."),
        (Treatment("local", Decimal(8), tax_name=" "),
         "tax_name: Category local needs the name of the tax, such as GST."),
        (Treatment("S", Decimal(20), mention="Reverse charge"),
         "mention: By the reverse charge the buyer accounts for VAT: where a tax is added, leave it out."),
        (Treatment("local", Decimal(8), mention="STEUERSCHULDNERSCHAFT des Leistungsempfängers"), "mention: By "),
        (Treatment("S", Decimal(19), mention="Steuerschuldnerschaft des Leistungsempfaengers"), "mention: By "),
        (Treatment("S", Decimal(20), mention="Reverse-charge"), "mention: By "),
        (Treatment("S", Decimal(20), mention="VAT reverse\u00a0 charged"), "mention: By "),
        (Treatment("local", Decimal(8), tax_name="GST", mention="Inversion del sujeto pasivo"), "mention: By "),
        (Treatment("local", Decimal(5), tax_name="GST", exemption_text="Reverse charge: by art. 196"),
         "exemption_text: By "),
        (Treatment("local", Decimal(5), tax_name="Reverse charge"), "tax_name: By "),
        (replace(EXEMPT, rate=Decimal(5)), "rate: Category E has the rate 0."),
        (Treatment("O", Decimal(0), exemption_text="x"), "rate: Outside the scope of VAT (O) there is no rate."),
        (Treatment("AE", Decimal(0)), "exemption_text: Category AE needs the reason why no tax is charged."),
        (Treatment("Z", Decimal(0), exemption_text="x"),
         "exemption_text: Category Z gives no reason: leave text and code empty."),
        (Treatment("K", Decimal(0)), "category: 'K' is none of S, AE, E, Z, O, local."),
        (replace(EXEMPT, mention="a\u202eb"), "mention: "),
        (replace(EXEMPT, exemption_text="☺"),
         "exemption_text: The reason why no tax is charged has a letter or a digit."),
        (replace(EXEMPT, mention="-"), "mention: A mention has a letter or a digit."),
        (Treatment("local", Decimal(5), tax_name="☺"), "tax_name: The name of a tax has a letter or a digit."),
    ],
)  # fmt: skip
def test_what_no_document_can_say_is_refused(place, treatment, told):
    place.partner()

    with pytest.raises(Invalid) as refused:
        override(place, treatment)

    assert str(refused.value).startswith("The tax override of partner NORD cannot be accepted. ")
    assert told in str(refused.value)


def test_it_takes_finance_a_reason_and_a_partner(place):
    place.partner()

    with pytest.raises(NotAllowed):
        override(place, by="viewer")
    with pytest.raises(NotAllowed):
        tax_decisions.override(place.contact(), "NORD", EXEMPT, reason="x")
    with pytest.raises(ReasonRequired):
        override(place, reason=" ")
    with pytest.raises(ReasonRequired):
        override(place, reason="-")
    with pytest.raises(NotFound):
        tax_decisions.override(place.vendor("finance"), "SUED", EXEMPT, reason="x")


def test_a_rate_is_kept_in_its_shortest_form(place):
    place.partner()
    override(place, Treatment("S", Decimal("7.700")))
    place.payout(state="Ready")

    assert [str(each.lines[0].treatment.rate) for each in place.snapshots()] == ["7.7"]
    assert place.one("SELECT treatment FROM tax_override WHERE account_id = :account").treatment.count('"7.7"') == 1


def test_of_two_at_once_both_are_kept_one_after_the_other(place):
    place.partner()
    outcomes = at_once(
        partial(override, place, Treatment("S", Decimal(7)), reason="one"), partial(override, place, reason="two")
    )

    kept = place.all("SELECT seq, reason FROM tax_override WHERE account_id = :account ORDER BY seq")
    assert outcomes == [0, 0]
    assert ([row.seq for row in kept], {row.reason for row in kept}) == ([1, 2], {"one", "two"})


def test_an_invoice_that_is_issued_at_the_same_time_is_taxed_as_its_order_says(place):
    place.partner()
    payout = place.payout(state="Pending")
    at_once(partial(override, place), partial(place.fire, payout, "accept", reason="x"))

    [invoice] = place.snapshots()
    assert (invoice.tax_rule, invoice.tax) in [("override", 0), ("at home", 1900)]


def test_another_accounts_override_counts_for_nobody_else(place, shared_store):
    place.partner()
    other = Place(shared_store)
    other.partner()
    override(other)
    place.payout(state="Ready")

    assert [each.tax_rule for each in place.snapshots()] == ["at home"]
