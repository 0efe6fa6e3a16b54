from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from rulebook.deadlines import last_moment

ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("deadline", "told"),
    [
        (datetime(2022, 3, 8, 16, 0, tzinfo=UTC), (date(2022, 3, 8), "24:00")),
        (datetime(2022, 3, 8, 15, 59, tzinfo=UTC), (date(2022, 3, 8), "23:59")),
        (datetime(2022, 3, 8, 16, 1, tzinfo=UTC), (date(2022, 3, 9), "00:01")),
        (datetime(2021, 12, 31, 16, 0, tzinfo=UTC), (date(2021, 12, 31), "24:00")),
    ],
)
def test_midnight_is_told_as_the_end_of_the_day_before(
    deadline: datetime, told: tuple[date, str]
) -> None:
    assert last_moment(deadline, ZONE) == told
    assert last_moment(deadline, ZoneInfo(ZONE)) == told
