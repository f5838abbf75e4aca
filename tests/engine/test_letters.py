"""Letters that no font has are told before a number is given: the invoice waits, and nothing is printed in vain."""

from dataclasses import replace

import pytest

from engine import partners, previewing, self_invoicing, tax_explained
from engine.dispatch import Dispatcher
from engine.partners import NewReward
from engine.payouts import Options, create
from tests.fakes import LatinLetters
from tests.worlds import BUYER

NAME = "No font on this machine has 株 of the seller's legal name. Install a font for 株."


@pytest.fixture
def latin(place):
    """A place whose machine has Latin letters alone."""
    place.world.letters = LatinLetters()
    return place


def started(place):
    dispatcher = Dispatcher(place.world)
    dispatcher.start(worker=False)
    dispatcher.stop()


def payout_for(place, description):
    new = NewReward("RW-9", "NORD", description, "50.00", "EUR", "2026-10-01", "accepted")
    place.owner.transact(lambda tx: partners.add_reward(tx, place.owner, new))
    payout = create(place.vendor(), "NORD", "EUR", Options(("RW-9",), ("review",)))
    for trigger in ("validate", "accept"):
        place.fire(payout, trigger, reason="test")
    return payout


def test_a_picture_in_an_address_that_no_font_has_is_told_as_a_letter_is(latin):
    latin.partner(opted_in=False)
    latin.opt_in(city="Berlin 🐍")

    assert latin.missing(latin.payout(state="Ready")) == [("letters", "vendor")]


def test_a_description_of_pictures_that_was_kept_before_gets_no_number(place):
    place.partner()
    payout = place.payout(state="Pending")
    place.owner.transact(lambda tx: tx.run("UPDATE reward SET description = '🐍🐍'"))
    place.fire(payout, "accept", reason="test")

    assert place.missing(payout)[0] == ("lines.1.description", "vendor")


@pytest.mark.parametrize("detail", ["legal_name", "line1", "city"])
def test_a_seller_that_no_font_can_print_gets_no_number_until_it_can(latin, detail):
    latin.partner(opted_in=False)
    latin.opt_in(**{detail: "株 Nord"})
    payout = latin.payout(state="Ready")

    assert latin.decisions(payout) == [("ready", "blocked", "details_missing")]
    assert (latin.missing(payout), latin.invoices(), latin.jobs()) == ([("letters", "vendor")], [], [])
    latin.opt_in(**{detail: "Nord"})
    assert [row.number for row in latin.invoices()] == ["ACME-NORD-00001"]


def test_a_buyer_that_no_font_can_print_waits_as_well(latin):
    self_invoicing.set_buyer(latin.owner, replace(BUYER, legal_name="株"))
    latin.partner()

    assert latin.missing(latin.payout(state="Ready")) == [("letters", "vendor")]


def test_once_the_font_is_there_and_a_process_starts_what_waited_is_issued(own_place):
    own_place.partner(opted_in=False)
    own_place.opt_in(legal_name="株")
    own_place.world.letters = LatinLetters()
    payout = own_place.payout(state="Ready")
    for each in (LatinLetters(), None):
        own_place.world.letters = each
        started(own_place)

    assert own_place.decisions(payout) == [
        ("ready", "blocked", "details_missing"), ("issued_after_fix", "issued", "lawful"),
    ]  # fmt: skip
    assert [row.number for row in own_place.invoices()] == ["ACME-NORD-00001"]


@pytest.mark.parametrize(
    ("description", "outcome"),
    [("株式", "blocked"), ("株 7", "blocked"), ("한", "blocked"), ("Lead 株", "issued"), ("🎁 7", "issued")],
)
def test_a_description_needs_a_letter_that_can_be_read(latin, description, outcome):
    latin.partner()
    [(_, decided, _)] = latin.decisions(payout_for(latin, description))

    assert decided == outcome


def test_the_partner_and_the_preview_are_told_what_cannot_be_printed(latin):
    latin.partner()
    answer = {"legal_name": "株"}
    explained = tax_explained.explain_tax(latin.contact(), "NORD", answer, language="en")
    preview = previewing.of_partner(latin.contact(), "NORD", answer)

    assert [each.sentence for each in explained.missing] == [each.sentence for each in preview.missing] == [NAME]
    assert explained.sentences[-1].startswith("Your invoices cannot be printed yet")
