"""What leaves the house, as the engine sees it: letters, replies, and who carries them. It knows no job."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from engine.contracts import Document


@dataclass(frozen=True, slots=True)
class Reply:
    """What an address answered: HTTP `status`, 0 when nothing came, and the beginning of its text."""

    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """
    A mail that is to be sent: `path` is where it leads, `enclosed` what comes with it. Who sends it words it, from the
    `facts`; None: from before there were any, or by a topic that only its `sentence` tells.
    """

    id: str
    topic: str
    recipient: str
    language: str
    sentence: str
    path: str
    enclosed: Document | None = None
    facts: Mapping[str, Any] | None = None


class Courier(Protocol):
    """
    Whoever carries something out of the house; the engine knows no HTTP. `anywhere`: also to http:// and to addresses
    that are not public; `mails`: notices are mailed to whom they are for.
    """

    anywhere: bool
    mails: bool

    def post(self, url: str, *, secret: str, message_id: str, body: str) -> Reply:
        """POST a signed webhook, following no redirect. Raises nothing: what kept it from arriving is the reply."""

    def mail(self, letter: Letter) -> None:
        """
        Hand a mail over, worded in its language.

        Raises:
            JobError: it could not be handed over.
        """
