"""Letters that no font has are told before a number is given: the invoice waits, and nothing is printed in vain."""

from dataclasses import replace
from decimal import Decimal

import pytest

from engine import partners, previewing, self_invoicing, tax_decisions, tax_explained, waiting
from engine.billing import printed
from engine.billing.tax import Treatment
from engine.dispatch import Dispatcher
from engine.errors import SelfInvoicingRefused
from engine.partners import NewReward
from engine.payouts import Options, create
from renderers.html import page
from tests.fakes import LatinLetters
from tests.worlds import BUYER

NAME = (
    "No font on this machine has 株 of the seller's legal name: "
    "write it in Latin letters, or ask the vendor for a font."
)

_FORM = {"payment.account_holder": "account_holder", "payment.other": "payment_other"}


@pytest.fixture
def latin(place):
    """A place whose machine has Latin letters alone."""
    place.world.letters = LatinLetters()
    return place


def started(place):
    dispatcher = Dispatcher(place.world)
    dispatcher.start(worker=False)
    dispatcher.stop()


def payout_for(place, description, reference="RW-9"):
    new = NewReward(reference, "NORD", description, "50.00", "EUR", "2026-10-01", "accepted")
    place.owner.transact(lambda tx: partners.add_reward(tx, place.owner, new))
    payout = create(place.vendor(), "NORD", "EUR", Options((reference,), ("review",)))
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

    assert (
        [each.for_vendor() for each in explained.missing] == [each.for_vendor() for each in preview.missing] == [NAME]
    )
    assert explained.sentences[-1].startswith("Your invoices cannot be printed yet")


def test_what_to_do_on_the_machine_is_told_to_the_vendors_people_alone(latin):
    latin.partner(opted_in=False)
    latin.opt_in(legal_name="株")
    payout = latin.payout(state="Ready")

    assert latin.view(payout, latin.contact()).invoice.reasons == (f"{NAME} (vendor)",)
    assert latin.view(payout).invoice.reasons == (f"{NAME} Install a font for 株. (vendor)",)
    [told] = previewing.of_payout(latin.vendor(), payout).missing
    assert told.for_vendor() == f"{NAME} Install a font for 株."


def test_issuing_now_says_what_to_do_on_the_machine(latin):
    latin.partner(opted_in=False)
    latin.opt_in(legal_name="株")
    payout = latin.payout(state="Ready")

    with pytest.raises(SelfInvoicingRefused, match=f"{NAME} Install a font for 株"):
        waiting.issue_now(latin.vendor(), payout, reason="now")


@pytest.mark.parametrize("answer", [
    {"line2": "株"}, {"region": "株"}, {"tax_number": "番号 7"}, {"legal_number": "番号 7"}, {"account_holder": "李"},
    {"payment_other": "銀行 12"}, {"footer": "株式"},
])  # fmt: skip
def test_no_text_of_a_seller_is_printed_as_nothing(latin, answer):
    latin.partner(opted_in=False)
    latin.opt_in(**answer)

    assert latin.missing(latin.payout(state="Ready")) == [("letters", "vendor")]


def test_the_reason_why_no_tax_is_charged_is_printed_or_nothing_is_issued(latin):
    latin.partner()
    exempt = Treatment("E", Decimal(0), exemption_text="中国免税")
    tax_decisions.override(latin.owner, "NORD", exempt, reason="ruling")
    payout = latin.payout(state="Ready")

    assert (latin.missing(payout), latin.invoices()) == ([("letters", "vendor")], [])
    [told] = latin.view(payout, latin.contact()).invoice.reasons
    assert told == "No font on this machine has 中国免税 of the reason why no tax is charged. (vendor)"


def test_all_that_somebody_worded_on_the_page_is_asked_of_fonts(latin):
    """Each text is a letter of its own: what is on the page and no font has is what the invoice waits for."""
    signs = iter(map(chr, range(0x4E00, 0x5000)))
    worded = {name: f"{next(signs)} 1" for name in printed.PARTY if "iban" not in name and "bic" not in name}
    latin.partner(opted_in=False)
    latin.opt_in(**{_FORM.get(name, name): text for name, text in worded.items() if name != "vat_number"})
    buyer = {name: f"{next(signs)} 1" for name in worded if hasattr(BUYER, name) and name != "vat_number"}
    self_invoicing.set_buyer(latin.owner, replace(BUYER, **buyer))
    local = Treatment("local", Decimal(5), mention=next(signs), tax_name=next(signs), exemption_text=next(signs))
    tax_decisions.override(latin.owner, "NORD", local, reason="ruling")
    preview = previewing.of_payout(latin.vendor(), payout_for(latin, f"{next(signs)} 1", reference=next(signs)))

    there = {each for each in page(preview.invoice) if "\u4e00" <= each < "\u5000"}
    asked = {each for missing in preview.missing for each in missing.sentence.partition(" of ")[0]}
    assert (len(there), there - asked) == (24, set())
