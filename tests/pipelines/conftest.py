"""A registry of small stand-ins, and a file that is right, for the tests of the YAML."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from engine.contracts import Effect, Guard
from engine.registry import Registry


class Question(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Literal["text", "number"] = "text"
    required: bool = True


class FormSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    fields: Annotated[tuple[Question, ...], Field(min_length=1)]
    most: Annotated[int, Field(ge=1, le=25)] = 10
    share: float = 0.5
    note: Annotated[str, Field(max_length=8)] = ""


class NoSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass
class FakeAsk:
    """Asks nothing: only its settings matter here."""

    name: str
    Settings: Any
    title: ClassVar[str] = "Something"
    main_contact_only: ClassVar[bool] = False
    needs_switch: ClassVar[bool] = False

    def fields(self, settings): ...
    def check(self, settings, answer, tools): ...
    def complete(self, desk, checked): ...


@dataclass
class FakeJob:
    name: str
    issues_invoice: bool
    title: ClassVar[str] = "Some work"
    payload_version: ClassVar[int] = 1

    def prepare(self, desk): ...
    def run(self, desk): ...


def _guard(name: str, negates: str | None = None) -> Guard:
    return Guard(name, name, lambda facts: None, negates=negates)


@pytest.fixture(scope="session")
def registry() -> Registry:
    guards = [_guard("asked", "not_asked"), _guard("not_asked"), _guard("settled")]
    return Registry(
        asks={"form": FakeAsk("form", FormSettings), "self_invoicing": FakeAsk("self_invoicing", NoSettings)},
        jobs={"issue_invoice": FakeJob("issue_invoice", True), "archive": FakeJob("archive", False)},
        guards={guard.name: guard for guard in guards},
        effects={name: Effect(name, name, lambda desk: "") for name in ("freeze_lines", "hold")},
    )


WHOLE = """\
version: 1
onboarding:
  referral:
    title: Referral
    stages:
      - id: start
        title: Start
        steps:
          - {id: company, action: form, title: Company, fields: [{name: website}]}
          - {id: opt_in, action: self_invoicing, title: Opt in or out}
payouts:
  standard:
    title: Payout
    initial: Draft
    states:
      Draft: {means: draft}
      Pending: {means: waiting}
      Ready: {means: ready, on_enter: [issue_invoice]}
      Paid: {means: paid}
      Cancelled: {means: cancelled, final: true}
    transitions:
      - {trigger: validate, from: Draft, to: Pending, by: vendor, guards: [asked]}
      - {trigger: validate, from: Draft, to: Ready, by: vendor, guards: [not_asked]}
      - {trigger: approve, from: Pending, to: Ready, by: partner}
      - {trigger: hold, from: [Draft, Ready], by: vendor, reason: required, effects: [hold]}
      - {trigger: mark_paid, from: Ready, to: Paid, by: finance}
      - {trigger: payment_failed, from: Paid, to: Ready, by: [vendor, api], reason: required}
      - {trigger: cancel, from: [Draft, Pending, Ready], to: Cancelled, by: vendor}
"""


@pytest.fixture(scope="session")
def whole() -> str:
    """A file without a problem, for the registry above."""
    return WHOLE
