"""The schema's versions (Alembic), in the wheel: bring a database up to date, and say whether it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from engine.errors import DatabaseNotReady, DatabaseUnreachable

if TYPE_CHECKING:
    from alembic.config import Config


def upgrade(engine: Engine, *, revision: str = "head") -> None:
    """
    Create or change the tables up to `revision`. On a database that is up to date nothing happens.

    Raises:
        DatabaseNotReady: a newer billhook has changed the tables.
        DatabaseUnreachable: nobody answers there, or it is no database.
    """
    from alembic import command

    if "none" != (found := current(engine)) > wanted():
        raise DatabaseNotReady(_where(engine), found, wanted())
    config = _config()
    with _connected(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def downgrade(engine: Engine, revision: str) -> None:
    """Take the tables back to `revision` (`base`: none at all)."""
    from alembic import command

    config = _config()
    with _connected(engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()


def current(engine: Engine) -> str:
    """The version the database is at; 'none' without tables."""
    if _is_absent(engine):
        return "none"
    with _connected(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return "none"
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "none")


def wanted() -> str:
    """The version this code works with: the files' names begin with their versions, which sort."""
    return max(path.name.partition("_")[0] for path in _VERSIONS.glob("[0-9]*.py"))


def require(engine: Engine) -> None:
    """
    Every command asks this first, so it does not load Alembic.

    Raises:
        DatabaseNotReady: the database is not at the version this code works with.
        DatabaseUnreachable: nobody answers there, or it is no database.
    """
    found = current(engine)
    if found != wanted():
        raise DatabaseNotReady(_where(engine), found, wanted())


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        connection = engine.connect()
    except DBAPIError as error:
        raise DatabaseUnreachable(_where(engine), str(error.orig).strip().splitlines()[0]) from error
    with connection:
        yield connection


def _is_absent(engine: Engine) -> bool:
    """SQLite would make the file just by being asked."""
    file = engine.url.database or ""
    return engine.dialect.name == "sqlite" and file not in ("", ":memory:") and not Path(file).exists()


def _where(engine: Engine) -> str:
    return engine.url.set(query={}).render_as_string(hide_password=True)


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


_VERSIONS = Path(__file__).parent / "versions"
