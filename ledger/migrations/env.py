"""Alembic's entry: runs migrations on the connection that ledger.models.database hands in."""

from alembic import context

from ledger.models import accounts, decisions
from ledger.models.letters import Base

__all__ = ["accounts", "decisions"]  # they declare their rows on Row.metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
