"""The commands of the tutorial and of the how-to pages run as they stand, and answer what the pages show."""

from pathlib import Path

import pytest

from docs.making import sessions

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", sessions.pages_in(DOCS), ids=lambda page: page.relative_to(DOCS).as_posix())
def test_a_page_s_commands_answer_what_it_shows(page, tmp_path):
    steps = list(sessions.played(page.read_text(encoding="utf-8"), tmp_path))

    assert [(command, answered) for command, _, answered in steps] == [(command, shown) for command, shown, _ in steps]


def test_ids_and_moments_are_all_that_may_differ():
    shown = "payout 01a206c4-53e3-700e-b0ad-5703a0937e44 at 2026-11-23 04:57:39, until 2027-11-23, sha256 222a9f0f8f20"

    assert sessions.masked(shown) == "payout ID at MOMENT, until DAY, sha256 HASH"
