"""The title of a draft and the label above it, told from mastheads, by-lines and the first sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from parsers.drafts import byline, document_types, kickers, mastheads
from parsers.drafts.frame import date_of_line, is_frame
from rulebook.kinds import HEADING

TITLE_MOST = 60
HEAD_LINES = 8
"""How far down a title may stand: under labels, numbers of issue, a unit's line."""
_TITLE_PREFIX = re.compile(
    r"^(?:(?:标\s*题|题\s*目|(?:稿件|信息|文章|新闻|舆情)(?:标题|题目))\s*[：:]|[【\[](?:标题|题目)[】\]])\s*"
)
_NAMEPLATE = 16
"""A short line above a number of issue is the name of a bulletin, not a title."""
_PAUSE = re.compile(r"[，,。；;：:！!？?]")
_SUBTITLE = re.compile(r"^(?:——|—|--|－－|–)")
_DOES = re.compile(
    "(?:联合|会同|组织|召开|开展|举[办行]|启动|部署|推进|全力|扎实|多措并举|积极|深入|持续|严[查把]|强化|深夜|连夜|走进|上门|聚焦|全员)"
)
"""A line that begins so has its doer in the line above: “南夏墅街道” / “召开……推进会”."""

_ENDS_SENTENCE = re.compile(r"[。；;，,：:、]$")
_FILE_NOISE = re.compile(
    r"[（(【]?(?:20\d\d年)?\d{1,2}月\d{1,2}[日号][）)】]?$|[（(]\d{1,2}\.\d{1,2}[）)]$|^(?:工作动态|动态|舆情信息|舆情|综合性?(?:原创)?文章|约稿|稿件|信息)\d*[：:\-—_\s]+(?=.{4})|【[^】]*】|\[[^\]]*\]|^[\d\s._\-、．（）()]+|[\s_\-]*(?:最终版|定稿|终稿|修改稿?|副本|new|final|V?\d+(?:\.\d+)?)$"
    r"|[（(](?:\d+|定稿|终稿|最终|修改)[）)]$",
    re.IGNORECASE,
)


def head(lines: list[str], unit_names: Sequence[str]) -> tuple[str, str, list[str]]:
    """Label line, title, and what follows."""
    label = ""
    masthead: list[int] = []
    marked = False
    for position, line in enumerate(lines[:HEAD_LINES]):
        bare = _TITLE_PREFIX.sub("", kickers.unmarked(line, marked=marked)).strip()
        if kind := mastheads.kind_of(bare):
            label = label or kind
            masthead.append(position)
            continue
        if mastheads.is_label(bare):
            label = label or bare
            continue
        below = lines[position + 1 :]
        if len(bare) <= _NAMEPLATE and _number_and_title(below, unit_names):
            masthead.append(position)
            continue
        if mastheads.is_masthead(bare) or document_types.secret_mark([bare]):
            continue
        if kickers.is_marked(bare) or kickers.is_kicker(bare, below, unit_names):
            marked = marked or kickers.is_marked(bare)
            masthead.append(position)
            continue
        if mastheads.is_form_heading(bare) and _title_follows(below, unit_names):
            masthead.append(position)
            continue
        own = (
            bare[-1:] in "：:" and bare[:-1] in unit_names
        )  # “危化科：”, and the rest of its title
        if not own and mastheads.is_above_title(bare) and _headline_follows(below, unit_names):
            label = label or (bare if "动态" in bare or "舆情" in bare else "")
            masthead.append(position)
            continue
        if date_of_line(bare, unit_names) or (
            byline.is_unit_line(bare, unit_names)
            and _title_follows(below, unit_names)
            and not _DOES.match(below[0].strip())
        ):
            continue
        if byline.read_line(line, unit_names) is not None:
            continue
        prefixed = bare != line.strip()
        if _has_stop(bare, below):
            bare = bare[:-1]
        if not prefixed and not may_be_title(bare) and not _is_first_half(bare, below, unit_names):
            return label, "", [line for line in lines if line.strip() != label]
        title, used = bare, position + 1
        while (
            used < len(lines) and used < position + 3 and _goes_on(title, lines[used:], unit_names)
        ):
            title += kickers.unmarked(lines[used], marked=True).strip()
            used += 1
        title = mastheads.unmarked(title)
        skipped = [
            kept
            for at, kept in enumerate(lines[:position])
            if at not in masthead and not mastheads.is_masthead(kept.strip())
        ]
        return label, title, [*skipped, *lines[used:]]
    return label, "", [line for line in lines if line.strip() != label]


def _number_and_title(lines: Sequence[str], unit_names: Sequence[str]) -> bool:
    """Tell whether a number of issue and then a title follow: a number alone stands under a title, too."""
    return (
        bool(lines)
        and mastheads.is_number(lines[0].strip())
        and _headline_follows(lines[1:], unit_names)
    )


def _headline_follows(lines: Sequence[str], unit_names: Sequence[str]) -> bool:
    """Tell whether a title comes before any prose, numbers, days and by-lines aside."""
    for line in lines[:HEAD_LINES]:
        bare = _TITLE_PREFIX.sub("", line).strip()
        if mastheads.is_masthead(bare) or is_frame(bare, unit_names):
            continue
        if mastheads.is_covering(bare):
            continue
        return may_be_title(bare)
    return False


def _has_stop(line: str, below: Sequence[str]) -> bool:
    """Tell whether a title ends with a stop that none should have: short, without a pause, prose below."""
    return (
        8 <= len(line) <= 30
        and line[-1] == "。"
        and re.search(r"[，；：、。\d]", line[:-1]) is None
        and bool(below)
        and len(below[0]) >= 40
    )


def _is_first_half(line: str, below: Sequence[str], unit_names: Sequence[str]) -> bool:
    """Tell whether a title breaks at its own comma or colon: “湖塘镇：”, and the rest in the next line."""
    return (
        bool(below)
        and 2 < len(line) <= 26
        and line[-1] in "，：,:、"
        and may_be_title(line[:-1])
        and not re.search(r"你好|您好|同志们|如下|内容|正文", line)
        and _goes_on(line, below, unit_names)
    )


def _title_follows(lines: Sequence[str], unit_names: Sequence[str]) -> bool:
    """Tell whether a title follows: a unit's name above one is a heading, above a sentence the title itself."""
    return bool(lines) and may_be_title(lines[0]) and byline.read_line(lines[0], unit_names) is None


def may_be_title(line: str) -> bool:
    """Whether a line has the shape of a title: short, no sentence."""
    return (
        (1 < len(line) <= TITLE_MOST or (len(line) <= 2 * TITLE_MOST and not _PAUSE.search(line)))
        and not _ENDS_SENTENCE.search(line)
        and "。" not in line
        and re.search(r"\w", line) is not None
    )


def _goes_on(title: str, following: Sequence[str], unit_names: Sequence[str]) -> bool:
    """Whether the next line still belongs to the title: a subtitle, or the second half of two lines."""
    line = kickers.unmarked(following[0], marked=True).strip()
    if _SUBTITLE.match(line) and may_be_title(line) and not byline.is_name_line(line):
        return True
    after = following[2:] if byline.is_unit_line(title, unit_names) and len(following) > 2 else ()
    below = next((one for one in following[1:] if not is_frame(one, unit_names)), "")
    if after and len(below) <= 26 and may_be_title(below):
        below = after[0]  # “南夏墅街道” / “召开……” / “工作推进会”
    prose_below = "。" in below or len(below) > TITLE_MOST
    return (
        prose_below
        and may_be_title(line)
        and max(len(title), len(line)) <= 26
        and not re.search(r"[，。！？：；]", line)
        and not HEADING.match(line)
        and not re.match(r"第[一二三四五六七八九十]+[章节条篇]", line)
        and not mastheads.is_masthead(line)
        and not date_of_line(line, unit_names)
        and not byline.is_unit_line(line, unit_names)
        and not byline.is_name_line(line)
        and byline.read_line(line, unit_names) is None
    )


def from_file_name(file_name: str) -> str:
    """Return the title in a file's name, without numbers, versions and the day."""
    stem = PurePosixPath(file_name).stem
    before = ""
    while before != stem:
        before, stem = stem, _FILE_NOISE.sub("", stem).strip(" _-　")
    return stem
