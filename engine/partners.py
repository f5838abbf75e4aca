"""Partners, their contacts and their rewards: the verbs that bring them in and settle them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine import history, reference
from engine.billing.errors import NotMoney
from engine.billing.money import Money
from engine.billing.text import is_readable, reference_problems, text_problems
from engine.clock import stamp
from engine.errors import Invalid, NotFound, Problem, Unknown
from engine.ids import new_id
from engine.people import address, is_address
from engine.reasons import readable
from engine.store import Tx
from engine.world import Caller

SETTLED = ("accepted", "refused")
LARGEST_REWARD = 10**16  # minor units: a payout of hundreds of them still fits the columns
REWARD_STATUSES = ("pending", *SETTLED)

_CODE = re.compile(r"[A-Z0-9-]{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class NewPartner:
    """`code` is the account's own short code, part of invoice numbers; `country` ISO 3166-1; `language` ISO 639-1."""

    code: str
    name: str
    country: str
    language: str
    main_contact_name: str
    main_contact_email: str
    pipeline: str = ""


@dataclass(frozen=True, slots=True)
class NewReward:
    """`amount` is decimal text, rounded to the minor unit already; negative for a clawback."""

    reference: str
    partner: str
    description: str
    amount: str
    currency: str
    occurred_on: str
    status: str = "pending"


def partner_problems(tx: Tx, account_id: str, new: NewPartner) -> list[Problem]:
    """Everything that keeps this partner from being added."""
    checks = (
        ("code", bool(_CODE.fullmatch(new.code)), "1 to 12 of A-Z, 0-9 and '-'."),
        ("country", reference.country_exists(new.country), f"'{new.country}' is no ISO 3166 code, such as FR."),
        ("language", reference.language_exists(new.language), f"'{new.language}' is no ISO 639 code, such as fr."),
        ("main_contact_email", is_address(new.main_contact_email), "an address such as a@example.com."),
    )
    problems = [Problem(field, sentence) for field, right, sentence in checks if not right]
    for field in ("name", "main_contact_name", "main_contact_email"):
        problems += _text(field, getattr(new, field), limit=200)
    if new.pipeline and not tx.one(_PIPELINE, account=account_id, name=new.pipeline):
        problems.append(Problem("pipeline", f"no onboarding pipeline '{new.pipeline}' is published."))
    if tx.one(_BY_CODE, account=account_id, code=new.code):
        problems.append(Problem("code", f"there is a partner '{new.code}' already."))
    return problems


def add(tx: Tx, caller: Caller, new: NewPartner) -> str:
    """
    Add a partner with its main contact; returns its id.

    Raises:
        Invalid: with every problem.
    """
    if problems := partner_problems(tx, caller.account_id, new):
        raise Invalid(f"Partner '{new.code}'", problems)
    partner_id, now = new_id(), caller.now
    tx.insert(
        "partner", account_id=caller.account_id, id=partner_id, code=new.code, name=new.name, country=new.country,
        language=new.language, pipeline=new.pipeline, self_invoicing="never_asked", seller="{}", version=0, head="",
        created_at=stamp(now),
    )  # fmt: skip
    tx.insert(
        "contact", account_id=caller.account_id, id=new_id(), partner_id=partner_id, name=new.main_contact_name,
        email=address(new.main_contact_email), is_main=True,
    )  # fmt: skip
    deed = history.Deed("add", sentence=f"partner {new.code} was added")
    history.note(tx, "partner", caller.account_id, partner_id, deed, actor=caller.actor, now=now)
    return partner_id


def reward_problems(tx: Tx, account_id: str, new: NewReward) -> list[Problem]:
    """Everything that keeps this reward from being added."""
    problems = _reference(new.reference) + _description(new.description)
    if not tx.one(_BY_CODE, account=account_id, code=new.partner):
        problems.append(Problem("partner", f"there is no partner '{new.partner}'."))
    problems += _amount_problems(new)
    if not _is_date(new.occurred_on):
        problems.append(Problem("occurred_on", f"'{new.occurred_on}' is no date such as 2026-11-23."))
    if new.status not in REWARD_STATUSES:
        problems.append(Problem("status", f"'{new.status}' is none of {', '.join(REWARD_STATUSES)}."))
    if tx.one(_REWARD, account=account_id, reference=new.reference):
        problems.append(Problem("reference", f"there is a reward '{new.reference}' already."))
    return problems


def add_reward(tx: Tx, caller: Caller, new: NewReward) -> str:
    """
    Add a reward; returns its id.

    Raises:
        Invalid: with every problem.
    """
    if problems := reward_problems(tx, caller.account_id, new):
        raise Invalid(f"Reward '{new.reference}'", problems)
    reward_id = new_id()
    amount = Money.parse(new.amount, reference.currency(new.currency))
    tx.insert(
        "reward", account_id=caller.account_id, id=reward_id, reference=new.reference,
        partner_id=by_code(tx, caller.account_id, new.partner).id, description=new.description, amount=amount.minor,
        currency=new.currency, occurred_on=new.occurred_on, status=new.status, created_at=stamp(caller.now),
    )  # fmt: skip
    return reward_id


def settle_rewards(caller: Caller, references: Sequence[str], *, status: str, reason: str = "") -> int:
    """
    Accept or refuse rewards that are in no frozen payout; returns how many there were. A refusal has a reason.

    Raises:
        NotAllowed, ReasonRequired: as everywhere.
        NotFound: a reference is not the account's.
        Invalid: a reward is in a payout whose lines are frozen, or is paid.
    """
    caller.require("settle rewards", "vendor")
    if status not in SETTLED:
        raise Unknown("status to settle a reward by", status, SETTLED)
    why = caller.require_reason("refuse rewards", reason) if status == "refused" else readable("'accept'", reason)
    return caller.transact(lambda tx: _settle(tx, caller, references, status=status, reason=why))


def by_code(tx: Tx, account_id: str, code: str) -> Any:
    """
    The partner's row.

    Raises:
        NotFound: the account has no such partner.
    """
    row = tx.one(_BY_CODE, account=account_id, code=code)
    if row is None:
        raise NotFound("partner", code)
    return row


def _settle(tx: Tx, caller: Caller, references: Sequence[str], *, status: str, reason: str) -> int:
    """The account's row is locked by its history, and shared by whoever freezes a payout: so neither overtakes."""
    told = f"{len(references)} reward(s) were {status}"
    deed = history.Deed(f"reward {status}", reason=reason, sentence=told, data={"rewards": list(references)})
    history.note(tx, "account", caller.account_id, caller.account_id, deed, actor=caller.actor, now=caller.now)
    problems = []
    for name in references:
        if not tx.one(_REWARD, account=caller.account_id, reference=name):
            raise NotFound("reward", name)
        why = reason if status == "refused" else ""
        if not tx.run(_SETTLE, account=caller.account_id, reference=name, status=status, reason=why):
            problems.append(Problem(name, "it is paid, or its payout is frozen; reopen or cancel the payout first."))
    if problems:
        raise Invalid("The rewards", problems)
    return len(references)


def _text(field: str, value: str, *, limit: int) -> list[Problem]:
    if not value.strip():
        return [Problem(field, "it is empty.")]
    return [Problem(problem.field, problem.sentence) for problem in text_problems(field, value, limit)]


def _reference(reference: str) -> list[Problem]:
    if not reference.strip():
        return [Problem("reference", "it is empty.")]
    return [Problem(each.field, each.sentence) for each in reference_problems("reference", reference, 64)]


def _description(description: str) -> list[Problem]:
    """It names what was supplied (EN 16931 BT-153), and stands on the invoice."""
    if problems := _text("description", description, limit=200):
        return problems
    return [] if is_readable(description) else [Problem("description", "a description has a letter or a digit.")]


def _amount_problems(new: NewReward) -> list[Problem]:
    try:
        amount = Money.parse(new.amount, reference.currency(new.currency))
    except NotMoney as error:
        return [Problem("amount", str(error))]
    except Unknown as error:
        return [Problem("currency", str(error))]
    if abs(amount.minor) > LARGEST_REWARD:
        return [Problem("amount", f"{new.amount} is more than one reward may be; look for a mistyped figure.")]
    return [] if amount.minor else [Problem("amount", "a reward of zero pays nothing.")]


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_BY_CODE = """
    SELECT id, code, name, country, language, pipeline, self_invoicing, seller, version, head
    FROM partner WHERE account_id = :account AND code = :code"""
_PIPELINE = "SELECT id FROM definition WHERE account_id = :account AND kind = 'onboarding' AND name = :name LIMIT 1"
_REWARD = "SELECT id FROM reward WHERE account_id = :account AND reference = :reference"
_SETTLE = """
    UPDATE reward SET status = :status, reason = :reason
    WHERE account_id = :account AND reference = :reference AND status <> 'paid' AND NOT EXISTS (
        SELECT 1 FROM payout_line AS l
        JOIN payout AS p ON p.account_id = l.account_id AND p.id = l.payout_id
        WHERE l.account_id = reward.account_id AND l.reward_id = reward.id AND l.live AND p.frozen)"""
