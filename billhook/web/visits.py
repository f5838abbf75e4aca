"""
Who visits: the seat that a session chose, looked up anew with every request, so access ends with its row.

Handlers of pages ask for an `Anybody`, a `Partner` or a `Vendor`; one who has no such seat is led to the way in.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse
from starsessions import get_session_id, load_session, regenerate_session_id

from billhook.app import Account, Billhook, Workspace
from billhook.press_queue import asker, side
from billhook.web.forms import Signature
from billhook.web.limits import Counter, Lanes
from billhook.web.locales import locale_of
from billhook.web.rendering import Pages
from billhook.web.surroundings import is_address
from engine import people, sign_in
from engine.people import Seat, SeatKind

Answer = TypeVar("Answer")

LONGEST_WAY = 500  # characters of where somebody is led after signing in
_EMAIL, _SEAT, _PARTNER = "email", "seat", "partner"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SignInNeeded(Exception):
    """Nobody is signed in, or the seat that was chosen is gone; `back` is where to return to."""

    def __init__(self, back: str) -> None:
        self.back = back
        super().__init__("sign in")

    @property
    def way_in(self) -> str:
        return f"/sign-in?next={quote(self.back, safe='/')}" if self.back != "/" else "/sign-in"


@dataclass(frozen=True, slots=True)
class House:
    """
    What every page is served with; the application keeps it as `app.state.house`. `askers`: at whose places at the
    press, and in whose lane, calls with a token are answered, as far as they came.
    """

    billhook: Billhook
    pages: Pages
    signature: Signature
    counter: Counter
    lanes: Lanes
    askers: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at a page, who may have signed in (`email`) and taken a seat."""

    request: Request
    house: House
    email: str = ""
    seat: Seat | None = None

    def show(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page."""
        return self.house.pages.show(self.request, template, seat=self.seat, status=status, **values)

    async def off_the_loop(self, work: Callable[..., Answer], *given: Any) -> Answer:
        """Do this in a thread of the pool: it reads and writes rows. For handlers that had to wait for a body."""
        return await run_in_threadpool(work, *given)

    def go(self, path: str, told: str = "") -> RedirectResponse:
        """On to another page, which says what was `told`, once."""
        if told:
            self.request.session["told"] = [*self.request.session.get("told", []), _sentence(told)]
        return RedirectResponse(path, 303)

    def drafted(self, path: str, *, kept: bool) -> HTMLResponse | RedirectResponse:
        """What is told when a draft of the form at `path` was kept, or was too long for it: a word, or the page."""
        if self.by_script:
            return self.show("parts/drafted.html", kept=kept)
        told = "Kept as a draft; it is not sent yet." if kept else "This is too long to be kept as a draft."
        return self.go(path, told)

    @property
    def by_script(self) -> bool:
        """Whether htmx asks, for a part of a page."""
        return self.request.headers.get("hx-request") == "true"

    @property
    def place(self) -> str:
        """The network address they come from; '' for what a proxy says and is none."""
        host = self.request.client.host if self.request.client else ""
        return host if is_address(host) else ""

    @property
    def locale(self) -> str:
        """How they write numbers and days."""
        return locale_of(self.seat)

    def enter(self, email: str) -> list[Seat]:
        """
        They proved to have this address: a new session, and their seat when they have but one. The session before ends
        with its row. Returns all seats.
        """
        if before := get_session_id(self.request):
            sign_in.end_session(self.house.billhook.world, before)
        regenerate_session_id(self.request)
        self.request.session.clear()
        self.request.session[_EMAIL] = email
        found = _seats(self.house, email)
        if len(found) == 1:
            self.sit_down(found[0])
        return found

    def seats(self) -> list[Seat]:
        """Every seat that is open to them."""
        return _seats(self.house, self.email) if self.email else []

    def sit_down(self, seat: Seat) -> None:
        self.request.session[_SEAT] = [seat.account_id, seat.kind, seat.id]
        self.request.session[_PARTNER] = seat.partner_id

    def leave(self) -> None:
        """The session's row goes, so its cookie is good for nothing."""
        self.request.session.clear()


@dataclass(frozen=True, slots=True)
class Visit(Visitor):
    """Somebody on a seat, and the account as they see it from there."""

    workspace: Workspace = field(kw_only=True)
    seat: Seat = field(kw_only=True)


async def with_session(request: Request) -> AsyncIterator[None]:
    """Dependency of every page: its session is read, and it is answered in its lane."""
    house: House = request.app.state.house
    await load_session(request)
    email, partner, seat = (request.session.get(each, "") for each in (_EMAIL, _PARTNER, _SEAT))
    sits = seat and (partner or seat[1] == "vendor")  # a session from before partners were kept in it says less
    asker.set(counted := side(seat[0], partner) if sits else email)
    async with house.lanes.of(counted if partner else email):
        yield


async def own_form(request: Request) -> AsyncIterator[None]:
    """Dependency of every page: what changes something is a form of one of our own. Raises Foreign."""
    house: House = request.app.state.house
    async with house.signature.required(request):
        yield


def anybody(request: Request) -> Visitor:
    house: House = request.app.state.house
    email = request.session.get(_EMAIL, "")
    return Visitor(request, house, email, _seat(house, email, request.session.get(_SEAT)))


def _on_seat(visitor: Visitor, kind: SeatKind) -> Visit:
    seat, request = visitor.seat, visitor.request
    if seat is None or seat.kind != kind:
        raise SignInNeeded(_address(request) if request.method in _SAFE else "/")
    account = Account(visitor.house.billhook.world, seat.account_id)
    actor = seat.actor(origin=visitor.place)
    return Visit(request, visitor.house, visitor.email, seat=seat, workspace=account.as_(actor))


def _address(request: Request) -> str:
    """Of the page, with what it is asked for, such as filters, where that is not too long to be led back to."""
    path, query = request.url.path, request.url.query
    return f"{path}?{query}" if query and len(path) + len(query) < LONGEST_WAY else path


def a_partner(visitor: Annotated[Visitor, Depends(anybody)]) -> Visit:
    """A partner's contact. Raises SignInNeeded."""
    return _on_seat(visitor, "partner")


def a_vendor(visitor: Annotated[Visitor, Depends(anybody)]) -> Visit:
    """One of the vendor's people. Raises SignInNeeded."""
    return _on_seat(visitor, "vendor")


Anybody = Annotated[Visitor, Depends(anybody)]
Partner = Annotated[Visit, Depends(a_partner)]
Vendor = Annotated[Visit, Depends(a_vendor)]


def _sentence(told: str) -> str:
    """What the engine answers stands within sentences elsewhere; on a page it is one."""
    return told[:1].upper() + told[1:] + ("" if told.endswith((".", "!", "?")) else ".")


def safe_path(back: str) -> str:
    """A path of ours, `/` for anything that leads elsewhere."""
    ours = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if ours and not urlsplit(back).netloc else "/"


def _seats(house: House, email: str) -> list[Seat]:
    with house.billhook.world.store.reading() as tx:
        return people.seats(tx, email)


def _seat(house: House, email: str, chosen: tuple[str, SeatKind, str] | None) -> Seat | None:
    """The seat that was chosen, if it is still theirs."""
    if not email or not chosen:
        return None
    with house.billhook.world.store.reading() as tx:
        found = people.seat(tx, *chosen)
    return found if found is not None and found.email == email else None
