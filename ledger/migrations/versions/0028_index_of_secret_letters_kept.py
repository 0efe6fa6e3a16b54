"""Add the index of letters with a 密级 mark that are still kept: each round asks for them."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kept = sa.text("raw_kept AND CAST(reasons AS TEXT) LIKE '%\"SECRET_MARK\"%'")
    op.create_index(
        "ix_letters_secret_kept", "letters", ["id"], sqlite_where=kept, postgresql_where=kept
    )


def downgrade() -> None:
    op.drop_index("ix_letters_secret_kept", "letters")
