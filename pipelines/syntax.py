"""What a YAML parser complains of, in our words. It knows libyaml's and PyYAML's wording and imports neither."""

import re
from typing import Any

_MAY_NOT_BEGIN = "character.* that cannot start any token"

# What the parser says (both parsers), what we say, and the way out. The first that fits counts.
_WORDS = (
    (r"mapping values are not allowed", "a second ':' cannot stand here", "put a value that contains ': ' in quotes"),
    (r"could not find expected ':'|expected ':'", "a ':' is missing after this", "write keys as: key: value"),
    (r"expected ',' or '\]'", "the list that begins in line {line} needs a ',' or ']' before this", "close it with ]"),
    (r"expected ',' or '\}'", "the mapping that begins in line {line} needs a ',' or '}}' before this",
     "close it with }}"),
    (r"end of stream.*quoted|quoted.*end of stream", "the quote that opens here is never closed",
     "close it with the same quote"),
    (r"unknown escape character|escape sequence", "this escape means nothing in YAML",
     "write \\\\ for a backslash, or use single quotes"),
    (r"expected key|expected <block end>|expected '-' indicator",
     "this does not line up with what began in line {line}", "indent what belongs together by the same spaces"),
    (r"expected (the )?node content", "a value is missing here", "write it, or take out what asks for it"),
    (r"incompatible YAML document|directive", "there is a '%' directive before the document", "take it out"),
    (r"undefined tag handle|tag", "tags are not read", "take it out"),
    (r"anchor|alias", "anchors and aliases are not read", "put a value that begins with & or * in quotes"),
    (r"chomping|line break", "text cannot begin in the line of its '|' or '>'", "begin it in the next line"),
    (r"document start", "nothing can stand after the end of the first value", "keep to one mapping"),
)  # fmt: skip
_SHOWN_WHERE_IT_BEGINS = frozenset({"a ':' is missing after this", "the quote that opens here is never closed"})


def in_our_words(error: Any, text: str) -> tuple[str, Any, str]:
    """What is wrong, the parser's mark of where (line and column from 0), and a hint."""
    mark = error.problem_mark or error.context_mark
    said = f"{error.context or ''} {error.problem or ''}"
    begun = (error.context_mark or mark).line + 1
    if re.search(_MAY_NOT_BEGIN, said):
        return f"a value cannot begin with {_letter(text, mark)}", mark, "put it in quotes"
    for pattern, what, hint in _WORDS:
        if re.search(pattern, said):
            where = error.context_mark if what in _SHOWN_WHERE_IT_BEGINS else mark
            return what.format(line=begun), where or mark, hint.format()
    return f"this is not YAML: {error.problem}", mark, ""


def _letter(text: str, mark: Any) -> str:
    lines = re.split(r"\r\n|\r|\n", text)
    line = lines[mark.line] if mark.line < len(lines) else ""
    return f"'{line[mark.column]}'" if mark.column < len(line) else "the end of the line"
