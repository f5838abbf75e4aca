"""The folder that a demo leaves: a database, documents, a summary. It takes only what a demo made away."""

import json
import shutil
from pathlib import Path
from typing import Any

from engine.contracts import Document
from engine.errors import Invalid, Problem

_MARK = ".billhook-demo"
_DATABASE = "billhook.db"


class Folder:
    """Where a demo puts everything."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def database(self) -> Path:
        return self.path / _DATABASE

    @property
    def invoices(self) -> Path:
        return self.path / "invoices"

    @property
    def summary(self) -> Path:
        return self.path / "summary.json"

    def make_empty(self) -> None:
        """
        Make the folder, without what an earlier demo left in it.

        Raises:
            Invalid: there is a database that no demo made.
        """
        mark = self.path / _MARK
        if self.database.exists() and not mark.exists():
            told = f"{self.path} holds a {_DATABASE} that no demo made, and a demo begins anew. Name another folder."
            raise Invalid("The demo", [Problem("out", told)])
        self.path.mkdir(parents=True, exist_ok=True)
        mark.write_text("Made by billhook demo, which may empty this folder.\n", encoding="utf-8")
        for file in self.path.glob(f"{_DATABASE}*"):
            file.unlink()
        shutil.rmtree(self.invoices, ignore_errors=True)
        self.summary.unlink(missing_ok=True)
        self.invoices.mkdir()

    def keep(self, document: Document) -> None:
        (self.invoices / document.filename).write_bytes(document.content)

    def write_summary(self, body: dict[str, Any]) -> None:
        self.summary.write_text(json.dumps(body, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
