"""What a backup says of itself: where it comes from, when, and what each table holds. It knows no file."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from engine.backup.rows import MANIFEST, Content
from engine.clock import moment, stamp
from engine.store import Tx

FORM = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """`release` is billhook's version, `migration` that of the tables, `database` the kind it was made from."""

    release: str
    migration: str
    database: str
    made_at: datetime
    tables: Mapping[str, Content]

    @property
    def rows(self) -> int:
        return sum(content.rows for content in self.tables.values())


def write(tx: Tx, manifest: Manifest) -> None:
    """Into a table of its own."""
    told = {name: asdict(content) for name, content in sorted(manifest.tables.items())}
    body = {
        "form": FORM,
        "release": manifest.release,
        "migration": manifest.migration,
        "database": manifest.database,
        "made_at": stamp(manifest.made_at),
        "tables": told,
    }
    tx.run(f"DROP TABLE IF EXISTS {MANIFEST}")  # of a database that was once a backup itself
    tx.run(f"CREATE TABLE {MANIFEST} (body TEXT NOT NULL)")
    tx.insert(MANIFEST, body=json.dumps(body, indent=1))


def read(tx: Tx) -> Manifest | None:
    """The manifest; None where there is none, or none that this version can read."""
    if tx.one("SELECT name FROM sqlite_master WHERE type = 'table' AND name = :name", name=MANIFEST) is None:
        return None
    row = tx.one(f"SELECT body FROM {MANIFEST}")  # noqa: S608 - our own name
    try:
        body = json.loads(row.body)
        tables = {str(name): Content(int(told["rows"]), str(told["sha256"])) for name, told in body["tables"].items()}
        known = body["form"] == FORM
        manifest = Manifest(
            str(body["release"]), str(body["migration"]), str(body["database"]), moment(body["made_at"]), tables
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return None
    return manifest if known and _is_plain(manifest) else None


def _is_plain(manifest: Manifest) -> bool:
    """What is shown at a terminal, and looked up, is what we could have written."""
    return (
        _MIGRATION.fullmatch(manifest.migration) is not None
        and _WORD.fullmatch(manifest.release) is not None
        and _WORD.fullmatch(manifest.database) is not None
        and all(_WORD.fullmatch(name) for name in manifest.tables)
    )


_MIGRATION = re.compile(r"[0-9]{4,8}", re.ASCII)
_WORD = re.compile(r"[A-Za-z0-9._+-]{1,80}", re.ASCII)
