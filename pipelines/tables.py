"""Find the mappings under a key, in a list or by name. It knows shapes, and nothing of what they mean."""

from dataclasses import dataclass

from pipelines.problems import Report, shown
from pipelines.reader import Items, Table, Text


@dataclass(frozen=True, slots=True)
class Named:
    """A mapping with the name that it stands under."""

    name: Text
    table: Table


def tables_under(table: Table, key: str, what: str, report: Report) -> list[Table] | None:
    """The mappings of the list under `key`; None when there is no such list (a missing key is told elsewhere)."""
    entry = table.entry(key)
    if entry is None or (isinstance(entry.value, Text) and entry.value.empty):
        return None
    if not isinstance(entry.value, Items):
        report.note(
            "E205", entry.value.at, what=f"'{shown(key)}' is not a list", hint=f"begin each entry with '- ': {what}"
        )
        return None
    found = []
    for item in entry.value.items:
        if isinstance(item, Table):
            found.append(item)
        elif not (isinstance(item, Text) and item.empty):
            report.note("E205", item.at, what=f"{what} is a mapping: keys with values", hint="write key: value")
    return found


def tables_by_name(table: Table, key: str, what: str, report: Report) -> list[Named] | None:
    """The mappings in the mapping under `key`; None when there is no such mapping."""
    entry = table.entry(key)
    if entry is None or (isinstance(entry.value, Text) and entry.value.empty):
        return None
    if not isinstance(entry.value, Table):
        report.note("E205", entry.value.at, what=f"'{shown(key)}' is not a mapping of names to {what}")
        return None
    found = []
    for named in entry.value.entries:
        if isinstance(named.value, Table):
            found.append(Named(named.key, named.value))
        elif not (isinstance(named.value, Text) and named.value.empty):
            report.note("E205", named.value.at, what=f"'{shown(named.key.value)}' is a mapping: keys with values")
    return found
