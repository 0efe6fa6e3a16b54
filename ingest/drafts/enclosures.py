"""Papers that a sender encloses for reading beside a draft: a plan, a speech, a list, “供参考”."""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers.drafts import counts
from parsers.drafts.text import TextFacts
from parsers.types import Text

_PAPER = r"(?:方案|计划|预案|讲话|致辞|纪要|通知|议程|日程|名单|制度|办法|总结|材料|流程|安排|原文|文件|领导讲话)"
_ENCLOSED = re.compile(
    rf"附[上有带]?[^，。；！？（）()]{{0,10}}{_PAPER}|{_PAPER}[^，。；！？]{{0,10}}(?:附[上后]|一并附|供|仅供)"
    r"|(?:供|仅供|请)(?:您|贵局|领导|编辑|各位)?参[考阅]|参考(?:材料|资料)"
)
_NAMED_SO = re.compile(r"^附件?[\d一二三四五：:、_\-—\s]|参考(?:材料|资料)?")
_NOT_MEANT = re.compile("不(?:附|用)|没有附|未附")


def without(
    described: Sequence[tuple[Text, TextFacts]], subject: str, note: str
) -> tuple[list[tuple[Text, TextFacts]], list[str]]:
    """
    Return the drafts proper, and the paths of papers that only accompany them.

    A paper accompanies a draft where the sender says so (“附方案”, “供参考”, a file called 附件…), and where
    the numbers that he tells do not count it. Anything else stays a piece of its own for a person to see.
    """
    papers = [fact.path for fact, words in described if words.paper]
    drafts = len(described) - len(papers)
    if not papers or not drafts or len({fact.path for fact, _ in described}) < 2:
        return list(described), []
    told = [counts.drafts_told(text) for text in (subject, note)]
    if any(numbers and drafts not in numbers for numbers in told):
        return list(described), []
    said = any(_ENCLOSED.search(text) and not _NOT_MEANT.search(text) for text in (subject, note))
    enclosed = [path for path in papers if said or _NAMED_SO.search(path.rpartition("/")[2])]
    left = [(fact, words) for fact, words in described if fact.path not in enclosed]
    return left, enclosed
