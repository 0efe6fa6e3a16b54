"""Alembic's entry: runs migrations on the connection that ledger.models.database hands in."""

from alembic import context

from ledger.models.base import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
