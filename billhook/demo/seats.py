"""Seats in the demo's account, for whoever wants to look at it in a browser: the vendor's people, and two contacts."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from billhook.app import Billhook
from engine import sign_in
from engine.actor import Actor
from engine.errors import Invalid

PARTNER = "FR-LUMEN"
_OWNER = Actor.vendor("demo-owner", "owner", origin="demo")
_MEMBERS = (("owner", "Olivia Owner"), ("admin", "Adam Admin"), ("finance", "Fatima Finance"))
_MEMBER = "member@example.com"


@dataclass(frozen=True, slots=True)
class Way:
    """A link to sign in with, and as whom."""

    who: str
    email: str
    path: str


def ways_in(billhook: Billhook) -> list[Way]:
    """Links for an owner, an admin, somebody of finance, a partner's main contact and a member; seats are made."""
    vendor = billhook.account("ACME").as_(_OWNER)
    for role, name in _MEMBERS:
        _once(partial(vendor.people.invite, f"{role}@example.com", name, role=role))
    _once(partial(vendor.people.add_contact, PARTNER, _MEMBER, "Manon Member"))
    main = next(each for each in vendor.people.contacts(PARTNER) if each.role == "main_contact")
    known = [(f"{role} of Acme", f"{role}@example.com") for role, _ in _MEMBERS]
    known += [(f"main contact of {PARTNER}", main.email), (f"member of {PARTNER}", _MEMBER)]
    return [Way(who, email, f"/sign-in/{sign_in.link(billhook.world, email)}") for who, email in known]


def _once(make: Callable[[], str]) -> None:
    """What is there already is not made again."""
    with suppress(Invalid):
        make()
