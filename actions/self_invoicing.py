"""
Ask the partner's main contact to opt in to, or out of, self-invoicing.

It checks that what was answered can be read and, as the engine's own verb does when it keeps it, that it can be kept:
so everything that is wrong is told at once. What is lawful, and what an agreement is, the verb knows: the step and the
account page lead to the same code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict

from engine.answers import must_be_yes, read_answer, refuse
from engine.billing.errors import NotARate
from engine.billing.parties import LIMITS, NEEDED_TO_SIGN, TAX_STATUSES, SellerDetails
from engine.billing.tax import parse_rate
from engine.contracts import Checked, Document, Field, FieldKind, StepDesk, Tools
from engine.details import filled, seller_problems
from engine.errors import Invalid, Problem

_NEEDED = frozenset({*NEEDED_TO_SIGN, "accept_agreement"})
_REASON_LENGTH = 500


class SelfInvoicing:
    name = "self_invoicing"
    title = "Opt-in/out from self-invoicing"
    main_contact_only = True
    needs_switch = True

    class Settings(BaseModel):
        """There is nothing to set."""

        model_config = ConfigDict(frozen=True, extra="forbid")

    def fields(self, settings: Mapping[str, Any]) -> Sequence[Field]:
        """The choice, what is asked of those who opt in, and a reason for those who do not."""
        return (_CHOICE, *_SELLER, _LOGO, _AGREEMENT, _TERMS, _REASON)

    def check(self, settings: Mapping[str, Any], answer: Mapping[str, Any], tools: Tools) -> Checked:
        """
        Of those who opt out no detail is kept but the reason.

        Raises:
            Invalid: no choice, or details that are missing, unknown, or cannot be read or kept, all at once.
        """
        fields = self.fields(settings)
        choice = _chosen(answer)
        if choice == "opt_out":
            others = {name: value for name, value in answer.items() if name not in _ONLY_WHEN_OPTING_IN}
            return _opting_out(fields, others)
        if choice == "opt_in":
            fields = [replace(field, required=field.required or field.name in _NEEDED) for field in fields]
        return _opting_in(fields, answer, tools)

    def complete(self, desk: StepDesk, checked: Checked) -> str:
        """Opt in or out by the account verb's own code."""
        if checked.answer["choice"] == "opt_out":
            return desk.opt_out(checked.answer.get("reason", ""))
        details = {name: value for name, value in checked.answer.items() if name not in ("choice", "reason")}
        return desk.opt_in(details, checked.uploads.get("logo"))


def _chosen(answer: Mapping[str, Any]) -> str:
    values, _ = read_answer([_CHOICE], {"choice": answer.get("choice")})
    return str(values.get("choice", ""))


def detail_changes(
    answer: Mapping[str, Any], tools: Tools, *, before: SellerDetails | None = None
) -> tuple[dict[str, Any], Document | None]:
    """
    Changes to a seller's details, read as the step's form reads them; '' takes a detail away. The logo is cleaned.
    `before`: the details that are changed, where the changes are to be kept.

    Raises:
        Invalid: details that are unknown, cannot be read or, with `before`, cannot be kept, all at once.
    """
    emptied = {name: "" for name, value in answer.items() if value == ""}
    values, problems = read_answer((*_SELLER, _LOGO), answer)
    logo, logo_problems = _cleaned(values.pop("logo", None), tools)
    if before is None:
        problems += _rate_problems(values)
    else:
        problems += _not_kept(before, {**emptied, **values}, problems)
    refuse(problems + logo_problems)
    return {**emptied, **values}, logo


def _opting_out(fields: Sequence[Field], answer: Mapping[str, Any]) -> Checked:
    values, problems = read_answer(fields, answer)
    refuse(problems)
    return Checked(values)


def _opting_in(fields: Sequence[Field], answer: Mapping[str, Any], tools: Tools) -> Checked:
    values, problems = read_answer(fields, answer)
    problems += must_be_yes(values, "accept_agreement", why=_NOT_WITHOUT)
    logo, logo_problems = _cleaned(values.pop("logo", None), tools)
    details = {name: value for name, value in values.items() if name in _NAMES}
    problems += _not_kept(SellerDetails(), details, problems)
    refuse(problems + logo_problems)
    if answer.get("logo") == "":
        values["logo"] = ""  # the one that is kept goes
    return Checked(values, {"logo": logo} if logo else {})


def _not_kept(before: SellerDetails, changes: Mapping[str, Any], told: Sequence[Problem]) -> list[Problem]:
    """What the engine would refuse of the rest. A VAT number is looked at with its country, or not at all."""
    silent = {each.field for each in told}
    silent |= {"vat_number"} if "country" in silent else set()
    return [each for each in seller_problems(filled(before, changes)) if each.field not in silent]


def _rate_problems(values: Mapping[str, Any]) -> list[Problem]:
    try:
        parse_rate(values.get("tax_percent", "0"))
    except NotARate as error:
        return [Problem("tax_percent", str(error))]
    return []


def _cleaned(upload: Document | None, tools: Tools) -> tuple[Document | None, list[Problem]]:
    if upload is None:
        return None, []
    try:
        return Document("logo.png", "image/png", tools.clean_logo(upload.content)), []
    except Invalid as error:
        return None, [Problem("logo", problem.sentence) for problem in error.problems]


def _optional(name: str, label: str, *, limit: str = "", kind: FieldKind = "text", help: str = "") -> Field:
    return Field(name, kind, label, required=False, help=help, max_length=LIMITS[limit or name])


_NOT_WITHOUT = "Invoices are issued for you under the agreement alone: accept it, or opt out."
_STATUS = (
    "Needed to opt in. A business is registered or a small one, also where there is no VAT, as in the US; not a "
    "taxable person is who runs none, such as a private person."
)
_CHOICE = Field("choice", "choice", "Shall invoices be issued on your behalf?", choices=("opt_in", "opt_out"))
_SELLER = (
    _optional("legal_name", "Legal name", help="As it stands in the register of companies. Needed to opt in."),
    _optional("line1", "Address", help="Street and number. Needed to opt in."),
    _optional("line2", "Address, second line"),
    _optional("city", "City", help="Needed to opt in."),
    _optional("postcode", "Postcode"),
    _optional("region", "Region or state"),
    _optional("country", "Country", kind="country", help="Needed to opt in."),
    Field("tax_status", "choice", "Tax status", required=False, help=_STATUS, choices=TAX_STATUSES),
    _optional("vat_number", "VAT number", help="With its country prefix, such as DE136695976."),
    _optional("tax_number", "Tax number", help="The national one, where you have no VAT number."),
    _optional("legal_number", "Company register number"),
    _optional("tax_percent", "Tax %", help="From 0 to 100, such as 20 or 5.5."),
    _optional("tax_name", "Name of the tax", help="What your tax is called, where it is not VAT."),
    _optional("footer", "Footer of your invoices", kind="long_text"),
    _optional("account_holder", "Account holder", limit="payment.account_holder"),
    _optional("iban", "IBAN", limit="payment.iban"),
    _optional("bic", "BIC", limit="payment.bic"),
    _optional("payment_other", "Other payment details", limit="payment.other"),
)
_NAMES = frozenset(field.name for field in _SELLER)
_LOGO = Field("logo", "file", "Logo", required=False, help="PNG or JPEG.")
_AGREEMENT = Field(
    "accept_agreement", "yes_no", "I accept the self-billing agreement", required=False, help="Needed to opt in."
)
_TERMS = Field(
    "agreement_terms", "text", "The terms that were shown", required=False, max_length=64,
    help="`terms` of the agreement that was read: no others are accepted. A token has to send them.",
)  # fmt: skip
_REASON = Field("reason", "text", "Reason for opting out", required=False, max_length=_REASON_LENGTH)
_ONLY_WHEN_OPTING_IN = frozenset(field.name for field in (*_SELLER, _LOGO, _AGREEMENT, _TERMS))
