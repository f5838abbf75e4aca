"""The way in, in a real browser."""

from tests.browser.person import ORIENTATION


def test_a_person_signs_in_by_the_link_that_comes_by_mail(comes, shop, served):
    anna = comes().goes("/").fills(email=shop.anna).presses("Send me a link")
    assert "a link is on its way" in anna.reads

    assert "Nord GmbH" in anna.goes(served.link(shop.anna)).presses("Sign in to billhook").reads


def test_the_way_in_bars_nobody(comes):
    assert comes().goes("/sign-in").is_barred() == []


def test_styles_which_all_pages_share_lock_no_screen_to_one_way_of_holding_it(comes):
    assert comes().goes("/sign-in").is_barred(ORIENTATION) == []
