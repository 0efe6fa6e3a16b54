"""Alembic's entry: runs migrations on the connection that ledger.database hands in."""

from alembic import context

from ledger import tables_decided, tables_people
from ledger.tables import Row

__all__ = ["tables_decided", "tables_people"]  # they declare their rows on Row.metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Row.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
