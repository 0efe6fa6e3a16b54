"""Days that go by a name are reckoned by the fixed, the lunar and the solar calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.drafts import festivals
from parsers.drafts.date_expressions import tidy
from parsers.drafts.dates import event_date


@pytest.mark.parametrize(
    ("sentence", "received", "day"),
    [
        ("清明节当天一早，牛塘镇在墓园值守。", date(2022, 4, 6), date(2022, 4, 5)),
        ("“三八”妇女节当天，湖塘镇慰问女职工。", date(2022, 3, 9), date(2022, 3, 8)),
        ("除夕当晚，洛阳镇开展巡逻。", date(2023, 1, 23), date(2023, 1, 21)),
        ("除夕夜，洛阳镇值守。", date(2023, 1, 23), date(2023, 1, 21)),
        ("元宵节，救援科保障灯会。", date(2023, 2, 6), date(2023, 2, 5)),
        ("“6·16”安全宣传咨询日当天，前黄镇设点宣传。", date(2022, 6, 17), date(2022, 6, 16)),
        ("正月初八，雪堰镇开展复工检查。", date(2024, 2, 19), date(2024, 2, 17)),
        ("农历二月二，湖塘镇开展检查。", date(2023, 2, 22), date(2023, 2, 21)),
        ("端午节当天，雪堰镇保障龙舟赛。", date(2022, 6, 4), date(2022, 6, 3)),
        ("中秋节当晚，西太湖开展检查。", date(2022, 9, 11), date(2022, 9, 10)),
        ("重阳节上午，救援科走进养老院。", date(2023, 10, 24), date(2023, 10, 23)),
        ("腊八当天，科教城开展检查。", date(2022, 12, 31), date(2022, 12, 30)),
        ("母亲节当天，湖塘镇慰问职工家属。", date(2023, 5, 15), date(2023, 5, 14)),
        ("冬至当天，湖塘镇在公墓值守。", date(2022, 12, 23), date(2022, 12, 22)),
        ("端午假期三天，高新区分组检查企业。", date(2023, 6, 26), date(2023, 6, 24)),
    ],
)
def test_a_day_told_by_its_name_is_reckoned(sentence: str, received: date, day: date) -> None:
    assert event_date("", [sentence], received).day == day


@pytest.mark.parametrize(
    "sentence",
    [
        "国庆假期期间，西太湖全员在岗。",
        "清明节前后，湖塘镇加强巡查。",
        "节日期间，湖塘镇加强值守。",
        "春节临近，湖塘镇开展检查。",
        "距离元旦还有三天，湖塘镇开展检查。",
        "为迎接国庆节，湖塘镇开展检查。",
        "每年清明节当天，湖塘镇都要值守。",
        "五一，湖塘镇开展检查。",
    ],
)
def test_a_name_that_is_several_days_or_none_dates_nothing(sentence: str) -> None:
    assert event_date("", [sentence], date(2022, 4, 6)).day is None


def test_a_holiday_of_another_length_than_told_is_no_span() -> None:
    assert list(festivals.mentions("端午假期四天，高新区检查企业。", date(2023, 6, 26))) == []


@given(st.dates(date(2001, 1, 1), date(2090, 12, 31)))
def test_a_named_day_is_the_one_nearest_to_the_receipt(received: date) -> None:
    for name in ("除夕", "元宵节", "清明节", "国庆节", "母亲节"):
        (mention,) = festivals.mentions(f"{name}当天，湖塘镇值守。", received)
        assert mention.last is not None
        assert abs(mention.last - received) <= timedelta(days=200)


@given(st.text("春节元宵清明端午中秋国庆假期当天初一二三十正腊月日，。0123456789·", max_size=30))
def test_nothing_that_looks_like_a_festival_can_break_the_reading(text: str) -> None:
    sentence = tidy(text)
    for mention in festivals.mentions(sentence, date(2022, 3, 8)):
        assert 0 <= mention.start < mention.end <= len(sentence)
