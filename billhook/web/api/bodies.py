"""
JSON bodies as RFC 8259 hopes for them: no key twice, no NaN, no depth that nobody needs, no code that is no character.
It knows no route.
"""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError

from engine.store import is_unkept

MOST_VALUES = 100_000  # of a body; more would take a lot of memory for nothing that is asked here
MOST_MISTAKES = 1000  # of a body; telling each takes its time, and whatever else is done meanwhile is slower for it
MOST_DEPTH = 32  # of objects and lists in each other; nothing that is asked here needs ten
MOST_DIGITS = 40  # of a whole number; the largest that is kept anywhere has 19
_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")  # NUL, and halves of surrogate pairs that may stand alone


def value_of(body: bytes, media_type: str) -> Any:
    """
    The one value that a body can be read as; one that does not say that it is JSON stays as it is.

    Raises:
        RequestValidationError: it is not JSON.
    """
    if not body or not _is_json(media_type):
        return body
    try:
        return _read(body)
    except RecursionError:
        raise _unread("it is too deep") from None
    except UnicodeDecodeError:
        raise _unread("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise _unread(error.msg, error.doc, error.pos) from None


def fitted(shape: TypeAdapter[Any], value: Any, mistakes: list[Any]) -> Any:
    """
    The value in its shape. What is wrong with it is added to `mistakes`, as FastAPI tells of them.

    Raises:
        RequestValidationError: next to nothing in it is right.
    """
    try:
        return shape.validate_python(value)
    except ValidationError as wrong:
        if (count := wrong.error_count()) > MOST_MISTAKES:
            told = f"it has {count:,} mistakes; send the first of its items alone and read what is wrong with that"
            raise _unread(told) from None
        mistakes += [{**each, "loc": ("body", *each["loc"])} for each in wrong.errors(include_url=False)]


def _is_json(media_type: str) -> bool:
    kind = media_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def _unread(why: str, text: str = "", place: int = 0) -> RequestValidationError:
    mistake = {"type": "json_invalid", "loc": ("body", place), "msg": "JSON decode error", "ctx": {"error": why}}
    return RequestValidationError([mistake], body=text)


def _read(body: bytes) -> Any:
    if body.count(b",") > MOST_VALUES:
        raise json.JSONDecodeError(f"it has more than {MOST_VALUES:,} values", "", 0)
    found = _STRICT.decode(body.decode())
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


_STRICT = json.JSONDecoder(object_pairs_hook=_once_each, parse_constant=_no_number, parse_int=_whole)
