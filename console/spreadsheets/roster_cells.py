"""What stands in the cells of a roster: names, phones, addresses, units, each with what is doubtful."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rulebook import units
from rulebook.model import Unit

ADDRESS = re.compile(r"[^\s@,;，；、<>()（）。:：\u4e00-\u9fff]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}")
DITTO = frozenset({"〃", "″", '"', "同上", "同左", "々"})
NONE = frozenset({"", "无", "—", "-", "--", "/", "\\", "暂无", "空"})
_SEX = re.compile(r"[（(](?:男|女)[)）]")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[-\s]?)?(0?)(1[3-9]\d)[-\s]?(\d{4})[-\s]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)")
_BAD_ADDRESS = re.compile(r"[A-Za-z0-9._-]+[#＃][A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_BESIDE = re.compile(r"\([\u4e00-\u9fff]+\)")


@dataclass(frozen=True, slots=True)
class Read:
    """
    A cell read. `text`: what is taken; `noted`: what was assumed, to be shown.

    `asked`: what only a person can answer: the row waits.
    """

    text: str = ""
    noted: str = ""
    asked: str = ""


def plain(text: str) -> str:
    """Return a text half-width, without marks that nobody sees; line ends stay."""
    text = unicodedata.normalize("NFKC", text).replace("•", "·")
    return "".join(
        mark for mark in text if mark == "\n" or unicodedata.category(mark) not in ("Cf", "Cc")
    ).strip()


def name(written: str) -> Read:
    """Read a person's name: blanks that only spread it go (李　建), a sex behind it goes and is told."""
    bare = re.sub(r"\s+", "", _SEX.sub("", plain(written)))
    noted = f"“{written}”取作“{bare}”，括号里的不登记" if _SEX.search(plain(written)) else ""
    parts = [one for one in re.split(r"[、,/;]", bare) if one]
    if len(parts) > 1 and all(re.fullmatch(r"[\u3400-\u9fff·]{2,}", one) for one in parts):
        return Read(bare, asked=f"一行里有几个人（{'、'.join(parts)}），请每人一行")
    if "?" in bare or "\ufffd" in bare:
        return Read(bare, asked=f"姓名“{bare}”里有字丢失了，请补上")
    return Read(bare, noted)


def phone(written: str) -> Read:
    """Read a mobile number as 11 digits, else one of a desk; what is neither is left out and told."""
    text = plain(written)
    if text in NONE:
        return Read()
    if text in DITTO:
        return Read(noted="电话写的是“同上”，没有登记，请补上")
    if re.fullmatch(r"\d(?:\.\d+)?E\+\d+", text, re.IGNORECASE):
        return Read(noted=f"电话“{text}”已被表格软件丢掉了后几位，没有登记，请补上")
    mobiles = list(_MOBILE.finditer(text))
    numbers = list(dict.fromkeys("".join(found.groups()[1:]) for found in mobiles))
    if len(numbers) > 1:
        return Read(noted=f"有几个电话（{len(numbers)}个），没有登记，请定一个")
    if numbers:
        noted = []
        if mobiles[0][1]:
            noted.append("手机号前面的 0 已去掉")
        if short := re.search(r"短号\D?(\d+)", text):
            noted.append(f"短号 {short[1]} 没有登记")
        return Read(numbers[0], "；".join(noted))
    if found := _LANDLINE.search(text):
        return Read(found[0])
    digits = re.sub(r"\D", "", text)
    return Read(noted=f"电话“{text}”不完整，没有登记，请核对") if digits else Read()


def is_mobile(written: str) -> bool:
    """Whether a cell holds a mobile number."""
    return _MOBILE.search(plain(written)) is not None


def without_phone(written: str) -> tuple[str, str]:
    """Part a cell into what is no telephone number and the numbers, each empty where there is none."""
    text = plain(written)
    numbers = [found[0] for pattern in (_MOBILE, _LANDLINE) for found in pattern.finditer(text)]
    for number in numbers:
        text = text.replace(number, " ")
    return re.sub(r"[()（）:：,，、;/\s]+$|[(（]\s*[)）]", "", text).strip(), "\n".join(numbers)


def addresses(written: str) -> tuple[tuple[str, ...], str]:
    """Find the addresses, in lower case, and what was mended or cannot be read."""
    text = re.sub(r"mailto:", "", plain(written), flags=re.IGNORECASE)
    mended = re.sub(r"[ \t\u3000]*([@.])[ \t\u3000]*(?=[A-Za-z0-9])", r"\1", text)
    found = tuple(dict.fromkeys(one.lower() for one in ADDRESS.findall(mended)))
    if wrong := _BAD_ADDRESS.search(mended):
        right = wrong[0].replace("#", "@").replace("＃", "@")
        return found, f"“{wrong[0]}”不是邮箱地址，是否想写 {right}？"
    if found and mended != text:
        return found, f"邮箱里的空格已去掉：{'、'.join(found)}"
    if found and (beside := _BESIDE.findall(mended)):
        return found, f"邮箱旁的“{'、'.join(beside)}”没有登记"
    if not found and "@" in text:
        return found, f"“{text}”不是邮箱地址"
    return found, ""


def unit(written: str, known: Sequence[Unit]) -> Read:
    """Find the scoring unit that is meant; a name with something around it is taken and told."""
    text = re.sub(r"[ \t\u3000]+", " ", plain(written))
    whole = re.sub(r"\s+", "", text)
    if not whole:
        return Read(asked="没有写单位")
    owners = {one: unit.name for unit in known for one in units.names_of(unit)}
    if whole in owners:
        return Read(owners[whole])
    tokens = [re.sub(r"\s", "", one) for one in re.split(r"[\s、,/+和及]+", text)]
    meant = list(dict.fromkeys(owners[one] for one in tokens if one in owners))
    if len(meant) > 1:
        return Read(asked=f"写了几个单位（{'、'.join(meant)}），是哪一个？")
    found = units.find(whole, known)
    if found is not None:
        joined = len(meant) == 1 and all(one in owners for one in tokens)
        return Read(found.name, "" if joined else f"单位“{whole}”按“{found.name}”登记")
    near = "、".join(one.name for one in units.near(whole, known, 3))
    return Read(
        asked=f"没有“{whole}”这个单位{f'，是否想写：{near}？' if near else '，请改写或在设置里加别名'}"
    )
