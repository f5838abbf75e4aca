"""Lists of the HTTP API: filters that are none are refused, and every list goes on from page to page."""

import pytest

from tests.web.program import program


@pytest.fixture
def api(web):
    return program(web, role="admin")


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/partners?self_invoicing=nope", "opted_in"),
        ("/jobs?action=nope", "issue_invoice"),
        ("/jobs?status=nope", "parked"),
        ("/timers?status=nope", "waiting"),
        ("/payouts?invoice=nope", "blocked"),
        ("/payouts?state=nope", "Ready"),
        ("/rewards?status=nope", "accepted"),
    ],
)
def test_a_filter_that_nothing_is_called_by_is_refused_with_those_there_are(api, path, known):
    answer = api.get(path)

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_name")
    assert known in answer.json()["detail"]


def test_a_search_longer_than_any_name_is_refused(api):
    answer = api.get("/partners", params={"search": "a" * 51_000})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert "search: it has 200 characters at most" in answer.json()["detail"]


def test_a_filter_that_stands_twice_is_refused(api):
    answer = api.get("/payouts?state=Ready&state=Paid")

    assert answer.status_code == 422
    assert answer.json()["problems"] == [{"field": "state", "sentence": "it stands there twice; it takes one value."}]


def test_timers_come_a_page_at_a_time(web, api):
    whole = api.get("/timers").json()["items"]
    first = api.get("/timers", params={"limit": 1}).json()
    second = api.get("/timers", params={"limit": 1, "after": first["next"]}).json()

    assert first["items"] + second["items"] == whole
    assert (len(whole), second["next"]) == (2, None)


@pytest.mark.parametrize(("scopes", "told"), [([], "none is named;"), (["payouts:eat"], "there is no payouts:eat;")])
def test_a_token_with_other_scopes_than_there_are_is_refused_in_a_sentence(api, scopes, told):
    [problem] = api.post("/tokens", json={"name": "Books", "role": "viewer", "scopes": scopes}).json()["problems"]

    assert problem["sentence"].startswith(told)


def test_filters_of_a_few_words_are_told_with_these_words(api):
    paths = api.get("/openapi.json").json()["paths"]
    named = {
        (path, each["name"]): each["schema"].get("enum")
        for path in paths if "get" in paths[path] for each in paths[path]["get"].get("parameters", ())
        if each["name"] in ("status", "invoice", "self_invoicing")
    }  # fmt: skip

    assert [where for where, words in named.items() if not words] == []
