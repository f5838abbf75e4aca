"""Groups of roles as people know them. It does not know what a role may do."""

from collections.abc import Collection


def people(groups: Collection[str]) -> str:
    """Groups of roles (`actor.GROUPS`) as people know them; programs are named where nobody else is."""
    named = [group for group in groups if group != "api"] or list(groups)
    return "; ".join(_PEOPLE.get(group, group) for group in named)


_PEOPLE = {
    "owner": "owners",
    "admin": "owners and admins",
    "vendor": "owners, admins and managers",
    "finance": "owners, admins, managers and finance",
    "viewer": "the vendor's people",
    "partner": "the partner's main contact",
    "member": "the partner's contacts",
    "api": "API tokens",
    "system": "billhook itself",
}
