"""What leaves the house: signed webhooks, to public addresses alone, and mail. It decides on none."""

import asyncio
import logging
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from socket import SOCK_STREAM, getaddrinfo
from threading import BoundedSemaphore

import httpx
from httpx_secure import SSRFProtectionError, httpx_ssrf_protection
from standardwebhooks import Webhook

from billhook.postbox import Postbox
from engine.contracts import Letter, Reply
from engine.errors import JobError, NotItsTurn

log = logging.getLogger("billhook.courier")

_TIMES = httpx.Timeout(10, connect=5)
_MOST = 4096  # bytes of an answer that are looked at
_WHOLE = 15  # seconds for all of it: one that sends a byte now and then is not waited for
_PORTS = (443, 8443)
_NOT_PUBLIC = "its address is not a public one"
#: What Python calls global and is not the public internet: 6to4, NAT64, IPv4 inside IPv6, metadata, multicast.
_BARRED = tuple(
    ip_network(each) for each in (
        "192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/4", "240.0.0.0/4", "2002::/16", "2001::/32", "64:ff9b::/96",
        "64:ff9b:1::/48", "fec0::/10", "::/96", "ff00::/8",
    )
)  # fmt: skip


class HttpCourier:
    """
    `anywhere`: also to addresses that are not public; for tests and for receivers inside the same network. Mail goes
    into the `postbox`; `mails`: notices do, too, not only links to sign in.
    """

    def __init__(self, postbox: Postbox | None = None, *, anywhere: bool = False, mails: bool = False) -> None:
        self._postbox, self.anywhere, self.mails = postbox, anywhere, mails
        self._turn = BoundedSemaphore()  # receivers that are slow take one thread, and leave the others to the rest

    def mail(self, letter: Letter) -> None:
        if self._postbox is None:
            raise JobError("this process has no postbox")
        self._postbox.send(letter)

    def post(self, url: str, *, secret: str, message_id: str, body: str) -> Reply:
        """
        By Standard Webhooks 1.0. Every address of the name is looked up and checked anew each time, before anything is
        connected to, and the one that is used once more. Raises NotItsTurn: another is being sent.
        """
        if not self._turn.acquire(blocking=False):
            raise NotItsTurn
        try:
            if not self.anywhere and not _leads_outside(url):
                return Reply(0, _NOT_PUBLIC)
            return asyncio.run(asyncio.wait_for(self._post(url, secret, message_id, body), _WHOLE))
        except SSRFProtectionError:
            return Reply(0, _NOT_PUBLIC)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError, UnicodeError) as error:
            log.info("no answer of a webhook's receiver: %s", type(error).__name__)
            return Reply(0, "there was no answer within the time")
        finally:
            self._turn.release()

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


def _leads_outside(url: str) -> bool:
    """Whether the name leads to nothing but public addresses, and the port is one of HTTPS."""
    parts = httpx.URL(url)
    if (parts.port or 443) not in _PORTS:
        return False
    try:
        found = getaddrinfo(parts.host, parts.port or 443, type=SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return bool(found) and all(is_public(str(where[4][0])) for where in found)


def is_public(address: str) -> bool:
    """Whether an IP address, as the resolver writes it, is one of the public internet."""
    known = ip_address(address.partition("%")[0])
    return known.is_global and not any(known in each for each in _BARRED if each.version == known.version)


async def _beginning(answer: httpx.Response) -> str:
    got = b""
    async for part in answer.aiter_raw(1024):
        got += part
        if len(got) >= _MOST:
            break
    return "".join(each for each in got[:300].decode("utf-8", "replace") if each.isprintable())
