"""What was printed of a draft, and the letters by which units answered a commission."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the two tables."""
    op.create_table(
        "printed_texts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("draft_id", sa.Integer, sa.ForeignKey("drafts.id"), nullable=False),
        sa.Column("outlet", sa.String(255), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("file", sa.String(64), nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("entered", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(64), nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
    )
    op.create_index("ix_printed_texts_draft_id", "printed_texts", ["draft_id"])
    op.create_table(
        "commission_replies",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("commission_id", sa.Integer, sa.ForeignKey("commissions.id"), nullable=False),
        sa.Column("unit", sa.String(255), nullable=False),
        sa.Column("letter_id", sa.Integer, sa.ForeignKey("letters.id"), nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_commission_replies_commission_id", "commission_replies", ["commission_id"])
    op.create_index("ix_commission_replies_letter_id", "commission_replies", ["letter_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("commission_replies")
    op.drop_table("printed_texts")
