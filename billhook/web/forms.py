"""
Forms of pages: from an action's fields to a form with its errors, and the token that says a form is one of ours.

What an answer must be, the action checks; here it is only asked for and read. Numbers are written as their reader
writes them: by the decimal sign of a locale, and without signs between thousands, as those are another's decimal sign.
"""

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any, Literal, TypeVar, cast

from babel import Locale
from babel.numbers import get_decimal_symbol, parse_decimal
from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.csrf.core import CSRFTokenField
from wtforms.csrf.session import SessionCSRF
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.meta import DefaultMeta
from wtforms.widgets import CheckboxInput, DateInput

from billhook.web.refusals import FieldTooLong
from engine.contracts import Document, Field
from engine.errors import Invalid, NotFound, Problem, ReasonRequired, Unknown
from engine.store import is_unkept

Made = TypeVar("Made")
Deed = Callable[[], Made]

MOST_FIELDS, MOST_CHOSEN, LARGEST_TEXT = 200, 500, 256 * 1024  # chosen: payouts of one bulk
TOKEN = "csrf_token"  # noqa: S105 - the name of a field
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Picked(Field):
    """A field of our own pages: one of the choices in a `list`, `several` of them, or one `tick`."""

    look: Literal["list", "several", "tick"] = "list"


class Foreign(Exception):
    """A form that was sent from another site, or from a page of an earlier session. Nothing was changed."""


class _Signed(Form):
    """A form that holds nothing but the token."""

    class Meta(DefaultMeta):
        csrf = True
        csrf_class = SessionCSRF
        csrf_time_limit = None  # as long as the session, which ends after hours


class Signature:
    """Signs forms with a secret that all processes share, for the session they are shown in."""

    def __init__(self, secret: Callable[[], str]) -> None:
        self._secret = cache(lambda: secret().encode())  # asked for when the first form is made

    def token(self, request: Request) -> str:
        return str(cast(CSRFTokenField, self._form(request, None)[TOKEN]).current_token)

    @asynccontextmanager
    async def required(self, request: Request) -> AsyncIterator[None]:
        """
        While a page answers: what changes something comes from one of our own, and in a session from this one. The
        request's state has then what the form `said`, and by its digest each file that was `sent`.

        Raises:
            Foreign: it does not. Invalid: a text in it holds what is no character.
        """
        if request.method in _SAFE:
            yield
            return
        if not _same_site(request):
            raise Foreign
        async with _read(request) as form:
            if len(form.multi_items()) > MOST_FIELDS + MOST_CHOSEN:  # the parser counts the fields of multipart alone
                raise HTTPException(413)
            _require_kept(form)
            if request.session and not (isinstance(form.get(TOKEN), str) and self._form(request, form).validate()):
                raise Foreign
            request.state.said = [
                [name, value] for name, value in form.multi_items() if name != TOKEN and isinstance(value, str)
            ]
            request.state.sent = [
                [name, await _digest(value)] for name, value in form.multi_items() if isinstance(value, UploadFile)
            ]
            yield

    def _form(self, request: Request, given: FormData | None) -> Form:
        return _Signed(formdata=given, meta={"csrf_context": request.session, "csrf_secret": self._secret()})


def asking(
    fields: Sequence[Field],
    *,
    language: str,
    said: Mapping[str, Any] | None = None,
    problems: Sequence[Problem] = (),
    titles: Mapping[str, str] | None = None,
    ids: str = "",
) -> Form:
    """
    A form of these fields with what was `said`, and each problem beside its field; problems of no field are the
    form's own. `language`: the reader's, or a locale such as fr_BE; `titles` are words for choices; `ids` begin the
    fields' ids, where a page has another of their names.
    """
    kinds = {field.name: _unbound(field, language, titles or {}, ids) for field in fields}
    shown = {name: _shown(value) for name, value in (said or {}).items()}
    form: Form = type("Asked", (Form,), kinds)(data=shown)
    numbers = {field.name for field in fields if _is_number(field)}
    for problem in problems:
        if problem.field in form:
            wrong = _of_number(problem, shown, language) if problem.field in numbers else problem.sentence
            form[problem.field].errors = [*form[problem.field].errors, _begun(wrong)]
        else:
            form.form_errors.append(problem.sentence)
    return form


async def answer(request: Request, fields: Sequence[Field]) -> dict[str, Any]:
    """What was filled in, by the names of the fields: text, and a Document for a file. What is empty is left out."""
    form = await request.form()
    given: dict[str, Any] = {}
    for field in fields:
        value = form.get(field.name)
        if isinstance(field, Picked) and field.look == "several":
            given[field.name] = [each for each in form.getlist(field.name) if isinstance(each, str)]
            continue
        if isinstance(value, UploadFile) != (field.kind == "file"):
            continue  # a browser sends no file for a field of text; what is missing is told
        if isinstance(value, UploadFile):
            if value.filename:
                given[field.name] = await document(value)
        elif value:
            given[field.name] = value
    return given


def plain(typed: Mapping[str, Any], fields: Sequence[Field], *, language: str) -> dict[str, Any]:
    """
    What was typed as verbs and programs read it: numbers with a point. One that is not written as its reader writes
    numbers becomes what no verb takes; `asking` tells why.
    """
    read = {
        field.name: decimal(typed[field.name], language=language) or _NO_NUMBER
        for field in fields
        if _is_number(field) and isinstance(typed.get(field.name), str) and typed[field.name].strip()
    }
    return {**typed, **read}


def written(kept: Mapping[str, Any], fields: Sequence[Field], *, language: str) -> dict[str, Any]:
    """What is kept as its reader writes it: the contrary of `plain`."""
    sign = get_decimal_symbol(language)
    numbers = [field.name for field in fields if _is_number(field) and isinstance(kept.get(field.name), str)]
    return {**kept, **{name: kept[name].replace(".", sign) for name in numbers}}


def decimal(text: str, *, language: str) -> str | None:
    """A number written by hand, with a point; None for what is not figures and, once at most, the decimal sign."""
    sign = get_decimal_symbol(language)
    if not re.fullmatch(rf"[+-]?[0-9]{{1,40}}({re.escape(sign)}[0-9]{{1,40}})?", text.strip(), re.ASCII):
        return None
    return format(parse_decimal(text.strip(), locale=language, strict=True), "f")


def required_decimal(text: str, name: str, *, language: str) -> str:
    """As `decimal`, of a field by its name. Raises Invalid."""
    read = decimal(text, language=language)
    if read is None:
        raise Invalid("The form", [Problem(name, no_decimal(text.strip(), language=language))])
    return read


def no_decimal(text: str, *, language: str) -> str:
    """What is said of a text that `decimal` cannot read."""
    told = ascii(text[:_SHOWN]) if not text.isprintable() else f"'{text[:_SHOWN]}'"
    sign = get_decimal_symbol(language)
    return (
        f"{told} cannot be read as a number. Write figures alone, with a {_SIGNS.get(sign, sign)} before decimals, "
        f"such as 20 or 5{sign}5."
    )


async def document(upload: UploadFile) -> Document:
    """A file as it was sent; what it is, its bytes say later."""
    return Document(upload.filename or "", upload.content_type or "application/octet-stream", await upload.read())


def problems_of(error: Exception) -> tuple[Problem, ...]:
    """The problems an error names, else the error itself, as one of the field that it is about or of none."""
    if isinstance(error, Invalid):
        return error.problems
    about = (
        error.kind if isinstance(error, NotFound | Unknown) else "reason" if isinstance(error, ReasonRequired) else ""
    )
    return (Problem(about, str(error)),)


def sentences(error: Exception, said: Mapping[str, Any], fields: Sequence[Field], *, language: str) -> tuple[str, ...]:
    """What is wrong with what was `said`, of numbers in their reader's terms."""
    numbers = {field.name for field in fields if _is_number(field)}
    return tuple(
        _of_number(each, said, language) if each.field in numbers else each.sentence for each in problems_of(error)
    )


def beside(error: Exception, fields: Mapping[str, str]) -> dict[str, str]:
    """
    What is wrong by the field of a small form that it stands beside, under '' what is about none of them. `fields`:
    the form's names for those that the error names.
    """
    if isinstance(error, ReasonRequired):
        return {"reason": "Say in a sentence what is wrong with it."}
    if isinstance(error, Invalid) and all(each.field in fields for each in error.problems):
        return {fields[each.field]: _begun(each.sentence) for each in error.problems}
    return {"": str(error)}


async def _digest(upload: UploadFile) -> str:
    """Which file it is; whoever reads it next reads it from its beginning."""
    digest = sha256()
    while part := await upload.read(_PART):
        digest.update(part)
    await upload.seek(0)
    return digest.hexdigest()


@asynccontextmanager
async def _read(request: Request) -> AsyncIterator[FormData]:
    """Raises FieldTooLong, HTTPException."""
    try:
        await request.form(max_fields=MOST_FIELDS, max_files=10, max_part_size=LARGEST_TEXT)
    except HTTPException as error:
        if _TOO_LONG in str(error.detail):
            raise FieldTooLong(LARGEST_TEXT // 1024) from error
        raise
    async with request.form() as form:
        yield form


def _require_kept(form: FormData) -> None:
    """What stands in a form may be kept within something else, where no database would look at it. Raises Invalid."""
    said = [(name, value if isinstance(value, str) else value.filename or "") for name, value in form.multi_items()]
    if wrong := [name for name, text in said if is_unkept(name) or is_unkept(text)]:
        told = "it holds codes that are no characters; write it without them."
        raise Invalid("The form", [Problem("" if is_unkept(name) else name[:_SHOWN], told) for name in wrong[:1]])


def _unbound(field: Field, language: str, titles: Mapping[str, str], ids: str) -> Any:
    """WTForms' constructor of the field; its own types tell of every keyword apart, ours are always these four."""
    help = _by_their_sign(field.help, language) if _is_number(field) else field.help
    said: dict[str, Any] = {
        "label": field.label, "description": help, "render_kw": _attributes(field), "id": f"{ids}{field.name}",
    }  # fmt: skip
    if isinstance(field, Picked):
        return _picked(field, said, titles)
    if field.kind == "choice":
        return RadioField(**said, choices=[SelectChoice(each, titles.get(each, each)) for each in field.choices])
    if field.kind == "yes_no":
        return RadioField(**said, choices=[SelectChoice("yes", "Yes"), SelectChoice("no", "No")])
    if field.kind == "country":
        return SelectField(**said, choices=[SelectChoice("", ""), *countries(language)])
    if field.kind == "date":
        return StringField(**said, widget=DateInput())
    return _PLAIN[field.kind](**said)


def _picked(field: Picked, said: dict[str, Any], titles: Mapping[str, str]) -> Any:
    choices = [SelectChoice(each, titles.get(each, each)) for each in field.choices]
    if _is_tick(field):
        return BooleanField(**said)
    if field.look == "list":
        return SelectField(**said, choices=choices)
    return SelectMultipleField(**{**said, "render_kw": {}}, choices=choices, option_widget=CheckboxInput())


def countries(language: str) -> list[SelectChoice]:
    """ISO 3166-1 codes and names in a language, by name."""
    names = Locale.parse(language).territories
    known = {code: name for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in _NONE}
    return [SelectChoice(code, known[code]) for code in sorted(known, key=known.__getitem__)]


def _attributes(field: Field) -> dict[str, Any]:
    told: dict[str, Any] = {"required": True} if field.required and not _is_tick(field) else {}
    if field.kind == "file" or isinstance(field, Picked):
        return told
    if field.kind in ("text", "long_text", "email", "number"):
        told["maxlength"] = field.max_length
    if _is_number(field):
        told["inputmode"] = "decimal"
    return told


def _is_tick(field: Field) -> bool:
    """Left empty it says no: a browser would send no form that wants it ticked."""
    return isinstance(field, Picked) and field.look == "tick"


def _is_number(field: Field) -> bool:
    return field.kind == "number" or field.name in _RATES


def _of_number(problem: Problem, typed: Mapping[str, Any], language: str) -> str:
    """A problem of a number in its reader's terms: engines and programs write a point."""
    text = typed.get(problem.field)
    if isinstance(text, str) and text.strip() and decimal(text, language=language) is None:
        return no_decimal(text.strip(), language=language)
    return _by_their_sign(problem.sentence, language)


def _begun(sentence: str) -> str:
    """As sentences begin; one that goes on from a subject elsewhere stands alone beside a field. Names stay."""
    return sentence[:1].upper() + sentence[1:] if _WORD.match(sentence) else sentence


def _by_their_sign(sentence: str, language: str) -> str:
    sign = get_decimal_symbol(language)
    if sign == ".":
        return sentence
    return re.sub(r"(?<=[0-9])\.(?=[0-9])", sign, sentence).replace(" a point", f" a {_SIGNS.get(sign, sign)}")


def _shown(value: Any) -> Any:
    return ("yes" if value else "no") if isinstance(value, bool) else value


def _same_site(request: Request) -> bool:
    """Browsers say where a form comes from; what says nothing is no browser and was sent no cookie by one."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host", "")


INVITATION = (Field("name", "text", "Name", max_length=200), Field("email", "email", "E-mail address", max_length=200))

_PLAIN: dict[str, Callable[..., Any]] = {
    "text": StringField,
    "number": StringField,
    "email": EmailField,
    "long_text": TextAreaField,
    "file": FileField,
}
_RATES = frozenset({"tax_percent"})  # a text for programs, who send what they have; to a person it is a number
_NO_NUMBER, _SHOWN = "?", 40
_PART = 1024 * 1024  # of a file, in memory at a time
_SIGNS = {".": "point", ",": "comma"}
_WORD = re.compile(r"[a-z]+('s)?[ ,;:]")
_TOO_LONG = "exceeded maximum size"  # Starlette's words
_NONE = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
