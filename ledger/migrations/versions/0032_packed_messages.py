"""
Messages of ours are kept packed from here on (ledger.models.base.PackedBytes).

What is in the ledger is read as it is and stays; programs of before would send packed messages as they lie.
"""

import zlib

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

PACKED = b"\0deflate\0"
BATCH = 500


def upgrade() -> None:
    """Change nothing: only programs that can unpack may open the ledger."""


def downgrade() -> None:
    """Unpack every message, some at a time."""
    outbox = sa.table("outbox", sa.column("id", sa.Integer), sa.column("raw", sa.LargeBinary))
    connection = op.get_bind()
    last = 0
    while rows := connection.execute(
        sa.select(outbox.c.id, outbox.c.raw)
        .where(outbox.c.id > last)
        .order_by(outbox.c.id)
        .limit(BATCH)
    ).all():
        for number, raw in rows:
            if raw.startswith(PACKED):
                unpacked = zlib.decompress(raw[len(PACKED) :])
                connection.execute(
                    sa.update(outbox).where(outbox.c.id == number).values(raw=unpacked)
                )
        last = rows[-1][0]
