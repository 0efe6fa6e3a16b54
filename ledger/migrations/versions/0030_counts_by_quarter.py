"""已报、逾期、待核、退稿 of each unit and quarter as a view, counted as rulebook/counts.py does."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

QUARTER = {
    "sqlite": "substr(s.day, 1, 4) || 'Q' || ((CAST(substr(s.day, 6, 2) AS INTEGER) + 2) / 3)",
    "postgresql": "to_char(s.day, 'YYYY\"Q\"Q')",
}
QUARTER_END = {
    "sqlite": "date(substr(s.day, 1, 4) || '-' || "
    "substr('0' || (3 * ((CAST(substr(s.day, 6, 2) AS INTEGER) + 2) / 3)), -2) || '-01', "
    "'+1 month', '-1 day')",
    "postgresql": "CAST(date_trunc('quarter', s.day) + interval '3 months - 1 day' AS date)",
}
OPEN = "(s.kind IS NULL OR s.unit IS NULL)"
COUNTS = {
    "reported": "s.outcome = 'accepted' AND NOT s.voided AND NOT {open} AND s.timely <> 'late'",
    "late": "s.outcome = 'accepted' AND NOT s.voided AND NOT {open} AND s.timely = 'late'",
    "held": "s.outcome = 'held' OR (s.outcome = 'accepted' AND {open})",
    "refused": "s.outcome = 'refused'",
}
VIEW = (
    "CREATE VIEW v_counts_by_quarter AS SELECT {quarter} AS quarter, "
    "COALESCE(n.unit, '未归属') AS unit, n.unit_group, {sums} FROM standings s "
    "LEFT JOIN unit_names n ON n.name = s.unit AND s.day BETWEEN n.stored_from AND n.stored_to "
    "AND {end} BETWEEN n.asked_from AND n.asked_to "
    "WHERE s.day >= COALESCE(n.counted_from, (SELECT MAX(m.counted_from) FROM unit_names m "
    "WHERE s.day BETWEEN m.stored_from AND m.stored_to), s.day) GROUP BY 1, 2, 3"
)


def upgrade() -> None:
    """Add the column that tells from which day on drafts count, and the view."""
    op.add_column(
        "unit_names",
        sa.Column("counted_from", sa.Date, nullable=False, server_default="1900-01-01"),
    )
    sums = ", ".join(
        f"SUM(CASE WHEN {rule.format(open=OPEN)} THEN 1 ELSE 0 END) AS {name}"
        for name, rule in COUNTS.items()
    )
    dialect = op.get_bind().dialect.name
    op.execute(VIEW.format(quarter=QUARTER[dialect], end=QUARTER_END[dialect], sums=sums))


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP VIEW v_counts_by_quarter")
    op.drop_column("unit_names", "counted_from")
