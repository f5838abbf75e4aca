"""
What leaves the house: signed webhooks, to public addresses alone, and mail. It decides on none.

The HTTP client is loaded when something is posted: it is a fifth of what else a command loads.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from math import ceil
from socket import SOCK_STREAM, getaddrinfo
from threading import BoundedSemaphore
from time import monotonic
from typing import TYPE_CHECKING, Any

from standardwebhooks import Webhook

from billhook.postbox import Postbox
from engine.errors import JobError, NotItsTurn
from engine.outward import Letter, Reply

if TYPE_CHECKING:
    import httpx

log = logging.getLogger("billhook.courier")

_TIMES = (5, 10, 10, 10)  # seconds to connect, read, write, wait for a connection
_MOST = 4096  # bytes of an answer that are looked at
_PATIENCE = 2  # seconds that one waits for its turn in its thread: most receivers answer sooner
_REST = 60  # seconds
_WHOLE = 15  # seconds for all of it: one that sends a byte now and then is not waited for
_PORTS = (443, 8443)
_NOT_PUBLIC = "its address is not a public one"
_UNICAST = {4: ip_network("0.0.0.0/0"), 6: ip_network("2000::/3")}  # what IANA has given out
#: What Python calls global and is not the public internet: metadata, 6to4, multicast, Teredo, documentation.
_BARRED = tuple(
    ip_network(each) for each in (
        "192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/4", "240.0.0.0/4", "2001::/23", "2002::/16", "3fff::/20",
    )
)  # fmt: skip


class HttpCourier:
    """
    `anywhere`: also to addresses that are not public; for tests and for receivers inside the same network. Mail goes
    into the `postbox`; `mails`: notices do, too, not only links to sign in. `seconds`: how long a receiver has.
    """

    def __init__(
        self, postbox: Postbox | None = None, *, anywhere: bool = False, mails: bool = False, seconds: float = _WHOLE
    ) -> None:
        self._postbox, self.anywhere, self.mails, self._seconds = postbox, anywhere, mails, seconds
        self._turn = BoundedSemaphore()  # receivers that are slow take one thread, and leave the others to the rest
        self._rests: dict[str, float] = {}  # receivers that did not answer in time, and when they are tried again

    def mail(self, letter: Letter) -> None:
        if self._postbox is None:
            raise JobError("this process has no postbox")
        self._postbox.send(letter)

    def post(self, url: str, *, secret: str, message_id: str, body: str) -> Reply:
        """
        By Standard Webhooks 1.0. The name is looked up anew each time, once; all its addresses are checked, and one of
        those is connected to, so that a second answer of its name server leads nowhere. One at a time; a receiver that
        gave no answer in time rests, so that others need not wait for it. Raises NotItsTurn: it is not tried now.
        """
        import httpx

        name = url.partition("://")[2].partition("/")[0]
        if (left := self._rests.get(name, 0) - monotonic()) > 0:
            raise NotItsTurn(ceil(left))
        if not self._turn.acquire(timeout=_PATIENCE):
            raise NotItsTurn
        try:
            return self._sent(httpx.URL(url), _signed(secret, message_id, body))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError, UnicodeError) as error:
            if isinstance(error, httpx.TimeoutException | TimeoutError):
                self._rests[name] = monotonic() + _REST
            log.info("no answer of a webhook's receiver: %s", type(error).__name__)
            return Reply(0, "there was no answer within the time")
        finally:
            self._turn.release()

    def _sent(self, target: "httpx.URL", message: Mapping[str, Any]) -> Reply:
        addresses = [target.host] if self.anywhere else _public_addresses(target)
        if not addresses:
            return Reply(0, _NOT_PUBLIC)
        return asyncio.run(asyncio.wait_for(deliver(target, addresses, message), self._seconds))


def _signed(secret: str, message_id: str, body: str) -> dict[str, Any]:
    """What is sent: the body and its headers."""
    now = datetime.now(UTC)
    headers = {
        "Content-Type": "application/json", "User-Agent": "billhook", "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, now, body),
    }  # fmt: skip
    return {"headers": headers, "content": body.encode()}


async def deliver(target: "httpx.URL", addresses: Sequence[str], message: Mapping[str, Any]) -> Reply:
    """To the first of these addresses that takes a connection; Host header and certificate are those of the name."""
    import httpx

    named = message["headers"] | {"Host": target.netloc.decode("ascii")}
    async with httpx.AsyncClient(timeout=_TIMES, follow_redirects=False, trust_env=False) as client:
        for left, address in zip(reversed(range(len(addresses))), addresses, strict=True):
            try:
                async with client.stream(
                    "POST", target.copy_with(host=address), content=message["content"], headers=named,
                    extensions={"sni_hostname": target.raw_host.decode("ascii")},
                ) as answer:  # fmt: skip
                    return Reply(answer.status_code, await _beginning(answer))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if not left:
                    raise
    raise httpx.ConnectError("there is no address")


def _public_addresses(target: "httpx.URL") -> list[str]:
    """Those the name leads to, when all of them are public and the port is one of HTTPS; else none."""
    if (target.port or 443) not in _PORTS:
        return []
    try:
        found = getaddrinfo(target.host, target.port or 443, type=SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    addresses = [str(where[4][0]) for where in found]
    return addresses if all(map(is_public, addresses)) else []


def is_public(address: str) -> bool:
    """Whether an IP address, as the resolver writes it, is one of the public internet."""
    known = ip_address(address.partition("%")[0])
    barred = any(known in each for each in _BARRED if each.version == known.version)
    return known.is_global and known in _UNICAST[known.version] and not barred


async def _beginning(answer: "httpx.Response") -> str:
    got = b""
    async for part in answer.aiter_raw(1024):
        got += part
        if len(got) >= _MOST:
            break
    return "".join(each for each in got[:300].decode("utf-8", "replace") if each.isprintable())
