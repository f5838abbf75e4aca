"""
I8: every deed of a subject stands once, in a row without gaps, and every idempotency key has one whole answer.
I9: replaying a subject's history gives its present state, and no row of it has been changed.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine import steps
from engine.definition import PayoutPipeline
from engine.history import SUBJECTS, Deed, Link, beginning, chained
from engine.store import Tx
from engine.verify.checked import Looked, Scope, paged, payout_pipelines


@dataclass(frozen=True, slots=True)
class _Subject:
    """A row with a history: how people call it, and its own row."""

    kind: str
    name: str
    row: Any


def sequences(scope: Scope) -> Iterator[Looked]:
    for subject in _subjects(scope.tx):
        yield subject.name, list(_gaps(subject, _deeds(scope.tx, subject)))
    for row in paged(scope.tx, _KEYS, "account_id", "key"):
        yield f"key {row.account}/{row.key}", [] if row.answer else ["it was used and has no answer."]


def replays(scope: Scope) -> Iterator[Looked]:
    pipelines = payout_pipelines(scope.tx)
    for subject in _subjects(scope.tx):
        deeds = _deeds(scope.tx, subject)
        broken = [*_changed(subject, deeds)]
        if subject.kind == "payout":
            broken += _other_way(pipelines[subject.row.definition_id], subject.row, deeds)
        if subject.kind == "run":
            broken += _other_steps(scope.tx, subject.row, deeds)
        yield subject.name, broken


def _gaps(subject: _Subject, deeds: list[Any]) -> Iterator[str]:
    numbers = [deed.seq for deed in deeds]
    if numbers != list(range(1, len(numbers) + 1)):
        missing = sorted(set(range(1, max(numbers) + 1)) - set(numbers))
        yield f"its history lacks {', '.join(map(str, missing))}."
    if subject.row.version != (numbers[-1] if numbers else 0):
        yield f"it is at version {subject.row.version} and its history ends at {numbers[-1] if numbers else 0}."


def _changed(subject: _Subject, deeds: list[Any]) -> Iterator[str]:
    account_id = subject.row.id if subject.kind == "account" else subject.row.account_id
    head = beginning(Link(subject.kind, account_id, subject.row.id, 0, ""))
    for deed in deeds:
        what = Deed(deed.verb, deed.source, deed.target, deed.reason, deed.sentence)
        if chained(head, deed.seq, deed.at, deed.actor, deed.role, what, deed.data) != deed.hash:
            yield f"deed {deed.seq}, '{deed.verb}', is not the one that was written down."
        head = deed.hash
    if deeds and subject.row.head != head:
        yield "its last deed is not the one that it was left with."


def _other_way(pipeline: PayoutPipeline, row: Any, deeds: list[Any]) -> Iterator[str]:
    """A payout goes from state to state by transitions of its pipeline; other deeds leave it where it is."""
    state = ""
    for deed in deeds:
        if deed.source and deed.source != state:
            yield f"deed {deed.seq}, '{deed.verb}', began at {deed.source}; it was {state}."
        if deed.source and not _is_arrow(pipeline, deed):
            yield f"deed {deed.seq}: its pipeline has no '{deed.verb}' from {deed.source} to {deed.target}."
        state = deed.target or state
    if state != row.state:
        yield f"it is {row.state}, and its history led to {state or 'nowhere'}."


def _is_arrow(pipeline: PayoutPipeline, deed: Any) -> bool:
    arrows = pipeline.transitions_from(deed.source, deed.verb)
    return any((arrow.target or arrow.source) == deed.target for arrow in arrows)


def _other_steps(tx: Tx, run: Any, deeds: list[Any]) -> Iterator[str]:
    """A step is as the last deed about it left it; one that nothing was done to is as its stage opened it."""
    led_to: dict[str, str] = {}
    for deed in deeds:
        step = json.loads(deed.data).get("step", "") if deed.data else ""
        if step:
            led_to[step] = _LEADS.get(deed.verb) or deed.target
    for step_id, row in steps.rows_of(tx, run.account_id, run.id).items():
        expected = {led_to[step_id]} if step_id in led_to else {steps.PENDING, steps.SKIPPED}
        if row.status not in expected:
            yield f"its step '{step_id}' is {row.status}, and its history led to {' or '.join(sorted(expected))}."


def _subjects(tx: Tx) -> Iterator[_Subject]:
    for kind in SUBJECTS:
        keys = ("id",) if kind == "account" else ("account_id", "id")
        for row in paged(tx, _SUBJECTS[kind], *keys):
            yield _Subject(kind, f"{kind} {row.name}", row)


def _deeds(tx: Tx, subject: _Subject) -> list[Any]:
    account_id = subject.row.id if subject.kind == "account" else subject.row.account_id
    return tx.all(_DEEDS, account=account_id, subject=subject.row.id)


_LEADS = {"withdraw": steps.SKIPPED, "offer_again": steps.PENDING}
_ACCOUNTS = "SELECT id, code AS name, version, head FROM account WHERE id > :after_id ORDER BY id LIMIT :page"
_PARTNERS = """
    SELECT s.account_id, s.id, a.code || '/' || s.code AS name, s.version, s.head
    FROM partner s JOIN account a ON a.id = s.account_id
    WHERE (s.account_id, s.id) > (:after_account_id, :after_id) ORDER BY s.account_id, s.id LIMIT :page"""
_RUNS = """
    SELECT s.account_id, s.id, a.code || '/' || s.id AS name, s.version, s.head
    FROM run s JOIN account a ON a.id = s.account_id
    WHERE (s.account_id, s.id) > (:after_account_id, :after_id) ORDER BY s.account_id, s.id LIMIT :page"""
_PAYOUTS = """
    SELECT s.account_id, s.id, a.code || '/' || s.id AS name, s.version, s.head, s.state, s.definition_id
    FROM payout s JOIN account a ON a.id = s.account_id
    WHERE (s.account_id, s.id) > (:after_account_id, :after_id) ORDER BY s.account_id, s.id LIMIT :page"""
_SUBJECTS = {"account": _ACCOUNTS, "partner": _PARTNERS, "run": _RUNS, "payout": _PAYOUTS}
_DEEDS = """
    SELECT seq, at, actor, role, verb, source, target, reason, sentence, data, hash FROM history
    WHERE account_id = :account AND subject_id = :subject ORDER BY seq"""
_KEYS = """
    SELECT k.account_id, k.key, a.code AS account, k.answer FROM idempotency_key k JOIN account a ON a.id = k.account_id
    WHERE (k.account_id, k.key) > (:after_account_id, :after_key) ORDER BY k.account_id, k.key LIMIT :page"""
