"""From the text of a pipelines file to definitions, or to everything that is wrong with it. It knows no database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from engine.definition import Definition, Onboarding, PayoutPipeline
from engine.registry import Registry
from pipelines.fitting import Fitter
from pipelines.names import Names
from pipelines.onboarding import read_onboarding
from pipelines.payouts import read_payouts
from pipelines.problems import Problem, Report
from pipelines.reader import Node, Table, read
from pipelines.schema import ID_FORM, FileShape, is_id
from pipelines.tables import Named, tables_by_name

_KINDS = ("onboarding", "payouts")

Pipeline = TypeVar("Pipeline", Onboarding, PayoutPipeline)


@dataclass(frozen=True, slots=True)
class Compiled:
    """Pipelines by name, and the problems in the file's order. With an error among them there are no pipelines."""

    onboarding: Mapping[str, Onboarding] = field(default_factory=dict)
    payouts: Mapping[str, PayoutPipeline] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there are no errors; there may be warnings."""
        return not any(problem.severity == "error" for problem in self.problems)

    @property
    def definitions(self) -> list[Definition]:
        return [*self.onboarding.values(), *self.payouts.values()]


def compile_file(text: str, *, file: str, registry: Registry) -> Compiled:
    """
    Check the text and make its definitions. `file` is what problems call it. Never raises for what is in the text.
    """
    report = Report(file)
    root = read(text, report)
    compiled = _compile(root, Names(registry, report)) if root is not None else Compiled()
    problems = report.in_order()
    if report.errors:
        return Compiled(problems=problems)
    return Compiled(compiled.onboarding, compiled.payouts, problems)


def _compile(root: Node, names: Names) -> Compiled:
    report = names.report
    if not isinstance(root, Table):
        report.note("E205", root.at, what="the file is not a mapping", hint="begin with: version: 1")
        return Compiled()
    Fitter(report, "the file").fit(FileShape, root, apart=frozenset(_KINDS))
    if not any(root.entry(kind) for kind in _KINDS):
        report.note("E316", root.at)
    return Compiled(
        _pipelines(root, "onboarding", read_onboarding, names), _pipelines(root, "payouts", read_payouts, names)
    )


def _pipelines(
    root: Table, kind: str, read_one: Callable[[Named, Names], Pipeline | None], names: Names
) -> dict[str, Pipeline]:
    entries = tables_by_name(root, kind, "pipelines", names.report) or []
    for entry in entries:
        if not is_id(entry.name.value):
            names.report.note("E211", entry.name.at, name=entry.name.value, kind="name of a pipeline", form=ID_FORM)
    found = {entry.name.value: pipeline for entry in entries if (pipeline := read_one(entry, names))}
    if len(found) == len(entries):
        _check_defaults(kind, entries, list(found.values()), names.report)
    return found


def _check_defaults(kind: str, entries: list[Named], pipelines: Sequence[Definition], report: Report) -> None:
    defaults = [entry for entry, pipeline in zip(entries, pipelines, strict=True) if pipeline.default]
    for entry in defaults[1:]:
        report.note("E312", entry.name.at, name=entry.name.value, other=defaults[0].name.value)
    if len(entries) > 1 and not defaults:
        report.note("W403", entries[0].name.at, kind=kind)
