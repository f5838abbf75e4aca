"""From a right file to definitions, and from a wrong one to all that is wrong with it."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definition import canonical, restore
from pipelines.compiler import Compiled, compile_file
from pipelines.problems import MOST_PROBLEMS


def compiled(text, registry) -> Compiled:
    return compile_file(text, file="pipelines.yaml", registry=registry)


def calls(deed) -> int:
    """How many calls `deed` makes: what it costs, on a busy machine and on a quiet one alike."""
    made = 0

    def count(_frame, event, _what):
        nonlocal made
        made += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        deed()
    finally:
        sys.setprofile(None)
    return made


def codes(text, registry) -> list[str]:
    return [problem.code for problem in compiled(text, registry).problems]


def test_settings_become_the_types_of_the_action_that_asked_for_them(whole, registry):
    text = whole.replace("[{name: website}]", "[{name: n, kind: number, required: false}], most: 7, share: 0.25")
    step = compiled(text, registry).onboarding["referral"].step("company")

    assert step is not None
    assert step.settings == {
        "fields": [{"name": "n", "kind": "number", "required": False}], "most": 7, "share": 0.25, "note": "",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["on", "NO", "010", "1:30", "20.50"])
def test_a_text_setting_stays_the_text_that_was_written(whole, registry, text):
    changed = whole.replace("[{name: website}]", f"[{{name: website}}], note: {text}")
    step = compiled(changed, registry).onboarding["referral"].step("company")

    assert step is not None
    assert step.settings["note"] == text


def test_a_step_is_required_and_needs_no_approval_unless_it_says_so(whole, registry):
    text = whole.replace("title: Company,", "title: Company, required: false, approval: required,")
    company, opt_in = compiled(text, registry).onboarding["referral"].stages[0].steps

    assert (company.required, company.approval) == (False, True)
    assert (opt_in.required, opt_in.approval) == (True, False)


@pytest.mark.parametrize(
    ("written", "due", "remind"),
    [
        ("due: 14 days, remind: [3 days]", 14, (3,)),
        ("due: 2 weeks, remind: 1 day", 14, (1,)),
        ("due: 1 day", 1, ()),
        ("due: 10 weeks, remind: [1 day, 2 weeks, 7 days]", 70, (14, 7, 1)),
    ],
)
def test_a_step_is_due_so_long_after_it_opens_and_reminded_of_before_that(whole, registry, written, due, remind):
    text = whole.replace("title: Company,", f"title: Company, {written},")
    company, opt_in = compiled(text, registry).onboarding["referral"].stages[0].steps

    assert (company.due, company.remind) == (due, remind)
    assert (opt_in.due, opt_in.remind) == (0, ())


def test_however_due_and_remind_are_written_the_same_days_are_the_same_version(whole, registry):
    ways = ("due: 14 days, remind: [3 days, 1 week]", "remind: [7 days, 3 days], due: 2 weeks")
    texts = [whole.replace("title: Company,", f"title: Company, {way},") for way in ways]
    one, other = (canonical(compiled(text, registry).onboarding["referral"]) for text in texts)

    assert one == other
    assert canonical(restore(one)) == one and '"due":14' in one and '"remind":[7,3]' in one


def test_a_pipeline_without_due_days_has_the_hash_that_it_had_before_there_were_any(whole, registry):
    step = '{"action":"self_invoicing","approval":false,"id":"opt_in","required":true,"settings":{},'

    assert step + '"title":"Opt in or out"}' in canonical(compiled(whole, registry).onboarding["referral"])


def test_one_transition_may_leave_several_states_and_lead_to_none(whole, registry):
    standard = compiled(whole, registry).payouts["standard"]
    holds = [arrow for arrow in standard.transitions if arrow.trigger == "hold"]

    assert [(arrow.source, arrow.target, arrow.reason) for arrow in holds] == [
        ("Draft", None, True), ("Ready", None, True),
    ]  # fmt: skip


def test_accepted_is_taken_for_the_state_that_means_ready_and_never_printed(whole, registry):
    text = whole.replace("from: Pending, to: Ready", "from: Pending, to: Accepted").replace(
        "mark_paid, from: Ready", "mark_paid, from: Accepted"
    )
    wrong = compiled(text.replace("to: Paid", "to: Acepted"), registry)

    assert compiled(text, registry) == compiled(whole, registry)
    assert [(problem.code, problem.hint) for problem in wrong.problems] == [
        ("E208", "known: Cancelled, Draft, Paid, Pending, Ready")
    ]


def test_a_state_of_its_own_called_accepted_is_itself(whole, registry):
    text = whole.replace("Pending", "Accepted")
    [arrow] = compiled(text, registry).payouts["standard"].transitions_from("Draft", "validate")[:1]

    assert arrow.target == "Accepted"


def test_several_states_may_wait_or_none(whole, registry):
    text = whole.replace("Paid: {means: paid}", "Paid: {means: paid}\n      Review: {means: waiting}")
    text += "      - {trigger: review, from: Pending, to: Review, by: vendor}\n"
    text += "      - {trigger: approve, from: Review, to: Ready, by: vendor}\n"

    assert compiled(text, registry).problems == ()


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("by: vendor", "by: finance", ["E306"]),
        ("by: vendor", "by: partner", []),
        ("by: vendor", "by: vendor", ["E305"]),
        ("by: finance", "by: vendor", ["E305"]),
        ("by: vendor, guards: [settled]", "by: vendor", ["E306"]),
        ("by: vendor, guards: [settled]", "by: vendor, guards: [settled, asked]", ["E305"]),
        ("by: vendor, guards: [settled, asked]", "by: finance, guards: [not_asked]", []),
        ("by: vendor, guards: [not_asked]", "by: vendor, guards: [asked]", []),
    ],
)
def test_two_transitions_of_a_trigger_must_exclude_each_other(whole, registry, first, second, told):
    text = whole.replace("by: finance", first) + f"      - {{trigger: mark_paid, from: Ready, to: Paid, {second}}}\n"

    assert codes(text, registry) == told


def test_all_that_is_wrong_is_told_at_once_in_the_files_order(whole, registry):
    text = (
        whole.replace("action: form", "action: frm").replace("initial: Draft", "initial: Drft")
        .replace("by: partner", "by: partnr").replace("title: Payout", "tittle: Payout")
        .replace("title: Start", "after: 1")
    )  # fmt: skip
    problems = compiled(text, registry).problems
    places = [(problem.line, problem.column) for problem in problems]

    assert [problem.code for problem in problems] == ["E203", "E202", "E204", "E201", "E203", "E208", "E209"]
    assert places == sorted(places)


def test_there_are_no_definitions_where_there_is_an_error(whole, registry):
    wrong = compiled(whole.replace("by: partner", "by: partnr"), registry)

    assert (wrong.ok, wrong.definitions) == (False, [])


def test_a_warning_stops_nothing(whole, registry):
    warned = compiled(whole.replace(", on_enter: [issue_invoice]", ""), registry)

    assert warned.ok
    assert [problem.severity for problem in warned.problems] == ["warning"]
    assert len(warned.definitions) == 2


def test_the_same_content_written_differently_is_the_same_definition(whole, registry):
    other = whole.replace("{means: paid}", "\n        'means': \"paid\"  # done").replace(
        "by: partner", "by: [partner]"
    )

    assert [canonical(one) for one in compiled(whole, registry).definitions] == [
        canonical(one) for one in compiled(other, registry).definitions
    ]


def test_what_is_compiled_survives_being_stored(whole, registry):
    for definition in compiled(whole, registry).definitions:
        assert canonical(restore(canonical(definition))) == canonical(definition)


@pytest.mark.parametrize("place", ["action: self_invoicing", "on_enter: [issue_invoice]", "[asked]", "[hold]"])
def test_no_name_in_a_file_is_ever_imported(whole, registry, place):
    path = "antigravity.fly"
    text = whole.replace(place, place.split("[")[0] + f"[{path}]" if "[" in place else f"action: {path}")

    assert set(codes(text, registry)) & {"E204", "E206", "E207"}
    assert "antigravity" not in sys.modules


def test_more_problems_than_anybody_reads_are_cut_short(whole, registry):
    text = whole + "".join(f"key_{number}: x\n" for number in range(1000))
    problems = compiled(text, registry).problems

    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[-1].code == "E199"
    assert problems[-1].message == "there are more than 100 problems; the others are not shown"


@pytest.mark.parametrize(
    "text",
    [
        "version: 1\npayouts: {p: {title: P, initial: A, states: {}, transitions: []}}\n",
        "version: 1\npayouts: {p: {title: P, initial: A, states: {A: {means: draft}}, transitions: []}}\n",
        "version: 1\npayouts: {p: {}}\nonboarding: {o: {}}\n",
        "version: 1\npayouts: []\nonboarding: x\n",
        "version: 1\nonboarding: {o: {title: O, stages: [[], x, {}, {id: a, title: A, steps: [[], y, {}]}]}}\n",
        "[]", "{}", "''", "version: [1]", "{[]: x}", "version: {1: 1}",
        "version: 1\npayouts: {p: {title: P, initial: [A], states: {A: []}, transitions: {a: b}}}\n",
    ],
)  # fmt: skip
def test_a_file_of_another_shape_is_told_so(registry, text):
    assert not compiled(text, registry).ok


BITS = [
    "Draft",
    "Ready",
    "[]",
    "{}",
    "",
    "x",
    "[Draft, {}]",
    "'",
    "&a",
    "*a",
    "true",
    "\t",
    "- a",
    "\n",
    "{a: b}",
    "ß: ü",
]


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_no_change_to_a_file_ends_in_anything_but_definitions_or_problems(whole, registry, data):
    words = whole.split(" ")
    for _ in range(data.draw(st.integers(1, 4))):
        words[data.draw(st.integers(0, len(words) - 1))] = data.draw(st.sampled_from(BITS))
    result = compiled(" ".join(words), registry)

    assert result.ok != (not result.definitions)
    assert result.ok == (not [problem for problem in result.problems if problem.severity == "error"])


@pytest.mark.parametrize(
    "line",
    [
        "      - {trigger: hold, from: Paid, to: Paid, by: vendor}\n",
        "      - {trigger: hold, from: Paid, by: [vendor], x: y}\n",
        "      - {tigger: hold, form: Paid, bi: vendor}\n",
        "      - x\n",
    ],
)
def test_what_a_file_full_of_mistakes_costs_grows_with_its_lines_and_no_faster(whole, registry, line):
    compiled(whole, registry)
    few, many = (calls(lambda n=n: compiled(whole + line * n, registry)) for n in (200, 400))

    assert not compiled(whole + line * 400, registry).ok
    assert many < 2.1 * few
