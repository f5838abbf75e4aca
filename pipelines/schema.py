"""The shape of a pipelines file as pydantic models. It knows no places, and no names of actions, guards or effects."""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from engine.billing.text import is_visible
from engine.definition import Means

# Keys that a later version will read. Until then they are refused wherever they stand.
LATER = frozenset({"after", "tests", "when"})

_ID = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
_STATE = re.compile(r"[A-Z][A-Za-z0-9_]{0,62}", re.ASCII)
_DAYS = re.compile(r"(0|[1-9][0-9]{0,4}) (day|week)s?", re.ASCII)
_DAYS_OF = {"day": 1, "week": 7}
_MOST_DAYS = 3650
_MOST_REMINDERS = 5


def is_id(text: str) -> bool:
    """Whether this can be the id of a step or a stage, or the name of a pipeline or trigger."""
    return _ID.fullmatch(text) is not None


def is_state_name(text: str) -> bool:
    return _STATE.fullmatch(text) is not None


ID_FORM = "small letters, digits and _, first a letter, at most 63: get_paid"
STATE_FORM = "letters, digits and _, first a capital letter, at most 63: OnHold"
DAYS_FORM = f"1 to {_MOST_DAYS} days, such as 14 days or 2 weeks"


def _id(text: str) -> str:
    if not is_id(text):
        raise PydanticCustomError("E211", "bad id")
    return text


def _flag(value: object) -> object:
    """Only the two words: YAML's other spellings (yes, on, 1) read differently from one program to the next."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _version(value: str) -> str:
    if value != "1":
        raise PydanticCustomError("E216", "unknown version")
    return value


def _title(value: str) -> str:
    if not (1 <= len(value) <= 200 and value.isprintable() and is_visible(value)):
        raise PydanticCustomError("title", "is one line of 1 to 200 characters that can be printed")
    return value


def _as_names(value: object) -> object:
    """One name stands for a list of one."""
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


def _days(value: object) -> object:
    """
    Whole days or weeks, as people write them. A `timedelta`, so that nobody takes it for a number that stands in the
    file.
    """
    found = _DAYS.fullmatch(value) if isinstance(value, str) else None
    days = int(found[1]) * _DAYS_OF[found[2]] if found else 0
    if not 1 <= days <= _MOST_DAYS:
        raise PydanticCustomError("days", "no days")
    return timedelta(days=days)


def _some(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        raise PydanticCustomError("some", "names nothing")
    return names


_NAMES_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}

Id = Annotated[str, AfterValidator(_id)]
Title = Annotated[str, AfterValidator(_title), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 200})]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
Names = Annotated[tuple[str, ...], BeforeValidator(_as_names), WithJsonSchema(_NAMES_SCHEMA)]
Days = Annotated[timedelta, BeforeValidator(_days), WithJsonSchema({"type": "string", "pattern": _DAYS.pattern})]
Reminders = Annotated[tuple[Days, ...], BeforeValidator(_as_names), Field(max_length=_MOST_REMINDERS)]


Some = Annotated[Names, AfterValidator(_some)]


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class StepShape(Shape):
    """One thing to complete. The keys beside these are the action's settings."""

    id: Id
    action: str
    title: Title
    required: Flag = True
    approval: Literal["required"] | None = None
    due: Days | None = None
    remind: Reminders = ()


class StageShape(Shape):
    """`steps` are read one by one."""

    id: Id
    title: Title
    steps: Any


class OnboardingShape(Shape):
    """`stages` are read one by one."""

    title: Title
    default: Flag = False
    stages: Any


class StateShape(Shape):
    means: Means
    final: Flag = False
    on_enter: Names = ()


class TransitionShape(Shape):
    """Without `to` the payout stays where it is."""

    trigger: Id
    source: Annotated[Some, Field(alias="from")]
    to: str | None = None
    by: Some
    guards: Names = ()
    effects: Names = ()
    reason: Literal["required"] | None = None


class PayoutShape(Shape):
    """`states` and `transitions` are read one by one."""

    title: Title
    initial: str
    ask: Names = ()
    default: Flag = False
    states: Any
    transitions: Any


class FileShape(Shape):
    """Pipelines are read one by one."""

    version: Annotated[str, AfterValidator(_version), WithJsonSchema({"const": 1})]
    onboarding: Any = None
    payouts: Any = None
