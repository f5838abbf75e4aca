"""A partner is told in words, while it fills in the form, how it will be taxed and what is still asked."""

from dataclasses import replace
from decimal import Decimal
from string import Formatter

import pytest

from engine.billing.explaining import explain, words_in
from engine.billing.explaining_words import SENTENCES, TRANSLATIONS
from engine.billing.tax import Treatment
from engine.billing.tax_rules import RULES
from engine.billing.treatment import BuyerTaxFacts, SellerTaxFacts

FRENCH_BUYER = BuyerTaxFacts("FR", "FR1", vat_number_valid=True)
NOBODY = SellerTaxFacts("", "")
GERMAN = SellerTaxFacts("DE", "registered", "DE1", vat_number_valid=True, tax_percent=Decimal("19.00"))
NOT_ADDED = "Your tax of 19 % is not added."
REVERSED = "No VAT is added: the buyer accounts for it in its own country (reverse charge)."


@pytest.mark.parametrize(
    ("seller", "buyer", "told"),
    [
        (NOBODY, FRENCH_BUYER, [SENTENCES["ask country"], SENTENCES["ask tax_status"]]),
        (NOBODY, BuyerTaxFacts(""), [SENTENCES[f"ask {each}"] for each in ("country", "tax_status", "vendor")]),
        (replace(NOBODY, country="DE"), FRENCH_BUYER, [SENTENCES["ask tax_status"]]),
        (GERMAN, FRENCH_BUYER, [REVERSED, NOT_ADDED]),
        (replace(GERMAN, tax_percent=None), FRENCH_BUYER, [REVERSED]),
        (replace(GERMAN, vat_number=None), FRENCH_BUYER, [REVERSED, NOT_ADDED, SENTENCES["ask vat_number"]]),
        (
            replace(GERMAN, vat_number_valid=False),
            FRENCH_BUYER,
            [REVERSED, NOT_ADDED, SENTENCES["ask right vat_number"]],
        ),
        (GERMAN, BuyerTaxFacts("FR"), [REVERSED, NOT_ADDED, SENTENCES["ask vendor"]]),
        (
            SellerTaxFacts("DE", "small_business", tax_percent=Decimal(19)),
            BuyerTaxFacts("DE"),
            [NOT_ADDED, SENTENCES["ask tax_number"]],
        ),
        (
            SellerTaxFacts("ES", "small_business", tax_number="1", tax_percent=Decimal(19)),
            BuyerTaxFacts("ES"),
            [SENTENCES["ask finance"]],
        ),
        (
            replace(GERMAN, country="GB", postcode="GY1 1AA"),
            FRENCH_BUYER,
            [
                "The postcode GY1 1AA is in a territory whose VAT is not that of GB: choose GG (Guernsey) as your "
                "country."
            ],
        ),
        (GERMAN, replace(FRENCH_BUYER, country="ES", postcode="35001"), [SENTENCES["ask finance"]]),
        (GERMAN, BuyerTaxFacts("DE"), ["VAT of 19 % is added to your invoices."]),
        (replace(GERMAN, tax_percent=None), BuyerTaxFacts("DE"), [SENTENCES["ask tax_percent"]]),
        (
            replace(GERMAN, status="small_business"),
            BuyerTaxFacts("DE"),
            [
                "No VAT is added: a small business charges none. Your invoices say: Steuerbefreiung nach § 19 UStG.",
                NOT_ADDED,
            ],
        ),
        (
            SellerTaxFacts("DE", "small_business"),
            BuyerTaxFacts("DE"),
            [SENTENCES["ask tax_number"]],
        ),
        (
            GERMAN,
            BuyerTaxFacts("US"),
            [SENTENCES["taxed where the buyer is"], NOT_ADDED, SENTENCES["no numbers shown"]],
        ),
        (SellerTaxFacts("DE", "not_taxable"), BuyerTaxFacts("DE"), [SENTENCES["not taxable"]]),
        (replace(GERMAN, country="NO"), BuyerTaxFacts("US"), [SENTENCES["rate zero"], NOT_ADDED]),
        (
            replace(GERMAN, country="AU"),
            BuyerTaxFacts("US"),
            ["GST of 19 % is added to your invoices, as you entered it."],
        ),
        (SellerTaxFacts("US", "registered"), BuyerTaxFacts("US"), [SENTENCES["none entered"]]),
        (
            SellerTaxFacts("US", "small_business"),
            FRENCH_BUYER,
            [REVERSED],
        ),
        (replace(GERMAN, country="US"), FRENCH_BUYER, [REVERSED, NOT_ADDED]),
        (SellerTaxFacts("US", "not_taxable"), FRENCH_BUYER, [SENTENCES["not registered"]]),
        (
            SellerTaxFacts("CA", "registered", tax_name="Reverse-Charge"),
            FRENCH_BUYER,
            [REVERSED, SENTENCES["ask tax_name"]],
        ),
    ],
)
def test_half_filled_or_whole_the_partner_is_told_where_it_stands(seller, buyer, told):
    assert list(explain(seller, buyer).sentences) == told


@pytest.mark.parametrize(
    ("override", "told"),
    [
        (Treatment("S", Decimal("7.7")), ["VAT of 7.7 % is added to your invoices."]),
        (
            Treatment("E", Decimal(0), exemption_text="§ 4 UStG"),
            [SENTENCES["exempt"].format(text="§ 4 UStG"), NOT_ADDED],
        ),
        (Treatment("Z", Decimal(0)), [SENTENCES["rate zero"], NOT_ADDED]),
        (
            Treatment("local", Decimal(0), mention="Reverse charge", tax_name="GST"),
            [SENTENCES["none entered"], NOT_ADDED, SENTENCES["may be liable"]],
        ),
    ],
)
def test_an_override_is_told_with_what_follows_of_it(override, told):
    explained = explain(GERMAN, FRENCH_BUYER, override=override)

    assert list(explained.sentences) == [SENTENCES["override"], *told]
    assert (explained.rule, explained.treatment) == ("override", override)


def test_the_rule_its_sources_and_its_doubt_are_told_to_programs():
    explained = explain(replace(GERMAN, status="small_business", vat_number=None, tax_number="1"), FRENCH_BUYER)

    assert explained.rule == "small business within the EU"
    assert any("214(1)(e)" in source for source in explained.sources)
    assert "does not reach a service abroad" in explained.doubt


@pytest.mark.parametrize(
    ("seller", "buyer", "told"),
    [
        ("IT", "IT", "is FatturaPA, sent through SdI: neither a PDF nor Factur-X is one"),
        ("NO", "US", "A Norwegian seller issues its invoices itself unless"),
        ("IT", "FR", ""),
    ],
)
def test_what_the_sellers_country_wants_besides_is_a_doubt(seller, buyer, told):
    explained = explain(replace(GERMAN, country=seller), BuyerTaxFacts(buyer, f"{buyer}1", vat_number_valid=True))

    assert (told in explained.doubt) and bool(explained.doubt) is bool(told)


@pytest.mark.parametrize("language", ["fr", "de", "es", "it", "nl"])
def test_every_sentence_is_there_in_every_language_with_the_same_gaps(language):
    assert TRANSLATIONS[language].keys() == SENTENCES.keys()
    for key, text in TRANSLATIONS[language].items():
        assert text != SENTENCES[key] and _gaps(text) == _gaps(SENTENCES[key])


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", "La TVA de 19 % est ajoutée à vos factures."),
        ("de-CH", "Auf Ihre Gutschriften kommen 19 % Umsatzsteuer."),
        ("es", "Se añade un IVA del 19 % a sus facturas."),
        ("it_IT", "Alle Sue fatture si aggiunge l’IVA del 19 %."),
        ("nl", "Bij uw facturen komt 19 % btw."),
        ("zz", "VAT of 19 % is added to your invoices."),
    ],
)
def test_it_is_told_in_the_partners_language(language, told):
    assert explain(GERMAN, BuyerTaxFacts("DE"), words=words_in(language)).sentences == (told,)


def test_words_may_come_from_elsewhere():
    assert explain(NOBODY, FRENCH_BUYER, words=str.upper).sentences[0] == SENTENCES["ask country"].upper()


def test_every_rule_is_told_in_words():
    assert {rule.told for rule in RULES} <= set(SENTENCES)


def _gaps(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}
