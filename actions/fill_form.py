"""Ask the fields that the YAML declares. It knows kinds of fields, and nothing of what the answers are for."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator
from pydantic import Field as Setting
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from engine.answers import read_answer, refuse
from engine.contracts import Checked, Field, StepDesk, Tools

Kind = Literal["text", "long_text", "email", "number", "date", "choice", "yes_no", "country"]
_LENGTHS: dict[Kind, int] = {"text": 500, "long_text": 5000, "email": 254}
_MOST_FIELDS = 50
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


def _plain(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise PydanticCustomError(
            "field_name", "Write a name of at most 40 small letters, digits and _, first a letter, such as team_size."
        )
    return name


class FormField(BaseModel):
    """One field as the YAML declares it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, AfterValidator(_plain)]
    label: Annotated[str, Setting(min_length=1, max_length=200)]
    kind: Kind = "text"
    required: bool = True
    choices: tuple[Annotated[str, Setting(min_length=1, max_length=200)], ...] = ()
    help: Annotated[str, Setting(max_length=1000)] = ""

    @model_validator(mode="after")
    def _choices_belong_to_choice(self) -> Self:
        if self.kind == "choice" and len(set(self.choices)) < max(2, len(self.choices)):
            raise PydanticCustomError("choices", "A choice needs two or more different 'choices'.")
        if self.kind != "choice" and self.choices:
            raise PydanticCustomError("choices", "Only 'kind: choice' takes 'choices'. Remove them, or set the kind.")
        return self


def _told_apart(fields: tuple[FormField, ...]) -> tuple[FormField, ...]:
    if not 1 <= len(fields) <= _MOST_FIELDS:
        raise PydanticCustomError("count", f"A form has 1 to {_MOST_FIELDS} fields; here are {len(fields)}.")
    for what in ("name", "label"):
        seen = [getattr(field, what) for field in fields]
        twice = sorted({value for value in seen if seen.count(value) > 1})
        if twice:
            shown = ", ".join(f"'{value}'" for value in twice)
            raise PydanticCustomError("duplicate", f"More than one field has the {what} {shown}. Rename all but one.")
    return fields


_EXAMPLE: JsonDict = {"fields": [{"name": "team_size", "label": "How many are you?", "kind": "number"}]}


class FillForm:
    name = "fill_form"
    title = "Fill in a form"
    main_contact_only = False
    needs_switch = False

    class Settings(BaseModel):
        """What the YAML may set: the form's `fields`, in the order they are asked."""

        model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

        fields: Annotated[tuple[FormField, ...], AfterValidator(_told_apart)]

    def fields(self, settings: Mapping[str, Any]) -> Sequence[Field]:
        """The declared fields."""
        return tuple(_asked(field) for field in self.Settings.model_validate(settings).fields)

    def check(self, settings: Mapping[str, Any], answer: Mapping[str, Any], tools: Tools) -> Checked:
        """
        Raises:
            Invalid: every field that is missing, unknown, or not of its kind.
        """
        values, problems = read_answer(self.fields(settings), answer)
        refuse(problems)
        return Checked(values)

    def complete(self, desk: StepDesk, checked: Checked) -> str:
        """Nothing more to do: the answer itself is what is kept."""
        return f"filled in {', '.join(checked.answer) or 'nothing; every field was optional'}"


def _asked(declared: FormField) -> Field:
    return Field(
        declared.name,
        declared.kind,
        declared.label,
        required=declared.required,
        help=declared.help,
        choices=declared.choices,
        max_length=_LENGTHS.get(declared.kind, 100),
    )
