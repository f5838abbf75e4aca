"""Mail: from rows, worded in its reader's language, to whom it is for and who wants it, handed over once."""

import socket
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from threading import Thread

import pytest

from billhook.mail_texts import ROLES
from billhook.postbox import Postbox
from engine import notices, onboarding, people, verify
from engine.errors import JobError
from engine.outward import Letter
from tests.web.conftest import Web

LETTER = Letter("m1", "payout_changed", "anna@example.com", "de", "Es sind <b>450,00</b>.", "/portal/payouts/1")


@pytest.fixture
def postbox(tmp_path):
    return Postbox(str(tmp_path / "mail"), sender="billhook <b@example.com>", base_url="https://b.example/")


THERE = "Ihre Gutschrift ACME-NORD-00001 ist da"  # Anna's partner speaks German


def read(web: Web):
    found = [message_from_bytes(mail.read_bytes(), policy=default) for mail in sorted(web.mail.glob("*.eml"))]
    return [mail for mail in found if not mail["Subject"].endswith("invites you")]


def test_an_attached_invoice_is_mailed_to_the_partner_with_its_pdf(web):
    web.place.payout(state="Ready")
    web.place.work()
    web.work()

    [mail] = [each for each in read(web) if each["Subject"] == THERE]
    assert mail["To"] == "anna@example.com"
    [enclosed] = mail.iter_attachments()
    assert (enclosed.get_content_type(), enclosed.get_filename()) == ("application/pdf", "ACME-NORD-00001.pdf")
    assert "http://localhost:8000/portal/documents/ACME-NORD-00001/about" in said(mail)
    assert "die Gutschrift ACME-NORD-00001 über 119,00 € ausgestellt" in said(mail)
    assert "vor dem 17. November 2026 widersprechen" in said(mail)


def said(mail) -> str:
    return " ".join(mail.get_body(("plain",)).get_content().split())


def test_what_was_sent_is_sent_once_and_its_words_are_not_kept(web):
    web.place.payout(state="Ready")
    for _ in range(3):
        web.place.work()
        web.work()

    assert len([each for each in read(web) if each["Subject"] == THERE]) == 1
    kept = web.place.all("SELECT sentence, facts, path FROM mail WHERE account_id = :account")
    assert {tuple(row) for row in kept} == {("", "", "")}


def test_who_wants_no_such_mail_gets_none(web):
    anna = web.billhook.account(web.place.code).main_contact("NORD")
    anna.people.prefer(language="de", muted=["invoice_delivered"])
    web.place.payout(state="Ready")
    web.place.work()
    web.work()

    assert THERE not in [each["Subject"] for each in read(web)]


def test_what_is_for_the_vendor_goes_to_those_whom_it_concerns(web):
    for role in ("manager", "finance", "viewer"):
        people.invite(web.place.owner, f"{role}@example.com", role, role=role)
    number = web.place.view(web.place.payout(state="Ready")).invoice.number
    web.place.work()
    web.billhook.account(web.place.code).main_contact("NORD").invoices.contest(number, reason="wrong")
    web.work()

    told = {each["To"] for each in read(web) if each["Subject"] == f"NORD GmbH contests {number}"}
    assert told == {"olga@example.com", "manager@example.com", "finance@example.com"}


def test_when_its_onboarding_begins_the_main_contact_is_invited_and_the_members_are_not(web):
    people.add_contact(web.place.owner, "NORD", "ben@example.com", "Ben")
    onboarding.start(web.place.vendor(), "NORD")
    web.work()

    [mail] = [each for each in read(web) if "/portal/onboarding" in said(each)]
    assert (mail["To"], mail["Subject"]) == ("anna@example.com", "Acme lädt Sie ein: Referral programme")
    assert "http://localhost:8000/sign-in?next=/portal/onboarding" in said(mail)
    assert "Acme hat für NORD GmbH ein Onboarding begonnen" in said(mail)


def test_partners_that_are_brought_in_are_told_nothing_until_somebody_asks_something_of_them(web):
    web.place.partner("SUED", opted_in=False)
    web.work()

    assert read(web) == []


def test_a_payout_to_approve_says_from_whom_how_much_and_what_is_asked(web):
    payout = web.place.payout(state="Pending")
    web.work()

    [mail] = read(web)
    assert mail["Subject"] == "Bitte zustimmen: Auszahlung über 100,00 €"
    assert "Acme hat für Sie eine Auszahlung über 100,00 € zusammengestellt" in said(mail)
    assert f"/portal/payouts/{payout}" in said(mail)


def test_who_may_not_approve_is_not_asked_to(web):
    people.add_contact(web.place.owner, "NORD", "mia@example.com", "Mia")
    web.place.payout(state="Pending")
    web.work()

    asked = {mail["To"] for mail in read(web) if mail["Subject"] and "payouts" in said(mail)}
    assert "anna@example.com" in asked and "mia@example.com" not in asked


def test_the_vendor_is_told_who_approved_how_much_and_what_is_to_be_paid(web):
    web.place.fire(web.place.payout(state="Pending"), "approve", by=web.place.contact())
    web.work()

    [mail] = [each for each in read(web) if each["To"] == web.OLGA]
    assert mail["Subject"] == "NORD GmbH has approved €100.00"
    assert "With tax, €119.00 is to be paid." in said(mail)


def test_a_reason_is_quoted_as_it_was_written(web):
    payout = web.place.payout(state="Pending")
    web.place.fire(payout, "reopen", reason="One seat <too> many.")
    web.work()

    [mail] = [each for each in read(web) if each["Subject"] == "In Überarbeitung: Auszahlung über 100,00 €"]
    assert "Acme schreibt: > One seat <too> many." in said(mail)
    assert "One seat &lt;too&gt; many." in mail.get_body(("html",)).get_content()


def tell_as_before(place, topic: str) -> None:
    """A notice with a sentence and no facts."""
    partner = place.contact().actor.partner_id
    place.world.store.unit_of_work(
        lambda tx: notices.tell(
            tx,
            place.account_id,
            audience="partner",
            partner_id=partner,
            subject_id="1",
            topic=topic,
            sentence="It was so.",
            now=place.clock.now(),
        )
    )


def test_a_notice_from_before_there_were_facts_is_mailed_with_its_sentence(web):
    for topic in ("payout_changed", "a_topic_of_an_extension"):
        tell_as_before(web.place, topic)
    web.work()

    subjects = [mail["Subject"] for mail in read(web)]
    assert subjects == ["Mit einer Auszahlung ist etwas anderes geschehen", "Es gibt Neuigkeiten"]
    assert all("It was so." in said(mail) for mail in read(web))


def test_an_invitation_goes_to_the_person_alone_and_cannot_be_muted(web):
    people.invite(web.place.owner, "max@example.com", "Max", role="viewer")
    web.work()

    invited = [message_from_bytes(mail.read_bytes(), policy=default)["To"] for mail in web.mail.glob("*.eml")]
    assert sorted(invited).count("max@example.com") == 1


def test_an_english_mail_calls_a_role_as_pages_and_commands_do():
    assert {role: word for role, word in ROLES.items() if word != role} == {}


def test_a_mail_is_text_and_html_in_its_readers_language_and_markup_stays_text(postbox):
    mail = postbox.worded(LETTER)

    assert mail["Subject"] == "Mit einer Auszahlung ist etwas anderes geschehen"
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == ("<m1@billhook>", "auto-generated")
    assert "Es sind <b>450,00</b>." in mail.get_body(("plain",)).get_content()
    assert "&lt;b&gt;450,00" in mail.get_body(("html",)).get_content()
    assert "https://b.example/portal/payouts/1" in mail.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    ("sender", "vendor", "shown"),
    [
        ("billhook <b@example.com>", "Acme", "Acme <b@example.com>"),
        ("b@example.com", "Acme, Inc.\r\nBcc: x@y.example", '"Acme, Inc.Bcc: x@y.example" <b@example.com>'),
        ("b@example.com", "Größe, Söhne", '"Größe, Söhne" <b@example.com>'),
        ("Acme Partners <b@example.com>", "Acme", "Acme Partners <b@example.com>"),
        ("billhook <b@example.com>", "", "billhook <b@example.com>"),
    ],
)
def test_a_mail_comes_from_the_vendor_where_the_settings_name_no_sender(tmp_path, sender, vendor, shown):
    postbox = Postbox(str(tmp_path), sender=sender, base_url="https://b.example/")
    mail = postbox.worded(replace(LETTER, facts={"vendor": vendor}))
    [address] = message_from_bytes(bytes(mail), policy=default)["From"].addresses

    assert str(address) == shown


@pytest.mark.parametrize("recipient", ["a@example.com\r\nBcc: all@example.com", "a@example.com\nX: y"])
def test_an_address_cannot_write_headers(postbox, recipient):
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        postbox.worded(Letter("m", "invitation", recipient, "en", "", "/"))


def test_a_server_that_is_not_there_puts_the_mail_off():
    box = Postbox("smtp://127.0.0.1:1", sender="b@example.com", base_url="https://b.example")

    with pytest.raises(JobError, match="the mail could not be handed over: ConnectionRefusedError") as why:
        box.send(LETTER)
    assert not why.value.permanent


@pytest.mark.parametrize(("answer", "permanent"), [(b"550 no", True), (b"250 ok", None)])
def test_a_recipient_whom_the_server_refuses_is_not_tried_again(answer, permanent):
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=_serve, args=(server, answer), daemon=True).start()
        box = Postbox(
            f"smtp://127.0.0.1:{server.getsockname()[1]}", sender="b@example.com", base_url="https://b.example"
        )
        outcome = None
        try:
            box.send(LETTER)
        except JobError as error:
            outcome = error.permanent

    assert outcome is permanent


def test_verify_finds_nothing_wrong_with_mail(web):
    web.place.payout(state="Ready")
    web.place.work()
    web.work()

    assert [row.findings for row in verify.run(web.place.world, missing=lambda *_: ()) if not row.holds] == []


def _serve(server: socket.socket, answer: bytes) -> None:
    """As much SMTP (RFC 5321) as one mail needs."""
    connection, _ = server.accept()
    with connection, connection.makefile("rwb") as lines:
        lines.write(b"220 here\r\n")
        lines.flush()
        data = False
        for line in lines:
            if data:
                data = line != b".\r\n"
                reply = b"" if data else b"250 kept"
            else:
                verb = line[:4].upper()
                data = verb == b"DATA"
                reply = b"354 go on" if data else {b"RCPT": answer, b"QUIT": b"221 bye"}.get(verb, b"250 ok")
            if reply:
                lines.write(reply + b"\r\n")
                lines.flush()


def test_mail_is_chosen_on_a_page_and_kept(web, anna):
    anna.get("/portal/mail").press("Keep", language="fr", wanted=["payout_to_approve"])
    page = anna.get("/portal/mail").page

    assert page.xpath("//label[input[@name='wanted'][@checked]]/text()")[-1].strip() == (
        "A payout waits for your approval"
    )
    assert page.xpath("//option[@selected]/text()") == ["français"]


def test_a_language_that_mail_has_not_is_refused(anna):
    anna.get("/portal/mail").press("Keep", language="x!")

    assert anna.at.status_code == 422


def test_mail_in_a_folder_can_be_read_on_this_machine(web):
    anna = web.browser().sign_in(web.ANNA)

    assert "Ihr Link zum Anmelden" in anna.get("/dev/mail").text
    assert anna.page.xpath("//article//a[contains(@href, '/sign-in/')]")


def test_elsewhere_the_folder_is_not_shown(web, anna):
    object.__setattr__(web.billhook.settings, "base_url", "https://b.example")

    assert anna.get("/dev/mail").at.status_code == 404
