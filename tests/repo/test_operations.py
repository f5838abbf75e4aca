"""docs/operations.md promises nothing without a test: each row of its tables of promises names one that exists."""

import re
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
PAGE = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
TABLE = re.compile(r"^\| promise \| test \|\n\|---\|---\|\n((?:\|.*\n)+)", re.MULTILINE)
PROOF = re.compile(r"\[(test_\w+)\]\(\.\./(tests/[\w/]+\.py)\)")
PROMISES = [row for table in TABLE.findall(PAGE) for row in table.splitlines()]


def test_every_promise_names_a_test():
    assert len(PROMISES) > 30
    assert [row for row in PROMISES if not PROOF.search(row)] == []


def test_every_test_that_a_promise_names_exists():
    named = {proof for row in PROMISES for proof in PROOF.findall(row)}

    assert sorted((name, file) for name, file in named if not _has(CHECKOUT / file, name)) == []


def _has(file: Path, test: str) -> bool:
    return file.exists() and f"def {test}(" in file.read_text(encoding="utf-8")
