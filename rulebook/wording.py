"""The words in which an office speaks: what it calls its officers, whether files are packed, its limits."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rulebook.provisions import Provisions, ReviewerRule

OFFICER, KEEPER, WORK = "报送人员", "主管科室", "信息报送"
"""What our own sentences call officers, who keeps their list, and the work; the office's words take their place."""

PIECE, ADOPTION = "稿件", "录用"
"""What our own sentences call what is sent, and its being printed."""
_QUOTED = re.compile(r"(《[^《》]*》|“[^“”]*”)")
"""Titles and what is quoted: nobody's words but their writer's."""

ANSWER_DAYS = 7
"""Days within which an officer is asked to answer what a receipt leaves open."""

_UNPACKED = (
    ("，没有打包成压缩文件作为附件报送", "，没有作为附件报送"),
    (
        "请把稿件文字和图片放进同一个文件夹，压缩成一个 zip、rar 或 7z 文件，作为附件重新发送",
        "请把稿件存为 Word 文档，作为附件重新发送",
    ),
    ("保存后重新打包发送", "保存后重新发送"),
    ("，打包后重新发送", "，重新发送"),
    ("，打包后补发", "，补发"),
    ("再重新打包发送", "再重新发送"),
    ("，重新打包发送", "，重新发送"),
    ("单独存为一个文件，一并打包", "单独存为一个文件"),
    ("请将文字和图片打包成压缩文件，以附件发到本邮箱", "请将稿件以附件发到本邮箱"),
    ("文字和图片请打包成压缩文件，以附件发到本邮箱", "稿件请以附件发到本邮箱"),
)  # fmt: skip
"""What is said of packing, and what is said instead where files need not be packed."""

_LATE_SCORES = (
    ("时限，本稿不计分", "时限，按逾期计分"),
    ("重新报送仍可登记，但不再计分", "重新报送仍可登记，按逾期计分"),
    ("收到的时间计算，逾期不计分", "收到的时间计算，超过的按逾期计分"),
)
"""What is said of late drafts, and what is said instead where they may have points all the same."""


_SHEET = (
    ("稿件没有写明审核人。", "没有附审核表。"),
    (
        "请经部门负责人和分管领导审核，在稿件末尾写明“审核：姓名”后重新发送。",
        "请附上经负责人签字的审核表（扫描件、照片或 Word 均可）后重新发送。",
    ),
)
"""What is said of a missing reviewer, and what is said instead where an approval sheet is asked for."""


@dataclass(frozen=True, slots=True)
class Wording:
    """
    How our own sentences are put to an office's people.

    `packed`: files have to be packed. `limits`: kinds with their limit, e.g. (“要情动态”, “事件发生后2天内”).
    `piece`, `adoption`: what the office calls what is sent, and its being printed. `late_scores`: a
    late draft may have points all the same, one of `late_kinds`. `answer_days`: within so many days
    an officer is asked to answer what a receipt leaves open, 0 where no day is told. `sheet`: each
    letter needs an approval sheet.
    """

    officer: str = "宣传员"
    keeper: str = "人事教育科"
    work: str = "信息宣传"
    piece: str = PIECE
    adoption: str = ADOPTION
    packed: bool = True
    limits: tuple[tuple[str, str], ...] = ()
    late_scores: bool = False
    late_kinds: tuple[str, ...] = ()
    answer_days: int = ANSWER_DAYS
    sheet: bool = False

    def renamed(self, text: str) -> str:
        """Call drafts and adoptions in a text of ours what the office calls them; what is quoted stays."""
        if (self.piece, self.adoption) == (PIECE, ADOPTION):
            return text
        parts = _QUOTED.split(text)
        parts[::2] = [self._renamed(part) for part in parts[::2]]
        return "".join(parts)

    def _renamed(self, text: str) -> str:
        for ours, theirs in ((PIECE, self.piece), (ADOPTION, self.adoption)):
            if ours in theirs:  # 新闻稿件: what says so already stays
                before, after = (re.escape(part) for part in theirs.split(ours, 1))
                text = re.sub(f"{before}{ours}{after}|{ours}", theirs, text)
            else:
                text = text.replace(ours, theirs)
        if self.work.endswith(self.piece):  # 政务信息 + 信息
            text = text.replace(f"{self.work}{self.piece}", self.work)
        return text

    def of_kind(self, kind: str | None) -> Wording:
        """Return the words for a draft of a kind: of some kinds late ones have points, of others none."""
        return replace(self, late_scores=kind in self.late_kinds)

    def said(self, sentence: str) -> str:
        """Put one of our own sentences into the office's words."""
        if not self.packed:
            for packed, plain in _UNPACKED:
                sentence = sentence.replace(packed, plain)
        if self.late_scores:
            for nothing, reduced in _LATE_SCORES:
                sentence = sentence.replace(nothing, reduced)
        if self.sheet:
            for reviewer, sheet in _SHEET:
                sentence = sentence.replace(reviewer, sheet)
        return self.renamed(
            sentence.replace(OFFICER, self.officer)
            .replace(KEEPER, self.keeper)
            .replace(WORK, self.work)
        )


def wording_of(
    provisions: Provisions,
    officer: str,
    keeper: str,
    answer_days: int = ANSWER_DAYS,
    work: str = "信息宣传",
    piece: str = PIECE,
    adoption: str = ADOPTION,
) -> Wording:
    """Return the words for letters judged by these provisions."""
    limits: dict[str, list[str]] = {}
    for rule in provisions.kind_rules:
        if rule.limit is not None:
            limits.setdefault(rule.limit.within, []).append(rule.name)
    return Wording(
        officer=officer,
        keeper=keeper,
        work=work,
        piece=piece,
        adoption=adoption,
        packed=not provisions.welcomes_bare,
        limits=tuple(("、".join(names), told) for told, names in limits.items()),
        late_scores=provisions.late_scores,
        late_kinds=tuple(rule.name for rule in provisions.kind_rules if rule.late_points),
        answer_days=answer_days,
        sheet=provisions.require_reviewer is ReviewerRule.SHEET,
    )
