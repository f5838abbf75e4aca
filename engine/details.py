"""Details of sellers and buyers: read from the fields of a form, and checked against what only a library knows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine import reference
from engine.billing import printed
from engine.billing.agreement import LANGUAGES
from engine.billing.errors import shown
from engine.billing.invoice import PaymentDetails
from engine.billing.parties import NEEDED_TO_SIGN, BuyerDetails, SellerDetails, problems_in_seller
from engine.errors import Invalid, Problem, Unknown, closest
from engine.wording import unknown

_PAYMENT = {"account_holder": "account_holder", "iban": "iban", "bic": "bic", "payment_other": "other"}
_PRINTED = {**printed.PARTY, "tax_name": printed.TAX_NAME}
_OPTIONAL = frozenset(name for name in _PRINTED if "." not in name and name not in NEEDED_TO_SIGN)
_NOTHING = SellerDetails()
_NOT_DETAILS = ("choice", "reason", "accept_agreement", "agreement_terms", "logo")


def filled(before: SellerDetails, answer: Mapping[str, Any]) -> SellerDetails:
    """
    `before`, as far as it tells anything, with the form's answer over it; the flat names of the form become the
    details' own. '' takes the logo away; a new one is kept apart, as a file. Raises Invalid.
    """
    body = telling(before).to_json()
    known = [*(name for name in body if name not in ("payment", "logo")), *_PAYMENT, *_NOT_DETAILS]
    problems = [Problem(name, _no_field(name, known)) for name in unknown(answer, known)]
    problems += [Problem(name, "This is no text. Send text.") for name in known if not _is_text(name, answer)]
    if problems:
        raise Invalid("The details", problems)
    plain = {name: value for name, value in answer.items() if name not in (*_NOT_DETAILS, *_PAYMENT)}
    if plain.get("tax_percent") == "":
        plain["tax_percent"] = None
    payment = {inner: answer[name] for name, inner in _PAYMENT.items() if name in answer}
    if plain.get("vat_number"):
        plain["vat_number"] = reference.clean_vat_number(plain.get("country", body["country"]), plain["vat_number"])
    if answer.get("logo") == "":
        plain["logo"] = None
    return SellerDetails.from_json({**body, **plain, "payment": {**body["payment"], **payment}})


def telling(kept: SellerDetails) -> SellerDetails:
    """
    Details that were kept, without what tells a reader nothing, such as a dash: nobody who changes others is asked of
    it. What is needed to sign stays, to be told of.
    """
    silent = {name for name, text, written in printed.of(kept, _PRINTED) if not text.says(written)}
    payment = {inner: "" for inner in _PAYMENT.values() if f"payment.{inner}" in silent}
    emptied = {name: getattr(_NOTHING, name) for name in silent if name in _OPTIONAL}
    return replace(kept, **emptied, payment=replace(kept.payment, **payment))


def asked_as(field: str) -> str:
    """What the form calls a field of the details."""
    names = {f"payment.{inner}": name for name, inner in _PAYMENT.items()}
    return names.get(field, field)


def require_language(language: str) -> None:
    """That documents have words in a language that somebody asks for; '' asks for none. Raises Unknown."""
    if language and language not in LANGUAGES:
        raise Unknown("language", language, LANGUAGES)


def require_locale(locale: str) -> None:
    """That numbers can be written as somebody asks; '' asks for nothing. Raises Invalid."""
    if locale and not reference.locale_exists(locale):
        told = f"{shown(locale)} is no language with or without a country, such as de or de_CH."
        raise Invalid("How numbers are written", [Problem("locale", told)])


def seller_problems(details: SellerDetails) -> list[Problem]:
    """Everything that bars a seller's details from being kept, whether or not the rest is there yet."""
    told = [Problem(asked_as(each.field), each.sentence) for each in problems_in_seller(details)]
    return told + register_problems(details)


def register_problems(details: SellerDetails | BuyerDetails) -> list[Problem]:
    """What only a library knows: countries, check digits."""
    problems = []
    if details.country and not reference.country_exists(details.country):
        problems.append(Problem("country", f"'{details.country}' is no ISO 3166 code, such as FR."))
    if (
        details.vat_number
        and reference.vat_check_known(details.country)
        and not reference.vat_number_ok(details.country, details.vat_number)
    ):
        told = f"'{details.vat_number}' is no VAT number of {details.country}; look for a mistyped digit."
        problems.append(Problem("vat_number", told))
    payment = getattr(details, "payment", PaymentDetails())
    if payment.iban and not reference.iban_ok(payment.iban):
        told = "This is no IBAN: its length, form or check digits are wrong; look for a mistyped digit."
        problems.append(Problem("iban", told))
    if payment.bic and not reference.bic_ok(payment.bic):
        told = "This is no BIC; write the 8 or 11 letters and digits that the bank gives, such as COBADEFFXXX."
        problems.append(Problem("bic", told))
    return problems


def _is_text(name: str, answer: Mapping[str, Any]) -> bool:
    return name in _NOT_DETAILS or isinstance(answer.get(name, ""), str | None)


def _no_field(name: str, known: Sequence[str]) -> str:
    near = closest(name, known)
    return f"There is no such detail; did you mean '{near}'?" if near else f"It is none of {', '.join(known)}."
