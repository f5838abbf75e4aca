"""What is written for people leads where it says, and the checkout tells nobody's secrets. Run by scripts/check too."""

import re
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PAGES = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md"), *(CHECKOUT / "examples").rglob("*.md")])
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?<![\w./-])(scripts/[\w-]+|benchmarks/[\w-]+)(?![\w./-])")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_every_link_of_a_page_leads_somewhere(page):
    links = [a or b for a, b in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8")))]

    assert [link for link in links if "://" not in link and not _leads_somewhere(page, link)] == []


def test_every_script_a_page_names_is_there():
    named = {(page.name, script) for page in PAGES for script in COMMAND.findall(page.read_text(encoding="utf-8"))}

    assert sorted((page, script) for page, script in named if not (CHECKOUT / script).exists()) == []


def test_nothing_committed_names_a_folder_of_the_machine_it_was_written_on():
    places = [place for place in (CHECKOUT, CHECKOUT.parent, Path.home()) if len(place.parts) > 1]
    patterns = [argument for place in places for argument in ("-e", rf"(^|[^[:alnum:]._/-]){place}/")]
    found = subprocess.run(["git", "grep", "-nIE", *patterns], cwd=CHECKOUT, capture_output=True, text=True)

    assert found.stdout == ""


def _leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path) if path else page
    return target.exists() and (not anchor or target.suffix != ".md" or anchor in _anchors(target))


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
