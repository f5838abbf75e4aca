"""
Read YAML as people write it, strictly. `writer` writes it; no other file imports `yaml`. It does not know what the
values mean.

Every scalar stays the text that was written (PyYAML would read `on` as True, `NO` as False, `1:30` as 90 and `010` as
8) and every value knows where it stands. Only events of the parser are used, so no object is ever made from a tag
and no alias is ever followed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from pipelines.problems import Place, Report
from pipelines.syntax import in_our_words

MOST_KB = 256
MOST_DEPTH = 20
MOST_VALUES = 5_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LINE_END = re.compile(r"\r\n|\r|\n")
# What is no YAML, what only some programs take for the end of a line, what turns the reading direction, and (as the
# lone surrogates that Python decodes them to) bytes that are not UTF-8.
_UNSEEN = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff"
_NOT_IN_A_FILE = re.compile(f"[\t{_UNSEEN}]")
_NOT_IN_A_VALUE = re.compile(f"[{_UNSEEN}]")
_CALLED = {"\x00": "a NUL", "\ufeff": "a byte order mark"}


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar as it was written. `empty`: nothing was written at all (not even quotes)."""

    value: str
    at: Place
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple["Node", ...]
    at: Place


@dataclass(frozen=True, slots=True)
class Entry:
    key: Text
    value: "Node"


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping in the file's order; no key stands in it twice."""

    entries: tuple[Entry, ...]
    at: Place

    def entry(self, key: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.key.value == key), None)

    def only(self, *keys: str) -> "Table":
        return Table(tuple(entry for entry in self.entries if entry.key.value in keys), self.at)

    def without(self, *keys: str) -> "Table":
        return Table(tuple(entry for entry in self.entries if entry.key.value not in keys), self.at)


Node = Text | Items | Table


class _Stop(Exception):
    """Nothing after this can be read."""


def read(text: str, report: Report) -> Node | None:
    """
    The file's one value, or None where the text could not be read to its end; why is in `report`.

    Equal keys, anchors and tags are problems after which reading goes on. `text` may hold lone surrogates for bytes
    that were not UTF-8; they are refused by line and column.
    """
    if _is_too_large(text, report) or _has_strange_characters(text, report):
        return None
    events = yaml.parse(text, Loader=_LOADER)
    try:
        return _Reading(text, events, report).document()
    except yaml.MarkedYAMLError as error:
        what, mark, hint = in_our_words(error, text)
        report.note("E101", _place(mark, text), what=what, hint=hint)
    except _Stop:
        pass
    return None


def lines_of(text: str) -> list[str]:
    """The text's lines as the reader counts them."""
    return _LINE_END.split(text)


def _is_too_large(text: str, report: Report) -> bool:
    limit = MOST_KB * 1024
    if len(text) <= limit and len(text.encode("utf-8", "surrogatepass")) <= limit:
        return False
    report.note("E104", Place(1, 1), limit=MOST_KB)
    return True


def _has_strange_characters(text: str, report: Report) -> bool:
    found = False
    if _NOT_IN_A_FILE.search(text) is None:
        return found
    for number, line in enumerate(lines_of(text), start=1):
        if report.is_full:
            break
        if strange := _NOT_IN_A_FILE.search(line):
            found = True
            _note_character(strange[0], Place(number, strange.start() + 1), report)
    return found


def _note_character(letter: str, at: Place, report: Report) -> None:
    if letter == "\t":
        report.note("E102", at)
    elif "\udc80" <= letter <= "\udcff":
        what = f"the byte 0x{ord(letter) - 0xDC00:02x}, which is not UTF-8,"
        report.note("E103", at, what=what, hint="save the file as UTF-8")
    else:
        report.note("E103", at, what=_CALLED.get(letter, f"the character U+{ord(letter):04X}"))


class _Reading:
    """One pass over the parser's events. Depth and number of values are bounded as they come, not afterwards."""

    def __init__(self, text: str, events: Iterator[Any], report: Report) -> None:
        self.events, self.report = events, report
        self.lines = lines_of(text)
        self.depth = self.values = 0
        self.usable = True

    def document(self) -> Node | None:
        next(self.events)
        start = next(self.events)
        if isinstance(start, yaml.StreamEndEvent):
            self.report.note("E115", Place(1, 1))
            raise _Stop
        if start.version or start.tags:
            self.stop("E112", start)
        root = self.node(next(self.events))
        next(self.events)
        after = next(self.events)
        if isinstance(after, yaml.DocumentStartEvent):
            self.stop("E111", after)
        return root if self.usable else None

    def node(self, event: Any) -> Node:
        self.values += 1
        if self.report.is_full:
            raise _Stop
        if self.values > MOST_VALUES:
            self.stop("E106", event, limit=MOST_VALUES)
        if isinstance(event, yaml.AliasEvent):
            self.usable = False
            self.report.note("E108", self.place(event), name=event.anchor)
            return Text("", self.place(event))
        self.refuse_properties(event)
        if isinstance(event, yaml.ScalarEvent):
            return self.text(event)
        self.depth += 1
        if self.depth > MOST_DEPTH:
            self.stop("E105", event, limit=MOST_DEPTH)
        inner = self.items(event) if isinstance(event, yaml.SequenceStartEvent) else self.table(event)
        self.depth -= 1
        return inner

    def refuse_properties(self, event: Any) -> None:
        if event.anchor is not None:
            self.report.note("E107", self.place(event), name=event.anchor)
        if event.tag is not None:
            self.report.note("E109", self.place(event), name=event.tag.replace("tag:yaml.org,2002:", "!!"))

    def text(self, event: Any) -> Text:
        value = event.value
        if strange := _NOT_IN_A_VALUE.search(value):
            _note_character(strange[0], self.place(event), self.report)
            value = _NOT_IN_A_VALUE.sub("\N{REPLACEMENT CHARACTER}", value)
        return Text(value, self.place(event), empty=value == "" and event.implicit[0])

    def items(self, start: Any) -> Items:
        found = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.node(event))
        return Items(tuple(found), self.place(start))

    def table(self, start: Any) -> Table:
        found: dict[str, Entry] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key, value = self.node(event), self.node(next(self.events))
            if self.may_be_key(key, event) and isinstance(key, Text):
                self.keep(found, Entry(key, value))
        return Table(tuple(found.values()), self.place(start))

    def may_be_key(self, key: Node, event: Any) -> bool:
        if isinstance(event, yaml.AliasEvent):
            return False
        if not isinstance(key, Text):
            self.report.note("E114", key.at)
        elif key.value == "<<" and event.implicit[0]:
            self.report.note("E110", key.at)
        else:
            return True
        self.usable = False
        return False

    def keep(self, found: dict[str, Entry], entry: Entry) -> None:
        name = entry.key.value
        first = found.setdefault(name, entry)
        if first is not entry:
            self.report.note("E113", entry.key.at, name=name, line=first.key.at.line)

    def stop(self, code: str, event: Any, **words: object) -> None:
        self.report.note(code, self.place(event), **words)
        raise _Stop

    def place(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        until = end.column if start.line == end.line else len(self.lines[start.line])
        return Place(start.line + 1, start.column + 1, max(1, until - start.column))


def _place(mark: Any, text: str) -> Place:
    """libyaml says of the end of a file that it is in the line after the last."""
    lines = lines_of(text)
    if mark.line < len(lines):
        return Place(mark.line + 1, mark.column + 1)
    return Place(len(lines), len(lines[-1]) + 1)
