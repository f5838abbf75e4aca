"""Due days as programs see them: in the run of a partner."""

from engine import definitions
from tests.web.program import program
from tests.worlds import DUE


def test_a_run_says_until_when_its_steps_are_to_be_done(web):
    definitions.publish(web.place.owner, [DUE])
    api = program(web, role="admin")
    guide, newsletter, *_ = api.post("/partners/NORD/run", json={}).json()["steps"]
    web.place.clock.advance(days=15)

    assert (guide["due_on"], guide["overdue"], newsletter["due_on"]) == ("2026-11-16", False, "")
    assert api.get("/partners/NORD/run").json()["steps"][0]["overdue"] is True
