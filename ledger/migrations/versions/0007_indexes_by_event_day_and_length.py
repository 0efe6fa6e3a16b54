"""Add indexes of drafts by length and of standings by the event's day, to sort the search."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_drafts_characters", "drafts", ["characters", "id"])
    op.create_index("ix_standings_happened", "standings", ["happened", "draft_id"])


def downgrade() -> None:
    op.drop_index("ix_standings_happened", "standings")
    op.drop_index("ix_drafts_characters", "drafts")
