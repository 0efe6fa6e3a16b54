from __future__ import annotations

from datetime import date

import pytest

from console.web.said_days import said_days

RECEIVED = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("是1月3日的事", [date(2026, 1, 3)]),
        ("12月30日晚上", [date(2025, 12, 30)]),
        ("2025年12月30号；12.31", [date(2025, 12, 30), date(2025, 12, 31)]),
        ("2027年1月1日", []),
        ("13月40日", []),
        ("昨天", []),
    ],
)
def test_the_days_that_an_officer_names_are_offered(words: str, days: list[date]) -> None:
    assert said_days(words, RECEIVED) == days
