"""
billhook: partner onboarding and payouts from YAML, with lawful self-billed invoices.

    from billhook import Actor, Billhook

    acme = Billhook("sqlite:///billhook.db").account("ACME").as_(Actor.vendor("jo", "owner"))
    acme.payouts.fire(payout_id, "mark_paid", key="bank-2026-11-23-17")

Names are loaded when they are first used, so that `billhook --help` loads neither a database nor a printing press.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from billhook.app import Billhook, Workspace
    from engine.actor import Actor
    from engine.contracts import (
        AskAction,
        Checked,
        Desk,
        Document,
        Effect,
        Field,
        Guard,
        JobAction,
        JobDesk,
        PayoutFacts,
        Prepared,
        Renderer,
        StepDesk,
    )
    from engine.errors import BillhookError, Problem, Refusal
    from engine.partners import NewReward
    from engine.registry import Registry
    from engine.views import PayoutFilter, RewardFilter

_HOMES = {
    "Billhook": "billhook.app",
    "Workspace": "billhook.app",
    "Actor": "engine.actor",
    "BillhookError": "engine.errors",
    "Problem": "engine.errors",
    "Refusal": "engine.errors",
    "NewReward": "engine.partners",
    "Registry": "engine.registry",
    "PayoutFilter": "engine.views",
    "RewardFilter": "engine.views",
    **dict.fromkeys(
        (
            "AskAction", "Checked", "Desk", "Document", "Effect", "Field", "Guard", "JobAction", "JobDesk",
            "PayoutFacts", "Prepared", "Renderer", "StepDesk",
        ),
        "engine.contracts",
    ),
}  # fmt: skip

__all__ = [
    "Actor",
    "AskAction",
    "Billhook",
    "BillhookError",
    "Checked",
    "Desk",
    "Document",
    "Effect",
    "Field",
    "Guard",
    "JobAction",
    "JobDesk",
    "NewReward",
    "PayoutFacts",
    "PayoutFilter",
    "Prepared",
    "Problem",
    "Refusal",
    "Registry",
    "Renderer",
    "RewardFilter",
    "StepDesk",
    "Workspace",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'billhook' has no '{name}'")
    return getattr(import_module(_HOMES[name]), name)
