"""
The forms of a page, of which one may come back: with what was said in it, and each problem beside its field.

It knows no page. Every form of the console is one of its page's sheets, and what it asks for is `tried`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.responses import Response
from wtforms import Form

from billhook.web import edits, forms
from billhook.web.mistakes import status_of
from billhook.web.refusals import Stale
from billhook.web.visits import Visit
from engine.billing.errors import BillingError, Unlawful
from engine.contracts import Document, Field
from engine.errors import BillhookError, Invalid, NotAllowed, NotFound, Problem


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    A form of a page. `held` stands in it before anybody writes; `titles` are words for choices; `named` its fields by
    the names that the engine has for them, where those are others.
    """

    name: str
    fields: tuple[Field, ...]
    held: Mapping[str, Any] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Back:
    """A form that comes back: which, what was said in it, and why it could not be taken."""

    sheet: str
    said: Mapping[str, Any]
    error: Exception

    @property
    def status(self) -> int:
        """What was named in a form and is not there is a mistake of the form, not of the address."""
        known = isinstance(self.error, BillhookError) and not isinstance(self.error, NotFound)
        return status_of(self.error) if known and isinstance(self.error, BillhookError) else 422


def tried(
    visit: Visit,
    sheet: str,
    said: Mapping[str, Any],
    deed: forms.Deed[str],
    *,
    page: Callable[[Back], Response],
    to: str,
) -> Response:
    """
    Do it and go on to `to`, which says what came of it; where it cannot be taken, the `page` with the form as it was.

    Raises:
        NotAllowed: the role may not. NotFound: what the address names is not there.
    """
    return answered(sheet, said, lambda: visit.go(to, deed()), page=page)


def answered(
    sheet: str, said: Mapping[str, Any], deed: forms.Deed[Response], *, page: Callable[[Back], Response]
) -> Response:
    """The same for a deed that makes its answer itself, such as a page with what is shown but once."""
    try:
        return deed()
    except NotAllowed:
        raise
    except (BillhookError, BillingError) as error:
        if isinstance(error, NotFound) and not _named(error.name, said.values()):
            raise
        return page(Back(sheet, said, error))


def shown(visit: Visit, sheets: Sequence[Sheet], back: Back | None = None) -> dict[str, Form]:
    """The page's forms by name; the one that came back as it was sent. An id stands on a page once."""
    taken: set[str] = set()
    found: dict[str, Form] = {}
    for sheet in sheets:
        names = {each.name for each in sheet.fields}
        here = _as_it_is_now(visit, sheet, back) if back and back.sheet == sheet.name else None
        found[sheet.name] = forms.asking(
            sheet.fields, language=visit.locale, titles=sheet.titles,
            said=here.said if here else sheet.held, problems=_problems(visit, sheet, here),
            ids=f"{sheet.name}-" if names & taken else "",
        )  # fmt: skip
        taken |= names
    return found


def to_carry(visit: Visit, sheets: Sequence[Sheet], back: Back | None = None) -> dict[str, str]:
    """What each form showed, by its name, for it to carry: a deed of it may be held to that."""
    errors = {back.sheet: back.error} if back else {}
    return {
        each.name: edits.to_carry(visit, each.held, errors.get(each.name)) if each.name in errors
        else edits.carried(each.held) for each in sheets
    }  # fmt: skip


def astray(forms_of_page: Mapping[str, Form], back: Back | None) -> Exception | None:
    """What is to be told at the top: the form that was sent does not stand on the page any more."""
    return back.error if back and back.sheet not in forms_of_page else None


def status(back: Back | None) -> int:
    return back.status if back else 200


def _as_it_is_now(visit: Visit, sheet: Sheet, back: Back) -> Back:
    """Where what it showed was changed meanwhile, what was said stands where it was changed in the form."""
    if not (isinstance(back.error, Stale) and sheet.held):
        return back
    names = [each.name for each in sheet.fields]
    return replace(back, said={**sheet.held, **edits.changed(edits.shown_in(visit) or {}, back.said, names)})


def _problems(visit: Visit, sheet: Sheet, back: Back | None) -> list[Problem]:
    if back is None:
        return []
    error = back.error
    found = error.problems if isinstance(error, Invalid | Unlawful) else forms.problems_of(error)
    told = [Problem(sheet.named.get(each.field, each.field), each.sentence) for each in found]
    if isinstance(error, Stale) and sheet.held:
        told += edits.meanwhile(visit, sheet.fields, sheet.held, back.said, sheet.titles)
    files = [each.name for each in sheet.fields if isinstance(back.said.get(each.name), Document)]
    return told + [Problem(name, "Choose the file again; browsers forget it.") for name in files]


def _named(name: str, said: Collection[Any]) -> bool:
    texts = [each for value in said for each in (value if isinstance(value, list) else [value])]
    return any(name.casefold() in text.casefold() for text in texts if isinstance(text, str))
