"""Alembic's entry: runs the versions on the connection it is handed. It finds no database by itself."""

from alembic import context
from sqlmodel import SQLModel

import engine.tables  # noqa: F401 - fills the metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
