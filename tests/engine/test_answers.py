"""What a person may answer, kind by kind, and what each refusal says."""

from decimal import Decimal

import pytest

from engine.answers import must_be_yes, read_answer, refuse
from engine.contracts import Document, Field
from engine.errors import Invalid, Problem
from tests.fakes import PDF

NAME = Field("name", "text", "Name", max_length=10)


def field(kind: str, **more: object) -> Field:
    return Field("it", kind, "It", choices=("red", "green") if kind == "choice" else (), **more)


def sentence_for(kind: str, raw: object) -> str:
    values, problems = read_answer([field(kind, max_length=100)], {"it": raw})

    assert values == {}
    return " ".join(problem.sentence for problem in problems)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("text", "  Zoë  ", "Zoë"),
        ("text", "Zoe\u0308", "Zoë"),
        ("long_text", "a\r\nb\tc\rd", "a\nb c\nd"),
        ("email", "anna.müller+x@mail.example.com", "anna.müller+x@mail.example.com"),
        ("number", "+19.50", "19.50"),
        ("number", 7, "7"),
        ("number", Decimal("1.5"), "1.5"),
        ("date", " 2028-02-29 ", "2028-02-29"),
        ("choice", " red ", "red"),
        ("yes_no", "YES", True),
        ("yes_no", "false", False),
        ("yes_no", True, True),
        ("country", "gr", "GR"),
    ],
)
def test_an_answer_is_read_by_the_kind_of_its_field(kind, raw, value):
    assert read_answer([field(kind)], {"it": raw}) == ({"it": value}, [])


@pytest.mark.parametrize(
    ("kind", "raw", "sentence"),
    [
        ("text", "x" * 101, "The text is 101 characters long; at most 100 fit."),
        ("text", "two\nlines", "The text has too many line breaks; keep it on one line."),
        ("text", "a\x00b", "The text holds control characters; write it without them."),
        ("text", "a\u202eb", "The text holds marks that turn the direction of writing; write it without them."),
        ("text", "a\ud800b", "The text holds codes that are no characters."),
        ("text", ["a"], "This is a list. Send text."),
        ("text", 1.5, "This is a number. Send text."),
        ("email", "anna@example", "This is no e-mail address. Write one such as anna@example.com."),
        ("email", "a b@example.com", "This is no e-mail address. Write one such as anna@example.com."),
        ("date", "2026-02-29", "This is no date of the calendar. Write year-month-day, such as 2026-09-30."),
        ("date", "01/02/2026", "This is no date of the calendar. Write year-month-day, such as 2026-09-30."),
        ("choice", "gren", "This is none of the choices: red, green. Did you mean 'green'?"),
        ("choice", "xyz", "This is none of the choices: red, green."),
        ("number", 1.5, 'Send a number with decimals as text, such as "19.5": then no digit of it is lost.'),
        ("yes_no", "maybe", "This is neither yes nor no. Answer yes or no."),
        ("yes_no", 1, "This is neither yes nor no. Answer yes or no."),
        ("country", "EU", "This is no country code. Write two letters of ISO 3166, such as DE, FR or GR."),
        ("file", "path/to.pdf", "This is text. Send a file; on the command line that is it=@PATH."),
        ("file", Document("a.pdf", "application/pdf", b""), "The file is empty. Choose one with something in it."),
        ("text", Document("a.pdf", "application/pdf", PDF), "This is a file. Send text."),
    ],
)
def test_a_refused_value_says_what_is_true_and_what_would_do(kind, raw, sentence):
    assert sentence_for(kind, raw) == sentence


@pytest.mark.parametrize("raw", ["1e5", "1_000", "１２", "1,5", ".5", "9" * 16, 10**15, True, Decimal("NaN")])
def test_a_number_is_figures_and_a_point(raw):
    assert sentence_for("number", raw) == (
        "This is no number in figures. Write one such as 1250 or 19.5: at most 15 digits, a point, at most 6 decimals."
    )


def test_a_number_too_long_for_python_to_print_is_refused_like_any_other():
    assert sentence_for("number", 10**5000).startswith("This is no number in figures.")


@pytest.mark.parametrize("nothing", [None, "", " \t "])
def test_nothing_answered_is_told_only_where_an_answer_is_needed(nothing):
    optional = Field("note", "text", "Note", required=False)

    assert read_answer([NAME, optional], {"name": nothing, "note": nothing}) == (
        {},
        [Problem("name", "'Name' has no answer yet. It is needed.")],
    )


def test_what_was_not_asked_is_named_with_the_nearest_field():
    _, problems = read_answer([NAME], {"name": "Zoë", "nmae": "x", "\u202e": "y"})

    assert problems == [
        Problem("nmae", "This step does not ask for it. Did you mean 'name'?"),
        Problem("'\\u202e'", "This step does not ask for it. It asks for: name."),
    ]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Zoë\\Vertrag 1.pdf", "Vertrag 1.pdf"),
        ('a"\r\nX-Evil: 1.pdf', "aX-Evil 1.pdf"),
        ("fdp.\u202egpj.pdf", "fdp.gpj.pdf"),
        ("...", "document"),
        ("", "document"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_a_file_keeps_only_a_name_that_is_safe_to_show_and_to_save(sent, kept):
    values, _ = read_answer([field("file")], {"it": Document(sent, "application/pdf", PDF)})

    assert values["it"].filename == kept


def test_a_no_where_only_yes_will_do_says_why():
    assert must_be_yes({"accept": True}, "accept", why="Read it.") == []
    assert must_be_yes({}, "accept", why="Read it.") == []
    assert must_be_yes({"accept": False}, "accept", why="Read it.") == [Problem("accept", "The answer is no. Read it.")]


def test_all_problems_are_told_at_once():
    with pytest.raises(Invalid) as refused:
        refuse([Problem("a", "Write it."), Problem("b", "Sign it.")])

    assert str(refused.value) == "The answer cannot be accepted. a: Write it. b: Sign it."


def test_of_any_number_of_names_that_nothing_asks_for_some_are_told():
    _, problems = read_answer([NAME], {"name": "Zoë", **{f"name_{each}": "x" for each in range(50_000)}})

    assert [problem.field for problem in problems] == [f"name_{each}" for each in range(20)]
