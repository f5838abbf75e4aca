"""What a partner or the vendor is to be told, as rows. How they are told is not known here."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.clock import stamp
from engine.ids import new_id
from engine.store import Tx


def tell(
    tx: Tx,
    account_id: str,
    *,
    audience: str,
    partner_id: str | None,
    subject_id: str,
    topic: str,
    sentence: str,
    facts: Mapping[str, Any] | None = None,
    now: datetime,
) -> None:
    """
    Note one notice. `audience` is 'partner' or 'vendor'; `topic` a stable name for programs.

    `facts` (plain JSON) are what it is worded from in the reader's language: a `day` is ISO, money as `money` makes it,
    `reason` what a person wrote, `kind` which of the topic's wordings fits. None: only the sentence is known.
    """
    told = "" if facts is None else json.dumps(facts, sort_keys=True, ensure_ascii=False)
    tx.insert(
        "notification", account_id=account_id, id=new_id(), audience=audience, partner_id=partner_id,
        subject_id=subject_id, topic=topic, sentence=sentence, facts=told, created_at=stamp(now),
    )  # fmt: skip


def money(minor: int, currency: str) -> dict[str, Any]:
    """An amount as a fact."""
    return {"minor": minor, "currency": currency}
