"""Problems as text, JSON, GitHub annotations and SARIF; and files as they lie on a disk."""

import json

import pytest

from pipelines.catalog import load
from pipelines.compiler import compile_file
from pipelines.problems import Problem
from pipelines.reports import as_github, as_json, as_sarif, as_text

TEXT = "version: 1\nonboarding: {a: {title: A, stages: []}}\npayouts: x\n"


@pytest.fixture
def problems(registry):
    return compile_file(TEXT, file="pipelines.yaml", registry=registry).problems


def test_a_problem_quotes_its_line_and_points_at_the_place(whole, registry):
    text = whole.replace("action: self_invoicing", "action: self_invoicng")
    found = compile_file(text, file="pipelines.yaml", registry=registry).problems

    assert as_text(found, text) == (
        "pipelines.yaml:10:34 E204 no action is called 'self_invoicng'\n"
        "    10 |           - {id: opt_in, action: self_invoicng, title: Opt in or out}\n"
        "       |                                  ^ did you mean 'self_invoicing'?"
    )


def test_a_long_line_is_cut_around_the_place(registry):
    text = f"version: 1\ntitel: {'x' * 500}\n" + "a" * 300 + ": &anchor x\n"
    told = as_text(compile_file(text, file="f", registry=registry).problems, text)

    assert all(len(line) < 120 for line in told.splitlines() if "|" in line)
    assert "aaa: &anchor x\n" in told


def test_the_caret_stands_under_the_place_after_wide_letters():
    [quoted, caret] = as_text([Problem("E107", "error", "f", 1, 6, "m")], "日本: &a x").splitlines()[1:]

    assert quoted == "     1 | 日本: &a x"
    assert caret == "       |        ^"


def test_a_quoted_line_gives_a_terminal_no_orders():
    told = as_text([Problem("E103", "error", "f", 1, 4, "m")], "a: \x1b[31m\u202e")

    assert "\x1b" not in told and "\u202e" not in told


def test_a_strangers_name_is_printable_and_short_in_a_message(whole, registry):
    text = whole.replace("by: partner", f'by: "{"x" * 300}\\n"')
    [problem] = compile_file(text, file="f", registry=registry).problems

    assert problem.message == f"no group of people is called '{'x' * 60}...'"


def test_json_has_every_field_of_every_problem(problems):
    assert json.loads(as_json(problems)) == [
        {"code": "E311", "severity": "error", "file": "pipelines.yaml", "line": 2, "column": 28,
         "message": "onboarding 'a' has no stages", "hint": "add a stage", "length": 6},
        {"code": "E205", "severity": "error", "file": "pipelines.yaml", "line": 3, "column": 10,
         "message": "'payouts' is not a mapping of names to pipelines", "hint": "", "length": 1},
    ]  # fmt: skip


def test_github_is_told_file_line_and_column(problems):
    assert as_github(problems).splitlines()[0] == (
        "::error file=pipelines.yaml,line=2,col=28,title=E311::onboarding 'a' has no stages. add a stage"
    )


def test_a_file_name_cannot_write_annotations_of_its_own():
    told = as_github([Problem("E101", "error", "a,b:c\n::error::x", 1, 1, "50 % done\n::error::y")])

    assert told == ("::error file=a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ax,line=1,col=1,title=E101::50 %25 done%0A::error::y")


def test_sarif_names_the_rule_and_the_region(problems):
    [run] = json.loads(as_sarif(problems))["runs"]

    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["E205", "E311"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 2, "startColumn": 28, "endColumn": 34,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        (b"version: 1\na: \xff\n", "E103", 2, 4),
        (b"\xef\xbb\xbfversion: 1\n", "E103", 1, 1),
        ("version: 1\n".encode("utf-16"), "E103", 1, 1),
        (b"a: b\n" * 100_000, "E104", 1, 1),
        (b"version: 1\r\n\r\nonboarding: x\r\n", "E205", 3, 13),
    ],
)
def test_a_file_is_read_as_it_lies_on_the_disk(tmp_path, registry, content, code, line, column):
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    loaded = load(path, registry=registry, name="mine.yaml")
    first = loaded.compiled.problems[0]

    assert (first.file, first.code, first.line, first.column) == ("mine.yaml", code, line, column)
    assert as_text(loaded.compiled.problems, loaded.text).replace("\n", "").isprintable()


def test_a_file_that_is_not_there_is_the_callers_to_answer(tmp_path, registry):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.yaml", registry=registry)


def test_not_every_one_of_many_unknown_names_is_held_against_many_known_ones(registry):
    states = "".join(f"      State{number}: {{means: waiting}}\n" for number in range(600))
    unknown = ", ".join(f"Stat{number}" for number in range(90))
    arrow = f"    transitions:\n      - {{trigger: t, from: [{unknown}]}}\n"
    text = f"version: 1\npayouts:\n  a:\n    states:\n{states}{arrow}"
    found = compile_file(text, file="pipelines.yaml", registry=registry).problems
    hints = [problem.hint for problem in found if problem.code == "E208"]

    assert hints[0] == "did you mean 'State0'?"
    assert (len(hints), sum(hint.startswith("did you mean") for hint in hints)) == (90, 8)


def test_a_name_that_is_far_too_long_is_held_against_none(whole, registry):
    text = whole.replace("action: self_invoicing", f"action: {'self_invoicing' * 15_000}")
    [hint] = [
        problem.hint
        for problem in compile_file(text, file="pipelines.yaml", registry=registry).problems
        if problem.code == "E204"
    ]

    assert not hint.startswith("did you mean")
