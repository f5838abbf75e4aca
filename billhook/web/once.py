"""A button that is pressed twice does its deed once: the form it stands in carries a key. It knows no page."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Form

from billhook.app import Workspace
from billhook.web.visits import Visit
from engine.idempotency import Once, Repeated

Key = Annotated[str, Form(max_length=64)]


def once(visit: Visit, key: str, deed: Callable[[Workspace], Any]) -> Any:
    """The deed's answer, or the first one's where this form was sent before; without a key it is simply done."""
    caller = visit.workspace.caller
    if not key:
        return deed(visit.workspace)
    first = Once(f"page:{key}", {"path": visit.request.url.path, "actor": caller.actor.id})
    try:
        with caller.world.store.reading() as tx:
            first.look(tx, caller.account_id)
        return deed(Workspace(replace(caller, once=first)))
    except Repeated as repeated:
        return repeated.answer
