"""Verbs in any order, by anybody, with the clock going either way: what must always be true stays true (I1 to I15)."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from engine import acceptance, onboarding, partners, self_invoicing, timers, verify, waiting
from engine.billing.parties import BuyerDetails
from engine.duties import DUTIES
from engine.errors import BillhookError
from engine.store import Store
from tests.worlds import ANOTHER_VAT_NUMBER, ANSWERS, BUYER, DETAILS, ONBOARDING, PAYOUT, THEIR_INVOICE, Place

NO_BUYER = BuyerDetails("ACME", "Acme GmbH", "", "", "", "", "", "DE", None)
CODES = ("NORD", "SUED")
STATES = ("Draft", "Pending", "Pending", "Ready", "Paid")
TRIGGERS = sorted({arrow.trigger for arrow in PAYOUT.transitions})
STEPS = [step.id for stage in ONBOARDING.stages for step in stage.steps]
VENDOR_VERBS = ("approve", "reject", "invalidate", "skip", "unskip")
codes = st.sampled_from(CODES)


class Programme(RuleBasedStateMachine):
    """Over the store that a subclass names; each run has an account of its own."""

    store: Store

    def __init__(self) -> None:
        super().__init__()
        self.place = Place(self.store)
        self.place.hand_out()
        self.payouts: list[str] = []
        self.decided: dict[str, list[Any]] = {}
        for code in CODES:
            self.place.partner(code)
            onboarding.start(self.place.owner, code)
            self.payouts.append(self.place.payout(code, "Ready"))

    def do(self, deed: Callable[[], Any]) -> None:
        """What is refused must be refused in the product's words."""
        try:
            deed()
        except BillhookError as error:
            assert str(error)

    @rule(code=codes, state=st.sampled_from(STATES))
    def earn(self, code, state):
        self.payouts.append(self.place.payout(code, state))

    @rule(code=codes, ask=st.sampled_from([(), ("invoice",)]))
    def earn_and_ask_another_thing(self, code, ask):
        self.payouts.append(self.place.payout(code, ask=ask))

    @rule(which=st.integers(0, 30), choice=st.integers(0, 12))
    def fire_what_is_offered(self, which, choice):
        if self.payouts:
            payout = self.place.view(self.payouts[which % len(self.payouts)])
            if offered := PAYOUT.transitions_from(payout.state):
                arrow = offered[choice % len(offered)]
                by = self.place.contact(payout.partner) if "partner" in arrow.by else self.place.owner
                self.fire(payout.id, arrow.trigger, by)

    @rule(which=st.integers(0, 30), trigger=st.sampled_from(TRIGGERS), code=codes)
    def fire_anything(self, which, trigger, code):
        if self.payouts:
            self.fire(self.payouts[which % len(self.payouts)], trigger, self.place.contact(code))

    def fire(self, payout, trigger, by):
        uploads = {"invoice": THEIR_INVOICE} if trigger == "upload_invoice" else {}
        self.do(lambda: self.place.fire(payout, trigger, by=by, reason="because", uploads=uploads))

    @rule(code=codes, number=st.sampled_from([DETAILS["vat_number"], ANOTHER_VAT_NUMBER]))
    def opt_in(self, code, number):
        self.do(lambda: self.place.opt_in(code, vat_number=number))

    @rule(code=codes)
    def opt_out(self, code):
        self.do(lambda: self_invoicing.opt_out(self.place.contact(code), code))

    @rule(code=codes, number=st.sampled_from([DETAILS["vat_number"], ANOTHER_VAT_NUMBER]))
    def change_details(self, code, number):
        details = {"country": "DE", "vat_number": number, "footer": "Thanks"}
        self.do(lambda: self_invoicing.set_seller(self.place.contact(code), code, details))

    @rule(on=st.booleans())
    def switch(self, on):
        self.do(lambda: self_invoicing.set_switch(self.place.owner, on=on))

    @rule(details=st.sampled_from([BUYER, NO_BUYER]))
    def buyer(self, details):
        self.do(lambda: self_invoicing.set_buyer(self.place.owner, details))

    @rule(which=st.integers(0, 30))
    def issue_now(self, which):
        if self.payouts:
            payout = self.payouts[which % len(self.payouts)]
            self.do(lambda: waiting.issue_now(self.place.owner, payout, reason="because"))

    @rule(code=codes)
    def refuse_rewards(self, code):
        self.do(
            lambda: partners.settle_rewards(self.place.owner, [self.place.reward(code)], status="refused", reason="x")
        )

    @rule(code=codes, step=st.sampled_from(STEPS), verb=st.sampled_from(("start", "answer", *VENDOR_VERBS)))
    def onboard(self, code, step, verb):
        deeds = {
            "start": lambda: onboarding.start(self.place.owner, code),
            "answer": lambda: onboarding.answer(self.place.contact(code), code, step, ANSWERS[step]),
        }
        self.do(deeds.get(verb, lambda: onboarding.decide(self.place.owner, code, step, verb, reason="because")))

    @rule(hours=st.sampled_from([-3, 1, 24, 24 * 200, 24 * 366]))
    def wait(self, hours):
        self.place.clock.advance(hours=hours)
        timers.fire_due(self.place.world, DUTIES)

    @rule(which=st.integers(0, 30), verb=st.sampled_from(("accept", "contest", "contest", "resolve")))
    def speak_of_an_invoice(self, which, verb):
        if issued := self.place.invoices():
            invoice = issued[which % len(issued)]
            seller = self.place.contact(self.place.view(invoice.payout_id).partner)
            deeds = {
                "accept": lambda: acceptance.accept(seller, invoice.number),
                "contest": lambda: acceptance.contest(seller, invoice.number, reason="because"),
                "resolve": lambda: acceptance.resolve(self.place.owner, invoice.number, reason="because"),
            }
            self.do(deeds[verb])

    @rule()
    def work(self):
        self.place.work()

    @invariant()
    def a_decision_is_never_taken_back(self):
        for payout in self.payouts:
            before, now = self.decided.get(payout, []), self.place.decisions(payout)
            assert now[: len(before)] == before
            self.decided[payout] = now

    def teardown(self) -> None:
        self.place.work()
        for checked in verify.run(self.place.world, missing=lambda _invoice, _document: ()):
            assert checked.findings == ()
        for payout in self.payouts:
            assert replayed(self.place, payout) == self.place.state(payout)
        numbers = [row.number for row in self.place.invoices()]
        assert sorted(numbers) == sorted(set(self.place.printer.printed))


def replayed(place: Place, payout: str) -> str:
    """Where the history of a payout leads, each move being one that its pipeline has."""
    state = ""
    for row in place.history(payout):
        if row.target and row.verb != "create":
            assert row.source == state
            assert any((t.trigger, t.source, t.target or t.source) == (row.verb, state, row.target)
                       for t in PAYOUT.transitions)  # fmt: skip
        state = row.target or state
    return state


def test_what_must_always_be_true_stays_true_whatever_is_done_in_any_order(own_store):
    few = settings(max_examples=8, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))

    run_state_machine_as_test(type("Here", (Programme,), {"store": own_store}), settings=few)
    with own_store.reading() as tx:
        assert tx.one("SELECT COUNT(*) AS n FROM invoice").n > 0
