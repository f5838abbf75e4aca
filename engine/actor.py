"""
Who does something: kind, id and role. What a role may do is decided where the verb is.

A role is a position (`manager`); a group is the word a pipeline's `by:` uses (`vendor`), and stands for
the roles it covers (design: product.md section 2).
"""

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["vendor", "partner", "api", "system"]

GROUPS: dict[str, frozenset[str]] = {
    "admin": frozenset({"owner", "admin"}),
    "vendor": frozenset({"owner", "admin", "manager"}),
    "finance": frozenset({"owner", "admin", "manager", "finance"}),
    "viewer": frozenset({"owner", "admin", "manager", "finance", "viewer"}),
    "partner": frozenset({"main_contact"}),
    "member": frozenset({"main_contact", "member"}),
    "api": frozenset({"api"}),
    "system": frozenset({"system"}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """
    kind: on whose behalf; id: a stable id that is kept in history (never an e-mail address);
    role: `owner`, `admin`, `manager`, `finance`, `viewer`, `main_contact`, `member`, `api` or `system`;
    partner_id: the partner a contact acts for, else None; origin: where from (an address, `cli`), kept with consents.
    """

    kind: ActorKind
    id: str
    role: str
    partner_id: str | None = None
    origin: str = ""

    def may(self, *groups: str) -> bool:
        """Whether the role is in any of these groups; engine work of its own (`system`) always may."""
        return self.role == "system" or any(self.role in GROUPS[group] for group in groups)

    @classmethod
    def vendor(cls, person: str, role: str = "manager", *, origin: str = "") -> "Actor":
        return cls("vendor", person, role, origin=origin)

    @classmethod
    def main_contact(cls, contact: str, *, partner_id: str, origin: str = "") -> "Actor":
        return cls("partner", contact, "main_contact", partner_id, origin)

    @classmethod
    def member(cls, contact: str, *, partner_id: str, origin: str = "") -> "Actor":
        return cls("partner", contact, "member", partner_id, origin)

    @classmethod
    def api(cls, token: str, *, origin: str = "") -> "Actor":
        return cls("api", token, "api", origin=origin)

    @classmethod
    def system(cls, name: str = "billhook") -> "Actor":
        return cls("system", name, "system")
