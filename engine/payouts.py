"""
Payouts: make one from a partner's rewards, and read them. How one advances is the pipeline's matter (service.fire).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine import definitions, facts, guards, history, partners, service
from engine.billing.errors import shown
from engine.billing.money import LARGEST
from engine.clock import stamp
from engine.contracts import Document
from engine.definition import ASKS, PayoutPipeline
from engine.errors import Invalid, NotFound, Problem, Refusal
from engine.files import DatabaseFiles
from engine.ids import new_id
from engine.reference import currency_exists
from engine.store import Tx
from engine.world import Caller


@dataclass(frozen=True, slots=True)
class Options:
    """`rewards`: references, else every eligible one; `ask`: of the partner, else what the pipeline says."""

    rewards: tuple[str, ...] = ()
    ask: tuple[str, ...] | None = None
    pipeline: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """
    Why a payout is where it is: every trigger the caller has here, with what stands in its way; `asks`: what is asked
    of the partner.
    """

    row: Any
    means: str
    possible: dict[str, tuple[Refusal, ...]]
    asks: frozenset[str]


def create(caller: Caller, partner_code: str, currency: str, options: Options | None = None) -> str:
    """
    Make a Draft payout of a partner's eligible rewards in one currency; returns its id.

    Raises:
        NotFound: no such partner, reward or pipeline.
        NotAllowed: the role may not.
        Invalid: there is no eligible reward, or one that was named is not eligible.
    """
    caller.require("create payout", "vendor", "api")
    return caller.transact(lambda tx: create_in(tx, caller, partner_code, currency, options))


def create_in(tx: Tx, caller: Caller, partner_code: str, currency: str, options: Options | None = None) -> str:
    """The same, in a transaction that is open. Whether the caller may is asked before."""
    return _create(tx, caller, partner_code, currency, options or Options())


def get(tx: Tx, caller: Caller, payout_id: str) -> Any:
    """
    The payout's row with what its account and partner say.

    Raises:
        NotFound: there is none that this caller may see.
    """
    row = facts.read(tx, caller.account_id, payout_id)
    if row is None or not service.visible(caller, facts.pipeline_of(tx, caller, row), row):
        raise NotFound("payout", payout_id)
    return row


def own_invoice(tx: Tx, caller: Caller, payout_id: str) -> Document:
    """
    The invoice that the partner uploaded last, under the name that it gave it.

    Raises:
        NotFound: there is no such payout that this caller may see, or it has none.
    """
    row = get(tx, caller, payout_id)
    if row.own_invoice is None:
        raise NotFound("own invoice of payout", payout_id)
    name = _name_given(tx, caller, row) or "own-invoice"
    return DatabaseFiles(tx, caller.account_id, caller.now).sent(row.own_invoice, filename=name)


def standing(tx: Tx, caller: Caller, payout_id: str) -> Standing:
    """Where the payout is and what can happen next.

    Raises:
        NotFound: there is none that this caller may see.
    """
    row = get(tx, caller, payout_id)
    if caller.actor.kind == "partner":
        row = row._replace(hold_reason="", validated_by="")
    means = facts.meaning(tx, caller, row)
    asks = guards.asked(facts.LiveFacts(tx, row, actor=caller.actor, data={}))
    return Standing(row, means, service.possible(tx, caller, row), asks)


def lines(tx: Tx, caller: Caller, payout_id: str) -> list[Any]:
    """
    The rewards of a payout: reference, description, amount in minor units, status, and what its partner says against
    it while that is open (`disputed`, '' where it says nothing).
    """
    return tx.all(_LINES, account=caller.account_id, payout=payout_id)


def currencies(tx: Tx, caller: Caller, partner_code: str) -> list[str]:
    """
    The currencies in which a new payout of the partner would find eligible rewards.

    Raises:
        NotFound: there is no such partner that this caller may see.
    """
    partner = partners.by_code(tx, caller.account_id, partner_code)
    if caller.actor.partner_id not in (None, partner.id):
        raise NotFound("partner", partner_code)
    return [row.currency for row in tx.all(_CURRENCIES, account=caller.account_id, partner=partner.id)]


def owed_in(tx: Tx, account_id: str, partner_id: str) -> list[str]:
    """The currencies in which a partner's eligible rewards come to more than nothing."""
    return [row.currency for row in tx.all(_OWED, account=account_id, partner=partner_id)]


def _name_given(tx: Tx, caller: Caller, row: Any) -> str:
    """With which name the payout's own invoice came last; '' for one from before history told of that."""
    told = tx.all(_DEEDS_WITH, account=caller.account_id, payout=row.id, told=f"%{row.own_invoice}%")
    sent = [json.loads(each.data).get("uploads", {}).get("invoice", {}) for each in told]
    return next((str(each["filename"]) for each in sent if each.get("sha256") == row.own_invoice), "")


def _create(tx: Tx, caller: Caller, partner_code: str, currency: str, options: Options) -> str:
    partner = partners.by_code(tx, caller.account_id, partner_code)
    published = definitions.live(tx, caller.account_id, kind="payout", name=options.pipeline)
    pipeline = caller.definition(tx, published.id)
    assert isinstance(pipeline, PayoutPipeline)  # noqa: S101 - `live` was asked for one
    rewards = _eligible(tx, caller, partner, currency, options.rewards)
    payout_id, now = new_id(), caller.now
    tx.insert(
        "payout", account_id=caller.account_id, id=payout_id, partner_id=partner.id, definition_id=published.id,
        state=pipeline.initial, currency=currency, total=0, frozen=False, ask=_ask(options, pipeline), on_hold=False,
        hold_reason="", validated_by="", payment_reference="", version=0, head="", created_at=stamp(now),
    )  # fmt: skip
    for reward in rewards:
        tx.insert("payout_line", account_id=caller.account_id, payout_id=payout_id, reward_id=reward.id, live=True)
    told = f"{len(rewards)} reward(s) of {partner_code}"
    deed = history.Deed("create", target=pipeline.initial, sentence=told)
    history.note(tx, "payout", caller.account_id, payout_id, deed, actor=caller.actor, now=now)
    return payout_id


def _eligible(tx: Tx, caller: Caller, partner: Any, currency: str, named: Sequence[str]) -> list[Any]:
    """Pending or accepted, and in no live payout."""
    found = tx.all(_ELIGIBLE, account=caller.account_id, partner=partner.id, currency=currency)
    if not found and not currency_exists(currency):
        told = f"{shown(currency)} is no currency of ISO 4217; write one such as EUR."
        raise Invalid("The payout", [Problem("currency", told)])
    missing = set(named) - {row.reference for row in found}
    if missing:
        told = f"no free, unpaid {currency} reward of {partner.code} that is pending or accepted."
        raise Invalid("The payout", [Problem(name, told) for name in sorted(missing)])
    chosen = [row for row in found if not named or row.reference in named]
    if not chosen:
        told = f"{partner.code} has no eligible reward in {currency}: pending or accepted, in no other payout."
        raise Invalid("The payout", [Problem("rewards", told)])
    if abs(sum(row.amount for row in chosen)) > LARGEST:
        raise Invalid("The payout", [Problem("rewards", "their sum is more than can be kept; name fewer of them.")])
    return chosen


def _ask(options: Options, pipeline: PayoutPipeline) -> str:
    asked = pipeline.ask if options.ask is None else options.ask
    unknown = [Problem("ask", f"'{name}' is none of {', '.join(ASKS)}.") for name in asked if name not in ASKS]
    if unknown:
        raise Invalid("The payout", unknown)
    return " ".join(sorted(asked))


_FREE = """
    FROM reward r
    WHERE r.account_id = :account AND r.partner_id = :partner
        AND r.status IN ('pending', 'accepted')
        AND NOT EXISTS (
            SELECT 1 FROM payout_line l WHERE l.account_id = r.account_id AND l.reward_id = r.id AND l.live)"""
# `|| ''`: sorted, and not read through the index of references, which holds every reward of the account.
_ELIGIBLE = f"""
    SELECT r.id, r.reference, r.amount {_FREE} AND r.currency = :currency
    ORDER BY r.reference || '' FOR UPDATE OF r"""
_CURRENCIES = f"SELECT DISTINCT r.currency {_FREE} ORDER BY r.currency"
# `* 1.0`: no sum is too large to be compared.
_OWED = f"SELECT r.currency {_FREE} GROUP BY r.currency HAVING SUM(r.amount * 1.0) > 0 ORDER BY r.currency"
_DEEDS_WITH = """
    SELECT data FROM history
    WHERE account_id = :account AND subject_id = :payout AND subject_kind = 'payout' AND data LIKE :told
    ORDER BY seq DESC"""
_LINES = """
    SELECT r.reference, r.description, r.amount, r.currency, r.occurred_on, r.status,
        COALESCE((SELECT MAX(d.reason) FROM dispute d
            WHERE d.account_id = l.account_id AND d.payout_id = l.payout_id AND d.reward_id = l.reward_id
                AND d.resolved_at IS NULL), '') AS disputed
    FROM payout_line l
    JOIN reward r ON r.account_id = l.account_id AND r.id = l.reward_id
    WHERE l.account_id = :account AND l.payout_id = :payout AND l.live ORDER BY r.occurred_on, r.reference"""
