"""Where the words of a page lead: addresses behind “链接”, which the text of a page does not show."""

from __future__ import annotations

import html as markup
import re

MAX_ANCHORS = 20
MAX_PAGE = 400_000

_ANCHOR = re.compile(
    r"<a\b[^<>]{0,1500}?\bhref\s{0,5}=\s{0,5}[\"']?(https?://[^\"'<>\s]{4,500})", re.IGNORECASE
)
_QUOTED = re.compile(
    r"isReplyContent|gmail_quote|<blockquote|原始邮件|回复的原邮件|转发邮件信息|Original Message"
    r"|border-top\s*:\s*(?:solid|1)|<b>\s*(?:发件人|From)\s*[：:]",
    re.IGNORECASE,
)
_OF_PROGRAMS = re.compile(
    r"^https?://(?:[\w-]+\.){0,3}(?:mail\.(?:qq|163|126|sina)\.com|dashi\.163\.com|foxmail\.com|w3\.org)(?:/|$)"
    r"|\.(?:png|jpe?g|gif|css|js)(?:\?|$)",
    re.IGNORECASE,
)
"""What mail programs put into signatures and themes."""


def anchors(page: str) -> tuple[str, ...]:
    """List the web addresses that the sender's own part of a page leads to, in order, each once."""
    page = page[:MAX_PAGE]
    quoted = _QUOTED.search(page)
    found: dict[str, None] = {}
    for match in _ANCHOR.finditer(page, 0, quoted.start() if quoted else len(page)):
        address = markup.unescape(match[1])
        if not _OF_PROGRAMS.search(address):
            found[address] = None
        if len(found) == MAX_ANCHORS:
            break
    return tuple(found)
