"""An objection to a credit note ends where the partner is right, too: by an invoice issued anew, or as put right."""

import pytest

from engine import acceptance, crediting, verify, waiting
from engine.crediting import Chosen
from engine.errors import InvoiceRefused, NotAllowed, Refused
from tests.papers import Papers

NOTE = "ACME-NORD-C00001"


@pytest.fixture
def papers(own_place) -> Papers:
    return Papers(own_place)


def contested_note(papers, *, amount="10.00"):
    chosen = Chosen((1,), amount) if amount else Chosen()
    crediting.credit(papers.place.owner, papers.number, chosen, reason="less")
    papers.place.work()
    papers.contest(NOTE, "It was due.")


def put_right(papers, number=NOTE, by=None):
    by = by or papers.place.vendor("finance", "fred")
    return acceptance.resolve(by, number, reason="R1 is billed again.", put_right=True)


def green(papers):
    results = verify.run(papers.place.world, missing=lambda *_: ())
    return [row.invariant for row in results if not row.holds] == []


def test_reissuing_the_invoice_answers_it_and_ends_its_hold(papers):
    contested_note(papers)
    done = crediting.reissue(papers.place.owner, papers.number, reason="They are right.")

    assert f"the objection to {NOTE} is answered" in done.sentence
    assert (papers.state(NOTE), papers.held()) == ("put_right", False)
    assert papers.standing(NOTE).events[-1].reason == "issued anew as ACME-NORD-00002"
    assert green(papers)


def test_issuing_a_wholly_credited_one_anew_answers_it(papers):
    contested_note(papers, amount="")
    told = waiting.issue_now(papers.place.owner, papers.payout, reason="They are right.")

    assert told == f"issued ACME-NORD-00002; the objection to {NOTE} is answered"
    assert papers.state(NOTE) == "put_right"
    assert green(papers)


def test_finance_notes_that_it_was_put_right_otherwise(papers):
    contested_note(papers)
    told = put_right(papers)

    assert told == f"{NOTE} is put right"
    assert (papers.state(NOTE), papers.held()) == ("put_right", False)
    assert papers.told("partner")[-1] == f"{NOTE} is put right: R1 is billed again."
    assert green(papers)


def test_of_an_invoice_it_is_not_said_since_a_credit_note_is_what_puts_one_right(papers):
    papers.contest()

    with pytest.raises(InvoiceRefused, match=r"cannot be put right\. An invoice is: credit it whole, or reissue it"):
        put_right(papers, papers.number)
    with pytest.raises(NotAllowed):
        put_right(papers, papers.number, by=papers.place.vendor("viewer"))


def test_the_refusal_of_a_release_names_the_ways_there_are(papers):
    contested_note(papers)

    with pytest.raises(Refused, match=f"resolve {NOTE} --accept, or where the partner is right --put-right"):
        papers.place.fire(papers.payout, "release", reason="never mind")
    put_right(papers)
    papers.contest(papers.number)
    with pytest.raises(Refused, match="--accept, or where the partner is right credit it whole or reissue it"):
        papers.place.fire(papers.payout, "release", reason="never mind")


def test_what_was_put_right_is_not_spoken_of_again(papers):
    contested_note(papers)
    put_right(papers)

    with pytest.raises(InvoiceRefused, match="It was put right, so nothing more is to be said about it"):
        papers.accept(NOTE)
    with pytest.raises(InvoiceRefused, match="It is put right, and nobody waits for an answer"):
        put_right(papers)
