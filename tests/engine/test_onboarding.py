"""A partner's way through an onboarding pipeline: every status and verb of product.md section 3."""

import json
from dataclasses import replace

import pytest

from engine import definitions, onboarding, self_invoicing
from engine.errors import Invalid, NotAllowed, NotFound, ReasonRequired, StepRefused, Unknown
from tests.worlds import ANSWERS, ONBOARDING, Place

PENDING, WAITING, COMPLETED = "Pending", "Waiting for approval", "Completed"
AGAIN, SKIPPED = "Action required", "Skipped"


@pytest.fixture
def begun(place):
    place.hand_out()
    place.partner(opted_in=False)
    onboarding.start(place.vendor(), "NORD")
    return place


def answer(place, step, by=None, **given):
    return onboarding.answer(by or place.contact(), "NORD", step, given or ANSWERS[step])


def decide(place, step, verb, by=None, **more):
    return onboarding.decide(by or place.vendor(), "NORD", step, verb, **more)


def view(place):
    return onboarding.view(place.owner, "NORD")


def statuses(place):
    return {step.id: step.status for step in view(place).steps if step.status}


def complete(place, *steps):
    for step in steps:
        if answer(place, step) == WAITING:
            decide(place, step, "approve")


EVERYTHING = ("guide", "register", "team", "terms", "invoicing")


def test_a_run_opens_its_first_stage_only(begun):
    assert statuses(begun) == {"guide": PENDING, "newsletter": PENDING}
    assert (view(begun).stage, view(begun).status, view(begun).version) == ("welcome", "Under way", 1)


def test_when_the_required_steps_of_a_stage_are_done_the_next_opens_by_itself(begun):
    answer(begun, "guide")

    assert statuses(begun) == {"guide": COMPLETED, "newsletter": PENDING, "register": PENDING, "team": PENDING,
                               "terms": PENDING}  # fmt: skip
    assert view(begun).stage == "papers"


def test_after_the_last_stage_the_run_is_completed(begun):
    complete(begun, *EVERYTHING)

    assert view(begun).status == "Completed"
    assert self_invoicing.profile(begun.owner, "NORD").choice == "opted_in"
    assert begun.one("SELECT completed_at FROM run WHERE account_id = :account")[0]


def test_a_step_that_is_not_required_holds_nobody_up_and_may_be_answered_later(begun):
    complete(begun, *EVERYTHING)

    assert answer(begun, "newsletter") == COMPLETED
    assert view(begun).status == "Completed"


def at(place, status):
    """The step `register` brought to this status."""
    answer(place, "guide")
    if status == SKIPPED:
        decide(place, "register", "skip", reason="known to us")
    if status in (WAITING, COMPLETED, AGAIN):
        answer(place, "register")
    if status == COMPLETED:
        decide(place, "register", "approve")
    if status == AGAIN:
        decide(place, "register", "reject", reason="a page is missing")


LEADS_TO = {
    (PENDING, "answer"): WAITING,
    (PENDING, "skip"): SKIPPED,
    (WAITING, "approve"): COMPLETED,
    (WAITING, "reject"): AGAIN,
    (COMPLETED, "invalidate"): AGAIN,
    (AGAIN, "answer"): WAITING,
    (AGAIN, "skip"): SKIPPED,
    (SKIPPED, "unskip"): PENDING,
}


@pytest.mark.parametrize("verb", ["answer", "approve", "reject", "invalidate", "skip", "unskip"])
@pytest.mark.parametrize("status", [PENDING, WAITING, COMPLETED, AGAIN, SKIPPED])
def test_what_each_verb_makes_of_a_step_in_each_status(begun, status, verb):
    at(begun, status)
    before = begun.everything()

    def do():
        return answer(begun, "register") if verb == "answer" else decide(begun, "register", verb, reason="because")

    if (status, verb) in LEADS_TO:
        assert do() == LEADS_TO[status, verb] == statuses(begun)["register"]
    else:
        with pytest.raises(StepRefused, match=f"Step 'register' is {status} and takes no '{verb}'"):
            do()
        assert begun.everything() == before


def test_a_refused_verb_says_what_is_possible(begun):
    answer(begun, "guide")

    with pytest.raises(StepRefused) as refused:
        decide(begun, "register", "approve")
    assert refused.value.allowed == ("answer", "skip")


@pytest.mark.parametrize("verb", ["reject", "invalidate", "skip"])
def test_rejecting_invalidating_and_skipping_want_a_reason(begun, verb):
    with pytest.raises(ReasonRequired):
        decide(begun, "guide", verb)


def test_the_partner_is_told_why_a_step_was_rejected_and_the_reason_stays_until_it_answers(begun):
    at(begun, AGAIN)
    step = next(step for step in view(begun).steps if step.id == "register")
    told = begun.all("SELECT audience, sentence FROM notification WHERE account_id = :account ORDER BY id")

    assert (step.status, step.reason) == (AGAIN, "a page is missing")
    assert told[-1] == ("partner", "Step 'register' needs you again: a page is missing")
    answer(begun, "register")
    assert next(step.reason for step in view(begun).steps if step.id == "register") == ""


def test_the_vendor_is_told_that_a_step_waits_for_approval(begun):
    at(begun, WAITING)
    told = begun.all("SELECT audience, topic FROM notification WHERE account_id = :account")

    assert ("vendor", "step_waiting_for_approval") in told


@pytest.mark.parametrize("step", ["register", "terms", "invoicing"])
def test_a_step_of_a_later_stage_takes_no_answer_yet(begun, step):
    before = begun.everything()

    with pytest.raises(StepRefused, match=f"Step '{step}' is not open and takes no 'answer'"):
        answer(begun, step)
    assert begun.everything() == before


def test_an_answer_given_twice_is_refused_and_history_keeps_one(begun):
    answer(begun, "guide")

    with pytest.raises(StepRefused):
        answer(begun, "guide")
    assert [row.verb for row in begun.history(view(begun).id)] == ["start", "answer"]


def test_invalidating_an_earlier_stages_step_reopens_it_and_later_stages_keep_answers_and_wait(begun):
    complete(begun, "guide", "register", "team", "terms")
    decide(begun, "team", "invalidate", reason="you grew")

    with pytest.raises(StepRefused, match="Step 'invoicing' is not open"):
        answer(begun, "invoicing")
    assert (view(begun).stage, statuses(begun)["terms"]) == ("papers", COMPLETED)
    answer(begun, "team", size="twenty")
    assert (view(begun).stage, statuses(begun)["invoicing"]) == ("money", PENDING)


def test_invalidating_a_step_of_a_completed_run_puts_it_under_way_again(begun):
    complete(begun, *EVERYTHING)
    decide(begun, "terms", "invalidate", reason="new terms")

    assert (view(begun).status, view(begun).stage) == ("Under way", "papers")
    assert begun.one("SELECT completed_at FROM run WHERE account_id = :account")[0] is None
    answer(begun, "terms")
    assert view(begun).status == "Completed"


def test_while_the_switch_is_off_self_invoicing_is_skipped_and_the_run_goes_on(begun):
    self_invoicing.set_switch(begun.owner, on=False)
    complete(begun, "guide", "register", "team", "terms")
    step = view(begun).steps[-1]

    assert (step.status, step.reason, view(begun).status) == (SKIPPED, "switch_off", "Completed")


def test_a_step_skipped_for_the_switch_is_offered_again_when_it_goes_on(place):
    first = replace(ONBOARDING.stages[2], id="first")
    definitions.publish(place.owner, [replace(ONBOARDING, stages=(first, ONBOARDING.stages[0]))])
    self_invoicing.set_switch(place.owner, on=False)
    place.partner(opted_in=False)
    onboarding.start(place.vendor(), "NORD")
    assert statuses(place)["invoicing"] == SKIPPED

    self_invoicing.set_switch(place.owner, on=True)

    assert statuses(place)["invoicing"] == PENDING
    assert place.history(view(place).id)[-1].verb == "offer_again"
    answer(place, "invoicing")
    decide(place, "guide", "skip", reason="known to them")
    assert view(place).status == "Completed"


def test_a_step_the_vendor_skipped_stays_skipped_when_the_switch_goes_on(begun):
    complete(begun, "guide", "register", "team", "terms")
    decide(begun, "invoicing", "skip", reason="not for them")
    self_invoicing.set_switch(begun.owner, on=False)
    self_invoicing.set_switch(begun.owner, on=True)

    assert statuses(begun)["invoicing"] == SKIPPED


def test_a_run_stays_on_the_version_it_began_with(begun):
    definitions.publish(begun.owner, [replace(ONBOARDING, stages=ONBOARDING.stages[:1])])
    answer(begun, "guide")

    assert (view(begun).version, view(begun).stage) == (1, "papers")
    begun.partner("NEW", opted_in=False)
    onboarding.start(begun.vendor(), "NEW")
    assert onboarding.view(begun.owner, "NEW").version == 2


def test_a_partner_under_way_does_not_begin_again(begun):
    with pytest.raises(Invalid, match="its onboarding is under way already"):
        onboarding.start(begun.vendor(), "NORD")


def test_a_completed_version_is_not_begun_again_even_after_another_pipeline(begun):
    complete(begun, *EVERYTHING)
    short = replace(ONBOARDING, name="short", stages=ONBOARDING.stages[:1], default=False)
    definitions.publish(begun.owner, [short])
    onboarding.start(begun.vendor(), "NORD", pipeline="short")
    complete(begun, "guide")

    with pytest.raises(Invalid, match="it has completed this version of the pipeline"):
        onboarding.start(begun.vendor(), "NORD", pipeline="referral")


def test_members_answer_what_is_not_for_the_main_contact_alone(begun):
    member = begun.contact(role="member")
    answer(begun, "guide", by=member)
    complete(begun, "register", "team", "terms")

    with pytest.raises(NotAllowed, match="It is for: the partner's main contact"):
        answer(begun, "invoicing", by=member)
    row = begun.one("SELECT answered_by FROM step WHERE account_id = :account AND step_id = 'guide'")
    assert row == ("NORD-anna",)


def test_the_vendor_does_not_answer_for_a_partner(begun):
    with pytest.raises(NotAllowed, match="It is for: the partner's contacts"):
        answer(begun, "guide", by=begun.owner)


@pytest.mark.parametrize("role", ["finance", "viewer"])
def test_approvals_are_for_managers_and_above(begun, role):
    with pytest.raises(NotAllowed):
        decide(begun, "guide", "skip", by=begun.vendor(role), reason="why")
    with pytest.raises(NotAllowed):
        decide(begun, "guide", "skip", by=begun.contact(), reason="why")


def test_another_partners_run_answers_as_one_that_does_not_exist(begun):
    begun.partner("OTHER", opted_in=False)
    other = begun.contact("OTHER")

    for verb in (lambda: onboarding.view(other, "NORD"), lambda: answer(begun, "guide", by=other)):
        with pytest.raises(NotFound) as refused:
            verb()
        assert str(refused.value) == str(NotFound("partner", "NORD"))


def test_another_accounts_run_answers_as_one_that_does_not_exist(begun, shared_store):
    with pytest.raises(NotFound, match="There is no partner 'NORD' that you can see"):
        onboarding.decide(Place(shared_store).owner, "NORD", "guide", "skip", reason="why")


def test_a_step_or_verb_that_does_not_exist_is_answered_with_the_nearest(begun):
    with pytest.raises(Unknown, match=r"No step is called 'guid'\. Did you mean 'guide'"):
        answer(begun, "guid", viewed="yes")
    with pytest.raises(Unknown, match=r"No onboarding verb is called 'aprove'\. Did you mean 'approve'"):
        decide(begun, "guide", "aprove")


def test_an_answer_that_does_not_do_changes_nothing(begun):
    before = begun.everything()

    with pytest.raises(Invalid):
        answer(begun, "guide", viewed="no")
    assert begun.everything() == before


def test_an_uploaded_file_is_kept_with_the_answer(begun):
    answer(begun, "guide")
    answer(begun, "register")
    kept = json.loads(begun.one("SELECT answer FROM step WHERE step_id = 'register' AND account_id = :account")[0])
    row = begun.one("SELECT filename, media_type FROM document WHERE sha256 = :sha256 AND account_id = :account",
                    sha256=kept["file"]["sha256"])  # fmt: skip

    assert row == ("extract.pdf", "application/pdf")


def test_opting_out_in_the_step_completes_it(begun):
    complete(begun, "guide", "register", "team", "terms")

    assert answer(begun, "invoicing", choice="opt_out", reason="own software") == COMPLETED
    assert self_invoicing.profile(begun.owner, "NORD").choice == "opted_out"


def test_when_the_switch_goes_off_the_step_that_waits_for_it_is_skipped_and_no_run_stands_still(begun):
    complete(begun, "guide", "register", "team", "terms")
    self_invoicing.set_switch(begun.owner, on=False)

    with pytest.raises(StepRefused, match="Step 'invoicing' is Skipped"):
        answer(begun, "invoicing")
    assert (statuses(begun)["invoicing"], view(begun).status) == (SKIPPED, "Completed")
