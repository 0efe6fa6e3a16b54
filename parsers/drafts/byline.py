"""Who wrote a draft, who reviewed it, which unit it names: the lines around the body."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

_AUTHOR = (
    "信息员|宣传员|实习生|采写|采编|撰稿|供稿|投稿|撰文|撰写|编写|执笔|拟稿|作者|特约通讯员|通讯员|记者|报送人|报送|填报|图文|文图|文字"
    "|文/图|图/文|文、图|图、文|文"
)
_LEVEL = (
    "(?:分管领导|主要领导|分管负责人|主要负责人|部门负责人|部门|科室|单位|街道|镇|局|领导|负责人)"
)
_REVIEWER = (
    f"{_LEVEL}{{0,2}}(?:审核|复核|审签|审稿|核稿|审定|审阅|审批|签发|把关|初审|复审|一审|二审|三审|终审)"
    "|责任领导|分管领导|分管负责人|部门负责人"
)
_EDITOR = "责任编辑|责编|编辑|校对|校核|排版|美编"
_ASIDE = (
    "供稿单位|报送单位|投稿单位|作者单位|撰稿单位|拟稿单位|来稿单位|单位|摄影|摄像|拍摄|图片|图|摄|来源|稿源|联系电话|联系方式|电话|手机"
    "|联系人|(?:报送|填报|撰写|成稿)?(?:日期|时间)"
)
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方"
    "俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧肖尹姚邵湛汪祁毛禹狄米贝明臧"
    "计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫"
    "经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧"
    "隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔"
    "阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈"
    "廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查"
    "荆红游竺权逯盖益桓公仉督岳帅缑亢况郈有琴商牟佘佴伯赏墨哈谯笪年爱阳佟言福付仝代覃苟闫岳呼展邸冼植楚隋"
)
_ROLE = re.compile(
    rf"(?:(?<![一-鿿])|(?<=[一-鿿])(?=[一-鿿]{{2}}))(?:(?P<author>{_AUTHOR})|(?P<reviewer>{_REVIEWER})|(?P<editor>{_EDITOR})|(?P<aside>{_ASIDE}))(?:人员|人|员|领导)?"
    r"(?:[（(](?:签字|签名|签章|盖章)[）)])?(?:\s*[：:／/]\s*|(?<=通讯员)\s*|(?<=记者)\s*|(?<=人)\s+|(?<=[一-鿿/][一-鿿])\s+(?=["
    + _SURNAMES
    + "]))"
)
_ROLE_BEHIND = re.compile(
    rf"(?P<name>[一-鿿·]{{2,8}})\s*[（(](?P<role>{_AUTHOR}|{_REVIEWER}|{_EDITOR}|撰|写|审|核|校|编)[）)]"
)
_LONG_ROLE = {"撰": "撰稿", "写": "撰稿", "审": "审核", "核": "审核", "校": "校对", "编": "编辑"}
_ROLE_BEFORE = re.compile(
    rf"(?P<role>{_AUTHOR}|{_REVIEWER}|{_EDITOR})人?[（(]\s*(?P<name>[一-鿿·\s]{{2,8}})\s*[）)]"
)
_TWO_ROLES = re.compile(
    rf"^(?P<first>{_AUTHOR}|{_REVIEWER})[、/及和](?P<second>{_AUTHOR}|{_REVIEWER}|{_EDITOR})人?\s*[：:]\s*(?P<name>[一-鿿·\s]{{2,10}})$"
)

_TRADE = re.compile(
    r"(?:摄影报道|图文报道|报道|摄影|拍摄|供图|供稿|撰稿|投稿|图文|文图|文/图|图/文|整理|执笔|文|图|摄)"
)
"""What stands behind a name and tells what he did: “（吴桐 摄影报道）”."""

_SPREAD_ROLE = re.compile(
    r"(?<=[撰审供编作校签拟核投])[ \t　]+(?=[稿核辑者对发]\s*(?:人\s*)?(?:[（(][^（）()]{2,4}[）)])?\s*[：:])"
)
"""“审　核：”: a role spread to the width of its column."""

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
_DAY_AT_END = re.compile(r"(?<=[一-鿿])[\s　，,]+20\d\d年\d{1,2}月\d{1,2}日$")
_SIGNED = re.compile(r"(?P<unit>[一-鿿]{2,20})[：:]\s*(?P<names>[一-鿿·、\s　]{2,16})")
"""“雪堰镇：孙立”."""

_GIVEN = re.compile(r"([一-鿿]{2,20}?)[\s　]*(?:供稿|供图|报送|撰稿|投稿)")
_UNIT_ASIDE = re.compile(r"单位|来源|稿源")
_FRAME = " \t　（）()[]【】〔〕。；;，,、|｜"
_SEPARATOR = re.compile(r"[\s、，,；;/／|｜　和及]+")
_ORGAN = re.compile(
    r"(?:局|镇|科|室|办|所|站|委|部|小组|委员会|协会|街道|大队|中队|中心|园区|新区|北区|城|公司|社区|村|队|处|厅|区|市|湖)$"
)
_DOES = re.compile(
    r"检查|开展|召开|组织|举[办行]|走进|排查|走访|慰问|整治|启用|启动|督查|调研|夜查|关停|取缔|约谈"
)
_LAST_PARENTHESES = re.compile(r"[（(]([^（）()]{2,40})[）)]\s*[。.]?\s*$")
_DOUBLE_SURNAMES = (
    "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|令狐|夏侯|慕容|司徒|长孙|宇文|端木|南宫|独孤|西门|完颜|宗政|濮阳|淳于|单于"
    "|申屠|公冶|轩辕|钟离|闾丘|鲜于|赫连|呼延|拓跋|百里|东郭|公羊|澹台|万俟|闻人|梁丘|左丘|司空|太史|亓官|仲孙|颛孙"
)
_NAME = re.compile(
    rf"(?:(?:{_DOUBLE_SURNAMES})[一-鿿㐀-䶿]{{1,2}}|[一-鿿㐀-䶿]{{2,3}}|[一-鿿]{{1,8}}·[一-鿿·]{{1,12}})"
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
        """Return this one with those who reviewed after it: 一审, 二审 and 三审 stand in lines of their own."""
        joined = "、".join(
            dict.fromkeys(filter(None, f"{self.reviewer}、{other.reviewer}".split("、")))
        )
        return replace(self.filled_from(other), reviewer=joined)


def read_line(line: str, unit_names: Sequence[str]) -> Byline | None:
    """
    Read a line that is nothing but a by-line, else None.

    Such are "撰稿：钱一鸣 审核：赵立新", "通讯员 钱一鸣", "（湖塘镇 钱一鸣）"; a sentence of the body that happens to
    hold “报送：” is none.
    """
    bare = _SPREAD_ROLE.sub("", line.strip(_FRAME))
    if not bare or len(bare) > 120 or "。" in bare.rstrip("。"):
        return None
    bare = _plain_roles(bare + line.strip()[-1:] * line.strip().endswith(("）", ")"))).strip(_FRAME)
    if (gave := _GIVEN.fullmatch(bare)) and _is_organ(gave[1], unit_names):
        return Byline(unit_text=gave[1])
    bare = _TRADE_AT_END.sub("", _DAY_AT_END.sub("", bare))
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
    if not re.search(r"[：:／/]\s*$", first[0]) and not _is_unit_or_name(
        _roles_away(bare), unit_names
    ):
        return None  # "记者从基础科获悉…" is prose
    before = bare[: first.start()].strip(f"{_FRAME}：:")
    if before and not _is_unit_or_name(before, unit_names):
        return None
    return _roles(bare, before, unit_names)


def _plain_roles(bare: str) -> str:
    """“姚远（撰稿）”, “供稿（钱一鸣）” and “撰稿、审核：郑文” in the form “撰稿：姚远”."""
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
    bare = re.sub(r"\s+(?:主办|编印|编发|编制|编|印发|印)$", "", line.strip(_FRAME))
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
    at_end = 0 < len(names) <= 3 and parts[-len(names) :] == names
    signed = at_end and units and line.strip()[-1:] not in "。；，"
    if line.strip()[:1] not in "（(" and not signed:
        return []
    return names if names and len(names) + len(units) == len(parts) else []


def _names(value: str, unit_names: Sequence[str]) -> list[str]:
    for unit in unit_names:  # "湖塘镇应急管理局钱一鸣": the longest names come first
        value = value.replace(unit, " ")
    parts = _joined([part for part in _SEPARATOR.split(value.strip(_FRAME)) if part])
    names = []
    for part in parts:
        part = part.strip(_FRAME)
        part = re.sub(r"^(?:应急管理[局所办]|经济发展局|安监局|应急局|管委会|街道|镇)", "", part)
        long_name = len(part) == 4 and part[0] in _SURNAMES
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
    """Read "孙　立" is one name: short names are padded with a blank to the width of three."""
    joined: list[str] = []
    for part in parts:
        if len(part) == 1 and joined and len(joined[-1]) == 1:
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def _roles_away(bare: str) -> str:
    """Return a line of names without the words that say who did what."""
    return " ".join(part for part in _ROLE.sub(" ", bare).split() if not _TRADE.fullmatch(part))


def _is_name(part: str) -> bool:
    if _NAME.fullmatch(part) is None:
        return False
    return part[0] in _SURNAMES or re.match(_DOUBLE_SURNAMES, part) is not None or "·" in part


def _is_person(part: str, unit_names: Sequence[str]) -> bool:
    return _is_name(part) and not _is_organ(part, unit_names)


def _is_organ(part: str, unit_names: Sequence[str]) -> bool:
    return part in unit_names or (len(part) > 2 and _ORGAN.search(part) is not None)


def _is_unit_or_name(text: str, unit_names: Sequence[str]) -> bool:
    parts = _joined([part for part in _parts(text, unit_names) if part])
    return all(_is_organ(part, unit_names) or _is_name(part) for part in parts)
