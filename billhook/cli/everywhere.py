"""What was said of the options that every command takes. It knows no command line."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Everywhere:
    """What was said of the options that every command takes."""

    database: str | None = None
    account: str | None = None
    as_: str | None = None
    json: bool = False
    no_wait: bool = False

    def over(self, before: "Everywhere") -> "Everywhere":
        """These, and where nothing was said what was said before."""
        return Everywhere(*(getattr(self, each.name) or getattr(before, each.name) for each in fields(Everywhere)))
