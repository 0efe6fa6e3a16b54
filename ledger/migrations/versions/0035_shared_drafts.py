"""Lines of points by hand know the draft whose points they share among units (合写)."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column with its index."""
    op.add_column("hand_lines", sa.Column("shared_draft", sa.Integer(), nullable=True))
    op.create_index("ix_hand_lines_shared_draft", "hand_lines", ["shared_draft"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_hand_lines_shared_draft", "hand_lines")
    op.drop_column("hand_lines", "shared_draft")
