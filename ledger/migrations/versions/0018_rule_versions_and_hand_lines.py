"""Versions of the provisions in the journal, ±points by hand, points with fractions."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables. SQLite's integer columns hold fractions as they are; PostgreSQL's are changed."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    points: sa.types.TypeEngine[Any] = sa.Integer() if sqlite else sa.Numeric(12, 4)
    op.create_table(
        "rule_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_versions")),
    )
    op.create_table(
        "hand_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(255), nullable=False),
        sa.Column("person", sa.String(255), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("points", points, nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.String(64), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_lines")),
    )
    op.create_index("ix_hand_lines_day", "hand_lines", ["day"])
    op.add_column("scores", sa.Column("hand_line_id", sa.Integer(), nullable=True))
    if not sqlite:
        for table in ("drafts", "scores"):
            op.alter_column(table, "points", type_=sa.Numeric(12, 4), existing_type=sa.Integer())


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        for table in ("drafts", "scores"):
            op.alter_column(table, "points", type_=sa.Integer(), existing_type=sa.Numeric(12, 4))
    op.drop_column("scores", "hand_line_id")
    op.drop_index("ix_hand_lines_day", "hand_lines")
    op.drop_table("hand_lines")
    op.drop_table("rule_versions")
