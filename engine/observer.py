"""
The seam for whoever watches: logs, metrics, traces. The engine tells what it does; it knows nobody who listens.

A watch is a context manager around a piece of work. What leaves it as an exception was refused or did not succeed; it
is passed on. Nothing here gets a name, a sentence or an amount: only ids, codes and counts.
"""

from contextlib import AbstractContextManager, nullcontext
from typing import Literal, Protocol

from engine.outbox import Claim

Watch = AbstractContextManager[object]
Part = Literal["render", "attach"]


class Observer(Protocol):
    """Whoever watches. Its methods are called by many threads, must be quick and raise nothing."""

    def transition(self, account_id: str, payout_id: str, trigger: str) -> Watch:
        """Around one trigger, its commit included."""

    def transition_ended(self, code: str) -> None:
        """One of many triggers in a transaction: fired ('') and committed, or refused with this error's code."""

    def job(self, claim: Claim) -> Watch:
        """Around one attempt at a job, from the claim to what is written down of it."""

    def job_ended(self, claim: Claim, outcome: str) -> None:
        """How the attempt ended: done, pending (put off), parked, released, or lost to another worker."""

    def part(self, name: Part) -> Watch:
        """Around a part of a job."""


class Nobody:
    """Watches nothing, at a fifth of a microsecond a watch."""

    def transition(self, account_id: str, payout_id: str, trigger: str) -> Watch:  # noqa: ARG002
        return _NOTHING

    def transition_ended(self, code: str) -> None:
        pass

    def job(self, claim: Claim) -> Watch:  # noqa: ARG002
        return _NOTHING

    def job_ended(self, claim: Claim, outcome: str) -> None:
        pass

    def part(self, name: Part) -> Watch:  # noqa: ARG002
        return _NOTHING


_NOTHING: Watch = nullcontext()
