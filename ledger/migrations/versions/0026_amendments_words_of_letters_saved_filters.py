"""What people correct in drafts, urgent drafts, saved filters, and letters found by their words."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

# as of drafts (0003): two spaces at the end, so that a short word begins a trigram wherever it stands
WORDS = (
    "{0}.subject || char(10) || {0}.sender_name || char(10) || {0}.sender_address || char(10) || "
    "coalesce({0}.officer, '') || char(10) || coalesce({0}.unit, '') || char(10) || {0}.file_names "
    "|| '\u3000\u3000'"
)
COLUMNS = "subject, sender_name, sender_address, officer, unit, file_names"
OLD, NEW = WORDS.format("old"), WORDS.format("new")
TRIGRAMS = (
    f"CREATE VIEW letters_fts_content AS SELECT id, {WORDS.format('letters')} AS words FROM letters",
    "CREATE VIRTUAL TABLE letters_fts USING fts5("
    "words, tokenize='trigram', content='letters_fts_content', content_rowid='id')",
    "CREATE VIRTUAL TABLE letters_terms USING fts5vocab(letters_fts, 'row')",
    "CREATE TRIGGER letters_fts_insert AFTER INSERT ON letters BEGIN "
    f"INSERT INTO letters_fts(rowid, words) VALUES (new.id, {NEW}); END",
    f"CREATE TRIGGER letters_fts_update AFTER UPDATE OF {COLUMNS} ON letters BEGIN "
    f"INSERT INTO letters_fts(letters_fts, rowid, words) VALUES ('delete', old.id, {OLD}); "
    f"INSERT INTO letters_fts(rowid, words) VALUES (new.id, {NEW}); END",
    "INSERT INTO letters_fts(letters_fts) VALUES ('rebuild')",
)
TRIGRAMS_DOWN = (
    "DROP TRIGGER letters_fts_update",
    "DROP TRIGGER letters_fts_insert",
    "DROP TABLE letters_terms",
    "DROP TABLE letters_fts",
    "DROP VIEW letters_fts_content",
)
FILE_NAMES = {
    "sqlite": "UPDATE letters SET file_names = trim("
    "coalesce((SELECT group_concat(value, char(10)) FROM json_each(attachments)), '') || char(10) || "
    "coalesce((SELECT group_concat(json_extract(value, '$.path'), char(10)) "
    "FROM json_each(files)), ''), char(10))",
    "postgresql": "UPDATE letters SET file_names = trim(both chr(10) from "
    "coalesce((SELECT string_agg(value, chr(10)) FROM json_array_elements_text(attachments)), '') "
    "|| chr(10) || coalesce((SELECT string_agg(value->>'path', chr(10)) "
    "FROM json_array_elements(files)), ''))",
}
# PostgreSQL had trigrams until 0031
PG_TRIGRAMS_DOWN = ("DROP INDEX IF EXISTS ix_letters_words",)


def upgrade() -> None:
    """Add the columns, tables and the index of words."""
    op.add_column("drafts", sa.Column("origin", sa.String(255), nullable=False, server_default=""))
    op.add_column(
        "drafts", sa.Column("urgent", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.create_index(
        "ix_drafts_urgent",
        "drafts",
        ["urgent", "id"],
        sqlite_where=sa.text("urgent"),
        postgresql_where=sa.text("urgent"),
    )
    op.create_table(
        "amendments",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("draft_id", sa.Integer, sa.ForeignKey("drafts.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.JSON, nullable=False),
        sa.Column("after", sa.JSON, nullable=False),
    )
    op.create_index("ix_amendments_draft_id", "amendments", ["draft_id"])
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("path", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("query", sa.Text, nullable=False),
    )
    op.create_index("ix_saved_filters_who", "saved_filters", ["who"])
    op.add_column("letters", sa.Column("file_names", sa.Text, nullable=False, server_default=""))
    op.execute(FILE_NAMES[op.get_context().dialect.name])
    sqlite = op.get_context().dialect.name == "sqlite"
    for statement in TRIGRAMS if sqlite else ():
        op.execute(statement)


def downgrade() -> None:
    """Take them away."""
    sqlite = op.get_context().dialect.name == "sqlite"
    for statement in TRIGRAMS_DOWN if sqlite else PG_TRIGRAMS_DOWN:
        op.execute(statement)
    op.drop_column("letters", "file_names")
    op.drop_table("saved_filters")
    op.drop_table("amendments")
    op.drop_index("ix_drafts_urgent", "drafts")
    op.drop_column("drafts", "urgent")
    op.drop_column("drafts", "origin")
