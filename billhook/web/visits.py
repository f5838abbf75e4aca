"""
Who visits: the seat that a session chose, looked up anew with every request, so access ends with its row.

Routes of pages ask for a `Visit` by a dependency of a `Doorkeeper`; one who has none is led to the way in.
"""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from fastapi import Request
from starsessions import load_session, regenerate_session_id

from billhook.app import Account, Billhook, Workspace
from engine import people
from engine.people import Seat, SeatKind

_EMAIL, _SEAT = "email", "seat"
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
class Visit:
    """A person on a seat, and the account as they see it."""

    seat: Seat
    workspace: Workspace


class Doorkeeper:
    """Lets people in; its methods are dependencies of routes."""

    def __init__(self, billhook: Billhook) -> None:
        self._world = billhook.world

    def partner(self, request: Request) -> Visit:
        """A partner's contact. Raises SignInNeeded."""
        return self._visit(request, "partner")

    def vendor(self, request: Request) -> Visit:
        """One of the vendor's people. Raises SignInNeeded."""
        return self._visit(request, "vendor")

    def somebody(self, request: Request) -> Visit:
        """Whoever has a seat. Raises SignInNeeded."""
        found = self.seat(request)
        if found is None:
            raise SignInNeeded(_back(request))
        account = Account(self._world, found.account_id)
        return Visit(found, account.as_(found.actor(origin=_origin(request))))

    def seat(self, request: Request) -> Seat | None:
        """The seat that was chosen, if it is still theirs."""
        email, chosen = request.session.get(_EMAIL), request.session.get(_SEAT)
        if not email or not chosen:
            return None
        with self._world.store.reading() as tx:
            found = people.seat(tx, *chosen)
        return found if found is not None and found.email == email else None

    def seats(self, request: Request) -> list[Seat]:
        """Every seat of the person who signed in; none when nobody did."""
        if not (email := request.session.get(_EMAIL)):
            return []
        with self._world.store.reading() as tx:
            return people.seats(tx, email)

    def enter(self, request: Request, email: str) -> list[Seat]:
        """Somebody proved to have this address: a new session, and their seat when they have but one."""
        regenerate_session_id(request)
        request.session.clear()
        request.session[_EMAIL] = email
        found = self.seats(request)
        if len(found) == 1:
            self.choose(request, found[0])
        return found

    def choose(self, request: Request, chosen: Seat) -> None:
        request.session[_SEAT] = [chosen.account_id, chosen.kind, chosen.id]

    def leave(self, request: Request) -> None:
        """The session's row goes, so its cookie is good for nothing."""
        request.session.clear()

    def _visit(self, request: Request, kind: SeatKind) -> Visit:
        visit = self.somebody(request)
        if visit.seat.kind != kind:
            raise SignInNeeded(_back(request))
        return visit


async def with_session(request: Request) -> None:
    """Dependency of every page: its session is read."""
    await load_session(request)


def safe_path(back: str) -> str:
    """A path of ours, `/` for anything that leads elsewhere."""
    parts = urlsplit(back)
    ours = back.startswith("/") and not parts.netloc and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if ours else "/"


def _back(request: Request) -> str:
    return request.url.path if request.method in _SAFE else "/"


def _origin(request: Request) -> str:
    return request.client.host if request.client else ""
