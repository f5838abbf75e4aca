"""What a request gets that did not succeed: its status, and a page or an RFC 9457 problem. It knows no route."""

from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from billhook.web import problems, refusals
from billhook.web.forms import Foreign
from billhook.web.heads import allowing
from billhook.web.rendering import Pages
from billhook.web.visits import SignInNeeded
from engine import errors
from engine.billing.errors import BillingError
from engine.errors import BillhookError, Problem
from engine.idempotency import plain
from engine.wording import told

API = "/api/"

#: The first class that fits, from the top.
STATUSES: tuple[tuple[type[BillhookError], int], ...] = (
    (refusals.TokenNeeded, 401),
    (refusals.ScopeMissing, 403),
    (refusals.TooFast, 429),
    (refusals.PressBusy, 503),
    (refusals.FieldTooLong, 413),
    (refusals.Stale, 412),
    (refusals.Encoded, 415),
    (errors.NotFound, 404),
    (errors.NotAllowed, 403),
    (refusals.ProviderRefused, 403),
    (refusals.ProviderSilent, 503),
    (errors.UsageError, 422),
    (errors.ReasonRequired, 422),
    (errors.TransitionError, 409),
    (errors.Conflict, 409),
    (errors.SelfInvoicingRefused, 409),
    (errors.InvoiceRefused, 409),
    (errors.NoVatCheck, 409),
    (errors.RenderError, 422),
    (errors.TooMany, 429),
    (errors.CommitUnknown, 503),
    (errors.SetupError, 503),
    (BillhookError, 500),
)


def status_of(error: BillhookError) -> int:
    """The HTTP status (RFC 9110) that says of an error what it means."""
    return next(status for kind, status in STATUSES if isinstance(error, kind))


def is_api(request: Request) -> bool:
    """Whether a program asks, by the address."""
    return request.url.path.startswith(API)


class Mistakes:
    """Answers for exceptions; `all` is what the application is made with."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    @property
    def all(self) -> Mapping[Any, Any]:
        return {
            BillhookError: self._of_billhook,
            BillingError: self._of_billing,
            HTTPException: self._of_http,
            RequestValidationError: self._of_reading,
            SignInNeeded: self._of_nobody,
            Foreign: self._of_foreign,
        }

    async def _of_billhook(self, request: Request, error: BillhookError) -> Response:
        status = status_of(error)
        if is_api(request):
            return problems.problem(
                status, code=error.code, detail=str(error), headers=_headers(error), more=_parts(error)
            )
        answer = self._answer(request, status, error.code, str(error))
        answer.headers.update(_headers(error))
        return answer

    async def _of_billing(self, request: Request, error: BillingError) -> Response:
        if is_api(request):
            return problems.problem(422, code=error.code, detail=str(error), more=_parts(error))
        return self._answer(request, 422, error.code, str(error))

    async def _of_http(self, request: Request, error: HTTPException) -> Response:
        answer = self._answer(request, error.status_code, "", problems.sentence(error.status_code))
        answer.headers.update(error.headers or {})
        if allow := answer.headers.get("allow"):
            answer.headers["allow"] = allowing(allow)
        return answer

    async def _of_reading(self, request: Request, error: RequestValidationError) -> Response:
        body = error.body if isinstance(error.body, str) else ""
        wrong = error.errors()
        found = [_problem(each, body) for each in wrong[:_TOLD]]
        more = f" And {len(wrong) - _TOLD:,} more." if len(wrong) > _TOLD else ""
        sentence = f"The request cannot be read. {' '.join(map(told, found))}{more}"
        if is_api(request):
            return problems.problem(422, code="invalid", detail=sentence, more={"problems": plain(found)})
        return self._answer(request, 422, "invalid", sentence)

    async def _of_nobody(self, request: Request, error: SignInNeeded) -> Response:  # noqa: ARG002
        return RedirectResponse(error.way_in, 303)

    async def _of_foreign(self, request: Request, error: Foreign) -> Response:  # noqa: ARG002
        return self._answer(request, 403, "foreign_form", _FOREIGN)

    def _answer(self, request: Request, status: int, code: str, sentence: str) -> Response:
        if is_api(request) or "text/html" not in request.headers.get("accept", ""):
            return problems.problem(status, code=code, detail=sentence)
        return self._pages.show(request, "mistake.html", status=status, sentence=sentence)


def _parts(error: Exception) -> dict[str, Any]:
    """What programs need of an error, beside its sentence."""
    return {name: plain(getattr(error, name)) for name in _PARTS if getattr(error, name, None)}


def _headers(error: BillhookError) -> dict[str, str]:
    if isinstance(error, refusals.TokenNeeded):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, refusals.TooFast | refusals.PressBusy):
        return {"Retry-After": str(error.seconds)}
    return {}


def _problem(found: Any, body: str) -> Problem:
    """Pydantic's message as a sentence; where in the body the JSON parser stopped, and what a body has to be."""
    inside, why = found["loc"][1:], str(found.get("ctx", {}).get("error", ""))
    if found["type"] == "json_invalid":
        before = body[: inside[0]]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        told = f"It is not JSON: {why}, line {line}, column {column}." if body else f"It is not read: {why}."
        return Problem("body", told)
    if found["loc"] == ("body",):
        return Problem("body", "Send a JSON object, with Content-Type: application/json.")
    said = f"{found['msg']} ({why})." if why and why not in found["msg"] else f"{found['msg']}."
    return Problem(".".join(map(str, inside)), said)


_TOLD = 20  # mistakes of a request
_PARTS = ("problems", "refusals", "missing", "allowed", "suggestion", "scope")
_FOREIGN = (
    "This form was not sent from one of billhook's own pages of this session, so nothing was changed. Open the page "
    "again and repeat."
)
