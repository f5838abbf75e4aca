"""What the doctor says of times that do not fit together."""

from datetime import timedelta

import pytest

from billhook import Billhook
from billhook.doctor import configuration
from billhook.settings import Settings


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"lease": timedelta(seconds=30)}, [("BILLHOOK_LEASE_SECONDS", "it is 30, and a document may take 45")]),
        ({"stop_seconds": 10}, [("BILLHOOK_STOP_SECONDS", "it is 10, and a document may take 45")]),
        ({}, []),
    ],
)
def test_a_lease_or_a_stop_shorter_than_a_document_is_warned_of(sqlite_database, given, told):
    with Billhook(sqlite_database, settings=Settings(**given)) as opened:
        found = [*configuration.patience(opened)]

    assert [(each.subject, each.sentence.partition(" (")[0]) for each in found] == told
