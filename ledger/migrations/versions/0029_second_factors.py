"""Second factors and their recovery codes; from where sessions are; scope and end of tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table; what there is asks for no second factor and never ends."""
    op.add_column("users", sa.Column("totp", sa.String(64), nullable=False, server_default=""))
    op.add_column(
        "users", sa.Column("totp_step", sa.BigInteger, nullable=False, server_default="0")
    )
    op.add_column("sessions", sa.Column("host", sa.String(64), nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("agent", sa.String(200), nullable=False, server_default=""))
    op.add_column(
        "tokens", sa.Column("scope", sa.String(24), nullable=False, server_default="read")
    )
    op.add_column("tokens", sa.Column("expires", sa.DateTime(timezone=True)))
    op.create_table(
        "recovery_codes",
        sa.Column("code", sa.String(64), primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id"), nullable=False),
    )
    op.create_index("ix_recovery_codes_user_id", "recovery_codes", ["user_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("recovery_codes")
    for table, names in (
        ("tokens", ("expires", "scope")),
        ("sessions", ("agent", "host")),
        ("users", ("totp_step", "totp")),
    ):
        for name in names:
            op.drop_column(table, name)
