"""
Read what a person answered, field by field, into plain JSON values. It knows the kinds of fields, and no action,
no step and no database.

Answers arrive as text by field name (a form, `--answer name=value`) or as JSON values; a file as a `Document`.
"""

# ruff: noqa: ARG001  every reader takes the field and the raw value, though not each needs both

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from engine.billing.text import text_problems
from engine.contracts import Document, Field, FieldKind
from engine.errors import Invalid, Problem, closest
from engine.reference import country_exists
from engine.uploads import safe_filename
from engine.wording import unknown

_EMAIL = re.compile(r"[^\s@<>\"(),:;\\]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,6})?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_YES_NO: dict[str, bool] = {"yes": True, "true": True, "no": False, "false": False}
_SHOWN = 100  # characters of a stranger's text in a sentence
_EMAIL_LENGTH = 254  # RFC 5321, 4.5.3.1.3


def read_answer(fields: Sequence[Field], answer: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """
    The values by field name, and everything that is missing, unknown or wrong, in the order of the fields.

    Values: text is stripped and in Unicode form C; `number` is decimal text, `date` ISO text, `yes_no` a bool,
    `country` an upper-case code, `file` a Document with a safe name. An optional field without an answer has no value.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for field in fields:
        try:
            value = _read(field, answer.get(field.name))
        except _Unreadable as wrong:
            problems += [Problem(field.name, sentence) for sentence in wrong.args]
        else:
            if value is not None:
                values[field.name] = value
    return values, problems + _unknown(answer, [field.name for field in fields])


def must_be_yes(values: Mapping[str, Any], name: str, *, why: str) -> list[Problem]:
    """A problem when `name` was answered with no; `why` says what a yes is needed for."""
    return [Problem(name, f"The answer is no. {why}")] if values.get(name) is False else []


def refuse(problems: Sequence[Problem]) -> None:
    """
    Raises:
        Invalid: there are problems; it names all of them.
    """
    if problems:
        raise Invalid("The answer", problems)


class _Unreadable(Exception):
    """Why a value cannot be read: the sentences its problems will show."""


def _read(field: Field, raw: Any) -> Any:
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        if field.required:
            raise _Unreadable(f"'{field.label}' has no answer yet. It is needed.")
        return None
    return _READERS[field.kind](field, raw)


def _text(field: Field, raw: Any) -> str:
    return _printable(field, raw, lines=1)


def _long_text(field: Field, raw: Any) -> str:
    plain = re.sub(r"\r\n?", "\n", raw).replace("\t", " ") if isinstance(raw, str) else raw
    return _printable(field, plain, lines=field.max_length)


def _printable(field: Field, raw: Any, *, lines: int) -> str:
    if not isinstance(raw, str):
        raise _Unreadable(f"This is {_kind(raw)}. Send text.")
    text = unicodedata.normalize("NFC", raw.strip())
    if problems := text_problems(field.name, text, field.max_length, lines=lines):
        raise _Unreadable(*(problem.sentence for problem in problems))
    return text


def _email(field: Field, raw: Any) -> str:
    text = _text(field, raw)
    if len(text) > _EMAIL_LENGTH or not _EMAIL.fullmatch(text):
        raise _Unreadable("This is no e-mail address. Write one such as anna@example.com.")
    return text


def _number(field: Field, raw: Any) -> str:
    if isinstance(raw, Decimal) or (isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 10**15):
        raw = format(raw, "f") if isinstance(raw, Decimal) else str(raw)
    text = raw.strip() if isinstance(raw, str) else ""
    if isinstance(raw, float):
        raise _Unreadable('Send a number with decimals as text, such as "19.5": then no digit of it is lost.')
    if not _NUMBER.fullmatch(text):
        raise _Unreadable(
            "This is no number in figures. Write one such as 1250 or 19.5: at most 15 digits, a point, "
            "at most 6 decimals."
        )
    return text.removeprefix("+")


def _date(field: Field, raw: Any) -> str:
    text = raw.strip() if isinstance(raw, str) else ""
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else "").isoformat()
    except ValueError:
        raise _Unreadable("This is no date of the calendar. Write year-month-day, such as 2026-09-30.") from None


def _choice(field: Field, raw: Any) -> str:
    text = raw.strip() if isinstance(raw, str) else ""
    if text in field.choices:
        return text
    suggestion = closest(text[:_SHOWN], field.choices)
    hint = f" Did you mean '{suggestion}'?" if suggestion else ""
    raise _Unreadable(f"This is none of the choices: {', '.join(field.choices)}.{hint}")


def _yes_no(field: Field, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    known = _YES_NO.get(raw.strip().lower()) if isinstance(raw, str) else None
    if known is None:
        raise _Unreadable("This is neither yes nor no. Answer yes or no.")
    return known


def _country(field: Field, raw: Any) -> str:
    text = raw.strip().upper() if isinstance(raw, str) else ""
    if not country_exists(text):
        raise _Unreadable("This is no country code. Write two letters of ISO 3166, such as DE, FR or GR.")
    return text


def _file(field: Field, raw: Any) -> Document:
    if not isinstance(raw, Document):
        raise _Unreadable(f"This is {_kind(raw)}. Send a file; on the command line that is {field.name}=@PATH.")
    if not raw.content:
        raise _Unreadable("The file is empty. Choose one with something in it.")
    return Document(safe_filename(raw.filename), raw.media_type, raw.content)


def _kind(raw: Any) -> str:
    names = {bool: "a yes or no", int: "a number", float: "a number", list: "a list", dict: "a mapping", str: "text"}
    return "a file" if isinstance(raw, Document) else names.get(type(raw), "something else")


def _unknown(answer: Mapping[str, Any], known: Sequence[str]) -> list[Problem]:
    return [Problem(_shown(name), _no_such(_shown(name), known)) for name in unknown(answer, known)]


def _no_such(name: str, known: Sequence[str]) -> str:
    suggestion = closest(name, known)
    hint = f"Did you mean '{suggestion}'?" if suggestion else f"It asks for: {', '.join(known)}."
    return f"This step does not ask for it. {hint}"


def _shown(name: object) -> str:
    text = str(name)[:_SHOWN]
    return text if text.isprintable() else ascii(text)


_READERS: dict[FieldKind, Callable[[Field, Any], Any]] = {
    "text": _text,
    "long_text": _long_text,
    "email": _email,
    "number": _number,
    "date": _date,
    "choice": _choice,
    "yes_no": _yes_no,
    "file": _file,
    "country": _country,
}
