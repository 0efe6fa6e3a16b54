"""Statements and proposed adoptions have tables, letters what was done with them, drafts what they replace."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _of_letters() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("purpose_ruled", sa.String(24), nullable=True),
        sa.Column("deed", sa.String(24), nullable=True),
        sa.Column("handled", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by", sa.String(64), nullable=False, server_default=""),
    )


def upgrade() -> None:
    """Add tables and columns; statements that are here already wait to be read."""
    for column in _of_letters():
        op.add_column("letters", column)
    op.create_index("ix_letters_sender_address_received", "letters", ["sender_address", "received"])
    # no foreign key: SQLite would have to write the whole table anew
    op.add_column("drafts", sa.Column("replaces_draft_id", sa.Integer(), nullable=True))
    op.create_index("ix_drafts_replaces_draft_id", "drafts", ["replaces_draft_id"])
    op.create_table(
        "statements",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("letter_id", sa.Integer(), sa.ForeignKey("letters.id"), nullable=False),
        sa.Column("draft_id", sa.Integer(), sa.ForeignKey("drafts.id"), nullable=True),
        sa.Column("asks", sa.String(24), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(64), nullable=False),
    )
    for name in ("letter_id", "draft_id", "settled"):
        op.create_index(f"ix_statements_{name}", "statements", [name])
    op.execute(
        "INSERT INTO statements (letter_id, asks, words, received, settled_by) "
        "SELECT id, purpose, own_words, received, '' FROM letters "
        "WHERE purpose IN ('statement', 'withdrawal')"
    )
    op.execute(
        "UPDATE letters SET deed = 'read', handled = received, handled_by = 'shougao' "
        "WHERE purpose = 'other' AND purpose_evidence LIKE '升级前%'"
    )
    op.create_table(
        "proposed_adoptions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("letter_id", sa.Integer(), sa.ForeignKey("letters.id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(255), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.Integer(), sa.ForeignKey("drafts.id"), nullable=True),
        sa.Column("outlet", sa.String(255), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("adoption_id", sa.Integer(), sa.ForeignKey("adoptions.id"), nullable=True),
        sa.Column("settled", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(64), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
    )
    for name in ("letter_id", "draft_id", "state", "adoption_id"):
        op.create_index(f"ix_proposed_adoptions_{name}", "proposed_adoptions", [name])


def downgrade() -> None:
    """Drop what was added."""
    op.drop_table("proposed_adoptions")
    op.drop_table("statements")
    op.drop_index("ix_drafts_replaces_draft_id", "drafts")
    op.drop_column("drafts", "replaces_draft_id")
    op.drop_index("ix_letters_sender_address_received", "letters")
    for column in reversed(_of_letters()):
        op.drop_column("letters", column.name)
