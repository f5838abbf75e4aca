"""
The HTTP API and the pages of a real server process on SQLite FULL: its start, transitions one after another and by 16
clients, and lists among 100,000 payouts. What a client and the machine's loopback cost is in every figure; so the
transitions' clients are light ones, which leave the cores to the server.
"""

import http.client
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import httpx

from benchmarks.figures import Row
from benchmarks.ground import ground, make_payouts
from engine import people, sign_in, tokens
from engine.clock import stamp
from engine.ids import new_id
from engine.tokens import SCOPES
from engine.world import Caller

ROOT = Path(__file__).parent.parent
FULL = {"requests": 1500, "crowd": 100_000, "lists": 60}
QUICK = {"requests": 32, "crowd": 200, "lists": 3}
CLIENTS, PAYOUTS = 16, 64
TURN = {"Draft": "there", "Pending": "back"}
COPY = """
    INSERT INTO payout (account_id, id, version, head, created_at, partner_id, definition_id, state, currency, ask,
        frozen, total, on_hold, hold_reason, validated_by, payment_reference, own_invoice)
    SELECT account_id, :id, version, head, :now, partner_id, definition_id, state, currency, ask,
        frozen, total, on_hold, hold_reason, validated_by, payment_reference, own_invoice
    FROM payout WHERE account_id = :account AND id = :model"""


def rows(*, requests: int, crowd: int, lists: int) -> list[Row]:
    """The table's lines."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "web.db"
        jo = ground(file, durability="FULL", renderers={})
        payouts = make_payouts(jo, PAYOUTS, rewards=1)
        _, token = tokens.create(jo, "benchmark", role="manager", scopes=SCOPES)
        _crowd(jo, payouts[0], crowd)
        people.invite(jo, "mo@example.com", "Mo", role="manager")
        link = sign_in.link(jo.world, "mo@example.com")
        jo.world.store.close()
        with _served(file) as (address, start):
            shown, size = _pages(address, link, lists)
            measured = _measured(address, token, payouts, requests=requests, lists=lists, crowd=crowd)
    p95 = _quantile(shown, 95) * 1000
    return [
        Row("http_start", "From the start of the process to its first page", f"{start:.1f} s", "under 3 s", start < 3,
            {"seconds": start}),
        *measured,
        Row("http_page_p95", f"A page of the console's list of {crowd:,} payouts, 95 % within", f"{p95:.0f} ms",
            "under 150 ms", p95 < 150, {"ms": p95}),
        Row("http_page_size", "The largest of these pages, without pictures", f"{size / 1000:.0f} KB", "under 60 KB",
            size < 60_000, {"bytes": size}),
    ]  # fmt: skip


def _measured(address: str, token: str, payouts: list[str], *, requests: int, lists: int, crowd: int) -> list[Row]:
    headers = {"Authorization": f"Bearer {token}"}
    single = _moves(address, headers, payouts[:1], requests // 4)
    with httpx.Client(base_url=f"{address}/api/v1/", headers=headers, timeout=30) as client:
        listed = _lists(client, lists)
    seconds, many = _together(address, headers, payouts, requests)
    rate, p50, p99 = len(many) / seconds, median(single) * 1000, _quantile(many, 99) * 1000
    p95 = _quantile(listed, 95) * 1000
    return [
        Row("http_p50", "A transition through the API, 1 client, half within", f"{p50:.1f} ms", "under 25 ms",
            p50 < 25, {"ms": p50}),
        Row("http_rate", f"Transitions through the API a second, {CLIENTS} clients", f"{rate:,.0f}", "at least 300",
            rate >= 300, {"per_second": rate}),
        Row("http_p99", f"... 99 % within, {CLIENTS} clients", f"{p99:.0f} ms", "under 250 ms", p99 < 250, {"ms": p99}),
        Row("http_list_p95", f"A page of 50 among {crowd:,} payouts, 95 % within", f"{p95:.0f} ms", "under 150 ms",
            p95 < 150, {"ms": p95}),
    ]  # fmt: skip


def _moves(address: str, headers: dict[str, str], payouts: list[str], count: int) -> list[float]:
    """The seconds of each of `count` transitions to and fro, on one connection."""
    seconds, told = [], {**headers, "Content-Type": "application/json"}
    with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)) as connection:
        for number, payout in zip(range(count), cycle(payouts), strict=False):
            state = "Draft" if (number // len(payouts)) % 2 == 0 else "Pending"
            began = time.perf_counter()
            connection.request("POST", f"/api/v1/payouts/{payout}/triggers/{TURN[state]}", "{}", told)
            answer = connection.getresponse()
            answer.read()
            seconds.append(time.perf_counter() - began)
            if answer.status != HTTPStatus.OK:
                raise RuntimeError(f"the transition was answered with {answer.status}")
    return seconds


def _together(address: str, headers: dict[str, str], payouts: list[str], count: int) -> tuple[float, list[float]]:
    """All clients at once, each with payouts of its own: how long it took, and the seconds of each request."""
    taken: list[float] = []

    def work(number: int) -> None:
        taken.extend(_moves(address, headers, payouts[1 + number :: CLIENTS], count // CLIENTS))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began, taken


def _lists(client: httpx.Client, count: int) -> list[float]:
    """Pages with several filters, from the beginning and onward."""
    filters: list[dict[str, str]] = [{}, {"state": "Draft"}, {"partner": "NORD"}, {"newest_first": "true"}]
    seconds, after = [], dict[int, str]()
    for number in range(count):
        which = number % len(filters)
        sent = {**filters[which], **({"after": after[which]} if which in after else {})}
        began = time.perf_counter()
        page = client.get("payouts", params=sent).raise_for_status().json()
        seconds.append(time.perf_counter() - began)
        after[which] = page["next"]
    return seconds


def _pages(address: str, link: str, count: int) -> tuple[list[float], int]:
    """The console's pages of payouts as a browser asks for them, each filter from the beginning and onward."""
    filters = ["", "state=Draft", "partner=NORD", "invoice=attached"]
    seconds, sizes, after = [], [], dict[int, str]()
    with httpx.Client(base_url=address, timeout=30, follow_redirects=True) as client:
        client.post(f"/sign-in/{link}").raise_for_status()
        for number in range(count):
            which = number % len(filters)
            began = time.perf_counter()
            page = client.get(f"/console/payouts?{filters[which]}&{after.get(which, '')}").raise_for_status()
            seconds.append(time.perf_counter() - began)
            sizes.append(len(page.content))
            onward = re.search(r"after=[^\"&]+", page.text)
            after[which] = onward.group() if onward else ""
    return seconds, max(sizes)


def _quantile(seconds: list[float], percent: int) -> float:
    return quantiles(seconds, n=100)[percent - 1]


def _crowd(jo: Caller, model: str, count: int) -> None:
    """So many more payouts like this one; only lists look at them."""
    now = stamp(jo.now)
    for start in range(0, count, 10_000):
        size = min(10_000, count - start)
        jo.transact(
            lambda tx, size=size: [
                tx.send(COPY, account=jo.account_id, model=model, id=new_id(), now=now) for _ in range(size)
            ]
        )


@contextmanager
def _served(file: Path) -> Iterator[tuple[str, float]]:
    """`billhook serve` on a free port, in a process of its own, and the seconds until its first page was there."""
    program = (
        "import sys\nfrom benchmarks.ground import registry\nfrom billhook.app import Billhook\n"
        "from billhook.web import server\nwith Billhook(sys.argv[1], registry=registry()) as b:\n"
        "    server.serve(b, host='127.0.0.1', port=int(sys.argv[2]), works=False)\n"
    )
    port = _free_port()
    command = [sys.executable, "-c", program, f"sqlite:///{file}", str(port)]
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            _until_there(address)
            yield address, time.perf_counter() - began
        finally:
            process.terminate()


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _until_there(address: str) -> None:
    for _ in range(1200):
        try:
            if httpx.get(f"{address}/sign-in").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError(f"no server answers at {address}")
