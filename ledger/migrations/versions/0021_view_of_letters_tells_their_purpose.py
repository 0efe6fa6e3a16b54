"""The view of letters tells what each is for, which letter it answers and whether we answered it."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_BEFORE = (
    "SELECT id AS letter, message_id, received, subject, sender_name, sender_address, "
    "unit, officer, state, outcome, reasons, size, digest AS sha256{more} FROM letters"
)
_MORE = (
    ", purpose, purpose_evidence, in_thread_of, "
    "EXISTS (SELECT 1 FROM outbox WHERE outbox.letter_id = letters.id) AS answered"
)


def upgrade() -> None:
    """Add four columns behind the others."""
    _make(_MORE)


def downgrade() -> None:
    """Make the view as it was."""
    _make("")


def _make(more: str) -> None:
    op.execute("DROP VIEW v_letters")
    op.execute(f"CREATE VIEW v_letters AS {_BEFORE.format(more=more)}")
