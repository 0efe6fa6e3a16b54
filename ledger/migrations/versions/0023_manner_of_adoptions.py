"""How an adopted text was printed (头版、转载、综合采用), where the provisions weigh that."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was recorded before was printed in no manner of its own."""
    op.add_column(
        "adoptions", sa.Column("manner", sa.String(64), nullable=False, server_default="")
    )


def downgrade() -> None:
    op.drop_column("adoptions", "manner")
