"""
One file that holds everything, from either database, and the way back into either. It knows no rule of billhook.

A backup is an SQLite database of billhook's own tables, as they stood at one instant, and a manifest: the version of
the tables, and for each table how many rows it has and a hash over them. So a backup can be looked into with any tool
that reads SQLite, and every copy is proven to be what was copied.
"""

from engine.backup.kept import Damage, examine
from engine.backup.making import make
from engine.backup.manifest import Manifest
from engine.backup.restoring import restore, try_out

__all__ = ["Damage", "Manifest", "examine", "make", "restore", "try_out"]
