"""
Who calls the HTTP API: the token's account, seen by the token's role or contact, within its scopes. It knows no
resource.

A key (`Idempotency-Key`) makes a deed's repeat answer what the first one answered. What a call may do beside its scopes
is decided by the engine.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass, replace
from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.security import HTTPBearer
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from billhook.app import Account, Workspace
from billhook.press_queue import asker, side
from billhook.web.limits import CALLS
from billhook.web.refusals import ScopeMissing, TokenNeeded, TooFast
from engine import tokens
from engine.errors import IdempotencyConflict, Invalid, Problem
from engine.idempotency import Once, Parts, Repeated, is_personal_key, personal_key, plain
from engine.ids import digest
from engine.tokens import Holder
from engine.views import LIMIT
from engine.views.paging import MOST
from engine.world import Caller

BEARER = HTTPBearer(auto_error=False, scheme_name="token", description="A token of Account > API tokens: `bh_...`.")
MOST_KNOWN = 10_000  # tokens whose owner is remembered
_KEYS = r"^[\x21-\x7e]{1,200}$"
_KEY = Header(
    alias="Idempotency-Key", json_schema_extra={"pattern": _KEYS}, examples=["november-DE-NORD"],
    description="A repeat under the same key is not done again: it gets the first one's answer.",
)  # fmt: skip


class Call:
    """A call with a token that has the scope: `workspace` is its account."""

    __slots__ = ("_key", "_request", "workspace")

    def __init__(self, request: Request, workspace: Workspace, key: str | None) -> None:
        self._request, self.workspace, self._key = request, workspace, key

    @property
    def scopes(self) -> list[str]:
        """Those of the token."""
        return sorted(self._request.state.holder.scopes)

    def reads(self, thing: str) -> bool:
        """Whether the token may read that, too."""
        return f"{thing}:read" in self._request.state.holder.scopes

    @property
    def key(self) -> str | None:
        """
        For the verbs that take a key by themselves. A contact's keys are its own: nobody's are in the way of the
        vendor's, and whether the vendor has used one is not told.
        """
        actor = self.workspace.caller.actor
        return personal_key("contact", actor.id, self._key) if self._key and actor.kind == "partner" else self._key

    def do(self, deed: Callable[[Workspace], Any], *said: Any, held: Callable[[Caller], Caller] | None = None) -> Any:
        """
        The deed's answer as plain JSON. With a key it is done once, and a repeat of what was `said` gets that answer.
        `held`: to what it was that the program has seen.

        Raises:
            IdempotencyConflict: the key was used for something else. Stale: it is not as it was seen any more.
        """
        caller = held(self.workspace.caller) if held else self.workspace.caller
        if self._key is None:
            return plain(deed(Workspace(caller)))
        once = Once(str(self.key), self._request_of(said))
        try:
            with self.own_key(), caller.world.store.reading() as tx:
                once.look(tx, caller.account_id)
            with self.own_key():
                return plain(deed(Workspace(replace(caller, once=once))))
        except Repeated as repeated:
            return repeated.answer

    def do_in_parts(self, about: Callable[[], Any], deed: Callable[[Any], Any], *said: Any) -> Any:
        """
        For a deed of several transactions, each done once under `key`: what `about` finds is kept before anything is
        done, and `deed` is done with it; a repeat finishes what was broken off, and gets the answer of the first that
        came to its end. An empty answer says that nothing was done; it leaves the key free.

        Raises:
            IdempotencyConflict: the key was used for something else.
        """
        if self._key is None:
            return plain(deed(about()))
        caller, parts = self.workspace.caller, Parts(str(self.key), self._request_of(said))
        found = about()
        try:
            with self.own_key():
                begun = caller.transact(lambda tx: parts.begin(tx, caller.account_id, lambda: found, now=caller.now))
            answer = plain(deed(begun))
        except Repeated as repeated:
            return repeated.answer
        return caller.transact(lambda tx: parts.end(tx, caller.account_id, answer))

    @contextmanager
    def own_key(self) -> Iterator[None]:
        """A key that was used before is told as the program sent it."""
        try:
            yield
        except IdempotencyConflict as conflict:
            raise IdempotencyConflict(self._key or conflict.key) from None

    def _request_of(self, said: Sequence[Any]) -> dict[str, Any]:
        """What makes two requests under one key the same."""
        return {
            "method": self._request.method,
            "path": self._request.url.path,
            "said": [_told(each) for each in said],
            "actor": self.workspace.caller.actor.id,
        }


class Paging:
    """What a list is asked with."""

    __slots__ = ("after", "limit", "newest_first")

    def __init__(
        self,
        after: Annotated[
            str | None, Query(max_length=400, description="The `next` of the page before; without it the first page.")
        ] = None,
        limit: Annotated[int, Query(ge=1, le=MOST, description="So many items at most.")] = LIMIT,
    ) -> None:
        self.after, self.limit = after, limit


def one_of(words: Sequence[str], description: str = "") -> Any:
    """A parameter that is one of these words ('': any); the engine says so of another one."""
    told = description or f"One of {', '.join(filter(None, words))}{'; without it any' if '' in words else ''}."
    return Query(description=told, json_schema_extra={"enum": [*words]})


Pages = Annotated[Paging, Depends()]
Newest = Annotated[bool, Query(description="The newest first; `next` goes on towards the oldest.")]
_SCOPES: dict[Callable[..., Any] | None, str] = {}  # of the dependencies that `may` made


def may(scope: str) -> Any:
    """
    The dependency that gives the `Call`, where the token that was identified has this scope. One that only reads takes
    no key.

    Raises (its dependency):
        ScopeMissing. Invalid: a key that is none.
    """

    def look(request: Request) -> Call:
        return _call(request, scope=scope)

    def act(request: Request, key: Annotated[str | None, _KEY] = None) -> Call:
        if key is not None and not re.fullmatch(_KEYS, key):
            told = "1 to 200 letters, figures and signs of ASCII, without a space."
            raise Invalid("The request", [Problem("Idempotency-Key", told)])
        if key is not None and is_personal_key(key):
            told = "it begins as billhook's own keys of one person do; let it begin otherwise."
            raise Invalid("The request", [Problem("Idempotency-Key", told)])
        return _call(request, scope=scope, key=key)

    call = act if scope.endswith(":write") else look
    _SCOPES[call] = scope
    return Depends(call)


async def lane_of(request: Request) -> str:
    """
    In whose lane the call is answered. Whose a token is never changes, so that is looked up once; whether it opens
    anything is looked up with every call (`identify`).

    Raises:
        TokenNeeded: it opens nothing, and it comes for the first time since it does not.
    """
    known: dict[str, tuple[str, str]] = request.app.state.house.askers
    name = digest(_token(request))
    if (found := known.get(name)) is None:  # another thread may take it away at any moment
        holder = await run_in_threadpool(_holder, request)
        if len(known) >= MOST_KNOWN:
            known.clear()
        of = side(holder.account_id, partner := holder.actor.partner_id)
        known[name] = found = of, of if partner else f"{of} {holder.actor.id}"
    counts_as, lane = found
    asker.set(counts_as)
    return lane


def identify(request: Request) -> None:
    """Look up who comes with the call's token, before all else. Raises TokenNeeded."""
    try:
        request.state.holder = _holder(request)
    except TokenNeeded:
        request.app.state.house.askers.pop(digest(_token(request)), None)  # no body of it is read from now on
        raise


def counted(request: Request) -> dict[str, str]:
    """
    Count one more call with this token. The headers that tell what is left of its limit.

    Raises:
        TooFast: nothing is.
    """
    left, seconds = request.app.state.house.counter.take(digest(_token(request)))
    if left < 0:
        raise TooFast(CALLS, seconds)
    return {"RateLimit-Limit": str(CALLS), "RateLimit-Remaining": str(left), "RateLimit-Reset": str(seconds)}


def scope_of(dependant: Dependant) -> str:
    """The scope that a route's calls want."""
    return next(_SCOPES[each.call] for each in dependant.dependencies if each.call in _SCOPES)


def _call(request: Request, *, scope: str, key: str | None = None) -> Call:
    house, holder = request.app.state.house, request.state.holder
    if scope not in holder.scopes:
        raise ScopeMissing(scope, sorted(holder.scopes))
    return Call(request, Account(house.billhook.world, holder.account_id).as_(holder.actor), key)


def _token(request: Request) -> str:
    """As it came; '' where none did."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _holder(request: Request) -> Holder:
    world, token = request.app.state.house.billhook.world, _token(request)
    place = request.client.host if request.client else ""
    holder = tokens.holder(world, token, origin=place) if token.startswith(tokens.PREFIX) else None
    if holder is None:
        raise TokenNeeded
    return holder


def _told(said: Any) -> Any:
    if isinstance(said, BaseModel):
        return json.loads(said.model_dump_json())
    return asdict(said) if is_dataclass(said) and not isinstance(said, type) else said
