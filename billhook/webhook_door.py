"""The facade's door to webhooks. Each verb is a transaction of the engine."""

from collections.abc import Collection, Sequence

from billhook.doors import Door
from engine import webhooks
from engine.views import LIMIT, Page, Slice
from engine.webhooks import DeliveryView, WebhookView


class Webhooks(Door):
    """Addresses that are told of events."""

    def list(self) -> Sequence[WebhookView]:
        return self._read(lambda tx: webhooks.listed(tx, self.caller))

    def add(self, url: str, *, types: Collection[str] = ()) -> tuple[str, str]:
        """Its id, and the secret that signs what it gets, which is never shown again."""
        return webhooks.add(self.caller, url, types=types)

    def rotate(self, webhook_id: str) -> str:
        """The new secret, which is never shown again."""
        return webhooks.rotate(self.caller, webhook_id)

    def pause(self, webhook_id: str, *, reason: str) -> None:
        webhooks.pause(self.caller, webhook_id, reason=reason)

    def resume(self, webhook_id: str) -> None:
        webhooks.resume(self.caller, webhook_id)

    def remove(self, webhook_id: str) -> None:
        webhooks.remove(self.caller, webhook_id)

    def deliveries(self, webhook_id: str, *, after: str | None = None, limit: int = LIMIT) -> Page[DeliveryView]:
        """What the address was sent, newest first. Raises NotFound, Invalid."""
        part = Slice(after, limit, newest_first=True)
        return self._read(lambda tx: webhooks.deliveries(tx, self.caller, webhook_id, part=part))

    def resend(self, delivery_id: str) -> str:
        return webhooks.resend(self.caller, delivery_id)
