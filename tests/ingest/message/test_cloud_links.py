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
        "https://mail.10086.cn/storageShare?shareId=abc",
        "https://yun.139.com/link/w/i/abc",
        "https://cloud.189.cn/t/abc",
        "https://www.alipan.com/s/abc",
        "https://vdisk.weibo.com/s/abc",
        "https://mail.sina.com.cn/filecenter/download.php?id=1",
        "https://space.dingtalk.com/s/abc",
        "https://alidocs.dingtalk.com/i/nodes/abc",
        "https://docs.qq.com/doc/DAbc",
        "https://www.kdocs.cn/l/abc",
        "https://drive.wps.cn/d/abc",
        "https://pan.baidu.com/s/1abc",
        "https://pan.quark.cn/s/abc",
        "https://mail.wj.example/coremail/XT/jsp/largeatt.jsp?k=abc",
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


@pytest.mark.parametrize(
    "word", ["超大附件", "文件中转站", "云附件", "有效期至2022-04-01", "提取码：abcd"]
)
def test_any_link_beside_a_word_of_clouds_is_one(word: str) -> None:
    url = "https://files.corp.example/d/1?k=2"
    assert links(f"稿件太大：{url} {word}", "") == (url,)
    assert links(
        "", f'<div>{word}</div><a class="x" href="{url.replace("&", "&amp;")}">稿件.zip</a>'
    ) == (url,)


@pytest.mark.parametrize(
    "text",
    [
        "请看我镇官网 https://www.hutang.example/a/b",
        f"超大附件{'。' * 500}https://www.hutang.example/a/b",
        "提取码见短信，官网 https://www.hutang.example/",
    ],
)
def test_a_link_that_has_nothing_to_do_with_clouds_is_none(text: str) -> None:
    assert links(text, "") == ()


@pytest.mark.parametrize("name", ["湖塘镇稿件.zip", "<b>动态</b>.docx (2.1M)", "稿件.PDF（300K）"])
def test_a_link_whose_words_are_a_files_name_is_one(name: str) -> None:
    url = "https://bigfiles.corp.example/d/1"
    assert links("", f'<p>附件</p><a href="{url}"><span>{name}</span></a>') == (url,)


@pytest.mark.parametrize(
    "html",
    [
        '<a href="cid:1">稿件.zip</a>',
        '<a href="mailto:a@b.example">稿件.zip</a>',
        '<a href="https://www.hutang.example/a/b">怎样写好稿件</a>',
        '<a href="https://www.hutang.example/a/b">关于.docx格式的说明</a>',
    ],
)
def test_other_links_with_words_are_none(html: str) -> None:
    assert links("", html) == ()


@pytest.mark.parametrize(
    "unit",
    [
        "<a ",
        '<a href="https://x/y">z',
        "<style ",
        "<a href=",
        "http://x",
        "超大附件",
        "https://a.",
        "https://x/coremail/",
        "<",
        "a-",
    ],
)
def test_no_page_of_one_word_blows_up_its_reading(unit: str) -> None:
    """In time linear to its length: one that grows with the square would take minutes."""
    assert len(links(unit * (200_000 // len(unit)), unit * (200_000 // len(unit)))) <= 100
