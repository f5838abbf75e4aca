"""What a partner or the vendor is to be told, as rows. How they are told is not known here."""

from datetime import datetime

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
    now: datetime,
) -> None:
    """Note one notice. `audience` is 'partner' or 'vendor'; `topic` a stable name for programs."""
    tx.insert(
        "notification", account_id=account_id, id=new_id(), audience=audience, partner_id=partner_id,
        subject_id=subject_id, topic=topic, sentence=sentence, created_at=stamp(now),
    )  # fmt: skip
