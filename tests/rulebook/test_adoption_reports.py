"""What a letter tells of adoptions: sentences, tables, numbered lines, a subject; outlets with their pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rulebook.adoption_reports import reported
from rulebook.conversation import Correspondence
from rulebook.model import ReportedAdoption
from tests.judgement.judging import settings
from tests.rulebook.builders import letter

OFFICE = settings()


def told(words: str, subject: str = "录用情况", *links: str) -> tuple[ReportedAdoption, ...]:
    bare = replace(letter(), subject=subject, attachments=(), drafts=(), archives=0)
    submission = replace(bare, correspondence=Correspondence(own_words=words, links=links))
    return reported(submission, OFFICE.provisions_at(submission.received))


def test_a_table_with_pages_and_brackets_behind_the_outlets() -> None:
    found = told(
        "日期\t标题\t媒体\n2022.3.1\t安全课进工地\t常州日报A6版\n"
        "2022.3.2\t夜查\t江苏应急管理（公众号）\n2022.3.3\t车棚\t常州日报（公众号）"
    )
    assert [(one.outlet, one.tier) for one in found] == [
        ("常州日报", 3),
        ("省应急管理厅微信", 2),
        ("常州日报（公众号）", None),
    ], "a newspaper's account is no newspaper"
    assert [one.day for one in found] == [date(2022, 3, 1), date(2022, 3, 2), date(2022, 3, 3)]


def test_numbered_lines_with_links_below() -> None:
    first, second = told(
        "1、高新区“五个一”压实责任    交汇点新闻  3.1发布\nhttps://jhd.example/77\n"
        "2、叉车司机技能赛    常州日报  3.2第2版"
    )
    assert (first.title, first.outlet, first.day) == (
        "高新区“五个一”压实责任",
        "交汇点新闻",
        date(2022, 3, 1),
    )
    assert first.url == "https://jhd.example/77"
    assert (second.outlet, second.tier, second.url) == ("常州日报", 3, "")


def test_the_subject_and_other_lines_complete_a_single_report() -> None:
    words = "https://www.cem.example/8812\n《西太湖水上救援队入驻》\n3月5日"
    (one,) = told(words, "西太湖 中国应急管理报 录用", "https://www.cem.example/8812")
    assert (one.title, one.outlet, one.tier) == ("西太湖水上救援队入驻", "中国应急管理报", 2)
    assert (one.day, one.url) == (date(2022, 3, 5), "https://www.cem.example/8812")


@pytest.mark.parametrize(
    "words", ["这个月被学习强国、常州日报各用了1篇。", "稿件先后被常州日报、学习强国采用。"]
)
def test_outlets_that_took_one_each_are_a_proposal_each(words: str) -> None:
    assert {one.outlet for one in told(words)} == {"学习强国", "常州日报"}


def test_what_is_not_told_stays_open() -> None:
    (one,) = told("上了一篇，截图见附件。")
    assert (one.title, one.outlet, one.tier, one.day) == ("", "", None, None)


def test_links_behind_words_belong_to_the_lines_in_their_order() -> None:
    words = "《夜查工地》3月1日被学习强国采用，链接。\n《车棚》3月2日被常州日报刊发，链接。"
    bare = replace(letter(), subject="录用", attachments=(), drafts=(), archives=0)
    urls = ("https://a.example/1", "https://b.example/2")
    submission = replace(bare, correspondence=Correspondence(own_words=words, anchors=urls))
    found = reported(submission, OFFICE.provisions_at(submission.received))
    assert [one.url for one in found] == list(urls)


def test_of_a_letter_with_very_many_the_first_sixty_are_read() -> None:
    found = told("\n".join(f"《夜查工地之{number}》被学习强国采用" for number in range(70)))
    assert [one.title for one in found] == [f"夜查工地之{number}" for number in range(60)]


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("《夜查工地》今天被学习强国采用", date(2022, 3, 8)),
        ("《夜查工地》昨日被学习强国采用", date(2022, 3, 7)),
        ("《夜查工地》5月7日被学习强国采用", None),  # a slip within 60 days, else of last year
        ("《夜查工地》5月8日被学习强国采用", date(2021, 5, 8)),
        ("《夜查工地》被学习强国采用", None),
    ],
)
def test_a_day_is_read_from_the_day_of_the_letter(words: str, day: date | None) -> None:
    assert [one.day for one in told(words)] == [day]


def test_each_title_of_a_line_has_what_is_told_up_to_the_next() -> None:
    found = told(
        "3月1日，《夜查工地》被学习强国采用，《车棚整治》被中国应急管理报采用，《厂房》被某报采用。"
    )
    assert [(one.title, one.outlet, one.day) for one in found] == [
        ("夜查工地", "学习强国", date(2022, 3, 1)),
        ("车棚整治", "中国应急管理报", None),
        ("厂房", "某报", None),
    ]


def test_a_table_of_two_columns_whose_rows_sound_like_headings() -> None:
    found = told(
        "标题\t媒体\n整治标题党等网络乱象专项行动启动\t学习强国平台 https://a.example/5512"
    )
    assert [(one.title, one.url) for one in found] == [
        ("整治标题党等网络乱象专项行动启动", "https://a.example/5512")
    ]


def test_an_outlet_is_found_by_its_short_name_and_in_a_files_name() -> None:
    assert [(one.outlet, one.tier) for one in told("新华社用了一篇。")] == [("新华社", 1)]
    bare = replace(letter(), subject="录用", attachments=("学习强国截图.png",), drafts=())
    submission = replace(bare, correspondence=Correspondence(own_words="见附件。"))
    (one,) = reported(submission, OFFICE.provisions_at(submission.received))
    assert (one.outlet, one.tier) == ("学习强国", 2)
