"""docs/reference/ says what the code says."""

from pathlib import Path

import pytest

from docs.making import reference

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", reference.PAGES)
def test_a_reference_page_is_what_scripts_reference_writes(name):
    assert (REFERENCE / name).read_text(encoding="utf-8") == reference.PAGES[name]()


def test_every_reference_page_is_written_by_scripts_reference():
    assert sorted(path.name for path in REFERENCE.iterdir()) == sorted(reference.PAGES)
