"""Tax by command: what a partner is told, overrides, rates, the register."""

import pytest


def test_a_partner_is_told_by_half_filled_answers(acme):
    said = acme("tax", "explain", "DE-NORD", "--answer", "country=DE", "--answer", "tax_status=registered",
                "--answer", "tax_percent=19", "--language", "en")  # fmt: skip

    assert said.out.splitlines()[:5] == [
        "No VAT is added: the buyer accounts for it in its own country (reverse charge).",
        "Your tax of 19\u00a0% is not added.",
        "Your VAT number is still needed: these invoices must show it.",
        "Rule: reverse charge within the EU.",
        "  Directive 2006/112/EC art. 44: services to a business are supplied where it is established",
    ]


def test_a_doubt_about_the_rule_is_told(acme):
    said = acme("tax", "explain", "DE-NORD", "--answer", "country=DE", "--answer", "tax_status=small_business")

    assert "In doubt: The exemption of small businesses is one of their own country's" in said.out


@pytest.mark.parametrize(("language", "told"), [("fr", "Aucune TVA n’est ajoutée"), ("nl", "Er komt geen btw bij")])
def test_it_speaks_the_language_that_is_asked_for(opted_in, language, told):
    assert opted_in("tax", "explain", "DE-NORD", "--language", language).out.startswith(told)


def test_finance_overrides_with_a_reason_and_leads_back_to_the_rules(opted_in):
    by = ("--as", "finance:fiona")
    unsaid = opted_in(*by, "tax", "override", "DE-NORD", "E", "--text", "§ 4 UStG")
    set_ = opted_in(*by, "tax", "override", "DE-NORD", "E", "--text", "§ 4 UStG", "--reason", "ruling")
    back = opted_in(*by, "tax", "rules", "DE-NORD", "--reason", "ruling ended")
    listed = opted_in("tax", "overrides", "DE-NORD")

    assert (unsaid.status, "On the command line: --reason TEXT." in unsaid.err) == (1, True)
    assert set_.out == "DE-NORD is taxed by decision: E.\n"
    assert back.out == "DE-NORD is taxed by the rules again.\n"
    assert [line[12:] for line in listed.out.splitlines()] == [
        "by the rules, by fiona: ruling ended", "E 0 %, by fiona: ruling",
    ]  # fmt: skip


def test_a_rate_with_its_override_is_no_percentage_of_another_kind(opted_in):
    said = opted_in("tax", "override", "DE-NORD", "S", "--rate", "twenty", "--reason", "x")

    assert (said.status, "'twenty' is no tax %." in said.err) == (1, True)


def test_a_partner_without_an_override_is_taxed_by_the_rules(opted_in):
    assert opted_in("tax", "overrides", "DE-NORD").out == "DE-NORD is taxed by the rules.\n"


def test_rates_are_given_and_listed(acme):
    none = acme("tax", "rate", "list").out
    given = acme("tax", "rate", "add", "EUR", "SEK", "11.2345", "--date", "2026-10-30", "--source", "ECB")

    assert none == "No rate was given yet.\n"
    assert given.out == "1 EUR = 11.2345 SEK on 2026-10-30 (ECB).\n"
    assert acme("tax", "rate", "list").out == "2026-10-30  1 EUR = 11.2345 SEK  (ECB)\n"


def test_without_a_register_nobody_is_asked(opted_in):
    said = opted_in("tax", "check", "DE-NORD")

    assert said.status == 1
    assert "Set BILLHOOK_VAT_CHECK=vies to ask the register of the EU." in said.err


def test_what_the_register_does_not_know_is_told_and_kept(opted_in, monkeypatch):
    monkeypatch.setenv("BILLHOOK_VAT_CHECK", "vies")
    monkeypatch.setenv("BILLHOOK_VAT_CHECK_URL", "http://127.0.0.1:9/")
    partner = opted_in("tax", "check", "DE-NORD")
    own = opted_in("tax", "check", "--json")

    assert partner.out.startswith("DE136695976: unknown (no way to the register), says VIES on 2")
    assert (own.data["vat_number"], own.data["verdict"]) == ("FR40303265045", "unknown")
