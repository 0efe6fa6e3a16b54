"""Captions, fields, the covering note and the file name date what the text leaves open; a stamp never does."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.drafts.text import TextFacts, describe
from rulebook.model import DayDoubt

RECEIVED = date(2022, 3, 8)
TITLE = "湖塘镇开展安全检查"
UNDATED = "湖塘镇应急管理局检查仓储企业8家，发现隐患21处，责令限期整改，并宣讲典型事故案例。"


def read(*lines: str, file_name: str = "稿.docx", note: str = "") -> TextFacts:
    return describe(
        lines, (), file_name=file_name, received=RECEIVED, unit_names=("湖塘镇",), note=note
    )


@pytest.mark.parametrize(
    "caption",
    ["图为3月7日检查现场。", "▲3月7日，检查组查看仓库", "图为3月7日，工作人员在检查。 钱一鸣 摄"],
)
def test_a_caption_dates_a_text_without_a_day(caption: str) -> None:
    assert read(TITLE, UNDATED, caption).event_date.day == date(2022, 3, 7)


def test_a_caption_settles_what_the_text_calls_recently() -> None:
    assert read(TITLE, f"近日，{UNDATED}", "图为3月7日检查现场。").event_date.day == date(
        2022, 3, 7
    )


def test_captions_that_disagree_leave_the_day_open() -> None:
    event = read(TITLE, UNDATED, "图为3月6日检查现场。", "图为3月7日检查现场。").event_date
    assert (event.day, event.doubt) == (None, DayDoubt.SEVERAL)


def test_the_text_comes_before_its_captions() -> None:
    event = read(TITLE, f"3月6日，{UNDATED}", "图为3月7日检查现场。").event_date
    assert (event.day, event.latest) == (date(2022, 3, 6), date(2022, 3, 7))


def test_a_field_of_a_table_dates_the_text_and_disputes_another_day() -> None:
    row = "活动时间\t2022年3月7日\t活动地点\t镇政府"
    assert read(TITLE, UNDATED, row).event_date.day == date(2022, 3, 7)
    assert read(TITLE, f"3月5日，{UNDATED}", row).event_date.doubt is DayDoubt.SEVERAL


@pytest.mark.parametrize(
    "row", ["报送时间\t2022年3月7日", "填报日期\t2022年3月7日\t填报人\t钱一鸣"]
)
def test_the_day_of_sending_is_no_evidence(row: str) -> None:
    assert read(TITLE, UNDATED, row).event_date.day is None


def test_the_covering_note_dates_a_lone_draft() -> None:
    note = "附件是我们3月7日下午开展入户检查的动态，请查收。"
    assert read(TITLE, UNDATED, note=note).event_date.day == date(2022, 3, 7)
    assert read(TITLE, f"近日，{UNDATED}", note=note).event_date.day is None


@pytest.mark.parametrize(
    "note", ["3月7日那封忘了压缩，现重发。", "本周的稿件请查收。", "请于3月7日前审核。"]
)
def test_a_note_about_the_letter_dates_nothing(note: str) -> None:
    assert read(TITLE, UNDATED, note=note).event_date.day is None


def test_a_day_spelt_out_in_the_file_name_counts_and_bare_digits_do_not() -> None:
    assert read(TITLE, UNDATED, file_name="检查（3月7日）.docx").event_date.day == date(2022, 3, 7)
    assert read(TITLE, UNDATED, file_name="0307.docx").event_date.day is None
    assert read(TITLE, UNDATED, file_name="20220307检查.docx").event_date.day is None


FIELDS = ("发布日期：2022-03-07 16:04", "信息来源：湖塘镇", "浏览次数：37", "字号：[大 中 小]")


@pytest.mark.parametrize("order", [" ".join(order) for order in permutations(FIELDS)])
def test_a_web_stamp_in_any_order_never_beats_the_text(order: str) -> None:
    above = read(TITLE, order, f"2月20日，{UNDATED}").event_date
    below = read(TITLE, f"2月20日，{UNDATED}", order).event_date
    assert {above.day, below.day} == {date(2022, 2, 20)}
    assert {above.latest, below.latest} == {date(2022, 2, 20)}


@pytest.mark.parametrize(
    "stamp",
    [
        "2022-03-07 09:00:00 湖塘镇 浏览：12", "湖塘镇应急管理局 发布于 2022-03-07 浏览 123 次",
        "来源：湖塘镇 | 时间：2022-03-07 | 阅读：33", "发布于2022-03-07", "2022-03-07 16:04:33", "日期：2022-03-07",
        "时间：2022-03-07", "【发布日期】2022-03-07【来源】湖塘镇", "作者：湖塘镇　发表日期：2022/3/7",
        "湖塘镇 2022-03-07 10:00", "更新：2022-03-07", "发布时间：2022年03月07日 来源：本站 责任编辑：小张",
    ],
)  # fmt: skip
def test_a_stamp_of_any_form_is_no_evidence(stamp: str) -> None:
    assert read(TITLE, stamp, UNDATED).event_date.day is None
    assert read(TITLE, stamp, f"2月20日，{UNDATED}").event_date.day == date(2022, 2, 20)


@pytest.mark.parametrize(
    "lines",
    [
        ("来源：武进应急", "时间：03-07 08:40", "阅读：219"),
        ("时间：2022年3月7日", "浏览次数：37", "来源：湖塘镇"),
        ("作者：钱一鸣", "日期：3月7日", "点击数：5"),
    ],
)
def test_a_stamp_over_several_lines_is_no_evidence(lines: tuple[str, ...]) -> None:
    assert read(TITLE, *lines, UNDATED).event_date.day is None
    assert read(TITLE, *lines, f"2月20日，{UNDATED}").event_date.day == date(2022, 2, 20)


def test_fields_that_tell_of_no_page_stay_fields() -> None:
    facts = read(TITLE, "时间：3月7日", "地点：镇政府", UNDATED)
    assert facts.event_date.day == date(2022, 3, 7)


def test_a_stamp_run_into_the_text_is_no_evidence() -> None:
    line = f"发布时间：2022-03-07 来源：湖塘镇 3月4日，{UNDATED}"
    assert read(TITLE, line).event_date.day == date(2022, 3, 4)


def test_yesterday_counts_from_the_day_an_article_was_put_up() -> None:
    event = read(TITLE, "发布时间：2022-03-05 来源：湖塘镇", f"昨日，{UNDATED}").event_date
    assert event.day == date(2022, 3, 4)


@given(st.integers(3, 80), st.integers(0, 20))
def test_no_stamp_makes_a_late_text_timely(ago: int, fresh: int) -> None:
    day = RECEIVED - timedelta(days=ago)
    stamp = RECEIVED - timedelta(days=min(fresh, ago))
    line = f"发布日期：{stamp:%Y-%m-%d} 来源：湖塘镇 浏览次数：5"
    event = read(TITLE, line, f"{day.month}月{day.day}日，{UNDATED}").event_date
    assert (event.day, event.latest) == (day, day)


def test_when_a_post_was_put_up_may_stand_in_brackets_behind_it() -> None:
    said = "网民“陪考妈妈”发文称，某工地夜间施工影响休息（发布时间：2022年3月7日22:41）。"
    assert read("网民称工地夜间施工", said).event_date.posted == date(2022, 3, 7)


def test_a_web_stamp_in_brackets_behind_a_units_deed_is_no_day_of_it() -> None:
    event = read(TITLE, f"{UNDATED}（发布时间：2022年3月7日22:41）").event_date
    assert (event.day, event.posted) == (None, None)
