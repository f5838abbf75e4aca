"""
Where mail goes: an SMTP server, or a folder of .eml files while nobody has named one; and what a mail is made of, text
and HTML. It decides on no mail and words none.
"""

import smtplib
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from billhook.mail_texts import SETTINGS
from billhook.wording import audience, worded, words
from engine.errors import JobError
from engine.ids import new_id
from engine.mails import ALWAYS
from engine.outward import Letter

_SECONDS = 20
_NOBODY = ("", "billhook")
_MAIL_PAGES = {"partner": "/portal/mail", "vendor": "/console/mail"}


class Postbox:
    """
    `where`: `smtp://user:password@host:587`, `smtps://...`, or a folder's path; `base_url` begins every link. A
    `sender` that names nobody, or us, has the vendor's name where the mail is a vendor's.
    """

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
        told, side = worded(letter), audience(letter)
        page = "" if letter.topic in ALWAYS else self.base_url + _MAIL_PAGES[side]
        shown = {
            "told": told, "link": self.base_url + letter.path, "settings": page, "SETTINGS": SETTINGS,
            "_": words(told.language),
        }  # fmt: skip
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._from(letter), letter.recipient, told.subject
        mail["Date"], mail["Message-ID"] = formatdate(), f"<{letter.id}@billhook>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: out-of-office replies stay away
        mail.set_content(_TEMPLATES.get_template("mail.txt").render(shown))
        mail.add_alternative(_TEMPLATES.get_template("mail.html").render(shown), subtype="html")
        if letter.enclosed is not None:
            kind, _, subkind = letter.enclosed.media_type.partition("/")
            mail.add_attachment(
                letter.enclosed.content, maintype=kind, subtype=subkind, filename=letter.enclosed.filename
            )
        return mail

    def _from(self, letter: Letter) -> str | Address:
        name, address = parseaddr(self._sender)
        vendor = "".join(each for each in str((letter.facts or {}).get("vendor", "")) if each.isprintable())
        return Address(vendor, addr_spec=address) if vendor and name in _NOBODY else self._sender

    def _hand_over(self, mail: EmailMessage) -> None:
        if (folder := self.folder) is None:
            with _connected(urlsplit(self._where)) as server:
                server.send_message(mail)
            return
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{new_id()}.eml").write_bytes(bytes(mail))


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
