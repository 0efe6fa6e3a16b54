"""Rows that are older than the journal are counted in it; drafts ruled to be repeats are refused."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ENTERED = ("examined", "settled")


def upgrade() -> None:
    """
    Append one entry that tells how many rows have none, where there are any.

    From now on a row without an entry that is not among them was put in behind the program's back. A
    draft that a person ruled to be a repeat was left waiting; it is refused now.
    """
    connection = op.get_bind()
    _settle_repeats(connection)
    facts = {
        "letters": _without_entry(connection, "letters", "letter_id", ("entered",)),
        "adoptions": _count(connection, "SELECT count(*), max(id) FROM adoptions WHERE seq = 0"),
        "officers": _count(connection, "SELECT count(*), max(id) FROM officers"),
    }
    if not any(count for count, _ in facts.values()):
        return
    from ledger.journal import PROGRAM, JournalEntry, append
    from ledger.states import Act

    append(connection, JournalEntry(datetime.now(UTC), PROGRAM, Act.BASELINE, facts))


def downgrade() -> None:
    """Leave the entry: a journal is never shortened."""


def _without_entry(
    connection: sa.Connection, table: str, key: str, acts: tuple[str, ...]
) -> list[int]:
    states = ", ".join(f"'{state}'" for state in ENTERED)
    names = ", ".join(f"'{act}'" for act in acts)
    return _count(
        connection,
        f"SELECT count(*), max(t.id) FROM {table} t WHERE t.state IN ({states}) AND NOT EXISTS "
        f"(SELECT 1 FROM journal j WHERE j.{key} = t.id AND j.act IN ({names}))",
    )


def _count(connection: sa.Connection, query: str) -> list[int]:
    count, last = connection.execute(sa.text(query)).one()
    return [int(count), int(last or 0)]


def _settle_repeats(connection: sa.Connection) -> None:
    """Refuse what the last word of a person called a repeat and nobody accepted."""
    journal = sa.table(
        "journal", sa.column("draft_id"), sa.column("act"), sa.column("facts", sa.JSON),
        sa.column("seq"),
    )  # fmt: skip
    standings = sa.table(
        "standings", sa.column("draft_id"), sa.column("outcome"), sa.column("reasons", sa.JSON)
    )
    ruled: dict[int, dict[str, Any]] = {}
    query = (
        sa.select(journal.c.draft_id, journal.c.facts)
        .where(journal.c.act == "ruled")
        .order_by(journal.c.seq)
    )
    for draft, facts in connection.execute(query):
        ruled.setdefault(draft, {}).update(facts)
    for draft, last in ruled.items():
        if last.get("original") is not False or last.get("accepted"):
            continue
        row = connection.execute(
            sa.select(standings.c.outcome, standings.c.reasons).where(standings.c.draft_id == draft)
        ).first()
        if row is None:
            continue
        left = ("DUPLICATE", "RESENT", "DECLINED")
        reasons = [reason for reason in row.reasons if reason not in left]
        values: dict[str, Any] = {"reasons": [*reasons, "REPEATED"]}
        if row.outcome == "held":
            values["outcome"] = "refused"
        connection.execute(sa.update(standings).where(standings.c.draft_id == draft).values(values))
