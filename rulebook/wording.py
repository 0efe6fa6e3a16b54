"""The words in which an office speaks: what it calls its officers, whether files are packed, its limits."""

from __future__ import annotations

from dataclasses import dataclass

from rulebook.provisions import Provisions

OFFICER, KEEPER = "宣传员", "人事教育科"
"""What our own sentences call the officers and who keeps their list."""

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


@dataclass(frozen=True, slots=True)
class Wording:
    """
    How our own sentences are put to an office's people.

    `packed`: files have to be packed. `limits`: kinds with their limit, e.g. (“要情动态”, “2天”), of an
    office that lists its own kinds. `late_scores`: a late draft may have points all the same.
    """

    officer: str = OFFICER
    keeper: str = KEEPER
    packed: bool = True
    limits: tuple[tuple[str, str], ...] | None = None
    late_scores: bool = False

    def said(self, sentence: str) -> str:
        """Put one of our own sentences into the office's words."""
        if not self.packed:
            for packed, plain in _UNPACKED:
                sentence = sentence.replace(packed, plain)
        if self.late_scores:
            for nothing, reduced in _LATE_SCORES:
                sentence = sentence.replace(nothing, reduced)
        return sentence.replace(OFFICER, self.officer).replace(KEEPER, self.keeper)


def wording_of(provisions: Provisions, officer: str, keeper: str) -> Wording:
    """Return the words for letters judged by these provisions."""
    limits: dict[str, list[str]] = {}
    for rule in provisions.kind_rules:
        if rule.limit is not None:
            limits.setdefault(rule.limit.told, []).append(rule.name)
    return Wording(
        officer=officer,
        keeper=keeper,
        packed=not provisions.welcomes_bare,
        limits=tuple(("、".join(names), told) for told, names in limits.items())
        if provisions.kinds
        else None,
        late_scores=provisions.late_scores,
    )
