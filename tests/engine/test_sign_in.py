"""Links that let somebody in once, and sessions: what is kept of them opens nothing."""

from datetime import timedelta

import pytest

from engine import people, sign_in
from engine.errors import NotFound, TooMany


@pytest.fixture
def mia(place):
    """An address with a seat, which no other test has."""
    email = f"mia@{place.code.lower()}.example"
    people.invite(place.owner, email, "Mia", role="finance")
    return email


def test_a_link_lets_in_once(place, mia):
    token = sign_in.link(place.world, mia.upper())

    assert sign_in.is_good(place.world, token)
    assert sign_in.follow(place.world, token) == mia
    assert not sign_in.is_good(place.world, token)
    with pytest.raises(NotFound):
        sign_in.follow(place.world, token)


def test_a_link_is_good_for_a_quarter_of_an_hour(place, mia):
    token = sign_in.link(place.world, mia)
    place.clock.advance(minutes=15)

    assert not sign_in.is_good(place.world, token)
    with pytest.raises(NotFound):
        sign_in.follow(place.world, token)


def test_an_address_without_a_seat_gets_no_link(place):
    with pytest.raises(NotFound):
        sign_in.link(place.world, "nobody@example.com")


def test_five_links_of_an_address_are_open_at_a_time(place, mia):
    for _ in range(5):
        sign_in.link(place.world, mia)

    with pytest.raises(TooMany, match=r"asked for too often\. Wait 15 minutes, then ask again\."):
        sign_in.link(place.world, mia)
    place.clock.advance(minutes=16)
    assert sign_in.link(place.world, mia)


@pytest.mark.parametrize("token", ["", "x", "\ud800", "a" * 10_000])
def test_what_is_no_token_opens_nothing(place, token):
    assert not sign_in.is_good(place.world, token)
    assert sign_in.read_session(place.world, token) is None


def test_a_session_lasts_until_it_ends_or_is_ended(place):
    until = place.clock.now() + timedelta(hours=1)
    name = f"session of {place.code}"
    sign_in.keep_session(place.world, name, "{}", until=until)
    sign_in.keep_session(place.world, name, '{"a": 1}', until=until)

    assert sign_in.read_session(place.world, name) == '{"a": 1}'
    sign_in.end_session(place.world, name)
    assert sign_in.read_session(place.world, name) is None


def test_a_session_ends_with_its_time(place):
    name = f"session of {place.code}"
    sign_in.keep_session(place.world, name, "{}", until=place.clock.now() + timedelta(hours=1))
    place.clock.advance(hours=1)

    assert sign_in.read_session(place.world, name) is None


def test_what_was_under_way_when_a_session_ended_does_not_bring_it_back(place):
    name, until = f"session of {place.code}", place.clock.now() + timedelta(hours=1)
    sign_in.keep_session(place.world, name, "{}", until=until)
    sign_in.end_session(place.world, name)
    sign_in.keep_session(place.world, name, '{"told": ["done"]}', until=until)

    assert sign_in.read_session(place.world, name) is None


def test_neither_links_nor_sessions_are_kept_as_they_are(place, mia):
    token = sign_in.link(place.world, mia)
    sign_in.keep_session(place.world, token, "{}", until=place.clock.now() + timedelta(hours=1))

    assert token not in str(place.all("SELECT * FROM sign_in_link"))
    assert token not in str(place.all("SELECT * FROM web_session"))


def test_all_processes_of_an_installation_share_a_secret(place):
    assert (
        sign_in.secret(place.world, "csrf") == sign_in.secret(place.world, "csrf") != sign_in.secret(place.world, "x")
    )
