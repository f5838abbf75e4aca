"""Send a webhook's delivery. It knows no address, no signature and no HTTP."""

from engine.contracts import Desk, JobDesk, Prepared


class SendWebhook:
    name = "send_webhook"
    title = "Tell a webhook of an event"
    issues_invoice = False
    payload_version = 1

    def prepare(self, desk: Desk) -> Prepared:
        """No state of a pipeline sends one: events are told of by themselves."""
        return Prepared("webhooks are told of every event by themselves")

    def run(self, desk: JobDesk) -> str:
        """Perhaps twice; the receiver can tell by the message's id."""
        return desk.send()
