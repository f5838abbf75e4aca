"""What is shown once, tokens and secrets of webhooks: its page loaded anew makes no other one and does not show it."""

import pytest

from engine import webhooks

TOKEN = {"name": "Books", "role": "viewer", "scope": ["payouts:read"]}
PAGES = [
    ("OLGA", "/console/tokens", "Make it", TOKEN, "revoke it and make another one."),
    (
        "ANNA",
        "/portal/tokens",
        "Make it",
        {"name": "Books", "scope": ["payouts:read"]},
        "revoke it and make another one.",
    ),
    ("OLGA", "/console/webhooks", "Add it", {"url": "https://example.com/x"}, "take a new one on its page."),
]


@pytest.fixture
def webhook(web):
    return webhooks.add(web.place.owner, "https://example.com/x")[0]


def secret_on(browser):
    (secret,) = browser.page.xpath("//pre/code/text()")
    return secret


def kept(place):
    """How many tokens and webhooks there are, and all that is kept under keys."""
    count = place.one("""
        SELECT (SELECT COUNT(*) FROM api_token WHERE account_id = :account)
            + (SELECT COUNT(*) FROM webhook WHERE account_id = :account) AS made""").made
    row = place.one("SELECT MAX(answer) AS answer FROM idempotency_key WHERE account_id = :account")
    return count, row.answer


@pytest.mark.parametrize(("who", "path", "button", "filled", "told"), PAGES)
def test_a_page_that_shows_a_secret_makes_no_other_one_when_it_is_loaded_anew(web, who, path, button, filled, told):
    browser = web.enter(getattr(web, who)).get(path).press(button, **filled)
    secret = secret_on(browser)
    browser.reload()

    assert kept(web.place) == (1, '{"answer": null}')
    assert "already, when this form was sent the first time." in browser.text
    assert told in browser.text
    assert secret not in browser.at.text


def test_a_webhook_keeps_the_new_secret_that_was_shown_when_its_page_is_loaded_anew(web, olga, webhook):
    olga.get(f"/console/webhooks/{webhook}").press("New secret")
    secret = secret_on(olga)
    olga.reload()

    assert web.place.one("SELECT secret FROM webhook WHERE account_id = :account").secret == secret
    assert "It got its new secret already" in olga.text
    assert secret not in olga.at.text


def test_a_form_that_was_sent_and_is_filled_in_otherwise_makes_another_one_when_it_is_sent_once_more(web, olga):
    form = olga.get("/console/tokens").at
    olga.press("Make it", **TOKEN)
    olga.at = form
    olga.press("Make it", **{**TOKEN, "name": "Shop"})
    assert olga.at.status_code == 422
    assert "This form was sent before, filled in otherwise, and that was done." in olga.text
    olga.press("Make it")

    assert kept(web.place)[0] == 2
