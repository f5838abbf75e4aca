"""The OpenAPI description of the HTTP API, from its routes: `GET /api/v1/openapi.json`, for everybody."""

import json
from functools import cache
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from billhook.web.api.calls import BEARER, scope_of
from billhook.web.api.examples import with_examples
from billhook.web.api.shapes import Trouble

_PROBLEM = {"schema": {"$ref": "#/components/schemas/Trouble"}}
_MEANS = {
    400: "The request is not HTTP as it should be.",
    401: "No token, or one that opens nothing.",
    403: "The token's scopes or its role do not allow it.",
    404: "Not there, or not yours.",
    409: "Not now: what stands in the way, and what is possible instead.",
    412: "If-Match names another version than the present one.",
    413: "The body is too large.",
    415: "The body is compressed; send it as it is.",
    422: "What was sent cannot be accepted: every problem.",
    429: "Too many calls; Retry-After says when to go on.",
    503: "The database is away, or went away while committing.",
}
TROUBLES: dict[int | str, dict[str, Any]] = {
    status: {"description": means, "model": Trouble} for status, means in _MEANS.items()
}


def router(routes: APIRouter) -> APIRouter:
    """The route that tells of the others."""
    described, once = APIRouter(), cache(lambda: description(routes))

    def openapi(_request: Request) -> Response:
        return JSONResponse(once())

    described.add_route("/openapi.json", openapi, include_in_schema=False)
    return described


def description(routes: APIRouter) -> dict[str, Any]:
    """OpenAPI 3.1 of these routes: each operation with its scope, and with examples of what it takes and answers."""
    told = get_openapi(
        title="billhook", version=version("billhook"), routes=routes.routes,
        summary="Partner onboarding and payouts with self-billing.",
        description="Amounts are decimal text, or minor units where they are whole numbers; instants are UTC.",
    )  # fmt: skip
    scheme = BEARER.model.model_dump(mode="json", by_alias=True, exclude_none=True)
    told["components"]["securitySchemes"] = {BEARER.scheme_name: scheme}
    for route in iter_route_contexts(routes.routes):
        if isinstance(route.original_route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                _complete(told["paths"][route.path_format][method.lower()], route, told["components"]["schemas"])
    return told


def _complete(operation: dict[str, Any], route: RouteContext, schemas: dict[str, Any]) -> None:
    """An operation is called as its function, so generated clients have short names; a token's scope is its role."""
    operation["operationId"] = route.name
    operation["security"] = [{"token": [scope_of(route.dependant)]}]
    for status, answer in operation["responses"].items():
        answer["headers"] = _headers(status, json.dumps(answer))
        if int(status) >= 400:
            answer["content"] = {"application/problem+json": dict(_PROBLEM)}
    with_examples(operation, schemas)


def _headers(status: str, answer: str) -> dict[str, Any]:
    if int(status) >= 400:
        return {"Retry-After": _header("integer", "Seconds.")} if status == "429" else {}
    versioned = any(f'schemas/{name}"' in answer for name in _VERSIONED)
    tag = {"ETag": _header("string", "Its version, for If-Match.")} if versioned else {}
    return _LIMITS | tag


def _header(kind: str, description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": kind}}


_VERSIONED = ("PayoutView", "Fired", "Settings", "Numbered", "Switch", "Profile", "RunView", "Acceptance")
_LIMITS = {
    "RateLimit-Limit": _header("integer", "Calls that a token has in a minute."),
    "RateLimit-Remaining": _header("integer", "Calls that are left of them."),
    "RateLimit-Reset": _header("integer", "Seconds until the next minute begins."),
}
