"""Account > Payouts in a real browser: each of its forms is sent and kept, with its boxes ticked and not."""

PAGE = "/console/account/payouts"


def test_every_form_of_account_payouts_is_sent_and_kept(shop, enters):
    olga = enters(shop.olga).goes(PAGE)
    olga.fills(city="Bonn").presses("Keep").fills(day="5").presses("Keep the day")
    olga.fills(days="21").presses("Keep the days").presses("Switch four eyes on")
    olga.fills(pattern="{buyer}-{seller}-{n:06}", credit_notes="CN-{buyer}-{seller}-{n:06}")
    olga.presses("Keep the numbers").fills(timezone="Europe/Paris").presses("Keep the time zone")
    olga.presses("Switch self-invoicing off")
    kept = shop.owner.settings.get()

    assert shop.owner.self_invoicing.buyer_details().city == "Bonn"
    assert (kept.payout_day, kept.acceptance_days, kept.four_eyes, kept.switch_on) == (5, 21, True, False)
    assert (kept.number_format, kept.timezone) == ("{buyer}-{seller}-{n:06}", "Europe/Paris")
    assert not kept.yearly_numbers


def test_a_box_that_is_ticked_once_is_taken_off_again(shop, enters):
    olga = enters(shop.olga).goes(PAGE).fills(pattern="{buyer}-{seller}-{year}-{n}")
    olga.fills(credit_notes="{buyer}-{seller}-{year}-C{n}").ticks("Both begin again at 1 each year")
    olga.presses("Keep the numbers")
    assert shop.owner.settings.get().yearly_numbers
    olga.page.get_by_label("Both begin again at 1 each year").uncheck()
    olga.presses("Keep the numbers")

    assert not shop.owner.settings.get().yearly_numbers
