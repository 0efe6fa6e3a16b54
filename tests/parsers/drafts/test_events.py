"""Which day of several is the event's: spans, next days, superiors' meetings, first posts, datelines."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.drafts.dates import event_date
from rulebook.model import DayDoubt, EventDate

RECEIVED = date(2022, 3, 8)


def read(*sentences: str, title: str = "", received: date = RECEIVED) -> EventDate:
    return event_date(title, sentences, received)


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("3月5日召开专题会，5日—6日在全镇开展检查。", date(2022, 3, 6)),
        ("8日、9日连开两场会议。", date(2022, 3, 9)),
        ("14日夜间至15日凌晨，全区普降暴雨，镇里转移群众。", date(2022, 3, 15)),
        ("5、6日两天，湖塘镇开展检查。", date(2022, 3, 6)),
        ("3月5日（周六）、6日（周日），湖塘镇开展检查。", date(2022, 3, 6)),
        ("3月5日以及6日，湖塘镇开展检查。", date(2022, 3, 6)),
        ("3月5日、6日（周六、周日），湖塘镇开展检查。", date(2022, 3, 6)),
        ("3月4日至6日，镇里举办集训。首日讲气瓶，次日练处置，第三天考试。", date(2022, 3, 6)),
        ("3月5日，全区推进会召开后，湖塘镇当晚七点召开专题会议传达精神。", date(2022, 3, 5)),
        ("3月5日，救援科启动盘点。6日，盘点组来到雪堰。7日，盘点全部结束。", date(2022, 3, 7)),
        ("3月4日起，湖塘镇开展为期三天的集中检查。", date(2022, 3, 6)),
        ("3月7日，在收听收看全区会议后，湖塘镇召开会议部署落实。", date(2022, 3, 7)),
        ("2月25日检查发现问题后，湖塘镇于3月7日开展“回头看”。", date(2022, 3, 7)),
        ("6日收到通知，湖塘镇7日就召开了会议。", date(2022, 3, 7)),
        ("3月7日，动员会召开，行动自3月8日起至6月17日止。", date(2022, 3, 7)),
        ("3月7日，镇里对一家企业立案，该企业曾于2月20日被责令整改。", date(2022, 3, 7)),
        ("今天是3月7日，湖塘镇的志愿服务队又出发了。", date(2022, 3, 7)),
        ("近期，外地接连发生火灾。3月7日，湖塘镇开展排查。", date(2022, 3, 7)),
        ("近日，湖塘镇启动专项整治。3月7日，检查组走进一家企业。", date(2022, 3, 7)),
        ("日前，镇里出台首课制度。3月7日，首堂课开讲，19名员工参加。", date(2022, 3, 7)),
        ("3月5日与6日，湖塘镇开展检查。", date(2022, 3, 6)),
        ("3.5—3.7，人事教育科举办集训班。", date(2022, 3, 7)),
        ("3.7，前黄镇联合燃气公司巡检。", date(2022, 3, 7)),
        ("3/7，家长在论坛发帖。", date(2022, 3, 7)),
        ("03-07 19:05，网民发布视频。", date(2022, 3, 7)),
        ("我镇于7日上午召开会议。", date(2022, 3, 7)),
        ("3月6日晚10时，湖塘镇开展夜查，一直持续到7日凌晨2时。", date(2022, 3, 7)),
        ("3月6日晚，湖塘镇开展夜查，行动一直持续到次日凌晨1时。", date(2022, 3, 7)),
        ("继3月6日召开动员会后，7日晚，前黄镇开展夜查。", date(2022, 3, 7)),
        ("3月5日，湖塘镇启动检查，至7日结束。", date(2022, 3, 7)),
        ("3月5日上午和3月6日下午，湖塘镇开展检查。", date(2022, 3, 6)),
        ("自3月1日启动整治工作至3月6日，湖塘镇检查企业8家。", date(2022, 3, 6)),
        ("3月6日，为期三天的培训班结业。", date(2022, 3, 6)),
        ("3月4日起，受冷空气影响普降暴雨。湖塘镇连续三天开展巡查。", date(2022, 3, 6)),
    ],
)
def test_the_last_day_of_the_event_is_read(sentence: str, day: date) -> None:
    assert read(sentence, received=max(RECEIVED, day)).day == day


@pytest.mark.parametrize(
    "sentences",
    [
        ("为期两天的安全员培训班6日结业。", "培训班于3月5日开班，全镇120名安全员参加。"),
        ("3月5日，湖塘镇捣毁一处窝点。", "3月6日，又在学校附近捣毁一处窝点。"),
        ("3月5日，湖塘镇检查发现隐患。", "次日14时，检查人员再次上门复查，隐患销号。"),
        ("3月4日，湖塘镇检查甲厂。", "3月6日上午，执法人员对该企业复查，隐患已整改。"),
        ("3月3日，湖塘镇检查甲厂。", "6日，检查组“回头看”，5处隐患全部销号。"),
        ("3月4日，湖塘镇检查甲厂。", "3月6日，检查组再次来到该企业，逐条对照整改清单。"),
        ("3月4日，湖塘镇检查甲厂。", "3月6日，检查人员上门回访，企业已清理通道。"),
    ],
)
def test_of_several_deeds_the_last_counts(sentences: tuple[str, ...]) -> None:
    assert read(*sentences).day == date(2022, 3, 6)


@pytest.mark.parametrize(
    "ending",
    [
        "三支队伍一直忙到次日凌晨2时。",
        "直至次日凌晨3时才全部撤离。",
        "次日凌晨2时，险情解除。",
        "经过一夜奋战，6日凌晨4时，积水全部排空。",
        "行动持续至6日凌晨1时。",
        "行动结束时已是次日凌晨1时。",
        "翌日清晨6时，最后一支队伍收队。",
        "6日凌晨3时许，道路恢复通行。",
        "抢险队员连夜奋战至次日5时。",
    ],
)
@pytest.mark.parametrize(
    "evening", ["3月5日22时许，短时强降雨突袭，镇里启动响应。", "3月5日晚，湖塘镇开展夜查。"]
)
def test_a_deed_over_midnight_ends_on_the_next_day(evening: str, ending: str) -> None:
    event = read(evening, ending)
    assert (event.day, event.latest, event.earliest) == (date(2022, 3, 6), date(2022, 3, 6), None)


@pytest.mark.parametrize("ending", ["凌晨2时，积水全部排空。", "直到天亮，队员才收队。"])
def test_small_hours_without_a_day_may_be_those_of_the_next(ending: str) -> None:
    event = read("3月5日22时许，短时强降雨突袭，镇里启动响应。", ending)
    assert (event.day, event.latest) == (date(2022, 3, 5), date(2022, 3, 6))


def test_unlike_deeds_keep_the_day_of_the_first() -> None:
    event = read("3月4日，湖塘镇召开部署会。", "3月7日，湖塘镇开展检查。")
    assert (event.day, event.earliest) == (date(2022, 3, 7), date(2022, 3, 4))


@pytest.mark.parametrize(
    "sentences",
    [
        ("3月5日，辖区某厂起火，6日，镇里召开现场会。", ""),
        ("3月3日，某企业发生火灾。", "3月7日，湖塘镇召开警示教育会。"),
        ("3月2日，湖塘镇检查甲厂。", "3月7日，检查组对隐患进行了复查。"),
        ("3月4日，湖塘镇检查甲厂。", "3月6日，企业完成整改。"),
    ],
)
def test_an_accident_and_a_later_look_leave_the_day_open(sentences: tuple[str, ...]) -> None:
    assert read(*sentences).doubt is DayDoubt.SEVERAL


@pytest.mark.parametrize(
    "sentences",
    [
        ("2月24日，全区安全生产会议召开后，湖塘镇迅速行动，检查企业8家。",),
        ("3月6日，全省视频会议召开。", "湖塘镇第一时间传达学习。"),
        ("3月2日，区政府召开全区会议。", "湖塘镇立即贯彻落实，召开专题会议部署。"),
        ("3月5日，区应急管理局下发通知，湖塘镇立即开展检查。",),
        ("3月4日，区安委会召开推进会，就暑期安全作出部署。", "会后，科教城迅速行动。"),
    ],
)
def test_a_superiors_meeting_is_not_the_units_event(sentences: tuple[str, ...]) -> None:
    event = read(*sentences)
    assert (event.day, event.doubt) == (None, DayDoubt.SUPERIOR)


@pytest.mark.parametrize(
    "sentence",
    [
        "3月6日，市应急管理局召开全市会议，湖塘镇在分会场收听收看。",
        "3月6日，市应急管理局到湖塘镇督查安全生产。",
        "2月24日全区会议召开后，我镇于3月6日召开专题会。",
        "3月6日，区应急管理局党委召开会议，传达全省会议精神。",
    ],
)
def test_what_the_unit_does_itself_is_its_event(sentence: str) -> None:
    assert read(sentence).day == date(2022, 3, 6)


@pytest.mark.parametrize(
    ("sentences", "posted", "latest"),
    [
        (("3月5日，网民发帖反映扬尘。", "3月7日，镇里回复。"), 5, 7),
        (("3月5日，抖音用户发布视频。", "3月7日起，视频被转载。"), 5, 7),
        (("市安委办3月1日印发通报。", "3月6日，公众号解读，留言74条。"), 6, 6),
        (("3月6日23:58，微博用户发布现场图。", "3月7日0:20，抖音出现同源视频。"), 6, 7),
    ],
)
def test_the_first_post_and_the_last_word_of_it_are_both_kept(
    sentences: tuple[str, ...], posted: int, latest: int
) -> None:
    event = read(*sentences)
    assert event.posted == date(2022, 3, posted)
    assert event.latest == date(2022, 3, latest)


def test_a_post_whose_day_is_not_told_is_not_that_of_its_handling() -> None:
    event = read("有网民在点评网站称某店燃气有隐患。", "镇里于3月7日会同部门前往核查，责令停用。")
    assert (event.posted, event.handled) == (None, True)


def test_a_dateline_bounds_an_open_day_from_above() -> None:
    event = read("3月1日讯 近日，湖塘镇开展检查。")
    assert (event.day, event.not_after) == (None, date(2022, 3, 1))


def test_a_day_after_the_dateline_is_a_contradiction() -> None:
    assert read("3月5日讯 3月7日，湖塘镇开展检查。").day is None


@pytest.mark.parametrize("plan", ["3月8日，街道还将设立咨询台。", "3月8日将在广场举行比赛。"])
def test_a_plan_for_the_day_of_receipt_is_none_of_the_event(plan: str) -> None:
    assert read("3月7日，湖塘镇举办座谈会。", plan).day == date(2022, 3, 7)


SPANS = (
    "{a}至{b}",
    "{a}-{b}",
    "{a}—{b}",
    "{a}~{b}",
    "{a}、{b}",
    "{a}和{b}",
    "{a}及{b}",
    "从{a}到{b}",
)


@given(st.dates(date(2021, 2, 1), date(2023, 12, 1)), st.integers(1, 6), st.sampled_from(SPANS))
def test_however_a_span_is_joined_its_last_day_counts(first: date, days: int, form: str) -> None:
    last = first + timedelta(days=days)
    text = form.format(a=f"{first.month}月{first.day}日", b=f"{last.month}月{last.day}日")
    event = event_date("", [f"{text}，湖塘镇开展检查。"], last + timedelta(days=1))
    assert event.day in (last, None)
    if first.month == last.month:
        short = form.format(a=f"{first.month}月{first.day}日", b=f"{last.day}日")
        event = event_date("", [f"{short}，湖塘镇开展检查。"], last + timedelta(days=1))
        assert event.day == last


@given(
    st.integers(3, 60),
    st.integers(0, 2),
    st.sampled_from(["此外，{}也有检查。", "图片拍摄于{}。", "{}，企业提交报告。"]),
)
def test_any_later_day_of_a_late_piece_is_kept_as_its_latest(
    ago: int, fresh: int, form: str
) -> None:
    day, later = RECEIVED - timedelta(days=ago), RECEIVED - timedelta(days=fresh)
    event = read(
        f"{day.month}月{day.day}日，湖塘镇开展检查。", form.format(f"{later.month}月{later.day}日")
    )
    assert event.day is None or max(event.day, event.latest or event.day) >= later


@given(st.text("年月日号至到—、，。0123456789次翌第二天会后连续为期讯网民发帖回复 ", max_size=60))
def test_whatever_is_read_is_whole(text: str) -> None:
    event = read(text)
    assert (event.day is None) == (event.doubt is not None)
    assert event.posted is None or event.posted <= RECEIVED
    assert event.latest is None or event.latest <= RECEIVED


@pytest.mark.parametrize(
    "sentence",
    [
        "近日，湖塘镇启动专项行动。3月4日，全区会议召开后，湖塘镇迅速部署。",
        "日前，湖塘镇召开会议，通报了3月4日发生的火灾。",
        "近日，湖塘镇开展检查。3月4日，区安委办下发通知，湖塘镇迅速落实。",
    ],
)
def test_a_superiors_day_settles_no_hazy_word(sentence: str) -> None:
    assert read(sentence).day is None


LONG_HEAD = (
    "为深入贯彻落实上级关于安全生产工作的决策部署，切实提升辖区企业本质安全水平，织密织牢防护网，"
)


def test_the_evidence_shows_the_day_within_a_receipts_line() -> None:
    """However long the sentence is before it: it is cut around the day."""
    event = read(f"{LONG_HEAD}3月6日，湖塘镇应急管理局对辖区内6家企业开展安全检查。")
    assert event.day == date(2022, 3, 6)
    assert event.evidence.startswith("…3月6日，湖塘镇")
    assert (
        event.evidence.strip("…")
        in f"{LONG_HEAD}3月6日，湖塘镇应急管理局对辖区内6家企业开展安全检查。"
    )


def test_the_evidence_of_several_days_shows_each() -> None:
    event = read(
        "3月1日，某企业发生一起火灾，所幸没有人员受伤。", "3月7日，镇里召开现场会，通报了情况。"
    )
    assert event.doubt is DayDoubt.SEVERAL
    assert "3月1日" in event.evidence[:40]
    assert "3月7日" in event.evidence[:40]
