"""Problems as people and programs want to read them: text, JSON, GitHub annotations, SARIF. It finds none itself."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pipelines.codes import RULES
from pipelines.problems import Problem
from pipelines.reader import lines_of

_WINDOW = 100
_GITHUB_TEXT = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_GITHUB_VALUE = {**_GITHUB_TEXT, ":": "%3A", ",": "%2C"}


def as_text(problems: Sequence[Problem], text: str) -> str:
    """Each problem with the line of `text` (the file's) that it is in, quoted, and a caret under the place."""
    lines = lines_of(text)
    return "\n".join(_told(problem, lines) for problem in problems)


def as_json(problems: Sequence[Problem]) -> str:
    """A list with every field of every problem."""
    return json.dumps([asdict(problem) for problem in problems], indent=2, ensure_ascii=False)


def as_github(problems: Sequence[Problem]) -> str:
    """Workflow commands, which GitHub shows beside the line of a change."""
    return "\n".join(_annotation(problem) for problem in problems)


def as_sarif(problems: Sequence[Problem]) -> str:
    """SARIF 2.1.0, as code scanners exchange it."""
    codes = sorted({problem.code for problem in problems})
    rules = [
        {"id": code, "shortDescription": {"text": RULES[code].message}, "fullDescription": {"text": RULES[code].why}}
        for code in codes
    ]
    run = {
        "tool": {"driver": {"name": "billhook", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem) for problem in problems],
    }
    log = {"version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False)


WRITERS = {"json": as_json, "github": as_github, "sarif": as_sarif}


def _told(problem: Problem, lines: Sequence[str]) -> str:
    head = f"{problem.file}:{problem.line}:{problem.column} {problem.code} {problem.message}"
    line = lines[problem.line - 1] if problem.line <= len(lines) else ""
    begin = max(0, problem.column - 1 - _WINDOW // 2) if len(line) > _WINDOW else 0
    quoted = _printable(line[begin : begin + _WINDOW])
    before = " " * _width(quoted[: problem.column - 1 - begin])
    number = f"{problem.line:>6}"
    return f"{head}\n{number} | {quoted}".rstrip() + f"\n{' ' * len(number)} | {before}^ {problem.hint}".rstrip()


def _printable(line: str) -> str:
    """A terminal obeys some characters; a quoted line must not."""
    shown = line.replace("\t", " ")
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in shown)


def _width(text: str) -> int:
    """How many columns a terminal takes for it."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(unicodedata.combining(letter) != 0 for letter in text)


def _annotation(problem: Problem) -> str:
    told = f"{problem.message}. {problem.hint}".rstrip(". ")
    values = {"file": problem.file, "line": problem.line, "col": problem.column, "title": problem.code}
    written = ",".join(f"{name}={_escaped(str(value), _GITHUB_VALUE)}" for name, value in values.items())
    return f"::{problem.severity} {written}::{_escaped(told, _GITHUB_TEXT)}"


def _escaped(text: str, table: Mapping[str, str]) -> str:
    return "".join(table.get(letter, letter) for letter in text)


def _result(problem: Problem) -> dict[str, Any]:
    region = {
        "startLine": problem.line,
        "startColumn": problem.column,
        "endColumn": problem.column + problem.length,
    }
    place = {"artifactLocation": {"uri": problem.file}, "region": region}
    told = f"{problem.message}. {problem.hint}".rstrip(". ")
    return {
        "ruleId": problem.code,
        "level": problem.severity,
        "message": {"text": told},
        "locations": [{"physicalLocation": place}],
    }
