"""
JSON bodies as RFC 8259 hopes for them: no key twice, no NaN, no depth that nobody needs, no code that is no character.
It knows no route.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Iterator
from functools import cache, wraps
from inspect import iscoroutinefunction
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from billhook.web.api.calls import identify
from billhook.web.api.matching import NAME as IF_MATCH
from billhook.web.refusals import Encoded
from engine.errors import Invalid, Problem, closest
from engine.store import is_unkept

MOST_VALUES = 100_000  # of a body; more would take a lot of memory for nothing that is asked here
MOST_MISTAKES = 1000  # of a body that are looked at one by one; each takes its time, and all others wait for it
MOST_DEPTH = 32  # of objects and lists in each other; nothing that is asked here needs ten
MOST_DIGITS = 40  # of a whole number; the largest that is kept anywhere has 19
_SAFE = ("GET", "HEAD")
_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")  # NUL, and halves of surrogate pairs that may stand alone
SMALL = 32_768  # bytes of a body that is read at once; another thread would cost more than it takes


class Unfit(HTTPException):
    """A body that has not its shape, and what is `told` of it: FastAPI lets nothing else out of a body's reading."""

    def __init__(self, told: RequestValidationError) -> None:
        self.told = told
        super().__init__(422)


class StrictRequest(Request):
    """A request whose body is one JSON value that can be read one way only. It is given as its shape."""

    shape: Any = None

    async def json(self) -> Any:
        """
        Raises:
            json.JSONDecodeError: it is not JSON, or may be read in two ways, or nearly nothing in it is right.
            Unfit: it has not its shape.
        """
        body, shape = await self.body(), self.shape
        try:
            return _shaped(body, shape) if len(body) < SMALL else await run_in_threadpool(_shaped, body, shape)
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
                try:
                    return await handler(sent)
                except Unfit as unfit:
                    raise unfit.told from None

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


def _shaped(body: bytes, shape: Any) -> Any:
    """It is checked here and not by FastAPI, to which each mistake costs ten times as much."""
    found = _read(body)
    try:
        return _adapted(shape).validate_python(found) if shape else found
    except ValidationError as wrong:
        if (count := wrong.error_count()) > MOST_MISTAKES:
            told = f"it has {count:,} mistakes; send the first of its items alone and read what is wrong with that"
            raise json.JSONDecodeError(told, "", 0) from None
        each = [{**error, "loc": ("body", *error["loc"])} for error in wrong.errors(include_url=False)]
        raise Unfit(RequestValidationError(each)) from None


def _read(body: bytes) -> Any:
    if body.count(b",") > MOST_VALUES:
        raise json.JSONDecodeError(f"it has more than {MOST_VALUES:,} values", "", 0)
    found = json.loads(body.decode(), object_pairs_hook=_once_each, parse_constant=_no_number, parse_int=_whole)
    if body.count(b"[") + body.count(b"{") > MOST_DEPTH and _is_deep(found):
        raise RecursionError
    if _SUSPECT.search(body) and (wrong := next(filter(is_unkept, _texts(found)), None)) is not None:
        raise json.JSONDecodeError(f"the text {wrong[:40]!a} holds a code that is no character", "", 0)
    return found


def _is_deep(found: Any) -> bool:
    level = [found]
    for _ in range(MOST_DEPTH + 1):
        level = [each for one in level if isinstance(one, dict | list) for each in _parts(one)]
    return bool(level)


def _parts(one: dict[str, Any] | list[Any]) -> Collection[Any]:
    return one.values() if isinstance(one, dict) else one


def _texts(found: Any) -> Iterator[str]:
    """Every text in it, names among them; it is not deep."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict | list):
        yield from found if isinstance(found, dict) else ()
        for each in _parts(found):
            yield from _texts(each)


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
