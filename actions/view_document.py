"""Show a document and note that it was viewed. It does not know who keeps the document, or what is in it."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic import Field as Setting
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from engine.answers import must_be_yes, read_answer, refuse
from engine.contracts import Checked, Field, StepDesk, Tools
from engine.uploads import LONGEST_NAME, is_file_name

_ADDRESS = re.compile(r'https://[\w.-]+\.[\w-]+(:[0-9]+)?([/?#][^\s"<>\\]*)?')


def _reachable(document: str) -> str:
    if not document.isprintable() or not (is_file_name(document) or _ADDRESS.fullmatch(document)):
        raise PydanticCustomError(
            "document", "Write an https address or a file name, such as programme-guide.pdf or docs/guide.pdf."
        )
    return document


_EXAMPLE: JsonDict = {"document": "programme-guide.pdf"}


class ViewDocument:
    name = "view_document"
    title = "View a document"
    main_contact_only = False
    needs_switch = False

    class Settings(BaseModel):
        """What the YAML may set: `document`, the name of a handout, as a file has one, or an https address."""

        model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

        document: Annotated[str, Setting(min_length=1, max_length=LONGEST_NAME), AfterValidator(_reachable)]

    def fields(self, settings: Mapping[str, Any]) -> Sequence[Field]:
        """One question: viewed or not. It names the document."""
        document = self.Settings.model_validate(settings).document
        return (Field("viewed", "yes_no", "I have viewed the document", document=document),)

    def check(self, settings: Mapping[str, Any], answer: Mapping[str, Any], tools: Tools) -> Checked:
        """
        Raises:
            Invalid: the answer is not yes, or more was answered than was asked.
        """
        values, problems = read_answer(self.fields(settings), answer)
        refuse(problems + must_be_yes(values, "viewed", why="View the document, then answer yes."))
        return Checked({**values, "document": self.Settings.model_validate(settings).document})

    def complete(self, desk: StepDesk, checked: Checked) -> str:
        """The answer itself is what is kept; the sentence says which version was shown."""
        document = checked.answer["document"]
        version = desk.shown(document)
        return f"viewed {document}, version {version}" if version else f"viewed {document}"
