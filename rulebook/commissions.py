"""三.3: which open commission (约稿) a draft answers."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rulebook.model import Draft

SHORTEST_TOPIC = 4
"""Characters from which on a topic says enough to be recognised without the label."""


@dataclass(frozen=True, slots=True)
class OpenCommission:
    """
    A text that was asked for and is still waited for.

    `due`: the last day. `answered`: the units from which an answer was accepted already.
    """

    id: int
    topic: str
    units: tuple[str, ...]
    due: date
    answered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CommissionMatch:
    """The commission that a draft answers and, in Chinese, the evidence for it."""

    commission: OpenCommission
    evidence: str


def match_commission(
    draft: Draft,
    subject: str,
    unit: str | None,
    commissions: Sequence[OpenCommission],
    labelled: bool,
) -> CommissionMatch | None:
    """
    Find the commission that a draft answers.

    Its topic stands in subject, folder, file name or title; or the draft is labelled 约稿 and its
    unit owes just one.

    Args:    `labelled`: the draft carries the label 约稿, so that a short topic is enough.
    Returns: None when no commission fits, and when several do.
    """
    of_unit = [commission for commission in commissions if unit in commission.units]
    places = {
        "主题": _bare(subject),
        "标题": _bare(draft.title),
        "文件名": _bare(draft.file),
        "文首": _bare(draft.label_line),
    }
    for source, text in places.items():
        matches = [
            commission
            for commission in of_unit
            if len(_bare(commission.topic)) >= (1 if labelled else SHORTEST_TOPIC)
            and _bare(commission.topic) in text
        ]
        if len(matches) == 1:
            return CommissionMatch(matches[0], f"{source}写明约稿题目“{matches[0].topic}”")
    owed = [commission for commission in of_unit if unit not in commission.answered]
    if labelled and len(owed) == 1:
        return CommissionMatch(owed[0], f"标注约稿，本单位只有一件在办约稿“{owed[0].topic}”")
    return None


def unmatched(unit: str | None, commissions: Sequence[OpenCommission]) -> str:
    """Tell in Chinese why a draft labelled 约稿 cannot be assigned to a commission by its label alone."""
    if unit is None:
        return "单位尚未认领，无法对应约稿任务"
    of_unit = [commission for commission in commissions if unit in commission.units]
    if not of_unit:
        return "没有登记过向本单位布置、尚未结束的约稿任务"
    owed = [commission for commission in of_unit if unit not in commission.answered]
    if not owed:
        return "本单位的约稿任务都已交稿，稿件也没有写明题目"
    return f"本单位有{len(owed)}件约稿任务尚未交稿，稿件没有写明题目"


def _bare(text: str) -> str:
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKC", text).casefold()
        if unicodedata.category(letter)[0] in "LN"
    )
