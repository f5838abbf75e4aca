"""The way in and out: a link by mail, the choice of a seat. It says the same to every address, known or not."""

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form
from starlette.responses import Response

from billhook.web.limits import LINKS_OF_ADDRESS, LINKS_OF_PLACE, TRIES_OF_PLACE
from billhook.web.rendering import PLACES
from billhook.web.visits import LONGEST_WAY, Anybody, House, Visitor, safe_path
from engine import sign_in
from engine.errors import NotFound, TooMany
from engine.people import Seat, address

routes = APIRouter(include_in_schema=False)
Path = Annotated[str, Form(max_length=LONGEST_WAY)]


@routes.get("/")
def home(visitor: Anybody) -> Response:
    return visitor.go(PLACES[visitor.seat.kind] if visitor.seat else "/sign-in")


@routes.get("/sign-in")
def ask(visitor: Anybody, next: str = "/") -> Response:
    return _page(visitor, next, sent=False)


@routes.post("/sign-in")
def send(
    visitor: Anybody, after: BackgroundTasks, email: Annotated[str, Form(max_length=200)], next: Path = "/"
) -> Response:
    counter, known = visitor.house.counter, address(email)
    if not counter.allows(LINKS_OF_PLACE, "links from", visitor.place):
        raise TooMany("Links to sign in", sign_in.LASTS)
    if counter.allows(LINKS_OF_ADDRESS, "links to", known):
        after.add_task(_send_link, visitor.house, known, safe_path(next))
    answer = _page(visitor, next, sent=True)
    answer.headers["Connection"] = "close"  # the next request on it would wait for the link, and so tell of it
    return answer


@routes.get("/sign-in/{token}")
def offered(visitor: Anybody, token: str, next: str = "/") -> Response:
    good = sign_in.is_good(visitor.house.billhook.world, token)
    return visitor.show("sign_in_link.html", status=200 if good else 404, good=good, next=safe_path(next))


@routes.post("/sign-in/{token}")
def followed(visitor: Anybody, token: str, next: Path = "/") -> Response:
    if not visitor.house.counter.allows(TRIES_OF_PLACE, "tries from", visitor.place):
        raise TooMany("Links", sign_in.LASTS)
    try:
        email = sign_in.follow(visitor.house.billhook.world, token)
    except NotFound:
        return visitor.show("sign_in_link.html", status=404, good=False, next="/")
    return visitor.go(onward(visitor.enter(email), safe_path(next)))


@routes.get("/seats")
def seats(visitor: Anybody) -> Response:
    return visitor.show("seats.html", seats=visitor.seats())


@routes.post("/seats")
def choose(visitor: Anybody, seat: Annotated[str, Form(max_length=100)]) -> Response:
    for each in visitor.seats():
        if each.id == seat:
            visitor.sit_down(each)
            return visitor.go(PLACES[each.kind])
    raise NotFound("seat", seat)


@routes.post("/sign-out")
def leave(visitor: Anybody) -> Response:
    visitor.leave()
    return visitor.go("/sign-in")


def _page(visitor: Visitor, back: str, *, sent: bool) -> Response:
    provider = visitor.house.billhook.settings.oidc_issuer
    return visitor.show("sign_in.html", next=safe_path(back), sent=sent, provider=bool(provider))


def _send_link(house: House, email: str, back: str) -> None:
    """After the answer, so that nobody can tell from its time whether the address is known."""
    with suppress(NotFound, TooMany):
        sign_in.link(house.billhook.world, email, back=back, by_mail=True)


def onward(seats: list[Seat], back: str) -> str:
    """Where somebody goes who has just come in: the seat, or the choice of seats."""
    if len(seats) != 1:
        return "/seats"
    return back if back != "/" else PLACES[seats[0].kind]
