"""The SQL view of a quarter beside the program's own table."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import text

from console.application import Application
from rulebook.periods import parse
from tests.model.regulation_types import Period


def check_view(application: Application, quarters: Sequence[Period]) -> list[str]:
    """Compare counts, tiers and points of every row that has any."""
    wrong = []
    query = text("SELECT * FROM v_points_by_quarter WHERE quarter = :quarter")
    for period in quarters:
        name = f"{period.start.year}Q{period.start.month // 3 + 1}"
        view: dict[str, list[Decimal]] = {}
        with application.engine.connect() as connection:
            for row in connection.execute(query, {"quarter": name}).mappings():
                keys = ("news", "articles", "one", "two", "three", "four", "five", "points")
                figures = [Decimal(str(row[key])) for key in keys]
                before = view.get(row["unit"], [Decimal(0)] * 8)
                view[row["unit"]] = [a + b for a, b in zip(before, figures, strict=True)]
        tables: dict[str, list[Decimal]] = {}
        made = application.figures.summary(parse(name), period.end)
        for _, rows in made.tables:
            for line in rows:
                figures = [Decimal(str(one)) for one in (*line.counts, *line.adopted, line.points)]
                before = tables.get(line.unit, [Decimal(0)] * 8)
                tables[line.unit] = [a + b for a, b in zip(before, figures, strict=True)]
        for unit in view.keys() | tables.keys():
            none = [Decimal(0)] * 8
            if view.get(unit, none) != tables.get(unit, none):
                wrong.append(f"view of {name} {unit}: {view.get(unit)}, table {tables.get(unit)}")
    return wrong
