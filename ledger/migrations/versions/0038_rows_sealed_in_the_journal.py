"""Rows that deeds leave are sealed in the journal from now on."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """
    Append one entry with the digests of the rows that are there, where there are any.

    From now on a row that no entry tells of was put in behind the program's back.
    """
    connection = op.get_bind()
    from ledger.journal import PROGRAM, JournalEntry, append
    from ledger.models.base import Base
    from ledger.row_digests import KEYS, SEALED, name_of, seal
    from ledger.states import Act

    rows: dict[str, str] = {}
    for table, sealed in SEALED.items():
        columns = Base.metadata.tables[table].c
        query = sa.select(*(columns[name] for name in dict.fromkeys((*KEYS[table], *sealed))))
        for row in connection.execute(query).mappings():
            values = dict(row)
            rows[name_of(table, values)] = seal(table, values)
    if rows:
        facts = {"sealed": rows}
        append(connection, JournalEntry(datetime.now(UTC), PROGRAM, Act.BASELINE, facts))


def downgrade() -> None:
    """Leave the entry: a journal is never shortened."""
