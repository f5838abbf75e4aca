"""Ask to accept terms, and keep which version and exactly which text was accepted. It does not know what they say."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Setting
from pydantic.config import JsonDict

from engine.answers import must_be_yes, read_answer, refuse
from engine.contracts import Checked, Field, StepDesk, Tools

_EXAMPLE: JsonDict = {"text": "Be fair. Pay on time.", "version": "2026-09"}


class AcceptTerms:
    name = "accept_terms"
    title = "Accept the terms"
    main_contact_only = False
    needs_switch = False

    class Settings(BaseModel):
        """What the YAML may set: the `text` that is shown, and the `version` it is known by."""

        model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

        text: Annotated[str, Setting(min_length=1, max_length=100_000)]
        version: Annotated[str, Setting(min_length=1, max_length=40)]

    def fields(self, settings: Mapping[str, Any]) -> Sequence[Field]:
        """One question, with the whole text as its help."""
        terms = self.Settings.model_validate(settings)
        return (Field("accept", "yes_no", f"I accept the terms, version {terms.version}", help=terms.text),)

    def check(self, settings: Mapping[str, Any], answer: Mapping[str, Any], tools: Tools) -> Checked:
        """
        The kept answer holds the version and the sha256 of the text in UTF-8.

        Raises:
            Invalid: the answer is not yes, or more was answered than was asked.
        """
        values, problems = read_answer(self.fields(settings), answer)
        refuse(problems + must_be_yes(values, "accept", why="The step is done once the terms are accepted."))
        terms = self.Settings.model_validate(settings)
        return Checked({**values, "version": terms.version, "sha256": hashlib.sha256(terms.text.encode()).hexdigest()})

    def complete(self, desk: StepDesk, checked: Checked) -> str:
        """Nothing more to do: the answer itself is what is kept."""
        return f"accepted the terms, version {checked.answer['version']}, sha256 {checked.answer['sha256'][:12]}"
