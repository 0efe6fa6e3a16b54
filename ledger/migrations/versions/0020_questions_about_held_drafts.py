"""What staff ask an officer about a held draft, and what is waited for."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of questions."""
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("draft_id", sa.Integer, sa.ForeignKey("drafts.id"), nullable=False),
        sa.Column("letter_id", sa.Integer, sa.ForeignKey("letters.id"), nullable=False),
        sa.Column("message_id", sa.String(255), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("asked", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("answered", sa.DateTime(timezone=True)),
        sa.Column("answer_letter_id", sa.Integer, sa.ForeignKey("letters.id")),
        sa.Column("closed", sa.DateTime(timezone=True)),
        sa.Column("closed_by", sa.String(64), nullable=False),
        sa.UniqueConstraint("message_id", name="uq_questions_message_id"),
    )
    op.create_index("ix_questions_draft_id", "questions", ["draft_id"])
    op.create_index("ix_questions_letter_id", "questions", ["letter_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("questions")
