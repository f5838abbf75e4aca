"""The self-billing agreement: its text is a proof, its period a year, and it is in force or it is said why not."""

import hashlib
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

import pytest

from engine.billing.agreement import (
    CLAUSES,
    CURRENT_VERSION,
    DETAILS,
    LANGUAGES,
    AgreementFacts,
    agreement_state,
    agreement_text,
    changed,
    details_of,
    in_force,
    life_of,
    period_end,
    text_of_paper,
)
from engine.billing.parties import SellerDetails

START = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
END = datetime(2027, 1, 5, 9, 30, tzinfo=UTC)
SIGNED = {
    "seller_name": "Café Müller SARL", "vat_number": "FR40 303 265 045", "tax_status": "registered",
    "buyer_name": "Acme SAS", "buyer_number": "FR83404833048", "buyer_register": "RCS 1",
}  # fmt: skip
ACCEPTED = AgreementFacts(accepted_at=START, valid_from=START, valid_until=END, signed=SIGNED)
DAYS = {"begins": START.date(), "ends": END.date()}
LATER = START + timedelta(days=30)


@pytest.fixture
def text(seller, buyer):
    return agreement_text(seller.to_party("CAFE"), buyer.to_party(), **DAYS)


@pytest.mark.parametrize(
    "clause",
    [
        "Café Müller SARL, 12 rue de la Paix, 75002 Paris, FR, VAT number FR40303265045",
        "Acme SAS, 1 avenue Foch, 69006 Lyon, FR, VAT number FR83404833048",
        "authorises the buyer to issue invoices",
        "have not been invoiced yet",
        "will not issue invoices of its own",
        "within 14 days",
        "if its VAT number or tax status changes",
        "sells its business",
        "valid from 2026-01-05 until 2027-01-05",
    ],
)
def test_the_agreement_says_what_the_law_wants(text, clause):
    assert clause in text.text


def test_the_hash_is_of_the_very_text(text):
    assert text.sha256 == hashlib.sha256(text.text.encode()).hexdigest()
    assert (text.version, text.language) == ("2026-1", "en")
    assert "$" not in text.text


def test_a_partners_name_is_never_a_template(seller, buyer):
    odd = replace(seller, legal_name="$buyer ${seller} {x}", vat_number=None)
    told = agreement_text(odd.to_party("X"), buyer.to_party(), **DAYS).text

    assert "$buyer ${seller} {x}, 12 rue de la Paix, 75002 Paris, FR, tax number 303265045" in told


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((2026, 1, 5), (2027, 1, 5)),
        ((2028, 2, 29), (2029, 2, 28)),
        ((2027, 2, 28), (2028, 2, 28)),
        ((2026, 12, 31), (2027, 12, 31)),
    ],
)
def test_an_agreement_runs_twelve_calendar_months(start, end):
    assert period_end(date(*start)) == date(*end)


def test_other_periods_end_on_the_months_last_day_at_most():
    assert period_end(date(2026, 10, 31), months=4) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("facts", "at", "state"),
    [
        (ACCEPTED, LATER, "in_force"),
        (ACCEPTED, START, "in_force"),
        (ACCEPTED, END - timedelta(seconds=1), "in_force"),
        (ACCEPTED, END, "expired"),
        (ACCEPTED, START - timedelta(seconds=1), "not_yet"),
        (replace(ACCEPTED, signed={**SIGNED, "vat_number": "FR83404833048"}), LATER, "changed"),
        (replace(ACCEPTED, revoked_at=LATER), LATER, "revoked"),
        (replace(ACCEPTED, revoked_at=LATER), LATER - timedelta(seconds=1), "in_force"),
        (replace(ACCEPTED, superseded=True), LATER, "superseded"),
        (replace(ACCEPTED, accepted_at=None), LATER, "none"),
        (None, LATER, "none"),
    ],
)
def test_an_agreement_is_in_force_or_it_is_said_why_not(facts, at, state):
    assert agreement_state(facts, at=at, details=SIGNED) == state
    assert in_force(facts, at=at, details=SIGNED) == (state == "in_force")


OTHERS = {
    "nothing": ({}, ()),
    "another VAT number": ({"vat_number": "FR83404833048"}, ("vat_number",)),
    "no VAT number any more": ({"vat_number": ""}, ("vat_number",)),
    "another tax status": ({"tax_status": "small_business"}, ("tax_status",)),
    "another seller": ({"seller_name": "Café Schmidt SARL"}, ("seller_name",)),
    "the same, written otherwise": ({"seller_name": "CAFÉ MÜLLER, S.A.R.L.", "vat_number": "fr40303265045"}, ()),
    "another buyer": ({"buyer_name": "Other SA", "buyer_number": "FR40303265045"}, ("buyer_number",)),
    "another buyer without a number": ({"buyer_name": "Other SA", "buyer_number": ""}, ("buyer_name",)),
    "a buyer that tells nothing": ({"buyer_name": "", "buyer_number": ""}, ()),
    "the same buyer, renamed": ({"buyer_name": "Acme Holding SAS"}, ()),
    "two of them": ({"vat_number": "", "tax_status": "not_taxable"}, ("vat_number", "tax_status")),
}


@pytest.mark.parametrize(("now", "names"), OTHERS.values(), ids=OTHERS)
def test_an_agreement_rests_on_who_the_two_are(now, names):
    assert changed(ACCEPTED, {**SIGNED, **now}) == names


@pytest.mark.parametrize("name", DETAILS)
def test_what_was_not_known_at_signing_is_completed_and_not_changed(name):
    unknown = {each: value for each, value in SIGNED.items() if each != name}

    assert changed(replace(ACCEPTED, signed=unknown), SIGNED) == ()


def test_a_buyer_without_a_number_is_known_by_its_name_and_its_register():
    named = replace(ACCEPTED, signed={name: value for name, value in SIGNED.items() if name != "buyer_number"})

    assert changed(named, {**SIGNED, "buyer_name": "Other SA"}) == ("buyer_name",)
    assert changed(named, {**SIGNED, "buyer_register": "RCS 2"}) == ("buyer_register",)
    assert changed(named, {**SIGNED, "buyer_register": ""}) == ()


def test_what_suspends_an_agreement_does_so_also_when_it_is_taken_back():
    suspended = replace(ACCEPTED, suspended=("vat_number",))

    assert changed(suspended, SIGNED) == ("vat_number",)
    assert agreement_state(suspended, at=LATER, details=SIGNED) == "changed"


def test_days_are_written_as_the_language_does_in_the_sellers_country(seller, buyer):
    def written(day, language, country):
        return f"{day.day} in {language}_{country}"

    told = agreement_text(seller.to_party("X"), buyer.to_party(), **DAYS, language="de", written=written)
    assert "gilt vom 5 in de_FR bis zum 5 in de_FR, dieser Tag nicht eingeschlossen" in told.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_paper_of_their_own_it_is_said_that_its_picture_counts(language):
    told = text_of_paper("ab12", language=language)

    assert (told.version, told.language, "ab12" in told.text) == ("paper", language, True)
    assert told.sha256 == hashlib.sha256(told.text.encode()).hexdigest()


def test_the_details_are_those_of_the_two(seller, buyer):
    told = details_of(seller, replace(buyer, legal_number="RCS 1"))

    assert told == {**SIGNED, "vat_number": "FR40303265045"}


def test_the_terms_are_the_same_whatever_the_seller_tells_of_itself(seller, buyer):
    def written(day, _language, country):
        return f"{day} in {country}"

    told = agreement_text(seller.to_party("X"), buyer.to_party(), **DAYS, written=written)
    blank = agreement_text(SellerDetails().to_party("X"), buyer.to_party(), **DAYS, written=written)

    assert told.terms == blank.terms == blank.sha256 != told.sha256


CHANGES = {
    "another day": {"begins": START.date() + timedelta(days=1)},
    "another end": {"ends": END.date() + timedelta(days=1)},
    "other days of silence": {"silence_days": 1},
    "another language": {"language": "fr"},
}


@pytest.mark.parametrize("other", CHANGES.values(), ids=CHANGES)
def test_other_terms_are_told_apart(seller, buyer, other):
    parties = seller.to_party("X"), buyer.to_party()

    assert agreement_text(*parties, **{**DAYS, **other}).terms != agreement_text(*parties, **DAYS).terms


def test_another_buyer_is_other_terms(seller, buyer):
    other = replace(buyer, legal_name="Other SA").to_party()

    ours = agreement_text(seller.to_party("X"), buyer.to_party(), **DAYS)
    assert agreement_text(seller.to_party("X"), other, **DAYS).terms != ours.terms


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_clause_and_every_value(seller, buyer, language):
    told = agreement_text(seller.to_party("CAFE"), buyer.to_party(), **DAYS, language=language)
    clauses = re.findall(r"^([0-9])\. ", told.text, re.MULTILINE)

    assert clauses == [str(number) for number in range(1, len(CLAUSES) + 1)]
    assert told.language == language
    for value in (START.date().isoformat(), END.date().isoformat(), "14", seller.legal_name, buyer.legal_name):
        assert value in told.text


def test_no_language_has_the_words_of_another(seller, buyer):
    texts = [agreement_text(seller.to_party("X"), buyer.to_party(), **DAYS, language=each).text for each in LANGUAGES]
    lines = [line for text in texts for line in text.splitlines() if len(line) > 30 and seller.legal_name not in line
             and buyer.legal_name not in line]  # fmt: skip

    assert len(lines) == len(set(lines))


def test_a_language_without_a_text_gets_the_english_one(seller, buyer):
    told = agreement_text(seller.to_party("X"), buyer.to_party(), **DAYS, language="sv")

    assert told.language == "en"


# Whoever accepted a text accepted these bytes: a text that was released is never edited; a better one is a new version.
TEMPLATES = {
    "en": "011ef28e83f33a43ea42b5bd3f70fb86cdf6e33667c05658658cdf20996f8c75",
    "fr": "778610d07cbac3a86916064eb6527c44e41971e80f1072642959a7b8ff06749b",
    "de": "6497611013130677b2223bb2c24a77cd8bb4ac25af1201204e22d793cc3f0b1e",
    "es": "715e6284656c96d4e7b3955f34aa20ddaecf1d33ee21f2c994b1a54fda02a1e7",
    "it": "be61948dbc1131ba579536e726120ce62447450629294295f56fd7795125ebbb",
    "nl": "0a1003ca58c491e7e12573268f73e7b497eb80d988960a849f1bfa84ab11216b",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_was_published_stays_as_it_is(language):
    template = files("engine.billing").joinpath("agreements", f"{CURRENT_VERSION}.{language}.txt").read_bytes()

    assert hashlib.sha256(template).hexdigest() == TEMPLATES[language]


LIVES = {
    "none": (None, False),
    "offered": (None, True),
    "accepted": (AgreementFacts(START, START, END), False),
    "revoked": (AgreementFacts(START, START, END, revoked_at=START), False),
    "superseded": (AgreementFacts(START, START, END, superseded=True), False),
    "expired": (AgreementFacts(START, START, START), False),
    "suspended": (AgreementFacts(START, START, END, signed={"vat_number": "DE1"}), False),
}


@pytest.mark.parametrize(("life", "facts", "offered"), [(life, *given) for life, given in LIVES.items()])
def test_an_agreement_has_a_life(life, facts, offered):
    assert life_of(facts, at=START, details={"vat_number": "DE2"}, offered=offered) == life


def test_its_last_thirty_days_are_told_apart():
    facts = AgreementFacts(START, START, END)

    assert life_of(facts, at=END - timedelta(days=31), details={}) == "accepted"
    assert life_of(facts, at=END - timedelta(days=30), details={}) == "expiring"


def test_a_party_that_has_told_nothing_yet_is_not_a_blank(buyer):
    told = agreement_text(SellerDetails().to_party("X"), buyer.to_party(), **DAYS).text

    assert "the seller: (name and address as they are given on opting in)" in told
