"""One key, one deed: the first request under a key is done, every repeat gets the first one's answer."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.clock import stamp
from engine.errors import IdempotencyConflict
from engine.store import Tx


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
    fingerprint = hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()
    if not tx.run(_CLAIM, account=account_id, key=key, request=fingerprint, now=stamp(now)):
        return _kept(tx, account_id, key=key, fingerprint=fingerprint)
    answer = act()
    tx.send(_KEEP, account=account_id, key=key, answer=json.dumps(answer))
    return answer


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
_READ = "SELECT request, answer FROM idempotency_key WHERE account_id = :account AND key = :key"
