"""Where a page leads is known, but not where the quoted letter or the mail program's signature leads."""

from __future__ import annotations

import pytest

from ingest.message.anchors import MAX_ANCHORS, anchors

ONE = '<a href="https://paper.example/a?x=1&amp;y=2">链接</a>'


def test_an_address_behind_a_word_is_found_once() -> None:
    assert anchors(f"<p>{ONE}{ONE}</p>") == ("https://paper.example/a?x=1&y=2",)


@pytest.mark.parametrize(
    "mark",
    [
        '<div id="isReplyContent">',
        "<blockquote>",
        "<div>------------------ 原始邮件 ------------------</div>",
        "<b>发件人:</b> 收稿",
    ],
)
def test_what_is_quoted_leads_nowhere(mark: str) -> None:
    assert anchors(f"<p>谢谢</p>{mark}{ONE}") == ()


@pytest.mark.parametrize(
    "address",
    [
        "https://wx.mail.qq.com/home/index",
        "https://dashi.163.com/projects/signature",
        "https://x.example/logo.png",
        "mailto:a@b.example",
        "javascript:alert(1)",
    ],
)
def test_what_programs_put_into_signatures_is_left_out(address: str) -> None:
    assert anchors(f'<a href="{address}">名片</a>') == ()


def test_a_page_of_nothing_but_links_is_bounded() -> None:
    page = "".join(f'<a href="https://x.example/{number}">1</a>' for number in range(50_000))
    assert len(anchors(page)) == MAX_ANCHORS
    assert anchors("<a " * 100_000) == ()
