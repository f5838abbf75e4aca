"""Where mail goes: an SMTP server, or a folder of .eml files while nobody has named one. It decides on no mail."""

import smtplib
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from engine.ids import new_id

_SECONDS = 20


class Postbox:
    """`where`: `smtp://user:password@host:587`, `smtps://...`, or a folder's path; `base_url` begins every link."""

    def __init__(self, where: str, *, sender: str, base_url: str) -> None:
        self.base_url, self._where, self._sender = base_url.rstrip("/"), where, sender

    @property
    def folder(self) -> Path | None:
        """The folder mail is put into; None where it is sent."""
        return None if self._where.startswith(("smtp://", "smtps://")) else Path(self._where)

    def sign_in(self, email: str, path: str) -> None:
        link = self.base_url + path
        self.send(
            email, "Your link to sign in", f"Follow this link within 15 minutes and press the button there:\n\n{link}\n"
        )

    def send(self, to: str, subject: str, text: str) -> None:
        """
        Raises:
            OSError, smtplib.SMTPException: it could not be handed over; nothing was sent.
        """
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, to, subject
        mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain="billhook")
        mail.set_content(text)
        if (folder := self.folder) is not None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{new_id()}.eml").write_bytes(bytes(mail))
            return
        with _connected(urlsplit(self._where)) as server:
            server.send_message(mail)


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
