"""HEAD wherever there is GET: the same status and headers, no body, and nobody is let in who may not look."""

import pytest

from tests.web.program import program

OF_EVERY_REQUEST = ("x-request-id", "set-cookie", "ratelimit-remaining")


def lines(answer):
    return {name: value for name, value in answer.headers.items() if name not in OF_EVERY_REQUEST}


@pytest.mark.parametrize(
    "path", ["/console/partners/NORD", "/console/payouts/sheet", "/console/none", "/portal", "/livez"]
)
def test_a_page_is_asked_for_its_headers_alone(olga, path):
    head, whole = (olga.client.request(each, path, follow_redirects=False) for each in ("HEAD", "GET"))

    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert lines(head) == lines(whole)


def test_so_is_a_call_and_its_token_is_asked_for_as_ever(web):
    api = program(web, role="viewer", scopes=["payouts:read"])
    head, whole = api.head("/payouts"), api.get("/payouts")

    assert (head.status_code, head.content, lines(head)) == (200, b"", lines(whole))
    assert (api.head("/rewards").status_code, api.head("/payouts", headers={"Authorization": ""}).status_code) == (
        403,
        401,
    )


def test_what_takes_get_says_that_it_takes_head(web, olga):
    wrong = [olga.client.put("/console/people"), program(web, role="admin").put("/payouts/ids")]

    assert {answer.status_code for answer in wrong} == {405}
    assert all("HEAD" in answer.headers["allow"].split(", ") for answer in wrong)
    assert olga.client.head("/console/payouts/new", headers={"accept": "text/html"}).status_code in (404, 405)


def test_a_path_of_calls_says_all_that_it_takes(web):
    answer = program(web, role="admin").patch("/payouts")

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}
