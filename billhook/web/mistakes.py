"""What a request gets that did not succeed: its status, and a page or an RFC 9457 problem. It knows no route."""

from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from billhook.web import problems
from billhook.web.forms import Foreign
from billhook.web.rendering import Pages
from billhook.web.visits import SignInNeeded
from engine import errors
from engine.errors import BillhookError

API = "/api/"

#: The first class that fits, from the top.
STATUSES: tuple[tuple[type[BillhookError], int], ...] = (
    (errors.NotFound, 404),
    (errors.NotAllowed, 403),
    (errors.UsageError, 422),
    (errors.ReasonRequired, 422),
    (errors.TransitionError, 409),
    (errors.Conflict, 409),
    (errors.SelfInvoicingRefused, 409),
    (errors.TooMany, 429),
    (errors.CommitUnknown, 503),
    (errors.SetupError, 503),
    (BillhookError, 500),
)


def status_of(error: BillhookError) -> int:
    """The HTTP status (RFC 9110) that says of an error what it means."""
    return next(status for kind, status in STATUSES if isinstance(error, kind))


class Mistakes:
    """Answers for exceptions; `all` is what the application is made with."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    @property
    def all(self) -> Mapping[Any, Any]:
        return {
            BillhookError: self._of_billhook,
            HTTPException: self._of_http,
            RequestValidationError: self._of_reading,
            SignInNeeded: self._of_nobody,
            Foreign: self._of_foreign,
        }

    async def _of_billhook(self, request: Request, error: BillhookError) -> Response:
        return self._answer(request, status_of(error), error.code, str(error))

    async def _of_http(self, request: Request, error: HTTPException) -> Response:
        answer = self._answer(request, error.status_code, "", problems.sentence(error.status_code))
        answer.headers.update(error.headers or {})
        return answer

    async def _of_reading(self, request: Request, error: RequestValidationError) -> Response:
        told = " ".join(f"{'.'.join(map(str, each['loc'][1:]))}: {each['msg']}." for each in error.errors()[:20])
        return self._answer(request, 422, "invalid", f"The request cannot be read. {told}")

    async def _of_nobody(self, request: Request, error: SignInNeeded) -> Response:  # noqa: ARG002
        return RedirectResponse(error.way_in, 303)

    async def _of_foreign(self, request: Request, error: Foreign) -> Response:  # noqa: ARG002
        return self._answer(request, 403, "foreign_form", _FOREIGN)

    def _answer(self, request: Request, status: int, code: str, sentence: str) -> Response:
        if request.url.path.startswith(API) or "text/html" not in request.headers.get("accept", ""):
            return problems.problem(status, code=code, detail=sentence)
        return self._pages.show(request, "mistake.html", status=status, sentence=sentence)


_FOREIGN = (
    "This form was not sent from one of billhook's own pages of this session, so nothing was changed. Open the page "
    "again and repeat."
)
