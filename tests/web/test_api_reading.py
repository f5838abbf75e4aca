"""What the HTTP API reads: bodies one way only, parameters by name; what it does not read it refuses."""

import re

import pytest
from fastapi.routing import iter_route_contexts

from billhook.web.api import routes
from billhook.web.api.strict import StrictRoute
from tests.web.program import program


@pytest.fixture
def api(web):
    """A program of the vendor's that may do everything."""
    return program(web, role="admin")


def test_what_is_wrong_with_a_body_is_told_all_at_once(api):
    problem = api.post("/partners", json={"code": "a b", "country": "XX", "status": "active"}).json()

    assert (problem["status"], problem["code"]) == (422, "invalid")
    fields = {each["field"] for each in problem["problems"]}
    assert {"status", "name", "language", "main_contact_name", "main_contact_email"} <= fields


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"on": true, "on": false}', "the key 'on' stands twice"),
        (b'{"on": NaN}', "NaN is no JSON number"),
        (b'{"on": ' + b"7" * 5000 + b"}", "the number 7777777777... has 5,000 digits"),
        (b"[" * 100_000, "it is too deep"),
        (b'{"on": ' + b"[" * 40 + b"]" * 40 + b"}", "it is too deep"),
        (b'{"on": ["\\u0000"]}', r"the text '\x00' holds a code that is no character"),
        (b'{"\\ud800": true}', r"the text '\ud800' holds a code"),
        (b'{"on": "\\\\u0000 \\ud83d\\ude00"}', "on: Input should be a valid boolean"),
        (b"\xff\xfe", "it is not UTF-8"),
        (b"{", "body: It is not JSON: Expecting property name enclosed in double quotes, line 1, column 2."),
        (b'{\n "on": yes}', "body: It is not JSON: Expecting value, line 2, column 8."),
        (b'{"on": true, "is_admin": true}', "is_admin"),
    ],
)
def test_json_that_can_be_read_in_two_ways_is_not_read(api, body, told):
    answer = api.put("/account/four-eyes", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 422
    assert told in answer.json()["detail"]


MUCH = [
    ("/payouts/bulk", {f"f{number}": 1 for number in range(99_000)}, "99,001"),
    ("/rewards/bulk", {"rewards": [dict.fromkeys("abcdefghijklmnopqr", 1)] * 5000}, "120,000"),
    ("/rewards/bulk", {"rewards": [{}] * 5000}, "30,000"),
    ("/tokens", {f"{number:x}": 1 for number in range(3800)}, "3,802"),
]


@pytest.mark.parametrize(("path", "body", "count"), MUCH, ids=[count for _, _, count in MUCH])
def test_a_body_of_nothing_but_mistakes_is_refused_before_each_is_told(api, path, body, count):
    answer = api.post(path, json=body)

    assert answer.status_code == 422
    assert f"It is not read: it has {count} mistakes; send the first" in answer.json()["detail"]


def test_of_many_mistakes_the_first_are_told_and_how_many_there_are_beside(api):
    told = api.post("/rewards/bulk", json={"rewards": [{"amount": "1.00"}] * 150}).json()

    assert told["problems"][0] == {"field": "rewards.0.reference", "sentence": "Field required."}
    assert len(told["problems"]) == 20
    assert told["detail"].endswith("rewards.3.occurred_on: Field required. And 730 more.")


@pytest.mark.parametrize("sent", [{"content": b'{"on": true}'}, {"content": b"on=true"}, {"json": []}, {}])
def test_a_body_that_is_no_json_object_is_told_what_to_send(api, sent):
    answer = api.put("/account/four-eyes", **sent)

    assert answer.status_code == 422
    assert answer.json()["detail"] == (
        "The request cannot be read. body: Send a JSON object, with Content-Type: application/json."
    )


GETS = sorted(
    (route.path.removeprefix("/api/v1"), route.original_route.parameters)
    for route in iter_route_contexts(routes.routes)
    if "GET" in (route.methods or ()) and isinstance(route.original_route, StrictRoute)
)


@pytest.mark.parametrize(("path", "known"), GETS, ids=[path for path, _ in GETS])
def test_a_query_parameter_that_nothing_reads_is_refused_by_name(api, path, known):
    mistyped = {f"{name}x": "1" for name in known[:1]}
    answer = api.get(re.sub(r"{[^}]*}", "1", path), params={"zzz_unknown": "1", **mistyped})
    problems = {each["field"]: each["sentence"] for each in answer.json()["problems"]}

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert problems.pop("zzz_unknown").startswith("this operation has no such parameter; it takes ")
    assert [told.rpartition("; ")[2] for told in problems.values()] == [f"did you mean '{name}'?" for name in known[:1]]


def test_a_mistyped_filter_is_not_answered_with_everything(api):
    told = api.get("/payouts", params={"stat": "Ready"}).json()["detail"]

    assert told == "The query cannot be accepted. stat: this operation has no such parameter; did you mean 'state'?"
