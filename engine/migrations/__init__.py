"""The schema's versions (Alembic), in the wheel: bring a database up to date, and say whether it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from engine.errors import DatabaseNotReady


def upgrade(engine: Engine, *, revision: str = "head") -> None:
    """Create or change the tables up to `revision`. On a database that is up to date nothing happens."""
    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def downgrade(engine: Engine, revision: str) -> None:
    """Take the tables back to `revision` (`base`: none at all)."""
    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()


def current(engine: Engine) -> str:
    """The version the database is at; 'none' without tables."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or "none"


def wanted() -> str:
    """The version this code works with."""
    return ScriptDirectory.from_config(_config()).get_current_head() or "none"


def require(engine: Engine) -> None:
    """
    Raises:
        DatabaseNotReady: the database is not at the version this code works with.
    """
    found = current(engine)
    if found != wanted():
        raise DatabaseNotReady(engine.url.render_as_string(hide_password=True), found, wanted())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
