"""The page about embedding names every door of a workspace, and every verb behind it."""

import re
from pathlib import Path

from billhook import Billhook
from engine.actor import Actor

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "embed.md"
OLGA = Actor.vendor("olga", "owner", origin="test")


def test_every_door_is_named_with_its_verbs(sqlite_database):
    with Billhook(sqlite_database) as billhook:
        workspace = billhook.create_account("ACME", "Acme", actor=OLGA).as_(OLGA)
        doors = {name: getattr(workspace, name) for name in vars(type(workspace)) if not name.startswith("_")}
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert {name: re.findall(r"`(\w+)`", verbs) for name, verbs in rows} == {
        name: [verb for verb in vars(type(door)) if not verb.startswith("_")] for name, door in doors.items()
    }
