"""What units were asked to check before a notice goes out, and what they answered."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of checks."""
    op.create_table(
        "notice_checks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("unit", sa.String(255), nullable=False),
        sa.Column("recipient", sa.String(320), nullable=False),
        sa.Column("message_id", sa.String(255), nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("sent", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.String(64), nullable=False),
        sa.Column("answered", sa.DateTime(timezone=True)),
        sa.Column("objects", sa.Boolean),
        sa.Column("answer_letter_id", sa.Integer, sa.ForeignKey("letters.id")),
        sa.UniqueConstraint("message_id", name="uq_notice_checks_message_id"),
    )
    op.create_index("ix_notice_checks_period", "notice_checks", ["period"])
    op.create_index("ix_notice_checks_answer_letter_id", "notice_checks", ["answer_letter_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("notice_checks")
