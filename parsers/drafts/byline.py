"""Who wrote a draft, who reviewed it, which unit it names: the lines around the body."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_AUTHOR = (
    "信息员|宣传员|采写|采编|撰稿|供稿|投稿|撰文|撰写|执笔|拟稿|作者|通讯员|记者|报送人|报送|图文|文图|文字"
    "|文/图|图/文|文、图|文"
)
_REVIEWER = (
    "审核|复核|审签|审稿|核稿|审定|审阅|审批|签发|把关|责任领导|分管领导|分管负责人|部门负责人"
)
_ASIDE = (
    "供稿单位|报送单位|投稿单位|作者单位|撰稿单位|拟稿单位|来稿单位|单位|责任编辑|责编|编辑|校对|校核|摄影|摄像|拍摄|图片|图|摄|来源|稿源|联系电话|联系方式|电话|手机"
    "|联系人|日期|时间|报送时间|报送日期|初审|一审|二审|三审|终审"
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
    rf"(?:(?P<author>{_AUTHOR})|(?P<aside>{_ASIDE})|(?P<reviewer>{_REVIEWER}))(?:人员|人|员|领导)?"
    r"(?:[（(](?:签字|签名|签章|盖章)[）)])?(?:\s*[：:／/]\s*|(?<=通讯员)\s*|(?<=记者)\s*|(?<=人)\s+|\s+(?=["
    + _SURNAMES
    + "]))"
)
_TRADE = re.compile(
    r"(?:摄影报道|图文报道|报道|摄影|拍摄|供图|供稿|撰稿|投稿|图文|文图|文/图|图/文|整理|文|图|摄)"
)
"""What stands behind a name and tells what he did: “（吴桐 摄影报道）”."""

_GIVEN = re.compile(r"([一-鿿]{2,20}?)[\s　]*(?:供稿|供图|报送|撰稿|投稿)")
_REVIEWING_ASIDE = re.compile(r"初审|一审|二审|三审|终审")
_UNIT_ASIDE = re.compile(r"单位|来源|稿源")
_FRAME = " \t　（）()[]【】〔〕。；;，,、|｜"
_SEPARATOR = re.compile(r"[\s、，,；;/／|｜　和及]+")
_ORGAN = re.compile(
    r"(?:局|镇|科|室|办|所|站|委|部|小组|委员会|协会|街道|大队|中队|中心|园区|新区|北区|城|公司|社区|村|队|处|厅|区|市|湖)$"
)
_LAST_PARENTHESES = re.compile(r"[（(]([^（）()]{2,40})[）)]\s*[。.]?\s*$")
_DOUBLE_SURNAMES = (
    "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|令狐|夏侯|慕容|司徒|长孙|宇文|端木|南宫|独孤|西门"
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

    def filled_from(self, other: Byline) -> Byline:
        """This one, its gaps filled from another."""
        return Byline(
            self.author or other.author,
            self.reviewer or other.reviewer,
            self.unit_text or other.unit_text,
        )


def read_line(line: str, unit_names: Sequence[str]) -> Byline | None:
    """
    A line that is nothing but a by-line ("撰稿：钱一鸣 审核：赵立新", "通讯员 钱一鸣", "（湖塘镇 钱一鸣）"),
    else None. A sentence of the body that happens to hold “报送：” is none.
    """
    bare = line.strip(_FRAME)
    if not bare or len(bare) > 120 or "。" in bare.rstrip("。"):
        return None
    if (gave := _GIVEN.fullmatch(bare)) and _is_organ(gave[1], unit_names):
        return Byline(unit_text=gave[1])
    first = _ROLE.search(bare)
    if first is None:
        names = _only_names(line, bare, unit_names)
        return Byline(author="、".join(names), unit_text=bare) if names else None
    if not re.search(r"[：:／/]\s*$", first[0]) and not _is_unit_or_name(
        _roles_away(bare), unit_names
    ):
        return None  # "记者从基础科获悉…" is prose
    before = bare[: first.start()].strip(_FRAME)
    if before and not _is_unit_or_name(before, unit_names):
        return None
    return _roles(bare, before, unit_names)


def split_off(paragraph: str, unit_names: Sequence[str]) -> tuple[str, Byline | None]:
    """The last paragraph without the by-line in brackets at its end, and that by-line."""
    found = _LAST_PARENTHESES.search(paragraph)
    if found is None:
        return paragraph, None
    said = read_line(f"（{found[1]}）", unit_names)
    if said is None:
        return paragraph, None
    return paragraph[: found.start()].rstrip(), said


def is_name_line(line: str) -> bool:
    """A person's name and nothing more, as it stands under a title or at the end."""
    parts = _joined([part for part in _SEPARATOR.split(line.strip(_FRAME)) if part])
    return 0 < len(parts) <= 3 and all(_is_name(part) for part in parts)


def is_unit_line(line: str, unit_names: Sequence[str]) -> bool:
    """A signature: the name of an office and nothing more, perhaps as the editor of a bulletin."""
    bare = re.sub(r"\s+(?:主办|编印|编发|编制|编|印发|印)$", "", line.strip(_FRAME))
    if not 2 <= len(bare) <= 30 or re.search(r"[，。！？：:；]", line.strip()):
        return False
    return all(
        part and (part in unit_names or _ORGAN.search(part) is not None)
        for part in _parts(bare, unit_names)
    )


def _roles(bare: str, before: str, unit_names: Sequence[str]) -> Byline:
    authors: list[str] = []
    reviewers: list[str] = []
    units = [before] if before else []
    matches = list(_ROLE.finditer(bare))
    for number, match in enumerate(matches):
        end = matches[number + 1].start() if number + 1 < len(matches) else len(bare)
        value = bare[match.end() : end].strip(_FRAME)
        if match["author"]:
            authors += _names(value, unit_names)
            units.append(value)
        elif match["reviewer"] or _REVIEWING_ASIDE.search(match["aside"] or ""):
            reviewers += _names(value, unit_names)
        elif match["aside"] and _UNIT_ASIDE.search(match["aside"]):
            units.append(value)
    return Byline(
        "、".join(dict.fromkeys(authors)), "、".join(dict.fromkeys(reviewers)), " ".join(units)
    )


def _only_names(line: str, bare: str, unit_names: Sequence[str]) -> list[str]:
    """Names without a role, in brackets or beside a unit: every part is a unit or a person's name."""
    if len(bare) > 40:
        return []
    parts = _joined([part for part in _parts(bare, unit_names) if part])
    parts = [part for part in parts if not _TRADE.fullmatch(part)]
    names = [part for part in parts if _is_name(part) and not _is_organ(part, unit_names)]
    units = [part for part in parts if _is_organ(part, unit_names)]
    signed = len(names) == 1 and parts[-1:] == names and units and line.strip()[-1:] not in "。；，"
    if line.strip()[:1] not in "（(" and not signed:
        return []
    return names if names and len(names) + len(units) == len(parts) else []


def _names(value: str, unit_names: Sequence[str]) -> list[str]:
    for unit in unit_names:  # "湖塘镇应急管理局钱一鸣": the longest names come first
        value = value.replace(unit, " ")
    parts = _joined([part for part in _SEPARATOR.split(value.strip(_FRAME)) if part])
    found = []
    for part in parts:
        part = part.strip(_FRAME)
        part = re.sub(r"^(?:应急管理[局所办]|经济发展局|安监局|应急局|管委会|街道|镇)", "", part)
        if _NAME.fullmatch(part) and not _is_organ(part, unit_names):
            found.append(part)
    return found


def _parts(text: str, unit_names: Sequence[str]) -> list[str]:
    """A text cut at blanks, commas and 和; a unit such as 调查评估和减灾科 stays whole."""
    whole = {}
    for place, name in enumerate(unit_names):
        if name in text and _SEPARATOR.search(name):
            mark = chr(0xE000 + place)
            whole[mark] = name
            text = text.replace(name, mark)
    return [whole.get(part, part) for part in _SEPARATOR.split(text)]


def _joined(parts: list[str]) -> list[str]:
    """ "孙　立" is one name: short names are padded with a blank to the width of three."""
    joined: list[str] = []
    for part in parts:
        if len(part) == 1 and joined and len(joined[-1]) == 1:
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def _roles_away(bare: str) -> str:
    """A line of names without the words that say who did what."""
    return " ".join(part for part in _ROLE.sub(" ", bare).split() if not _TRADE.fullmatch(part))


def _is_name(part: str) -> bool:
    if _NAME.fullmatch(part) is None:
        return False
    return part[0] in _SURNAMES or re.match(_DOUBLE_SURNAMES, part) is not None or "·" in part


def _is_organ(part: str, unit_names: Sequence[str]) -> bool:
    return part in unit_names or (len(part) > 2 and _ORGAN.search(part) is not None)


def _is_unit_or_name(text: str, unit_names: Sequence[str]) -> bool:
    parts = _joined([part for part in _parts(text, unit_names) if part])
    return all(_is_organ(part, unit_names) or _is_name(part) for part in parts)
