"""Add SQLite's index of standings by reasons, to find the drafts of a rare reason."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# PostgreSQL has no order for JSON and needs none: it reads the rows of an outcome fast enough


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE INDEX ix_standings_reasons ON standings (outcome, reasons, draft_id)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP INDEX ix_standings_reasons")
