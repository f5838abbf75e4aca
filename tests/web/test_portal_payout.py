"""What a payout's page tells its partner: what happens next, and when things happened, by the account's clocks."""

import pytest

from engine import accounts, people, self_invoicing
from tests.worlds import ANOTHER_VAT_NUMBER


@pytest.fixture
def place(web):
    return web.place


def next_step(browser, payout):
    (heading,) = browser.get(f"/portal/payouts/{payout}").page.xpath("//h2[text()='What happens next']")
    return heading.getnext().text.strip()


def test_one_that_waits_for_the_partner_says_so_until_it_is_paid(place, anna):
    payout = place.payout(state="Pending")
    told = [next_step(anna, payout)]
    for trigger, reason in (("accept", "by phone"), ("hold", "a question"), ("release", "answered"), ("mark_paid", "")):
        place.fire(payout, trigger, reason=reason)
        told.append(next_step(anna, payout))

    assert told == [
        "It waits for your approval. Something wrong with a line? Object to it, and Acme answers.",
        "Acme pays it.",
        "It is on hold: Acme pays it once the hold has ended.",
        "Acme pays it.",
        "Nothing: it is paid.",
    ]


def test_one_that_cannot_be_approved_yet_says_why(place, anna):
    payout = place.payout(state="Pending")
    anna.get(f"/portal/payouts/{payout}").press("Object", reason="It was 120.")

    assert next_step(anna, payout).startswith("It waits until it can be approved: ")


def test_a_member_reads_that_it_waits_for_the_main_contact(place, web):
    people.add_contact(place.owner, "NORD", "mia@example.com", "Mia Member")
    payout = place.payout(state="Pending")

    assert next_step(web.browser().sign_in("mia@example.com"), payout).endswith("by your main contact.")


def test_one_whose_invoice_lacks_something_is_paid_all_the_same(place, anna):
    self_invoicing.set_seller(place.contact(), "NORD", {"vat_number": ANOTHER_VAT_NUMBER})
    payout = place.payout(state="Ready")

    assert next_step(anna, payout).startswith("Acme pays it. Its invoice follows as soon as")


def test_one_that_was_cancelled_says_that_nothing_follows(place, anna):
    payout = place.payout(state="Pending")
    place.fire(payout, "cancel", reason="twice")

    assert next_step(anna, payout) == "Nothing: it was cancelled."


def test_times_and_days_are_those_of_the_account(place, anna):
    accounts.set_timezone(place.owner, "Pacific/Auckland")
    place.payout(state="Ready")
    place.work()

    assert "03.11.2026" in anna.get("/portal/documents").text
    assert "03.11.2026, 01:00:00" in anna.get("/portal/documents/ACME-NORD-00001/about").text
    assert "Times are those of Pacific/Auckland." in anna.text
