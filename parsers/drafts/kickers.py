"""What stands above a title to lead into it (肩题, 引题): a slogan, and then the unit's own headline."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 26
_MARK = re.compile(r"^[（(【\[]?\s*(?:肩\s*题|引\s*题|眉\s*题)\s*[）)】\]：:]\s*")
_MAIN = re.compile(r"^[（(【\[]?\s*(?:主\s*题|正\s*题|主标题|正标题)\s*[）)】\]：:]\s*")
_BELOW = re.compile(r"^[（(【\[]?\s*(?:副\s*题|副标题|子题)\s*[）)】\]：:]\s*")
_DASH = re.compile(r"^(?:—|－|–|-)")

_SELF = r"我[镇区市县局街办]|全[镇区市县]|本[镇区局]"
_DEED = re.compile(
    "召开|开展|组织|举[办行]|启动|部署|推进|全力|扎实|多措并举|积极|深入|持续|严查|强化|深夜|连夜|走进|上门"
    "|聚焦|全员|联合|突击|检查|排查|整治|值守|演练|宣传|培训|上岗|打响|筑牢|织密|压实|落实|完成|做好|抓好"
)
_OPEN = re.compile(
    r"[，,、：:；;。！!？?—\-]$|(?:[的与和及同对向到赴在为让给把被由从将以]|一行|带领|率队|陪同)$"
)
_OWN_DOER = re.compile(
    r"^(?:[省市区县国]|副?[区市县镇局]长|书记|领导|专家|党[委组政])|督[查导]|调研|指导|视察|走访|慰问|考察|暗访|检查|莅"
)
"""A line with its own doer goes on in the next: “区应急管理局督查” / “湖塘镇……工作”."""

_BODY = re.compile(r"(?:[局科办委队组站所室]|中心|镇|街道|公司|支部|同志)[）)]?$")
"""A line that ends so is the name of who wrote, not a headline."""


def is_marked(line: str) -> bool:
    """Whether a line says of itself that it is a kicker: “引题：迎检查 促提升”."""
    return _MARK.match(line) is not None


def unmarked(line: str, *, marked: bool) -> str:
    """Return a line without the word that calls it a title, or a subtitle with its dash, below a marked kicker."""
    if not marked:
        return line
    if _BELOW.match(line):
        rest = _BELOW.sub("", line)
        return rest if _DASH.match(rest) else f"——{rest}"
    return _MAIN.sub("", line)


def is_kicker(line: str, below: Sequence[str], unit_names: Sequence[str]) -> bool:
    """
    Tell whether a line only leads into the headline of a unit below it.

    A headline names its unit first and what it did; prose follows. The kicker (at most two lines) has
    no doer and no open end, otherwise both are halves of one title.
    """
    if not _leads(line, unit_names) or len(below) < 2:
        return False
    if _is_headline(below[0], unit_names):
        return True
    return len(below) > 2 and _leads(below[0], unit_names) and _is_headline(below[1], unit_names)


def _leads(line: str, unit_names: Sequence[str]) -> bool:
    bare = line.strip()
    return (
        4 <= len(bare) <= LONGEST
        and not _OPEN.search(bare)
        and not _OWN_DOER.search(bare)
        and re.search(r"\d+[月日号年]|[：:。]|20\d\d", bare) is None
        and not any(name in bare for name in unit_names)
    )


def _is_headline(line: str, unit_names: Sequence[str]) -> bool:
    bare = line.strip()
    name = next((one for one in unit_names if bare.startswith(one)), "") or next(
        iter(re.findall(f"^(?:{_SELF})", bare)), ""
    )
    rest = bare[len(name) :]
    return (
        bool(name)
        and 6 <= len(rest) <= 40
        and _DEED.search(rest) is not None
        and _BODY.search(rest) is None
        and re.search(r"[，。；：]", rest) is None
    )
