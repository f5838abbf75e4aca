"""ETags of answers, and `If-Match`, which holds a deed to one. It knows no resource."""

import re
from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Header
from starlette.responses import Response

from billhook.web.versions import Look, held, tag
from engine.errors import Invalid, Problem
from engine.world import Caller

Shown = TypeVar("Shown")
NAME = "If-Match"
_GIVEN = Header(
    alias=NAME, examples=['"3"'],
    description="The ETag of what you have seen; if it is another one by now, nothing is done: 412. `*`: any.",
)  # fmt: skip
_NEVER = -1  # no payout has this version
_TAG = re.compile(r'"([\x21\x23-\x7e]{1,64})"')


class Match:
    """`tag` is the one that was seen; None: any."""

    __slots__ = ("tag",)

    def __init__(self, given: str | None) -> None:
        """Raises Invalid: it is no ETag."""
        self.tag = None
        if given in (None, "*"):
            return
        if not (found := _TAG.fullmatch(str(given))):
            told = 'it is one ETag as it came, in its quotes, such as "3"; or *.'
            raise Invalid("The request", [Problem(NAME, told)])
        self.tag = found[1]

    @property
    def of_payout(self) -> tuple[int | None, str]:
        """The version and the mark of a payout, as `payout_tag` makes one tag of them; a version alone will do."""
        if self.tag is None:
            return None, ""
        found = re.fullmatch("([0-9]{1,18})(?:-([0-9a-f]{1,40}))?", self.tag)
        return (int(found[1]), found[2] or "") if found else (_NEVER, "")

    def to(self, subject: str, look: Look) -> Callable[[Caller], Caller]:
        """Holds a caller's next deed to the tag of what `look` shows."""
        version = self.tag
        if version is None:
            return lambda caller: caller
        return lambda caller: held(caller, subject, look, version=version)


def _given(given: Annotated[str | None, _GIVEN] = None) -> Match:
    return Match(given)


IfMatch = Annotated[Match, Depends(_given)]


def payout_tag(version: int, mark: str) -> str:
    """An ETag that changes with the document, which counts the version up, and with deeds and lines, as the mark."""
    return f'"{version}-{mark}"'


def tagged(response: Response, shown: Shown) -> Shown:
    """What is shown, with its ETag in the answer's headers."""
    response.headers["ETag"] = f'"{tag(shown)}"'
    return shown
