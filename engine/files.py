"""Documents under the hash of their content, in the database: part of the transaction, so there is never an orphan."""

import hashlib
from datetime import datetime

from engine.clock import stamp
from engine.contracts import Document
from engine.errors import NotFound
from engine.store import Tx
from engine.uploads import as_its_bytes_say


class DatabaseFiles:
    """A `contracts.FileStore` inside one open transaction of one account."""

    def __init__(self, tx: Tx, account_id: str, now: datetime) -> None:
        self.tx, self.account_id, self.now = tx, account_id, now

    def put(self, document: Document) -> str:
        digest = hashlib.sha256(document.content).hexdigest()
        self.tx.send(
            _PUT, account=self.account_id, sha256=digest, media_type=document.media_type, filename=document.filename,
            content=document.content, now=stamp(self.now),
        )  # fmt: skip
        return digest

    def sent(self, sha256: str, *, filename: str) -> Document:
        """
        What somebody sent, under the name that they gave it: others may have sent the same bytes with names of theirs.

        Raises:
            NotFound: as `get`.
        """
        kept = self.get(sha256)
        return as_its_bytes_say(Document(filename, kept.media_type, kept.content))

    def get(self, sha256: str) -> Document:
        """
        What was made here, under its own name. What was sent is under whatever name its bytes first came with.

        Raises:
            NotFound: nothing is stored under it, or what is stored no longer has this hash.
        """
        row = self.tx.one(_GET, account=self.account_id, sha256=sha256)
        if row is None or hashlib.sha256(row.content).hexdigest() != sha256:
            raise NotFound("document", sha256)
        return Document(row.filename, row.media_type, bytes(row.content))


_PUT = """
    INSERT INTO document (account_id, sha256, media_type, filename, content, created_at)
    VALUES (:account, :sha256, :media_type, :filename, :content, :now)
    ON CONFLICT (account_id, sha256) DO NOTHING"""
_GET = """
    SELECT filename, media_type, content FROM document WHERE account_id = :account AND sha256 = :sha256"""
