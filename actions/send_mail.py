"""Send a mail. It knows no address, no words and no SMTP."""

from engine.contracts import Desk, JobDesk, Prepared


class SendMail:
    name = "send_mail"
    title = "Send a mail"
    issues_invoice = False
    payload_version = 1

    def prepare(self, desk: Desk) -> Prepared:
        """No state of a pipeline sends one: notices are mailed by themselves."""
        return Prepared("notices are mailed by themselves")

    def run(self, desk: JobDesk) -> str:
        """Perhaps twice, when a worker is lost after it was handed over; both have one Message-ID."""
        return desk.send()
