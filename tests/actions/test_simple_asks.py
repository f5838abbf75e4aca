"""view_document, accept_terms, confirm and fill_form: what is kept, and what the YAML may not set."""

import hashlib

import pytest
from pydantic import ValidationError

from actions.accept_terms import AcceptTerms
from actions.confirm import Confirm
from actions.fill_form import FillForm
from actions.view_document import ViewDocument
from engine.errors import Invalid
from tests.fakes import FakeStepDesk, FakeTools

TERMS = {"text": "Be fair.\nPay on time.", "version": "2026-09"}
TEAM = {"name": "team", "label": "Team", "kind": "number"}


def form(*fields: dict) -> dict:
    return {"fields": list(fields)}


def finish(action, settings, answer):
    checked = action.check(settings, answer, FakeTools())
    return checked.answer, action.complete(FakeStepDesk(), checked)


@pytest.mark.parametrize("document", ["guide.pdf", "docs/Führer 2.pdf", "https://example.com/guide.pdf?v=2"])
def test_a_document_to_view_is_a_file_or_an_https_address(document):
    answer, sentence = finish(ViewDocument(), {"document": document}, {"viewed": "yes"})

    assert answer == {"viewed": True, "document": document}
    assert sentence == f"viewed {document}"


@pytest.mark.parametrize(
    "document",
    ["http://example.com/a", "https://", "https://[", "javascript:alert(1)", "/etc/passwd", "../a.pdf", "a\nb", "a\\b"],
)
def test_any_other_place_for_a_document_is_refused(document):
    with pytest.raises(ValidationError) as refused:
        ViewDocument.Settings.model_validate({"document": document})

    assert [problem["msg"] for problem in refused.value.errors()] == [
        "Write an https address or a file name, such as programme-guide.pdf or docs/guide.pdf."
    ]


def test_not_having_viewed_a_document_does_not_complete_the_step():
    with pytest.raises(Invalid, match=r"^The answer cannot be accepted\. viewed: The answer is no\. View the document"):
        ViewDocument().check({"document": "guide.pdf"}, {"viewed": "no"}, FakeTools())


def test_accepted_terms_are_kept_with_their_version_and_the_hash_of_their_text():
    sha256 = hashlib.sha256(TERMS["text"].encode()).hexdigest()

    answer, sentence = finish(AcceptTerms(), TERMS, {"accept": "yes"})

    assert answer == {"accept": True, "version": "2026-09", "sha256": sha256}
    assert sentence == f"accepted the terms, version 2026-09, sha256 {sha256[:12]}"


def test_terms_that_are_not_accepted_leave_the_step_open():
    with pytest.raises(Invalid, match=r"accept: The answer is no\. The step is done once the terms are accepted\.$"):
        AcceptTerms().check(TERMS, {"accept": "no"}, FakeTools())


@pytest.mark.parametrize(("said", "sentence"), [("yes", "answered yes to 'Fair?'"), ("no", "answered no to 'Fair?'")])
def test_a_question_takes_either_answer(said, sentence):
    assert finish(Confirm(), {"question": "Fair?"}, {"answer": said})[1] == sentence


def test_a_question_may_want_a_yes():
    with pytest.raises(Invalid, match=r"answer: The answer is no\. The step is done once you can answer yes\.$"):
        Confirm().check({"question": "Fair?", "must_be_yes": True}, {"answer": "no"}, FakeTools())


def test_a_form_keeps_what_its_fields_asked():
    asked = form(
        {"name": "team", "label": "Team", "kind": "number"}, {"name": "note", "label": "Note", "required": False}
    )

    answer, sentence = finish(FillForm(), asked, {"team": "12"})

    assert (answer, sentence) == ({"team": "12"}, "filled in team")


def test_a_form_tells_all_that_is_wrong_with_an_answer():
    asked = form(
        {"name": "team", "label": "Team", "kind": "number"}, {"name": "since", "label": "Since", "kind": "date"}
    )

    with pytest.raises(Invalid) as refused:
        FillForm().check(asked, {"team": "many", "sinse": "2026"}, FakeTools())

    assert [problem.field for problem in refused.value.problems] == ["team", "since", "sinse"]


@pytest.mark.parametrize(
    ("fields", "where", "sentence"),
    [
        ([], ("fields",), "A form has 1 to 50 fields; here are 0."),
        (
            [{"name": "a", "label": "A"}, {"name": "a", "label": "B"}],
            ("fields",),
            "More than one field has the name 'a'. Rename all but one.",
        ),
        (
            [{"name": "a", "label": "A"}, {"name": "b", "label": "A"}],
            ("fields",),
            "More than one field has the label 'A'. Rename all but one.",
        ),
        (
            [{"name": "Team", "label": "A"}],
            ("fields", 0, "name"),
            "Write a name of at most 40 small letters, digits and _, first a letter, such as team_size.",
        ),
        (
            [{"name": "a", "label": "A", "kind": "choice", "choices": ["x"]}],
            ("fields", 0),
            "A choice needs two or more different 'choices'.",
        ),
        (
            [{"name": "a", "label": "A", "choices": ["x", "y"]}],
            ("fields", 0),
            "Only 'kind: choice' takes 'choices'. Remove them, or set the kind.",
        ),
    ],
)
def test_a_form_that_cannot_be_asked_is_refused_where_it_is_wrong(fields, where, sentence):
    with pytest.raises(ValidationError) as refused:
        FillForm.Settings.model_validate({"fields": fields})

    assert [(problem["loc"], problem["msg"]) for problem in refused.value.errors()] == [(where, sentence)]
