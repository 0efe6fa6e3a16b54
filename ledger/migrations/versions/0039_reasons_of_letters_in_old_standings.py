"""Drafts entered before there were standings stand with what was held against their letters, too."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

BATCH = 1000


def upgrade() -> None:
    """
    Put the reasons of the letter before those of the draft, as every later entry had them.

    Migration 0003 made the first standings (seq 0) of the drafts' own reasons alone. One that a person
    has ruled on since has the number of that line, and was worked out from both.
    """
    letters = sa.table("letters", sa.column("id"), sa.column("faults", sa.JSON))
    drafts = sa.table("drafts", sa.column("id"), sa.column("reasons", sa.JSON))
    standings = sa.table(
        "standings",
        *(sa.column(name) for name in ("draft_id", "letter_id", "seq")),
        sa.column("reasons", sa.JSON),
    )
    query = (
        sa.select(standings.c.draft_id, letters.c.faults, drafts.c.reasons)
        .join(drafts, drafts.c.id == standings.c.draft_id)
        .join(letters, letters.c.id == standings.c.letter_id)
        .where(
            standings.c.seq == 0,
            standings.c.draft_id > sa.bindparam("last"),
            sa.cast(letters.c.faults, sa.Text) != "[]",
        )
        .order_by(standings.c.draft_id)
        .limit(BATCH)
    )
    write = (
        sa.update(standings)
        .where(standings.c.draft_id == sa.bindparam("draft"))
        .values(reasons=sa.bindparam("told", type_=sa.JSON))
    )
    connection = op.get_bind()
    last = 0
    while rows := connection.execute(query, {"last": last}).all():
        told = [
            {"draft": draft, "told": [fault["reason"] for fault in faults] + reasons}
            for draft, faults, reasons in rows
        ]
        connection.execute(write, told)
        last = rows[-1].draft_id


def downgrade() -> None:
    """Leave them: what is held against a draft is told rightly."""
