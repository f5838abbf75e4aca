"""Documents that are asked for have few places at the press, and whoever finds none is told at once."""

from contextlib import ExitStack, contextmanager

import pytest

from billhook.press_queue import OF_ONE, PLACES, asker, side
from billhook.web.refusals import PressBusy
from tests.web.program import program, program_of

SENTENCE = "As many documents are being drawn as may be at a time, so this one was not begun"
EXAMPLE = "/partners/NORD/self-invoicing/example"
PAGE = "/portal/account/payouts"


@contextmanager
def asked_by(who):
    before = asker.set(who)
    try:
        yield
    finally:
        asker.reset(before)


def queue(held, web, who, count):
    """So many places, taken by `who`."""
    with asked_by(who):
        for _ in range(count):
            held.enter_context(web.billhook.world.tools.place())


@pytest.fixture
def busy(web):
    """All places are taken by others."""
    with ExitStack() as held:
        for number in range(PLACES):
            queue(held, web, str(number), 1)
        yield


@pytest.mark.usefixtures("busy")
def test_a_call_for_a_document_is_told_to_come_again_and_others_are_answered(web):
    nord = program_of(web)
    drawn, listed = nord.post(EXAMPLE, json={"answer": {}}), nord.get("/payouts")

    assert (drawn.status_code, drawn.json()["code"], drawn.headers["retry-after"]) == (503, "press_busy", "5")
    assert drawn.json()["detail"].startswith(SENTENCE)
    assert listed.status_code == 200


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("script", [{}, {"hx-request": "true"}])
def test_a_live_preview_says_that_it_was_not_drawn(anna, script):
    given = {"csrf_token": anna.get(PAGE).token, "footer": "Danke"}
    answer = anna.client.post(f"{PAGE}/preview", data=given, headers=script)

    assert answer.status_code == 200
    assert SENTENCE in answer.text


@pytest.mark.usefixtures("busy")
def test_a_page_for_a_document_says_it_in_a_sentence(anna):
    answer = anna.client.get(f"{PAGE}/preview.png", headers={"accept": "text/html"})

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert SENTENCE in answer.text


@pytest.mark.parametrize(("of_partner", "answers"), [(True, [503, 503, 200, 200]), (False, [200, 200, 503, 503])])
def test_one_side_has_few_of_the_places_for_all_its_people_and_tokens(web, anna, of_partner, answers):
    nord = program_of(web)
    partner = nord.get("/me").json()["seat"]["partner_id"] if of_partner else None
    with ExitStack() as held:
        queue(held, web, side(web.place.account_id, partner), OF_ONE)
        asked = [nord.get(EXAMPLE), anna.get(f"{PAGE}/preview.png").at]
        asked += [program(web, role="admin").get(EXAMPLE), program(web, role="manager").get(EXAMPLE)]

    assert [each.status_code for each in asked] == answers
    assert {each.get(EXAMPLE).status_code for each in (nord, program(web, role="admin"))} == {200}


@pytest.mark.usefixtures("busy")
def test_workers_and_commands_always_find_a_place(web):
    press = web.billhook.world.tools

    with press.place(), asked_by("a request"), pytest.raises(PressBusy), press.place():
        pass
