"""What is wrong in a pipelines file, where, and what would be right. It does not know how a problem is printed."""

from collections.abc import Collection
from dataclasses import dataclass, field

from engine.errors import closest
from pipelines.codes import RULES, Rule, Severity

MOST_PROBLEMS = 100
MOST_COMPARED = 5_000  # names that unknown ones are held against: each takes some microseconds
_LONGEST = 60
_SENTENCES = frozenset({"what", "hint", "form", "known"})  # written by us, not by strangers, and so not cut
_LOOKED_UP = frozenset({"E204", "E206", "E207"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where something begins, counted from 1 in characters, and how long it is on its first line."""

    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. `code` is stable (`codes.RULES` explains it); `line` and `column` count from 1, in characters."""

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    message: str
    hint: str = ""
    length: int = 1


@dataclass(slots=True)
class Report:
    """Collects the problems of one file, up to a number that a person would read."""

    file: str
    _found: list[Problem] = field(default_factory=list)
    _errors: int = 0
    _left_out: bool = False
    _compared: int = 0

    @property
    def errors(self) -> int:
        """How many errors (not warnings) were noted so far."""
        return self._errors

    @property
    def is_full(self) -> bool:
        """Whether there is more than will be shown, so that looking on is of no use."""
        return self._left_out

    def note(self, code: str, at: Place, **words: object) -> None:
        """
        Note a problem; `words` fill the rule's message and hint. With `known` (a collection of names) the hint is
        the one of them that is like `name`, where one is; a `hint` of its own stands for the rule's.
        """
        rule = RULES[code]
        self._errors += rule.severity == "error"
        if len(self._found) >= MOST_PROBLEMS:
            self._left_out = True
            return
        told = {key: _spoken(key, word) for key, word in words.items()}
        hint = self._suggestion(rule, words) or str(words.get("hint", "")) or rule.hint.format(**told)
        message = rule.message.format(**told)
        self._found.append(Problem(code, rule.severity, self.file, at.line, at.column, message, hint, at.length))

    def in_order(self) -> tuple[Problem, ...]:
        """All problems, in the order of the file."""
        found = sorted(self._found, key=lambda problem: (problem.line, problem.column, problem.code))
        if self._left_out:
            last, rule = found[-1], RULES["E199"]
            message = rule.message.format(limit=MOST_PROBLEMS)
            found.append(Problem("E199", "error", self.file, last.line, last.column, message, rule.hint))
        return tuple(found)

    def _suggestion(self, rule: Rule, words: dict[str, object]) -> str:
        """The known name that is like the unknown one; '' for none, and when many were looked for before."""
        name, known = words.get("name"), words.get("known")
        if not isinstance(name, str) or isinstance(known, str) or not isinstance(known, Collection):
            return ""
        if rule.code in _LOOKED_UP and ("." in name or name.startswith("__")):
            return f"names are looked up, never imported; known: {_listed(known)}"
        if len(name) > _LONGEST or self._compared + len(known) > MOST_COMPARED:
            return ""
        self._compared += len(known)
        like = closest(name, known)
        return f"did you mean '{like}'?" if like else ""


def shown(text: str) -> str:
    """A stranger's text, made printable and cut, so that a sentence can hold it."""
    plain = text[:_LONGEST]
    if not plain.isprintable():
        plain = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in plain)
    return f"{plain}..." if len(text) > _LONGEST else plain


def _spoken(key: str, word: object) -> str:
    if isinstance(word, str):
        return word if key in _SENTENCES else shown(word)
    return _listed(word) if isinstance(word, Collection) else str(word)


def _listed(word: Collection[str]) -> str:
    return ", ".join(word if isinstance(word, tuple) else sorted(word)) or "none"
