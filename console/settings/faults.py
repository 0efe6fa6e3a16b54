"""What is wrong with a value of config.toml, in sentences."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from pydantic_core import ErrorDetails

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
    "time_type": "时间，如 08:30:00",
    "time_parsing": "时间，如 08:30:00",
}
"""What a value should have been, by pydantic's name of the error."""


def sentences(path: Path, text: str, errors: Sequence[ErrorDetails], known: Collection[str]) -> str:
    """Write a line for each error; `known`: every key there is."""
    return "\n".join(f"{path}：{_sentence(text, error, known)}" for error in errors)


def _sentence(text: str, error: ErrorDetails, known: Collection[str]) -> str:
    key = _dotted(error["loc"])
    match error["type"]:
        case "unexpected_keyword_argument" | "extra_forbidden":
            line = next(
                (
                    number
                    for number, content in enumerate(text.splitlines(), 1)
                    if re.match(
                        rf"\s*\[*\s*(?:[\w.]+\.)?{re.escape(str(error['loc'][-1]))}\b", content
                    )
                ),
                0,
            )
            close = difflib.get_close_matches(str(error["loc"][-1]), sorted(known), 1)
            remedy = f"是否想写 {close[0]}？" if close else "请删去。"
            return f"{f'第{line}行，' if line else ''}不认识的键 {key}。{remedy}"
        case "missing":
            return f"缺少 {key}，请补上（可参照随程序提供的 config.toml）。"
        case "enum" | "literal_error":
            expected = (
                error.get("ctx", {}).get("expected", "").replace(" or ", "、").replace(", ", "、")
            )
            return f"{key} 的值 {_as_written(error['input'])} 不对，应为 {expected}。"
        case kind if expected := EXPECTED.get(kind):
            return f"{key} 的值 {_as_written(error['input'])} 不对，应为{expected}。"
        case _:
            return f"{key} 的值 {_as_written(error['input'])} 不对：{error['msg']}。"


def _as_written(value: Any) -> str:
    """Write a value as in TOML."""
    return json.dumps(value, ensure_ascii=False)


def _dotted(location: Sequence[int | str]) -> str:
    return "".join(
        f"[{part + 1}]" if isinstance(part, int) else f"{'.' if number else ''}{part}"
        for number, part in enumerate(location)
    )
