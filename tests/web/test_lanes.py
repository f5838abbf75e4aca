"""However many requests one sends at once, threads are left for everybody else."""

import asyncio
from collections import Counter
from dataclasses import replace

from billhook.press_queue import side
from billhook.web.limits import AT_A_TIME, CALLS, Lanes
from billhook.web.limits import Counter as Limits
from tests.web.program import program_of


async def _asked(*, who, times):
    """Who is being answered while nobody is done, when they have asked so often one after the other."""
    lanes, answered, done = Lanes(), Counter(), asyncio.Event()

    async def ask(name):
        async with lanes.of(name):
            answered[name] += 1
            await done.wait()

    waiting = [asyncio.create_task(ask(name)) for name in who for _ in range(times)]
    await asyncio.sleep(0.01)
    seen = dict(answered)
    done.set()
    await asyncio.gather(*waiting)
    return seen, dict(answered)


def test_of_one_who_asks_some_requests_are_answered_at_a_time_and_of_another_too():
    seen, after = asyncio.run(_asked(who=["nord", "acme"], times=30))

    assert seen == {"nord": AT_A_TIME, "acme": AT_A_TIME}
    assert after == {"nord": 30, "acme": 30}


def test_those_who_have_no_name_yet_do_not_wait_for_each_other():
    seen, _ = asyncio.run(_asked(who=[""], times=30))

    assert seen == {"": 30}


def test_a_page_and_a_call_are_answered_in_the_lane_of_who_asks(web, anna):
    asked, house = [], web.app.state.house
    web.app.state.house = replace(house, lanes=_Noting(house.lanes.of, asked))
    partner = program_of(web).get("/me").json()["seat"]["partner_id"]
    anna.get("/portal/account/payouts")

    assert asked == [side(web.place.account_id, partner)] * 2


class _Noting:
    """Lanes that note who came."""

    def __init__(self, of, asked):
        self._of, self._asked = of, asked

    def of(self, who):
        self._asked.append(who)
        return self._of(who)


def _asked_without_a_body(web, token):
    """The status of a call whose body never comes, and whether it was waited for."""
    sent, waited = [], []

    async def receive():
        waited.append(True)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/api/v1/payouts", "query_string": b"", "root_path": "",
        "headers": [(b"authorization", f"Bearer {token}".encode()), (b"content-length", b"999")],
    }  # fmt: skip
    asyncio.run(web.app(scope, receive, send))
    return sent[0]["status"], bool(waited)


def test_a_body_is_read_of_a_token_that_opens_something_alone(web):
    account = web.billhook.account(web.place.code).as_(web.place.owner.actor)
    token_id, token = account.tokens.create("test", role="owner", scopes=["payouts:write"])
    first = _asked_without_a_body(web, token)
    account.tokens.revoke(token_id)
    _asked_without_a_body(web, token)

    assert first == (422, True)
    assert [_asked_without_a_body(web, each) for each in (token, "bh_none", "")] == [(401, False)] * 3


def test_the_calls_of_a_minute_are_counted_for_each_who_makes_them():
    now = [59.0]
    counter = Limits(clock=lambda: now[0])
    taken = [counter.take("nord") for _ in range(CALLS + 2)]
    other = counter.take("acme")
    now[0] = 60.0

    assert (taken[0], taken[-3:]) == ((CALLS - 1, 1), [(0, 1), (-1, 1), (-1, 1)])
    assert other == (CALLS - 1, 1)
    assert counter.take("nord") == (CALLS - 1, 60)
