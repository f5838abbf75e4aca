"""JSON bodies as RFC 8259 hopes for them: no key twice, no NaN, no depth that nobody needs. It knows no route."""

import json
from collections import Counter
from collections.abc import Callable, Coroutine
from functools import cache, wraps
from inspect import iscoroutinefunction
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool

from billhook.web.api.calls import identify
from billhook.web.api.matching import NAME as IF_MATCH
from billhook.web.refusals import Encoded
from engine.errors import Invalid, Problem, closest

MOST_VALUES = 100_000  # of a body; more would take a lot of memory for nothing that is asked here
MOST_MISTAKES = 1000  # of a body; each that pydantic tells takes its time, and all others wait for it
MOST_DIGITS = 40  # of a whole number; the largest that is kept anywhere has 19
_SAFE = ("GET", "HEAD")
SMALL = 32_768  # bytes of a body that is read at once; another thread would cost more than it takes


class StrictRequest(Request):
    """A request whose body is one JSON value that can be read one way only, and looks somewhat like its shape."""

    shape: Any = None

    async def json(self) -> Any:
        """
        Raises:
            json.JSONDecodeError: it is not JSON, a key stands twice in one object, or next to nothing in it is right.
        """
        body = await self.body()
        try:
            return _read(body) if len(body) < SMALL else await run_in_threadpool(_read_much, body, self.shape)
        except RecursionError:
            raise json.JSONDecodeError("it is too deep", "", 0) from None
        except UnicodeDecodeError:
            raise json.JSONDecodeError("it is not UTF-8", "", 0) from None


class StrictRoute(APIRoute):
    """A route of the API: who asks is looked at before a body is read, and no query parameter is ignored."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **described: Any) -> None:
        super().__init__(path, endpoint if iscoroutinefunction(endpoint) else _off_the_loop(endpoint), **described)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler, known, versioned = super().get_route_handler(), self.parameters, self.versioned
        shape = self.body_field and self.body_field.field_info.annotation

        async def strict(request: Request) -> Response:
            await identify(request)
            _require_plain(request.headers.get("content-encoding", ""))
            _require_known([name for name, _ in request.query_params.multi_items()], known)
            _require_versioned(request.method, given="if-match" in request.headers, versioned=versioned)
            sent = StrictRequest(request.scope, request.receive)
            sent.shape = shape
            async with request.app.state.house.lanes.of(request.state.lane):
                return await handler(sent)

        return strict

    @property
    def parameters(self) -> list[str]:
        """What the operation may be asked with in its address's query."""
        return sorted(_parameters(self.dependant))

    @property
    def versioned(self) -> bool:
        """Whether the operation is held to the version that was seen."""
        return any(field.alias == IF_MATCH for each in self.dependant.dependencies for field in each.header_params)


def _off_the_loop(operation: Callable[..., Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
    """The operation in a thread of the pool, and nothing else: FastAPI would ask for another one for its answer."""

    @wraps(operation)
    async def awaited(**given: Any) -> Any:
        return await run_in_threadpool(operation, **given)

    return awaited


def _parameters(dependant: Dependant) -> set[str]:
    """Those of the function and of what it depends on."""
    own = {field.alias for field in dependant.query_params}
    return own.union(*map(_parameters, dependant.dependencies))


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


def _read(body: bytes) -> Any:
    if body.count(b",") > MOST_VALUES:
        raise json.JSONDecodeError(f"it has more than {MOST_VALUES:,} values", "", 0)
    return json.loads(body.decode(), object_pairs_hook=_once_each, parse_constant=_no_number, parse_int=_whole)


def _read_much(body: bytes, shape: Any) -> Any:
    """FastAPI has every mistake told before the first ones are chosen, and nothing else is done meanwhile."""
    found = _read(body)
    if shape and (count := _mistakes(found, shape)) > MOST_MISTAKES:
        told = f"it has {count:,} mistakes; send the first of its items alone and read what is wrong with that"
        raise json.JSONDecodeError(told, "", 0)
    return found


def _mistakes(found: Any, shape: Any) -> int:
    try:
        _adapted(shape).validate_python(found)
    except ValidationError as wrong:
        return wrong.error_count()
    return 0


@cache
def _adapted(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise json.JSONDecodeError(f"the key {twice[:40]!r} stands twice", "", 0)
    return found


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise json.JSONDecodeError(f"the number {digits[:10]}... has {len(digits):,} digits", "", 0)
    return int(digits)


def _no_number(name: str) -> Any:
    raise json.JSONDecodeError(f"{name} is no JSON number", "", 0)
