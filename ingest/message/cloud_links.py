"""超大附件: links to a cloud in the place of an attachment."""

from __future__ import annotations

import html as markup
import re
from itertools import islice

_REST = r"[^\s\"'<>）)】]*"
_HOSTS = (
    # 163, 126
    r"mail\.163\.com/large-attachment-download/",
    r"mail\.126\.com/[^\s\"'<>]{0,300}?[?&]file=",
    r"dashi\.163\.com/html/cloud-attachment-download/",
    r"u\.163\.com/",
    # QQ, 企业微信, 微云, 腾讯文档
    r"i?wx\.mail\.qq\.com/ftn/",
    r"(?:[\w-]{1,40}\.)?mail\.qq\.com/cgi-bin/ftnExs_",
    r"(?:[\w-]{1,40}\.)?weiyun\.com/",
    r"docs\.qq\.com/[a-z]{2,12}/",
    r"(?:drive|doc)\.weixin\.qq\.com/",
    # 139 (和彩云, 中国移动云盘), 189 (天翼云盘), 新浪
    r"(?:[\w-]{1,40}\.){0,4}mail\.10086\.cn/",
    r"(?:yun|caiyun)\.139\.com/",
    r"(?:cloud|pan|yun)\.189\.cn/",
    r"(?:[\w-]{1,40}\.)?mail\.(?:189|139)\.(?:cn|com)/",
    r"vdisk\.weibo\.com/",
    r"(?:[\w-]{1,40}\.){0,4}mail\.sina\.(?:com|cn|com\.cn|net)/",
    # 阿里云盘, 阿里邮箱, 钉盘
    r"(?:www\.)?(?:aliyundrive|alipan)\.com/s/",
    r"(?:[\w-]{1,40}\.){0,4}(?:mail|qiye)\.aliyun\.com/",
    r"(?:space|alidocs|drive)\.dingtalk\.com/",
    r"qr\.dingtalk\.com/page/yunpan",
    # 金山文档, WPS云盘
    r"(?:[\w-]{1,40}\.)?kdocs\.cn/",
    r"(?:drive|pan|yun|f|p|eqs)\.wps\.cn/",
    # 百度, 夸克, 迅雷, 115, 123, 蓝奏, 城通, 飞书, 传送的网站
    r"(?:pan|yun)\.baidu\.com/s(?:hare)?/",
    r"pan\.quark\.cn/s/",
    r"pan\.xunlei\.com/s/",
    r"(?:www\.)?115(?:cdn)?\.com/s/",
    r"(?:[\w-]{1,40}\.)?123(?:pan|\d{3})\.(?:com|cn)/s/",
    r"(?:[\w-]{1,40}\.)?lanzou[a-z]?\.com/",
    r"(?:[\w-]{1,40}\.)?(?:ctfile|cowtransfer|wenshushu|musetransfer|wetransfer)\.(?:com|cn)/",
    r"(?:[\w-]{1,40}\.)?feishu\.cn/(?:file|drive|docx|docs|wiki)/",
    # Coremail, wherever an office has it
    r"[\w.-]{1,100}(?::\d{1,5})?/(?:coremail|webmail)/[^\s\"'<>]{0,200}?(?:largeatt|bigatt|nf/|netfolder|filehub|cloudatt)",
    r"[\w.-]{1,100}(?::\d{1,5})?/[^\s\"'<>]{0,200}?(?:large-?attachment|big-?attach(?:ment)?|cloud-?attach(?:ment)?)",
)
_LINK = re.compile(r"https?://(?:" + "|".join(_HOSTS) + ")" + _REST, re.IGNORECASE)
_ANY_LINK = re.compile(r"https?://[^\s\"'<>）)】]{4,500}", re.IGNORECASE)
_WORDS = re.compile(
    r"超大附件|文件中转|中转站|云附件|网盘(?:链接|下载|分享)|提取码|(?:有效期|过期时间|到期时间)\s{0,3}(?:至|到|[:：])"
)
_BESIDE = 200
"""Characters between such a word and the link that it speaks of."""

_ANCHOR = re.compile(
    r"<a\b[^<>]{0,1500}?\bhref\s{0,5}=\s{0,5}[\"']?([^\"'<>\s]{4,1000})[^<>]{0,1500}>",
    re.IGNORECASE,
)
_FILE_LINK = re.compile(_ANCHOR.pattern + r"(.{1,600}?)</a\b", re.IGNORECASE | re.DOTALL)
_FILE_NAME = re.compile(
    r"[^\s/\\]\.(?:zip|rar|7z|docx?|wps|pdf|ofd)\s*(?:[（(][^（()）]{1,30}[)）]\s*)?$",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"<(/?)(?:style|script)\b", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]{0,3000}>")
# an element, not a rule of CSS: “#divNeteaseBigAttach {…}” stands in thousands of innocent templates
_MARK = re.compile(
    r"\b(?:divNeteaseBigAttach|bigattach-mailmaster-download|QQMailBigAttach|qqmailbgattach"
    r"|FoxmailClientBigAttach)\b",
    re.IGNORECASE,
)
_MARKED = re.compile(r"<[a-z].*\b(?:id|class|name)\s{0,9}", re.IGNORECASE | re.DOTALL)
_TAG = 400
"""Characters of a tag that are looked at before the mark; a page of nothing but "<a" is no trap."""

_MAX_MARKS = 50
_MAX_LINKS = 50
_MAX_PAGE = 400_000
_PHRASE = re.compile(r"(?:从|来自)[^\s<>]{0,12}发来的(?:超大|云)附件")


def links(text: str, html: str) -> tuple[str, ...]:
    """
    Find every cloud link of a letter, in order, each once.

    A link is one where its address is a cloud's, where it stands beside a word of clouds, or where
    what one clicks on is the name of a packed file or a document.
    Where only the mailer's element or sentence is left, that one; empty for a letter without.
    """
    page = markup.unescape(html)
    sources = (text, page)
    addresses = [m[0] for source in sources for m in islice(_LINK.finditer(source), _MAX_LINKS)]
    for source in (text, _visible(page)):
        addresses += _beside(source)
    addresses += _to_files(page)
    if not addresses and (_is_marked(page) or any(_PHRASE.search(source) for source in sources)):
        addresses = ["超大附件"]
    return tuple(dict.fromkeys(addresses))


def _visible(page: str) -> str:
    """Return the page's words with the targets of its links among them."""
    page = page[:_MAX_PAGE]
    shown, position, hidden = [], 0, False
    for tag in _UNSEEN.finditer(page):
        if not hidden:
            shown.append(page[position : tag.start()])
        hidden, position = not tag[1], tag.start()
    if not hidden:
        shown.append(page[position:])
    page = _ANCHOR.sub(r" \1 ", "".join(shown))
    return re.sub(r"\s+", " ", _TAGS.sub(" ", page))


def _beside(text: str) -> list[str]:
    """Find the links near a word that only clouds use."""
    addresses = []
    for word in islice(_WORDS.finditer(text), _MAX_MARKS):
        start = max(0, word.start() - _BESIDE)
        near = text[start : word.end() + _BESIDE]
        addresses += [
            match[0] for match in islice(_ANY_LINK.finditer(near), 5) if _is_whole(match[0])
        ]
    return addresses


def _to_files(page: str) -> list[str]:
    """Find the links whose words are a file's name, as “稿件.zip (2.1M)”."""
    found = islice(_FILE_LINK.finditer(page[:_MAX_PAGE]), _MAX_LINKS)
    return [
        match[1]
        for match in found
        if match[1].lower().startswith(("http://", "https://"))
        and _FILE_NAME.search(_TAGS.sub("", match[2]).strip())
    ]


def _is_whole(link: str) -> bool:
    """Whether a link names a file or a page: a bare host in a signature is no attachment."""
    return "/" in link.partition("://")[2].rstrip("/") or "?" in link


def _is_marked(html: str) -> bool:
    """Whether an element bears a mailer's mark in its id, class or name."""
    for mark in islice(_MARK.finditer(html), _MAX_MARKS):
        tag = html[max(0, mark.start() - _TAG) : mark.start()]
        tag = tag[tag.rfind("<") :] if "<" in tag else ""
        named, equals, value = tag.rpartition("=")
        inside = ">" not in tag and not set("\"'") & set(value.lstrip(" \t\r\n")[1:])
        if equals and inside and _MARKED.fullmatch(named):
            return True
    return False
