"""Add indexes of the adopted and the untimely standings; SQLite's terms by instance."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TERMS = "CREATE VIRTUAL TABLE drafts_terms USING fts5vocab(drafts_fts, '{what}')"


def upgrade() -> None:
    op.create_index(
        "ix_standings_adopted",
        "standings",
        ["day", "draft_id", "unit", "kind", "outcome"],
        sqlite_where=sa.text("adopted = 1"),
        postgresql_where=sa.text("adopted"),
    )
    op.create_index(
        "ix_standings_untimely",
        "standings",
        ["timely", "day", "draft_id", "unit", "kind", "outcome"],
        sqlite_where=sa.text("timely != 'on_time'"),
        postgresql_where=sa.text("timely != 'on_time'"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE drafts_terms")
        op.execute(TERMS.format(what="instance"))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE drafts_terms")
        op.execute(TERMS.format(what="row"))
    op.drop_index("ix_standings_untimely", "standings")
    op.drop_index("ix_standings_adopted", "standings")
