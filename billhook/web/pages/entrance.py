"""The way in and out: a link by mail, the choice of a seat. It says the same to every address, known or not."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from billhook.app import Billhook
from billhook.postbox import Postbox
from billhook.web.rendering import Pages
from billhook.web.visits import Doorkeeper, safe_path
from engine import sign_in
from engine.errors import NotFound, TooMany
from engine.people import Seat, address

HOMES = {"vendor": "/console", "partner": "/portal"}


def router(billhook: Billhook, pages: Pages, door: Doorkeeper, postbox: Postbox) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    world = billhook.world

    def send_link(email: str, back: str) -> None:
        """After the answer, so that nobody can tell from its time whether the address is known."""
        try:
            token = sign_in.link(world, email)
        except (NotFound, TooMany):
            return
        postbox.sign_in(email, f"/sign-in/{token}" + (f"?next={back}" if back != "/" else ""))

    @routes.get("/")
    def home(request: Request) -> Response:
        seat = door.seat(request)
        return RedirectResponse(HOMES[seat.kind] if seat else "/sign-in", 303)

    @routes.get("/sign-in")
    def ask(request: Request, next: str = "/") -> Response:
        return pages.show(request, "sign_in.html", next=safe_path(next), sent=False)

    @routes.post("/sign-in")
    def send(
        request: Request, after: BackgroundTasks, email: Annotated[str, Form(max_length=200)],
        next: Annotated[str, Form(max_length=500)] = "/",
    ) -> Response:  # fmt: skip
        after.add_task(run_in_threadpool, send_link, address(email), safe_path(next))
        return pages.show(request, "sign_in.html", next=safe_path(next), sent=True)

    @routes.get("/sign-in/{token}")
    def offered(request: Request, token: str, next: str = "/") -> Response:
        good = sign_in.is_good(world, token)
        return pages.show(request, "sign_in_link.html", status=200 if good else 404, good=good, next=safe_path(next))

    @routes.post("/sign-in/{token}")
    def followed(request: Request, token: str, next: Annotated[str, Form(max_length=500)] = "/") -> Response:
        try:
            email = sign_in.follow(world, token)
        except NotFound:
            return pages.show(request, "sign_in_link.html", status=404, good=False, next="/")
        return RedirectResponse(_onward(door.enter(request, email), safe_path(next)), 303)

    @routes.get("/seats")
    def seats(request: Request) -> Response:
        return pages.show(request, "seats.html", seat=door.seat(request), seats=door.seats(request))

    @routes.post("/seats")
    def choose(request: Request, seat: Annotated[str, Form(max_length=100)]) -> Response:
        for each in door.seats(request):
            if each.id == seat:
                door.choose(request, each)
                return RedirectResponse(HOMES[each.kind], 303)
        raise NotFound("seat", seat)

    @routes.post("/sign-out")
    def leave(request: Request) -> Response:
        door.leave(request)
        return RedirectResponse("/sign-in", 303)

    return routes


def _onward(seats: list[Seat], back: str) -> str:
    if len(seats) != 1:
        return "/seats"
    return back if back != "/" else HOMES[seats[0].kind]
