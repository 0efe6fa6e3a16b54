"""Letters of ours keep when they were last offered and how often the relay's answer never came."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what was put off before keeps its rest."""
    op.add_column("outbox", sa.Column("tried", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "outbox", sa.Column("uncertain", sa.Integer(), nullable=False, server_default="0")
    )
    op.execute("UPDATE outbox SET tried = owed_since WHERE tries > 0")


def downgrade() -> None:
    """Take the columns away; whether an uncertain letter arrived is not known: it is not sent again."""
    op.execute("UPDATE outbox SET state = 'given_up' WHERE state = 'uncertain'")
    op.drop_column("outbox", "uncertain")
    op.drop_column("outbox", "tried")
