"""PostgreSQL across a network: what is said how often, and what happens when nobody answers any more."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.engine import make_url

from engine.errors import CommitUnknown
from engine.store import Store
from tests.worlds import Place


class Line:
    """A wire to the server: counts how often the talk comes back to the client, and can be cut."""

    def __init__(self, url: str) -> None:
        self.server = make_url(url)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = self.server.set(host="127.0.0.1", port=self.listening.getsockname()[1]).render_as_string(False)
        self.round_trips = 0
        self.cut_at = b""
        self._asked = False
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            server = socket.create_connection((self.server.host, self.server.port))
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open += [client, server]
            threading.Thread(target=self._carry, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._carry, args=(server, client, False), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, asks: bool) -> None:
        try:
            while said := source.recv(65536):
                if asks and self.cut_at and self.cut_at in said:
                    self.cut_at = b""
                    self.cut()
                self.round_trips += asks and not self._asked
                self._asked = asks
                target.sendall(said)
        except OSError:
            return
        finally:
            source.close(), target.close()

    def cut(self) -> None:
        """Whoever talks now finds nobody; new calls get through."""
        for end in self._open:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self._open.clear()

    def close(self) -> None:
        self.listening.close()
        self.cut()


@pytest.fixture
def line(postgres_database) -> Iterator[Line]:
    wire = Line(postgres_database)
    yield wire
    wire.close()


@contextmanager
def place_behind(line: Line) -> Iterator[Place]:
    store = Store(line.url)
    place = Place(store)
    place.partner()
    yield place
    store.close()


def test_a_transition_takes_three_round_trips_at_most(line):
    with place_behind(line) as place:
        payouts = [place.payout(state="Ready") for _ in range(7)]
        for payout in payouts[:6]:  # the driver prepares a statement when it has seen it five times
            place.fire(payout, "hold", reason="doubts")
        before = line.round_trips
        place.fire(payouts[6], "hold", reason="doubts")

        assert line.round_trips - before == 3


def test_a_connection_that_died_while_nobody_used_it_is_replaced_unseen(line):
    with place_behind(line) as place:
        payout = place.payout()
        line.cut()

        assert place.fire(payout, "validate").target == "Pending"


def test_a_reading_too_gets_a_connection_that_lives(line):
    with place_behind(line) as place:
        payout = place.payout()
        line.cut()

        assert place.state(payout) == "Draft"


def test_a_commit_that_nobody_answered_is_told_as_unknown_and_repeated_under_its_key(line):
    with place_behind(line) as place:
        payout = place.payout()
        line.cut_at = b"COMMIT"
        with pytest.raises(CommitUnknown, match="Look before you repeat it"):
            place.fire(payout, "validate", key="once")

        assert place.fire(payout, "validate", key="once").target == place.state(payout) == "Pending"


def test_a_wake_comes_with_a_notice_before_the_second_is_over(line):
    store = Store(line.url)
    watch = store.watch()
    watch.changed()
    store.announce()
    noticed = [time.sleep(0.01) or watch.changed() for _ in range(50)]
    watch.close()
    store.close()

    assert any(noticed)
