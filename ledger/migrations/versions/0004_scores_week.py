"""Add scores.week: the week whose cap a line of points keeps."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("scores", sa.Column("week", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("scores", "week")
