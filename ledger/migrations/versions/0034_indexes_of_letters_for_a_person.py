"""Add the indexes of letters that wait to be read by a person, and of those that were dealt with."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

WAITING = "handled IS NULL AND purpose IN ('other', 'inquiry')"
HANDLED = "handled IS NOT NULL"


def upgrade() -> None:
    """Add them."""
    for name, which in (("ix_letters_waiting", WAITING), ("ix_letters_handled", HANDLED)):
        where = sa.text(which)
        columns = ["urgent", "id"]
        op.create_index(name, "letters", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Take them away."""
    for name in ("ix_letters_handled", "ix_letters_waiting"):
        op.drop_index(name, "letters")
