"""
What keeps config.toml from being read at all, told as whoever typed it can mend it.

Files come from Windows: with a byte order mark, as “Unicode” or ANSI, with quotation marks, equal
signs and digits of a Chinese input method, with invisible blanks from web pages and Word. TOML's own
complaint names a line and a column at best.
"""

from __future__ import annotations

import codecs
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from console.settings.errors import ConfigError
from console.settings.meanings import meant
from parsers.charsets import decode

QUOTES = "“”„‟＂「」『』‘’＇"
COMMAS = "，、；;"
_KEY = re.compile(
    r"\s*(?P<key>[A-Za-z_][\w-]*)(?P<gap>\s*)(?P<sign>[=＝:：]?)(?P<space>\s*)(?P<value>.*)"
)
_TABLE = re.compile(r"\s*[\[［【〔]{1,2}\s*(?P<name>[\w.]+)\s*(?P<end>[\]］】〕]{0,2})\s*(?:#.*)?")
_CHINESE_KEY = re.compile(r"\s*(?P<key>[一-鿿][\w一-鿿]*)\s*[=＝]")
_YES = {"true", "yes", "on", "是", "开", "启用", "对"}
_NO = {"false", "no", "off", "否", "关", "停用", "不"}
_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：]\d{2})?")
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


def config_text(raw: bytes, path: Path) -> str:
    """Return the file's text, whatever program saved it. Raises ConfigError."""
    text = decode(raw) if raw else ""
    if text is None:
        raise ConfigError(
            f"{path} 不是文本文件，或编码认不出来。请用记事本打开，“另存为”时把编码选成 UTF-8。"
        )
    return text.replace("\r\n", "\n")


def assumed_encoding(raw: bytes) -> str:
    """Name the charset that a file had to be taken for; empty where it says so itself or is UTF-8."""
    if raw.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "ANSI（GBK）"
    return ""


def explain(text: str, error: tomllib.TOMLDecodeError) -> list[str]:
    """Say what is wrong, a sentence for each slip; where none is known, the line that TOML names."""
    known = list(_slips(text.split("\n")))
    place = _PLACE.search(str(error))
    if known:
        return known
    if place is None:
        return ["文件末尾不完整：可能少了右方括号或引号。请检查最后几行。"]
    return [f"第{place[1]}行第{place[2]}列的写法有误，请检查这一行的引号、方括号、等号和逗号。"]


def yes_or_no(word: str) -> str:
    """Return `true` or `false` for a word that means it, empty for any other."""
    word = word.strip().lower()
    return "true" if word in _YES else "false" if word in _NO else ""


def _slips(lines: list[str]) -> Iterator[str]:
    tables: dict[str, int] = {}
    keys: dict[tuple[str, str], int] = {}
    table = key = ""
    open_lists = 0
    for number, line in enumerate(lines, 1):
        here = f"第{number}行"
        if line.lstrip().startswith("＃"):
            yield f"{here}第{line.index('＃') + 1}列，开头的“＃”是全角的，注释请用半角 #。"
            continue
        bare = _outside_strings(line)
        yield from _invisible(here, line, bare)
        line = "".join(" " if _is_odd(mark) else mark for mark in line)
        if not open_lists and (found := _TABLE.fullmatch(line)):
            name, start = found["name"], line.partition("#")[0].strip()
            double = len(start) > 1 and start[1] in "[［【〔"
            right = f"[[{name}]]" if double else f"[{name}]"
            column = len(line) - len(line.lstrip()) + 1
            if any(mark in start for mark in "［【〔］】〕"):
                yield f"{here}第{column}列，{start}请改成英文方括号 {right}。"
            elif len(found["end"]) < (2 if double else 1):
                yield f"{here}第{column}列，{start} 少了右方括号，应写成 {right}。"
            elif not double and name in tables:
                yield (
                    f"{here}又出现了一次 [{name}]，前面第{tables[name]}行已经有了。"
                    "请把两处合并成一处，重复的键只留一个。"
                )
            tables.setdefault(name, number)
            table, key = f"{name}#{number}" if double or "." in name else name, ""
            continue
        if not open_lists and (found := _KEY.fullmatch(line)):
            key = found["key"]
            if (table, key) in keys:
                yield (f"{here}又写了一次 {key}，前面第{keys[table, key]}行已经有了，请只留一处。")
            keys.setdefault((table, key), number)
            yield from _of_value(number, found)
        elif not open_lists and (written := _CHINESE_KEY.match(line)):
            told = meant(written["key"])
            yield (
                f"{here}，键名“{written['key']}”要用英文写。"
                f"{told or '各项的键名见随程序提供的 config.toml。'}"
            )
        for mark in COMMAS:
            if mark in bare and ("[" in bare or open_lists):
                yield (
                    f"{here}第{bare.index(mark) + 1}列，{key} 里的逗号是中文标点“{mark}”，"
                    "请改成英文逗号“,”。"
                )
                break
        open_lists = max(0, open_lists + bare.count("[") - bare.count("]"))


def _of_value(number: int, found: re.Match[str]) -> Iterator[str]:
    """Say what is wrong with the sign or the value of a line that writes a key."""
    key, sign, shown = found["key"], found["sign"], found["value"].split("#")[0].strip()
    wrong_sign = sign != "=" or not shown
    column = (found.start("sign") if wrong_sign else found.start("value")) + 1
    here = f"第{number}行第{column}列，"
    if sign == "＝":
        yield f"{here}{key} 后面的等号是全角的“＝”，请切换到英文输入法，改成半角“=”。"
    elif sign in (":", "："):
        simple = shown if re.fullmatch(r"[\w.]+", shown) else "……"
        yield f"{here}{key} 后面要用等号：{key} = {simple}。"
    elif not sign:
        yield f"{here}{key} 后面缺少等号，应写成 {key} = 值。"
    elif not shown:
        yield f'{here}{key} 的等号后面没有内容；留空请写 ""。'
    elif shown[0] in QUOTES:
        yield f'{here}{key} 用了中文引号，请改成英文引号：{key} = "……"。'
    elif shown[0] == '"' and not shown.startswith('"""') and not _is_closed(shown):
        if any(mark in shown for mark in QUOTES):
            yield f"{here}{key} 的后引号是中文引号，请改成英文引号。"
        else:
            yield f"{here}{key} 少了后面的英文引号。"
    elif shown[0] in "［【":
        yield f"{here}{key} 用了中文方括号，请改成英文方括号 [ ]。"
    elif re.match(r"[０-９]", shown):
        right = unicodedata.normalize("NFKC", shown)
        yield f"{here}{key} 的数字是全角的“{shown}”，请改成半角的 {right}。"
    elif shown not in ("true", "false") and yes_or_no(shown):
        right = yes_or_no(shown)
        yield f"{here}{key} 只能填 true（是）或 false（否），不加引号；{shown} 请写 {right}。"
    elif clock := re.fullmatch(_CLOCK, shown):
        if not re.fullmatch(r"\d\d:\d\d:\d\d", shown):
            yield (
                f"{here}{key} 的时刻要加英文引号并写足两位：{key} = "
                f'"{int(clock[1]):02d}:{clock[2]}"。'
            )
    elif re.match(r"[^\W\d]", shown) and shown not in ("true", "false", "inf", "nan"):
        yield f'{here}{key} 的内容是文字，要用英文引号括起来：{key} = "……"。'


def _invisible(here: str, line: str, bare: str) -> Iterator[str]:
    """Name marks outside of strings that nobody sees, and that TOML takes for no blanks."""
    for position, mark in enumerate(bare):
        if not _is_odd(mark):
            continue
        before = re.match(r"\s*([A-Za-z_][\w-]*)", line[:position])
        behind = re.match(r"[\W]*([A-Za-z_][\w-]*)", line[position:])
        where = f"{before[1]} 后面" if before else f"{behind[1]} 前面" if behind else "这一行"
        what = "空格" if unicodedata.category(mark) == "Zs" else "字符"
        yield (
            f"{here}第{position + 1}列，{where}有一个看不见的特殊{what}"
            "（多半是从网页或 Word 粘贴来的），请删掉；需要空格的，重新敲一个普通空格。"
        )
        return


def _is_odd(mark: str) -> bool:
    return mark not in " \t" and unicodedata.category(mark) in ("Zs", "Zl", "Zp", "Cf", "Cc")


def _is_closed(shown: str) -> bool:
    """Whether a basic string that begins a value ends in it."""
    return re.match(r'"(?:[^"\\]|\\.)*"', shown) is not None


def _outside_strings(line: str) -> str:
    """Return the line with strings and its comment blanked, each mark in its column."""
    blanked = re.sub(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'", lambda found: "x" * len(found[0]), line)
    return blanked.partition("#")[0]
