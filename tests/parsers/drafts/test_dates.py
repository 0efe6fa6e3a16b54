"""The day of an event: every form and trap that drafts are known to hold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.drafts.date_expressions import number, tidy
from parsers.drafts.dates import event_date
from rulebook.model import DayDoubt, EventDate

RECEIVED = date(2022, 3, 8)  # a Tuesday


def day_of(
    *sentences: str, title: str = "", received: date = RECEIVED, written: date | None = None
) -> EventDate:
    return event_date(title, sentences, received, written)


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("3月6日，湖塘镇开展危化品企业专项检查。", date(2022, 3, 6)),
        ("2022年3月6日上午，湖塘镇召开会议。", date(2022, 3, 6)),
        ("3月6号下午，湖塘镇组织演练。", date(2022, 3, 6)),
        ("３月６日，湖塘镇开展检查。", date(2022, 3, 6)),
        ("3 月 6 日，湖塘镇开展检查。", date(2022, 3, 6)),
        ("二〇二二年三月六日，湖塘镇开展检查。", date(2022, 3, 6)),
        ("三月六日，湖塘镇开展检查。", date(2022, 3, 6)),
        ("二月二十八日，湖塘镇开展检查。", date(2022, 2, 28)),
        ("2022-03-06，湖塘镇开展检查。", date(2022, 3, 6)),
        ("2022.3.6，湖塘镇开展检查。", date(2022, 3, 6)),
        ("2022/3/6 湖塘镇开展检查。", date(2022, 3, 6)),
        ("3月4日至6日，湖塘镇开展检查。", date(2022, 3, 6)),
        ("3月4日-6日，湖塘镇开展检查。", date(2022, 3, 6)),
        ("3月4至6日，湖塘镇开展检查。", date(2022, 3, 6)),
        ("3月4-6日，湖塘镇开展检查。", date(2022, 3, 6)),
        ("3月5、6日，湖塘镇开展检查。", date(2022, 3, 6)),
        ("3月5日、6日，湖塘镇开展检查。", date(2022, 3, 6)),
        ("2月28日至3月2日，湖塘镇开展检查。", date(2022, 3, 2)),
        ("3月6日湖塘镇开展检查。", date(2022, 3, 6)),
        ("湖塘镇于3月6日开展检查。", date(2022, 3, 6)),
        ("为吸取教训，湖塘镇应急管理局在3月6日组织演练。", date(2022, 3, 6)),
        ("为深刻吸取“3·21”事故教训，3月6日，湖塘镇开展检查。", date(2022, 3, 6)),
        ("根据3月1日会议精神，3月6日下午，湖塘镇开展检查。", date(2022, 3, 6)),
        ("根据《2021年9月1日起施行的安全生产法》，3月6日，湖塘镇开展检查。", date(2022, 3, 6)),
        ("昨日，湖塘镇开展检查。", date(2022, 3, 7)),
        ("昨天下午，湖塘镇开展检查。", date(2022, 3, 7)),
        ("今天上午，湖塘镇开展检查。", date(2022, 3, 8)),
        ("前天，湖塘镇开展检查。", date(2022, 3, 6)),
        ("本周一，湖塘镇开展检查。", date(2022, 3, 7)),
        ("上周五，湖塘镇开展检查。", date(2022, 3, 4)),
        ("周六下午，湖塘镇开展检查。", date(2022, 3, 5)),
        ("6日上午，湖塘镇开展检查。", date(2022, 3, 6)),
        ("28日，湖塘镇开展检查。", date(2022, 2, 28)),
        ("本月6日，湖塘镇开展检查。", date(2022, 3, 6)),
        ("上月28日，湖塘镇开展检查。", date(2022, 2, 28)),
        ("3月6日前往企业检查的还有消防部门。", date(2022, 3, 6)),
        ("3月6日（农历二月初四），湖塘镇开展检查。", date(2022, 3, 6)),
        ("去年12月31日，湖塘镇开展检查。", date(2021, 12, 31)),
        ("3月6日（星期日），湖塘镇开展检查。", date(2022, 3, 6)),
        ("2月27日（周日）上午，湖塘镇开展检查。", date(2022, 2, 27)),
        ("周日（3月6日），湖塘镇开展检查。", date(2022, 3, 6)),
        ("昨日（3月6日），湖塘镇开展检查。", date(2022, 3, 6)),
        ("3月6日（星期日，农历二月初四），湖塘镇开展检查。", date(2022, 3, 6)),
        ("3月5日晚至6日凌晨，湖塘镇开展检查。", date(2022, 3, 6)),
        ("3月5日22时至次日凌晨3时，湖塘镇开展检查。", date(2022, 3, 6)),
        ("3月4日20时到3月6日8时，湖塘镇开展检查。", date(2022, 3, 6)),
        ("3月5日（周六）至6日（周日），湖塘镇开展检查。", date(2022, 3, 6)),
        ("从3月4日到3月6日，湖塘镇开展检查。", date(2022, 3, 6)),
        ("3月3日至4日、6日，湖塘镇开展检查。", date(2022, 3, 6)),
        ("2022.3.5-2022.3.6，湖塘镇开展检查。", date(2022, 3, 6)),
        ("3.6日上午，湖塘镇开展检查。", date(2022, 3, 6)),
        ("2022-03-06 21:15，网民发帖。", date(2022, 3, 6)),
        ("周日（6日）中午，有家长发帖。", date(2022, 3, 6)),
        ("3 月 6 日 9:30，湖塘镇开展检查。", date(2022, 3, 6)),
        ("截至2月28日共检查30家，6日，湖塘镇又开展检查。", date(2022, 3, 6)),
        ("3月6日，湖塘镇开展检查，要求企业于3月15日下班前完成整改。", date(2022, 3, 6)),
        ("3月6日，湖塘镇召开会议，会议决定3月18日召开现场会。", date(2022, 3, 6)),
        ("3月6日是世界检查日。当天上午，湖塘镇开展检查。", date(2022, 3, 6)),
    ],
)
def test_every_way_to_write_a_day_is_read(sentence: str, day: date) -> None:
    found = day_of(sentence)
    assert (found.day, found.doubt) == (day, None)
    assert tidy(sentence).startswith(found.evidence)


@pytest.mark.parametrize(
    ("sentence", "doubt"),
    [
        ("近日，湖塘镇开展检查。", DayDoubt.VAGUE),
        ("日前，湖塘镇开展检查。", DayDoubt.VAGUE),
        ("连日来，湖塘镇持续开展检查。", DayDoubt.VAGUE),
        ("3月上旬，湖塘镇开展检查。", DayDoubt.VAGUE),
        ("湖塘镇开展检查，共查出隐患3处。", DayDoubt.NO_DATE),
        ("3月份，湖塘镇开展检查。", DayDoubt.NO_DATE),
        ("2月30日，湖塘镇开展检查。", DayDoubt.IMPOSSIBLE),
        ("13月5日，湖塘镇开展检查。", DayDoubt.IMPOSSIBLE),
        ("2022年2月29日，湖塘镇开展检查。", DayDoubt.IMPOSSIBLE),
        ("今天是农历二月二，湖塘镇开展检查。", DayDoubt.LUNAR),
        ("农历正月，湖塘镇开展检查。", DayDoubt.LUNAR),
        ("大年初几，湖塘镇都在检查。", DayDoubt.LUNAR),
        ("截至3月6日，湖塘镇共检查企业30家。", DayDoubt.NO_DATE),
        ("自3月1日以来，湖塘镇共检查企业30家。", DayDoubt.NO_DATE),
        ("今年以来，湖塘镇共检查企业30家。", DayDoubt.NO_DATE),
        ("湖塘镇将于3月10日召开会议。", DayDoubt.NO_DATE),
        ("各企业须在3月6日前完成整改。", DayDoubt.NO_DATE),
        ("联系电话：0519-86310000，3日内反馈。", DayDoubt.NO_DATE),
        ("12345热线接到来电。", DayDoubt.NO_DATE),
        ("3月5日是全国中学生安全教育日，湖塘镇开展宣传。", DayDoubt.NO_DATE),
        ("今日武进报道了湖塘镇的做法。", DayDoubt.NO_DATE),
        ("为贯彻落实3月3日全市会议精神，湖塘镇迅速行动。", DayDoubt.NO_DATE),
        ("针对3月2日外地发生的火灾，湖塘镇开展排查。", DayDoubt.NO_DATE),
        ("在3月15日消费者权益日到来之际，湖塘镇开展宣传。", DayDoubt.NO_DATE),
        ("3月6日，湖塘镇将开展检查。", DayDoubt.NO_DATE),
        ("“3月6日我也在现场。”一位职工说。", DayDoubt.NO_DATE),
        ("今天的安全，就是明天的效益。", DayDoubt.NO_DATE),
        ("此前，3月2日该企业曾被约谈。", DayDoubt.NO_DATE),
        ("整改期限为3月6日。", DayDoubt.NO_DATE),
        ("上周，湖塘镇开展检查。", DayDoubt.VAGUE),
        ("春节期间，湖塘镇开展检查。", DayDoubt.VAGUE),
        ("3月5日（星期日），湖塘镇开展检查。", DayDoubt.IMPOSSIBLE),
        ("3月6日至4日，湖塘镇开展检查。", DayDoubt.IMPOSSIBLE),
        ("2021年3月6日，湖塘镇开展检查。", DayDoubt.LONG_AGO),
    ],
)
def test_what_is_no_day_of_an_event_stays_open(sentence: str, doubt: DayDoubt) -> None:
    found = day_of(sentence)
    assert (found.day, found.doubt) == (None, doubt)


def test_a_day_in_the_lead_outweighs_the_background() -> None:
    found = day_of("3月6日，湖塘镇开展检查。", "2月20日印发的方案要求，各地要排查隐患。")
    assert found.day == date(2022, 3, 6)


def test_a_later_stage_of_the_story_leaves_the_day_open() -> None:
    found = day_of("3月2日，湖塘镇开展检查。", "3月7日，检查组对隐患进行了复查。")
    assert (found.day, found.doubt) == (None, DayDoubt.SEVERAL)
    assert "3月2日" in found.evidence
    assert "3月7日" in found.evidence


def test_an_announced_day_does_not_disturb_the_event() -> None:
    found = day_of("3月6日，湖塘镇召开动员会。", "专项行动将于3月10日启动，3月31日前完成。")
    assert found.day == date(2022, 3, 6)


def test_recently_in_the_lead_is_not_mended_by_a_day_further_down() -> None:
    found = day_of("近日，湖塘镇开展系列宣传。", "3月6日，志愿者走进社区。")
    assert (found.day, found.doubt) == (None, DayDoubt.VAGUE)


def test_a_day_that_only_the_title_gives_counts() -> None:
    found = day_of("湖塘镇检查企业30家。", title="湖塘镇3月6日检查情况")
    assert found.evidence


def test_a_title_that_names_another_day_leaves_it_open() -> None:
    found = day_of("3月6日，湖塘镇开展检查。", title="湖塘镇3月5日检查情况")
    assert (found.day, found.doubt) == (None, DayDoubt.SEVERAL)


def test_a_draft_dated_before_its_event_leaves_the_day_open() -> None:
    found = day_of("3月6日，湖塘镇开展检查。", written=date(2022, 3, 4))
    assert (found.day, found.doubt) == (None, DayDoubt.SEVERAL)


def test_days_in_mid_sentence_that_disagree_leave_the_day_open() -> None:
    found = day_of("检查组查阅3月1日的记录。", "企业负责人3月4日的承诺没有兑现。")
    assert (found.day, found.doubt) == (None, DayDoubt.SEVERAL)


def test_the_weather_of_late_only_sets_the_scene() -> None:
    found = day_of("近期，气温回升，火险等级高。", "3月6日，湖塘镇开展检查。")
    assert found.day == date(2022, 3, 6)


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("22年3月6日，湖塘镇开展检查。", date(2022, 3, 6)),
        ("21年3月6日，湖塘镇开展检查。", None),
        ("大前天，湖塘镇开展检查。", date(2022, 3, 5)),
        ("据3月6日《常州日报》报道，湖塘镇发生火情。", None),
        ("记者3月6日从湖塘镇获悉，该镇将开展检查。", None),
        ("本网3月6日讯 3月5日，湖塘镇开展检查。", date(2022, 3, 5)),
        ("本网3月6日讯 昨日，湖塘镇开展检查。", date(2022, 3, 5)),
        ("3月6日电 湖塘镇开展检查。", None),
        ("3月6日电力部门检查线路。", date(2022, 3, 6)),
        ("2022-3-5（周六）至3月6日，湖塘镇开展检查。", date(2022, 3, 6)),
        ("3月6日（星期日）前，湖塘镇开展检查。", None),
    ],
)
def test_a_day_of_report_or_hearsay_is_not_the_events(sentence: str, day: date | None) -> None:
    assert day_of(sentence).day == day


def test_of_a_post_and_its_answer_the_post_counts() -> None:
    posted = day_of("3月5日，网民发帖反映扬尘。", "3月6日，镇里现场核实。")
    assert (posted.posted, posted.latest) == (date(2022, 3, 5), date(2022, 3, 6))
    assert day_of("3月5日，湖塘镇开展检查。", "3月6日，镇里现场约谈。").day is None


def test_a_person_whose_name_reads_like_a_weekday_is_no_day() -> None:
    found = day_of("3月4日，网格员第三次上门。", "，周一鸣带来了照片。")
    assert found.day == date(2022, 3, 4)


def test_relative_words_count_from_the_day_the_draft_bears() -> None:
    found = day_of("昨日，湖塘镇开展检查。", written=date(2022, 3, 5))
    assert found.day == date(2022, 3, 4)


@pytest.mark.parametrize(
    ("sentence", "received", "day"),
    [
        ("12月31日，湖塘镇开展检查。", date(2022, 1, 2), date(2021, 12, 31)),
        ("1月1日，湖塘镇开展检查。", date(2021, 12, 31), date(2022, 1, 1)),
        ("12月30日至1月2日，湖塘镇开展检查。", date(2022, 1, 3), date(2022, 1, 2)),
        ("2月29日，湖塘镇开展检查。", date(2024, 3, 1), date(2024, 2, 29)),
        ("2月29日，湖塘镇开展检查。", date(2023, 3, 1), None),
        ("31日，湖塘镇开展检查。", date(2022, 3, 1), date(2022, 1, 31)),
        ("31日，湖塘镇开展检查。", date(2022, 2, 2), date(2022, 1, 31)),
    ],
)
def test_a_missing_year_is_the_one_nearest_to_the_receipt(
    sentence: str, received: date, day: date | None
) -> None:
    assert day_of(sentence, received=received).day == day


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.integers(-150, 92))
def test_a_day_near_the_receipt_is_read_back_with_or_without_its_year(
    day: date, distance: int
) -> None:
    received = day + timedelta(days=distance)
    for text in (f"{day.year}年{day.month}月{day.day}日", f"{day.month}月{day.day}日"):
        assert day_of(f"{text}，湖塘镇开展检查。", received=received).day == day


@given(st.text("年月日号至到—-、，。0123456789一二三十〇农历正近截至前后将于《》 ", max_size=40))
def test_nothing_that_looks_like_a_date_can_break_the_reading(text: str) -> None:
    found = day_of(text)
    assert (found.day is None) == (found.doubt is not None)


@pytest.mark.parametrize(
    ("text", "value"),
    [("十", 10), ("十二", 12), ("二十", 20), ("三十一", 31), ("二〇二二", 2022), ("廿三", 23)],
)
def test_chinese_numerals_are_read(text: str, value: int) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    "lead",
    [
        "2月21日，农历二月二，湖塘镇开展检查。",
        "2月21日农历二月二，湖塘镇开展检查。",
        "2月21日（农历二月二）湖塘镇开展检查。",
        "2月21日（星期二，农历二月初二），湖塘镇开展检查。",
        "农历二月二（2月21日），湖塘镇开展检查。",
    ],
)
def test_a_lunar_day_beside_a_date_explains_it(lead: str) -> None:
    assert event_date("", [lead], date(2023, 2, 22)).day == date(2023, 2, 21)


@pytest.mark.parametrize("word", ["昨夜今晨", "昨晚今晨", "昨夜至今晨", "昨晚到今早"])
def test_last_night_and_this_morning_end_today(word: str) -> None:
    said = event_date("", [f"{word}，我区出现雨雪天气，湖塘镇彻夜除冰。"], date(2022, 12, 22))
    assert said.day == date(2022, 12, 22)


@pytest.mark.parametrize(
    ("rows", "day"),
    [
        (["3月9日\t周镕\t段晓堃", "3月5日\t方明\t何静"], None),
        (["发布时间\t2022年3月6日\t来源\t抖音"], date(2022, 3, 6)),
        (["时间：3月6日\t地点：镇政府"], date(2022, 3, 6)),
        (["3月6日\t湖塘镇开展检查。"], date(2022, 3, 6)),
        (["3月6日，湖塘镇开展检查。", "3月1日\t18家\t3处", "3月7日\t12家\t5处"], date(2022, 3, 6)),
    ],
)
def test_a_day_in_a_list_is_nobodys(rows: list[str], day: date | None) -> None:
    assert event_date("", rows, date(2022, 3, 8)).day == day
