"""The doctor says what partners are told to read and nobody has put there."""

from billhook import Billhook
from billhook.doctor.reading import handouts
from tests.worlds import Place, registry


def test_a_handout_that_a_live_pipeline_names_and_nobody_has_put_there_is_told(sqlite_database):
    with Billhook(sqlite_database, registry=registry()) as billhook:
        place = Place(billhook.world.store)
        [found] = handouts(billhook)

    assert (found.level, found.subject) == ("warning", f"account {place.code}")
    assert found.sentence == "partners are to read guide.pdf (referral), and it is not there."
    assert found.way_out == f"Put it there: billhook handouts add FILE --account {place.code}"
