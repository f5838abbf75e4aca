"""The protocol: whatever fails, in whatever order, what must be true stays true, and all that is due gets done."""

import shutil
from collections.abc import Callable
from itertools import count, islice
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from engine import accounts, outbox, parked, self_invoicing, verify, waiting
from engine.billing.parties import BuyerDetails
from engine.clock import stamp
from engine.errors import BillhookError
from tests.frail import WORKERS, Installation, Killed
from tests.worlds import ANOTHER_VAT_NUMBER, BUYER, DETAILS, PAYOUT, THEIR_INVOICE

CODES = ("NORD", "SUED")
NO_BUYER = BuyerDetails("ACME", "Acme GmbH", "", "", "", "", "", "DE", None)
TRIGGERS = sorted({arrow.trigger for arrow in PAYOUT.transitions})
MOODS = ("breaks", "prints no number", "never prints", "is killed")
MEANWHILE = ("lease lapses", "sweep", "deliver", "deliver again", "time out", "opt out", "cancel")
codes, workers, which = st.sampled_from(CODES), st.integers(0, WORKERS - 1), st.integers(0, 30)
states = st.lists(st.sampled_from(["Ready", "Ready", "Paid", "Pending", "Draft"]), max_size=3)
numbers = st.sampled_from([DETAILS["vat_number"], ANOTHER_VAT_NUMBER])


class Protocol(RuleBasedStateMachine):
    """On a fresh copy of `template` each time. `ends` is what jobs and timers came to."""

    template: Path
    ends: list[str]
    _copies = count()

    def __init__(self) -> None:
        super().__init__()
        file = self.template.with_name(f"copy-{next(self._copies)}.db")
        shutil.copy(self.template, file)
        self.all = Installation(f"sqlite:///{file}")
        self.place = self.all.place
        self.payouts: list[str] = []
        self.known = Seen()
        self.keys = count()
        for code in CODES:
            self.place.partner(code)
            self.payouts += [self.place.payout(code, "Ready") for _ in range(2)]
        self.look(issues=True)

    # ---- who does something, and what is looked at afterwards

    def verb(self, deed: Callable[[], Any]) -> Any:
        """In the process of the verbs. What is refused must be refused in the product's words."""
        try:
            return deed()
        except BillhookError as error:
            assert str(error)
        except Killed:
            self.all.restart_web()
        finally:
            self.look(issues=True)

    def work(self, worker: int, deed: Callable[[], Any]) -> None:
        try:
            deed()
        except Killed:
            self.all.restart(worker)
        finally:
            self.look(issues=False)

    def look(self, *, issues: bool) -> None:
        """After each deed: nothing that was final has changed, and only verbs issue, only where they may."""
        before, self.known = self.known, Seen.of(self.place)
        now, new = self.known, self.known.invoices.keys() - before.invoices.keys()
        assert issues or not new
        for invoice in new:
            assert now.invoices[invoice].type_code != "389" or now.invoices[invoice].may_be_issued
        assert before.final().items() <= now.final().items()
        for job, row in before.jobs.items():
            assert now.jobs[job].token >= row.token
        now.agrees()

    # ---- verbs

    @rule(code=codes, states=states)
    def earn(self, code, states):
        for state in states:
            self.verb(lambda state=state: self.payouts.append(self.place.payout(code, state)))

    @rule(which=which, choice=st.integers(0, 12))
    def fire_what_is_offered(self, which, choice):
        payout = self.place.view(self.payouts[which % len(self.payouts)])
        if offered := PAYOUT.transitions_from(payout.state):
            arrow = offered[choice % len(offered)]
            self.fire(payout.id, arrow.trigger, self.place.contact(payout.partner) if "partner" in arrow.by else None)

    @rule(which=which, trigger=st.sampled_from(TRIGGERS), by=st.sampled_from(["finance", "viewer", "api", *CODES]))
    def fire_anything(self, which, trigger, by):
        caller = self.place.contact(by) if by in CODES else self.place.api() if by == "api" else self.place.vendor(by)
        self.fire(self.payouts[which % len(self.payouts)], trigger, caller)

    @rule(code=codes, trigger=st.sampled_from(["approve", "cancel"]))
    def upload_an_own_invoice(self, code, trigger):
        payout = self.verb(lambda: self.place.payout(code, "Pending", ask=("invoice",)))
        self.payouts.append(payout)
        self.fire(payout, "upload_invoice", self.place.contact(code))
        self.fire(payout, trigger, self.place.contact(code) if trigger == "approve" else None)

    def fire(self, payout, trigger, by=None, **more):
        uploads = {"invoice": THEIR_INVOICE} if trigger == "upload_invoice" else {}
        return self.verb(lambda: self.place.fire(payout, trigger, by=by, reason="because", uploads=uploads, **more))

    @rule(which=which, choice=st.integers(0, 12), committed=st.booleans())
    def fire_without_an_answer_and_ask_again(self, which, choice, committed):
        """The process is killed at the commit; whoever asked asks again under the same key."""
        payout, key = self.place.view(self.payouts[which % len(self.payouts)]), f"key-{next(self.keys)}"
        arrows = [arrow for arrow in PAYOUT.transitions_from(payout.state) if "vendor" in arrow.by]
        if arrows:
            trigger = arrows[choice % len(arrows)].trigger
            self.all.web.doom(1, committed=committed)
            self.fire(payout.id, trigger, key=key)
            self.all.web.doom(0, committed=committed)
            answers = [self.fire(payout.id, trigger, key=key) for _ in range(2)]
            assert answers[0] == answers[1]
            done = [row for row in self.place.history(payout.id) if row.seq > payout.version and row.verb == trigger]
            assert len(done) == (answers[0] is not None)

    @rule(code=codes, number=numbers)
    def opt_in(self, code, number):
        self.verb(lambda: self.place.opt_in(code, vat_number=number))

    @rule(code=codes, then=states)
    def opt_out(self, code, then):
        self.verb(lambda: self_invoicing.opt_out(self.place.contact(code), code))
        self.earn(code, then)

    @rule(code=codes, number=numbers)
    def change_details(self, code, number):
        details = {"country": "DE", "vat_number": number, "footer": "Thanks"}
        self.verb(lambda: self_invoicing.set_seller(self.place.contact(code), code, details))

    @rule(on=st.sampled_from([True, True, False]), code=codes, then=states)
    def switch(self, on, code, then):
        self.verb(lambda: self_invoicing.set_switch(self.place.owner, on=on))
        self.earn(code, then)

    @rule(details=st.sampled_from([BUYER, BUYER, NO_BUYER]))
    def buyer(self, details):
        self.verb(lambda: self_invoicing.set_buyer(self.place.owner, details))

    @rule(which=which)
    def issue_now(self, which):
        payout = self.payouts[which % len(self.payouts)]
        self.verb(lambda: waiting.issue_now(self.place.owner, payout, reason="because"))

    @rule(zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Tokyo"]))
    def move_to_another_time_zone(self, zone):
        self.verb(lambda: accounts.set_timezone(self.place.owner, zone))

    @rule(again=st.booleans())
    def retry_what_was_parked_or_park_what_waits(self, again):
        jobs = [row.id for row in self.place.jobs(*(("parked",) if again else ("pending", "offered")))]
        retry_or_park = parked.retry if again else lambda *at: parked.park(*at, reason="later")
        self.verb(lambda: retry_or_park(self.place.owner, jobs))

    # ---- workers, sweepers and the broker

    @rule(worker=workers)
    def sweep(self, worker):
        self.work(worker, self.all.workers[worker].dispatcher.sweep_once)

    @rule(worker=workers, which=which, again=st.booleans())
    def deliver(self, worker, which, again):
        self.hint(worker)
        self.work(worker, lambda: self.all.deliver(worker, which, again=again))

    @rule(worker=workers)
    def deliver_all(self, worker):
        for _ in range(20):
            if not self.hint(worker):
                break
            self.work(worker, lambda: self.all.deliver(worker, 0))

    @rule(worker=workers, seconds=st.sampled_from([61, 700]))
    def what_was_lost_is_found_again(self, worker, seconds):
        self.place.clock.advance(seconds=seconds)
        self.sweep(worker)
        self.deliver_all(worker)

    def hint(self, worker):
        """Whether a hint waits; if need be after a sweep, since commits wake sweepers too."""
        if not self.all.hints:
            self.sweep(worker)
        return bool(self.all.hints)

    @rule(worker=workers, which=which, nth=st.integers(1, 3), committed=st.booleans())
    def a_worker_is_killed_at_a_commit(self, worker, which, nth, committed):
        self.hint(worker)
        self.all.workers[worker].store.doom(nth, committed=committed)
        self.work(worker, lambda: self.all.deliver(worker, which))
        self.all.workers[worker].store.doom(0, committed=committed)

    @rule(worker=workers, which=which, mood=st.sampled_from(MOODS))
    def the_press_fails(self, worker, which, mood):
        self.hint(worker)
        self.all.press.moods = [mood]
        self.work(worker, lambda: self.all.deliver(worker, which))
        self.all.press.moods = []

    @rule(worker=workers, which=which, code=codes, others=st.lists(st.sampled_from(MEANWHILE), max_size=4))
    def the_press_is_slow_and_meanwhile(self, worker, which, code, others):
        rival = (worker + 1) % WORKERS
        deeds = {
            "lease lapses": lambda: self.all.place.clock.advance(seconds=61),
            "sweep": lambda: self.sweep(rival),
            "deliver": lambda: self.deliver(rival, which, False),
            "deliver again": lambda: self.deliver(rival, which, True),
            "time out": lambda: self.what_was_lost_is_found_again(rival, 61),
            "opt out": lambda: self.opt_out(code, ["Ready"]),
            "cancel": lambda: self.fire(self.payouts[which % len(self.payouts)], "cancel"),
        }
        self.hint(worker)
        self.all.press.meanwhile = [deeds[other] for other in others]
        self.work(worker, lambda: self.all.deliver(worker, which))
        self.all.press.meanwhile = []

    @rule(worker=workers, which=which)
    def a_worker_falls_asleep_with_a_document_in_hand(self, worker, which):
        if jobs := self.place.jobs("offered", "pending"):
            self.work(worker, lambda: self.all.workers[worker].fall_asleep(jobs[which % len(jobs)].id))

    @rule(worker=workers, attaches=st.booleans())
    def a_worker_wakes_up(self, worker, attaches):
        sleeper = self.all.workers[worker]
        self.work(worker, sleeper.wake_up if attaches else sleeper.fail_late)

    @rule(how_many=st.integers(1, 9))
    def hints_are_lost(self, how_many):
        del self.all.hints[:how_many]

    @rule(order=st.randoms(use_true_random=False))
    def hints_change_places(self, order):
        order.shuffle(self.all.hints)

    @rule(worker=workers)
    def a_worker_is_killed(self, worker):
        self.all.restart(worker)

    @rule()
    def the_power_fails(self):
        self.all.restart_all()
        self.look(issues=False)

    # ---- time

    @rule(seconds=st.sampled_from([1, 46, 61, 700]))
    def time_passes(self, seconds):
        self.place.clock.advance(seconds=seconds)

    @rule(hours=st.sampled_from([-24, -3, 24, 24 * 336]))
    def all_clocks_step(self, hours):
        self.place.clock.advance(hours=hours)

    @rule(worker=workers, hours=st.sampled_from([-24, 0, 24]))
    def one_clock_is_wrong(self, worker, hours):
        self.all.workers[worker].clock.step(hours=hours)

    # ---- what always holds, and what holds in the end

    @invariant()
    def decisions_and_numbers_agree_with_invoices(self):
        for checked in islice(verify.run(self.place.world, missing=missing), 2):
            assert checked.findings == ()

    def teardown(self) -> None:
        self.settle()
        self.look(issues=False)
        for checked in verify.run(self.place.world, missing=missing):
            assert checked.findings == ()
        for payout in self.payouts:
            assert replayed(self.place, payout) == self.place.state(payout)
        self.ends += [row.status for row in (*self.known.jobs.values(), *self.known.timers.values())]
        self.all.close()

    def settle(self) -> None:
        """All is well again: then what is due is attached, or parked with a reason; whoever wakes up then is late."""
        late = [worker.asleep for worker in self.all.workers]
        for worker in self.all.workers:
            worker.clock.step(hours=0)
        for _ in range(12):
            self.what_was_lost_is_found_again(1, 700)
        assert self.place.jobs("pending", "offered", "claimed") == []
        assert all(job.result for job in self.place.jobs("done", "parked"))
        settled = self.place.everything()
        for worker, asleep in zip(self.all.workers, late, strict=True):
            worker.asleep = asleep
            worker.wake_up()
        assert self.place.everything() == settled
        self.place.clock.advance(days=400)
        self.sweep(0)
        assert "waiting" not in [row.status for row in self.known.timers.values()]


class Seen:
    """The rows that matter, as one look found them."""

    def __init__(self, **rows: list[Any]) -> None:
        self.jobs = {row.id: row for row in rows.get("job", ())}
        self.invoices = {row.id: row for row in rows.get("invoice", ())}
        self.attachments = {row.invoice_id: row for row in rows.get("attachment", ())}
        self.decisions = {(row.payout_id, row.seq): row for row in rows.get("decision", ())}
        self.timers = {row.id: row for row in rows.get("timer", ())}
        self.agreements = {row.id: row for row in rows.get("agreement", ())}
        self.attached = sorted(row.sentence for row in rows.get("attach", ()))
        self.reminded = len(rows.get("notice", ()))

    @classmethod
    def of(cls, place: Any) -> "Seen":
        now = stamp(place.clock.now())
        with place.world.store.reading() as tx:
            return cls(**{name: tx.all(sql, account=place.account_id, now=now) for name, sql in LOOKS.items()})

    def final(self) -> dict[Any, Any]:
        """What never changes again."""
        done = {key: row for key, row in self.jobs.items() if row.status == "done"}
        fired = {key: row for key, row in self.timers.items() if row.status == "fired"}
        issued = {key: (row.number, row.snapshot_hash) for key, row in self.invoices.items()}
        return {**done, **fired, **issued, **self.decisions, **{("doc", k): v for k, v in self.attachments.items()}}

    def agrees(self) -> None:
        self.each_invoice_has_one_job_that_is_done_when_it_is_attached()
        self.each_timer_fires_once_and_only_for_an_agreement_that_stands()

    def each_invoice_has_one_job_that_is_done_when_it_is_attached(self) -> None:
        jobs = {row.payload: row for row in self.jobs.values()}
        assert len(self.invoices) == len(self.jobs) == len(jobs)
        for invoice, row in self.invoices.items():
            job = jobs[f'{{"invoice_id": "{invoice}"}}']
            assert (job.status == "done") == (invoice in self.attachments)
            assert (job.status == "claimed") == (job.lease_until is not None)
            assert job.attempts <= outbox.ATTEMPTS and (job.status != "parked" or job.result)
            assert (f"attached {row.number}" in self.attached) == (invoice in self.attachments)
        assert len(self.attached) == len(set(self.attached))

    def each_timer_fires_once_and_only_for_an_agreement_that_stands(self) -> None:
        told = [row for row in self.timers.values() if row.status == "fired" and row.result.startswith("told")]
        assert self.reminded == 2 * len(told)
        for agreement in self.agreements.values():
            over = agreement.revoked_at or agreement.superseded_by
            statuses = [row.status for row in self.timers.values() if row.subject_id == agreement.id]
            assert len(statuses) == 2
            assert ("waiting" if over else "cancelled") not in statuses or agreement.opted_out_late


def missing(invoice: Any, document: Any) -> tuple[str, ...]:
    return () if invoice.number.encode() in document.content else ("number",)


def replayed(place: Any, payout: str) -> str:
    """Where the history of a payout leads, each move beginning where the one before ended."""
    state = ""
    for row in place.history(payout):
        if row.target:
            assert row.source in (state, "")
        state = row.target or state
    return state


LOOKS = {
    "job": "SELECT * FROM job WHERE account_id = :account",
    "invoice": """
        SELECT i.id, i.number, i.snapshot_hash, i.type_code, a.switch_on AND p.self_invoicing = 'opted_in'
            AND o.own_invoice IS NULL AND g.revoked_at IS NULL AND g.valid_from <= :now AND :now < g.valid_until
            AS may_be_issued
        FROM invoice i JOIN account a ON a.id = i.account_id
        JOIN partner p ON p.account_id = i.account_id AND p.id = i.partner_id
        JOIN payout o ON o.account_id = i.account_id AND o.id = i.payout_id
        JOIN agreement g ON g.account_id = i.account_id AND g.partner_id = i.partner_id AND g.superseded_by IS NULL
        WHERE i.account_id = :account""",
    "attachment": "SELECT invoice_id, sha256, attached_at FROM attachment WHERE account_id = :account",
    "decision": "SELECT * FROM decision WHERE account_id = :account",
    "timer": "SELECT * FROM timer WHERE account_id = :account",
    "agreement": """SELECT id, revoked_at, superseded_by, revoked_at IS NULL AND partner_id IN (SELECT id FROM partner
        WHERE self_invoicing = 'opted_out') AS opted_out_late FROM agreement WHERE account_id = :account""",
    "attach": "SELECT sentence FROM history WHERE account_id = :account AND verb = 'attach'",
    "notice": "SELECT id FROM notification WHERE account_id = :account AND topic = 'agreement_ends'",
}


def test_whatever_fails_in_whatever_order_nothing_is_lost_or_done_twice(migrated_sqlite, tmp_path, request):
    examples = 2000 if request.config.getoption("--long") else 40
    long = settings(max_examples=examples, stateful_step_count=40, deadline=None, database=None,
                    report_multiple_bugs=False, suppress_health_check=list(HealthCheck))  # fmt: skip
    template = shutil.copy(migrated_sqlite, tmp_path / "template.db")

    ends: list[str] = []
    run_state_machine_as_test(type("Here", (Protocol,), {"template": Path(template), "ends": ends}), settings=long)

    assert {"done", "fired"} <= set(ends)
