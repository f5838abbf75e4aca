"""
Routes for whoever keeps billhook running: does the process live, can it work, what has it done.

They name parts and codes, never an address, and nothing hangs when a server does.
"""

from collections.abc import Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from billhook.app import Billhook
from billhook.asking import Question
from billhook.metrics import Metrics
from engine.errors import SetupError

LIMIT = 3.0  # seconds for each part to answer

Missing = dict[str, str]


def router(billhook: Billhook, metrics: Metrics) -> APIRouter:
    """/healthz, /readyz and /metrics."""
    readiness = Readiness(billhook)
    routes = APIRouter()

    @routes.get("/healthz")
    async def healthz() -> JSONResponse:
        """The process lives. Nothing else is asked: what restarts it helps no database."""
        return JSONResponse({"alive": True})

    @routes.get("/readyz")
    def readyz() -> JSONResponse:
        """Whether requests can be served now, and what is missing for it."""
        missing = readiness.missing()
        return JSONResponse({"ready": not missing, "missing": missing}, 503 if missing else 200)

    @routes.get("/metrics")
    def of_prometheus(request: Request) -> Response:
        text, media_type = metrics.text(request.headers.get("accept", ""))
        return Response(text, headers={"Content-Type": media_type})

    return routes


class Readiness:
    """What billhook needs and may lack: a database that has its tables, a broker that answers if one is named."""

    def __init__(self, billhook: Billhook, *, limit: float = LIMIT) -> None:
        self._parts = {"database": _asked("database", billhook.require_ready, limit)}
        if billhook.settings.broker_url:
            self._parts["broker"] = _asked("broker", billhook.dispatcher.check, limit)

    def missing(self) -> list[Missing]:
        """A part, a code and the way out, for each that is not ready."""
        found = {part: question.ask() for part, question in self._parts.items()}
        return [
            {"part": part, "code": code or f"{part}_silent", "way_out": _WAYS_OUT.get(code or "", _LOOK)}
            for part, code in found.items()
            if code != _READY
        ]


_READY = "ready"
_LOOK = "Look whether it runs and answers."
_WAYS_OUT = {
    "database_not_ready": "Run: billhook db upgrade",
    "database_unreachable": "Start it, or look at BILLHOOK_DATABASE_URL.",
    "broker_unreachable": "Start it, or look at BILLHOOK_BROKER_URL.",
    "broker_refuses": "Look at the user, password and database or virtual host in BILLHOOK_BROKER_URL.",
}


def _asked(name: str, check: Callable[[], None], limit: float) -> Question[str]:
    def code() -> str:
        try:
            check()
        except SetupError as error:
            return error.code
        return _READY

    return Question(name, code, limit=limit)
