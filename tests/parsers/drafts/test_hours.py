"""The last hour that a draft tells of its event's day."""

from __future__ import annotations

from datetime import date, time

import pytest

from parsers.drafts.hours import last_hour

DAY = date(2024, 3, 5)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("3月5日9时至10时30分，社区开展集市活动。", time(10, 30)),
        ("3月5日15时，社区召开议事会，17时结束。", time(17)),
        ("3月5日22时40分，围挡被大风刮倒，23时50分完成清障。", time(23, 50)),
        ("3月5日下午3时至5时，社区举办讲座。", time(17)),
        ("3月5日14:30，街道召开会议。", time(14, 30)),
        ("3月5日晚上8点半，志愿者开始巡逻。", time(20, 30)),
        ("3月5日，社区清理楼道，用时2小时18分。", None),
        ("3月5日，社区安排8支队伍24小时值守。", None),
        ("3月5日9时，社区开会，要求3月6日18时前整改到位。", time(9)),
        ("3月5日9时，社区开会，计划17时再次检查。", time(9)),
        ("3月4日16时，发生险情。3月5日，社区整改完毕。", None),
        ("3月5日24时，值守结束。", None),
    ],
)
def test_the_hour_is_the_last_that_belongs_to_the_day(text: str, hour: time | None) -> None:
    assert last_hour([text], DAY, date(2024, 3, 6)) == hour
