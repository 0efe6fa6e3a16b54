"""
The nine answers of `shougao init` as people write them, read into what config.toml needs.

The same words serve the dialogue and the file of answers. What cannot be read is a Chinese sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum

from console.settings.rule_text import HOW_LIMITS, LIMIT, BadLine, limit_of
from console.spreadsheets.office_lists import ListedOutlet, ListedUnit
from rulebook.amounts import Amount, amount
from rulebook.kind_entries import LimitUnit
from rulebook.kind_rules import Role
from rulebook.periods import Span
from rulebook.provisions import Provisions
from rulebook.switches import Measure


class BadAnswer(ValueError):
    """An answer that cannot be read; the text says how to write it."""


class DraftForm(StrEnum):
    """In what form drafts come: packed in an archive, as files, as files or in the letter itself."""

    PACKED = "打包"
    FILES = "附件"
    ANY = "均可"


@dataclass(frozen=True, slots=True)
class KindAnswer:
    """A kind: its points, bounds of its length (0: none), until when it must come."""

    name: str
    points: Amount
    role: Role = Role.REPORT
    least: int = 0
    most: int = 0
    limit: LimitUnit = LimitUnit.NONE
    limit_count: int = 0
    limit_until: time = time()


@dataclass(frozen=True, slots=True)
class TargetAnswer:
    """What each unit of a group owes; `kind` empty: of all kinds together."""

    group: str
    kind: str
    count: int
    period: Span
    measure: Measure = Measure.REPORTED


@dataclass(frozen=True, slots=True)
class Address:
    """The submissions mailbox and its servers; `maildir` in their place for a folder on this machine."""

    address: str
    imap: str = ""
    smtp: str = ""
    maildir: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """All nine; None leaves what the file says."""

    name: str | None
    contact: str | None
    address: Address | None
    form: DraftForm | None
    kinds: tuple[KindAnswer, ...] | None
    units: tuple[ListedUnit, ...] | None
    outlets: tuple[ListedOutlet, ...] | None
    targets: tuple[TargetAnswer, ...] | None
    addressees: str | None


_HOSTS = {
    "qq.com": "qq.com", "foxmail.com": "qq.com", "163.com": "163.com", "126.com": "126.com",
    "yeah.net": "yeah.net", "139.com": "139.com", "189.cn": "189.cn", "sina.com": "sina.com",
    "sohu.com": "sohu.com", "aliyun.com": "aliyun.com",
}  # fmt: skip
"""By the domain of an address that of its servers, imap.… and smtp.…"""
_ADDRESS = re.compile(r"[^\s@<>]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_KIND = re.compile(
    r"(?P<name>[^\s(]+?)\s*(?:\((?P<role>[^)]*)\))?\s+(?P<points>\d+(?:\.\d+)?)\s*分?"
    r"(?:\s+(?:(?P<from>\d+)\s*[-至到~]\s*(?P<to>\d+)\s*字|(?P<least>\d+)\s*字(?:以上)?|"
    r"不超过\s*(?P<most>\d+)\s*字))?"
)
_ROLES = {"动态": Role.REPORT, "舆情": Role.OPINION, "文章": Role.ARTICLE, "约稿": Role.COMMISSION}
_GUESSES = (
    (Role.COMMISSION, re.compile("约稿|约请|命题")),
    (Role.OPINION, re.compile("舆情|舆论|民情|社情")),
    (
        Role.ARTICLE,
        re.compile("综合|调研|长篇|经验|典型|深度|通讯|评论|理论|文章|案例|专题|信息专报"),
    ),
)
_UNITS = {
    "工作日": LimitUnit.WORKDAYS, "小时": LimitUnit.HOURS, "天": LimitUnit.DAYS, "日": LimitUnit.DAYS,
}  # fmt: skip
_TARGET = re.compile(
    r"(?P<group>\S+)\s+(?P<kind>\S+)\s+每(?P<period>周|月|季度?|半年|年)\s*(?P<measure>采用|录用)?\s*"
    r"(?P<count>\d+)\s*(?P<what>篇|条|件|分)?"
)
_SPANS = {
    "周": Span.WEEK, "月": Span.MONTH, "季": Span.QUARTER, "季度": Span.QUARTER, "半年": Span.HALF,
    "年": Span.YEAR,
}  # fmt: skip
_NONE = ("", "无", "没有", "不限", "不考核", "-")
_ALL = ("合计", "各类", "总数", "不限类别")


def plain(text: str) -> str:
    """Return a text half-width, with single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def items(text: str) -> list[str]:
    """Take a text apart at semicolons and line ends."""
    return [one for part in re.split(r"[;；\n]", text) if (one := plain(part))]


def names(text: str) -> tuple[str, ...]:
    """Take a list of names apart."""
    parts = (plain(part) for part in re.split(r"[、,，\n]", text))
    return tuple(dict.fromkeys(part for part in parts if part))


def text_of(written: str, called: str) -> str:
    """Return a line that must be there. Raises BadAnswer."""
    text = " ".join(written.split())
    if not text:
        raise BadAnswer(f"请写{called}。")
    return text


def address_of(written: str, imap: str = "", smtp: str = "") -> Address:
    """Read the mailbox's address; its servers are known, given, or taken from its domain. Raises BadAnswer."""
    text = plain(written)
    if text.startswith("maildir:"):
        return Address("inbox@office.example", maildir=text.removeprefix("maildir:"))
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise BadAnswer(f"“{text}”不是邮箱地址，请写成 tougao@163.com 的样子。")
    domain = _HOSTS.get(found[1].lower(), found[1].lower())
    return Address(text, plain(imap) or f"imap.{domain}", plain(smtp) or f"smtp.{domain}")


def form_of(written: str) -> DraftForm:
    """Read in what form drafts come. Raises BadAnswer."""
    text = plain(written)
    for form, words in (
        (DraftForm.PACKED, ("1", "打包", "压缩")),
        (DraftForm.ANY, ("3", "均可", "都可", "正文")),
        (DraftForm.FILES, ("2", "附件", "文档", "Word", "word")),
    ):
        if any(word == text or (len(word) > 1 and word in text) for word in words):
            return form
    raise BadAnswer(
        "请写 打包（必须压缩打包）、附件（Word 等文档直接作附件）或 均可（写在邮件正文里也收）。"
    )


def kinds_of(written: str) -> tuple[KindAnswer, ...]:
    """Read the kinds, “简讯 1；调研文章 3 800字以上”. Raises BadAnswer."""
    kinds: list[KindAnswer] = []
    for one in items(written):
        found = _KIND.fullmatch(one)
        if found is None:
            raise BadAnswer(
                f"“{one}”看不懂：每类写名称、每条几分，如 简讯 1 或 调研文章 3 800字以上。"
            )
        if any(kind.name == found["name"] for kind in kinds):
            raise BadAnswer(f"“{found['name']}”写了两次，请去掉一处。")
        kinds.append(
            KindAnswer(
                found["name"],
                amount(found["points"]),
                _role(found["name"], found["role"]),
                int(found["from"] or found["least"] or 0),
                int(found["to"] or found["most"] or 0),
            )
        )
    if not kinds:
        raise BadAnswer("请至少写一类稿件，如 简讯 1。")
    return tuple(kinds)


def limited(kinds: Sequence[KindAnswer], written: str) -> tuple[KindAnswer, ...]:
    """
    Give the kinds their limits, “2天”, “24小时：要情；3个工作日：动态、舆情” or “不限”.

    A limit without kinds holds for what tells of events. Raises BadAnswer.
    """
    by_name = {kind.name: kind for kind in kinds}
    if plain(written) in _NONE or not kinds:
        return tuple(kinds)
    for one in items(written):
        found = LIMIT.match(one)
        head, listed = (found[0], one[found.end() :].strip()) if found else ("", "")
        try:
            if listed and not listed.startswith(":"):
                raise BadLine(HOW_LIMITS)
            unit, count, until = limit_of(head or one)
        except BadLine as error:
            raise BadAnswer(f"“{one}”看不懂：{error}可以指明类别，如 24小时：要情。") from None
        listed = listed.removeprefix(":")
        wanted = names(listed) or tuple(
            kind.name for kind in kinds if kind.role in (Role.REPORT, Role.OPINION)
        )
        for name in wanted:
            if name not in by_name:
                raise BadAnswer(f"时限里的“{name}”不是第四问写的类别（{'、'.join(by_name)}）。")
            by_name[name] = replace(
                by_name[name], limit=unit, limit_count=count, limit_until=until or time()
            )
    return tuple(by_name[kind.name] for kind in kinds)


def units_of(written: Sequence[str]) -> tuple[ListedUnit, ...]:
    """Read units by hand, “乡镇：甲镇、乙镇（乙镇政府）”. Raises BadAnswer."""
    units: dict[str, ListedUnit] = {}
    for one in map(plain, written):
        group, mark, listed = one.partition(":")
        if not mark:
            group, listed = "各单位", one
        for name in names(listed):
            found = re.fullmatch(r"([^(]+)(?:\(([^)]*)\))?", name)
            if found is None:
                raise BadAnswer(f"“{name}”看不懂：别的叫法写在括号里，如 乙镇（乙镇政府）。")
            if found[1] in units:
                raise BadAnswer(f"单位“{found[1]}”写了两次，请去掉一处。")
            others = tuple(part for part in re.split(r"[/|]", found[2] or "") if part)
            units[found[1]] = ListedUnit(found[1], group.strip(), others)
    if not units:
        raise BadAnswer("请至少写一个单位。")
    return tuple(units.values())


def outlets_of(written: Sequence[str]) -> tuple[ListedOutlet, ...]:
    """Read outlets by hand, “市级 5：甲日报、甲电视台”. Raises BadAnswer."""
    outlets: list[ListedOutlet] = []
    for one in map(plain, written):
        head, mark, listed = one.partition(":")
        found = re.fullmatch(r"(\S+)\s+(\d+(?:\.\d+)?)\s*分?", head.strip())
        if not mark or found is None:
            raise BadAnswer(
                f"“{one}”看不懂：请写 级别 分值：载体、载体，如 市级 5：甲日报、甲电视台。"
            )
        outlets += [ListedOutlet(name, found[1], amount(found[2])) for name in names(listed)]
    return tuple(outlets)


def targets_of(
    written: str, kinds: Sequence[KindAnswer], units: Sequence[ListedUnit]
) -> tuple[TargetAnswer, ...]:
    """Read the targets, “乡镇 简讯 每月2篇；全部 合计 每年20分”. Raises BadAnswer."""
    if plain(written) in _NONE or not kinds or not units:
        return ()
    groups = list(dict.fromkeys(unit.group for unit in units))
    return tuple(
        one
        for item in items(written)
        for one in _targets(item, [one.name for one in kinds], groups)
    )


def _targets(item: str, kinds: Sequence[str], groups: Sequence[str]) -> Iterator[TargetAnswer]:
    found = _TARGET.fullmatch(item)
    if found is None:
        raise BadAnswer(
            f"“{item}”看不懂：请写 分组 类别 每月2篇，如 乡镇 简讯 每月2篇；各类一起算的写 合计。"
        )
    kind = "" if found["kind"] in _ALL else found["kind"]
    if kind and kind not in kinds:
        raise BadAnswer(f"任务里的“{kind}”不是第四问写的类别（{'、'.join(kinds)}）。")
    concerned = groups if found["group"] in ("全部", "各单位") else [found["group"]]
    for group in concerned:
        if group not in groups:
            raise BadAnswer(f"任务里的“{group}”不是单位的分组（{'、'.join(groups)}）。")
        measure = Measure.POINTS if found["what"] == "分" else Measure.REPORTED
        measure = Measure.ADOPTED if found["measure"] else measure
        yield TargetAnswer(group, kind, int(found["count"]), _SPANS[found["period"]], measure)


def _role(name: str, written: str | None) -> Role:
    if written:
        if written not in _ROLES:
            raise BadAnswer(f"“{name}”括号里应为 动态、舆情、文章 或 约稿。")
        return _ROLES[written]
    return next((role for role, word in _GUESSES if word.search(name)), Role.REPORT)


def kinds_in(provisions: Provisions) -> tuple[KindAnswer, ...]:
    """List the kinds that an office's own file has, as answers."""
    return tuple(
        KindAnswer(
            *(one.name, amount(one.points), one.role, one.least, one.most),
            *(one.limit, one.limit_count, one.limit_until),
        )
        for one in provisions.kinds
    )


def units_in(provisions: Provisions) -> tuple[ListedUnit, ...]:
    """List the units that an office's own file has, as answers."""
    return tuple(ListedUnit(one.name, one.group, one.aliases) for one in provisions.units)
