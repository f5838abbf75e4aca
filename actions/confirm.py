"""Ask one yes/no question. It does not know what follows from the answer."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Setting
from pydantic.config import JsonDict

from engine.answers import must_be_yes, read_answer, refuse
from engine.contracts import Checked, Field, StepDesk, Tools

_EXAMPLE: JsonDict = {"question": "May we name you on our site?"}


class Confirm:
    name = "confirm"
    title = "Answer a question"
    main_contact_only = False
    needs_switch = False

    class Settings(BaseModel):
        """What the YAML may set: the `question`, and whether only a yes completes the step."""

        model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

        question: Annotated[str, Setting(min_length=1, max_length=1000)]
        must_be_yes: bool = False

    def fields(self, settings: Mapping[str, Any]) -> Sequence[Field]:
        """The question."""
        return (Field("answer", "yes_no", self.Settings.model_validate(settings).question),)

    def check(self, settings: Mapping[str, Any], answer: Mapping[str, Any], tools: Tools) -> Checked:
        """
        Raises:
            Invalid: neither yes nor no, no where only yes will do, or more was answered than was asked.
        """
        asked = self.Settings.model_validate(settings)
        values, problems = read_answer(self.fields(settings), answer)
        if asked.must_be_yes:
            problems += must_be_yes(values, "answer", why="The step is done once you can answer yes.")
        refuse(problems)
        return Checked({**values, "question": asked.question})

    def complete(self, desk: StepDesk, checked: Checked) -> str:
        """Nothing more to do: the answer itself is what is kept."""
        return f"answered {'yes' if checked.answer['answer'] else 'no'} to '{checked.answer['question']}'"
