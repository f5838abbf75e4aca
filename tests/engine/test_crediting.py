"""Credit notes by hand, whole and in part, and invoices issued anew: what papers say, what rewards and payouts do."""

import pytest

from engine import accounts, crediting, partners, payouts, self_invoicing, verify, waiting
from engine.billing.errors import Unlawful
from engine.crediting import Chosen
from engine.errors import (
    Invalid,
    InvoiceRefused,
    NotAllowed,
    NotFound,
    ReasonRequired,
    SelfInvoicingRefused,
)
from engine.partners import NewReward
from engine.payouts import Options
from tests.papers import Papers

NUMBER = "ACME-NORD-00001"


@pytest.fixture
def paper(own_place):
    """NORD's invoice over two rewards of 100.00 and 50.00, tax 19 %."""
    own_place.partner()
    return ready(own_place)


def ready(place):
    rewards = (place.reward(), place.reward(amount="50.00"))
    payout = payouts.create(place.vendor(), "NORD", "EUR", Options(rewards, ()))
    place.fire(payout, "validate")
    return payout


def credit(place, *lines, amount="", reason="wrong", number=NUMBER, by=None):
    return crediting.credit(by or place.vendor("finance"), number, Chosen(lines, amount), reason=reason)


def green(place):
    return [row.invariant for row in verify.run(place.world, missing=lambda *_: ()) if not row.holds] == []


def lines(place, payout):
    with place.world.store.reading() as tx:
        return [(row.amount, row.status) for row in payouts.lines(tx, place.owner, payout)]


def held(place, payout):
    return place.view(payout).on_hold


def test_an_invoice_is_credited_whole_and_its_payout_waits_on_hold_with_its_rewards(own_place, paper):
    done = credit(own_place)
    invoice, note = own_place.snapshots()

    assert done.note == note.number == "ACME-NORD-C00001"
    assert done.sentence == f"credited {NUMBER} by {note.number}; payout {paper} is on hold"
    assert (note.lines, note.groups, note.gross) == (invoice.lines, invoice.groups, invoice.gross)
    assert (note.preceding.number, note.preceding.issue_date) == (NUMBER, invoice.issue_date)
    assert (lines(own_place, paper), held(own_place, paper)) == ([(10000, "accepted"), (5000, "accepted")], True)
    assert green(own_place)


def test_rewards_of_lines_that_are_credited_leave_and_wait_to_be_accepted_anew(own_place, paper):
    done = credit(own_place, 2)
    note = own_place.snapshots()[1]

    assert done.sentence.endswith("left the payout and waits to be accepted anew")
    assert (note.net, note.tax, note.gross) == (5000, 950, 5950)
    assert lines(own_place, paper) == [(10000, "accepted")]
    assert own_place.one("SELECT status FROM reward WHERE account_id = :account AND amount = 5000").status == "pending"
    assert (own_place.view(paper).net, own_place.view(paper).gross, held(own_place, paper)) == (
        "100.00",
        "119.00",
        False,
    )
    assert green(own_place)


def test_a_reward_that_left_is_paid_again_only_when_somebody_accepts_it(own_place, paper):
    credit(own_place, 2)
    [reference] = [row.reference for row in own_place.all("SELECT * FROM reward WHERE account_id = :account") if
                   row.status == "pending"]  # fmt: skip
    partners.settle_rewards(own_place.vendor(), [reference], status="accepted")
    payout = payouts.create(own_place.vendor(), "NORD", "EUR", Options((), ()))
    own_place.fire(payout, "validate")

    assert own_place.snapshots()[1].lines[0].reference == reference
    assert green(own_place)


def test_part_of_a_line_reduces_its_reward(own_place, paper):
    done = credit(own_place, 1, amount="30.00")
    note = own_place.snapshots()[1]

    assert done.sentence.endswith("is reduced")
    assert (note.net, note.tax) == (3000, 570)
    assert sorted(lines(own_place, paper)) == [(-3000, "accepted"), (5000, "accepted"), (10000, "accepted")]
    assert (own_place.view(paper).net, own_place.view(paper).gross) == ("120.00", "142.80")
    assert green(own_place)


def test_a_reduction_finds_a_free_name_where_others_are_called_like_it(own_place, paper):
    for taken in ("ACME-NORD-C00001/1", "ACME-NORD-C00001/1-2"):
        new = NewReward(taken, "NORD", "Imported", "7.00", "EUR", "2026-10-01", "accepted")
        own_place.owner.transact(lambda tx, new=new: partners.add_reward(tx, own_place.owner, new))
    credit(own_place, 1, amount="30.00")

    [row] = own_place.all("SELECT reference, amount FROM reward WHERE account_id = :account AND amount = -3000")
    assert row.reference == "ACME-NORD-C00001/1-3"
    assert own_place.view(paper).net == "120.00"
    assert green(own_place)


def test_all_parts_together_are_the_invoice_and_then_nothing_more_is_credited(own_place, paper):
    credit(own_place, 1, amount="33.33")
    credit(own_place, 1, amount="33.33")
    done = credit(own_place)
    _, *notes = own_place.snapshots()

    assert done.sentence.startswith(f"credited the rest of {NUMBER} by ACME-NORD-C00003")
    assert [sum(getattr(note, name) for note in notes) for name in ("net", "tax", "gross")] == [15000, 2850, 17850]
    with pytest.raises(InvoiceRefused, match="It is wholly credited already, by ACME-NORD-C00001, ACME-NORD-C00002"):
        credit(own_place)
    assert green(own_place)


def test_cancelling_afterwards_credits_the_rest_and_frees_what_is_left(own_place, paper):
    credit(own_place, 1, amount="30.00")
    own_place.fire(paper, "cancel", reason="all wrong")

    assert [note.gross for note in own_place.snapshots()[1:]] == [3570, 14280]
    with own_place.world.store.reading() as tx:
        assert payouts.currencies(tx, own_place.owner, "NORD") == ["EUR"]
    again = payouts.create(own_place.vendor(), "NORD", "EUR", Options((), ()))
    assert own_place.view(again).net == "120.00"
    assert green(own_place)


def test_in_a_payout_that_is_paid_rewards_stay_and_it_is_told_what_is_not_owed(own_place, paper):
    own_place.fire(paper, "mark_paid", by=own_place.vendor("owner"))
    done = credit(own_place, 2)

    assert done.sentence.endswith("59.50 EUR was paid and is not owed any more")
    assert lines(own_place, paper) == [(10000, "paid"), (5000, "paid")]
    assert green(own_place)


def test_issued_anew_it_shows_todays_details_as_the_next_revision(own_place, paper):
    self_invoicing.set_seller(own_place.contact(), "NORD", {"line1": "Neuer Weg 2"})
    done = crediting.reissue(own_place.owner, NUMBER, reason="They have moved.")
    first, second, note = own_place.snapshots()

    assert done.sentence == f"credited {NUMBER} by ACME-NORD-C00001; issued ACME-NORD-00002"
    assert (done.note, done.invoice) == (note.number, second.number)
    assert (first.seller.address.line1, second.seller.address.line1) == ("Weg 1", "Neuer Weg 2")
    assert (second.revision, second.lines, held(own_place, paper)) == (2, first.lines, False)
    assert own_place.decisions(paper)[-1] == ("reissued", "issued", "lawful")
    assert green(own_place)


def test_issued_anew_after_a_part_was_credited_it_shows_what_is_left(own_place, paper):
    credit(own_place, 1, amount="30.00")
    crediting.reissue(own_place.owner, NUMBER, reason="more is wrong")
    again = own_place.snapshots()[1]

    assert (again.net, sorted(line.amount for line in again.lines)) == (12000, [-3000, 5000, 10000])
    assert green(own_place)


def test_both_documents_are_made_and_it_is_kept_who_did_it_and_why(own_place, paper):
    crediting.reissue(own_place.owner, NUMBER, reason="They have moved.")
    own_place.work()
    deed = next(row for row in own_place.history(paper) if row.verb == "reissue_invoice")

    assert own_place.printer.printed == [NUMBER, "ACME-NORD-C00001", "ACME-NORD-00002"]
    assert (deed.actor, deed.reason) == ("olga", "They have moved.")
    assert deed.data == f'{{"invoice":"{NUMBER}","note":"ACME-NORD-C00001","reissued":"ACME-NORD-00002"}}'
    told = own_place.all("SELECT audience, sentence FROM notification WHERE topic = 'invoice_credited'")
    assert [row.audience for row in told] == ["partner"]


def test_where_none_may_be_issued_nothing_is_credited(own_place, paper):
    self_invoicing.opt_out(own_place.contact(), "NORD")
    before = own_place.everything()

    with pytest.raises(SelfInvoicingRefused) as refused:
        crediting.reissue(own_place.owner, NUMBER, reason="x")
    assert str(refused.value) == f"invoice {NUMBER}: No invoice: the partner has not opted in to self-invoicing."
    assert own_place.everything() == before


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        (((3,), ""), f"The credit note cannot be accepted. line: {NUMBER} has no line 3; it has 1 to 2."),
        (((0,), ""), "has no line 0"),
        (((), "1.00"), "amount: an amount is of one line: name it."),
        (((1, 2), "1.00"), "amount: an amount is of one line: name it."),
        (((1,), "1,00"), "amount: '1,00' is no amount. Write digits with a point before the decimals"),
        (((1,), "1.001"), "has a fraction of a minor unit"),
        (((1,), "-1.00"), "amount: -1.00 takes nothing back; write what is credited as it stands there."),
        (((1,), "0"), "takes nothing back"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_changes_nothing(own_place, paper, chosen, told):
    before = own_place.everything()
    with pytest.raises(Invalid) as refused:
        credit(own_place, *chosen[0], amount=chosen[1])

    assert told in str(refused.value)
    assert own_place.everything() == before


def test_a_line_is_credited_once_and_for_no_more_than_it_says(own_place, paper):
    credit(own_place, 2)

    with pytest.raises(Invalid, match="line: line 2 is credited already"):
        credit(own_place, 2)
    with pytest.raises(Invalid, match=r"amount: of line 1 100\.00 EUR are left"):
        credit(own_place, 1, amount="100.01")


def test_a_line_is_not_credited_without_the_clawback_that_took_from_it(own_place):
    own_place.partner()
    rewards = (own_place.reward(), own_place.reward(amount="-30.00"))
    payout = payouts.create(own_place.vendor(), "NORD", "EUR", Options(rewards, ()))
    own_place.fire(payout, "validate")

    with pytest.raises(Unlawful, match=r"Credit note ACME-NORD-C00001 cannot be issued\. groups: 100\.00 EUR of"):
        credit(own_place, 1)
    assert credit(own_place, 1, 2).sentence.startswith(f"credited {NUMBER} by ACME-NORD-C00001")
    assert green(own_place)


def test_a_credit_note_and_what_is_not_there_cannot_be_credited(own_place, paper):
    note = credit(own_place).note

    with pytest.raises(InvoiceRefused) as refused:
        credit(own_place, number=note)
    assert str(refused.value) == (
        f"Invoice {note} cannot be credited. It is itself a credit note; credit the invoice, or issue it again. "
        "An objection to it is answered by that, or by 'resolve'."
    )
    with pytest.raises(NotFound):
        credit(own_place, number="ACME-NORD-00009")


def test_who_may_not_credit_and_that_it_is_kept_with_its_reason(own_place, paper):
    with pytest.raises(ReasonRequired):
        credit(own_place, reason=" ")
    with pytest.raises(ReasonRequired):
        crediting.reissue(own_place.owner, NUMBER, reason="")
    for caller in (own_place.vendor("viewer"), own_place.contact()):
        with pytest.raises(NotAllowed):
            credit(own_place, by=caller)
        with pytest.raises(NotAllowed):
            crediting.reissue(caller, NUMBER, reason="x")


def test_a_whole_credit_answers_an_objection_and_the_payout_is_held_for_another_reason(own_place):
    papers = Papers(own_place)
    papers.contest()
    done = credit(own_place, number=papers.number)

    assert (papers.state(), papers.held()) == ("credited", True)
    assert f"the objection to {papers.number} is answered; payout {papers.payout} is on hold" in done.sentence
    assert green(own_place)


def test_issuing_anew_answers_an_objection_and_lets_the_payout_go(own_place):
    papers = Papers(own_place)
    papers.contest()
    crediting.reissue(own_place.owner, papers.number, reason="You were right.")

    assert (papers.state(), papers.held()) == ("credited", False)
    assert green(own_place)


def test_a_part_leaves_the_objection_to_be_answered(own_place):
    papers = Papers(own_place)
    papers.contest()
    credit(own_place, 1, amount="10.00", number=papers.number)

    assert (papers.state(), papers.held()) == ("contested", True)
    papers.resolve()
    assert (papers.state(), papers.held()) == ("accepted", False)
    assert green(own_place)


def test_reissuing_what_was_wholly_credited_is_refused_with_the_way_on(own_place, paper):
    credit(own_place)
    fred = own_place.vendor("finance")

    with pytest.raises(InvoiceRefused, match=rf"to invoice payout {paper} again, take issue now \(issue_now\)\.$"):
        crediting.reissue(fred, NUMBER, reason="again")
    waiting.issue_now(own_place.vendor(), paper, reason="again")
    with pytest.raises(InvoiceRefused, match=r"by ACME-NORD-C00001\. ACME-NORD-00002 stands in its place\.$"):
        crediting.reissue(fred, NUMBER, reason="again")


def test_what_is_wholly_credited_and_on_hold_is_issued_anew_by_issue_now(own_place, paper):
    credit(own_place)
    told = waiting.issue_now(own_place.owner, paper, reason="The details are right now.")
    assert told == "issued ACME-NORD-00002"
    assert own_place.snapshots()[1].revision == 2
    own_place.fire(paper, "release", reason="issued anew")
    assert green(own_place)


def test_credit_notes_by_hand_have_a_number_format_of_their_own(own_place, paper):
    accounts.set_number_format(own_place.owner, credit_notes="CN/{buyer}/{seller}/{n}")

    assert credit(own_place).note == "CN/ACME/NORD/1"
    assert green(own_place)


FORGED = """
    INSERT INTO invoice (account_id, id, payout_id, partner_id, type_code, revision, seq, year, counter, number,
        issued_at, currency, net, tax, gross, snapshot, snapshot_hash, credits_id)
    SELECT account_id, 'forged', payout_id, partner_id, type_code, 9, 9, 0, 9, 'X-9', issued_at, currency, net, tax,
        gross, snapshot, snapshot_hash, credits_id
    FROM invoice WHERE account_id = :account AND type_code = '261'"""


def test_verify_finds_a_line_and_a_tax_group_that_are_credited_twice(own_place, paper):
    credit(own_place, 1)
    own_place.owner.transact(lambda tx: tx.run(FORGED, account=own_place.account_id))

    results = verify.run(own_place.world, missing=lambda *_: (), only=("I7",))
    found = [finding.sentence for checked in results for finding in checked.findings]
    assert "lines.1: It credits 100.00 EUR of R1, of which 0.00 EUR are left." in found
    assert "groups: 200.00 EUR of tax group S 19 are credited, of 150.00 EUR." in found
    assert "gross: It credits more than the 59.50 EUR that are left." in found
    assert "23800 minor units of it are credited, and it was for 17850." in found


def a_clawback(place, amount="-20.00", **more):
    return place.reward(amount=amount, **more)


@pytest.mark.parametrize(("paid", "status"), [(False, "accepted"), (True, "paid")])
def test_a_clawback_that_no_payout_can_net_is_settled_by_crediting_its_line(own_place, paper, paid, status):
    if paid:
        own_place.fire(paper, "mark_paid", by=own_place.vendor("owner"))
    reference = a_clawback(own_place)
    done = crediting.credit(own_place.owner, NUMBER, Chosen((1,), clawback=reference), reason="The client left.")

    assert f"{reference} is settled by it" in done.sentence
    assert done.sentence.endswith("23.80 EUR was paid and is not owed any more") == paid
    assert (own_place.snapshots()[1].net, own_place.view(paper).net) == (2000, "150.00" if paid else "130.00")
    assert (-2000, status) in lines(own_place, paper)
    with pytest.raises(Invalid, match="no eligible reward"):
        payouts.create(own_place.vendor(), "NORD", "EUR")
    assert green(own_place)


@pytest.mark.parametrize(
    "other", [{"status": "pending"}, {"currency": "USD"}, {"amount": "20.00"}, {"partner": "OST"}, None]
)
def test_what_is_no_free_clawback_of_the_partner_is_refused(own_place, paper, other):
    own_place.partner("OST")
    reference = "R99" if other is None else own_place.reward(**{"amount": "-20.00", **other})

    with pytest.raises(Invalid) as refused:
        crediting.credit(own_place.owner, NUMBER, Chosen((1,), clawback=reference), reason="x")
    assert str(refused.value) == (
        f"The credit note cannot be accepted. clawback: {reference} is no accepted EUR clawback of NORD in no payout."
    )


def test_a_clawback_settles_one_line_by_its_own_amount(own_place, paper):
    reference = a_clawback(own_place)

    with pytest.raises(Invalid, match="clawback: a clawback is of one line: name it"):
        crediting.credit(own_place.owner, NUMBER, Chosen(clawback=reference), reason="x")
    with pytest.raises(Invalid, match="amount: it is that of the clawback; leave it out"):
        crediting.credit(own_place.owner, NUMBER, Chosen((1,), "1.00", reference), reason="x")


def test_a_clawback_is_settled_once(own_place, paper):
    reference = a_clawback(own_place)
    crediting.credit(own_place.owner, NUMBER, Chosen((1,), clawback=reference), reason="x")

    with pytest.raises(Invalid, match="in no payout"):
        crediting.credit(own_place.owner, NUMBER, Chosen((2,), clawback=reference), reason="x")
    assert credit(own_place, 1).note == "ACME-NORD-C00002"
    assert green(own_place)
