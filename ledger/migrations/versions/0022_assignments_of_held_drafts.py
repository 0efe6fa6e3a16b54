"""Whom of the office a held draft was given to."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of assignments."""
    op.create_table(
        "assignments",
        sa.Column("draft_id", sa.Integer, sa.ForeignKey("drafts.id"), primary_key=True),
        sa.Column("assignee", sa.String(64), nullable=False),
        sa.Column("assigned_by", sa.String(64), nullable=False),
        sa.Column("assigned", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_assignments_assignee", "assignments", ["assignee"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("assignments")
