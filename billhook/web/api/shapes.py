"""What bodies of the HTTP API are made of: nothing unknown is let through. It knows no route."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(max_length=2000)]
Code = Annotated[str, Field(min_length=1, max_length=200)]


class Body(BaseModel):
    """A body as a caller sends it: a name that is not known is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", str_max_length=200_000)


class Why(Body):
    """A reason, which is kept with the deed."""

    reason: Text = Field(default="", examples=["Signed copy is missing."])


class On(Body):
    """Whether something is switched on."""

    on: bool = Field(examples=[True])


class Answer(Body):
    """The fields of a step or of the self-invoicing form, by name; a file is `{"filename", "media_type", "base64"}`."""

    answer: dict[Code, Any] = Field(
        default_factory=dict, max_length=200, examples=[{"country": "DE", "tax_status": "registered"}]
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What was done, in a sentence."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there were."""

    count: int


@dataclass(frozen=True, slots=True)
class Created:
    """What was made, by its id."""

    id: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem document (RFC 9457); `code` is stable, `detail` for people, the rest where the error has such parts."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request: str
    problems: list[dict[str, Any]] | None = None
    refusals: list[dict[str, Any]] | None = None
    missing: list[dict[str, Any]] | None = None
    allowed: list[str] | None = None
    suggestion: str | None = None
    scope: str | None = None
