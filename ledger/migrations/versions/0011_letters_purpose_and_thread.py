"""Letters keep what they are for, which letter they answer and the sender's own words."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NO_PACKAGE = ("NO_ATTACHMENT", "BODY_DRAFT", "BARE_ATTACHMENT")


def _columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("purpose", sa.String(24), nullable=True),
        sa.Column("purpose_evidence", sa.Text(), nullable=False, server_default=""),
        sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()),
        # no foreign key: SQLite would have to write the whole table anew
        sa.Column("in_thread_of", sa.Integer(), nullable=True),
        sa.Column("own_words", sa.Text(), nullable=False, server_default=""),
        sa.Column("answer_withheld", sa.Text(), nullable=False, server_default=""),
    )


def upgrade() -> None:
    """
    Add the columns and say of the letters that are here what they were for.

    What machines sent was ignored; a stranger's letter that was refused for bringing no archive was
    hardly meant as a submission, and nothing is sent for it; forms were refused as such.
    """
    for column in _columns():
        op.add_column("letters", column)
    op.create_index("ix_letters_purpose", "letters", ["purpose"])
    op.create_index("ix_letters_in_thread_of", "letters", ["in_thread_of"])
    letters = sa.table(
        "letters",
        sa.column("outcome", sa.String()),
        sa.column("unit", sa.Text()),
        sa.column("reasons", sa.Text()),
        sa.column("purpose", sa.String()),
        sa.column("purpose_evidence", sa.Text()),
    )
    told = sa.cast(letters.c.reasons, sa.Text())
    judged = letters.update().where(letters.c.outcome.is_not(None))
    op.execute(judged.values(purpose="submission"))
    op.execute(letters.update().where(letters.c.outcome == "ignored").values(purpose="automatic"))
    op.execute(letters.update().where(told.like("%MISDIRECTED_FORM%")).values(purpose="form"))
    op.execute(
        letters.update()
        .where(
            letters.c.outcome == "refused",
            letters.c.unit.is_(None),
            sa.or_(*(told.like(f"%{reason}%") for reason in NO_PACKAGE)),
        )
        .values(purpose="other", purpose_evidence="升级前的名单外来信，没有压缩包")
    )


def downgrade() -> None:
    """Drop what was added."""
    op.drop_index("ix_letters_in_thread_of", "letters")
    op.drop_index("ix_letters_purpose", "letters")
    for column in reversed(_columns()):
        op.drop_column("letters", column.name)
