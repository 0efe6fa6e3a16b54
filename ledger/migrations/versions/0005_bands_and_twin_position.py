"""Add bands (the drafts' fingerprints) and drafts.twin_position."""

import sqlalchemy as sa
from alembic import op

from ledger.fingerprint import bands

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BATCH = 5_000
"""Drafts read, fingerprinted and entered at once, sorted by number."""


def upgrade() -> None:
    op.add_column("drafts", sa.Column("twin_position", sa.Integer(), nullable=True))
    known = sa.text("twin_letter_id IS NOT NULL")
    op.create_index(
        "ix_drafts_twin_letter_id",
        "drafts",
        ["twin_letter_id"],
        sqlite_where=known,
        postgresql_where=known,
    )
    table = op.create_table(
        "bands",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("draft_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "draft_id", name=op.f("pk_bands")),
        sqlite_with_rowid=False,
    )
    drafts = sa.table("drafts", sa.column("id", sa.Integer), sa.column("text", sa.Text))
    connection, last = op.get_bind(), 0
    while True:
        batch = connection.execute(
            sa.select(drafts.c.id, drafts.c.text)
            .where(drafts.c.id > last)
            .order_by(drafts.c.id)
            .limit(BATCH)
        ).all()
        if not batch:
            return
        rows = sorted({(key, draft) for draft, text in batch for key in bands(text)})
        if rows:
            connection.execute(
                sa.insert(table), [{"key": key, "draft_id": draft} for key, draft in rows]
            )
        last = batch[-1].id


def downgrade() -> None:
    op.drop_table("bands")
    op.drop_index("ix_drafts_twin_letter_id", "drafts")
    op.drop_column("drafts", "twin_position")
