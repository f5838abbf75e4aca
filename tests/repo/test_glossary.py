"""The glossary has one entry for a word, and its links lead somewhere."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
GLOSSARY = (DOCS / "glossary.md").read_text(encoding="utf-8")
HEADINGS = [heading.lower().replace(" ", "-") for heading in re.findall(r"^#{2,3} (.+)$", GLOSSARY, re.MULTILINE)]
WORDS = re.findall(r"^### (.+)$", GLOSSARY, re.MULTILINE)


def test_every_link_leads_to_an_entry():
    links = set(re.findall(r"\(#([^)]+)\)", GLOSSARY))

    assert links - set(HEADINGS) == set()


def test_every_page_that_leads_to_the_glossary_leads_to_an_entry():
    pages = {page.name: page.read_text(encoding="utf-8") for page in DOCS.rglob("*.md")}
    dead = {name: set(re.findall(r"glossary\.md#([\w-]+)", text)) - set(HEADINGS) for name, text in pages.items()}

    assert {name: links for name, links in dead.items() if links} == {}


def test_a_word_has_one_entry():
    assert sorted({word for word in WORDS if WORDS.count(word) > 1}) == []


def test_no_word_that_is_used_is_one_that_another_entry_forbids():
    told = " ".join(re.findall(r"\*Not:\s+([^*]+)\.\*", GLOSSARY))
    forbidden = {word.strip() for word in told.replace(". ", ", ").split(",")}

    assert "tenant" in forbidden
    assert forbidden & set(WORDS) <= {"job"}  # a hint is no job, but jobs there are
