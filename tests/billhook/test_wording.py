"""What mails say: every topic, in every language, with days and money as its reader writes them."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from billhook import mail_texts as texts
from billhook import wording
from billhook.wording import LANGUAGES, title, worded, words
from engine import mails
from engine.outward import Letter

SIDES = {"partner": texts.TO_PARTNERS, "vendor": texts.TO_VENDORS}
FACTS = {
    "vendor": "Acme", "partner": "Nord GmbH", "amount": {"minor": 123456, "currency": "EUR"}, "day": "2026-12-08",
    "gross": {"minor": 146913, "currency": "EUR"}, "number": "ACME-NORD-00001", "note": "ACME-NORD-C00001",
    "reissued": "ACME-NORD-00002", "state": "Ready", "deed": "approve", "line": "R1", "reference": "SEPA-1",
    "step": "Terms", "pipeline": "Referral", "name": "Mia", "role": "finance", "reason": "R1 is missing.",
}  # fmt: skip
EVERY_TEXT = [(side, name) for side, of_the_side in SIDES.items() for name in of_the_side]


def letter(side="partner", topic="payout_to_approve", language="de", **facts):
    topic, _, kind = topic.partition(".")
    told = {**FACTS, "audience": side, "kind": kind, **facts}
    return Letter("m", topic, "anna@example.com", language, "An English sentence.", "/portal", facts=told)


def messages():
    """Every English text there is."""
    of_texts = [
        each for side in SIDES.values() for text in side.values() for each in (text.subject, *text.lines, text.act)
    ]
    of_things = [name for side in texts.THINGS.values() for name in side.values()]
    others = [*texts.TITLES.values(), *texts.OF_THE_VENDOR.values(), *texts.WRITES.values(), *texts.ROLES.values()]
    return {*of_texts, *of_things, *others, texts.NEWS, texts.LOOK, texts.SETTINGS} - {""}


def catalogue(language):
    with Path(wording.__file__).with_name("locale").joinpath(language, "LC_MESSAGES", "mail.po").open("rb") as file:
        return {each.id: each.string for each in read_po(file, locale=language) if each.id}


def values_in(text):
    return set(re.findall(r"%\((\w+)\)s", text))


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_word_of_mail_is_translated_with_the_same_values_in_it(language):
    known = catalogue(language)

    assert set(known) == messages()
    assert [each for each, said in known.items() if said in ("", each)] == []
    assert [each for each, said in known.items() if values_in(said) != values_in(each)] == []


@pytest.mark.parametrize("language", LANGUAGES[1:])
@pytest.mark.parametrize(("side", "name"), EVERY_TEXT)
def test_nothing_english_is_left_in_a_mail_of_another_language(side, name, language):
    own, english = (worded(letter(side, name, each)) for each in (language, "en"))

    assert len(own.lines) == len(english.lines) == len(SIDES[side][name].lines) or own.lines == (
        "An English sentence.",
    )
    assert own.subject != english.subject and own.act != english.act and own.language == language
    assert set(own.lines) & set(english.lines) <= {"An English sentence."}
    assert "2026-12-08" not in " ".join((own.subject, *own.lines)) and own.quote in ((), english.quote)


def test_every_topic_has_its_texts_and_a_title():
    known = {side: {name.partition(".")[0] for name in of_the_side} for side, of_the_side in SIDES.items()}

    assert {*mails.OF_PARTNERS, *mails.ALWAYS} == known["partner"]
    assert {*mails.OF_VENDORS, "invitation", "payment_details", "sign_in"} == known["vendor"]
    assert {*mails.TOPICS, *mails.ALWAYS} == set(texts.TITLES)
    assert (title("agreement_ends", "vendor"), title("unheard_of", "partner")) == (
        "A self-billing agreement ends soon", texts.NEWS
    )  # fmt: skip


@pytest.mark.parametrize(
    ("language", "country", "amount"),
    [("de", "DE", "1.234,56 €"), ("de", "AT", "€ 1.234,56"), ("fr", "FR", "1 234,56 €"), ("nl", "", "€ 1.234,56"),
     ("en", "GB", "€1,234.56"), ("pl", "XX", "€1,234.56")],
)  # fmt: skip
def test_money_is_written_as_the_readers_country_does(language, country, amount):
    said = worded(letter(language=language, country=country))

    assert re.sub(r"\s", " ", said.subject).endswith(amount)


def test_a_step_that_is_due_says_which_and_when():
    due = worded(letter(topic="step_due", language="fr", step="Signer le contrat", day="2026-12-08"))

    assert due.subject == "À faire pour le 8 décembre 2026 : Signer le contrat"
    assert due.lines == (
        "Acme vous demande de terminer l’étape « Signer le contrat » avant la fin du 8 décembre 2026.",
    )


def test_a_line_whose_fact_is_not_known_is_left_out():
    facts = {"amount": FACTS["amount"], "vendor": "Acme"}
    said = worded(Letter("m", "payout_paid", "a@example.com", "en", "", "/portal/payouts/1", facts=facts))

    assert said.lines == ("Acme has marked your payout as paid: €1,234.56.",)


def test_what_an_invoice_waits_for_is_told_as_a_list():
    said = worded(letter(topic="invoice_blocked", missing=["vat_number", "seller.vat_number", "lines.1"], reason=""))

    assert said.things == ("Ihre Umsatzsteuer-Identifikationsnummer",)


def test_what_a_person_wrote_is_quoted_line_by_line_and_not_translated():
    said = worded(letter(topic="payout_revised", reason="One seat too many.\nSorry!"))

    assert (said.quoted, said.quote) == ("Acme schreibt:", ("One seat too many.", "Sorry!"))


def test_a_topic_of_an_extension_has_its_own_sentence_and_so_has_a_notice_without_facts():
    strange = worded(letter(topic="bonus_added"))
    old = worded(Letter("m", "payout_changed", "a@example.com", "es", "It was so.", "/portal/payouts/1"))

    assert (strange.subject, strange.lines, strange.quote) == ("Es gibt Neuigkeiten", ("An English sentence.",), ())
    assert (old.subject, old.lines) == ("Ha ocurrido otra cosa con un pago", ("It was so.",))


def test_a_name_cannot_write_headers_into_a_subject():
    assert worded(letter(topic="payout_paid", vendor="A\r\nBcc: b@example.com")).subject.splitlines() == [
        worded(letter(topic="payout_paid")).subject
    ]
    assert "\n" not in worded(letter("vendor", "payout_approved", partner="A\nBcc: b@example.com")).subject


def test_a_language_that_mail_has_not_is_english():
    assert words("pl")("A step is due") == "A step is due"
    assert wording.worded(letter(language="pl")).language == "en"
