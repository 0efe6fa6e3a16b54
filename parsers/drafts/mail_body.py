"""The body of a letter: a cover note, or a draft that should have been packed (五.4)."""

from __future__ import annotations

import re
from datetime import date

from parsers.drafts.character_count import count
from parsers.drafts.date_expressions import mentions, tidy

_GREETING = re.compile(
    r"^(?:尊敬的|亲爱的)?[^，。]{0,16}(?:您好|你好|大家好|领导好|老师好)[！!，,。:：\s]*$|^(?:各位)?[^，。]{0,10}(?:老师|领导|主任|科长|同志)[：:，,]?$"
)
_COVER_WORDS = re.compile(
    r"附件|请查收|请查阅|查收|请审阅|请审核|请接收|现报送|现将.{0,20}报送|报送给|投稿|收稿|来稿|请予|谢谢|感谢|祝好|此致|敬礼|顺祝|商祺|打扰|烦请|麻烦|密码|解压"
    r"|联系电话|联系人|电话[：:]|手机[：:]|邮箱[：:]|发自我的|下载"
    r"|您|老师[好，,们]|敬请|谅解|抱歉|歉意|不好意思|恳请|请以|请告知|请核|辛苦|请问|盼复|^收到[，,！!。]"
)
_CLERKS_WORDS = re.compile(r"稿件|稿子|约稿|报送|宣传员|排版|版面|为准|审核流程|本期|上期|上次")
"""Words of the desk, which news about the desk uses, too."""
_CLOSING = re.compile(
    r"^(?:发自我的|来自我的|Sent from|-- $|__+$|——+$|-{3,}|={3,}|此致|敬礼|祝好|顺祝|谢谢|感谢)"
    r"|^(?:电话|手机|邮箱|地址|联系人|TEL|Tel)[：:]"
)
_QUOTED = re.compile(
    r"^(?:-{2,}\s*(?:原始邮件|转发邮件信息|Original Message|回复的原邮件|转发的邮件|答复邮件)"
    r"|发件人\s*[：:]|From\s*:|On .{5,80} wrote:"
    r"|在\s*20\d\d[年\-/].{0,60}(?:写道|wrote)\s*[：:]?)"
)
_EVENT_WORDS = re.compile(
    r"开展|组织|召开|举行|举办|检查|走访|调研|培训|演练|部署|督查|排查|整治|网民|网友|发帖|反映|发生|指出|强调|下一步|近日|(?<!\d)日前"
)


_ENDS = tuple("。！!？?：:，,；;")
_MATTER = re.compile(
    r"镇|街道|社区|[乡村区市]|[局科]|大队|中队|中心|企业|公司|园区|工地|学校|应急|安全|消防|防汛|防火|救援|隐患|灾"
)
"""What an office's news is about."""

_NO_TITLE = re.compile(
    r"说明|申诉|邀请|通知|函$|请示|简历|报价|举报|投诉|反映|求助|情况$|安排$|回执"
)


def strip_body(body: str) -> str:
    """Return the body of a letter without greeting, quoted mail, closing words and signature."""
    kept: list[str] = []
    for line in body.replace("\r", "").split("\n"):
        bare = line.strip(" \t　\xa0")
        if _QUOTED.match(bare):
            break
        if not bare or bare.startswith(">"):
            continue
        if _CLOSING.match(bare) and kept and len(bare) < 60:
            continue
        if _GREETING.match(bare) and len(bare) < 30:
            continue
        kept.append(bare)
    return "\n".join(kept)


def looks_like_draft(body: str) -> bool:
    """
    Whether a draft stands in the body of a letter (五.4), rather than a cover note.

    A note speaks of the letter (附件, 请查收, …); a draft tells what happened, at some length, or has
    a draft's shape, whatever its verbs.
    """
    stripped = strip_body(body)
    if _is_titled_report(stripped.split("\n")):
        return True
    prose = [sentence for sentence in _sentences(stripped) if not _is_note(sentence)]
    length = sum(map(count, prose))
    if length >= 150 or (length >= 15 and any(map(_reports, prose))):
        return True
    events = {word for sentence in prose for word in _EVENT_WORDS.findall(sentence)}
    return length >= 40 and len(events) + sum(map(_names_a_day, prose)) >= 2


def _is_titled_report(lines: list[str]) -> bool:
    """Recognise a title with a dated lead below it and 60 characters that speak to nobody."""
    while len(lines) > 2 and _COVER_WORDS.search(lines[0]):
        lines = lines[1:]
    if len(lines) < 2:
        return False
    title, lead = lines[:2]
    return (
        6 <= len(title) <= 40
        and not title.endswith(_ENDS)
        and _MATTER.search(title + lead[:40]) is not None
        and _NO_TITLE.search(title) is None
        and len(lead) >= 40
        and _names_a_day(lead[:20])
        and count("".join(lines[1:])) >= 60
        and not any(_COVER_WORDS.search(line) for line in lines[:3])
    )


def _sentences(text: str) -> list[str]:
    """Sentences of some length; “内容如下：3月6日，……” is cut before the day."""
    parts = [
        part.strip()
        for line in text.split("\n")
        for part in re.split(
            r"(?<=[。！？!?；;])|(?<=[：:])(?=\s*(?:\d+[年月]|今[天日]|昨[天日]))", line
        )
    ]
    return [part for part in parts if len(part) >= 10]


def _is_note(sentence: str) -> bool:
    """Whether a sentence speaks of the letter and the desk, not of an event."""
    if _COVER_WORDS.search(sentence):
        return True
    return _CLERKS_WORDS.search(sentence) is not None and not _reports(sentence)


def _reports(sentence: str) -> bool:
    """Read "3月6日，湖塘镇开展检查": the lead of a report."""
    return _EVENT_WORDS.search(sentence) is not None and _names_a_day(sentence)


def _names_a_day(sentence: str) -> bool:
    return any(mentions(tidy(sentence), date(2000, 1, 1), None))
