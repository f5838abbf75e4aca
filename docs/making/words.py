"""
`scripts/words`: bring the catalogues in renderers/locale in step with the words that templates and sources mark.

A new word stands in each catalogue with nothing beside it until somebody translates it, and the tests fail until then;
one that nobody says any more goes.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from engine.billing.tax_rules import RULES
from renderers.phrases import DOMAIN, catalogue, languages

_RENDERERS = Path(__file__).parents[2] / "renderers"
_METHODS = [("**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
_OPTIONS = {"**.html": {"silent": "false"}}
_HEADER = """\
# The words of billhook's documents. Above each translation stands what the sources say: scripts/words
# brings this file in step with them. What looks like %(this)s stands for a value and stays as it is."""
_UNSAID = (b'"Generated-By', b'"Report-Msgid', b'"Last-Trans', b'"Language-Team')  # who and what made it says git
_ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)  # the date of a file that nobody looks at, and that would change each time


def main(arguments: list[str]) -> None:
    """Write what differs, or with `--check` name it and exit 1."""
    stale = [(file, wanted) for file, wanted in in_step() if file.read_bytes() != wanted]
    if "--check" in arguments:
        if stale:
            sys.exit(
                f"{', '.join(file.parts[-3] for file, _ in stale)}: run scripts/words, then translate what is new."
            )
        return
    for file, wanted in stale:
        file.write_bytes(wanted)


def in_step() -> Iterator[tuple[Path, bytes]]:
    """Each catalogue's file, and what stands in it when it has what the sources say and nothing else."""
    said = words_said()
    for language in languages()[1:]:
        kept = catalogue(language)
        kept.update(said, no_fuzzy_matching=True)
        kept.obsolete.clear()
        kept.header_comment, kept.fuzzy = _HEADER, False
        kept.creation_date = kept.revision_date = _ALWAYS
        kept.project, kept.version = "billhook", DOMAIN
        written = BytesIO()
        write_po(written, kept, width=110, sort_by_file=True, include_lineno=False)
        lines = [line for line in written.getvalue().splitlines(keepends=True) if not line.startswith(_UNSAID)]
        yield _RENDERERS / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po", b"".join(lines)


def words_said() -> Catalog:
    """All that templates and sources mark as words of a document, and the rules' reasons for no tax, with where."""
    said = Catalog(domain=DOMAIN)
    found = extract_from_dir(_RENDERERS, _METHODS, _OPTIONS, comment_tags=("Words:",))
    for file, _line, message, comments, context in sorted(found, key=lambda each: each[:2]):
        said.add(message, None, [(f"renderers/{file}", 0)], auto_comments=comments, context=context)
    for rule in sorted({rule.exemption_text for rule in RULES} - {""}):  # a page says the reason in its own language
        said.add(rule, None, [("engine/billing/tax_rules.py", 0)])
    return said


if __name__ == "__main__":
    main(sys.argv[1:])
