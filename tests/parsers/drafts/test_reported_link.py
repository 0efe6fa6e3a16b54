"""Pieces printed already, reported by title, outlet, day and link."""

from __future__ import annotations

from datetime import date

from parsers.drafts import reported_link

BODY = (
    "局办公室：\n标题：《校园里来了“气象先生”》\n媒体：县融媒体中心\n刊发日期：2023年6月3日\n"
    "作者：岑晓棠\n链接：https://news.county.example/20230603/1177.html\n"
)


def test_the_fields_of_the_letter_are_read() -> None:
    told = reported_link.read(BODY, date(2023, 6, 20))
    assert told == reported_link.ReportedLink(
        "校园里来了“气象先生”",
        "县融媒体中心",
        "https://news.county.example/20230603/1177.html",
        date(2023, 6, 3),
        "岑晓棠",
    )


def test_without_a_link_or_a_title_it_is_no_report() -> None:
    day = date(2023, 6, 20)
    assert reported_link.read(BODY.replace("https://", ""), day) is None
    assert reported_link.read(BODY.replace("标题：", ""), day) is None


def test_a_day_that_is_not_told_stays_open() -> None:
    told = reported_link.read(BODY.replace("2023年6月3日", "近日"), date(2023, 6, 20))
    assert told is not None and told.day is None
