"""Words of duration and of later days tell how late an event could have ended."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.drafts import durations

RECEIVED = date(2022, 3, 12)
DAY = date(2022, 3, 3)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("为期三天的培训班开班。", 3), ("培训班历时2天。", 2), ("连续三天开展巡查。", 3),
        ("为期一周的检查启动。", 7), ("5天时间里，检查点位87个。", 5), ("要求三天内整改。", 0),
        ("湖塘镇开展检查。", 0), ("两天的集中培训结束。", 2),
    ],
)  # fmt: skip
def test_a_duration_is_read_in_days(text: str, days: int) -> None:
    assert durations.days_of(text) == days


@pytest.mark.parametrize(
    "text",
    [
        "会后，各村开展检查。",
        "隔天，检查组又来了。",
        "三天后，再次检查。",
        "近日，又开展检查。",
        "培训班圆满结业。",
    ],
)
def test_a_word_of_a_later_day_may_mean_any_day_up_to_the_receipt(text: str) -> None:
    assert durations.latest(DAY, [text], RECEIVED) == RECEIVED


def test_a_closing_adds_nothing_to_a_span_that_has_ended() -> None:
    assert durations.latest(DAY, ["运动会圆满落幕。"], RECEIVED, ended=True) == DAY


@given(st.integers(1, 60), st.sampled_from(["为期{}天", "历时{}天", "连续{}天"]))
def test_a_duration_never_reaches_beyond_the_receipt(days: int, form: str) -> None:
    end = durations.latest(DAY, [form.format(days)], RECEIVED)
    assert end == min(RECEIVED, DAY + timedelta(days=days - 1))
