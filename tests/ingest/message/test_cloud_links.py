"""A link to a cloud is no attachment, and a style sheet is no link."""

from __future__ import annotations

import pytest

from ingest.message.cloud_links import links


@pytest.mark.parametrize(
    "url",
    [
        "https://mail.163.com/large-attachment-download/index.html?p=abc",
        "http://mail.126.com/large?x=1&file=abc",
        "https://dashi.163.com/html/cloud-attachment-download/?key=abc",
        "https://u.163.com/abc",
        "https://wx.mail.qq.com/ftn/download?func=3&key=abc",
        "https://iwx.mail.qq.com/ftn/download?func=3",
        "http://mail.qq.com/cgi-bin/ftnExs_download?k=abc",
    ],
)
def test_links_of_the_mailers_clouds_are_found_in_text_and_html(url: str) -> None:
    assert links(f"稿件见 {url} 谢谢", "") == (url,)
    assert links("", f'<a href="{url.replace("&", "&amp;")}">稿件.zip</a>') == (url,)


@pytest.mark.parametrize(
    "html",
    [
        '<div id="divNeteaseBigAttach">稿件.zip</div>',
        '<a class="bigattach-mailmaster-download" href="#">稿件</a>',
        "<div id=QQMailBigAttach></div>",
        '<span class="qqmailbgattach">稿件</span>',
        "<p>从网易163邮箱发来的超大附件</p>",
    ],
)
def test_the_mailers_own_marks_are_enough(html: str) -> None:
    assert links("", html) == ("超大附件",)


@pytest.mark.parametrize(
    "html",
    [
        "<style>#divNeteaseBigAttach, .qqmailbgattach {color:red}</style><p>请查收</p>",
        '<div class="netease-attDown">稿件.zip</div>',
        "<a href='https://mail.163.com/'>网易</a>",
    ],
)
def test_innocent_templates_are_no_cloud_attachment(html: str) -> None:
    assert links("请查收附件", html) == ()
