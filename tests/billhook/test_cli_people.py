"""People, contacts and their tokens by command: who administers by terminal needs no page."""

import pytest


@pytest.fixture
def with_ben(acme):
    """`acme`, where Ben is a contact of DE-NORD's beside the main one."""
    acme("contacts", "add", "DE-NORD", "ben@nord.example", "Ben Wald", "--language", "en")
    return acme


def test_a_contact_is_added_and_listed_after_the_main_one(with_ben):
    found = with_ben("contacts", "list", "DE-NORD", "--json").data["contacts"]

    assert [one["role"] for one in found] == ["main_contact", "member"]
    assert (found[1]["name"], found[1]["language"]) == ("Ben Wald", "en")
    assert "main contact" in with_ben("contacts", "list", "DE-NORD").out


def test_a_contact_is_handed_the_main_role_with_a_reason(with_ben):
    refused = with_ben("contacts", "hand-over", "DE-NORD", "ben@nord.example")
    done = with_ben("contacts", "hand-over", "DE-NORD", "Ben@Nord.example", "--reason", "The first one left.")

    assert refused.status == 1 and "reason" in refused.err
    assert done.out == "Ben@Nord.example is the main contact of DE-NORD now.\n"
    assert with_ben("contacts", "list", "DE-NORD", "--json").data["contacts"][0]["name"] == "Ben Wald"


def test_a_contact_that_is_removed_has_no_seat_any_more(with_ben):
    assert with_ben("contacts", "remove", "DE-NORD", "ben@nord.example").status == 0

    assert len(with_ben("contacts", "list", "DE-NORD", "--json").data["contacts"]) == 1
    assert "ben@nord.example" in with_ben("contacts", "remove", "DE-NORD", "ben@nord.example").err


def test_a_partners_program_gets_a_token_of_its_main_contact_without_a_role(acme):
    made = acme("--as", "partner:DE-NORD", "tokens", "create", "Shop", "--scope", "payouts:read", "--json").data
    listed = acme("--as", "partner:DE-NORD", "tokens", "list", "--json").data["tokens"]

    assert made["token"].startswith("bh_")
    assert [(one["name"], one["role"]) for one in listed] == [("Shop", "contact")]
    assert acme("tokens", "list", "--json").data["tokens"] == []


def test_a_token_of_the_vendors_wants_a_role(acme):
    refused = acme("tokens", "create", "Accounting", "--scope", "payouts:read")

    assert refused.status == 1
    assert "role: one of" in refused.err


def test_a_contacts_token_is_revoked_by_the_contact(acme):
    made = acme("--as", "partner:DE-NORD", "tokens", "create", "Shop", "--scope", "payouts:read", "--json").data

    assert acme("--as", "partner:DE-NORD", "tokens", "revoke", made["id"]).status == 0
    assert acme("--as", "partner:DE-NORD", "tokens", "list", "--json").data["tokens"][0]["revoked"]


@pytest.mark.parametrize(
    ("said", "leads_to", "told"), [("", "http://localhost:8000", True), ("http://localhost:28432", "", False)]
)
def test_a_link_says_where_it_leads_unless_that_was_said(acme, monkeypatch, said, leads_to, told):
    monkeypatch.setenv("BILLHOOK_BASE_URL", said)
    made = acme("people", "link", "juergen.mueller@example.com")

    assert made.out.startswith(f"{leads_to or said}/sign-in/")
    assert ("BILLHOOK_BASE_URL is not set, so the link leads to http://localhost:8000." in made.err) is told


def test_somebody_is_invited_in_their_language(acme):
    acme("people", "invite", "ute@example.com", "Ute", "--role", "finance", "--language", "de")

    assert [one["language"] for one in acme("people", "list", "--json").data["people"]] == ["de"]


def test_what_was_done_is_listed_with_who_and_why(with_ben):
    with_ben("contacts", "hand-over", "DE-NORD", "ben@nord.example", "--reason", "The first one left.")
    newest = with_ben("settings", "activity", "--limit", "1", "--json").data["events"][0]

    assert (newest["verb"], newest["partner"], newest["reason"]) == ("hand over", "DE-NORD", "The first one left.")
    assert "The first one left." in with_ben("settings", "activity").out


def test_the_types_of_events_are_listed(acme):
    assert "payout.ready\n" in acme("webhooks", "types").out
