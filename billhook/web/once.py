"""A button that is pressed twice does its deed once: the form it stands in carries a key. It knows no page."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Form

from billhook.app import Workspace
from billhook.web.visits import Visit
from engine.idempotency import Once, Repeated

Key = Annotated[str, Form(max_length=64)]


def key_of(visit: Visit, key: str) -> str:
    """A form's key as it is kept: nobody's key is in the way of somebody else's, or of a program's."""
    return f"page:{visit.workspace.caller.actor.id}:{key}"


def once(visit: Visit, key: str, deed: Callable[[Workspace], Any]) -> Any:
    """
    The deed's answer, or the first one's where this form was sent before; without a key it is simply done.

    Raises:
        IdempotencyConflict: the form was filled in otherwise before.
    """
    caller = visit.workspace.caller
    if not key:
        return deed(visit.workspace)
    first = Once(
        key_of(visit, key), {"path": visit.request.url.path, "actor": caller.actor.id, "said": visit.request.state.said}
    )
    try:
        with caller.world.store.reading() as tx:
            first.look(tx, caller.account_id)
        return deed(Workspace(replace(caller, once=first)))
    except Repeated as repeated:
        return repeated.answer
