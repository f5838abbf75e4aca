"""What a request gets that did not succeed: RFC 9457, `application/problem+json`. It knows no route."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response

from billhook.web.surroundings import request_id

_SENTENCES = {
    404: "Nothing is at this address. Look for a mistyped path.",
    405: "This address does not take that method. The Allow header says which it takes.",
    413: "A request has 30 MB at most. Send less at a time.",
    415: "Forms are read in UTF-8 alone, and this one names another charset, so nothing of it was read. Send it in "
    "UTF-8 and leave the charset out.",
    421: "Pages are shown under the address that BILLHOOK_BASE_URL names; this request names another host. Use that "
    "address, or set BILLHOOK_BASE_URL to the one that people use.",
    500: "Something stopped this request that was not foreseen, and nothing more is said of it here. "
    "Its id leads to the log.",
}

_CODES = {413: "content_too_large", 422: "unprocessable_content"}  # Python's names of these differ by its version


def problem(
    status: int,
    *,
    code: str = "",
    detail: str = "",
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """A problem document: its code for programs, its sentence for people, the request's id for both, `more` parts."""
    title = HTTPStatus(status).phrase
    content = {
        "type": "about:blank", "title": title, "status": status, "detail": detail or sentence(status),
        "code": code or _CODES.get(status) or title.lower().replace(" ", "_"), "request": request_id(), **(more or {}),
    }  # fmt: skip
    return JSONResponse(content, status, headers, media_type="application/problem+json")


def sentence(status: int) -> str:
    """What is said of a status that the framework gives: unknown paths, methods a path does not take."""
    return _SENTENCES.get(status, HTTPStatus(status).phrase)
