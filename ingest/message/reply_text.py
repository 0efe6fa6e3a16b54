"""
What a sender wrote in a reply, told apart from what the mail program quoted and from the signature.

Source: how QQ, 163, Outlook, Foxmail, Coremail, iOS, Android and Gmail quote in Chinese. No RFC says
how a reply is quoted; RFC 3676 4.5 names "> " only, and 4.3 the signature's "-- ".
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

MAX_LINES = 4_000
"""Lines of a body that are looked at; what is longer is no answer to anything."""

MAX_LINE_CHARACTERS = 20_000
MAX_OWN_CHARACTERS = 4_000
MAX_QUOTED_CHARACTERS = 20_000

MAX_SIGNATURE_LINES = 10
_HEADING_LINES = 4

_RULE = re.compile(
    r"[-—–_=＝─*]{2,}\s*"
    r"(?:原始邮件|原邮件|原始信息|转发(?:的)?邮件(?:信息)?|回复的原邮件|答复邮件|回复邮件|邮件原件|原件|以下是原邮件|以下为(?:原邮件|引用内容)"
    r"|Original(?: Message)?|Forwarded [Mm]essage|Reply Message)"
    r"\s*[-—–_=＝─*]*",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"(?:(?:在\s*)?\d{4}\s*[年/.\-]\s*\d{1,2}\s*[月/.\-]\s*\d{1,2}.{0,120}?(?:写道|写到|wrote)\s*[：:]?"
    r"|(?:At|On)\s.{5,160}?(?:wrote|写道)\s*[：:]"
    r"|.{0,60}<[^<>\s]+@[^<>\s]+>.{0,60}(?:写道|wrote)\s*[：:])\s*$",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"[>\s*]*(?P<name>发件人|寄件人|发送时间|发送日期|收件人|抄送(?:人)?|主题|日期|"
    r"From|Sent|To|Cc|Subject|Date)\**\s*[：:]",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"(?:发自|来自|发送自|Sent from)\s*(?:我的)?\s*[\w\s·\-]{0,40}$"
    r"|(?:发自|来自|由).{0,20}(?:手机|iPhone|iPad|邮箱|邮件大师|客户端|Foxmail).{0,12}$"
    r"|(?:获取|下载)\s*(?:Outlook|网易邮箱大师).{0,30}$",
    re.IGNORECASE,
)
_PICTURE = re.compile(
    r"\[(?:cid:|image:|图片[：:\]]|inline image)[^\]\n]{0,120}\]?|<cid:[^>\n]{0,120}>",
    re.IGNORECASE,
)
"""What programs put in the text where a picture stands: the logo of a signature."""

_SIGNATURE_LINE = re.compile(
    r"(?:联系)?(?:电话|手机|座机|办公电话|传真|邮箱|地址|邮编|单位|部门|姓名|微信|QQ|TEL|Tel|Mobile|E-?mail)"
    r"\s*[：:/]|\+?\d[\d\s\-*转]{6,20}$|[\w.+-]+@[\w.-]+$"
)
_SIGNATURE_RULE = re.compile(r"(?:--|—{2,}|-{2,}|_{2,}|={2,}|\*{3,})\s*$")
_SIGN_OFF = re.compile(
    r"(?:(?:Best|Kind|Warm)?\s*regards|Sincerely|Yours(?: \w+)?|Thanks and regards)[,，.]?\s*$",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"[【\[（(*#\s]{0,3}(?:(?:本|此|该)(?:电子)?邮件[^。]{0,30}(?:保密|机密|仅[限供]|误收|误发|未经|病毒|免责)"
    r"|[如若倘]果?[您你]?(?:误收|错收|收到了?不该|并?非(?:指定|预期)|不是(?:指定|预期))[^。]{0,30}(?:删除|通知|告知|销毁)"
    r"|(?:免责|保密|法律)(?:声明|提示|条款)[：:]?"
    r"|CONFIDENTIAL(?:ITY)?(?: NOTICE)?\b|DISCLAIMER\b|LEGAL NOTICE\b"
    r"|This (?:e-?mail|message)\b.{0,120}\b(?:confidential|intended)"
    r"|If you (?:are not the|have received this)|Please consider the environment"
    r"|打印(?:本|此)邮件前|保护环境[，,]?[^。]{0,12}打印)",
    re.IGNORECASE,
)
"""What an office's mail server puts below every letter; its 删除 and 通知 ask for nothing."""

_CLOSING = re.compile(
    r"(?:此致|敬礼[！!]?|顺颂|顺祝|祝好[！!。]?|祝您?工作(?:顺利|愉快)[！!。]?|商祺[！!。]?|即颂|致礼[！!]?)\s*$"
)


@dataclass(frozen=True, slots=True)
class ReplyText:
    """
    A body in its parts, each bounded.

    `own`: the sender's words without quotation and signature;
    `quoted`: what the mail program repeated; `forwarded`: the quotation is a letter handed on.
    """

    own: str
    quoted: str
    forwarded: bool = False


def split_reply(body: str) -> ReplyText:
    """
    Tell a sender's own words from the quoted letter.

    A line of ">" is quoted wherever it stands. From a quotation's heading on all is quoted, unless
    nothing stands above it: who writes below the quotation (some do) is read there, behind the
    last blank line that follows the quoted headings.
    """
    lines = [_plain(line[:MAX_LINE_CHARACTERS]) for line in body.split("\n", MAX_LINES)[:MAX_LINES]]
    own: list[str] = []
    quoted: list[str] = []
    start = _quotation_start(lines)
    forwarded = start is not None and "转发" in lines[start]
    for number, line in enumerate(lines):
        if line.startswith((">", "＞")) or (start is not None and number >= start):
            quoted.append(line.lstrip("> ＞"))
        else:
            own.append(line)
    words = _without_signature(own)
    if not words and start is not None and not forwarded:
        words = _without_signature(_below_quotation(lines[start:]))
    return ReplyText(
        "\n".join(words)[:MAX_OWN_CHARACTERS],
        "\n".join(quoted)[:MAX_QUOTED_CHARACTERS],
        forwarded,
    )


def _plain(line: str) -> str:
    """Strip a line and write what a web client left in it as “&nbsp;” or “&lt;” as it is meant."""
    bare = html.unescape(line) if "&" in line else line
    return bare.strip(" \t　\xa0\u200b\ufeff\r").replace("\xa0", " ")


def _quotation_start(lines: list[str]) -> int | None:
    """Where the quotation begins: a rule with its name, "… 写道：", or a block of header fields."""
    for number, line in enumerate(lines):
        if not line:
            continue
        if len(line) <= 200 and (_RULE.match(line) or _WROTE.search(line)):
            return number
        if _HEADER.match(line) and len(line) <= 300:
            near = lines[number : number + 8]
            names = {found["name"] for text in near if (found := _HEADER.match(text))}
            if len(names) >= 2:
                return number
    return None


def _below_quotation(lines: list[str]) -> list[str]:
    """
    Return the words below a quotation.

    Where its heading or what follows it is marked by ">" they are what is not; else the last
    paragraph, if the quoted letter's own end stands above.
    """
    head = [line for line in lines[:_HEADING_LINES] if line]
    if any(line.startswith((">", "＞")) for line in head):
        return [line for line in lines[1:] if not line.startswith((">", "＞"))]
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line and not line.startswith((">", "＞")):
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    filled = [block for block in blocks if block]
    return filled[-1] if len(filled) >= 3 and len("".join(filled[-1])) <= 300 else []


def _without_signature(lines: list[str]) -> list[str]:
    """Return the lines above a signature: a rule with contact lines below it, or contact lines at the end."""
    kept = [
        line
        for line in (_PICTURE.sub("", line).strip() for line in lines)
        if not _DEVICE.match(line)
    ]
    first = next((number for number, line in enumerate(kept) if line), 0)
    kept = [
        line for number, line in enumerate(kept) if number <= first or not _DISCLAIMER.match(line)
    ]
    for number, line in enumerate(kept):
        if not (_SIGNATURE_RULE.match(line) or _SIGN_OFF.match(line)):
            continue
        if sum(map(bool, kept[number + 1 :])) <= MAX_SIGNATURE_LINES:
            kept = kept[:number]
            break
    blocks = _blocks(kept)
    while len(blocks) > 1 and _is_signature(blocks[-1]):
        blocks.pop()
    kept = [line for block in blocks for line in block]
    while kept and len(kept[-1]) <= 60 and _SIGNATURE_LINE.search(kept[-1]):
        kept.pop()
    while kept and _CLOSING.match(kept[-1]):
        kept.pop()
    return kept


def _blocks(lines: list[str]) -> list[list[str]]:
    """Lines that stand together, parted at blank ones."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _is_signature(block: list[str]) -> bool:
    """Short lines, one of them with a telephone, an address or a web name, and no sentence of prose."""
    if len(block) > MAX_SIGNATURE_LINES or not any(
        len(line) <= 60 and _SIGNATURE_LINE.search(line) for line in block
    ):
        return False
    return all(len(line) <= 60 and not re.search(r"[。；]", line) for line in block)
