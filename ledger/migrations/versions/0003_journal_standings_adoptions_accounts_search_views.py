"""Add journal, standings, adoptions, commissions, notices, accounts, full-text search and views."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# every text ends in two spaces here: a word of two characters then begins a trigram wherever it stands
TRIGRAMS = (
    "CREATE VIEW drafts_fts_content AS "
    "SELECT id, title || '\u3000\u3000' AS title, text || '\u3000\u3000' AS text FROM drafts",
    "CREATE VIRTUAL TABLE drafts_fts USING fts5("
    "title, text, tokenize='trigram', content='drafts_fts_content', content_rowid='id')",
    "CREATE VIRTUAL TABLE drafts_terms USING fts5vocab(drafts_fts, 'row')",
    "CREATE TRIGGER drafts_fts_insert AFTER INSERT ON drafts BEGIN "
    "INSERT INTO drafts_fts(rowid, title, text) "
    "VALUES (new.id, new.title || '\u3000\u3000', new.text || '\u3000\u3000'); END",
    "CREATE TRIGGER drafts_fts_update AFTER UPDATE OF title, text ON drafts BEGIN "
    "INSERT INTO drafts_fts(drafts_fts, rowid, title, text) "
    "VALUES ('delete', old.id, old.title || '\u3000\u3000', old.text || '\u3000\u3000'); "
    "INSERT INTO drafts_fts(rowid, title, text) "
    "VALUES (new.id, new.title || '\u3000\u3000', new.text || '\u3000\u3000'); END",
    "INSERT INTO drafts_fts(drafts_fts) VALUES ('rebuild')",
)
TRIGRAMS_DOWN = (
    "DROP TRIGGER drafts_fts_update",
    "DROP TRIGGER drafts_fts_insert",
    "DROP TABLE drafts_terms",
    "DROP TABLE drafts_fts",
    "DROP VIEW drafts_fts_content",
)
# PostgreSQL had trigrams until 0031; a new ledger needs no extension for what goes again
PG_TRIGRAMS_DOWN = ("DROP INDEX IF EXISTS ix_drafts_words",)

VIEWS = {
    "v_letters": "SELECT id AS letter, message_id, received, subject, sender_name, sender_address, "
    "unit, officer, state, outcome, reasons, size, digest AS sha256 FROM letters",
    "v_drafts": "SELECT d.id AS draft, d.letter_id AS letter, l.message_id, l.received, s.day, "
    "d.title, s.unit, s.kind, d.characters, s.happened, s.deadline, s.timely, s.outcome, "
    "s.reasons, s.voided, s.adopted, s.commission_id AS commission, d.author, d.reviewer, d.file, "
    "d.kind AS first_kind, d.unit AS first_unit, d.happened AS first_happened, "
    "d.outcome AS first_outcome FROM drafts d JOIN standings s ON s.draft_id = d.id "
    "JOIN letters l ON l.id = d.letter_id",
    "v_adoptions": "SELECT id AS adoption, draft_id AS draft, unit, title, kind, outlet, tier, day, "
    "url FROM adoptions WHERE NOT withdrawn",
    "v_commissions": "SELECT id AS commission, topic, asked, due, units, closed FROM commissions",
    "v_outbox": "SELECT id AS post, letter_id AS letter, kind, recipient, subject, message_id, "
    "state, owed_since, sent, tries, reply FROM outbox",
    "v_journal": "SELECT seq, at, who, act, letter_id AS letter, draft_id AS draft, facts, why "
    "FROM journal",
}
STANDINGS = (
    "INSERT INTO standings (draft_id, letter_id, day, unit, kind, happened, deadline, timely, "
    "outcome, reasons, voided, adopted, seq) SELECT d.id, d.letter_id, {day}, d.unit, d.kind, "
    "d.happened, d.deadline, d.timely, d.outcome, d.reasons, {no}, {no}, 0 "
    "FROM drafts d JOIN letters l ON l.id = d.letter_id"
)


def upgrade() -> None:
    op.add_column("drafts", sa.Column("commission_id", sa.Integer(), nullable=True))
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("whose", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempts_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_attempts_whose"), ["whose"], unique=False)

    op.create_table(
        "bonuses",
        sa.Column("unit", sa.String(length=255), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("points", sa.Numeric(precision=8, scale=2), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "year", name=op.f("pk_bonuses")),
    )
    op.create_table(
        "commissions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("asked", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commissions")),
    )
    with op.batch_alter_table("commissions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commissions_due"), ["due"], unique=False)

    op.create_table(
        "journal",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "entered",
                "ruled",
                "claimed",
                "retried",
                "adopted",
                "adoption_changed",
                "commissioned",
                "commission_changed",
                "bonus",
                "sanction",
                "published",
                "roster",
                "purged",
                "account",
                "exported",
                name="act",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal")),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_draft_id"), ["draft_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_letter_id"), ["letter_id"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("published", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("inputs", sa.LargeBinary(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_period"), ["period"], unique=False)

    op.create_table(
        "sanctions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=255), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("lifted", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanctions")),
    )
    with op.batch_alter_table("sanctions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sanctions_unit"), ["unit"], unique=False)

    op.create_table(
        "tokens",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_tokens")),
        sa.UniqueConstraint("name", name=op.f("uq_tokens_name")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column(
            "role",
            sa.Enum("viewer", "editor", "admin", name="role", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )
    op.create_table(
        "links",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_links_user_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_links")),
    )
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_links_user_id"), ["user_id"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "adoptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(length=255), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "工作动态",
                "舆情",
                "综合性原创文章",
                "约稿",
                name="kind",
                native_enum=False,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("outlet", sa.String(length=255), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("evidence", sa.String(length=64), nullable=False),
        sa.Column("evidence_name", sa.Text(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_adoptions_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoptions")),
    )
    with op.batch_alter_table("adoptions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_adoptions_day"), ["day"], unique=False)
        batch_op.create_index(batch_op.f("ix_adoptions_draft_id"), ["draft_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_adoptions_unit"), ["unit"], unique=False)

    op.create_table(
        "standings",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(length=255), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "工作动态",
                "舆情",
                "综合性原创文章",
                "约稿",
                name="kind",
                native_enum=False,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("happened", sa.Date(), nullable=True),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "timely",
            sa.Enum(
                "on_time",
                "late",
                "undetermined",
                "not_applicable",
                name="timely",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "ignored",
                "accepted",
                "held",
                "refused",
                name="outcome",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("adopted", sa.Boolean(), nullable=False),
        sa.Column("commission_id", sa.Integer(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commission_id"], ["commissions.id"], name=op.f("fk_standings_commission_id")
        ),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_standings_draft_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_standings_letter_id")),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_standings")),
    )
    with op.batch_alter_table("standings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_standings_commission_id"), ["commission_id"], unique=False
        )
        batch_op.create_index(
            "ix_standings_figures",
            ["day", "unit", "kind", "outcome", "timely", "voided", "adopted"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_standings_letter_id"), ["letter_id"], unique=False)
        batch_op.create_index("ix_standings_outcome_day", ["outcome", "day"], unique=False)
        batch_op.create_index("ix_standings_unit_day", ["unit", "day"], unique=False)

    op.create_table(
        "scores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("adoption_id", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(length=255), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["adoption_id"], ["adoptions.id"], name=op.f("fk_scores_adoption_id")
        ),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_scores_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scores")),
    )
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scores_adoption_id"), ["adoption_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_scores_draft_id"), ["draft_id"], unique=False)
        batch_op.create_index("ix_scores_unit_day", ["unit", "day"], unique=False)

    sqlite = op.get_bind().dialect.name == "sqlite"
    day = "date(l.received, '+8 hours')" if sqlite else "(l.received AT TIME ZONE 'PRC')::date"
    op.execute(STANDINGS.format(day=day, no="0" if sqlite else "false"))
    for statement in TRIGRAMS if sqlite else ():
        op.execute(statement)
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {query}")


def downgrade() -> None:
    for name in VIEWS:
        op.execute(f"DROP VIEW {name}")
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in TRIGRAMS_DOWN if sqlite else PG_TRIGRAMS_DOWN:
        op.execute(statement)
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.drop_index("ix_scores_unit_day")
        batch_op.drop_index(batch_op.f("ix_scores_draft_id"))
        batch_op.drop_index(batch_op.f("ix_scores_adoption_id"))

    op.drop_table("scores")
    with op.batch_alter_table("standings", schema=None) as batch_op:
        batch_op.drop_index("ix_standings_unit_day")
        batch_op.drop_index("ix_standings_outcome_day")
        batch_op.drop_index(batch_op.f("ix_standings_letter_id"))
        batch_op.drop_index("ix_standings_figures")
        batch_op.drop_index(batch_op.f("ix_standings_commission_id"))

    op.drop_table("standings")
    with op.batch_alter_table("adoptions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_adoptions_unit"))
        batch_op.drop_index(batch_op.f("ix_adoptions_draft_id"))
        batch_op.drop_index(batch_op.f("ix_adoptions_day"))

    op.drop_table("adoptions")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_user_id"))

    op.drop_table("sessions")
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_links_user_id"))

    op.drop_table("links")
    op.drop_table("users")
    op.drop_table("tokens")
    with op.batch_alter_table("sanctions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sanctions_unit"))

    op.drop_table("sanctions")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notices_period"))

    op.drop_table("notices")
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journal_letter_id"))
        batch_op.drop_index(batch_op.f("ix_journal_draft_id"))
        batch_op.drop_index(batch_op.f("ix_journal_at"))

    op.drop_table("journal")
    with op.batch_alter_table("commissions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commissions_due"))

    op.drop_table("commissions")
    op.drop_table("bonuses")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempts_whose"))
        batch_op.drop_index(batch_op.f("ix_attempts_at"))

    op.drop_table("attempts")
    op.drop_column("drafts", "commission_id")
