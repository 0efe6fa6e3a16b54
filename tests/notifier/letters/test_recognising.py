"""An officer whose draft is in pictures is told at once that it came and is being read."""

from __future__ import annotations

from datetime import UTC, datetime

from notifier.letters.answered_letter import AnsweredLetter
from notifier.letters.recognising import recognising
from notifier.mail.page import Office
from tests.notifier.letters.receipts import words_of

RECEIVED = datetime(2022, 3, 7, 1, 30, tzinfo=UTC)


def test_it_says_that_a_second_letter_follows_and_that_the_time_of_receipt_counts(
    office: Office,
) -> None:
    answered = AnsweredLetter(
        12,
        RECEIVED,
        "Re: 【待核定】Re: 湖塘镇扫描件",
        "qian@hutang.example",
        "钱一鸣",
        "湖塘镇",
        "<1@hutang.example>",
    )
    letter = recognising(answered, ("扫描.pdf",), office)
    assert letter.subject == "【正在识别】Re: 湖塘镇扫描件"
    assert letter.in_reply_to == "<1@hutang.example>"
    assert letter.auto_submitted == "auto-replied"
    for said in (letter.plain, words_of(letter.html)):
        assert "钱一鸣同志" in said
        assert "SG20220307-000012" in said
        assert "识别所用的时间不计" in said
        assert "回执" in said
        assert "扫描.pdf" in said
