"""Add the index of letters by outcome and receipt, to count a quarter's refusals."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_letters_outcome_received", "letters", ["outcome", "received", "unit"])
    op.drop_index("ix_letters_outcome", "letters")


def downgrade() -> None:
    op.create_index("ix_letters_outcome", "letters", ["outcome"])
    op.drop_index("ix_letters_outcome_received", "letters")
