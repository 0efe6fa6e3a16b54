"""Letters of ours that are older than their entries are counted in the journal."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """
    Append one entry that tells how many letters of ours there are, where there are any.

    From now on each is entered in the journal as it is owed, with digests of what it says and of whom it
    goes to; one without an entry that is not among the counted ones was put in behind the program's back.
    """
    connection = op.get_bind()
    count, last = connection.execute(sa.text("SELECT count(*), max(id) FROM outbox")).one()
    if not count:
        return
    from ledger.journal import PROGRAM, JournalEntry, append
    from ledger.states import Act

    facts = {"outbox": [int(count), int(last)]}
    append(connection, JournalEntry(datetime.now(UTC), PROGRAM, Act.BASELINE, facts))


def downgrade() -> None:
    """Leave the entry: a journal is never shortened."""
