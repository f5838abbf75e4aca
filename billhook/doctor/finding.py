"""What the doctor hands out and what is looked at. It knows no check."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from billhook.app import Billhook
from engine.brokers import without_secret
from engine.store import Tx

Level = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`sentence` says what is true of `subject`; `way_out` what to do about it, where something is to be done."""

    level: Level
    subject: str
    sentence: str
    way_out: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """
    One row of the list. `needs` names checks without whose health this one has nothing to look at; `limit` is in
    seconds, since what is looked at may hang.
    """

    name: str
    look: Callable[[Billhook], Iterable[Finding]]
    needs: tuple[str, ...] = ()
    limit: float = 15


def fine(subject: str, sentence: str) -> Finding:
    return Finding("ok", subject, sentence)


def warning(subject: str, sentence: str, way_out: str) -> Finding:
    return Finding("warning", subject, sentence, way_out)


def problem(subject: str, sentence: str, way_out: str) -> Finding:
    return Finding("problem", subject, sentence, way_out)


def database_address(billhook: Billhook) -> str:
    """Where the rows are, without who signs in."""
    return without_secret(billhook.world.store.url.render_as_string(hide_password=True))


def setting(tx: Tx, name: str) -> str:
    """What PostgreSQL says of one of its settings in this session."""
    return str(tx.one("SELECT current_setting(:name) AS said", name=name).said)
