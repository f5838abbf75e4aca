"""An account on the web: people to sign in as, and browsers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from billhook import Billhook
from billhook.settings import Settings
from billhook.web.application import create_app
from engine import mails, people, sign_in
from engine.dispatch import Dispatcher
from engine.store import Store
from engine.world import World
from tests.web.browser import Browser
from tests.worlds import Place


def outbox_open(world: World) -> bool:
    """Whether a job of any account waits."""
    with world.store.reading() as tx:
        return bool(tx.one("SELECT COUNT(*) AS found FROM job WHERE status IN ('pending', 'offered')").found)


class Web:
    """`place` is the account; olga is its owner, anna the main contact of NORD."""

    OLGA, ANNA = "olga@example.com", "anna@example.com"

    def __init__(self, billhook: Billhook, mail_folder: Path) -> None:
        self.billhook, self.mail = billhook, mail_folder
        self.place = Place(billhook.world.store)
        billhook.world.clock = self.place.clock
        people.invite(self.place.owner, self.OLGA, "Olga Owner", role="owner")
        self.place.partner()
        self.app = create_app(billhook)

    def browser(self) -> Browser:
        client = TestClient(self.app, base_url="http://localhost:8000")
        return Browser(client, self.mail, self.work)

    def enter(self, email: str) -> Browser:
        """A browser of theirs, signed in by a link that no mail was needed for."""
        link = sign_in.link(self.billhook.world, email)
        return self.browser().get(f"/sign-in/{link}").press("Sign in to billhook")

    def work(self) -> None:
        """What sweepers and workers do, until nothing is due."""
        world = self.billhook.world
        dispatcher = Dispatcher(world, carry=lambda job_id: dispatcher.perform(job_id))
        mails.spread(world)
        while outbox_open(world):
            dispatcher.sweep_once()
        dispatcher.broker.close()


@pytest.fixture
def web(sqlite_database, tmp_path, lent_press) -> Iterator[Web]:
    folder = tmp_path / "mail"
    with Billhook(sqlite_database, settings=Settings(mail=str(folder), mails=True), press=lent_press) as opened:
        yield Web(opened, folder)


@pytest.fixture
def own_web_store(database) -> Iterator[Store]:
    """A database of one's own, of each kind."""
    store = Store(database, durability="NORMAL")
    yield store
    store.close()


@pytest.fixture
def root() -> Path:
    """The checkout."""
    return Path(__file__).parents[2]


@pytest.fixture
def olga(web) -> Browser:
    return web.enter(web.OLGA)


@pytest.fixture
def anna(web) -> Browser:
    return web.enter(web.ANNA)
