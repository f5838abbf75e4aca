"""What every test may ask for: how many rounds, an empty broker, a fresh database of either kind. It knows no story."""

import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path

import pika
import pytest
import redis

from engine.migrations import upgrade
from engine.store import Store
from renderers.press import Press, PressPool
from tests.databases import Databases
from tests.fakes import Lent
from tests.servers import ServerUnavailable, fresh_database, postgres_server, rabbitmq_server, redis_server


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the full counts and the tests marked long")
    parser.addoption("--approve", action="store_true", help="keep pages as they look now: tests/pictures")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked `long` are left out, not skipped: a skip says that something is missing here."""
    if config.getoption("--long"):
        return
    left_out = [item for item in items if item.get_closest_marker("long")]
    items[:] = [item for item in items if not item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=left_out)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Half characters that a test logged on purpose are escaped: xdist cannot send them from its worker."""
    report = yield
    report.sections = [(title, text.encode("utf-8", "backslashreplace").decode()) for title, text in report.sections]
    return report


@pytest.fixture(scope="session")
def rounds(request: pytest.FixtureRequest) -> int:
    """How often a race is run."""
    return 100 if request.config.getoption("--long") else 10


@pytest.fixture
def redis_url(redis_of_this_worker: str) -> str:
    """An empty Redis, `redis://...`."""
    with redis.Redis.from_url(redis_of_this_worker) as client:
        client.flushall()
    return redis_of_this_worker


@pytest.fixture
def rabbitmq_url(rabbitmq_of_this_worker: str) -> str:
    """An empty RabbitMQ, `amqp://...`."""
    parameters = pika.URLParameters(rabbitmq_of_this_worker)
    with pika.BlockingConnection(parameters) as connection, connection.channel() as channel:
        channel.queue_delete("billhook")
    return rabbitmq_of_this_worker


@pytest.fixture
def postgres_database(postgres_databases: Databases) -> Iterator[str]:
    """A fresh, migrated PostgreSQL database, `postgresql+psycopg://...`."""
    with postgres_databases.lent() as url:
        yield url


@pytest.fixture
def sqlite_database(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A fresh, migrated SQLite database, `sqlite:///...`."""
    copy = shutil.copy(migrated_sqlite, tmp_path / "billhook.db")
    return f"sqlite:///{copy}"


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database: the test runs once on each kind."""
    return str(request.getfixturevalue(f"{request.param}_database"))


@pytest.fixture(scope="session")
def lent_press() -> Iterator[Press]:
    """A real press that those who print by the way have in turn: it is started once."""
    press = PressPool(1)
    yield Lent(press)
    press.close()


@pytest.fixture(scope="session")
def redis_of_this_worker() -> Iterator[str]:
    with ExitStack() as stack:
        yield _started(redis_server(), stack)


@pytest.fixture(scope="session")
def rabbitmq_of_this_worker() -> Iterator[str]:
    with ExitStack() as stack:
        yield _started(rabbitmq_server(), stack)


@pytest.fixture(scope="session")
def postgres_of_this_worker() -> Iterator[str]:
    """A cluster whose database `migrated` is what fresh databases are copied from."""
    with ExitStack() as stack:
        server = _started(postgres_server(), stack)
        _migrate(stack.enter_context(fresh_database(server, name="migrated")))
        yield server


@pytest.fixture(scope="session")
def postgres_databases(postgres_of_this_worker: str) -> Iterator[Databases]:
    """Copies of `migrated`, one for each test that asks."""
    with closing(Databases(postgres_of_this_worker, "migrated")) as databases:
        yield databases


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "billhook.db"
    _migrate(f"sqlite:///{path}")
    return path


def _started(server: AbstractContextManager[str], stack: ExitStack) -> str:
    """Where there must be servers (BILLHOOK_REQUIRE_SERVICES=1, as in CI) a missing one fails instead of skipping."""
    try:
        return stack.enter_context(server)
    except ServerUnavailable as reason:
        if os.environ.get("BILLHOOK_REQUIRE_SERVICES") == "1":
            raise
        pytest.skip(str(reason))


def _migrate(url: str) -> None:
    store = Store(url)
    upgrade(store.engine)
    store.close()
