"""Add indexes of the outbox by recipient and by time of sending."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_outbox_recipient_owed_since", "outbox", ["recipient", "owed_since"])
    op.create_index("ix_outbox_state_sent", "outbox", ["state", "sent"])
    op.drop_index("ix_outbox_state", "outbox")


def downgrade() -> None:
    op.create_index("ix_outbox_state", "outbox", ["state"])
    op.drop_index("ix_outbox_state_sent", "outbox")
    op.drop_index("ix_outbox_recipient_owed_since", "outbox")
