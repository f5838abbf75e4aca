"""Many payouts with one call under a key: which ones, and what came of them, is settled by the first call."""

import pytest

from tests.web.program import program, program_of

PAY = {"trigger": "mark_paid", "where": {"state": "Ready"}}
KEY = {"Idempotency-Key": "november"}


@pytest.fixture
def api(web):
    return program(web, role="admin")


@pytest.fixture
def ready(web):
    return web.place.payout(state="Ready")


def test_a_repeat_of_a_bulk_call_gets_its_first_answer_and_pays_no_other(web, api, ready):
    first = api.post("/payouts/bulk", json=PAY, headers=KEY).json()
    later = web.place.payout(state="Ready")
    again = api.post("/payouts/bulk", json=PAY, headers=KEY).json()

    assert [each["payout"] for each in first["outcomes"]] == [ready]
    assert again == first
    assert web.place.state(later) == "Ready"


def test_a_payout_that_a_bulk_call_refused_is_not_moved_by_its_repeat(web, api, ready):
    draft = web.place.payout()
    sent = {"trigger": "mark_paid", "payouts": [draft, ready]}
    first = api.post("/payouts/bulk", json=sent, headers=KEY).json()
    for trigger in ("validate", "accept"):
        api.post(f"/payouts/{draft}/triggers/{trigger}", json={"reason": "agreed"})

    assert api.post("/payouts/bulk", json=sent, headers=KEY).json() == first
    assert (first["moved"], first["refused"], web.place.state(draft)) == (1, 1, "Ready")


def test_a_bulk_call_of_which_nothing_came_leaves_its_key_free_and_nothing_behind(web):
    nord, draft = program_of(web), web.place.payout()
    sent = {"trigger": "approve", "payouts": [draft, *map(str, range(499))]}
    told = nord.post("/payouts/bulk", json=sent, headers=KEY).json()

    assert (told["moved"], told["refused"], told["outcomes"][7]["refused"]["code"]) == (0, 500, "not_found")
    assert web.place.all("SELECT key FROM idempotency_key WHERE account_id = :account") == []


def test_what_is_not_there_is_told_again_without_being_kept(web, api, ready):
    sent = {"trigger": "mark_paid", "payouts": ["invented", ready, "another"]}
    first = api.post("/payouts/bulk", json=sent, headers=KEY).json()

    assert api.post("/payouts/bulk", json=sent, headers=KEY).json() == first
    assert [each["payout"] for each in first["outcomes"]] == sent["payouts"]
    kept = web.place.all("SELECT answer FROM idempotency_key WHERE account_id = :account")
    assert not any("invented" in row.answer for row in kept)


@pytest.mark.parametrize("other", [{"trigger": "cancel"}, {"reason": "late"}, {"where": {"state": "Pending"}}])
def test_another_bulk_call_under_the_key_is_refused(web, api, ready, other):
    api.post("/payouts/bulk", json=PAY, headers=KEY)
    answer = api.post("/payouts/bulk", json={**PAY, **other}, headers=KEY)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_conflict")


def test_a_rehearsal_under_a_key_leaves_the_key_free(web, api, ready):
    api.post("/payouts/bulk", json={**PAY, "dry_run": True}, headers=KEY)

    assert api.post("/payouts/bulk", json=PAY, headers=KEY).json()["moved"] == 1


@pytest.mark.parametrize("said", [{}, {"payouts": ["one"], "where": {"state": "Ready"}}])
def test_a_bulk_call_says_which_payouts_in_one_of_two_ways(web, api, ready, said):
    answer = api.post("/payouts/bulk", json={"trigger": "mark_paid", **said})

    assert (answer.status_code, answer.json()["problems"][0]["field"]) == (422, "where")
    assert web.place.state(ready) == "Ready"


def test_one_key_is_for_one_request_whatever_kind_it_is(web, api, ready):
    api.post("/payouts/bulk", json=PAY, headers=KEY)
    web.place.reward()
    others = [
        api.post("/payouts", json={"partner": "NORD", "currency": "EUR"}, headers=KEY),
        api.post(f"/payouts/{ready}/triggers/mark_paid", json={}, headers=KEY),
    ]

    assert [each.json()["code"] for each in others] == ["idempotency_conflict"] * 2


def test_a_key_that_was_used_before_is_named_as_it_was_sent(web):
    nord = program_of(web)
    answers = [
        nord.post(f"/payouts/{web.place.payout(state='Pending')}/triggers/approve", json={}, headers=KEY)
        for _ in range(2)
    ]

    assert answers[1].json()["detail"].startswith("Key 'november' was used before")


@pytest.mark.parametrize("value", ["[" * 300 + "]" * 300, '"\\ud800"', '{"\\ud800": 1}', '"a\\u0000b"', "1e999"])
def test_what_nothing_keeps_is_refused_alike_with_a_key_and_without(api, value):
    sent = f'{{"trigger": "hold", "payouts": ["none"], "data": {{"a": {value}}}}}'
    kind = {"content-type": "application/json"}
    without, under = (api.post("/payouts/bulk", content=sent, headers=kind | key) for key in ({}, KEY))

    assert without.status_code == under.status_code == (200 if value == "1e999" else 422)


def test_nobody_can_use_a_key_that_is_kept_for_somebody_else(web, api):
    nord, payout = program_of(web), web.place.payout(state="Pending")
    seat = nord.get("/me").json()["seat"]["id"]
    pay = {"trigger": "mark_paid", "payouts": ["none"]}
    taken, free = (
        api.post("/payouts/bulk", json=pay, headers={"Idempotency-Key": key})
        for key in (f"contact:{seat}:november", "contact:17:november")
    )
    answer = nord.post(f"/payouts/{payout}/triggers/approve", json={}, headers=KEY)

    assert (taken.status_code, taken.json()["problems"][0]["field"]) == (422, "Idempotency-Key")
    assert (free.status_code, answer.status_code) == (200, 200)
