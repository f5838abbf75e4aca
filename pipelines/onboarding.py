"""Read one onboarding pipeline: stages of steps, each with an action's settings. It knows nothing of payouts."""

from datetime import timedelta

from engine.definition import Onboarding, Stage, Step
from pipelines.fitting import Fitter
from pipelines.names import Names, once, refuse_later, texts
from pipelines.problems import Place, Report
from pipelines.reader import Table, Text
from pipelines.schema import LATER, OnboardingShape, StageShape, StepShape, is_id
from pipelines.tables import Named, tables_under

_STEP_KEYS = frozenset({"id", "action", "title", "required", "approval", "due", "remind"})


def read_onboarding(named: Named, names: Names) -> Onboarding | None:
    """The pipeline, or None when a part of it could not be read; why is in the report."""
    report, name, table = names.report, named.name.value, named.table
    before = report.errors
    head = Fitter(report, "an onboarding pipeline").fit(OnboardingShape, table, apart=frozenset({"stages"}))
    listed = tables_under(table, "stages", "a stage", report)
    if listed == []:
        report.note("E311", _place(table, "stages"), name=name)
    stages = [_stage(stage, names) for stage in listed or []]
    _refuse_equal_ids(listed or [], report)
    if head is None or report.errors > before:
        return None
    return Onboarding(name, head.title, tuple(stage for stage in stages if stage), head.default)


def _stage(table: Table, names: Names) -> Stage | None:
    report = names.report
    head = Fitter(report, "a stage").fit(StageShape, table, apart=frozenset({"steps"}))
    listed = tables_under(table, "steps", "a step", report)
    called = next((text.value for text in texts(table, "id")), "")
    if listed == []:
        report.note("E309", _place(table, "steps"), name=called)
    steps = [_step(step, names) for step in listed or []]
    whole = [step for step in steps if step]
    if listed and len(whole) == len(listed) and not any(step.required for step in whole):
        report.note("E310", _place(table, "id"), name=called)
    return Stage(head.id, head.title, tuple(whole)) if head else None


def _step(table: Table, names: Names) -> Step | None:
    report = names.report
    refuse_later(table, report)
    head = Fitter(report, "a step").fit(StepShape, table.only(*_STEP_KEYS))
    if head:
        _check_reminders(head, table, report)
    named = next(iter(texts(table, "action")), None)
    if named is None or not names.step_action(named):
        return None
    action = names.registry.asks[named.value]
    fitter = Fitter(report, f"a '{named.value}' step", setting_of=named.value, beside=_STEP_KEYS)
    settings = fitter.fit(action.Settings, table.without(*_STEP_KEYS, *LATER))
    if head is None or settings is None:
        return None
    kept = settings.model_dump(mode="json")
    remind = tuple(sorted((before.days for before in head.remind), reverse=True))
    return Step(
        head.id, head.action, head.title, head.required, head.approval is not None, kept,
        head.due.days if head.due else 0, remind,
    )  # fmt: skip


def _check_reminders(head: StepShape, table: Table, report: Report) -> None:
    """Each comes after the step has opened and before its due day, at a day of its own."""
    if head.remind and head.due is None:
        report.note("E218", _place(table, "remind"))
        return
    first: dict[timedelta, Text] = {}
    for before, text in zip(head.remind, texts(table, "remind"), strict=True):
        if head.due and before >= head.due:
            report.note("E219", text.at, name=text.value, days=head.due.days)
        elif first.setdefault(before, text) is not text:
            report.note("E212", text.at, kind="the reminder", name=text.value, line=first[before].at.line)


def _refuse_equal_ids(stages: list[Table], report: Report) -> None:
    once(_ids(stages), "the stage", report)
    steps = [step for stage in stages for step in tables_under(stage, "steps", "a step", Report("")) or []]
    once(_ids(steps), "the step", report)


def _ids(tables: list[Table]) -> list[Text]:
    return [name for table in tables for name in texts(table, "id") if is_id(name.value)]


def _place(table: Table, key: str) -> Place:
    entry = table.entry(key)
    return entry.key.at if entry and key != "id" else entry.value.at if entry else table.at
