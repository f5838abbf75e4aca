"""
Fit what was read into a pydantic model, and tell what does not fit at its place in the file.

All values arrive as text. pydantic gives them their types; of its spellings for yes, no and numbers only the plain
ones count, so that a value means here what it means to every other reader of the file.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from engine.errors import closest
from pipelines.problems import Place, Report, shown
from pipelines.reader import Items, Node, Table, Text
from pipelines.schema import DAYS_FORM, ID_FORM, LATER

Model = TypeVar("Model", bound=BaseModel)
Path = tuple[str | int, ...]

_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)", re.ASCII)
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
_KINDS = {
    "string_type": "one text",
    "list_type": "a list",
    "tuple_type": "a list, or one name",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "days": DAYS_FORM,
}


class Fitter:
    """`about` is what messages call the table (`a step`); `setting_of` the action whose settings these are, if any."""

    def __init__(
        self, report: Report, about: str, *, setting_of: str = "", beside: frozenset[str] = frozenset()
    ) -> None:
        self.report, self.about, self.setting_of, self.beside = report, about, setting_of, beside

    def fit(self, model: type[Model], table: Table, *, apart: frozenset[str] = frozenset()) -> Model | None:
        """The model, or None; why not is in the report. Values of the keys `apart` are read by somebody else."""
        before = self.report.errors
        data = self._plain(table, apart)
        try:
            fitted = model.model_validate(data)
        except ValidationError as refused:
            for error in refused.errors(include_url=False):
                if self.report.is_full:
                    break
                self._complain(model, table, error)
            return None
        self._refuse_loose_spellings(table, fitted.model_dump(by_alias=True))
        return fitted if self.report.errors == before else None

    def _plain(self, node: Node, apart: frozenset[str] = frozenset()) -> Any:
        """As Python has it, without the values that were left out: those are told here."""
        if isinstance(node, Text):
            return node.value
        if isinstance(node, Items):
            return [self._plain(item) for item in node.items if not self._is_left_out(item, "an entry of a list")]
        return {
            entry.key.value: None if entry.key.value in apart else self._plain(entry.value)
            for entry in node.entries
            if not self._is_left_out(entry.value, f"'{shown(entry.key.value)}'", at=entry.key.at)
        }

    def _is_left_out(self, node: Node, name: str, *, at: Place | None = None) -> bool:
        if not (isinstance(node, Text) and node.empty):
            return False
        self.report.note("E205", at or node.at, what=f"{name} has no value", hint="write one, or take it out")
        return True

    def _complain(self, model: type[BaseModel], table: Table, error: Mapping[str, Any]) -> None:
        path, kind = tuple(error["loc"]), error["type"]
        at, found, name = _locate(table, path)
        if kind == "too_short" and isinstance(found, Items) and len(found.items) >= error["ctx"]["min_length"]:
            return  # pydantic counts only the entries that fit, and the others were told already
        if kind == "missing":
            self._missing(table, path)
        elif kind == "extra_forbidden":
            self._unknown_key(model, path, _key_place(table, path) or at)
        elif kind == "E211":
            self.report.note("E211", at, name=str(error["input"]), kind=_ID_KINDS.get(name, name), form=ID_FORM)
        elif kind == "E216":
            self.report.note("E216", at, name=str(error["input"]))
        else:
            self._bad_value(name, at, found, error)

    def _missing(self, table: Table, path: Path) -> None:
        """A key that stands there without a value was told already."""
        owner = _follow(table, path[:-1])
        if isinstance(owner, Table) and owner.entry(str(path[-1])) is None:
            about = self.about if len(path) == 1 else f"'{path[0]}'"
            self.report.note("E203", owner.at, about=about, name=str(path[-1]))

    def _unknown_key(self, model: type[BaseModel], path: Path, at: Place) -> None:
        name = str(path[-1])
        if len(path) == 1 and name in LATER:
            self.report.note("E202", at, name=name)
            return
        known = frozenset(_known_keys(model, path[:-1])) | (self.beside if len(path) == 1 else frozenset())
        about = self.about if len(path) == 1 else f"'{path[0]}'"
        self.report.note("E201", at, about=about, name=name, known=known)

    def _bad_value(self, name: str, at: Place, found: Node | None, error: Mapping[str, Any]) -> None:
        what, hint = _in_words(found, error)
        if self.setting_of:
            self.report.note("E213", at, action=self.setting_of, name=name, what=what, hint=hint)
        elif error["type"] == "literal_error" and isinstance(found, Text):
            self.report.note("E217", at, name=found.value, known=tuple(_choices(error)), hint=_suggested(found, error))
        else:
            self.report.note("E205", at, what=f"'{name}' {what}" if name else what, hint=hint)

    def _refuse_loose_spellings(self, table: Table, typed: Mapping[str, Any]) -> None:
        """pydantic takes `yes`, `1` and `1_000`; other programs that read the file may not."""
        for name, text, value in _pairs("", table, typed):
            if wanted := _wanted(text.value, value):
                what = f"takes {wanted}, not '{shown(text.value)}'"
                if self.setting_of:
                    self.report.note("E213", text.at, action=self.setting_of, name=name, what=what)
                else:
                    self.report.note("E205", text.at, what=f"'{name}' {what}")


_ID_KINDS = {"id": "id", "trigger": "name of a trigger"}


def _wanted(text: str, value: object) -> str:
    if isinstance(value, bool):
        return "" if text in ("true", "false") else "true or false"
    if isinstance(value, int):
        return "" if _WHOLE.fullmatch(text) else "a whole number in digits"
    if isinstance(value, float):
        return "" if _DECIMAL.fullmatch(text) else "a number in digits"
    return ""


def _pairs(name: str, node: Node, typed: Any) -> Iterator[tuple[str, Text, Any]]:
    """Each text with its key and the value that it became, where the model kept the shape."""
    if isinstance(node, Text):
        yield name, node, typed
    elif isinstance(node, Table) and isinstance(typed, Mapping):
        for entry in node.entries:
            yield from _pairs(entry.key.value, entry.value, typed.get(entry.key.value))
    elif isinstance(node, Items) and isinstance(typed, list | tuple) and len(node.items) == len(typed):
        for item, value in zip(node.items, typed, strict=True):
            yield from _pairs(name, item, value)


def _follow(node: Node, path: Path) -> Node | None:
    for part in path:
        if isinstance(node, Table) and isinstance(part, str) and (entry := node.entry(part)):
            node = entry.value
        elif isinstance(node, Items) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        else:
            return None
    return node


def _locate(table: Table, path: Path) -> tuple[Place, Node | None, str]:
    """Place, value and nearest key of the longest part of the path in the file: pydantic adds parts of its own."""
    for length in range(len(path), 0, -1):
        node = _follow(table, path[:length])
        if node is not None:
            return node.at, node, next((part for part in reversed(path[:length]) if isinstance(part, str)), "")
    return table.at, None, ""


def _key_place(table: Table, path: Path) -> Place | None:
    owner = _follow(table, path[:-1])
    entry = owner.entry(str(path[-1])) if isinstance(owner, Table) else None
    return entry.key.at if entry else None


def _known_keys(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that the model takes at this path, by its JSON Schema."""
    whole = _schema_of(model)
    schema = whole
    for part in path:
        schema = schema.get("properties", {}).get(part, {}) if isinstance(part, str) else schema.get("items", {})
        schema = whole.get("$defs", {}).get(str(schema.get("$ref", "")).rsplit("/", 1)[-1], schema)
    return list(schema.get("properties", {}))


@lru_cache(maxsize=64)
def _schema_of(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _choices(error: Mapping[str, Any]) -> list[str]:
    return re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected", "")))


def _in_words(found: Node | None, error: Mapping[str, Any]) -> tuple[str, str]:
    """What is true of the value, and what would do."""
    kind, context = error["type"], error.get("ctx", {})
    value = f"'{shown(found.value)}'" if isinstance(found, Text) else _called(found)
    if kind == "literal_error":
        return f"{value} is not one of: {', '.join(_choices(error))}", _suggested(found, error)
    if kind in _KINDS:
        return f"takes {_KINDS[kind]}, not {value}", ""
    if kind in ("string_too_short", "too_short"):
        return f"needs {context['min_length']} or more {_unit(kind)}", ""
    if kind in ("string_too_long", "too_long"):
        return f"has at most {context['max_length']} {_unit(kind)}", ""
    for bound, told in (("ge", "at least"), ("le", "at most"), ("gt", "more than"), ("lt", "less than")):
        if bound in context:
            return f"is {told} {context[bound]}, not {value}", ""
    return str(error["msg"]), ""


def _suggested(found: Node | None, error: Mapping[str, Any]) -> str:
    choices = _choices(error)
    like = closest(found.value, choices) if isinstance(found, Text) else None
    if like:
        return f"did you mean '{like}'?"
    return f"write '{choices[0]}', or take the key out" if len(choices) == 1 else ""


def _unit(kind: str) -> str:
    return "characters" if kind.startswith("string") else "entries"


def _called(node: Node | None) -> str:
    return "a list" if isinstance(node, Items) else "a mapping"
