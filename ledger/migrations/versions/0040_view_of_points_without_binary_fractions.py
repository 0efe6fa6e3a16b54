"""The view of points by quarter adds exactly on SQLite, too: -0.4, not -0.3999999999999999."""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

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
ADDED = "SUM(n.{0}) AS {0}"
# SQLite adds fractions as binary ones; written as a text and read again, whole sums stay whole numbers
EXACT = "CAST(CAST(ROUND(SUM(n.{0}), 4) AS TEXT) AS NUMERIC) AS {0}"


def upgrade() -> None:
    """Make the view anew on SQLite; PostgreSQL adds decimals."""
    _make(EXACT)


def downgrade() -> None:
    """Add as before."""
    _make(ADDED)


def _make(added: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    news = COUNTED.format("n.adoption IS NULL AND n.kind IN ('工作动态', '舆情')", "news")
    articles = COUNTED.format(
        "n.adoption IS NULL AND n.kind IN ('综合性原创文章', '约稿')", "articles"
    )
    op.execute("DROP VIEW v_points_by_quarter")
    op.execute(
        f"CREATE VIEW v_points_by_quarter AS SELECT n.quarter, n.unit, n.unit_group, {news}, "
        f"{articles}, {TIERS}, {added.format('by_hand')}, {added.format('points')} FROM ({NET}) n "
        "GROUP BY n.quarter, n.unit, n.unit_group"
    )
