"""
Who does something: kind, id and role. What a role may do is decided where the verb is.

A role is a position (`manager`); a group is the word a pipeline's `by:` uses (`vendor`), and stands for
the roles it covers (design: product.md section 2).
"""

from dataclasses import dataclass
from typing import Literal

from engine.billing.text import text_problems
from engine.errors import Invalid, Problem

ActorKind = Literal["vendor", "partner", "api", "system"]

ROLES: dict[str, tuple[str, ...]] = {
    "vendor": ("owner", "admin", "manager", "finance", "viewer"),
    "partner": ("main_contact", "member"),
    "api": ("api",),
    "system": ("system",),
}
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
    partner_id: the partner a contact acts for, else None; origin: where from (an address, `cli`), kept with consents;
    acts_as: the vendor's role that an API token was given, so that it may what that role may; '' for `api` alone.
    made_by: who made the token, whose deeds its own are where two have to be two;
    token: the id of the token by which a program acts as a contact, '' for the contact itself.
    """

    kind: ActorKind
    id: str
    role: str
    partner_id: str | None = None
    origin: str = ""
    acts_as: str = ""
    made_by: str = ""
    token: str = ""

    def __post_init__(self) -> None:
        """
        Raises:
            Invalid: the role is not one of this kind's, or a contact acts for no partner.
        """
        problems = []
        if self.role not in ROLES.get(self.kind, ()):
            known = "; ".join(f"{kind}: {', '.join(roles)}" for kind, roles in ROLES.items())
            problems.append(Problem("role", f"'{self.role[:40]}' is no role of '{self.kind[:40]}'; {known}."))
        if (self.kind == "partner") != bool(self.partner_id):
            problems.append(Problem("partner_id", "a contact, and nobody else, acts for one partner."))
        if self.acts_as and (self.kind != "api" or self.acts_as not in ROLES["vendor"]):
            problems.append(
                Problem("acts_as", f"a token, and nothing else, acts as one of {', '.join(ROLES['vendor'])}.")
            )
        if self.token and self.kind != "partner":
            problems.append(Problem("token", "a contact's program, and nothing else, acts as somebody by a token."))
        for name, value in (("id", self.id), ("origin", self.origin)):
            problems += [Problem(name, found.sentence) for found in text_problems(name, value, 200)]
        if problems:
            raise Invalid("The actor", problems)

    def may(self, *groups: str) -> bool:
        """
        Whether the role is in any of these groups; engine work of its own (`system`) always may. A token that acts as
        somebody may what a program may, too, where that somebody runs the programme.
        """
        roles = {self.position}
        if self.acts_as in GROUPS["vendor"]:
            roles.add(self.role)
        return self.role == "system" or any(roles & GROUPS[group] for group in groups)

    @property
    def position(self) -> str:
        """The role that decides what they may: of a token the one that it was given."""
        return self.acts_as or self.role

    @property
    def person(self) -> str:
        """The id of who answers for what is done: a token's maker, else oneself."""
        return self.made_by or self.id

    @property
    def credential(self) -> str:
        """The id of the token by which a program came, '' for a person."""
        return self.id if self.kind == "api" else self.token

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
    def api(cls, token: str, *, acts_as: str = "", made_by: str = "", origin: str = "") -> "Actor":
        return cls("api", token, "api", origin=origin, acts_as=acts_as, made_by=made_by)

    @classmethod
    def system(cls, name: str = "billhook") -> "Actor":
        return cls("system", name, "system")
