"""A button that is pressed twice does its deed once: the form it stands in carries a key. It knows no page."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Form

from billhook.app import Workspace
from billhook.web.visits import Visit
from engine.errors import IdempotencyConflict, Invalid, Problem
from engine.idempotency import Once, Repeated, personal_key

Key = Annotated[str, Form(max_length=64)]


class SentBefore(Invalid):
    """The form was sent before, filled in otherwise."""


def key_of(visit: Visit, key: str) -> str:
    """A form's key as it is kept: nobody's key is in the way of somebody else's, or of a program's."""
    return personal_key("page", visit.workspace.caller.actor.id, key)


def once(visit: Visit, key: str, deed: Callable[[Workspace], Any], *, secret: bool = False) -> Any:
    """
    The deed's answer, or the first one's where this form was sent before; without a key it is simply done. `secret`:
    the answer is shown now and never again, so it is not kept: where the form was sent before it is None.

    Raises:
        SentBefore: the form was sent before, filled in otherwise.
    """
    caller, state = visit.workspace.caller, visit.request.state
    if not key:
        return deed(visit.workspace)
    asked = {"path": visit.request.url.path, "actor": caller.actor.id, "said": state.said}
    asked |= {"sent": state.sent} if state.sent else {}
    first = Once(key_of(visit, key), asked, secret=secret)
    try:
        with as_sent(), caller.world.store.reading() as tx:
            first.look(tx, caller.account_id)
        with as_sent():
            return deed(Workspace(replace(caller, once=first)))
    except Repeated as repeated:
        return repeated.answer


@contextmanager
def as_sent() -> Iterator[None]:
    """
    Around a verb that takes a form's key by itself: nobody has seen the key, so it is not told.

    Raises:
        SentBefore: the form was sent before, filled in otherwise.
    """
    try:
        yield
    except IdempotencyConflict:
        raise SentBefore("Sent twice", [Problem("", OTHERWISE)]) from None


OTHERWISE = (
    "This form was sent before, filled in otherwise, and that was done. To have this done as well, send it once more."
)
