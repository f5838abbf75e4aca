"""Forms of the portal as their reader writes: numbers by their own sign, drafts, what is offered and what is not."""

import asyncio
import io

import pytest
from PIL import Image

from billhook.web import forms
from billhook.web.sessions import SessionRows
from engine import agreements, definitions, onboarding, self_invoicing
from engine.contracts import Field
from engine.definition import Onboarding, Stage, Step
from tests.fakes import LatinLetters
from tests.worlds import DETAILS

PAGE = "/portal/account/payouts"
NEW_IBAN = "DE02120300000000202051"


@pytest.fixture
def place(web):
    return web.place


def logo(colour: str = "#aa3322") -> tuple[str, bytes, str]:
    picture = io.BytesIO()
    Image.new("RGB", (20, 8), colour).save(picture, "PNG")
    return "logo.png", picture.getvalue(), "image/png"


def kept(place):
    return self_invoicing.profile(place.contact(), "NORD").seller


@pytest.mark.parametrize(("language", "typed"), [("en_US", "5.5"), ("fr", "5,5"), ("de", "5,5"), ("fr_BE", "5,5")])
def test_a_number_is_read_by_the_decimal_sign_of_its_reader(language, typed):
    fields = [Field("tax_percent", "text", "Tax %"), Field("seats", "number", "Seats")]
    read = forms.plain({"tax_percent": typed, "seats": f" -{typed} "}, fields, language=language)

    assert read == {"tax_percent": "5.5", "seats": "-5.5"}
    assert forms.written({"seats": "5.5"}, fields, language=language) == {"seats": typed}


@pytest.mark.parametrize(
    ("language", "typed"),
    [("en", "5,5"), ("en", "1,000"), ("de", "1.000"), ("de", "5.5"), ("fr", "1 000"), ("fr", "1\u202f000"),
     ("en", "1_000"), ("en", "１９"), ("en", "1e9"), ("en", "NaN"), ("de", "1,0,0"), ("en", "5."), ("en", ".5")],
)  # fmt: skip
def test_what_is_no_plain_number_of_its_reader_is_never_guessed(language, typed):
    assert forms.decimal(typed, language=language) is None


def test_a_tax_percentage_is_written_and_shown_as_its_reader_writes_it(place, anna):
    anna.get(PAGE).press("Keep", choice="opt_in", tax_percent="5,5")

    assert kept(place).tax_percent == "5.5"
    assert anna.page.get_element_by_id("tax_percent").value == "5,5"
    assert "such as 20 or 5,5." in anna.page.get_element_by_id("tax_percent-help").text


@pytest.mark.parametrize("typed", ["1.000", "5.5", "5,5555", "-5"])
def test_a_percentage_that_cannot_be_read_names_the_sign_of_its_reader(place, anna, typed):
    anna.get(PAGE).press("Keep", choice="opt_in", tax_percent=typed)

    assert "a comma" in anna.page.get_element_by_id("tax_percent-wrong").text
    assert "point" not in anna.page.get_element_by_id("tax_percent-wrong").text
    assert anna.page.get_element_by_id("tax_percent").value == typed


def test_numbers_and_days_follow_the_country_of_the_partner(place, anna):
    anna.get("/portal/mail").press("Keep", language="en")
    payout = place.payout(state="Pending")

    assert "2 Nov 2026" in anna.get(f"/portal/payouts/{payout}").text


def test_while_the_switch_is_off_details_are_changed_and_opting_in_is_not_offered(place, anna):
    self_invoicing.set_switch(place.owner, on=False)
    anna.get(PAGE)
    assert "Yes, issue invoices for us" not in anna.text
    assert "can issue your invoices" not in anna.text
    anna.press("Keep", footer="Thank you")

    assert "Details kept." in anna.text
    assert kept(place).footer == "Thank you"


def test_home_promises_no_invoices_while_the_switch_is_off(place, anna):
    before = anna.get("/portal").text
    self_invoicing.set_switch(place.owner, on=False)
    after = anna.get("/portal").text

    assert "Acme writes your invoices" in before and "Acme writes your invoices" not in after
    assert "Acme has switched self-invoicing off, so no invoices are written for you at present." in after


def test_what_is_wrong_with_the_preview_is_told_in_the_reader_s_terms(place, anna):
    anna.get("/portal/mail").press("Keep", language="fr")
    anna.get(PAGE).press("Show how invoices will look", choice="opt_in", tax_percent="5,5x")
    shown = " ".join(anna.page.get_element_by_id("preview").text_content().split())

    assert "'5,5x' cannot be read as a number" in shown
    assert "a comma before decimals" in shown


def test_letters_that_no_font_has_are_told_without_the_vendors_machine(web, anna):
    web.billhook.world.letters = LatinLetters()
    anna.get(PAGE).press("Show how invoices will look", choice="opt_in", legal_name="李 GmbH")
    shown = " ".join(anna.page.get_element_by_id("preview").text_content().split())

    assert (
        "No font on this machine has 李 of your legal name: write it in Latin letters, or ask Acme for a font." in shown
    )
    assert "Install a font" not in shown


def test_a_tax_called_reverse_charge_is_told_at_its_field(anna):
    anna.get(PAGE).press("Keep", choice="opt_in", tax_name="Reverse-Charge", account_holder="☺")

    assert "Name the tax itself" in anna.page.get_element_by_id("tax_name-wrong").text_content()
    assert "has a letter or a digit" in anna.page.get_element_by_id("account_holder-wrong").text_content()


def test_a_no_to_the_agreement_is_not_dropped_without_a_word(place, anna):
    anna.get(PAGE).press("Keep", choice="opt_in", accept_agreement="no", footer="Danke")

    assert "choose to opt out above" in anna.page.get_element_by_id("accept_agreement-wrong").text_content()
    assert kept(place).footer != "Danke"


def test_once_the_vendor_revoked_the_agreement_the_page_says_so_and_offers_opting_out_alone(place, anna):
    agreements.revoke(place.owner, "NORD", reason="fraud")
    anna.get(PAGE)

    assert "Agreement 1 is revoked." in anna.text
    assert "Acme has revoked the agreement, so opting in is not possible" in anna.text
    assert anna.page.xpath("//input[@name='accept_agreement']") == []
    assert "Opted out" in anna.press("Keep", choice="opt_out").text


@pytest.mark.parametrize("sent", [{"remove_logo": "yes"}, {"files": {"logo": logo("red")}}])
def test_a_logo_that_was_uploaded_meanwhile_is_neither_taken_away_nor_replaced_unseen(place, anna, sent):
    anna.get(PAGE).press("Keep", files={"logo": logo()}, choice="opt_in")
    before = anna.get(PAGE).at
    anna.press("Keep", files={"logo": logo("blue")}, choice="opt_in")
    blue, anna.at = kept(place).logo, before
    anna.press("Keep", choice="opt_in", **sent)

    assert (anna.at.status_code, kept(place).logo) == (412, blue)
    assert "The logo was changed meanwhile" in anna.page.get_element_by_id("logo-wrong").text
    assert not anna.page.xpath("//input[@name='remove_logo']/@checked")
    anna.press("Keep", choice="opt_in", **sent)
    assert kept(place).logo != blue


def test_a_logo_is_shown_and_taken_away(place, anna):
    anna.get(PAGE).press("Keep", files={"logo": logo()}, choice="opt_in")
    (address,) = anna.page.xpath("//p[@class='kept-logo']/img/@src")
    shown = anna.client.get(address)
    anna.press("Keep", choice="opt_in", remove_logo="yes")

    assert shown.headers["content-type"] == "image/png"
    assert kept(place).logo is None
    assert anna.client.get(address).status_code == 404


def test_the_preview_is_drawn_when_the_page_asks_for_it(anna):
    (address,) = anna.get(PAGE).page.xpath("//section[@id='preview']/img/@src")

    assert anna.client.get(address).content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("language", "typed", "told"),
    [
        ("en", {"tax_status": "small_business", "tax_percent": "20"}, "Your tax of 20 % is not added."),
        ("fr", {"tax_percent": "5,5"}, "La TVA de 5,5 % est ajoutée à vos factures."),
        ("de", {"tax_status": "small_business", "tax_percent": "7,7"}, "Ihre Steuer von 7,7 % kommt nicht hinzu."),
        ("fr", {"country": "FR", "postcode": "97110"}, "choisissez GP (Guadeloupe) comme pays."),
        ("sv", {"tax_status": "not_taxable"}, "No VAT is added: who is not a taxable person"),
    ],
)
def test_how_it_is_taxed_is_told_in_words_while_it_is_typed(anna, language, typed, told):
    anna.get("/portal/mail").press("Keep", language=language)
    anna.get(PAGE).press("Show how invoices will look", choice="opt_in", **typed)

    assert told in " ".join(anna.page.get_element_by_id("preview").text_content().split())


def test_what_follows_the_form_is_the_look_and_the_agreement_with_what_is_typed(anna):
    given = {"csrf_token": anna.get(PAGE).token, "choice": "opt_in", "legal_name": "Nordlicht GmbH"}
    part = anna.client.post(f"{PAGE}/preview", data=given, headers={"hx-request": "true"}).text

    assert 'alt="A preview of an invoice of Nordlicht GmbH' in part
    assert '<div id="agreement" hx-swap-oob="outerMorph">' in part
    assert part.count("Nordlicht GmbH") > 1


def test_a_draft_is_kept_without_the_consent_and_gone_once_it_was_sent(place, anna):
    anna.get(PAGE).press("Keep as draft", footer="Half a th", accept_agreement="yes")
    assert "You have not sent this form yet" in anna.text
    assert anna.page.get_element_by_id("footer").text.strip() == "Half a th"
    assert anna.page.xpath("//input[@name='accept_agreement'][@checked]") == []
    anna.press("Keep", footer="Half a thought")

    assert "You have not sent this form yet" not in anna.get(PAGE).text
    assert kept(place).footer == "Half a thought"


def test_a_draft_does_not_undo_details_that_were_changed_meanwhile(place, anna):
    anna.get(PAGE).press("Keep as draft", footer="Danke")
    self_invoicing.set_seller(place.contact(), "NORD", {"line1": "Neue Gasse 9", "iban": NEW_IBAN})
    anna.get(PAGE)
    assert anna.page.get_element_by_id("line1").value == "Neue Gasse 9"
    assert anna.page.get_element_by_id("footer").text.strip() == "Danke"
    anna.press("Keep")

    seller = kept(place)
    assert (seller.line1, seller.footer) == ("Neue Gasse 9", "Danke")
    assert seller.payment.iban == NEW_IBAN


def test_a_draft_from_an_older_tab_does_not_undo_them_either(place, anna):
    anna.get(PAGE)
    self_invoicing.set_seller(place.contact(), "NORD", {"iban": NEW_IBAN})
    anna.press("Keep as draft", footer="Danke")

    assert anna.page.get_element_by_id("iban").value == NEW_IBAN
    assert anna.page.get_element_by_id("footer").text.strip() == "Danke"


def reopened(place, anna) -> None:
    """NORD's step of opting in, answered with other details than it has now, and invalidated."""
    step = Step("invoicing", "self_invoicing", "Self-invoicing")
    definitions.publish(place.owner, [Onboarding("short", "Short", (Stage("money", "Money", (step,)),), default=True)])
    onboarding.start(place.vendor(), "NORD")
    answer = {**DETAILS, "accept_agreement": "yes", "choice": "opt_in", "iban": "DE89370400440532013000"}
    onboarding.answer(place.contact(), "NORD", "invoicing", answer)
    onboarding.decide(place.vendor(), "NORD", "invoicing", "invalidate", reason="look again")


def test_what_stands_now_wins_over_an_old_answer_of_a_step(place, anna):
    reopened(place, anna)
    self_invoicing.set_seller(place.contact(), "NORD", {"iban": NEW_IBAN, "legal_name": "Neu GmbH"})
    anna.get("/portal/onboarding/invoicing").press("Done", accept_agreement="yes")

    assert (kept(place).payment.iban, kept(place).legal_name) == (NEW_IBAN, "Neu GmbH")


def test_a_step_sent_from_an_older_tab_is_refused_and_sent_again_undoes_nothing(place, anna):
    reopened(place, anna)
    anna.get("/portal/onboarding/invoicing")
    self_invoicing.set_seller(place.contact(), "NORD", {"iban": NEW_IBAN})
    anna.press("Done", accept_agreement="yes", footer="Danke")
    refused = (anna.at.status_code, kept(place).footer)
    anna.press("Done", accept_agreement="yes")

    assert refused == (412, "")
    assert (kept(place).payment.iban, kept(place).footer) == (NEW_IBAN, "Danke")


@pytest.mark.parametrize("more", [{}, {"accept_agreement": "yes"}])
def test_every_detail_that_is_wrong_is_marked_at_once(anna, more):
    anna.get(PAGE).press("Keep", iban="SE1", vat_number="DE123", tax_percent="x", **more)

    assert [anna.page.get_element_by_id(f"{name}-wrong").text.strip() for name in ("iban", "vat_number")] == [
        "This is no IBAN: its length, form or check digits are wrong; look for a mistyped digit.",
        "'DE123' is no VAT number of DE; look for a mistyped digit.",
    ]
    assert "'x' cannot be read as a number" in anna.page.get_element_by_id("tax_percent-wrong").text


def test_a_draft_of_a_detail_that_was_emptied_leaves_it_empty(anna):
    anna.get(PAGE).press("Keep as draft", city="")

    assert not anna.page.get_element_by_id("city").value


def test_an_empty_draft_from_before_opting_in_hides_no_details_after_it(place, anna):
    self_invoicing.opt_out(place.contact(), "NORD")
    anna.get(PAGE).press("Keep as draft")
    self_invoicing.opt_in(place.contact(), "NORD", DETAILS | {"legal_name": "Nordlicht GmbH"})

    assert anna.get(PAGE).page.get_element_by_id("legal_name").value == "Nordlicht GmbH"


def test_a_step_that_was_left_half_answered_stands_as_it_was_left(place, anna):
    place.hand_out()
    onboarding.start(place.vendor(), "NORD")
    anna.get("/portal/onboarding/guide").press("Done", viewed="yes")
    anna.get("/portal/onboarding/team").press("Keep as draft", size="thr")
    assert anna.get("/portal/onboarding/team").page.get_element_by_id("size").value == "thr"
    anna.press("Begin anew")

    assert not anna.page.get_element_by_id("size").value


def test_a_draft_that_is_too_long_is_not_kept_and_says_so(anna):
    anna.get(PAGE).press("Keep as draft", footer="x" * 70_000)

    assert "too long to be kept as a draft" in anna.text


def test_a_request_that_changed_nothing_takes_back_nothing_of_what_others_wrote_meanwhile(web):
    rows = SessionRows(web.billhook.world)

    async def meanwhile():
        await rows.write("session", await rows.read("session", 0) + b" and a draft", 0, 99)

    async def slow():
        await rows.write("session", b"as it was", 0, 99)
        before = await rows.read("session", 0)
        await asyncio.create_task(meanwhile())
        await rows.write("session", before, 0, 99)
        return await rows.read("session", 0)

    assert asyncio.run(slow()) == b"as it was and a draft"


def test_a_field_of_a_megabyte_is_refused_with_the_limit_in_words(anna):
    anna.get(PAGE).press("Keep", choice="opt_in", files={"logo": logo()}, legal_name="x" * 2**20)

    assert anna.at.status_code == 413
    assert "longer than 256 KB" in anna.text


@pytest.mark.parametrize(
    ("written", "told"),
    [("12,50", "Credited part of ACME-NORD-00001"), ("12.50", "'12.50' cannot be read as a number")],
)
@pytest.mark.parametrize("language", ["fr", "en"])  # of a German account
def test_a_credit_is_written_as_its_reader_writes_amounts(place, olga, language, written, told):
    olga.get("/console/mail").press("Keep", language=language)
    place.payout(state="Ready")
    place.work()
    olga.get("/console/documents/ACME-NORD-00001/about")
    olga.press("Issue the credit note", line="1", amount=written, reason="too much")

    assert told in olga.text
