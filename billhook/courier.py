"""What leaves the house: signed webhooks, to public addresses alone, and mail. It decides on none."""

import asyncio
from datetime import UTC, datetime

import httpx
from httpx_secure import SSRFProtectionError, httpx_ssrf_protection
from standardwebhooks import Webhook

from billhook.postbox import Postbox
from engine.contracts import Letter, Reply
from engine.errors import JobError

_TIMES = httpx.Timeout(10, connect=5)
_MOST = 4096  # bytes of an answer that are looked at
_WHOLE = 20  # seconds for all of it: one that sends a byte now and then is not waited for


class HttpCourier:
    """
    `anywhere`: also to addresses that are not public; for tests and for receivers inside the same network. Mail goes
    into the `postbox`; `mails`: notices do, too, not only links to sign in.
    """

    def __init__(self, postbox: Postbox | None = None, *, anywhere: bool = False, mails: bool = False) -> None:
        self._postbox, self.anywhere, self.mails = postbox, anywhere, mails

    def mail(self, letter: Letter) -> None:
        if self._postbox is None:
            raise JobError("this process has no postbox")
        self._postbox.send(letter)

    def post(self, url: str, *, secret: str, message_id: str, body: str) -> Reply:
        """By Standard Webhooks 1.0. The address is looked up and checked anew each time, and that one is used."""
        try:
            return asyncio.run(asyncio.wait_for(self._post(url, secret, message_id, body), _WHOLE))
        except SSRFProtectionError:
            return Reply(0, "its address is not a public one")
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError, UnicodeError) as error:
            return Reply(0, f"{type(error).__name__}: {error}"[:300])

    async def _post(self, url: str, secret: str, message_id: str, body: str) -> Reply:
        now = datetime.now(UTC)
        headers = {
            "Content-Type": "application/json", "User-Agent": "billhook", "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(message_id, now, body),
        }  # fmt: skip
        async with httpx.AsyncClient(timeout=_TIMES, follow_redirects=False, trust_env=False) as client:
            if not self.anywhere:
                httpx_ssrf_protection(client, dns_cache_ttl=0.001)
            async with client.stream("POST", url, content=body.encode(), headers=headers) as answer:
                return Reply(answer.status_code, await _beginning(answer))


async def _beginning(answer: httpx.Response) -> str:
    got = b""
    async for part in answer.aiter_raw(1024):
        got += part
        if len(got) >= _MOST:
            break
    return "".join(each for each in got[:300].decode("utf-8", "replace") if each.isprintable())
