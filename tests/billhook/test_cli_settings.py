"""The account's settings by command."""

import pytest


@pytest.mark.parametrize(
    ("words", "says", "name", "value"),
    [
        (("four-eyes", "on"), "Four eyes is on.", "four_eyes", True),
        (("payout-day", "5"), "Payouts are made by themselves on day 5 of each month.", "payout_day", 5),
        (("payout-day", "0"), "No payouts are made by themselves.", "payout_day", 0),
        (("acceptance-days", "10"), "Agreements from now on say 10 days of silence.", "acceptance_days", 10),
        (("timezone", "Asia/Tokyo"), "Invoices are dated in Asia/Tokyo. 0 timer(s) moved.", "timezone", "Asia/Tokyo"),
    ],
)
def test_what_is_set_is_shown(acme, words, says, name, value):
    assert acme("settings", *words).out == f"{says}\n"
    assert f"{name}: {value}\n" in acme("settings", "show").out
    assert acme("settings", "show", "--json").data[name] == value


def test_a_day_that_not_every_month_has_is_refused_in_a_sentence(acme):
    refused = acme("settings", "payout-day", "31")

    assert (refused.status, refused.err) == (
        1,
        "The account cannot be accepted. "
        "payout_day: 31 is no day that every month has. Name one from 1 to 28, or 0 for never.\n",
    )


def test_the_day_moves_with_the_time_zone(acme):
    acme("settings", "payout-day", "5")

    assert acme("settings", "timezone", "Asia/Tokyo").out.endswith(" 1 timer(s) moved.\n")
