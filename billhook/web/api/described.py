"""The OpenAPI description of the HTTP API, from its routes: `GET /api/v1/openapi.json`, for everybody."""

from functools import cache
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi

from billhook.web.api.shapes import Trouble

_PROBLEM = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Trouble"}}}}
_MEANS = {
    400: "The request is not HTTP as it should be.",
    401: "No token, or one that opens nothing.",
    403: "The token's scopes or its role do not allow it.",
    404: "Not there, or not yours.",
    409: "Not now: what stands in the way, and what is possible instead.",
    412: "If-Match names another version than the present one.",
    413: "The body is too large.",
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

    @described.get("/openapi.json", include_in_schema=False)
    def openapi() -> dict[str, Any]:
        return once()

    return described


def description(routes: APIRouter) -> dict[str, Any]:
    """OpenAPI 3.1 of these routes."""
    told = get_openapi(
        title="billhook", version=version("billhook"), routes=routes.routes,
        summary="Partner onboarding and payouts with self-billing.",
        description="Amounts are decimal text, or minor units where they are whole numbers; instants are UTC.",
    )  # fmt: skip
    for path in told["paths"].values():
        for operation in path.values():
            _as_problems(operation)
    return told


def _as_problems(operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        if status.isdigit() and int(status) >= 400:
            answer["content"] = _PROBLEM["content"]
