"""What is to be paid as a CSV file: amounts and accounts, for finance alone, and nothing that a spreadsheet runs."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billhook import Billhook
from billhook.csv_export import FORMULA, quoted
from billhook.settings import Settings
from engine.actor import Actor
from engine.errors import NotAllowed
from tests.worlds import Place

IBAN = "DE89370400440532013000"


@pytest.fixture
def shop(sqlite_database):
    with Billhook(sqlite_database, settings=Settings()) as billhook:
        place = Place(billhook.world.store)
        place.partner(opted_in=False)
        place.opt_in(legal_name="=1+1 GmbH", iban=IBAN, account_holder="@Nord")
        yield billhook, place


def rows(document) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(document.content.decode("utf-8-sig"), newline=""))]


def test_a_sheet_says_whom_to_pay_how_much_and_where(shop):
    billhook, place = shop
    payout = place.payout(state="Ready")
    payouts = billhook.account(place.code).as_(Actor.vendor("fred", "finance")).payouts
    (row,) = rows(payouts.sheet())

    assert (row["payout"], row["partner"], row["invoice"]) == (payout, "NORD", "ACME-NORD-00001")
    assert (row["amount"], row["currency"], row["iban"]) == (payouts.get(payout).gross, "EUR", IBAN)


def test_a_name_that_looks_like_a_formula_is_text(shop):
    billhook, place = shop
    place.payout(state="Ready")
    (row,) = rows(billhook.account(place.code).as_(place.owner.actor).payouts.sheet())

    assert (row["payee"], row["account_holder"]) == ("'=1+1 GmbH", "'@Nord")


@given(st.text(max_size=20))
def test_no_cell_begins_like_a_formula_but_a_number(text):
    cell = quoted(text)

    assert not cell.startswith(FORMULA) or float(cell) == float(text)
    assert cell in (text, f"'{text}")


def test_who_only_looks_is_given_no_accounts(shop):
    billhook, place = shop

    account = billhook.account(place.code)
    for each in (account.as_(Actor.vendor("vera", "viewer")), account.main_contact("NORD")):
        with pytest.raises(NotAllowed, match="may not 'export payments'"):
            each.payouts.sheet()
