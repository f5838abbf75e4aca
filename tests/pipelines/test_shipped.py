"""The pipelines.yaml that is shipped: it is right, it is complete, and it is read quickly."""

import subprocess
import sys
from pathlib import Path

import pytest

from engine.definition import canonical, restore
from engine.registry import Registry
from pipelines.catalog import load

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "pipelines.yaml"


@pytest.fixture(scope="module")
def compiled():
    return load(SHIPPED, registry=Registry.load(), name="pipelines.yaml").compiled


def test_the_shipped_file_has_neither_errors_nor_warnings(compiled):
    assert compiled.problems == ()
    assert [*compiled.onboarding, *compiled.payouts] == ["referral", "standard"]


def test_the_shipped_onboarding_shows_every_action_that_asks_a_person(compiled):
    referral = compiled.onboarding["referral"]
    steps = [step for stage in referral.stages for step in stage.steps]

    assert len(referral.stages) == 3 and referral.default
    assert [(step.action, step.approval) for step in steps] == [
        ("view_document", False), ("upload_document", True), ("accept_terms", False), ("fill_form", False),
        ("confirm", False), ("self_invoicing", False),
    ]  # fmt: skip


PENDING = ["rewards_settled", "total_is_positive"]
PAYABLE = ["not_on_hold", "invoice_not_blocked", "four_eyes"]


@pytest.mark.parametrize(
    ("trigger", "source", "target", "by", "guards", "does", "reason"),
    [
        ("validate", "Draft", "Pending", ["vendor"], [*PENDING, "something_asked"], ["freeze_lines"], False),
        ("validate", "Draft", "Ready", ["vendor"], [*PENDING, "nothing_asked"], ["freeze_lines"], False),
        ("reopen", "Pending", "Draft", ["vendor"], [], ["unfreeze_lines"], True),
        ("approve", "Pending", "Ready", ["partner"], ["asked_invoice_uploaded", "no_open_dispute"], [], False),
        ("accept", "Pending", "Ready", ["vendor"], ["no_open_dispute"], [], True),
        ("mark_paid", "Ready", "Paid", ["finance"], PAYABLE, ["pay_rewards"], False),
        ("payment_failed", "Paid", "Ready", ["vendor", "api"], [], ["unpay_rewards"], True),
        ("cancel", "Draft", "Cancelled", ["vendor"], [], ["release_rewards", "credit_invoice"], True),
        ("cancel", "Pending", "Cancelled", ["vendor"], [], ["release_rewards", "credit_invoice"], True),
        ("cancel", "Ready", "Cancelled", ["vendor"], [], ["release_rewards", "credit_invoice"], True),
        ("hold", "Draft", None, ["vendor"], ["not_on_hold"], ["hold"], True),
        ("hold", "Pending", None, ["vendor"], ["not_on_hold"], ["hold"], True),
        ("hold", "Ready", None, ["vendor"], ["not_on_hold"], ["hold"], True),
        ("release", "Draft", None, ["vendor"], ["on_hold"], ["release_hold"], True),
        ("release", "Pending", None, ["vendor"], ["on_hold"], ["release_hold"], True),
        ("release", "Ready", None, ["vendor"], ["on_hold"], ["release_hold"], True),
        ("upload_invoice", "Pending", None, ["partner"], [], ["keep_own_invoice"], False),
        ("dispute", "Pending", None, ["partner"], [], ["open_dispute"], True),
        ("resolve_dispute", "Pending", None, ["vendor"], [], ["resolve_dispute"], True),
    ],
)
def test_the_shipped_lifecycle_has_this_transition(compiled, trigger, source, target, by, guards, does, reason):
    [arrow] = [
        arrow for arrow in compiled.payouts["standard"].transitions_from(source, trigger) if arrow.target == target
    ]
    told = {"tell_partner", "tell_vendor"}

    assert (list(arrow.by), list(arrow.guards), arrow.reason) == (by, guards, reason)
    assert [effect for effect in arrow.effects if effect not in told] == does


def test_the_shipped_lifecycle_has_nothing_beside_these_transitions(compiled):
    standard = compiled.payouts["standard"]

    assert len(standard.transitions) == 19
    assert (standard.initial, standard.ask, standard.default) == ("Draft", ("review",), True)
    assert [(state.name, state.means, state.final, state.on_enter) for state in standard.states] == [
        ("Draft", "draft", False, ()), ("Pending", "waiting", False, ()), ("Ready", "ready", False, ("issue_invoice",)),
        ("Paid", "paid", False, ()), ("Cancelled", "cancelled", True, ()),
    ]  # fmt: skip


def test_the_shipped_definitions_survive_being_stored(compiled):
    for definition in compiled.definitions:
        assert canonical(restore(canonical(definition))) == canonical(definition)


COLD = """
import sys
from pathlib import Path
from engine.registry import Registry
from pipelines.catalog import load
loaded = load(Path(sys.argv[1]), registry=Registry.load())
heavy = {"sqlmodel", "sqlalchemy", "dramatiq", "weasyprint", "transitions", "babel", "stdnum", "jinja2", "PIL"}
print(loaded.compiled.ok, sorted(heavy & set(sys.modules)))
"""


def test_checking_the_shipped_file_from_cold_loads_nothing_heavy():
    ran = subprocess.run(
        [sys.executable, "-c", COLD, SHIPPED], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    )

    assert ran.stdout == "True []\n"
