"""Who may act at all: a kind, a role of that kind, and for a contact a partner."""

import pytest

from engine.actor import Actor
from engine.errors import Invalid


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (lambda: Actor.vendor("x", "nobody"), "'nobody' is no role of 'vendor'"),
        (lambda: Actor("partner", "x", "member"), "a contact, and nobody else, acts for one partner."),
        (lambda: Actor("partner", "x", "member", ""), "a contact, and nobody else, acts for one partner."),
        (lambda: Actor("vendor", "x", "owner", "p1"), "a contact, and nobody else, acts for one partner."),
        (lambda: Actor("vendor", "x", "main_contact"), "'main_contact' is no role of 'vendor'"),
        (lambda: Actor.vendor("x\x00y"), "id: The text holds control characters"),
    ],
)
def test_nobody_acts_under_a_role_that_is_none(made, told):
    with pytest.raises(Invalid, match="The actor cannot be accepted") as refused:
        made()

    assert told in str(refused.value)
