"""
Routes of the API: no body is read of a token that opens nothing, no query parameter is ignored. It knows no operation.

FastAPI describes them, by what the operations' functions take; they are answered here. FastAPI's own way to a function
costs several times what one of ours needs: it keeps stacks of what is to be closed after the answer, and asks of every
parameter anew what it is.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError, ResponseValidationError
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from billhook.web.api.bodies import fitted, value_of
from billhook.web.api.calls import counted, identify, lane_of
from billhook.web.api.matching import NAME as IF_MATCH
from billhook.web.api.taken import Taken
from billhook.web.refusals import Encoded
from billhook.web.threads import Threads
from engine.errors import Invalid, Problem, closest

_SAFE = ("GET", "HEAD")
_THREADS = Threads(40, "billhook-calls")  # of these one who asks has `limits.AT_A_TIME`


class StrictRoute(APIRoute):
    """
    A route whose operation, and what it depends on, are plain functions: all of them are called in one thread, with
    everything read.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **described: Any) -> None:
        super().__init__(path, endpoint, **described)
        self._shape = TypeAdapter[Any](self.body_field.field_info.annotation or Any) if self.body_field else None
        self._taken = Taken(self.dependant)
        #: What the operation may be asked with in its address's query, and whether it is held to a version.
        self.parameters, self.versioned = sorted(self._taken.query), IF_MATCH in self._taken.headers

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        async with request.app.state.house.lanes.of(await lane_of(request)):
            told = counted(request)
            body = await _body(request) if self._shape else b""
            answer = await _THREADS.do(self._answered, request, body, told)
        await answer(scope, receive, send)

    def _answered(self, request: Request, body: bytes, told: dict[str, str]) -> Response:
        identify(request)
        headers, noted, mistakes = request.headers, Response(headers=told), list[Any]()
        _require_plain(headers.get("content-encoding", ""))
        _require_known([name for name, _ in request.query_params.multi_items()], self.parameters)
        _require_versioned(request.method, given="if-match" in headers, versioned=self.versioned)
        sent = value_of(body, headers.get("content-type", ""))
        given = self._taken.given(request, noted, mistakes)
        if self._shape and self.body_field:
            given[self.body_field.name] = fitted(self._shape, sent, mistakes)
        if mistakes:
            raise RequestValidationError(mistakes)
        return _with_headers(self._told(self.endpoint(**given)), noted)

    def _told(self, found: Any) -> Response:
        """What the operation returned, as it is described."""
        status = self.status_code or 200
        if isinstance(found, Response) or self.response_field is None:
            return found or Response(status_code=status)
        value, wrong = self.response_field.validate(found, loc=("response",))
        if wrong:
            raise ResponseValidationError(wrong, body=found)
        return Response(self.response_field.serialize_json(value), status, media_type="application/json")


async def _body(request: Request) -> bytes:
    try:
        return await request.body()
    except ClientDisconnect:
        raise HTTPException(400) from None


def _with_headers(answer: Response, noted: Response) -> Response:
    answer.raw_headers += [each for each in noted.raw_headers if each[0] != b"content-length"]
    return answer


def _require_known(given: list[str], known: list[str]) -> None:
    """
    Raises:
        Invalid: a parameter that nothing reads, or one twice; left unread it would answer what was not asked.
    """
    twice = sorted(name for name, count in Counter(given).items() if count > 1 and name in known)
    if twice:
        raise Invalid("The query", [Problem(name, "it stands there twice; it takes one value.") for name in twice])
    unknown = [name[:40] for name in given if name not in known]
    if unknown:
        told = "this operation has no such parameter;"
        raise Invalid("The query", [Problem(name, f"{told} {_offer(name, known)}") for name in unknown[:20]])


def _require_versioned(method: str, *, given: bool, versioned: bool) -> None:
    """
    Raises:
        Invalid: a condition that nothing looks at; left unread something would be done that was not to be done.
    """
    if given and not versioned and method not in _SAFE:
        told = "this operation is held to no version, so nothing was done; leave it out."
        raise Invalid("The request", [Problem(IF_MATCH, told)])


def _require_plain(encoding: str) -> None:
    """
    Raises:
        Encoded: a body that would have to be unpacked first.
    """
    if encoding.strip().casefold() not in ("", "identity"):
        raise Encoded(encoding[:40])


def _offer(name: str, known: list[str]) -> str:
    if near := closest(name, known):
        return f"did you mean '{near}'?"
    return f"it takes {', '.join(known)}." if known else "it takes none."
