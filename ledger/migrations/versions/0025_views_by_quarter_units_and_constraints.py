"""Units as a table, the nine columns by quarter, local times beside UTC, and values that cannot be."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

LOCAL = {
    "sqlite": "datetime({}, '+8 hours')",
    "postgresql": "({} AT TIME ZONE 'Asia/Shanghai')",
}
DAY = {
    "sqlite": "date({}, '+8 hours')",
    "postgresql": "CAST(({} AT TIME ZONE 'Asia/Shanghai') AS date)",
}
QUARTER = {
    "sqlite": "substr({0}, 1, 4) || 'Q' || ((CAST(substr({0}, 6, 2) AS INTEGER) + 2) / 3)",
    "postgresql": "to_char({0}, 'YYYY\"Q\"Q')",
}
QUARTER_END = {
    "sqlite": "date(substr({0}, 1, 4) || '-' || "
    "substr('0' || (3 * ((CAST(substr({0}, 6, 2) AS INTEGER) + 2) / 3)), -2) || '-01', "
    "'+1 month', '-1 day')",
    "postgresql": "CAST(date_trunc('quarter', {0}) + interval '3 months - 1 day' AS date)",
}
LETTERS = (
    "SELECT id AS letter, message_id, received, subject, sender_name, sender_address, "
    "unit, officer, state, outcome, reasons, size, digest AS sha256, purpose, purpose_evidence, "
    "in_thread_of, EXISTS (SELECT 1 FROM outbox WHERE outbox.letter_id = letters.id) AS answered"
    "{more} FROM letters"
)
DRAFTS = (
    "SELECT d.id AS draft, d.letter_id AS letter, l.message_id, l.received, s.day, "
    "d.title, s.unit, s.kind, d.characters, s.happened, s.deadline, s.timely, s.outcome, "
    "s.reasons, s.voided, s.adopted, s.commission_id AS commission, d.author, d.reviewer, d.file, "
    "d.kind AS first_kind, d.unit AS first_unit, d.happened AS first_happened, "
    "d.outcome AS first_outcome{more} FROM drafts d JOIN standings s ON s.draft_id = d.id "
    "JOIN letters l ON l.id = d.letter_id"
)
OUTBOX = (
    "SELECT id AS post, letter_id AS letter, kind, recipient, subject, message_id, "
    "state, owed_since, sent, tries, reply{more} FROM outbox"
)
JOURNAL = "SELECT seq, at, who, act, letter_id AS letter, draft_id AS draft, facts, why{more} FROM journal"
PLACED = (
    "SELECT {of_line} COALESCE(n.unit, '未归属') AS unit, n.unit_group, {quarter} AS quarter FROM {source} "
    "LEFT JOIN unit_names n ON n.name = x.unit AND x.day BETWEEN n.stored_from AND n.stored_to "
    "AND {end} BETWEEN n.asked_from AND n.asked_to"
)
SCORES = (
    "SELECT s.id AS score, s.draft_id AS draft, s.adoption_id AS adoption, s.hand_line_id AS hand_line, "
    "s.day, s.unit AS stored_unit, s.what, s.points, s.why, p.unit, p.unit_group, p.quarter "
    "FROM scores s JOIN ({placed}) p ON p.id = s.id"
)
NET = (
    "SELECT v.quarter, v.unit, v.unit_group, v.draft, v.adoption, MAX(t.kind) AS kind, "
    "MAX(a.tier) AS tier, SUM(v.points) AS points, SUM(CASE WHEN v.what IN ('submitted', 'adopted') "
    "AND v.points <> 0 THEN 1 WHEN v.what = 'replaced' THEN -1 ELSE 0 END) AS counted, "
    "SUM(CASE WHEN v.what = 'by_hand' THEN v.points ELSE 0 END) AS by_hand "
    "FROM v_scores v LEFT JOIN standings t ON t.draft_id = v.draft "
    "LEFT JOIN adoptions a ON a.id = v.adoption "
    "GROUP BY v.quarter, v.unit, v.unit_group, v.draft, v.adoption, "
    "CASE WHEN v.draft IS NULL AND v.adoption IS NULL THEN v.score ELSE 0 END"
)
COUNTED = "SUM(CASE WHEN n.counted > 0 AND {} THEN n.counted ELSE 0 END) AS {}"
TIERS = ", ".join(
    COUNTED.format(f"n.adoption IS NOT NULL AND n.tier = {tier}", name)
    for tier, name in enumerate(("one", "two", "three", "four", "five"), 1)
)
POINTS = (
    "SELECT n.quarter, n.unit, n.unit_group, "
    + COUNTED.format("n.adoption IS NULL AND n.kind IN ('工作动态', '舆情')", "news")
    + ", "
    + COUNTED.format("n.adoption IS NULL AND n.kind IN ('综合性原创文章', '约稿')", "articles")
    + f", {TIERS}, SUM(n.by_hand) AS by_hand, SUM(n.points) AS points FROM ({NET}) n "
    "GROUP BY n.quarter, n.unit, n.unit_group"
)
ALLOWED = {
    "standings": (
        ("outcome", "outcome IN ('accepted', 'held', 'refused', 'ignored')"),
        ("timely", "timely IN ('on_time', 'late', 'undetermined', 'not_applicable')"),
        ("kind", "kind IS NULL OR kind <> ''"),
    ),
    "adoptions": (
        ("tier", "tier IS NULL OR tier BETWEEN 1 AND 99"),
        ("kind", "kind IS NULL OR kind <> ''"),
        ("unit", "unit <> ''"),
    ),
}
UNIQUE = (
    ("uq_drafts_letter_id_position", "drafts", ["letter_id", "position"]),
    ("uq_notices_period_edition", "notices", ["period", "edition"]),
)


def upgrade() -> None:
    """Add units, views and constraints."""
    op.create_table(
        "unit_names",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(255), nullable=False),
        *(
            sa.Column(name, sa.Date, nullable=False)
            for name in ("stored_from", "stored_to", "asked_from", "asked_to")
        ),
        sa.Column("unit", sa.String(255), nullable=False),
        sa.Column("unit_group", sa.String(255), nullable=False),
    )
    op.create_index("ix_unit_names_name", "unit_names", ["name"])
    dialect = op.get_bind().dialect.name
    local, day = LOCAL[dialect], DAY[dialect]

    def moments(*names: str) -> str:
        return "".join(f", {local.format(name)} AS {name.split('.')[-1]}_local" for name in names)

    _make("v_letters", LETTERS, moments("received") + f", {day.format('received')} AS day")
    first = ", d.timely AS first_timely, d.points AS first_points, d.reasons AS first_reasons"
    _make("v_drafts", DRAFTS, first + moments("l.received", "s.deadline"))
    _make("v_outbox", OUTBOX, moments("owed_since", "sent"))
    _make("v_journal", JOURNAL, moments("at") + f", {day.format('at')} AS day")
    op.execute(
        "CREATE VIEW v_units AS SELECT DISTINCT unit, unit_group, asked_from AS since, "
        "asked_to AS until FROM unit_names WHERE name = unit AND stored_from = asked_from"
    )
    op.execute(
        "CREATE VIEW v_unit_names AS SELECT name, stored_from, stored_to, asked_from, asked_to, "
        "unit, unit_group FROM unit_names"
    )
    placed = PLACED.format(
        of_line="x.id,",
        source="scores x",
        quarter=QUARTER[dialect].format("x.day"),
        end=QUARTER_END[dialect].format("x.day"),
    )
    op.execute(f"CREATE VIEW v_scores AS {SCORES.format(placed=placed)}")
    op.execute(f"CREATE VIEW v_points_by_quarter AS {POINTS}")
    for table, rules in ALLOWED.items():
        for column, rule in rules:
            _allow_only(dialect, table, column, rule)
    for name, table, columns in UNIQUE:
        op.create_index(name, table, columns, unique=True)


def downgrade() -> None:
    """Take them away."""
    dialect = op.get_bind().dialect.name
    for name, table, _ in UNIQUE:
        op.drop_index(name, table)
    for table, rules in ALLOWED.items():
        for column, _ in rules:
            if dialect == "sqlite":
                for moment in ("insert", "update"):
                    op.execute(f"DROP TRIGGER ck_{table}_{column}_{moment}")
            else:
                op.drop_constraint(f"ck_{table}_{column}", table)
    for view in ("v_points_by_quarter", "v_scores", "v_unit_names", "v_units"):
        op.execute(f"DROP VIEW {view}")
    for view, query in (
        ("v_letters", LETTERS), ("v_drafts", DRAFTS), ("v_outbox", OUTBOX), ("v_journal", JOURNAL),
    ):  # fmt: skip
        _make(view, query, "")
    op.drop_table("unit_names")


def _make(view: str, query: str, more: str) -> None:
    op.execute(f"DROP VIEW {view}")
    op.execute(f"CREATE VIEW {view} AS {query.format(more=more)}")


def _allow_only(dialect: str, table: str, column: str, rule: str) -> None:
    """Refuse other values; SQLite would copy the whole table for a constraint, so triggers do it."""
    if dialect != "sqlite":
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{column} CHECK ({rule})")
        return
    new = " ".join(f"NEW.{word}" if word == column else word for word in rule.split())
    for moment, when in (("insert", "INSERT ON"), ("update", f"UPDATE OF {column} ON")):
        op.execute(
            f"CREATE TRIGGER ck_{table}_{column}_{moment} BEFORE {when} {table} "
            f"WHEN NOT ({new}) BEGIN SELECT RAISE(ABORT, 'CHECK ck_{table}_{column}'); END"
        )
