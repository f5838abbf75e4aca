"""
The form of opting in and out, which a step and Account > Payouts have in common: what it asks of whom, the agreement
as it reads with what is filled in, and the invoice as it will look. What is kept of it, the two decide.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response
from wtforms import Form

from billhook.app import Workspace
from billhook.web import edits, forms
from billhook.web.drafts import draft_of, keep_draft
from billhook.web.locales import told_in
from billhook.web.pictures import first_page
from billhook.web.refusals import Stale
from billhook.web.visits import Visit
from billhook.web.words import TITLES
from engine.billing.agreement import AgreementText
from engine.billing.errors import Missing
from engine.contracts import Document, Field
from engine.errors import BillhookError, NotAllowed, Problem
from engine.self_invoicing import Profile

STEP, SUBJECT = "self_invoicing", "What invoices say of you"


@dataclass(frozen=True, slots=True)
class Look:
    """
    An invoice to be, of a `seller`: a PNG in base64 or where one is drawn when it is asked for, '' where none can be;
    how it is taxed, told in a language (`told_in`); and what else is missing before one is issued.
    """

    seller: str
    missing: tuple[str, ...]
    told: tuple[str, ...] = ()
    told_in: str = ""
    picture: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Opting:
    """
    What the form's template shows; `carried`: what is kept, as the form carries it. `agreement` and `look` are None for
    whom opting in is not possible.
    """

    profile: Profile
    form: Form
    carried: str
    action: str
    agreement: AgreementText | None
    look: Look | None
    can: bool
    is_draft: bool
    drops_logo: bool


def asked(visit: Visit) -> Sequence[Field]:
    """Everything that the step asks."""
    return visit.house.billhook.world.registry.ask(STEP).fields({})


def profile_of(visit: Visit) -> Profile:
    return visit.workspace.self_invoicing.profile(visit.seat.partner)


def may_choose(visit: Visit) -> bool:
    return visit.seat.role == "main_contact"


def require_choice(visit: Visit) -> None:
    """Raises NotAllowed: another contact than the main one."""
    if not may_choose(visit):
        raise NotAllowed("fill in this form", visit.seat.role, ["the partner's main contact"])


async def typed(visit: Visit) -> dict[str, Any]:
    """What was filled in, as it was typed; the logo is '' where the one that is kept shall go."""
    given = await forms.answer(visit.request, asked(visit))
    form = await visit.request.form()
    return {"logo": "", **given} if form.get("remove_logo") == "yes" else given


def read(visit: Visit, given: Mapping[str, Any]) -> dict[str, Any]:
    """The same as verbs read it."""
    return forms.plain(given, asked(visit), language=visit.locale)


def details(visit: Visit, given: Mapping[str, Any]) -> dict[str, Any]:
    """The seller's details that stand in the form, with '' for what was emptied, as verbs read them."""
    names = [field.name for field in asked(visit) if field.kind != "file" and field.name not in _NOT_DETAILS]
    said = read(visit, given)
    return {name: said.get(name, "") for name in names} | {name: said[name] for name in ("logo",) if name in said}


def changes(visit: Visit, given: Mapping[str, Any]) -> dict[str, Any]:
    """Of the same those that were changed in the form. Raises Stale: it does not say what it showed."""
    if (shown := edits.shown_in(visit)) is None:
        raise Stale(SUBJECT)
    names = edits.changed(shown, given, [field.name for field in asked(visit)])
    return {name: value for name, value in details(visit, given).items() if name in names or name == "logo"}


def held(visit: Visit) -> Workspace:
    """The account, whose next deed is done if the details are as the form showed them."""
    return edits.held_to(visit, SUBJECT, _look(visit))


def held_to_logo(visit: Visit, given: Mapping[str, Any]) -> Workspace:
    """The same where only changes are kept: a logo takes the place of the one that was shown, and of no other."""
    return edits.held_to(visit, SUBJECT, _look(visit), only="logo") if "logo" in given else visit.workspace


def standing(visit: Visit, profile: Profile) -> dict[str, Any]:
    """The details that are kept and the choice that stands, as the form's fields."""
    body = profile.seller.to_json()
    payment = body.pop("payment")
    known = {"account_holder": payment["account_holder"], "iban": payment["iban"], "bic": payment["bic"]}
    choice = {"opted_in": "opt_in", "opted_out": "opt_out"}.get(profile.choice, "")
    kept = {**body, **known, "payment_other": payment["other"], "choice": choice}
    kept.pop("logo")
    return forms.written(kept, asked(visit), language=visit.locale)


def kept_as_draft(visit: Visit, action: str, given: Mapping[str, Any]) -> bool:
    """
    Keep what was filled in otherwise than the form showed it, and no more: what is changed elsewhere meanwhile, a draft
    does not undo. Whether it is small enough.
    """
    shown = edits.shown_in(visit)
    before = edits.as_shown(standing(visit, profile_of(visit))) if shown is None else shown
    changed = edits.changed(before, given, [field.name for field in asked(visit) if field.kind != "file"])
    drops_logo = given.get("logo") == "" and not _other_logo(visit, profile_of(visit))
    return keep_draft(visit, action, changed | ({"logo": ""} if drops_logo else {}))


def opting(
    visit: Visit,
    action: str,
    *,
    said: Mapping[str, Any] | None = None,
    error: BillhookError | None = None,
    shown: Look | None = None,
) -> Opting:
    """
    The form at this address with what was `said`; else with what is kept, over it what a draft changes. A step's old
    answer is not asked: it took effect when it was given, and what is kept is newer. Where that was changed elsewhere
    meanwhile, `said` stands where the form was filled in otherwise than it showed, and each field tells. A look that
    was not drawn yet is drawn when the page asks for its picture.
    """
    profile, draft = profile_of(visit), draft_of(visit, action) or {}
    kept = standing(visit, profile)
    stale = isinstance(error, Stale)
    over = _over(visit, profile, kept, said or {}) if stale else said
    told = {**kept, **draft} if over is None else over
    problems = [*(forms.problems_of(error) if error else ()), *_forgotten(told)]
    titles = TITLES if profile.offered else TITLES | {"opt_in": "Leave it as it is"}
    fields = _offered(asked(visit), profile)
    problems += _meanwhile(visit, profile, fields, kept, told, titles) if stale else []
    form = forms.asking(fields, language=visit.locale, said=told, problems=problems, titles=titles)
    agreement = agreement_with(visit, told) if profile.offered else None
    look = shown or (_to_be_drawn(visit, action, told) if _has_details(profile) else None)
    return Opting(
        profile, form, edits.to_carry(visit, _with_logo(kept, profile), error), action, agreement, look,
        may_choose(visit), is_draft=said is None and bool(draft), drops_logo=told.get("logo") == "",
    )  # fmt: skip


def agreement_with(visit: Visit, said: Mapping[str, Any]) -> AgreementText:
    """The agreement as it reads with these details."""
    known = {name: value for name, value in said.items() if name not in (*_NOT_DETAILS, "logo", "email") and value}
    return visit.workspace.self_invoicing.agreement(visit.seat.partner, known)


def drawn(visit: Visit, given: Mapping[str, Any]) -> Look:
    """The invoice as it will look by what is filled in so far."""
    seller = str(given.get("legal_name", ""))
    try:
        example = visit.workspace.invoices.example(visit.seat.partner, details(visit, given))
    except BillhookError as error:
        return Look(seller, _sentences(visit, given, error))
    look = _taxed(visit, given, example)
    return replace(look, picture=base64.b64encode(first_page(example.document.content)).decode())


def picture(visit: Visit, action: str) -> Response:
    """
    The same as a PNG, of what the form at this address holds.

    Raises:
        Invalid: a detail cannot be read.
    """
    said = {**standing(visit, profile_of(visit)), **(draft_of(visit, action) or {})}
    shown = visit.workspace.invoices.example(visit.seat.partner, details(visit, said))
    return Response(first_page(shown.document.content), media_type="image/png")


def renewed(visit: Visit, action: str, given: Mapping[str, Any]) -> Response:
    """What follows the form while it is filled in: the invoice's look, and the agreement with the same details."""
    agreement = agreement_with(visit, given) if profile_of(visit).offered else None
    return visit.show("parts/preview.html", look=drawn(visit, given), agreement=agreement, renewed=True, action=action)


def _offered(fields: Sequence[Field], profile: Profile) -> Sequence[Field]:
    """Where opting in is not possible, who is opted in may change details or opt out, and others may opt out."""
    if profile.offered:
        return fields
    if profile.choice == "opted_in":
        return [field for field in fields if field.name not in _CONSENT]
    return [
        replace(field, choices=("opt_out",)) if field.name == "choice" else field
        for field in fields
        if field.name in ("choice", "reason")
    ]


def _look(visit: Visit) -> Callable[[Workspace], Mapping[str, Any]]:
    """All that the form shows of what is kept."""

    def look(account: Workspace) -> Mapping[str, Any]:
        profile = account.self_invoicing.profile(visit.seat.partner)
        return _with_logo(standing(visit, profile), profile)

    return look


def _with_logo(kept: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    """No field of the form holds the logo, yet it stands there to be seen."""
    return {**kept, "logo": profile.seller.logo or ""}


def _other_logo(visit: Visit, profile: Profile) -> bool:
    """Whether the logo is another by now than the form showed."""
    shown = edits.shown_in(visit)
    return shown is not None and shown.get("logo", "") != (profile.seller.logo or "")


def _meanwhile(
    visit: Visit, profile: Profile, fields: Sequence[Field], kept: Mapping[str, Any], told: Mapping[str, Any],
    titles: Mapping[str, str],
) -> list[Problem]:  # fmt: skip
    """What is told beside each field that is kept otherwise by now than it was shown."""
    problems = edits.meanwhile(visit, [each for each in fields if each.name != "logo"], kept, told, titles)
    return problems + ([Problem("logo", _ANOTHER_LOGO)] if _other_logo(visit, profile) else [])


def _over(visit: Visit, profile: Profile, kept: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """What was changed in the form over what is kept now; a consent is given to what is read then."""
    names = [field.name for field in asked(visit) if field.kind != "file" and field.name not in _CONSENT]
    logo = {"logo": said["logo"]} if "logo" in said and not _other_logo(visit, profile) else {}
    return {**kept, **edits.changed(edits.shown_in(visit) or {}, said, names), **logo}


def _has_details(profile: Profile) -> bool:
    return profile.offered or profile.choice == "opted_in"


def _to_be_drawn(visit: Visit, action: str, said: Mapping[str, Any]) -> Look:
    """Cheap: what is missing is known without a picture."""
    seller = str(said.get("legal_name", ""))
    try:
        example = visit.workspace.invoices.example(visit.seat.partner, details(visit, said), format="html")
    except BillhookError as error:
        return Look(seller, _sentences(visit, said, error))
    return replace(_taxed(visit, said, example), address=f"{action}/preview.png")


def _forgotten(said: Mapping[str, Any]) -> list[Problem]:
    """A browser shows a form anew without the file that was chosen, so what was not kept has to be chosen again."""
    chosen = isinstance(said.get("logo"), Document)
    return [Problem("logo", "Choose the picture again; browsers forget it.")] if chosen else []


def _sentences(visit: Visit, said: Mapping[str, Any], error: BillhookError) -> tuple[str, ...]:
    return forms.sentences(error, said, asked(visit), language=visit.locale)


def _taxed(visit: Visit, said: Mapping[str, Any], example: Any) -> Look:
    """What is told of the tax in the reader's language, and the rest of what is missing."""
    known = {name: value for name, value in details(visit, said).items() if name != "logo"}
    language = told_in(visit.seat)
    explained = visit.workspace.tax.explain(visit.seat.partner, known, language=language, locale=visit.locale)
    asked = {each.field for each in explained.missing if each.who == "partner" and each.field in _OF_TAX}
    rest = [each for each in example.missing if each.who != "partner" or each.field not in asked]
    return Look(str(said.get("legal_name", "")), _missing(visit, rest), explained.sentences, language)


def _missing(visit: Visit, missing: Sequence[Missing]) -> tuple[str, ...]:
    """Said to the seller, who reads it."""
    vendor = visit.seat.account_name
    named = {
        "The seller's ": "Your ", "the seller's ": "your ", "The buyer's ": f"{vendor}'s ",
        "the buyer's ": f"{vendor}'s ", "ask the vendor": f"ask {vendor}",
    }  # fmt: skip
    return tuple(_renamed(each.sentence, named) for each in missing)


def _renamed(sentence: str, named: Mapping[str, str]) -> str:
    for words, others in named.items():
        sentence = sentence.replace(words, others)
    return sentence


#: What the sentences on tax ask for themselves.
_OF_TAX = ("country", "tax_status", "vat_number", "tax_number", "tax_percent", "tax_name")
_CONSENT = ("accept_agreement", "agreement_terms")
_ANOTHER_LOGO = "The logo was changed meanwhile; here is what is kept now. Say anew what becomes of it."
_NOT_DETAILS = ("choice", "reason", *_CONSENT)
