"""
One word, one count: what every figure of a unit, a quarter or a day counts.

The digest, the pages, the notice with its annex and workbook, the JSON and the SQL views count drafts
by these words. A draft is exactly one of REPORTED, LATE, HELD, REFUSED, VOID, WITHDRAWN, EARLY.
"""

from __future__ import annotations

from enum import Enum

from rulebook.model import Outcome, Timely
from rulebook.points import Scored
from rulebook.provisions import Provisions


class Count(Enum):
    """
    What a draft counts as; the values are the words that people read.

    Attributes: `word`: The word in tables, letters and pages.
                `meaning`: What is counted, in Chinese, for the glossary and the page.
    """

    REPORTED = ("已报", "已收稿、按时报送的稿件（不要求时限的类别也算按时）")
    LATE = ("逾期", "已收稿、超过规定时限的稿件；计入实报，不计分")
    HELD = ("待核", "等工作人员核定的稿件；不计入实报，也不算单位欠报")
    REFUSED = ("退稿", "未收录的稿件，按篇数，不按来信数")
    VOID = ("作废", "已收稿、按规定积分作废的稿件；哪里都不计")
    WITHDRAWN = ("已撤", "报送人撤回、被更正稿替代或不作投稿的稿件；哪里都不计")
    EARLY = ("起始日前", "考核起始日以前收到的稿件；哪里都不计")

    def __init__(self, word: str, meaning: str) -> None:
        self.word = word
        self.meaning = meaning


FIGURES = {
    "实报": "已报与逾期之和",
    "应报": "规定的报送任务数，逐周（月、季）相加；没有工作日的一周不计",
    "完成": "逐周（月、季）取实报与应报中小的一个，相加；多报的一周不抵欠报的一周",
    "完成率": "完成除以应报",
    "计分": "积分统计表各栏的篇数：按时收稿、没有被录用分取代的稿件",
    "录用": "有类别、计分的录用条数；一稿多录的按规定合计",
}
"""Figures that are made from counts, each with its definition."""


def count_of(draft: Scored, provisions: Provisions) -> Count:
    """
    Tell what a draft counts as, under the provisions of its receipt day.

    What is not accepted is not late: the limit is asked of a draft that was taken. A draft whose kind
    is open is held, whatever its outcome says.
    """
    if draft.day < provisions.effective_from:
        return Count.EARLY
    if draft.outcome is Outcome.IGNORED:
        return Count.WITHDRAWN
    if draft.outcome is Outcome.REFUSED:
        return Count.REFUSED
    if draft.outcome is Outcome.HELD or draft.kind is None or draft.unit is None:
        return Count.HELD
    if draft.voided:
        return Count.VOID
    return Count.LATE if draft.timely is Timely.LATE else Count.REPORTED


def is_reported(draft: Scored, provisions: Provisions) -> bool:
    """Tell whether a draft is part of 实报, late ones included."""
    return count_of(draft, provisions) in (Count.REPORTED, Count.LATE)
