"""超大附件: links to a cloud in the place of an attachment."""

from __future__ import annotations

import html as markup
import re

_LINK = re.compile(
    r"https?://(?:"
    r"mail\.163\.com/large-attachment-download/|mail\.126\.com/[^\s\"'<>]*[?&]file="
    r"|dashi\.163\.com/html/cloud-attachment-download/|u\.163\.com/|"
    r"i?wx\.mail\.qq\.com/ftn/download|mail\.qq\.com/cgi-bin/ftnExs_download"
    r"|(?:[\w-]+\.)?pan\.baidu\.com/s(?:hare)?/|(?:[\w-]+\.)?weiyun\.com/|pan\.quark\.cn/s/|www\.aliyundrive\.com/s/|www\.alipan\.com/s/"
    r")[^\s\"'<>）)]*",
    re.IGNORECASE,
)
# an element, not a rule of CSS: “#divNeteaseBigAttach {…}” stands in thousands of innocent templates
_ELEMENT = re.compile(
    r"<[a-z][^>]*\b(?:id|class|name)\s*=\s*[\"']?[^\"'>]*\b(?:divNeteaseBigAttach|bigattach-mailmaster-download|QQMailBigAttach"
    r"|qqmailbgattach|FoxmailClientBigAttach)\b",
    re.IGNORECASE,
)
_SAID = re.compile(r"从(?:网易\d*|QQ|腾讯)邮箱发来的(?:超大|云)附件")


def links(text: str, html: str) -> tuple[str, ...]:
    """
    Every cloud link of a letter, in order; where only the mailer's element or sentence is left,
    that one. Empty for a letter without.
    """
    plain_html = markup.unescape(html)
    found = [match[0] for source in (text, plain_html) for match in _LINK.finditer(source)]
    if not found:
        marks = _ELEMENT.search(plain_html) or _SAID.search(text) or _SAID.search(plain_html)
        found = ["超大附件"] if marks else []
    return tuple(dict.fromkeys(found))
