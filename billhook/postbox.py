"""
Where mail goes: an SMTP server, or a folder of .eml files while nobody has named one; and how a mail is worded, by
gettext catalogues, as text and as HTML. It decides on no mail.
"""

import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import formatdate
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from babel.messages.pofile import read_po
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from engine.contracts import Letter
from engine.errors import JobError
from engine.ids import new_id

LANGUAGES = ("en", "de", "es", "fr", "it", "nl")
SUBJECTS = {
    "invitation": "You are invited to billhook",
    "main_contact": "Somebody else is the main contact now",
    "payment_details": "Where payouts go was changed",
    "sign_in": "Your link to sign in",
    "payout_changed": "A payout of yours has changed",
    "invoice_delivered": "Your invoice is there",
    "invoice_blocked": "Your invoice waits for something",
    "invoice_credited": "An invoice was taken back",
    "invoice_accepted": "An invoice was accepted",
    "invoice_contested": "An invoice is contested",
    "invoice_resolved": "Your objection was answered",
    "step_action_required": "A step needs you again",
    "step_waiting_for_approval": "A step waits for your approval",
    "agreement_offered": "You are offered a self-billing agreement",
    "agreement_ends": "Your self-billing agreement ends soon",
    "agreement_revoked": "Your self-billing agreement has ended",
    "renewal_requested": "Your self-billing agreement wants to be renewed",
}
_OF_THE_VENDOR = {"payout_changed": "A partner has done something about a payout"}
_SECONDS = 20


class Postbox:
    """`where`: `smtp://user:password@host:587`, `smtps://...`, or a folder's path; `base_url` begins every link."""

    def __init__(self, where: str, *, sender: str, base_url: str) -> None:
        self.base_url, self._where, self._sender = base_url.rstrip("/"), where, sender

    @property
    def folder(self) -> Path | None:
        """The folder mail is put into; None where it is sent."""
        return None if self._where.startswith(("smtp://", "smtps://")) else Path(self._where)

    def send(self, letter: Letter) -> None:
        """
        Raises:
            JobError: it could not be handed over; nothing was sent.
        """
        mail = self.worded(letter)
        try:
            self._hand_over(mail)
        except (smtplib.SMTPException, OSError) as error:
            refused = isinstance(error, smtplib.SMTPRecipientsRefused)
            raise JobError(f"the mail could not be handed over: {type(error).__name__}", permanent=refused) from error

    def worded(self, letter: Letter) -> EmailMessage:
        """The mail in its reader's language, as text and as HTML, with what is enclosed."""
        said = words(letter.language)
        told = {
            "subject": said(subject_of(letter)), "sentence": letter.sentence, "link": self.base_url + letter.path,
            "settings": self.base_url + ("/console" if letter.path.startswith("/console") else "/portal") + "/mail",
            "sign_in": letter.topic == "sign_in", "always": letter.topic in ("sign_in", "invitation"), "_": said,
            "language": letter.language,
        }  # fmt: skip
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, letter.recipient, told["subject"]
        mail["Date"], mail["Message-ID"] = formatdate(), f"<{letter.id}@billhook>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: out-of-office replies stay away
        mail.set_content(_TEMPLATES.get_template("mail.txt").render(told))
        mail.add_alternative(_TEMPLATES.get_template("mail.html").render(told), subtype="html")
        if letter.enclosed is not None:
            kind, _, subkind = letter.enclosed.media_type.partition("/")
            mail.add_attachment(
                letter.enclosed.content, maintype=kind, subtype=subkind, filename=letter.enclosed.filename
            )
        return mail

    def _hand_over(self, mail: EmailMessage) -> None:
        if (folder := self.folder) is None:
            with _connected(urlsplit(self._where)) as server:
                server.send_message(mail)
            return
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{new_id()}.eml").write_bytes(bytes(mail))


def subject_of(letter: Letter) -> str:
    """In English: what the catalogues have translations of."""
    vendor = letter.path.startswith("/console")
    return (_OF_THE_VENDOR.get(letter.topic) if vendor else None) or SUBJECTS[letter.topic]


@cache
def words(language: str) -> Callable[[str], str]:
    """The words of mail in a language; English for one that we do not speak."""
    if language not in LANGUAGES[1:]:
        return str
    content = files("billhook").joinpath(f"locale/{language}/LC_MESSAGES/mail.po").read_bytes()
    known = {str(each.id): str(each.string) for each in read_po(BytesIO(content), locale=language) if each.id}
    return lambda text: known.get(text) or text


def _connected(where: SplitResult) -> smtplib.SMTP:
    host = where.hostname or "localhost"
    if where.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, where.port or 465, timeout=_SECONDS)
    else:
        server = smtplib.SMTP(host, where.port or 587, timeout=_SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls()
    if where.username:
        server.login(unquote(where.username), unquote(where.password or ""))
    return server


_TEMPLATES = Environment(
    loader=PackageLoader("billhook", "mail_templates"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    autoescape=select_autoescape(["html"]),
)  # fmt: skip
