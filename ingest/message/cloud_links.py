"""超大附件: links to a cloud in the place of an attachment."""

from __future__ import annotations

import html as markup
import re
from itertools import islice

_LINK = re.compile(
    r"https?://(?:"
    r"mail\.163\.com/large-attachment-download/|mail\.126\.com/[^\s\"'<>]{0,300}?[?&]file="
    r"|dashi\.163\.com/html/cloud-attachment-download/|u\.163\.com/|"
    r"i?wx\.mail\.qq\.com/ftn/download|mail\.qq\.com/cgi-bin/ftnExs_download"
    r"|(?:[\w-]+\.)?pan\.baidu\.com/s(?:hare)?/|(?:[\w-]+\.)?weiyun\.com/|pan\.quark\.cn/s/|www\.aliyundrive\.com/s/|www\.alipan\.com/s/"
    r")[^\s\"'<>）)]*",
    re.IGNORECASE,
)
# an element, not a rule of CSS: “#divNeteaseBigAttach {…}” stands in thousands of innocent templates
_MARK = re.compile(
    r"\b(?:divNeteaseBigAttach|bigattach-mailmaster-download|QQMailBigAttach|qqmailbgattach"
    r"|FoxmailClientBigAttach)\b",
    re.IGNORECASE,
)
_MARKED = re.compile(r"<[a-z].*\b(?:id|class|name)\s{0,9}", re.IGNORECASE | re.DOTALL)
_TAG = 400
"""Characters of a tag that are looked at before the mark; a page of nothing but "<a" is no trap."""

_MARKS_MOST = 50
_SAID = re.compile(r"从(?:网易\d*|QQ|腾讯)邮箱发来的(?:超大|云)附件")


def links(text: str, html: str) -> tuple[str, ...]:
    """
    Every cloud link of a letter, in order; where only the mailer's element or sentence is left,
    that one. Empty for a letter without.
    """
    plain_html = markup.unescape(html)
    found = [match[0] for source in (text, plain_html) for match in _LINK.finditer(source)]
    if not found:
        marks = _is_marked(plain_html) or _SAID.search(text) or _SAID.search(plain_html)
        found = ["超大附件"] if marks else []
    return tuple(dict.fromkeys(found))


def _is_marked(html: str) -> bool:
    """Whether an element bears a mailer's mark in its id, class or name."""
    for mark in islice(_MARK.finditer(html), _MARKS_MOST):
        tag = html[max(0, mark.start() - _TAG) : mark.start()]
        tag = tag[tag.rfind("<") :] if "<" in tag else ""
        named, equals, value = tag.rpartition("=")
        inside = ">" not in tag and not set("\"'") & set(value.lstrip(" \t\r\n")[1:])
        if equals and inside and _MARKED.fullmatch(named):
            return True
    return False
