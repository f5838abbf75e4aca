"""With the pipelines that are shipped, a partner is told of everything that changes what it can expect."""

from email import message_from_bytes
from email.policy import default

import pytest

from engine import definitions
from pipelines.catalog import load


@pytest.fixture
def shipped(web, root):
    compiled = load(root / "pipelines.yaml", registry=web.place.owner.world.registry).compiled
    definitions.publish(web.place.owner, list(compiled.definitions))
    return web


def after(web, *triggers, state="Draft"):
    """The subject and the text of each mail that the partner gets of its payout itself, by these triggers alone."""
    payout = web.place.payout(state=state)
    web.work()
    for each in web.mail.glob("*.eml"):
        each.unlink()
    for trigger in triggers:
        web.place.fire(payout, trigger, reason="We look into it.")
    web.work()
    found = [message_from_bytes(mail.read_bytes(), policy=default) for mail in sorted(web.mail.glob("*.eml"))]
    told = [(str(mail["Subject"]), mail.get_body(("plain",)).get_content()) for mail in found]
    return [(subject, text) for subject, text in told if ": Auszahlung über" in subject]


@pytest.mark.parametrize("state", ["Pending", "Ready"])
def test_a_partner_hears_that_its_payout_is_on_hold_and_that_it_no_longer_is(shipped, state):
    held, released = after(shipped, "hold", "release", state=state)

    assert held[0] == "Angehalten: Auszahlung über 100,00 €"
    assert released[0] == "Nicht mehr angehalten: Auszahlung über 100,00 €"
    assert "We look into it." not in held[1] + released[1]


@pytest.mark.parametrize("state", ["Pending", "Ready"])
def test_a_partner_hears_that_its_payout_was_cancelled_and_why(shipped, state):
    [(subject, text)] = after(shipped, "cancel", state=state)

    assert subject == "Storniert: Auszahlung über 100,00 €"
    assert "> We look into it." in text


def test_a_partner_hears_nothing_of_a_draft_that_it_never_saw(shipped):
    assert after(shipped, "hold", "release", "cancel") == []


def test_a_partner_hears_that_what_was_being_revised_was_cancelled(shipped):
    subjects = [subject for subject, _ in after(shipped, "reopen", "hold", "cancel", state="Pending")]

    assert subjects == ["In Überarbeitung: Auszahlung über 100,00 €", "Storniert: Auszahlung über 100,00 €"]
