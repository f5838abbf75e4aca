"""Two at once, on both databases: the list of reliability.md section 2. Either order is right, a mix of both is not."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest

from engine import crediting, definitions, onboarding, outbox, payouts, self_invoicing
from engine.actor import Actor
from engine.billing.invoice import restore
from engine.contracts import Document
from engine.crediting import Chosen
from engine.desk import WorkerDesk
from engine.dispatch import Dispatcher
from engine.errors import BillhookError, Conflict, Invalid, InvoiceRefused, NoSuchTransition
from engine.world import Caller
from tests.worlds import BUYER, ONBOARDING, THEIR_INVOICE

A_PAGE = Document("a.pdf", "application/pdf", b"%PDF a")
ANOTHER_PAGE = Document("b.pdf", "application/pdf", b"%PDF b")


HEAD_STARTS = (0.0, 0.001, -0.001, 0.004, -0.004, 0.02, -0.02)  # seconds, in turn: now one wins, now the other


def at_once(*deeds: Callable[[], Any], turn: int = 0) -> list[Any]:
    """What each deed gave back, or the product's error it raised, when all began at (nearly) the same instant."""
    barrier, ahead = Barrier(len(deeds)), HEAD_STARTS[turn % len(HEAD_STARTS)]

    def do(place: int) -> Any:
        barrier.wait()
        time.sleep(max(0, ahead if place else -ahead))
        try:
            return deeds[place]()
        except BillhookError as error:
            return error

    with ThreadPoolExecutor(len(deeds)) as threads:
        return [*threads.map(do, range(len(deeds)))]


def accept(place, payout):
    return partial(place.fire, payout, "accept", reason="why")


def invoice_of(place, payout):
    return [row for row in place.invoices() if row.payout_id == payout]


def assert_issued_or(place, payout, reason):
    """The decision and the invoice agree; the outcome."""
    [(_, outcome, why)] = place.decisions(payout)
    expected = ("issued", "lawful", 1) if outcome == "issued" else ("not_applicable", reason, 0)
    assert (outcome, why, len(invoice_of(place, payout))) == expected
    return outcome


def test_ready_and_opt_out(place, rounds):
    place.partner()
    seen = set()
    for turn in range(rounds):
        payout = place.payout(state="Pending")
        at_once(accept(place, payout), lambda: self_invoicing.opt_out(place.contact(), "NORD"), turn=turn)

        seen.add(assert_issued_or(place, payout, "opted_out"))
        numbered_after_the_opt_out = place.payout(state="Ready")
        assert invoice_of(place, numbered_after_the_opt_out) == []
        place.opt_in()
    assert seen == {"issued", "not_applicable"}


def test_ready_and_switch_off(place, rounds):
    place.partner()
    seen = set()
    for turn in range(rounds):
        payout = place.payout(state="Pending")
        at_once(accept(place, payout), lambda: self_invoicing.set_switch(place.owner, on=False), turn=turn)

        seen.add(assert_issued_or(place, payout, "switch_off"))
        self_invoicing.set_switch(place.owner, on=True)
    assert seen == {"issued", "not_applicable"}


def test_ready_and_ready(place, rounds):
    place.partner()
    for turn in range(rounds):
        payout = place.payout(state="Pending")
        first, second = at_once(accept(place, payout), accept(place, payout), turn=turn)

        assert sorted(type(each).__name__ for each in (first, second)) == ["Fired", "NoSuchTransition"]
        assert len(place.decisions(payout)) == len(invoice_of(place, payout)) == 1


def test_ready_and_its_repeat_under_one_key(place, rounds):
    place.partner()
    for turn in range(rounds):
        payout = place.payout(state="Pending")
        accepting = partial(place.fire, payout, "accept", reason="why", key=payout)
        first, second = at_once(accepting, accepting, turn=turn)

        assert first == second and first.target == "Ready"
        assert [row.verb for row in place.history(payout)].count("accept") == len(invoice_of(place, payout)) == 1


ADDRESSES = (("Ring 2", "Köln", "50667"), ("Platz 9", "Bonn", "53111"))  # the one before is the buyer's in `BUYER`


@pytest.mark.parametrize("party", ["buyer", "seller"])
def test_ready_and_an_edit_of_billing_details(place, rounds, party):
    """The frozen invoice shows one whole version of a party, the one before or the one after, never half of each."""
    place.partner()
    seen = set()
    edit(place, party, ADDRESSES[1])
    for turn in range(rounds):
        payout = place.payout(state="Pending")
        before, after = ADDRESSES[(turn + 1) % 2], ADDRESSES[turn % 2]
        at_once(accept(place, payout), partial(edit, place, party, after), turn=turn)

        shown = getattr(restore(invoice_of(place, payout)[0].snapshot), party).address
        seen.add({before: "before", after: "after"}[(shown.line1, shown.city, shown.postcode)])
    assert seen == {"before", "after"}


def edit(place, party, address):
    changes = dict(zip(("line1", "city", "postcode"), address, strict=True))
    if party == "buyer":
        self_invoicing.set_buyer(place.owner, replace(BUYER, **changes))
    else:
        self_invoicing.set_seller(place.contact(), "NORD", changes)


def test_ready_and_the_partners_own_invoice(place, rounds):
    place.partner()
    seen = set()
    for turn in range(rounds):
        payout = place.payout(state="Pending")
        upload = partial(place.fire, payout, "upload_invoice", by=place.contact(), uploads={"invoice": THEIR_INVOICE})
        _, uploaded = at_once(accept(place, payout), upload, turn=turn)

        seen.add(assert_issued_or(place, payout, "own_invoice"))
        assert isinstance(uploaded, NoSuchTransition) == bool(invoice_of(place, payout))
    assert seen == {"issued", "not_applicable"}


def test_ready_and_cancel(place, rounds):
    place.partner()
    seen = set()
    for turn in range(rounds):
        payout = place.payout(state="Pending")
        at_once(accept(place, payout), partial(place.fire, payout, "cancel", reason="why"), turn=turn)

        assert place.state(payout) == "Cancelled"
        seen.add(tuple(row.type_code for row in invoice_of(place, payout)))
    assert seen == {(), ("389", "261")}


def test_pay_and_cancel(place, rounds):
    place.partner()
    seen = set()
    for turn in range(rounds):
        payout = place.payout(state="Ready")
        at_once(
            partial(place.fire, payout, "mark_paid"), partial(place.fire, payout, "cancel", reason="why"), turn=turn
        )

        reward = place.one("""SELECT r.status, l.live FROM payout_line l JOIN reward r ON r.id = l.reward_id
            WHERE l.account_id = :account AND l.payout_id = :payout""", payout=payout)  # fmt: skip
        expected = {"Paid": ("paid", True), "Cancelled": ("accepted", False)}[place.state(payout)]
        assert (reward.status, bool(reward.live)) == expected
        seen.add(place.state(payout))
    assert seen == {"Paid", "Cancelled"}


def test_four_who_saw_one_version(place, rounds):
    place.partner()
    for turn in range(rounds):
        payout = place.payout(state="Ready")
        hold = partial(place.fire, payout, "hold", reason="why", version=place.view(payout).version)

        assert [isinstance(each, Conflict) for each in at_once(*[hold] * 4, turn=turn)].count(False) == 1


def test_attach_and_attach(place, rounds):
    place.partner()
    for turn in range(rounds):
        payout = place.payout(state="Ready")
        job = next(job for job in place.jobs("pending") if job.subject_id == payout)
        late, prompt = a_desk(place, job), a_desk(place, job)
        done = at_once(partial(late.attach, A_PAGE), partial(prompt.attach, ANOTHER_PAGE), turn=turn)

        assert done == [False, True]
        assert [row.verb for row in place.history(payout)].count("attach") == 1


def a_desk(place, job):
    """A worker's desk; the claim before it, if there was one, has run out."""
    place.clock.advance(seconds=61)
    now, lease = place.clock.now(), timedelta(seconds=60)
    claim = place.world.store.unit_of_work(lambda tx: outbox.claim(tx, job.id, now=now, lease=lease))
    return WorkerDesk(place.world, claim, Caller(place.world, place.account_id, Actor.system("worker")))


def test_attach_and_sweeper(place, rounds):
    place.partner()
    seen = set()
    for turn in range(rounds):
        payout = place.payout(state="Ready")
        job = next(job for job in place.jobs("pending") if job.subject_id == payout)
        desk = a_desk(place, job)
        done, _ = at_once(partial(desk.attach, A_PAGE), partial(sweep_for_lapsed_leases, place), turn=turn)
        seen.add(done)
        Dispatcher(place.world).perform(job.id)  # the hint that the sweeper may have given

        assert [row.verb for row in place.history(payout)].count("attach") == 1
        assert next(each for each in place.jobs() if each.id == job.id).status == "done"
    assert seen == {True, False}


def sweep_for_lapsed_leases(place):
    now, patience = place.clock.now() + timedelta(seconds=61), timedelta(seconds=45)
    return place.world.store.unit_of_work(lambda tx: outbox.offer(tx, window=8, now=now, patience=patience))


def test_opt_in_and_opt_out(place, rounds):
    place.partner()
    seen = set()
    for turn in range(rounds):
        at_once(place.opt_in, lambda: self_invoicing.opt_out(place.contact(), "NORD"), turn=turn)
        profile = self_invoicing.profile(place.owner, "NORD")

        seen.add((profile.choice, profile.agreement))
    assert seen == {("opted_in", "in_force"), ("opted_out", "revoked")}
    versions = place.all("SELECT version FROM agreement WHERE account_id = :account ORDER BY version")
    assert [row.version for row in versions] == list(range(1, rounds + 2))


def test_what_was_missing_is_supplied_twice_at_once(place, rounds):
    for turn in range(rounds):
        code = f"P{turn}"
        self_invoicing.set_buyer(place.owner, replace(BUYER, line1="", city="", postcode=""))
        place.partner(code)
        payout = place.payout(code, state="Ready")
        thank = partial(self_invoicing.set_seller, place.contact(code), code, {"footer": "Thanks"})
        at_once(partial(self_invoicing.set_buyer, place.owner, BUYER), thank, turn=turn)

        assert len(invoice_of(place, payout)) == 1


def test_two_payouts_of_the_same_rewards(place, rounds):
    place.partner()
    for turn in range(rounds):
        place.reward()
        made = at_once(*[partial(payouts.create, place.vendor(), "NORD", "EUR")] * 2, turn=turn)

        assert sorted(type(each) for each in made if isinstance(each, BillhookError)) == [Invalid]


def test_two_starts_of_one_run(place, rounds):
    for turn in range(rounds):
        code = place.partner(f"P{turn}", opted_in=False)
        done = at_once(*[partial(onboarding.start, place.vendor(), code)] * 2, turn=turn)

        assert [isinstance(each, Invalid) for each in done].count(True) == 1


def test_two_partners_of_one_code(place, rounds):
    for turn in range(rounds):
        code = f"P{turn}"
        done = at_once(*[partial(place.partner, code, opted_in=False)] * 2, turn=turn)

        assert [isinstance(each, Invalid) for each in done].count(True) == 1


def test_publishing_and_a_start_of_a_run(place, rounds):
    """A run is pinned to one version, the one before or the one after, and keeps it."""
    seen = set()
    for turn in range(rounds):
        code, before = place.partner(f"P{turn}", opted_in=False), live_onboarding(place)
        publish = partial(definitions.publish, place.owner, [replace(ONBOARDING, title=f"Version {turn}")])
        at_once(partial(onboarding.start, place.vendor(), code), publish, turn=turn)

        pinned = place.one(PINNED, code=code).definition_id
        assert pinned in (before, live_onboarding(place))
        seen.add(pinned == before)
    assert seen == {True, False}


PINNED = """
    SELECT r.definition_id FROM run r JOIN partner p ON p.id = r.partner_id
    WHERE r.account_id = :account AND p.code = :code"""


def live_onboarding(place):
    with place.world.store.reading() as tx:
        return definitions.live(tx, place.account_id, kind="onboarding", name="").id


def test_fifty_payouts_of_one_seller_at_once(place, rounds):
    for turn in range(rounds):
        code = place.partner(f"P{turn}")
        payouts = [place.payout(code, ask=()) for _ in range(50)]
        with ThreadPoolExecutor(8) as threads:
            [*threads.map(lambda payout: place.fire(payout, "validate"), payouts)]

        numbers = [row.number for row in place.invoices() if f"-{code}-" in row.number]
        assert numbers == [f"ACME-{code}-{n:05}" for n in range(1, 51)]


def test_two_credits_of_one_line_at_once(place, rounds):
    place.partner()
    for turn in range(rounds):
        payout = place.payout(state="Ready")
        [invoice] = invoice_of(place, payout)
        part = partial(crediting.credit, place.owner, invoice.number, Chosen((1,), "60.00"), reason="why")
        done = at_once(part, part, turn=turn)

        notes = [row.net for row in invoice_of(place, payout) if row.type_code == "261"]
        assert (notes, [type(each) for each in done].count(Invalid)) == ([6000], 1)


def test_a_credit_and_a_cancelling(place, rounds):
    place.partner()
    seen = set()
    for turn in range(rounds):
        payout = place.payout(state="Ready")
        [invoice] = invoice_of(place, payout)
        part = partial(crediting.credit, place.owner, invoice.number, Chosen((1,), "60.00"), reason="why")
        at_once(part, partial(place.fire, payout, "cancel", reason="why"), turn=turn)

        notes = [row.net for row in invoice_of(place, payout) if row.type_code == "261"]
        assert sum(notes) == 10000
        seen.add(len(notes))
    assert seen == {1, 2}


def test_an_invoice_is_issued_anew_twice_at_once(place, rounds):
    place.partner()
    for turn in range(rounds):
        payout = place.payout(state="Ready")
        [invoice] = invoice_of(place, payout)
        done = at_once(*[partial(crediting.reissue, place.owner, invoice.number, reason="why")] * 2, turn=turn)

        assert [isinstance(each, InvoiceRefused) for each in done].count(True) == 1
        assert [row.type_code for row in invoice_of(place, payout)] == ["389", "389", "261"]


def test_one_clawback_credited_to_two_invoices_at_once(place, rounds):
    place.partner()
    numbers = [invoice_of(place, place.payout(state="Ready", amount="9000.00"))[0].number for _ in range(2)]
    for turn in range(rounds):
        chosen = Chosen((1,), clawback=place.reward(amount="-20.00"))
        deeds = [partial(crediting.credit, place.owner, number, chosen, reason="why") for number in numbers]
        done = at_once(*deeds, turn=turn)

        assert [isinstance(each, Invalid) for each in done].count(True) == 1
