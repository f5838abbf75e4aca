"""The opt-in/out step reads an answer and hands it to the account verb's own code."""

import pytest

from actions.self_invoicing import SelfInvoicing
from engine.contracts import Document
from engine.errors import Invalid
from tests.fakes import JPEG, PNG, FakeStepDesk, FakeTools

ACTION = SelfInvoicing()
OPT_IN = {
    "choice": "opt_in",
    "legal_name": "Müller & Søn GmbH",
    "line1": "Hauptstr. 1",
    "city": "Köln",
    "postcode": "50667",
    "country": "de",
    "tax_status": "registered",
    "vat_number": "DE136695976",
    "tax_percent": "19",
    "footer": "Danke!\nBis bald",
    "iban": "DE89370400440532013000",
    "accept_agreement": "yes",
}


def check(**changes):
    return ACTION.check({}, {**OPT_IN, **changes}, FakeTools())


def problems_of(answer) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        ACTION.check({}, answer, FakeTools())
    return [(problem.field, problem.sentence) for problem in refused.value.problems]


def test_only_the_main_contact_answers_and_only_while_the_switch_is_on():
    assert (ACTION.main_contact_only, ACTION.needs_switch) == (True, True)


def test_opting_in_hands_over_the_details_and_the_cleaned_logo():
    desk = FakeStepDesk()
    checked = check(logo=Document("me.jpg", "image/jpeg", JPEG))

    sentence = ACTION.complete(desk, checked)

    assert sentence == "opted in to self-invoicing"
    details, logo = desk.opted_in[0]
    assert details == {**{k: v for k, v in OPT_IN.items() if k != "choice"}, "country": "DE", "accept_agreement": True}
    assert (logo.filename, logo.media_type) == ("logo.png", "image/png")
    assert logo.content == FakeTools().clean_logo(JPEG)


def test_opting_in_without_a_logo_hands_over_none():
    desk = FakeStepDesk()

    ACTION.complete(desk, check())

    assert desk.opted_in[0][1] is None


def test_opting_out_keeps_the_reason_and_no_details():
    desk = FakeStepDesk()
    checked = check(choice="opt_out", reason="we invoice ourselves", logo=Document("x", "y/z", PNG))

    sentence = ACTION.complete(desk, checked)

    assert (sentence, desk.opted_out) == ("opted out of self-invoicing", ["we invoice ourselves"])
    assert checked.answer == {"choice": "opt_out", "reason": "we invoice ourselves"}
    assert checked.uploads == {}


@pytest.mark.parametrize("choice", ["opt_in", " opt_in "])
def test_opting_in_asks_for_who_the_seller_is(choice):
    assert [field for field, _ in problems_of({"choice": choice})] == [
        "legal_name", "line1", "city", "country", "tax_status", "accept_agreement",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"accept_agreement": "no"}, (
            "accept_agreement",
            "The answer is no. Invoices are issued for you under the agreement alone: accept it, or opt out.",
        )),
        ({"tax_status": "registred"}, (
            "tax_status",
            "This is none of the choices: registered, small_business, not_taxable. Did you mean 'registered'?",
        )),
        ({"legal_name": "x" * 201}, ("legal_name", "The text is 201 characters long; at most 200 fit.")),
        ({"footer": "a\u202eb"}, (
            "footer", "The text holds marks that turn the direction of writing; write it without them.",
        )),
        ({"logo": Document("logo.png", "image/png", b"<svg/>")}, (
            "logo", "This is no PNG or JPEG. Save the picture as one.",
        )),
        ({"vatnumber": "x"}, ("vatnumber", "This step does not ask for it. Did you mean 'vat_number'?")),
    ],
)  # fmt: skip
def test_a_detail_that_cannot_be_read_is_told(changes, problem):
    assert problems_of({**OPT_IN, **changes}) == [problem]


def test_everything_that_is_wrong_is_told_at_once():
    told = dict(problems_of({"choice": "opt_in", "iban": "SE1", "country": "SE", "vat_number": "SE123", "bic": "x"}))

    assert set(told) == {"legal_name", "line1", "city", "tax_status", "vat_number", "iban", "bic", "accept_agreement"}
    assert told["vat_number"] == "'SE123' is no VAT number of SE; look for a mistyped digit."
    assert told["iban"] == "This is no IBAN: its length, form or check digits are wrong; look for a mistyped digit."


@pytest.mark.parametrize("percent", ["-5", "NaN", "1e999", "１９", "1_000", "100.1", "5.5555", "19,5"])
def test_a_tax_percent_is_a_plain_number_from_0_to_100(percent):
    [(field, sentence)] = problems_of({**OPT_IN, "tax_percent": percent})

    assert field == "tax_percent"
    assert "is no tax %. Write a number from 0 to 100 with a point and at most 3 decimals" in sentence


def test_a_missing_tax_number_is_left_to_the_engine_which_knows_the_law():
    checked = check(vat_number="")

    assert "vat_number" not in checked.answer
