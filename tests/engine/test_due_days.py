"""Due days of steps: given when a step first waits, reminded of before and the morning after, once and in time."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine import accounts, definitions, onboarding, self_invoicing, timers
from engine.definition import Onboarding, Stage, Step
from engine.duties import DUTIES
from tests.worlds import ANSWERS

PAPERS = Onboarding(
    "papers",
    "Papers",
    (
        Stage(
            "first",
            "First",
            (
                Step("guide", "view_document", "Read the guide", settings={"document": "guide.pdf"}, due=3),
                Step("register", "upload_document", "Register extract", approval=True, settings={"accept": ["pdf"]},
                     due=14, remind=(7, 3)),
            ),
        ),
        Stage("second", "Second", (Step("invoicing", "self_invoicing", "Self-invoicing", due=1),)),
    ),
)  # fmt: skip
BEFORE = ("partner", "Step 'register' is due on 2026-11-16.", "")
OVERDUE = [
    ("partner", "Step 'register' was due on 2026-11-16.", "overdue"),
    ("vendor", "NORD: step 'register' was due on 2026-11-16.", "overdue"),
]


@pytest.fixture
def place(own_place):
    """In Berlin, where NORD began on 2 November 2026 at noon UTC; its guide is read."""
    accounts.set_timezone(own_place.owner, "Europe/Berlin")
    return begun(own_place)


def begun(place):
    definitions.publish(place.owner, [PAPERS])
    place.hand_out()
    place.partner(opted_in=False)
    onboarding.start(place.vendor(), "NORD", pipeline="papers")
    answer(place, "guide")
    return place


def answer(place, step):
    return onboarding.answer(place.contact(), "NORD", step, ANSWERS[step])


def decide(place, step, verb):
    return onboarding.decide(place.vendor(), "NORD", step, verb, reason="Page two is missing.")


def come(place, *when) -> int:
    """That instant (UTC) comes, and what is due is fired. Returns how much."""
    place.clock.advance(seconds=(datetime(*when, tzinfo=UTC) - place.clock.now()).total_seconds())
    return timers.fire_due(place.world, DUTIES)


def told(place) -> list[tuple[str, str, str]]:
    sql = """SELECT audience, sentence, facts FROM notification WHERE account_id = :account AND topic = 'step_due'
        AND sentence LIKE '%register%' ORDER BY created_at, audience"""
    return [(row.audience, row.sentence, "overdue" * ('"overdue"' in row.facts)) for row in place.all(sql)]


def due(place, step="register") -> tuple[str, bool]:
    [seen] = [each for each in onboarding.view(place.owner, "NORD").steps if each.id == step]
    return seen.due_on, seen.overdue


def waits_for(place) -> list[str]:
    sql = "SELECT wall_clock FROM timer WHERE account_id = :account AND kind = 'step_due' AND key LIKE 'register:%'"
    return sorted(row.wall_clock for row in place.all(sql))


def test_a_step_is_due_so_many_days_after_it_opened_and_one_that_is_not_open_has_no_due_day(place):
    assert [due(place, step) for step in ("guide", "register", "invoicing")] == [
        ("2026-11-05", False), ("2026-11-16", False), ("", False),
    ]  # fmt: skip


def test_a_step_without_due_has_no_due_day_and_no_timer(own_place):
    own_place.partner(opted_in=False)
    onboarding.start(own_place.vendor(), "NORD")

    assert {step.due_on for step in onboarding.view(own_place.owner, "NORD").steps} == {""}
    assert own_place.all("SELECT id FROM timer WHERE account_id = :account AND kind = 'step_due'") == []


@pytest.mark.parametrize(("zone", "day"), [("Pacific/Kiritimati", "2026-11-17"), ("Pacific/Pago_Pago", "2026-11-16")])
def test_the_day_on_which_a_step_opens_is_that_of_the_accounts_clocks(own_place, zone, day):
    accounts.set_timezone(own_place.owner, zone)

    assert due(begun(own_place))[0] == day


def test_reminders_come_in_the_mornings_before_and_on_the_morning_after(place):
    come(place, 2026, 11, 6, 9)
    mornings = [(9, 7, 59), (9, 8, 0), (13, 7, 59), (13, 8, 0), (17, 7, 59), (17, 8, 0), (30, 8, 0)]

    assert [come(place, 2026, 11, *morning) for morning in mornings] == [0, 1, 0, 1, 0, 1, 0]
    assert told(place) == [BEFORE, BEFORE, *OVERDUE]


def test_what_a_mail_says_it_says_of_the_step_and_its_day(place):
    come(place, 2026, 11, 13, 8)
    row = place.one("SELECT * FROM notification WHERE account_id = :account AND sentence LIKE '%register%' LIMIT 1")

    assert row.facts == '{"day": "2026-11-16", "step": "Register extract", "step_id": "register"}'
    assert row.subject_id == onboarding.view(place.owner, "NORD").id


def test_a_reminder_stays_at_nine_when_the_clocks_change_before_it(own_place):
    accounts.set_timezone(own_place.owner, "America/New_York")
    come(own_place, 2027, 3, 5, 18)
    begun(own_place)

    assert waits_for(own_place) == ["2027-03-12T09:00:00", "2027-03-16T09:00:00", "2027-03-20T09:00:00"]
    assert [due(own_place)[0], come(own_place, 2027, 3, 9, 15)] == ["2027-03-19", 1]  # that of the guide
    assert [come(own_place, 2027, 3, *morning) for morning in ((12, 13, 59), (12, 14), (16, 12, 59), (16, 13))] == [
        0, 1, 0, 1,
    ]  # fmt: skip


def test_an_account_that_moves_keeps_its_due_days_and_is_reminded_in_its_new_mornings(place):
    come(place, 2026, 11, 8)
    accounts.set_timezone(place.owner, "Asia/Tokyo")

    assert [come(place, 2026, 11, 8, 23, 59), come(place, 2026, 11, 9, 0, 0)] == [0, 1]
    assert due(place) == ("2026-11-16", False)


@pytest.mark.parametrize(
    ("day", "says"), [((11, 14), [BEFORE]), ((11, 17, 3), []), ((11, 18), OVERDUE), ((12, 24), OVERDUE)]
)
def test_after_a_stop_the_last_reminder_that_is_due_tells_alone(place, day, says):
    come(place, 2026, *day)

    assert told(place) == says


DEEDS = {
    "answer": lambda place: answer(place, "register"),
    "approve": lambda place: decide(place, "register", "approve"),
    "skip": lambda place: decide(place, "register", "skip"),
}


@pytest.mark.parametrize(
    ("deeds", "status"),
    [(["answer"], "Waiting for approval"), (["answer", "approve"], "Completed"), (["skip"], "Skipped")],
)
def test_nothing_is_told_of_a_step_that_nobody_waits_for(place, deeds, status):
    for deed in deeds:
        DEEDS[deed](place)
    come(place, 2026, 11, 30)
    results = place.all("SELECT result FROM timer WHERE account_id = :account AND key LIKE 'register:%'")

    assert {row.result for row in results} == {f"nothing was told: the step is {status}"}
    assert (told(place), due(place)) == ([], ("2026-11-16", False))


@pytest.mark.parametrize("deeds", [["reject"], ["approve", "invalidate"], ["approve", "invalidate", "skip", "unskip"]])
def test_a_step_that_is_asked_for_again_keeps_its_due_day_and_is_reminded_of(place, deeds):
    come(place, 2026, 11, 14)
    answer(place, "register")
    for verb in deeds:
        decide(place, "register", verb)
    come(place, 2026, 11, 17, 8)

    assert (told(place), due(place)) == ([BEFORE, *OVERDUE], ("2026-11-16", True))
    assert len(waits_for(place)) == 3


def test_a_step_is_overdue_from_the_day_after_by_the_accounts_clocks(place):
    come(place, 2026, 11, 16, 22, 59)
    last_minute = due(place)
    come(place, 2026, 11, 16, 23, 0)

    assert (last_minute, due(place)) == (("2026-11-16", False), ("2026-11-16", True))


def test_of_a_step_whose_stage_waits_for_an_earlier_one_nothing_is_told(place):
    answer(place, "register")
    decide(place, "register", "approve")
    decide(place, "guide", "invalidate")
    come(place, 2026, 11, 4, 8)
    [row] = place.all("SELECT result FROM timer WHERE account_id = :account AND key LIKE 'invoicing:%'")

    assert row.result == "nothing was told: the step waits for an earlier stage"


def test_of_an_onboarding_that_was_followed_by_another_nothing_is_told(place):
    pipeline = replace(PAPERS, stages=(Stage("only", "Only", (
        Step("guide", "view_document", "Read", settings={"document": "guide.pdf"}),
        replace(PAPERS.stages[0].steps[1], required=False),
    )),), name="short")  # fmt: skip
    other = begun_on(place, pipeline)
    definitions.publish(place.owner, [replace(pipeline, title="Anew")])
    onboarding.start(place.vendor(), "SUED", pipeline="short")
    come(place, 2026, 11, 18)
    results = place.all("SELECT result FROM timer WHERE account_id = :account AND subject_id = :run", run=other)

    assert {row.result for row in results} == {"nothing was told: the onboarding began anew"}


def begun_on(place, pipeline) -> str:
    """SUED begins the pipeline and reads the guide; returns the run's id."""
    definitions.publish(place.owner, [pipeline])
    place.partner("SUED", opted_in=False)
    run = onboarding.start(place.vendor(), "SUED", pipeline=pipeline.name)
    onboarding.answer(place.contact("SUED"), "SUED", "guide", ANSWERS["guide"])
    return run


@pytest.mark.parametrize("way", ["the switch goes on", "unskip"])
def test_a_step_that_was_left_out_for_the_switch_is_due_from_when_it_is_asked_for_first(place, way):
    self_invoicing.set_switch(place.owner, on=False)
    definitions.publish(place.owner, [replace(PAPERS, stages=PAPERS.stages[1:] + PAPERS.stages[:1], name="turned")])
    place.partner("SUED", opted_in=False)
    onboarding.start(place.vendor(), "SUED", pipeline="turned")
    before = onboarding.view(place.owner, "SUED").steps[0].due_on
    come(place, 2026, 11, 4, 12)
    if way == "unskip":
        onboarding.decide(place.vendor(), "SUED", "invoicing", "unskip")
    else:
        self_invoicing.set_switch(place.owner, on=True)

    assert (before, onboarding.view(place.owner, "SUED").steps[0].due_on) == ("", "2026-11-05")
