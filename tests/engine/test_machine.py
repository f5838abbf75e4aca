"""What billhook relies on in `transitions`, and what `move` makes of it."""

import logging
import traceback
from concurrent.futures import ThreadPoolExecutor

import pytest
from transitions import EventData, Machine, MachineError

from engine.definition import PayoutPipeline, State, Transition
from engine.errors import NoSuchTransition, Refusal, Refused
from engine.machine import Move, machine, move
from engine.tables import Payout
from tests.worlds import PAYOUT


class Slotted:
    __slots__ = ("entered", "state")

    def __init__(self, state: str) -> None:
        self.state, self.entered = state, 0


def _count(event: EventData) -> None:
    event.model.entered += 1


def _break(event: EventData) -> None:
    raise RuntimeError(f"in {event.model.state}")


def a_machine(on_enter) -> Machine:
    built = Machine(model=None, states=["Draft", {"name": "Ready", "on_enter": [on_enter]}], initial="Draft",
                    auto_transitions=False, send_event=True)  # fmt: skip
    built.add_transition("validate", "Draft", "Ready")
    built.add_transition("hold", "Ready", None)
    return built


def test_the_state_is_set_before_on_enter_runs_and_is_not_taken_back():
    traveller = Slotted("Draft")

    with pytest.raises(RuntimeError, match="in Ready"):
        a_machine(_break).events["validate"].trigger(traveller)
    assert traveller.state == "Ready"


def test_an_event_works_on_an_object_that_was_never_added():
    built, traveller = a_machine(_count), Slotted("Draft")

    assert built.events["validate"].trigger(traveller)
    assert (traveller.state, traveller.entered, built.models) == ("Ready", 1, [])


def test_an_internal_transition_runs_no_on_enter():
    traveller = Slotted("Ready")
    a_machine(_count).events["hold"].trigger(traveller)

    assert (traveller.state, traveller.entered) == ("Ready", 0)


def test_without_auto_transitions_there_is_no_trigger_that_nobody_wrote():
    assert set(a_machine(_count).events) == {"validate", "hold"}
    assert set(machine(PAYOUT).events) == {transition.trigger for transition in PAYOUT.transitions}


def test_a_trigger_from_a_wrong_state_raises():
    with pytest.raises(MachineError):
        a_machine(_count).events["validate"].trigger(Slotted("Ready"))


def test_a_sqlmodel_row_cannot_be_a_model():
    with pytest.raises(ValueError, match="no field"):
        Machine(model=Payout(), states=["Draft"], initial="Draft", auto_transitions=False)


def test_one_machine_serves_eight_threads():
    def there_and_on(_: int) -> tuple[str, str]:
        first = move(PAYOUT, "payout 7", "Pending", "accept", verdicts=open_for("Pending", "accept"))
        second = move(PAYOUT, "payout 7", "Ready", "mark_paid", verdicts=open_for("Ready", "mark_paid"))
        return first.target, second.target

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(there_and_on, range(2000)))

    assert found == {("Ready", "Paid")}


def open_for(state: str, trigger: str):
    return dict.fromkeys(PAYOUT.transitions_from(state, trigger), ())


@pytest.mark.parametrize(
    ("state", "trigger", "expected"),
    [
        ("Draft", "validate", Move("validate", "Draft", "Pending", ("freeze_lines", "tell_partner"), ())),
        ("Pending", "accept", Move("accept", "Pending", "Ready", (), ("issue_invoice",))),
        ("Paid", "payment_failed", Move("payment_failed", "Paid", "Ready", ("unpay_rewards",), ("issue_invoice",))),
        ("Ready", "mark_paid", Move("mark_paid", "Ready", "Paid", ("pay_rewards",), ())),
        ("Ready", "hold", Move("hold", "Ready", "Ready", ("hold",), ())),
    ],
)
def test_a_move_says_what_is_to_be_done_and_does_none_of_it(state, trigger, expected):
    assert move(PAYOUT, "payout 7", state, trigger, verdicts=open_for(state, trigger)) == expected


def test_the_first_transition_without_a_refusal_is_taken():
    first, second = PAYOUT.transitions_from("Draft", "validate")
    no = Refusal("something_asked", "Nothing is asked.")

    assert move(PAYOUT, "payout 7", "Draft", "validate", verdicts={first: (no,), second: ()}).target == "Ready"
    assert move(PAYOUT, "payout 7", "Draft", "validate", verdicts={first: (), second: ()}).target == "Pending"
    assert move(PAYOUT, "payout 7", "Draft", "validate", verdicts={second: ()}).target == "Ready"


def test_when_every_way_is_refused_each_refusal_is_told_once():
    one, two = Refusal("a", "A says no."), Refusal("b", "B says no.")
    first, second = PAYOUT.transitions_from("Draft", "validate")

    with pytest.raises(Refused) as refused:
        move(PAYOUT, "payout 7", "Draft", "validate", verdicts={first: (one,), second: (one, two)})
    assert refused.value.refusals == (one, two)


def test_a_trigger_that_the_state_does_not_have_is_refused():
    with pytest.raises(NoSuchTransition, match=r"payout 7 is Paid and cannot 'accept'\. From here: payment_failed\."):
        move(PAYOUT, "payout 7", "Paid", "accept", verdicts={})


def test_the_callback_is_seen_as_on_enter_ready_in_the_log(caplog):
    with caplog.at_level(logging.INFO, "billhook.machine"):
        move(PAYOUT, "payout 7", "Pending", "accept", verdicts=open_for("Pending", "accept"))

    assert caplog.messages == ["on_enter_Ready: payout 7 plans issue_invoice"]
    assert caplog.records[0].funcName == "on_enter_Ready"


class _Stumbling(logging.Handler):
    """Raises where the callback logs, so that its frame is seen."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen = [frame.name for frame in traceback.extract_stack()]


def test_the_callback_is_seen_as_on_enter_ready_in_a_stack_trace():
    watcher, log = _Stumbling(), logging.getLogger("billhook.machine")
    log.addHandler(watcher)
    log.setLevel(logging.INFO)
    try:
        move(PAYOUT, "payout 7", "Pending", "accept", verdicts=open_for("Pending", "accept"))
    finally:
        log.removeHandler(watcher)
        log.setLevel(logging.NOTSET)

    assert "on_enter_Ready" in watcher.seen


def test_two_pipelines_do_not_share_a_machine():
    states = (State("Draft", "draft"), State("Done", "paid", final=True))
    other = PayoutPipeline("other", "Other", "Draft", states, (Transition("finish", "Draft", "Done", ("vendor",)),))

    assert machine(other) is machine(other)
    assert set(machine(other).events) == {"finish"}
