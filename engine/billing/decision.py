"""
Whether a payout that becomes Ready gets a self-billed invoice. Pure: it knows circumstances, no rows and no clock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.billing.agreement import DETAILS, AgreementState
from engine.billing.errors import Missing

Outcome = Literal["not_applicable", "blocked", "issued"]
Reason = Literal["switch_off", "opted_out", "own_invoice", "renewal_needed", "details_missing", "lawful"]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """
    What counts at the instant of decision. `opted_in` is False also for a partner that was never asked;
    `own_invoice`: the partner has uploaded one; `missing`: what `assess` found; `changed`: the details that the
    agreement was accepted with and that are others now.
    """

    switch_on: bool
    opted_in: bool
    own_invoice: bool
    agreement: AgreementState
    missing: tuple[Missing, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome, a stable code for why, a sentence for people, and what is missing where that blocks it."""

    outcome: Outcome
    reason: Reason
    sentence: str
    missing: tuple[Missing, ...] = ()

    @property
    def issued(self) -> bool:
        return self.outcome == "issued"

    def for_vendor(self) -> str:
        """The sentence, with what is to be done on the machine about what is missing."""
        return _blocked(self.missing, Missing.for_vendor) if self.missing else self.sentence


def decide(circumstances: Circumstances) -> Decision:
    """The first line that fits, from the top: switch, opt-in, own invoice, agreement, details."""
    if not circumstances.switch_on:
        return Decision("not_applicable", "switch_off", "No invoice: self-invoicing is switched off for this account.")
    if not circumstances.opted_in:
        return Decision("not_applicable", "opted_out", "No invoice: the partner has not opted in to self-invoicing.")
    if circumstances.own_invoice:
        return Decision("not_applicable", "own_invoice", "No invoice: the partner has uploaded its own.")
    if circumstances.agreement != "in_force":
        return Decision("blocked", "renewal_needed", _renewal(circumstances))
    if circumstances.missing:
        told = _blocked(circumstances.missing, lambda item: item.sentence)
        return Decision("blocked", "details_missing", told, circumstances.missing)
    return Decision("issued", "lawful", "Invoice issued on the partner's behalf.")


def changes_told(changed: Sequence[str]) -> str:
    """Such as "the VAT number and the tax status have changed"; `changed`: some of an agreement's `DETAILS`."""
    *others, last = (DETAILS[name] for name in changed)
    return f"{', '.join(others)} and {last} have changed" if others else f"{last} has changed"


def _blocked(missing: Sequence[Missing], told: Callable[[Missing], str]) -> str:
    return f"Invoice blocked. {' '.join(f'{told(item)} ({item.who})' for item in missing)}"


def _renewal(circumstances: Circumstances) -> str:
    if circumstances.agreement != "changed":
        return _RENEWAL[circumstances.agreement]
    return (
        f"Invoice blocked: {changes_told(circumstances.changed)} since the self-billing agreement was accepted. "
        "The partner renews it by opting in again."
    )


_RENEWAL: dict[AgreementState, str] = {
    "none": "Invoice blocked: there is no accepted self-billing agreement. The partner accepts one by opting in.",
    "not_yet": "Invoice blocked: the self-billing agreement is not in force yet.",
    "expired": "Invoice blocked: the self-billing agreement has expired. The partner renews it by opting in again.",
    "revoked": (
        "Invoice blocked: the vendor revoked the self-billing agreement. When the vendor has offered it anew, the "
        "partner renews it by opting in again."
    ),
    "superseded": "Invoice blocked: the self-billing agreement was superseded and the new one is not accepted yet.",
}
