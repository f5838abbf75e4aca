"""
One key, one deed: the first request under a key is done, every repeat gets the first one's answer. Keys are forgotten
in time.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar

from engine.clock import stamp
from engine.errors import IdempotencyConflict
from engine.store import Store, Tx

HOLDS = timedelta(days=30)  # the documents say so
BATCH = 500  # forgotten at a time, so that nobody waits for long

Answer = TypeVar("Answer")
_PERSONAL = re.compile("(contact|page):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:")


class Repeated(Exception):
    """Control flow, not a mistake: the key's deed is done already, and this was its `answer` as plain JSON."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        super().__init__("done before")


@dataclass(slots=True)
class Once:
    """
    A caller's key for its next transaction, whatever that does: `request` says what was asked for. `secret`: of the
    answer nothing is kept, and a repeat's is None. `spent` when that transaction is committed; what the same verb does
    after it is done as without a key.
    """

    key: str
    request: Mapping[str, Any]
    secret: bool = False
    spent: bool = False

    def look(self, tx: Tx, account_id: str) -> None:
        """
        Raises:
            Repeated: the deed is done. IdempotencyConflict: the key was used for another request.
        """
        row = tx.one(_READ, account=account_id, key=self.key)
        if row is not None and row.answer is not None:
            raise Repeated(_kept(tx, account_id, key=self.key, fingerprint=_fingerprint(self.request)).get("answer"))

    def do(self, tx: Tx, account_id: str, work: Callable[[Tx], Answer], *, now: datetime) -> Answer:
        """
        `work`, and its answer is kept in the same transaction.

        Raises:
            Repeated, IdempotencyConflict: as `look`; of two at the same time the second waits for the first.
        """
        answers: list[Answer] = []

        def act() -> Mapping[str, Any]:
            answers.append(work(tx))
            return {"answer": None if self.secret else plain(answers[0])}

        kept = once(tx, account_id, key=self.key, request=self.request, now=now, act=act)
        if not answers:
            raise Repeated(kept.get("answer"))
        return answers[0]


def personal_key(kind: Literal["contact", "page"], whose: str, key: str) -> str:
    """A key as it is kept that is in nobody else's way; `whose`: the id of who uses it."""
    return f"{kind}:{whose}:{key}"


def is_personal_key(key: str) -> bool:
    """Whether it looks as `personal_key` makes them. From outside none is taken that does: it might be another's."""
    return _PERSONAL.match(key) is not None


def plain(answer: Any) -> Any:
    """An answer as JSON has it: frozen values become objects, sequences lists."""
    if is_dataclass(answer) and not isinstance(answer, type):
        return plain(asdict(answer))
    if isinstance(answer, Mapping):
        return {str(name): plain(value) for name, value in answer.items()}
    if isinstance(answer, list | tuple | set | frozenset):
        return [plain(each) for each in answer]
    return answer if answer is None or isinstance(answer, str | int | float | bool) else str(answer)


def once(
    tx: Tx,
    account_id: str,
    *,
    key: str | None,
    request: Mapping[str, Any],
    now: datetime,
    act: Callable[[], Mapping[str, Any]],
) -> Mapping[str, Any]:
    """
    Do `act` and keep its answer (plain JSON) under `key`, in the open transaction; on a repeat return what was kept.

    The key's row is written first: of two at the same time the second waits for the first one's commit. A request
    that died has left no row, so its repeat is done.

    Raises:
        IdempotencyConflict: the key was used for another request.
    """
    if key is None:
        return act()
    fingerprint = _fingerprint(request)
    if not tx.run(_CLAIM, account=account_id, key=key, request=fingerprint, now=stamp(now)):
        return _kept(tx, account_id, key=key, fingerprint=fingerprint)
    answer = act()
    tx.send(_KEEP, account=account_id, key=key, answer=json.dumps(answer))
    return answer


@dataclass(frozen=True, slots=True)
class Parts:
    """
    A deed of several transactions under one key: `asked` is the request, with who asks. First what it is about is kept,
    and it stays that whatever comes; when all is done, what came of it.
    """

    key: str
    asked: Mapping[str, Any]

    def begin(self, tx: Tx, account_id: str, about: Callable[[], Any], *, now: datetime) -> Any:
        """
        What the deed is about, as plain JSON: `about` the first time, what was kept on a repeat.

        Raises:
            Repeated: all of it is done. IdempotencyConflict: the key was used for another request.
        """
        kept = once(
            tx, account_id, key=self.key, request=self.asked, now=now, act=lambda: {"about": plain(about())},
        )  # fmt: skip
        if "answer" in kept:
            raise Repeated(kept["answer"])
        return kept["about"]

    def end(self, tx: Tx, account_id: str, answer: Any) -> Any:
        """
        Keep what came, as plain JSON; where a repeat was done first, its answer is the one. Where nothing came, nothing
        is kept: the key is free, as with every request that was refused.
        """
        row = tx.one(_READ, account=account_id, key=self.key)
        if row is None:
            return plain(answer)
        kept = json.loads(row.answer)
        if "answer" not in kept and not answer:
            tx.run(_FREE, account=account_id, key=self.key, before=row.answer)
            return plain(answer)
        if "answer" not in kept:
            done = {**kept, "answer": plain(answer)}
            if tx.run(_COMPLETE, account=account_id, key=self.key, before=row.answer, answer=json.dumps(done)):
                return done["answer"]
            kept = json.loads(tx.one(_READ, account=account_id, key=self.key).answer)
        return kept["answer"]


def forget(store: Store, *, now: datetime) -> int:
    """Forget keys of all accounts that were used first longer ago than a key holds, some at a time. How many."""
    before = stamp(now - HOLDS)
    with store.reading() as tx:
        if tx.one(_OLD, before=before) is None:
            return 0
    return store.unit_of_work(lambda tx: tx.run(_FORGET, before=before, most=BATCH))


def _fingerprint(request: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()


def _kept(tx: Tx, account_id: str, *, key: str, fingerprint: str) -> Mapping[str, Any]:
    row = tx.one(_READ, account=account_id, key=key)
    if row.request != fingerprint:
        raise IdempotencyConflict(key)
    kept: Mapping[str, Any] = json.loads(row.answer)
    return kept


_CLAIM = """
    INSERT INTO idempotency_key (account_id, key, request, created_at) VALUES (:account, :key, :request, :now)
    ON CONFLICT (account_id, key) DO NOTHING"""
_KEEP = "UPDATE idempotency_key SET answer = :answer WHERE account_id = :account AND key = :key"
_COMPLETE = """
    UPDATE idempotency_key SET answer = :answer WHERE account_id = :account AND key = :key AND answer = :before"""
_FREE = "DELETE FROM idempotency_key WHERE account_id = :account AND key = :key AND answer = :before"
_OLD = "SELECT key FROM idempotency_key WHERE created_at < :before LIMIT 1"
_FORGET = """
    DELETE FROM idempotency_key WHERE (account_id, key) IN (
        SELECT account_id, key FROM idempotency_key WHERE created_at < :before ORDER BY created_at LIMIT :most)"""
_READ = "SELECT request, answer FROM idempotency_key WHERE account_id = :account AND key = :key"
