"""What a partner is told of its tax while it fills in the form, on rows."""

from decimal import Decimal

import pytest

from engine import tax_decisions, tax_explained
from engine.billing.tax import Treatment
from engine.errors import NotFound


def test_half_filled_answers_go_over_what_is_kept(place):
    place.partner()

    told = tax_explained.explain_tax(place.contact(), "NORD", {"tax_percent": "7"}, language="en")
    assert told.sentences == ("VAT of 7 % is added to your invoices.",)
    kept = tax_explained.explain_tax(place.contact(), "NORD", {})
    assert kept.sentences == ("Auf Ihre Gutschriften kommen 19 % Umsatzsteuer.",)


def test_it_says_that_finance_decided(place):
    place.partner()
    tax_decisions.override(place.owner, "NORD", Treatment("S", Decimal(7)), reason="ruling")

    told = tax_explained.explain_tax(place.contact(), "NORD", {}, language="en")
    assert (told.rule, told.sentences[0][:29]) == ("override", "Your buyer's finance departme")


def test_nobody_sees_anothers(place):
    place.partner()
    place.partner("SUED")

    with pytest.raises(NotFound):
        tax_explained.explain_tax(place.contact("SUED"), "NORD", {})


def test_a_decision_for_another_country_is_told_to_be_made_anew(place):
    place.partner()
    tax_decisions.override(place.owner, "NORD", Treatment("S", Decimal(7)), reason="ruling")

    told = tax_explained.explain_tax(place.contact(), "NORD", {"country": "FR"}, language="en")
    assert told.sentences[0].startswith("Something has changed since your buyer's finance department decided")
    assert (told.treatment, [each.field for each in told.missing]) == (None, ["tax_override"])
