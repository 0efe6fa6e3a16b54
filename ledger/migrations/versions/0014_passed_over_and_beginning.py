"""Letters that were passed over; from when letters are collected; by what a place is recognised."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None

BEFORE = timedelta(days=2)
"""Letters are collected from so long before the ledger was made."""


def upgrade() -> None:
    """
    Add the tables and columns, and say from when letters are collected.

    A ledger that is in use was made when its first letter was collected.
    """
    moment = sa.DateTime(timezone=True)
    op.add_column("sightings", sa.Column("size", sa.BigInteger(), nullable=True))
    op.add_column("sightings", sa.Column("received", moment, nullable=True))
    op.create_table(
        "passed_over",
        sa.Column("account", sa.String(255), nullable=False),
        sa.Column("folder", sa.String(255), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.String(255), nullable=False),
        sa.Column("received", moment, nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("first_tried", moment, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", moment, nullable=True),
        sa.PrimaryKeyConstraint(
            "account", "folder", "uidvalidity", "uid", name=op.f("pk_passed_over")
        ),
    )
    op.create_index("ix_passed_over_reason", "passed_over", ["reason"])
    beginning = op.create_table(
        "beginning",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("collect_since", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beginning")),
    )
    letters = sa.table("letters", sa.column("collected", moment))
    made = op.get_bind().scalar(sa.select(sa.func.min(letters.c.collected))) or datetime.now(UTC)
    if made.tzinfo is None:
        made = made.replace(tzinfo=UTC)
    # SQLite keeps moments without a zone, in UTC
    naive = op.get_bind().dialect.name == "sqlite"
    since = made.astimezone(UTC) - BEFORE
    op.bulk_insert(
        beginning, [{"id": 1, "collect_since": since.replace(tzinfo=None) if naive else since}]
    )


def downgrade() -> None:
    """Drop what was added."""
    op.drop_table("beginning")
    op.drop_index("ix_passed_over_reason", "passed_over")
    op.drop_table("passed_over")
    op.drop_column("sightings", "received")
    op.drop_column("sightings", "size")
