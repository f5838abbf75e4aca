"""The facade's door to handouts: documents that the vendor puts there for its partners to read."""

from collections.abc import Iterable, Sequence

from billhook.doors import Door
from engine import handouts
from engine.contracts import Document, Field
from engine.handouts import HandoutView


class Handouts(Door):
    """The account's own documents, by name."""

    def add(self, document: Document, *, name: str = "") -> HandoutView:
        """Show partners this under the name, without one under its own. Raises NotAllowed, Invalid."""
        return handouts.add(self.caller, document, name=name)

    def list(self) -> Sequence[HandoutView]:
        """What is shown, and with version 0 what pipelines name and is not there. Raises NotAllowed."""
        return self._read(lambda tx: handouts.listed(tx, self.caller))

    def versions(self, name: str) -> Sequence[HandoutView]:
        """Every version, newest first. Raises NotAllowed, NotFound."""
        return self._read(lambda tx: handouts.versions(tx, self.caller, name))

    def newest(self, name: str) -> int:
        """The version that is shown; 0 while there is none."""
        return self._read(lambda tx: handouts.newest(tx, self.caller, name))

    def missing(self, asks: Iterable[Field]) -> Sequence[Field]:
        """Those of a step's fields that are about a handout which nobody has put there yet."""
        return self._read(lambda tx: handouts.missing(tx, self.caller, asks))

    def get(self, name: str, *, version: int | None = None) -> Document:
        """What is shown, or for the vendor's people any version. Raises NotFound."""
        return self._read(lambda tx: handouts.read(tx, self.caller, name, version=version))
