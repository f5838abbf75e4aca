"""What is written for people leads where it says, and no file names a machine. Run by scripts/check too."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PAGES = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md"), *(CHECKOUT / "examples").rglob("*.md")])
MADE = ("demo-out", "dist", "results")
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


def test_no_file_names_a_folder_of_somebody_s_machine():
    folder = re.compile(r"(?<![\w./-])/(home|root|Users|work|workspace)/\w")

    assert [path.relative_to(CHECKOUT).as_posix() for path in _own_files() if folder.search(_text(path))] == []


def _own_files() -> Iterator[Path]:
    """What is ours in the checkout, with git or without: no folder that a tool made."""
    for folder, folders, names in os.walk(CHECKOUT):
        folders[:] = [name for name in folders if name == ".ci" or not name.startswith((".", "__pycache__", *MADE))]
        yield from (Path(folder, name) for name in names if name != ".git")  # a file in a second worktree


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="ignore")


def _leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path) if path else page
    return target.exists() and (not anchor or target.suffix != ".md" or anchor in _anchors(target))


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
