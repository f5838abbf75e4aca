"""One key, one deed: reliability.md section 4, the row on idempotency keys."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.contracts import Document
from engine.dispatch import Dispatcher
from engine.errors import IdempotencyConflict, NoSuchTransition, Refused
from tests.fakes import PDF
from tests.worlds import THEIR_INVOICE


def test_the_same_key_and_request_get_the_same_answer_and_are_done_once(place):
    place.partner()
    payout = place.payout(state="Pending")

    first = place.fire(payout, "accept", reason="by phone", key="k")

    assert place.fire(payout, "accept", reason="by phone", key="k") == first
    assert len(place.invoices()) == 1


@pytest.mark.parametrize(
    "other", [{"reason": "by mail"}, {"data": {"a": "b"}, "reason": "by phone"}, {"reason": "by phone", "version": 9}]
)
def test_the_same_key_with_another_request_is_refused(place, other):
    place.partner()
    payout = place.payout(state="Pending")
    place.fire(payout, "accept", reason="by phone", key="k")

    with pytest.raises(IdempotencyConflict, match="Key 'k' was used before for a different request"):
        place.fire(payout, "accept", key="k", **other)


def test_the_same_key_with_another_upload_is_refused(place):
    place.partner()
    payout = place.payout(state="Pending")
    place.fire(payout, "upload_invoice", by=place.contact(), uploads={"invoice": THEIR_INVOICE}, key="k")
    other = Document("own.pdf", "application/pdf", PDF + b"another")

    with pytest.raises(IdempotencyConflict):
        place.fire(payout, "upload_invoice", by=place.contact(), uploads={"invoice": other}, key="k")


def test_nobody_gets_the_answer_to_anothers_key(place):
    place.partner()
    place.partner("OTHER")
    payout = place.payout(state="Pending")
    place.fire(payout, "approve", by=place.contact(), key="k")

    with pytest.raises(IdempotencyConflict):
        place.fire(payout, "approve", by=place.contact("OTHER"), key="k")


def test_keys_of_two_accounts_do_not_meet(place, shared_store):
    there = type(place)(shared_store)
    for each in (place, there):
        each.partner()
        assert each.fire(each.payout(state="Pending"), "accept", reason="why", key="k").target == "Ready"


def test_a_refused_request_leaves_its_key_free(place):
    place.partner()
    payout = place.payout(state="Ready")
    place.fire(payout, "hold", reason="wait")
    with pytest.raises(Refused):
        place.fire(payout, "mark_paid", key="k")
    place.fire(payout, "release", reason="go on")

    assert place.fire(payout, "mark_paid", key="k").target == "Paid"


def test_the_repeat_of_a_request_that_died_is_done(place):
    place.partner()
    payout = place.payout(state="Pending")
    place.world.clock = _Dying(place.clock)
    with pytest.raises(KeyboardInterrupt):
        place.fire(payout, "accept", reason="why", key="k")
    place.world.clock = place.clock

    assert place.fire(payout, "accept", reason="why", key="k").target == "Ready"
    assert len(place.invoices()) == 1


def test_of_fifty_at_once_one_is_done_and_all_get_its_answer(place):
    place.partner()
    payout = place.payout(state="Pending")
    before = len(place.history(payout))
    with ThreadPoolExecutor(16) as threads:
        answers = [*threads.map(lambda _: place.fire(payout, "accept", reason="why", key="k"), range(50))]

    assert answers.count(answers[0]) == 50
    assert len(place.history(payout)) == before + 1


def test_without_a_key_a_repeat_is_a_request_of_its_own(place):
    place.partner()
    payout = place.payout(state="Pending")
    place.fire(payout, "accept", reason="why")

    with pytest.raises(NoSuchTransition):
        place.fire(payout, "accept", reason="why")


def test_a_key_holds_for_thirty_days_and_is_then_forgotten_by_the_sweeper(own_place):
    own_place.partner()
    first = own_place.fire(payout := own_place.payout(state="Pending"), "accept", reason="why", key="k")
    own_place.clock.advance(days=30)
    Dispatcher(own_place.world).sweep_once()
    again = own_place.fire(payout, "accept", reason="why", key="k")
    own_place.clock.advance(seconds=1)
    Dispatcher(own_place.world).sweep_once()

    assert again == first
    assert own_place.all("SELECT key FROM idempotency_key WHERE account_id = :account") == []


class _Dying:
    """A clock that the process does not survive asking a second time: it dies in the middle of the verb."""

    def __init__(self, clock) -> None:
        self.clock, self.left = clock, 1

    def now(self):
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return self.clock.now()
