"""The table of rules: a row fits every pair of countries, has its sources, and leads to a lawful document."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.billing.countries import (
    EU,
    SMALL_BUSINESS,
    SMALL_BUSINESS_EXEMPT,
    SMALL_BUSINESS_FOUND,
    VAT_COUNTRIES,
    vat_area,
)
from engine.billing.issuing import Supply
from engine.billing.parties import TAX_STATUSES
from engine.billing.tax import Treatment
from engine.billing.tax_currency import must_be_told_in, tax_currency_of
from engine.billing.tax_rules import AREAS, RULES, SOURCES, region
from engine.billing.treatment import BuyerTaxFacts, SellerTaxFacts, choose_treatment, rule_for
from engine.billing.wording import LANGUAGES, REVERSE_CHARGE, SELF_BILLING, holds_reverse_charge, mentions_of

LAW_OF_SMALL_BUSINESS = {
    "AT": "§ 6 Abs. 1 Z 27 UStG 1994", "BE": "art. 56bis WBTW/CTVA", "CH": "MWSTG/LTVA Art. 10 Abs. 2",
    "DE": "§ 19 UStG",
    "FR": "art. 293 B du CGI", "GB": "VAT Act 1994, Schedule 1", "IT": "art. 1, commi 54-89, L. 190/2014",
    "NL": "artikel 25 Wet op de omzetbelasting 1968", "NO": "merverdiavgiftsloven § 2-1", "PL": "art. 113 ust. 1",
    "PT": "art. 53.º do CIVA",
}  # fmt: skip
_OF_AREAS = {"art. 6", *(source for source, _doubt in AREAS.values())}
KINDS = ["FR", "DE", "GR", "GB", "CH", "NO", "US", "BR", "MC", "IM", "LI"]
PAIRS = [
    (seller, status, buyer)
    for seller in KINDS for status in TAX_STATUSES for buyer in KINDS
    if (status, vat_area(seller)) != ("small_business", vat_area(buyer)) or seller not in AREAS
]  # fmt: skip


def facts(seller, status, buyer):
    return (
        SellerTaxFacts(seller, status, f"{seller}1", vat_number_valid=True, tax_number="T1", tax_percent=Decimal(20)),
        BuyerTaxFacts(buyer, f"{buyer}1", vat_number_valid=True, legal_number="L1"),
    )


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_every_pair_has_a_rule_and_a_lawful_document(pair, draw):
    sold, bought = facts(*pair)
    chosen = choose_treatment(sold, bought)
    invoice = draw(
        [Supply("R-1", "Commission", date(2026, 3, 1), 10_000)],
        chosen,
        seller_changes={"country": pair[0], "vat_number": sold.vat_number, "tax_number": "T1"},
        buyer_changes={"country": pair[2]},
    )

    assert rule_for(sold, bought).category == chosen.category
    assert [group.category for group in invoice.groups] == [chosen.category]


@pytest.mark.parametrize(("seller", "status", "buyer"), PAIRS)
def test_vat_is_charged_only_at_home_and_only_by_who_is_registered(seller, status, buyer):
    chosen = choose_treatment(*facts(seller, status, buyer))

    charged = chosen.category == "S"
    area = vat_area(seller)
    assert charged == (area == vat_area(buyer) and area in VAT_COUNTRIES and status == "registered")


@pytest.mark.parametrize(("seller", "status", "buyer"), PAIRS)
def test_out_of_scope_and_reverse_charge_bear_no_tax(seller, status, buyer):
    chosen = choose_treatment(*facts(seller, status, buyer))

    assert {"O": chosen.rate is None, "AE": chosen.rate == 0, "E": chosen.rate == 0, "Z": chosen.rate == 0}.get(
        chosen.category, chosen.category in ("S", "local")
    )


@pytest.mark.parametrize("seller", ["GB", "CH", "NO", "US", "BR"])
@pytest.mark.parametrize("status", TAX_STATUSES)
def test_to_a_buyer_in_the_eu_the_reverse_charge_is_mentioned(seller, status):
    chosen = choose_treatment(*facts(seller, status, "FR"))

    assert ("Reverse charge" in mentions_of([chosen], seller, "en")) is (status != "not_taxable")


@pytest.mark.parametrize(("seller", "status", "buyer"), PAIRS)
def test_a_document_that_says_reverse_charge_adds_no_tax(seller, status, buyer):
    chosen = choose_treatment(*facts(seller, status, buyer))

    assert not (chosen.rate and "Reverse charge" in mentions_of([chosen], seller, "en"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_sources_and_is_reached(rule):
    found = {rule_for(*facts(*pair)).name for pair in PAIRS}

    assert rule.sources and set(rule.sources) <= SOURCES.keys()
    assert rule.name in found


def test_every_source_is_used_and_says_what_it_says():
    assert {*_OF_AREAS, *(name for rule in RULES for name in rule.sources)} == SOURCES.keys()
    assert all(":" in source.text for source in SOURCES.values())


@pytest.mark.parametrize(
    ("seller", "laws"),
    [
        ("FR", {"Directive", "Lists"}), ("GB", {"United Kingdom"}), ("LI", {"Switzerland"}), ("NO", {"Norway"}),
    ],
)  # fmt: skip
def test_a_small_business_at_home_is_told_the_law_of_its_own_country(seller, laws):
    rule = rule_for(*facts(seller, "small_business", vat_area(seller)))
    sources = rule.sources_of(seller=seller, buyer=vat_area(seller))

    assert all(source.text.startswith(tuple(laws)) for source in sources) and sources


@pytest.mark.parametrize(("seller", "status", "buyer"), PAIRS)
def test_every_sale_has_a_source_of_its_own(seller, status, buyer):
    assert rule_for(*facts(seller, status, buyer)).sources_of(seller=seller, buyer=buyer)


def test_rules_have_names_of_their_own():
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_of_every_national_sentence_it_is_told_where_it_was_found():
    assert SMALL_BUSINESS_FOUND.keys() == SMALL_BUSINESS.keys()


@pytest.mark.parametrize(
    ("country", "part"),
    [("FR", "EU"), ("GB", "GB"), ("US", "US"), ("MC", "EU"), ("IM", "GB"), ("LI", "CH"), ("BR", "rest")],
)
def test_a_country_is_in_one_part_of_the_table(country, part):
    assert region(country) == part


def test_of_every_country_in_anothers_area_the_source_is_told():
    others = {country for country in ("AX", "GP", "IM", "LI", "MC", "SM", *EU) if vat_area(country) != country}

    assert others == {*AREAS}
    assert {source for source, _doubt in AREAS.values()} <= SOURCES.keys()


@pytest.mark.parametrize("country", sorted(EU))
def test_every_member_state_has_its_words_and_its_money(country):
    words = {SELF_BILLING.get(language, "") for language in LANGUAGES[country]}

    assert "" not in words | {REVERSE_CHARGE.get(language, "") for language in LANGUAGES[country]}
    assert len(tax_currency_of(country)) == 3


@pytest.mark.parametrize(
    ("country", "currency", "category", "told"),
    [
        ("SE", "EUR", "S", "SEK"),
        ("SE", "SEK", "S", ""),
        ("SE", "EUR", "AE", ""),
        ("FR", "USD", "S", "EUR"),
        ("BG", "USD", "S", "EUR"),
        ("GB", "EUR", "S", "GBP"),
        ("CH", "EUR", "S", "CHF"),
        ("NO", "EUR", "S", "NOK"),
        ("US", "EUR", "local", ""),
    ],
)
def test_vat_is_told_in_the_money_of_the_sellers_country(country, currency, category, told):
    assert must_be_told_in(country, currency, [Treatment(category, Decimal(20))]) == told


@pytest.mark.parametrize(
    ("country", "language", "treatment", "mentions"),
    [
        ("FR", "fr", Treatment("S", Decimal(20)), ["Autofacturation", "Self-billing"]),
        ("IE", "en", Treatment("S", Decimal(23)), ["Self-billing"]),
        ("BE", "fr", Treatment("S", Decimal(21)), ["Autofacturation", "Self-billing"]),
        (
            "BE", "en", Treatment("S", Decimal(21)),
            ["Factuur uitgereikt door afnemer", "Autofacturation", "Gutschrift", "Self-billing"],
        ),
        ("GB", "en", Treatment("S", Decimal(20)), ["Self-billing", "The VAT shown is your output tax due to HMRC"]),
        ("GB", "en", Treatment("O", None), ["Self-billing"]),
        (
            "NO", "en", Treatment("AE", Decimal(0), mention="Reverse charge"),
            ["Self-billing", "Omvendt avgiftsplikt", "Reverse charge"],
        ),
        (
            "SI", "en", Treatment("AE", Decimal(0), mention="Reverse charge"),
            ["Samofakturiranje", "Self-billing", "Obrnjena davčna obveznost", "Reverse charge"],
        ),
    ],
)  # fmt: skip
def test_the_words_of_the_law_are_in_the_sellers_language_and_in_english(country, language, treatment, mentions):
    assert list(mentions_of([treatment], country, language)) == mentions


def test_a_small_business_at_home_needs_a_tax_number_or_a_vat_number():
    seller, buyer = facts("DE", "small_business", "DE")

    assert choose_treatment(replace(seller, vat_number=None), buyer).category == "E"
    assert choose_treatment(replace(seller, vat_number=None, tax_number=None), buyer)[0].field == "tax_number"


@pytest.mark.parametrize(
    ("country", "law"),
    [
        ("ES", "Directive 2006/112/EC art. 284 leaves it to each state"), ("MC", "its own law was not seen"),
        ("IM", "its own law was not seen"), ("LI", "its own law was not seen"),
    ],
)  # fmt: skip
def test_a_small_business_of_a_country_that_is_not_known_to_exempt_it_waits_for_finance(country, law):
    [missing] = choose_treatment(*facts(country, "small_business", vat_area(country)))

    assert (missing.field, missing.who) == ("tax_override", "vendor")
    assert missing.sentence == (
        f"That {country} exempts small businesses at home is not known ({law}). "
        "Finance decides how this partner is taxed: tax override."
    )
    assert choose_treatment(*facts(country, "small_business", "DE")).category in ("AE", "O")


def test_every_country_with_a_sentence_for_small_businesses_is_known_to_exempt_them():
    assert SMALL_BUSINESS.keys() <= SMALL_BUSINESS_EXEMPT


@pytest.mark.parametrize(("country", "sentence"), SMALL_BUSINESS.items())
def test_the_sentence_of_a_small_business_names_its_law(country, sentence):
    assert LAW_OF_SMALL_BUSINESS[country] in sentence


def test_the_mentions_of_the_law_are_these_words():
    assert [REVERSE_CHARGE[language] for language in ("nl", "de", "fr")] == [
        "Btw verlegd", "Steuerschuldnerschaft des Leistungsempfängers", "Autoliquidation",
    ]  # fmt: skip
    norwegian = choose_treatment(*facts("NO", "registered", "US"))
    assert norwegian.mention == "Fritatt for merverdiavgift, merverdiavgiftsloven § 6-22 (rate zero)"


@pytest.mark.parametrize("language", REVERSE_CHARGE)
def test_the_words_of_the_reverse_charge_are_known_in_any_case_of_every_language(language):
    words = REVERSE_CHARGE[language]

    assert all(holds_reverse_charge(f"({told})") for told in (words, words.upper(), words.lower(), words.title()))


@pytest.mark.parametrize(
    "told",
    [
        "Steuerschuldnerschaft des Leistungsempfaengers", "STEUERSCHULDNERSCHAFT DES LEISTUNGSEMPFAENGERS",
        "Kaeaennetty verovelvollisuus", "Inverzjoni tal-hlas", "R\u0435verse charge", "REV\u0415RSE \u0421H\u0391RGE",
        "Re\u03bderse-charge", "Oбратно начисляване",
    ],
)  # fmt: skip
def test_the_words_of_the_reverse_charge_are_known_without_their_accents_and_in_letters_that_look_alike(told):
    assert holds_reverse_charge(told)


@pytest.mark.parametrize(
    "told", ["GST", "НДС", "ΦΠΑ", "Umsatzsteuer", "Steuer auf Leistungen", "Налог", "Charge reversed"]
)
def test_other_words_are_not_the_reverse_charge(told):
    assert not holds_reverse_charge(told)
