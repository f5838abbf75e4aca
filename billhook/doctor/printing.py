"""Can a document be printed here: the press, its libraries, and fonts for the names that are in the database."""

import ctypes
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from billhook.app import Billhook
from billhook.doctor.finding import Finding, fine, problem, warning
from engine import taxing, waiting
from engine.billing.errors import Missing
from engine.errors import MissingSystemLibrary, RenderError
from engine.letters import FIELD
from engine.store import Tx
from renderers.reading import text_of
from renderers.writings import WRITINGS, packages_for

SUBSETTERS = ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll")
_PAGE = 500
_MOST_TOLD = 20  # of what payouts wait for
_MOST = 20_000  # letters on the test page
_STYLE = "v1"


def subsetting(_billhook: Billhook, *, names: Sequence[str] = SUBSETTERS) -> Iterable[Finding]:
    """Without it WeasyPrint cuts fonts down by a slow way: 404 ms instead of 174 for an invoice."""
    if any(map(_loads, names)):
        yield fine("subsetting", "fonts are cut down by HarfBuzz, the quick way.")
    else:
        told = "libharfbuzz-subset is missing: a document takes more than twice as long."
        yield warning("subsetting", told, "On Debian: apt-get install libharfbuzz-subset0")


def press(billhook: Billhook) -> Iterable[Finding]:
    """Start it and print a page, in the time and memory that the settings give it."""
    words = "A test page of billhook"
    try:
        version = billhook.press.version()
        began = monotonic()
        text = text_of(_printed(billhook, words))
    except MissingSystemLibrary as error:
        yield problem("press", f"the system library {error.library} is missing.", f"apt-get install {error.packages}")
    except RenderError as error:
        way_out = "Look at BILLHOOK_PRESS_SECONDS, BILLHOOK_PRESS_MEMORY_MB and the machine's memory."
        yield problem("press", f"a test page was not printed. {error}", way_out)
    else:
        if words in text:
            yield fine("press", f"{version} printed a test page in {(monotonic() - began) * 1000:.0f} ms.")
        else:
            yield problem("press", "the test page lacks its words.", "Install the fonts that come with billhook anew.")


def letters(billhook: Billhook) -> Iterable[Finding]:
    """What no font on this machine has: of what is there to be printed, and of writings that may come."""
    with billhook.world.store.reading() as tx:
        there, held_up = _letters(tx, billhook.world.clock.now()), _held_up(tx)
    wanted = "".join(dict.fromkeys([*there, *"".join(WRITINGS.values())]))
    seen = text_of(_printed(billhook, " ".join(wanted)))
    lost = {each: there[each] for each in there if each not in seen}
    for owner, missing in _by_owner(lost):
        told = f"no font on this machine has {missing[:20]}: its invoices will not be printed."
        yield problem(owner, told, f"{_install(missing)}, then restart the workers.")
    for each, payouts in held_up.items():
        told = f"{each.sentence} So {payouts} payout{'s wait' if payouts > 1 else ' waits'} for an invoice."
        yield problem("letters", told, each.way_out or "Install the font, then restart billhook.")
    if unknown := [name for name, sample in WRITINGS.items() if sample not in seen]:
        idle = "" if lost or held_up else " No details, tax override or waiting invoice needs them yet."
        told = f"no font on this machine has {', '.join(unknown)}.{idle}"
        samples = "".join(WRITINGS[name] for name in unknown)
        yield warning("letters", told, f"{_install(samples)}, before a partner has such a name.")
    elif not (lost or held_up):
        yield fine("letters", f"fonts are here for every name, and for {len(WRITINGS)} writings more.")


def _install(letters: str) -> str:
    return f"On Debian: apt-get install {packages_for(letters)}"


def _loads(name: str) -> bool:
    with suppress(OSError):
        return bool(ctypes.CDLL(name))
    return False


def _printed(billhook: Billhook, words: str) -> bytes:
    return billhook.press.press(f"<p>{words}</p>", style=_STYLE, assets={}, identifier=b"doctor")


def _letters(tx: Tx, now: datetime) -> dict[str, str]:
    """Letters that not every font has, each with the first partner or account in whose texts it stands."""
    found: dict[str, str] = {}
    for owner, text in _names(tx, now):
        for letter in text:
            if letter >= "\u0250" and letter.isalnum() and len(found) < _MOST:
                found.setdefault(letter, owner)
    return found


def _held_up(tx: Tx) -> Mapping[Missing, int]:
    """What payouts wait for, the letters of a reward among it, and how many do."""
    lost = (Missing(**item) for row in waiting.for_letters(tx) for item in json.loads(row.missing))
    return dict(Counter(each for each in lost if each.field == FIELD).most_common(_MOST_TOLD))


def _names(tx: Tx, now: datetime) -> Iterator[tuple[str, str]]:
    for row in tx.all("SELECT id, code, name, buyer, timezone FROM account ORDER BY id"):
        rates = taxing.rates_on(tx, row.id, now.astimezone(ZoneInfo(row.timezone)).date())
        yield f"account {row.code}", row.name + _text(row.buyer) + "".join(each.source for each in rates)
    after: Any = None
    while rows := tx.all(_PARTNERS, account=after.account_id if after else "", id=after.id if after else ""):
        for row in rows:
            yield f"partner {row.account}/{row.code}", row.name + _text(row.seller) + _text(row.treatment)
        after = rows[-1]


def _text(details: str | None) -> str:
    return "".join(_strings(json.loads(details or "{}")))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, str):
        yield value


def _by_owner(missing: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for owner in dict.fromkeys(missing.values()):
        yield owner, "".join(letter for letter, whose in missing.items() if whose == owner)


_PARTNERS = f"""
    SELECT p.account_id, p.id, a.code AS account, p.code, p.name, p.seller, (
        SELECT o.treatment FROM tax_override o WHERE o.account_id = p.account_id AND o.partner_id = p.id
        ORDER BY o.seq DESC LIMIT 1) AS treatment
    FROM partner p JOIN account a ON a.id = p.account_id
    WHERE (p.account_id, p.id) > (:account, :id) ORDER BY p.account_id, p.id LIMIT {_PAGE}"""  # noqa: S608 - a number
