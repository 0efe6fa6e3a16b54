"""The lines around a draft that are none of it."""

from __future__ import annotations

from datetime import date

import pytest

from parsers.drafts import mastheads
from parsers.drafts.text import TextFacts, describe

PROSE = "12月8日15时，湖塘镇一家企业的警报骤然响起，企业应急小组4分钟集结、7分钟完成堵漏。"
TITLE = "湖塘镇：一场没有剧本的演练"


def read(*lines: str) -> TextFacts:
    received = date(2022, 12, 10)
    return describe(lines, (), file_name="稿件.docx", received=received, unit_names=("湖塘镇",))


@pytest.mark.parametrize(
    "line",
    [
        "原创 丁一 湖塘应急 2022-12-09 08:30 发表于江苏",
        "湖塘应急 2022-12-09 08:30 发表于江苏",
        "点击上方蓝字 关注我们",
        "点击上方“湖塘应急”关注我们",
        "长按识别二维码关注",
        "喜欢的话，点个“在看”吧↓↓↓",
        "当前位置：首页 >> 新闻中心 >> 基层动态",
        "首页 > 政务公开 > 镇街动态 > 前黄镇",
        "上一篇：雪堰镇召开半年度工作会议",
        "下一篇：没有了",
        "湖塘应急 今天",
        "扫一扫在手机打开当前页",
        "阅读 1234 赞 12 在看",
        "分享 收藏 在看",
        "微信扫一扫关注该公众号",
        "阅读原文",
    ],
)
def test_what_frames_an_article_is_none_of_its_words(line: str) -> None:
    facts = read(line, TITLE, line, PROSE)
    assert (facts.title, facts.body) == (TITLE, (PROSE,))


@pytest.mark.parametrize("number", ["武安办〔2022〕31号", "〔2022〕12号", "（2022）第12号"])
def test_the_number_of_a_document_is_no_title(number: str) -> None:
    for head in ([], ["湖塘镇人民政府文件"]):
        facts = read(*head, number, TITLE, PROSE)
        assert (facts.title, facts.body) == (TITLE, (PROSE,))


@pytest.mark.parametrize(
    "line", ["阅读 1234 赞 12 在看", "【打印】【关闭】", "END", "▲演练现场", "（附截图1张）"]
)
def test_what_ends_a_page_is_none_of_the_articles_words(line: str) -> None:
    assert read(TITLE, PROSE, line).body == (PROSE,)


@pytest.mark.parametrize(
    "title",
    [
        "扫描二维码，湖塘镇企业隐患随手拍",
        "湖塘镇为企业安全点赞",
        "阅读让安全入心",
        "关注消防 湖塘镇在行动",
        "湖塘镇〔2022〕1号令落地见效",
    ],
)
def test_a_title_with_such_words_stays_a_title(title: str) -> None:
    assert not mastheads.is_masthead(title)
    assert read(title, PROSE).title == title


def test_a_minutes_masthead_number_and_organ_are_no_title() -> None:
    organ = "湖塘镇安委会办公室　　　　2022年12月9日"
    facts = read("会议纪要", "〔2022〕12号", organ, "湖塘镇安委会全体会议纪要", PROSE)
    assert facts.title == "湖塘镇安委会全体会议纪要"
    assert facts.body == (PROSE,)
    assert facts.event_date.day == date(2022, 12, 8)


def test_yesterday_counts_from_the_day_under_the_title() -> None:
    facts = read(TITLE, "2022年12月8日", PROSE.replace("12月8日15时", "昨日"))
    assert facts.written == date(2022, 12, 8)
    assert facts.event_date.day == date(2022, 12, 7)


def test_yesterday_counts_from_the_day_on_which_an_account_published_it() -> None:
    head = "原创 丁一 湖塘应急 2022-12-09 08:30 发表于江苏"
    facts = read(TITLE, head, PROSE.replace("12月8日15时", "昨日"))
    assert facts.event_date.day == date(2022, 12, 8)


def test_a_mark_of_the_end_is_no_word_of_the_article() -> None:
    assert read(TITLE, PROSE, "- END -", "文丨钱一鸣").body == (PROSE,)


def test_a_line_that_opens_with_a_day_under_finished_prose_is_a_caption() -> None:
    facts = read(TITLE, PROSE, "12月8日，应急小组在车间堵漏")
    assert facts.body == (PROSE,)


def test_articles_recommended_below_are_none_of_it() -> None:
    facts = read(TITLE, PROSE, "▼往期推荐▼", "湖塘镇：安全生产，人人有责", "文字 | 钱一鸣")
    assert (facts.body, facts.author) == ((PROSE,), "钱一鸣")


def test_when_a_page_was_put_up_is_no_day_of_an_event() -> None:
    facts = read(TITLE, "湖塘应急公众号  昨天", PROSE)
    assert facts.event_date.day == date(2022, 12, 8)
