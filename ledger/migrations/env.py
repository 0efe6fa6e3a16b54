"""Alembic's entry: runs migrations on the connection that ledger.models.database hands in."""

from typing import Any

from alembic import context

from ledger.models.base import Base


def told_of_step(step: Any, **_: Any) -> None:
    """Tell whoever asked that a version is reached."""
    reached = context.config.attributes.get("reached")
    if reached is not None:
        reached(step.up_revision_id)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    on_version_apply=told_of_step,  # type: ignore[arg-type]  # called by keywords alone
)
with context.begin_transaction():
    context.run_migrations()
