"""
What every installed action keeps to, built in or not. A new action is covered by being installed; one whose settings
have no defaults carries an example in its `Settings`.
"""

import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.contracts import Checked, Document, Outcome
from engine.errors import Invalid
from engine.registry import Registry
from tests.fakes import PDF, PNG, FakeDesk, FakeJobDesk, FakeStepDesk, FakeTools

REGISTRY = Registry.load()
TOOLS = FakeTools()

# A value that the readers of each kind of field take.
SAMPLES: dict[str, Any] = {
    "text": "Zażółć",
    "long_text": "two\nlines",
    "email": "anna@example.com",
    "number": "19.5",
    "date": "2026-10-01",
    "yes_no": "yes",
    "country": "DE",
}
# A value that a field of this name takes, where more than its reader looks at it.
NAMED: dict[str, Any] = {
    "vat_number": "DE136695976", "tax_number": "27/123/45678", "legal_number": "HRB 12345", "tax_percent": "19",
    "iban": "DE02120300000000202051", "bic": "BYLADEM1001",
}  # fmt: skip
asks = pytest.mark.parametrize("ask", list(REGISTRY.asks.values()), ids=list(REGISTRY.asks))
_ISSUERS = {name: job for name, job in REGISTRY.jobs.items() if job.issues_invoice}
_SENDERS = {name: job for name, job in REGISTRY.jobs.items() if not job.issues_invoice}
jobs = pytest.mark.parametrize("job", list(_ISSUERS.values()), ids=list(_ISSUERS))
senders = pytest.mark.parametrize("job", list(_SENDERS.values()), ids=list(_SENDERS))


def settings_of(action) -> dict[str, Any]:
    """The example that the action's own settings carry, or else its defaults."""
    [example] = action.Settings.model_json_schema().get("examples", [{}])
    return action.Settings.model_validate(example).model_dump(mode="json")


def sample_of(field) -> Any:
    if field.name in NAMED:
        return NAMED[field.name]
    if field.kind == "file":
        return Document("logo.png", "image/png", PNG)
    return field.choices[0] if field.kind == "choice" else SAMPLES[field.kind]


def full_answer(action) -> dict[str, Any]:
    return {field.name: sample_of(field) for field in action.fields(settings_of(action))}


def test_the_shipped_actions_are_installed():
    shipped = ["accept_terms", "confirm", "fill_form", "self_invoicing", "upload_document", "view_document"]

    assert set(shipped) <= set(REGISTRY.asks)
    assert "issue_invoice" in REGISTRY.jobs


def test_every_action_is_known_by_its_own_name():
    for known in (REGISTRY.asks, REGISTRY.jobs):
        assert [action.name for action in known.values()] == list(known)


@asks
def test_an_action_has_a_title_for_people(ask):
    assert ask.title.strip() and ask.title != ask.name


@asks
def test_a_key_that_an_action_does_not_know_is_not_ignored(ask):
    with pytest.raises(ValidationError) as refused:
        ask.Settings.model_validate({**settings_of(ask), "colour": "red"})

    assert [(problem["loc"], problem["type"]) for problem in refused.value.errors()] == [
        (("colour",), "extra_forbidden")
    ]


@asks
def test_settings_are_frozen_and_survive_as_plain_json(ask):
    plain = settings_of(ask)

    assert ask.Settings.model_config["frozen"] is True
    assert ask.Settings.model_validate(plain).model_dump(mode="json") == plain


@asks
def test_fields_are_told_apart_by_name_and_by_label(ask):
    fields = ask.fields(settings_of(ask))

    assert fields
    assert len({field.name for field in fields}) == len({field.label for field in fields}) == len(fields)


@asks
def test_an_empty_answer_names_every_field_that_is_needed(ask):
    needed = [field.name for field in ask.fields(settings_of(ask)) if field.required]

    with pytest.raises(Invalid) as refused:
        ask.check(settings_of(ask), {}, TOOLS)

    assert [problem.field for problem in refused.value.problems] == needed


@asks
def test_what_was_not_asked_is_refused_and_not_dropped(ask):
    with pytest.raises(Invalid) as refused:
        ask.check(settings_of(ask), {**full_answer(ask), "is_admin": "yes"}, TOOLS)

    assert [problem.field for problem in refused.value.problems] == ["is_admin"]


@asks
def test_checking_twice_gives_the_same(ask):
    answer = full_answer(ask)

    first, second = (ask.check(settings_of(ask), answer, TOOLS) for _ in range(2))

    assert first == second
    assert answer == full_answer(ask)


@asks
def test_a_full_answer_leads_to_a_sentence_for_history(ask):
    checked = ask.check(settings_of(ask), full_answer(ask), TOOLS)

    sentence = ask.complete(FakeStepDesk(), checked)

    assert isinstance(checked, Checked)
    assert sentence.strip() and "\n" not in sentence


garbage = st.one_of(
    st.text(), st.none(), st.booleans(), st.integers(), st.floats(), st.lists(st.text(), max_size=2),
    st.dictionaries(st.text(), st.text(), max_size=2), st.binary().map(lambda content: Document("x", "y/z", content)),
    st.builds(Document, st.text(), st.text(), st.sampled_from([PDF, PNG, b""])),
)  # fmt: skip


@asks
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_no_answer_however_strange_ends_in_anything_but_problems(ask, data):
    names = st.sampled_from([field.name for field in ask.fields(settings_of(ask))])
    answer = data.draw(st.dictionaries(names | st.text(string.printable, max_size=8), garbage, max_size=6))

    try:
        checked = ask.check(settings_of(ask), answer, TOOLS)
    except Invalid as refused:
        assert refused.problems
    else:
        assert ask.complete(FakeStepDesk(), checked)


@jobs
def test_a_job_with_nothing_to_do_is_not_planned(job):
    prepared = job.prepare(FakeDesk(Outcome("the partner is opted out")))

    assert (prepared.job, prepared.sentence) == (None, "the partner is opted out")


@jobs
def test_a_planned_job_names_itself_and_its_invoice(job):
    prepared = job.prepare(FakeDesk())

    assert (prepared.job, prepared.data) == (job.name, {"invoice_id": "invoice_1"})


@jobs
def test_a_job_that_runs_twice_does_its_work_once(job):
    desk = FakeJobDesk()

    sentences = [job.run(desk), job.run(desk)]

    assert all(sentences)
    assert (desk.renders, desk.attached_times) == (1, 1)


@senders
def test_a_job_that_sends_is_planned_by_no_state(job):
    prepared = job.prepare(FakeDesk())

    assert (prepared.job, prepared.data) == (None, {})
    assert "by themselves" in prepared.sentence
