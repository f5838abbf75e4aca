"""Names that a pipeline uses, looked up in the registry. Nothing is imported by a name that stands in a file."""

from collections.abc import Collection, Iterable

from engine.actor import GROUPS
from engine.definition import ASKS
from engine.registry import Registry
from pipelines.problems import Place, Report
from pipelines.reader import Items, Node, Table, Text
from pipelines.schema import LATER


class Names:
    """Looks names up and notes those that nobody has."""

    def __init__(self, registry: Registry, report: Report) -> None:
        self.registry, self.report = registry, report

    def step_action(self, name: Text) -> bool:
        """Whether this is an action that asks a person."""
        if name.value in self.registry.asks:
            return True
        if name.value in self.registry.jobs:
            self.report.note("E214", name.at, name=name.value, known=_spoken(self.registry.asks))
        else:
            self.report.note("E204", name.at, name=name.value, known=self.registry.asks)
        return False

    def jobs(self, table: Table) -> None:
        for name in self._once(table, "on_enter", "the action"):
            if name.value in self.registry.asks:
                self.report.note("E215", name.at, name=name.value, known=_spoken(self.registry.jobs))
            elif name.value not in self.registry.jobs:
                self.report.note("E204", name.at, name=name.value, known=self.registry.jobs)

    def transition(self, table: Table) -> None:
        """Guards, effects and groups; states are the pipeline's own."""
        self._look_up(self._once(table, "guards", "the guard"), "E206", self.registry.guards)
        self._look_up(self._once(table, "effects", "the effect"), "E207", self.registry.effects)
        self._look_up(self._once(table, "by", "the group"), "E209", GROUPS)

    def asked(self, table: Table) -> None:
        self._look_up(self._once(table, "ask", "the wish"), "E210", ASKS)

    def states(self, table: Table, key: str, known: Collection[str] | None, *, aliases: Collection[str] = ()) -> None:
        """Aliases are taken and never offered. With no states known at all, that was told already."""
        found = self._once(table, key, "the state")
        if known is not None:
            self._look_up([name for name in found if name.value not in aliases], "E208", known)

    def _look_up(self, names: Iterable[Text], code: str, known: Collection[str]) -> None:
        for name in names:
            if name.value not in known:
                self.report.note(code, name.at, name=name.value, known=known)

    def _once(self, table: Table, key: str, kind: str) -> list[Text]:
        return once(texts(table, key), kind, self.report)


def texts(table: Table, key: str) -> list[Text]:
    """The names under a key, be it one or a list; what is of another kind was told elsewhere."""
    entry = table.entry(key)
    found: tuple[Node, ...] = entry.value.items if entry and isinstance(entry.value, Items) else ()
    if entry and isinstance(entry.value, Text):
        found = (entry.value,)
    return [node for node in found if isinstance(node, Text) and not node.empty]


def once(names: Iterable[Text], kind: str, report: Report) -> list[Text]:
    """Each name one time; one that stands a second time is noted."""
    seen: dict[str, Place] = {}
    found = []
    for name in names:
        first = seen.setdefault(name.value, name.at)
        if first is name.at:
            found.append(name)
        else:
            report.note("E212", name.at, kind=kind, name=name.value, line=first.line)
    return found


def refuse_later(table: Table, report: Report) -> None:
    """Keys that only a later version reads."""
    for entry in table.entries:
        if entry.key.value in LATER:
            report.note("E202", entry.key.at, name=entry.key.value)


def _spoken(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
