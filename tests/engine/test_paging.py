"""Lists a page at a time: nothing twice, nothing left out, whoever looks; a cursor is of one list."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import views
from engine.errors import Invalid, NotFound, Unknown
from engine.views import PayoutFilter, Slice
from engine.views.paging import MOST, Order, Page, read_page

LETTERS = Order("letters", (str,))


def letters(part, *, present="abcdefghijklmnopqrstuvwxyz", hidden=""):
    """A page of a list of letters, of which some are not to be seen."""

    def fetch(after, count):
        fitting = sorted(present, reverse=part.newest_first)
        beyond = [one for one in fitting if after is None or (one > after[0]) is not part.newest_first]
        return [one for one in beyond if after is None or one != after[0]][:count]

    return read_page(
        LETTERS, part, fetch=fetch, key=lambda one: (one,),
        show=lambda rows: [None if one in hidden else one for one in rows],
    )  # fmt: skip


def following(read, limit, *, newest_first=False):
    """All pages, one after the other."""
    pages, cursor = [read(Slice(None, limit, newest_first))], None
    while (cursor := pages[-1].next) is not None:
        pages.append(read(Slice(cursor, limit, newest_first)))
    return pages


@given(st.sets(st.sampled_from("abcdefghijklmnopqrstuvwxyz")), st.sets(st.sampled_from("abcdefghijklmnopqrstuvwxyz")),
       st.integers(1, 30), st.booleans())  # fmt: skip
def test_pages_put_together_are_the_list_and_all_but_the_last_are_full(present, hidden, limit, newest_first):
    pages = following(lambda part: letters(part, present=present, hidden=hidden), limit, newest_first=newest_first)
    shown = [item for page in pages for item in page.items]

    assert shown == sorted(present - hidden, reverse=newest_first)
    assert all(len(page.items) == limit for page in pages[:-1])
    assert pages == [Page((), None)] or all(page.items for page in pages)


def cursor(said):
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode()


@pytest.mark.parametrize(
    "after",
    [
        "", "x", "????", "é", "e30", cursor(["payouts", "a"]), cursor(["letters"]), cursor(["letters", 1]),
        cursor(["letters", "a", "b"]), cursor(["letters", "\x00"]), cursor(["letters", "\ud800"]), cursor("letters"),
        cursor(["letters", None]), cursor(["letters", True]), "A" * 100_000, cursor([[[["letters"]]]]), "\ud800",
    ],
)  # fmt: skip
def test_what_is_no_cursor_of_this_list_is_told_and_reads_nothing(after):
    with pytest.raises(Invalid, match=r"^The list cannot be accepted\. after: it is no cursor of this list; take the"):
        letters(Slice(after))


@pytest.mark.parametrize("number", [-1, 2**63, True])
def test_a_number_that_no_row_has_is_no_cursor(number):
    with pytest.raises(Invalid, match="it is no cursor of this list"):
        Order("history", (int,)).key(cursor(["history", number]))


@pytest.mark.parametrize("limit", [0, -1, MOST + 1])
def test_a_page_has_1_to_500_items(limit):
    with pytest.raises(Invalid, match=r"limit: 1 to 500\."):
        letters(Slice(limit=limit))


@pytest.fixture
def busy(place):
    """Payouts of two partners: drafts, waiting, Ready with a document, one parked, one blocked, one on hold."""
    place.partner()
    place.partner("OTHER", opted_in=False)
    made = {"draft": place.payout(), "attached": place.payout(state="Ready")}
    place.work()
    made["made"] = place.payout(state="Ready")
    made["held"] = place.payout("OTHER", "Ready")
    place.fire(made["held"], "hold", reason="we look into it")
    made["pending"] = place.payout("OTHER", "Pending")
    return place, made


def seen(place, by, limit=2, *, newest_first=False, **where):
    with place.world.store.reading() as tx:
        pages = following(
            lambda part: views.payouts(tx, by, PayoutFilter(**where), part=part), limit, newest_first=newest_first
        )
    return [one.id for page in pages for one in page.items]


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ({}, ["draft", "attached", "made", "held", "pending"]),
        ({"invoice": "attached"}, ["attached"]),
        ({"invoice": "issued"}, ["made"]),
        ({"invoice": "parked"}, []),
        ({"invoice": "not_applicable"}, ["draft", "held", "pending"]),
        ({"on_hold": True}, ["held"]),
        ({"on_hold": True, "state": "Ready", "partner": "OTHER"}, ["held"]),
        ({"on_hold": False, "state": "Ready"}, ["attached", "made"]),
        ({"partner": "OTHER", "state": "Pending", "currency": "EUR"}, ["pending"]),
        ({"currency": "USD"}, []),
    ],
)
def test_payouts_are_found_by_any_filter_and_backwards(busy, where, names):
    place, made = busy
    wanted = [made[name] for name in names]

    assert seen(place, place.owner, **where) == wanted
    assert seen(place, place.owner, newest_first=True, **where) == wanted[::-1]
    with place.world.store.reading() as tx:
        assert [*views.payout_ids(tx, place.owner, PayoutFilter(**where))] == wanted


def test_a_partners_pages_are_full_though_drafts_are_hidden(busy):
    place, made = busy
    place.payout()
    later = place.payout(state="Pending")

    assert seen(place, place.contact(), limit=1) == [made["attached"], made["made"], later]
    assert seen(place, place.contact(), state="Draft") == []


def test_what_was_given_up_and_what_waits_for_somebody_are_found(place):
    place.partner()
    parked = place.payout(state="Ready")
    place.owner.transact(lambda tx: tx.run("UPDATE job SET status = 'parked', result = 'out of ink'"))
    place.owner.transact(lambda tx: tx.run("UPDATE account SET buyer = '{}'"))
    blocked = place.payout(state="Ready")

    assert seen(place, place.owner, invoice="parked") == [parked]
    assert seen(place, place.owner, invoice="blocked") == [blocked]


@pytest.mark.parametrize(
    ("where", "error", "told"),
    [
        ({"state": "Redy"}, Unknown, "No state is called 'Redy'. Did you mean 'Ready'?"),
        ({"invoice": "atached"}, Unknown, "No status of an invoice is called 'atached'. Did you mean 'attached'?"),
        ({"partner": "NOBODY"}, NotFound, "There is no partner 'NOBODY' that you can see."),
    ],
)
def test_a_filter_that_names_nothing_is_told(busy, where, error, told):
    with pytest.raises(error) as refused:
        seen(busy[0], busy[0].owner, **where)

    assert str(refused.value).startswith(told)


def test_a_partner_that_is_another_is_nobody_to_a_contact(busy):
    with pytest.raises(NotFound, match="There is no partner 'OTHER' that you can see"):
        seen(busy[0], busy[0].contact(), partner="OTHER")


def test_documents_jobs_and_history_come_in_pages_too(busy):
    place, made = busy
    lists = (
        lambda tx, part: views.documents(tx, place.owner, partner="NORD", currency="EUR", part=part),
        lambda tx, part: views.jobs(tx, place.owner, action="issue_invoice", part=part),
        lambda tx, part: views.history(tx, place.owner, made["held"], part=part),
        lambda tx, part: views.partner_history(tx, place.owner, "NORD", part=part),
        lambda tx, part: views.partners(tx, place.owner, part=part),
    )
    for read in lists:
        with place.world.store.reading() as tx:
            forth = [one for page in following(lambda part: read(tx, part), 1) for one in page.items]  # noqa: B023
            back = [one for page in following(lambda part: read(tx, part), 1, newest_first=True) for one in page.items]  # noqa: B023
        assert len(forth) >= 2 and back == forth[::-1]


def test_a_status_that_no_job_has_is_told(place):
    with place.world.store.reading() as tx, pytest.raises(Unknown, match="Did you mean 'parked'"):
        views.jobs(tx, place.owner, status="parkd")
