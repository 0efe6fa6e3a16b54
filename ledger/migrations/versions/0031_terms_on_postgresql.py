"""PostgreSQL finds words of one or two characters by indexes of single characters and pairs."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

# "C": neither the database's language nor a new version of the system's changes what is found
TERMS = """
CREATE FUNCTION search_terms(title text, body text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT array_agg(one) || array_agg(one || COALESCE(two, ''))
FROM (SELECT string_to_array(
    lower(title COLLATE "C") || E'\\n' || lower(body COLLATE "C"), NULL)) AS whole(characters),
LATERAL ROWS FROM (unnest(characters), unnest(characters[2:])) AS pairs(one, two)
$$
"""
LETTERS = (
    "subject || chr(10) || sender_name || chr(10) || sender_address || chr(10) || "
    "coalesce(officer, '') || chr(10) || coalesce(unit, ''), file_names"
)
UP = (
    TERMS,
    'CREATE INDEX ix_drafts_terms ON drafts USING gin ((search_terms(title, text)) COLLATE "C") '
    "WITH (gin_pending_list_limit = 512)",
    f'CREATE INDEX ix_letters_terms ON letters USING gin ((search_terms({LETTERS})) COLLATE "C") '
    "WITH (gin_pending_list_limit = 512)",
    "DROP INDEX IF EXISTS ix_drafts_words",
    "DROP INDEX IF EXISTS ix_letters_words",
    "CREATE INDEX ix_standings_reasons ON standings "
    '(outcome, (CAST(reasons AS text)) COLLATE "C", draft_id)',
)
DOWN = (
    "DROP INDEX ix_standings_reasons",
    "DROP INDEX ix_letters_terms",
    "DROP INDEX ix_drafts_terms",
    "DROP FUNCTION search_terms(text, text)",
)


def upgrade() -> None:
    """Make the function and the indexes; those of trigrams go."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in UP:
            op.execute(statement)


def downgrade() -> None:
    """Take them away; trigrams, which found nothing in most Chinese words, do not come back."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in DOWN:
            op.execute(statement)
