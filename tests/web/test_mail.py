"""Mail: from rows, worded in its reader's language, to whom it is for and who wants it, handed over once."""

import socket
from email import message_from_bytes
from email.policy import default
from threading import Thread

import pytest

from billhook.postbox import LANGUAGES, SUBJECTS, Postbox, words
from engine import mails, people, verify
from engine.contracts import Letter
from engine.errors import JobError
from tests.web.conftest import Web

LETTER = Letter("m1", "payout_changed", "anna@example.com", "de", "Es sind <b>450,00</b>.", "/portal/payouts/1")


@pytest.fixture
def postbox(tmp_path):
    return Postbox(str(tmp_path / "mail"), sender="billhook <b@example.com>", base_url="https://b.example/")


THERE = "Ihre Gutschrift ist da"  # Anna's partner speaks German


def read(web: Web):
    found = [message_from_bytes(mail.read_bytes(), policy=default) for mail in sorted(web.mail.glob("*.eml"))]
    return [mail for mail in found if mail["Subject"] != "You are invited to billhook"]


def test_an_attached_invoice_is_mailed_to_the_partner_with_its_pdf(web):
    web.place.payout(state="Ready")
    web.place.work()
    web.work()

    [mail] = [each for each in read(web) if each["Subject"] == THERE]
    assert mail["To"] == "anna@example.com"
    [enclosed] = mail.iter_attachments()
    assert (enclosed.get_content_type(), enclosed.get_filename()) == ("application/pdf", "ACME-NORD-00001.pdf")
    assert "http://localhost:8000/portal/documents" in mail.get_body(("plain",)).get_content()


def test_what_was_sent_is_sent_once_and_its_words_are_not_kept(web):
    web.place.payout(state="Ready")
    for _ in range(3):
        web.place.work()
        web.work()

    assert len([each for each in read(web) if each["Subject"] == THERE]) == 1
    assert {(row.sentence, row.path) for row in web.place.all("SELECT * FROM mail WHERE account_id = :account")} == {
        ("", "")
    }


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

    told = {each["To"] for each in read(web) if each["Subject"] == "An invoice is contested"}
    assert told == {"olga@example.com", "manager@example.com", "finance@example.com"}


def test_an_invitation_goes_to_the_person_alone_and_cannot_be_muted(web):
    people.invite(web.place.owner, "max@example.com", "Max", role="viewer")
    web.work()

    invited = [message_from_bytes(mail.read_bytes(), policy=default)["To"] for mail in web.mail.glob("*.eml")]
    assert sorted(invited).count("max@example.com") == 1


def test_a_mail_is_text_and_html_in_its_readers_language_and_markup_stays_text(postbox):
    mail = postbox.worded(LETTER)

    assert mail["Subject"] == "Eine Ihrer Auszahlungen hat sich geändert"
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == ("<m1@billhook>", "auto-generated")
    assert "Es sind <b>450,00</b>." in mail.get_body(("plain",)).get_content()
    assert "&lt;b&gt;450,00" in mail.get_body(("html",)).get_content()
    assert "https://b.example/portal/payouts/1" in mail.get_body(("plain",)).get_content()


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_word_of_mail_is_translated(language):
    said = words(language)

    assert [each for each in SUBJECTS.values() if said(each) == each] == []
    assert {*mails.TOPICS, *mails.ALWAYS} == {*SUBJECTS}


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
    anna.get("/portal/mail").press("Keep", language="fr", wanted=["payout_changed"])
    page = anna.get("/portal/mail").page

    assert page.xpath("//input[@name='wanted'][@checked]/@value") == ["payout_changed"]
    assert page.xpath("//option[@selected]/text()") == ["français"]


def test_a_language_that_mail_has_not_is_refused(anna):
    anna.get("/portal/mail").press("Keep", language="x!")

    assert anna.at.status_code == 422


def test_mail_in_a_folder_can_be_read_on_this_machine(web, anna):
    assert "Ihr Link zum Anmelden" in anna.get("/dev/mail").text
    assert anna.page.xpath("//article//a[contains(@href, '/sign-in/')]")


def test_elsewhere_the_folder_is_not_shown(web, anna):
    object.__setattr__(web.billhook.settings, "base_url", "https://b.example")

    assert anna.get("/dev/mail").at.status_code == 404
