"""What a partner is told of its tax while it fills in the form, on rows."""

from decimal import Decimal

import pytest

from engine import tax_decisions, tax_explained
from engine.billing.tax import Treatment
from engine.errors import Invalid, NotFound


def test_half_filled_answers_go_over_what_is_kept(place):
    place.partner()

    told = tax_explained.explain_tax(place.contact(), "NORD", {"tax_percent": "7"}, language="en")
    assert told.sentences == ("VAT of 7\u00a0% is added to your invoices.",)
    kept = tax_explained.explain_tax(place.contact(), "NORD", {})
    assert kept.sentences == ("Auf Ihre Gutschriften kommen 19\u00a0% Umsatzsteuer.",)


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"language": "en"}, "VAT of 5.5\u00a0% is added to your invoices."),
        ({"language": "fr"}, "La TVA de 5,5\u00a0% est ajoutée à vos factures."),
        ({"language": "de", "locale": "de_CH"}, "Auf Ihre Gutschriften kommen 5.5\u00a0% Umsatzsteuer."),
        ({"language": "en", "locale": "sv"}, "VAT of 5,5\u00a0% is added to your invoices."),
    ],
)
def test_a_rate_is_written_as_its_reader_writes_numbers(place, how, told):
    place.partner()

    assert tax_explained.explain_tax(place.contact(), "NORD", {"tax_percent": "5.5"}, **how).sentences == (told,)


def test_a_locale_that_nobody_has_is_told(place):
    place.partner()

    with pytest.raises(Invalid, match="'de-XX' is no language with or without a country, such as de or de_CH"):
        tax_explained.explain_tax(place.contact(), "NORD", {}, locale="de-XX")


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
