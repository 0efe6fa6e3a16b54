"""Who wrote a draft, who reviewed it, which unit it names: the lines around the body."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from parsers.drafts.byline_forms import RANK_BEFORE, as_usual, role_first
from parsers.drafts.byline_words import ASIDE, AUTHOR, EDITOR, REVIEWER
from parsers.drafts.surnames import DOUBLE_SURNAMES, SURNAMES

_ROLE = re.compile(
    rf"(?:(?<![一-鿿])|(?<=[一-鿿])(?=[一-鿿]{{2}}))(?:(?P<author>{AUTHOR})|(?P<reviewer>{REVIEWER})|(?P<editor>{EDITOR})|(?P<aside>{ASIDE}))(?:人员|人|员|领导)?"
    r"(?:[（(]?(?:签字|签名|签章|盖章)[）)]?)?(?:\s*[：:／/|｜丨︱]\s*|(?<=通讯员)\s*|(?<=记者)\s*|(?<=人)\s+|(?<=[一-鿿/][一-鿿])\s+(?=["
    + SURNAMES
    + "]))"
)
_ROLE_BEHIND = re.compile(
    rf"(?P<name>[一-鿿·]{{2,8}})\s*[（(](?P<role>{AUTHOR}|{REVIEWER}|{EDITOR}|撰|写|审|核|校|编)[）)]"
)
_ROLE_FIRST = re.compile(rf"(?:{AUTHOR}|{REVIEWER}|{EDITOR})\s+[一-鿿]{{2}}")
_STROKE_BETWEEN = re.compile(
    rf"(?:(?<=[\s　][一-鿿]{{2}})|(?<=[\s　][一-鿿]{{3}}))\s*[/／]\s*"
    rf"(?=(?:{AUTHOR}|{REVIEWER}|{EDITOR})\s+[一-鿿]{{2,4}}(?:[\s/／]|$))"
)
"""“通讯员 施雨 / 审核 陶明”: the stroke stands between two roles, not between a name and its role."""
_LONG_ROLE = {"撰": "撰稿", "写": "撰稿", "审": "审核", "核": "审核", "校": "校对", "编": "编辑"}
_ROLE_BEFORE = re.compile(
    rf"(?P<role>{AUTHOR}|{REVIEWER}|{EDITOR})人?[（(]\s*(?P<name>[一-鿿·\s]{{2,8}})\s*[）)]"
)
_TWO_ROLES = re.compile(
    rf"^(?P<first>{AUTHOR}|{REVIEWER})[、/及和](?P<second>{AUTHOR}|{REVIEWER}|{EDITOR})人?\s*[：:]\s*(?P<name>[一-鿿·\s]{{2,10}})$"
)

_TRADE = re.compile(
    r"(?:摄影报道|图文报道|报道|摄影|拍摄|供图|供稿|撰稿|投稿|图文|文图|文/图|图/文|整理|执笔|文|图|摄)"
)
"""What stands behind a name and tells what he did: “（吴桐 摄影报道）”."""

_SHORT_ROLE = re.compile(
    r"(?<![一-鿿])(?P<role>[撰审核校编])\s*(?:[：:|｜丨︱]|[/／](?=\s*[一-鿿]{2}))"
)
"""“审：曹志刚”."""

_RANK = re.compile(
    r"(?<=[一-鿿])\s*[（(](?:分管|主要|部门|单位|科室)?(?:领导|负责人|局长|副?镇长|主任|科长|书记|实习生?|代)[）)]"
)
"""“审核 尹卫平（分管领导）”: what he is, not what he did."""

_WORD_BY_WORD = re.compile(rf"(?:{AUTHOR}|{REVIEWER}|{EDITOR})(?:人员|人|员)?")
_JOINED = re.compile(
    rf"(?P<role>(?:{AUTHOR}|{REVIEWER}|{EDITOR})(?:人员|人|员)?)(?<=[一-鿿]{{2}})(?P<name>(?!通过|同意|完毕)[{SURNAMES}][一-鿿]{{1,2}}(?:、[{SURNAMES}][一-鿿]{{1,2}})*)"
)
"""“通讯员段晓堃”: role and name in one word."""

_NAME_SLASH = re.compile(
    r"(?<![一-鿿])(?P<name>[一-鿿·]{2,8}|[一-鿿]{2,3}(?:[ 　、]{1,2}[一-鿿]{2,3}){1,2})\s*[/／]\s*"
    r"(?P<role>文|图|摄|撰|审|核|校|编|撰文|撰稿|供稿|摄影|审核|编辑)(?![一-鿿/／])"
)
"""“陆珺/文  杨帆/图”."""

_LEAD = re.compile(
    r"^(?P<head>(?:本[报网台刊站]讯?|[^，。（(]{0,24}(?:讯|消息))?\s*(?:\d{1,2}月\d{1,2}日(?:讯|电|消息))?\s*)"
    r"[（(]\s*(?P<names>(?:特约)?(?:通讯员|记者|宣传员|信息员)?[^（）()。，]{2,40}?)\s*[）)]\s*(?:报道)?[：:，,]?\s*"
)
_LEAD_UNBRACKETED = re.compile(
    r"^(?P<head>)(?P<names>(?:特约)?(?:通讯员|记者)\s*[一-鿿·、\s　]{2,12}?)\s*(?:报道|讯)[：:，,]?\s*"
)
"""“本报讯（通讯员 李建华）3月7日，……”"""

_BESIDE_TITLE = re.compile(
    r"(?:[\s　]+|[（(])(?P<names>(?:通讯员|记者|作者|撰稿|供稿|文|图/文|文/图)(?:人)?"
    r"\s*[：:／/\s　]\s*[^（）()，。]{2,20})[）)]?$"
)

_TRADE_AT_END = re.compile(r"(?<=[一-鿿])[\s　]+(?:文/图|图/文|文图|图文|摄影报道)$")
_DAY_AT_END = re.compile(
    r"(?<=[一-鿿])[\s　，,]+20\d\d(?:年\d{1,2}月\d{1,2}日|[-/.．]\d{1,2}[-/.．]\d{1,2}日?)$"
)
_SIGNED = re.compile(r"(?P<unit>[一-鿿]{2,20})[：:]\s*(?P<names>[一-鿿·、\s　]{2,16})")
"""“雪堰镇：孙立”."""

_OF_UNIT = re.compile(r"([一-鿿·]{2,8})\s*[（(]([一-鿿]{2,20})")
"""“钱一鸣（湖塘镇）”."""

_GIVEN = re.compile(r"([一-鿿]{2,20}?)[\s　]*(?:联合|共同)?(?:供稿|供图|报送|撰稿|投稿)")
_GIVEN_AT_END = re.compile(
    r"(?<=[局镇科室办所站委部区队道])[\s　]*(?:联合)?(?:供稿|供图|报送|报道)$"
)
_TOGETHER = re.compile(r"(?:联合|共同|合作)(?:报送|供稿|撰稿|投稿)?$")
"""“县农业农村局、石溪镇联合报送”: the units of a piece that several wrote."""

_UNIT_ASIDE = re.compile(r"单位|来源|稿源")
_FRAME = " \t　□■●○◆◇▲△★☆※▎（）()[]【】〔〕。；;，,、|｜丨︱—–"
_BLANK = r"[\s、，,；;/／|｜丨︱　]"
_SEPARATOR = re.compile(
    rf"(?:{_BLANK}|(?:(?<=^)|(?<={_BLANK})|(?<=[局镇科室办所站委部区市县队道村司处]))[和及]"
    rf"|(?<=[一-鿿]{{2}})[和及](?=(?![和及])[{SURNAMES}][一-鿿]))+"
)
"""和 joins two names or two offices; in 许清和 it is part of the name."""
_ORGAN = re.compile(
    r"(?:局|镇|科|室|办|所|站|委|部|小组|委员会|协会|街道|大队|中队|中心|园区|新区|北区|城|公司|社区|村|队|处|厅|区|市|湖)$"
)
_DOES = re.compile(
    r"检查|开展|召开|组织|举[办行]|走进|排查|走访|慰问|整治|启用|启动|督查|调研|夜查|关停|取缔|约谈"
)
_LAST_PARENTHESES = re.compile(r"[（(]([^（）()]{2,40})[）)]\s*[。.]?\s*$")
_NAME = re.compile(
    rf"(?:(?:{DOUBLE_SURNAMES})[一-鿿㐀-䶿]{{1,2}}|[一-鿿㐀-䶿]{{2,3}}|[一-鿿]{{1,8}}·[一-鿿·]{{1,12}})"
)


@dataclass(frozen=True, slots=True)
class Byline:
    """What by-lines said; names joined by “、”, empty where nobody is named. `unit_text` as written."""

    author: str = ""
    reviewer: str = ""
    unit_text: str = ""
    editor: str = ""

    def filled_from(self, other: Byline) -> Byline:
        """Fill the gaps of this one from another."""
        return Byline(
            self.author or other.author,
            self.reviewer or other.reviewer,
            self.unit_text or other.unit_text,
            self.editor or other.editor,
        )

    def above(self, other: Byline) -> Byline:
        """Return this one with those named below it: 记者 and 通讯员, 一审 and 二审 stand in lines of their own."""
        reviewer, author = (
            "、".join(dict.fromkeys(filter(None, f"{one}、{two}".split("、"))))
            for one, two in ((self.reviewer, other.reviewer), (self.author, other.author))
        )
        return replace(self.filled_from(other), reviewer=reviewer, author=author)


def read_line(line: str, unit_names: Sequence[str]) -> Byline | None:
    """
    Read a line that is nothing but a by-line, else None.

    Such are "撰稿：钱一鸣 审核：赵立新", "通讯员 钱一鸣", "（湖塘镇 钱一鸣）"; a sentence of the body that happens to
    hold “报送：” is none.
    """
    line = as_usual(line) if len(line) <= 120 else line
    bare = line.strip(_FRAME)
    if not bare or len(bare) > 120 or "。" in bare.rstrip("。"):
        return None
    bare = _plain_roles(bare + line.strip()[-1:] * line.strip().endswith(("）", ")"))).strip(_FRAME)
    of_unit = _OF_UNIT.fullmatch(bare.rstrip("）)"))
    if of_unit and _is_organ(of_unit[2], unit_names) and _is_person(of_unit[1], unit_names):
        return Byline(author=of_unit[1], unit_text=of_unit[2])
    if (gave := _GIVEN.fullmatch(bare)) and _is_organ(gave[1], unit_names):
        return Byline(unit_text=gave[1])
    bare = _GIVEN_AT_END.sub("", _TRADE_AT_END.sub("", _DAY_AT_END.sub("", bare)))
    if signed := _SIGNED.fullmatch(bare):
        author = names_of(signed["names"])
        if is_name_line(author) and _is_organ(signed["unit"].strip(), unit_names):
            return Byline(author=author, unit_text=signed["unit"])
    first = _ROLE.search(bare)
    if first is None:
        names = _only_names(line, bare, unit_names)
        return Byline(author="、".join(names), unit_text=bare) if names else None
    if (
        first["aside"]
        and line.rstrip().endswith("。")
        and first["aside"].endswith(("时间", "日期"))
    ):
        return None  # "时间：03-07，13:30至18:10。" is the report itself
    if not re.search(r"[：:／/|｜丨︱]\s*$", first[0]) and not _is_unit_or_name(
        _roles_away(bare), unit_names
    ):
        return None  # "记者从基础科获悉…" is prose
    before = _TOGETHER.sub("", bare[: first.start()].strip(f"{_FRAME}：:"))
    if before and not _is_unit_or_name(before, unit_names):
        return None
    return _roles(bare, before, unit_names)


def _plain_roles(bare: str) -> str:
    """“姚远（撰稿）”, “供稿（钱一鸣）” and “撰稿、审核：郑文” in the form “撰稿：姚远”."""
    if _ROLE_FIRST.match(bare):
        bare = _STROKE_BETWEEN.sub("  ", bare)
    bare = _SHORT_ROLE.sub(lambda match: f"{_LONG_ROLE[match['role']]}：", bare)
    if _ROLE.search(_RANK.sub("", bare)):
        bare = _RANK.sub("", bare)
    bare = _NAME_SLASH.sub(
        lambda match: f"{_LONG_ROLE.get(match['role'], match['role'])}：{match['name']} ", bare
    )
    bare = role_first(bare)
    words = re.split(r"[\s；;，,]+", bare)
    if 0 < len(words) <= 6 and all(_JOINED.fullmatch(word) for word in words):
        bare = " ".join(_JOINED.sub(r"\g<role>：\g<name>", word) for word in words)
    bare = _word_by_word(bare)
    bare = _TWO_ROLES.sub(r"\g<first>：\g<name> \g<second>：\g<name>", bare)
    bare = _ROLE_BEHIND.sub(
        lambda match: f" {_LONG_ROLE.get(match['role'], match['role'])}：{match['name']} ", bare
    )
    return _ROLE_BEFORE.sub(
        lambda match: (
            match[0]
            if match["name"] in ("签字", "签名", "签章", "盖章")
            else f" {match['role']}：{match['name']} "
        ),
        bare,
    )


def _word_by_word(bare: str) -> str:
    """Read “通讯员 丁一  审核 羌志伟”, roles and names by turns, whatever the surnames."""
    words = bare.split()
    if len(words) < 2 or len(words) > 12:
        return bare
    roles = [_WORD_BY_WORD.fullmatch(word) is not None for word in words]
    names = [word for word, role in zip(words, roles, strict=True) if not role]
    doubled = any(one and two for one, two in itertools.pairwise(roles))
    if not roles[0] or roles[-1] or doubled or not all(_NAME.fullmatch(name) for name in names):
        return bare
    if any(len(name) > 3 and "·" not in name for name in names):
        return bare
    return " ".join(f"{word}：" if role else word for word, role in zip(words, roles, strict=True))


def split_off(paragraph: str, unit_names: Sequence[str]) -> tuple[str, Byline | None]:
    """Return the last paragraph without the by-line in brackets at its end, and that by-line."""
    brackets = _LAST_PARENTHESES.search(paragraph)
    if brackets is None:
        return paragraph, None
    signature = read_line(f"（{brackets[1]}）", unit_names)
    if signature is None:
        return paragraph, None
    return paragraph[: brackets.start()].rstrip(), signature


def split_lead(paragraph: str, unit_names: Sequence[str]) -> tuple[str, Byline | None, str]:
    """Return the first paragraph without “本报讯（通讯员 李建华）”, that by-line, and what stood before it."""
    lead = _LEAD.match(paragraph) or _LEAD_UNBRACKETED.match(paragraph)
    if lead is None or lead.end() == len(paragraph):
        return paragraph, None, ""
    signature = read_line(lead["names"], unit_names)
    if signature is None and lead["head"].strip().endswith(("讯", "消息")):
        signature = read_line(f"（{lead['names']}）", unit_names)
    if signature is None or not signature.author:
        return paragraph, None, ""
    return paragraph[lead.end() :], signature, lead["head"]


def split_title(title: str, unit_names: Sequence[str]) -> tuple[str, Byline | None]:
    """Return a title without the by-line in its own line, and that by-line."""
    beside = _BESIDE_TITLE.search(title)
    if beside is None or beside.start() < 6:
        return title, None
    signature = read_line(beside["names"], unit_names)
    if signature is None or not signature.author:
        return title, None
    return title[: beside.start()].rstrip(), signature


def names_of(line: str) -> str:
    """Return the names of a line that holds nothing else, joined by “、”."""
    return "、".join(_joined([part for part in _SEPARATOR.split(line.strip(_FRAME)) if part]))


def is_name_line(line: str) -> bool:
    """Tell whether a line is a person's name and nothing more, as it stands under a title or at the end."""
    parts = _joined([part for part in _SEPARATOR.split(line.strip(_FRAME)) if part])
    return 0 < len(parts) <= 3 and all(_is_name(part) for part in parts)


def is_unit_line(line: str, unit_names: Sequence[str]) -> bool:
    """Tell whether a line is a signature: the name of an office, perhaps as the editor of a bulletin."""
    bare = re.sub(r"\s*(?:主办|编印|编发|编制|编|印发|印)$", "", line.strip(_FRAME))
    if not 2 <= len(bare) <= 30 or re.search(r"[，。！？：:；]", line.strip()):
        return False
    if _DOES.search(bare):
        return False  # "湖塘镇检查加油站" is a title
    return all(
        part and (part in unit_names or _ORGAN.search(part) is not None)
        for part in _parts(bare, unit_names)
    )


def _roles(bare: str, before: str, unit_names: Sequence[str]) -> Byline:
    names: dict[str, list[str]] = {"author": [], "reviewer": [], "editor": []}
    units = [before] if before else []
    matches = list(_ROLE.finditer(bare))
    for number, match in enumerate(matches):
        end = matches[number + 1].start() if number + 1 < len(matches) else len(bare)
        value = bare[match.end() : end].strip(_FRAME)
        role = next((role for role in names if match[role]), "")
        if role:
            names[role] += _names(value, unit_names)
        if role == "author" or _UNIT_ASIDE.search(match["aside"] or ""):
            units.append(value)
        if match["aside"] and match["aside"].endswith("单位") and not names["author"]:
            last = _joined([part for part in _SEPARATOR.split(value) if part])[-1:]
            names["author"] += [part for part in last if _is_person(part, unit_names)]
    if before and not names["author"]:  # “（县实验小学　乔安澜　审核：宁远）”
        parts = _joined([part for part in _parts(before, unit_names) if part])
        names["author"] += [part for part in parts if _is_person(part, unit_names)]
    author, reviewer, editor = ("、".join(dict.fromkeys(each)) for each in names.values())
    return Byline(author, reviewer, " ".join(units), editor)


def _only_names(line: str, bare: str, unit_names: Sequence[str]) -> list[str]:
    """Names without a role, in brackets or beside a unit: every part is a unit or a person's name."""
    if len(bare) > 40:
        return []
    parts = _joined([part for part in _parts(bare, unit_names) if part])
    parts = [part for part in parts if not _TRADE.fullmatch(part)]
    names = [part for part in parts if _is_name(part) and not _is_organ(part, unit_names)]
    units = [part for part in parts if _is_organ(part, unit_names)]
    if names and parts[0] in unit_names:
        # one name beside a known unit is certain: a rare surname among the others is one, too
        others = [part for part in parts if part not in units]
        names = others if all(_NAME.fullmatch(part) for part in others) else names
    at_end = 0 < len(names) <= 3 and parts[-len(names) :] == names
    behind = len(names) == 1 and len(units) == 1 and parts[0] in names
    if behind and units[0] in unit_names and line.strip()[-1:] not in "。；，":
        return names
    signed = at_end and units and line.strip()[-1:] not in "。；，"
    if line.strip()[:1] not in "（(" and not signed:
        return []
    return names if names and len(names) + len(units) == len(parts) else []


def _names(value: str, unit_names: Sequence[str]) -> list[str]:
    for unit in unit_names:  # "湖塘镇应急管理局钱一鸣": the longest names come first
        value = value.replace(unit, " ")
    value = RANK_BEFORE.sub(" ", re.sub("[（()）]", " ", value))
    parts = _joined([part for part in _SEPARATOR.split(value.strip(_FRAME)) if part])
    names = []
    for part in parts:
        part = part.strip(_FRAME)
        part = re.sub(r"^(?:应急管理[局所办]|经济发展局|安监局|应急局|管委会|街道|镇)", "", part)
        long_name = len(part) == 4 and part[0] in SURNAMES
        if _TRADE.fullmatch(part) or _is_organ(part, unit_names):
            continue
        if _NAME.fullmatch(part) or long_name:
            names.append(part)
    return names


def _parts(text: str, unit_names: Sequence[str]) -> list[str]:
    """Cut a text at blanks, commas and 和; a unit such as 调查评估和减灾科 stays whole."""
    kept = {}
    for number, name in enumerate(unit_names):
        if name in text and _SEPARATOR.search(name):
            mark = chr(0xE000 + number)
            kept[mark] = name
            text = text.replace(name, mark)
    return [kept.get(part, part) for part in _SEPARATOR.split(text)]


def _joined(parts: list[str]) -> list[str]:
    """Read "孙　立" and "钱 一 鸣" as one name: names are spread to the width of their column."""
    joined: list[str] = []
    for single, group in itertools.groupby(parts, lambda part: len(part) == 1):
        run = list(group)
        if not single:
            joined += run
            continue
        width = 3 if len(run) == 3 else 2
        joined += ["".join(run[at : at + width]) for at in range(0, len(run), width)]
    return joined


def _roles_away(bare: str) -> str:
    """Return a line of names without the words that say who did what."""
    return " ".join(part for part in _ROLE.sub(" ", bare).split() if not _TRADE.fullmatch(part))


def _is_name(part: str) -> bool:
    if _NAME.fullmatch(part) is None:
        return False
    return part[0] in SURNAMES or re.match(DOUBLE_SURNAMES, part) is not None or "·" in part


def _is_person(part: str, unit_names: Sequence[str]) -> bool:
    return _is_name(part) and not _is_organ(part, unit_names)


def _is_organ(part: str, unit_names: Sequence[str]) -> bool:
    return part in unit_names or (len(part) > 2 and _ORGAN.search(part) is not None)


def _is_unit_or_name(text: str, unit_names: Sequence[str]) -> bool:
    parts = _joined([part for part in _parts(text, unit_names) if part])
    return all(_is_organ(part, unit_names) or _is_name(part) for part in parts)
