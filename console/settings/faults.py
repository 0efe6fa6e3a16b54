"""What is wrong with a value of config.toml, in sentences: the line, the key, how to write it."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from pydantic_core import ErrorDetails

from console.settings.meanings import meant
from console.settings.spelling import yes_or_no

EXPECTED = {
    "int_type": "不带引号的整数",
    "int_from_float": "整数",
    "float_type": "不带引号的数",
    "finite_number": "有限的数",
    "bool_type": "不带引号的 true 或 false",
    "string_type": "带引号的文字",
    "tuple_type": "方括号里的几项",
    "dataclass_type": "一节设置（几个“键 = 值”）",
    "date_type": "日期，如 2022-01-01",
    "date_parsing": "日期，如 2022-01-01",
    "date_from_datetime_parsing": "日期，如 2022-01-01",
    "time_type": '时刻，两位小时加两位分钟，如 "08:30"',
    "time_parsing": '时刻，两位小时加两位分钟，如 "08:30"',
}
"""What a value should have been, by pydantic's name of the error."""

RETIRED = {
    "article_features": "文章类已改按体裁和字数判断，不再用特征词",
}
"""Keys of earlier versions that no longer do anything, and why; `shougao config upgrade` takes them out."""

_DURATION = re.compile(r"(\d+|[零一二两三四五六七八九十百]+)\s*个?\s*(秒|分钟|分|小时|时)钟?")
_UNITS = {"秒": 1, "分钟": 60, "分": 60, "小时": 3600, "时": 3600}
_DIGITS = {mark: number for number, mark in enumerate("零一二三四五六七八九")} | {"两": 2}
_LONG = 60


def sentences(
    path: Path, text: str, errors: Sequence[ErrorDetails], root: type, values: Any
) -> list[str]:
    """
    Write a line for each error.

    Args: `root`: the dataclass that the whole file becomes; `values`: what the file says.
    """
    return [f"{path}：{_sentence(text, error, root, values)}" for error in errors]


def named(location: Sequence[int | str], values: Any) -> str:
    """Write a location as people read it: items by their names, `provisions[1].units“湖塘镇”.group`."""
    told, node = "", values
    for part in location:
        try:
            node = node[part]
        except (LookupError, TypeError):
            node = None
        if isinstance(part, str):
            told += f"{'.' if told else ''}{part}"
        else:
            called = _called(node)
            told += f"“{called}”" if called else f"[{part + 1}]"
    return told


def with_names(fault: str, text: str, values: Any) -> str:
    """Put the line before a fault that begins with its key, and names in place of numbers."""
    key = re.match(r"[a-z_]+(?:\[\d+\])?(?:\.[a-z_]+(?:\[\d+\])?)*", fault)
    if not key:
        return fault
    location = location_of(key[0])
    return f"{at_line(text, location)}{named(location, values)}{fault[key.end() :]}"


def _called(item: Any) -> str:
    """Return what an item of a list is called: its name, or what tells targets and clauses apart."""
    if not isinstance(item, dict):
        return ""
    name = item.get("name") or item.get("clause")
    if isinstance(name, str) and name:
        return name
    if "period" not in item:
        return ""
    parts = [item.get("unit") or item.get("group"), item.get("kind"), item.get("period")]
    return "·".join(part for part in parts if isinstance(part, str) and part)


def line_of(text: str, location: Sequence[int | str]) -> int:
    """
    Return the number of the line that writes a key, or the table nearest to it; 0: none does.

    A table that is written in its parts alone stands where the first of them does.
    """
    best = (0, 0)
    within = 0
    for number, written in _written(text):
        if not within and written[: len(location)] == tuple(location):
            within = number
        shared = 0
        for one, other in zip(written, location, strict=False):
            if one != other:
                break
            shared += 1
        if shared == len(written) and shared > best[0]:
            best = (shared, number)
    return best[1] or within


def at_line(text: str, location: Sequence[int | str]) -> str:
    """Return `第12行 ` for a key that stands in the file, else nothing."""
    number = line_of(text, location)
    return f"第{number}行 " if number else ""


def location_of(dotted: str) -> tuple[int | str, ...]:
    """Take a key as people read it apart: `provisions[1].since`."""
    parts: list[int | str] = []
    for name, index in re.findall(r"([A-Za-z_]\w*)(?:\[(\d+)\])?", dotted):
        parts += [name, int(index) - 1] if index else [name]
    return tuple(parts)


def _written(text: str) -> Iterator[tuple[int, tuple[int | str, ...]]]:
    """Each table and key of the file with its line, arrays of tables counted."""
    counts: dict[tuple[int | str, ...], int] = {}
    table: tuple[int | str, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        if found := re.match(r"\s*(\[\[?)\s*([\w.]+)\s*\]", line):
            table = ()
            names = found[2].split(".")
            for position, name in enumerate(names):
                table += (name,)
                last = position == len(names) - 1
                if last and found[1] == "[[":
                    counts[table] = counts.get(table, -1) + 1
                if table in counts:
                    table += (counts[table],)
            yield number, table
        elif found := re.match(r"\s*([A-Za-z_]\w*)\s*=", line):
            yield number, (*table, found[1])


def _sentence(text: str, error: ErrorDetails, root: type, values: Any) -> str:
    location = error["loc"]
    key, name = named(location, values), str(location[-1])
    here = at_line(text, location)
    kind, value = error["type"], error["input"]
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        if name in RETIRED:
            return f"{here}{key} 已停用：{RETIRED[name]}。请删去这一行，或运行 shougao config upgrade。"
        what = f"[{name}] 这一节" if isinstance(value, dict) else f"{key} 这一项"
        return f"{here}没有 {what}，{_instead(name, location, root)}"
    if kind == "missing":
        return f"{here}缺少 {key}，请补上（可参照随程序提供的 config.toml）。"
    if kind in ("enum", "literal_error"):
        wanted = error.get("ctx", {}).get("expected", "").replace(" or ", "、").replace(", ", "、")
        return f"{here}{key} 的值 {_as_written(value)} 不对，应为 {wanted}。"
    hint = _hint(name, kind, value) if isinstance(value, str) else ""
    if kind == "bool_type" and isinstance(value, int | float):
        hint = "是请写 true，否请写 false。"
    if kind == "tuple_type" and isinstance(value, dict):
        hint = f"可以有几段的一节，要用两层方括号：[[{key}]]。"
    expected = EXPECTED.get(kind, "")
    told = f"，应为{expected}" if expected else "，不合要求，可参照随程序提供的 config.toml"
    return f"{here}{key} 的值 {_as_written(value)} 不对{told}。{hint}"


def _first_word(key: str) -> str:
    """Return `poll` of `poll_seconds`; of a key of one word nothing that any other has."""
    word, parted, _ = key.partition("_")
    return word if parted else f"{key}!"


def _hint(name: str, kind: str, value: str) -> str:
    """Say how what was meant is written, where that can be told."""
    plain = unicodedata.normalize("NFKC", value).strip()
    if kind in ("int_type", "float_type"):
        if re.fullmatch(r"\d+(?:\.\d+)?", plain):
            return f"去掉引号：{name} = {plain}。"
        seconds = _seconds(plain)
        return f"请填秒数：{value}请写 {seconds}。" if seconds and "seconds" in name else ""
    if kind == "bool_type":
        right = yes_or_no(plain)
        return f"“{value}”请写 {right}。" if right else ""
    if kind == "tuple_type":
        parts = [one.strip() for one in re.split(r"[,，、;；]", value) if one.strip()]
        return f"请写成 [{', '.join(_as_written(one) for one in parts)}]。"
    if kind.startswith("time"):
        clock = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", plain)
        if clock and int(clock[1]) < 24 and int(clock[2]) < 60:
            colon = "冒号要用英文的；" if "：" in value else ""
            return f'{colon}请写成 "{int(clock[1]):02d}:{clock[2]}"。'
        return "一天里没有这个时刻，请填 00:00 到 23:59 之间的。" if clock else ""
    return ""


def _seconds(text: str) -> int:
    """Return the seconds of 五分钟, 半小时, 30秒; 0 for anything else."""
    if text in ("半小时", "半个小时"):
        return 1800
    found = _DURATION.fullmatch(text)
    if found is None:
        return 0
    number = int(found[1]) if found[1].isdigit() else _number(found[1])
    return number * _UNITS[found[2]]


def _number(text: str) -> int:
    """Read 五, 十五, 三十, 一百二十."""
    total = digit = 0
    for mark in text:
        if mark in "十百":
            total += (digit or 1) * (10 if mark == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[mark]
    return total + digit


def _as_written(value: Any) -> str:
    """Write a value as in TOML, a long one cut."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONG else f"{text[:_LONG]}……"


def _instead(name: str, location: Sequence[int | str], root: type) -> str:
    """Say what an unknown key should have been: a slip of the keys, else by what it means."""
    known = _keys_beside(root, location[:-1])
    if near := difflib.get_close_matches(name, known, 1, 0.75):
        return f"是否想写 {near[0]}？"
    if told := meant(name, ".".join(part for part in location[:-1] if isinstance(part, str))):
        return told
    close = difflib.get_close_matches(name, known, 1, 0.5) or difflib.get_close_matches(
        name, sorted(_all_keys(root)), 1
    )
    close = close or [one for one in known if _first_word(one) == _first_word(name)]
    return f"是否想写 {close[0]}？" if close else "请删去。"


def _keys_beside(root: Any, location: Sequence[int | str]) -> list[str]:
    """List the keys of the table at a location."""
    kind = root
    for part in location:
        if isinstance(part, int):
            kind = get_args(kind)[0] if get_origin(kind) is tuple else kind
        elif is_dataclass(kind):
            kind = get_type_hints(kind).get(part)
    if get_origin(kind) is tuple:
        kind = get_args(kind)[0]
    return [field.name for field in fields(kind)] if is_dataclass(kind) else []


def _all_keys(kind: Any) -> set[str]:
    if get_origin(kind) is tuple:
        kind = get_args(kind)[0]
    if not is_dataclass(kind):
        return set()
    hints = get_type_hints(kind)
    keys = set(hints)
    return keys.union(*(_all_keys(hint) for hint in hints.values()))
