"""What strangers and mistaken programs send through the facade gets a sentence, and nothing of it is kept."""

import pytest

from billhook import Document
from engine.billing.parties import BuyerDetails
from engine.errors import Invalid
from engine.partners import NewReward


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"footer": ["<b>"]}, "footer: "),
        ({"legal_name": 5}, "legal_name: "),
        ({"legal_name": "\u200d" * 20}, "legal_name: The text has no character that can be seen"),
        ({"legal_name": "!?"}, "legal_name: A name has a letter or a digit."),
        ({"line1": "🐍🐍", "city": "🐍"}, "line1: A street address has a letter or a digit."),
        ({"city": "🐍"}, "city: A city has a letter or a digit."),
        ({"tax_number": "-"}, "tax_number: A tax number has a digit."),
        ({"legal_number": "☺"}, "legal_number: A register number has a digit."),
        ({"vat_number": "none", "country": "US"}, "vat_number: A VAT number has a digit."),
        ({"region": "-", "line2": "☺"}, "region: A region has a letter or a digit."),
        ({"account_holder": "☺"}, "account_holder: The name of an account's holder has a letter or a digit."),
        ({"tax_name": "☺"}, "tax_name: The name of a tax has a letter or a digit."),
        ({"tax_name": "Reverse-Charge"}, "tax_name: Name the tax itself, such as GST: by 'Reverse charge' the buyer"),
        ({"line1": "\u200b" * 5}, "line1: The text has no character that can be seen"),
        ({"city": "\u3164"}, "city: The text has no character that can be seen"),
        ({"bic": "abc"}, "bic: This is no BIC"),
        ({"logo": Document("x.png", "image/png", b"<svg/>")}, "logo: By its first bytes it is neither PNG nor JPEG"),
        ({"tax_percent": "1e999"}, "tax_percent: "),
        ({"choice": "opt_out"}, "choice: "),
    ],
)
def test_a_change_of_details_is_read_as_the_step_reads_it(programme, changes, told):
    contact = programme.partner()
    with pytest.raises(Invalid) as refused:
        contact.self_invoicing.change("NORD", changes)

    assert told in str(refused.value)


def test_billing_details_of_other_kinds_than_text_are_refused(programme):
    with pytest.raises(Invalid) as refused:
        programme.vendor.self_invoicing.buyer(BuyerDetails(legal_name=7, payment_days="30"))  # type: ignore[arg-type]

    assert "legal_name: Write it as text." in str(refused.value)
    assert "payment_days: Write a number of days" in str(refused.value)


def test_an_amount_that_no_sum_could_hold_is_refused(programme):
    programme.partner(opted_in=False)
    with pytest.raises(Invalid, match="more than one reward may be"):
        programme.vendor.rewards.add(
            NewReward("HUGE", "NORD", "Huge", "92233720368547758.07", "EUR", "2026-10-01", "accepted")
        )


def test_halves_of_characters_are_refused_wherever_they_come(programme):
    with pytest.raises(Invalid, match="codes that are no characters"):
        programme.vendor.payouts.get("\ud800")
    with pytest.raises(Invalid, match="codes that are no characters"):
        programme.vendor.rewards.accept(["\ud800"])


@pytest.mark.parametrize(
    "kept",
    [
        lambda vendor: vendor.people.invite("kim@example.com", "\u3164", role="viewer"),
        lambda vendor: vendor.people.add_contact("NORD", "kim@example.com", "\u2800"),
        lambda vendor: vendor.tokens.create("\ufffc", role="viewer", scopes=["payouts:read"]),
        lambda vendor: vendor.rewards.refuse(["R-1"], reason="\u2060"),
    ],
    ids=["a person", "a contact", "a token", "a reason"],
)
def test_what_nobody_can_see_is_no_name_and_no_reason(programme, kept):
    programme.partner(opted_in=False)

    with pytest.raises(Invalid, match="The text has no character that can be seen"):
        kept(programme.vendor)
