"""The roster form (一.2: 单位, 姓名, 职务, 联系电话, 邮箱, 备注) as a .csv or .xlsx file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from ledger.roster import Officer
from rulebook import units
from rulebook.terms import Unit

COLUMNS = {
    "单位": "unit",
    "填报单位": "unit",
    "所在单位": "unit",
    "姓名": "name",
    "职务": "post",
    "联系电话": "phone",
    "电话": "phone",
    "手机": "phone",
    "邮箱": "mail",
    "电子邮箱": "mail",
    "备注": "note",
}
NEEDED = {"unit": "单位", "name": "姓名", "mail": "邮箱"}
_ADDRESS = re.compile(r"[^\s@,;，；、<>]+@[^\s@,;，；、<>]+\.[^\s@,;，；、<>]+")


class RosterError(Exception):
    """The file cannot be imported; the text names the row, the fault and the remedy."""


def read_roster(path: Path, known_units: Sequence[Unit]) -> list[Officer]:
    """
    Officers of a file, each unit resolved to its scoring unit.

    Raises RosterError with every faulty row named; then nothing is to be imported.
    """
    rows = [[str(cell).strip() for cell in row] for row in _rows(path)]
    head, fields = _heading(path, rows)
    officers: list[Officer] = []
    faults: list[str] = []
    for number, row in enumerate(rows[head + 1 :], head + 2):
        values = {field: row[place] if place < len(row) else "" for field, place in fields.items()}
        if not any(values.values()):
            continue
        unit = units.find(values["unit"], known_units)
        addresses = tuple(sorted({found.lower() for found in _ADDRESS.findall(values["mail"])}))
        if unit is None:
            faults.append(
                f"第{number}行：单位“{values['unit']}”不在 config.toml 的 units 中，请改写或添加别名"
            )
        elif not values["name"]:
            faults.append(f"第{number}行：姓名是空的")
        elif not addresses:
            faults.append(f"第{number}行：“{values['name']}”的邮箱“{values['mail']}”不是邮箱地址")
        else:
            officers.append(
                Officer(
                    unit=unit.name,
                    name=values["name"],
                    post=values.get("post", ""),
                    phone=_phone(values.get("phone", "")),
                    note=values.get("note", ""),
                    addresses=addresses,
                )
            )
    if faults:
        raise RosterError(f"{path.name} 未导入，请改正后重试：\n  " + "\n  ".join(faults))
    if not officers:
        raise RosterError(f"{path.name} 里没有宣传员，请在表头下面逐行填写。")
    return officers


def mask(phone: str) -> str:
    """A phone number fit to be shown: 138****0000."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else "****" if phone else ""


def _phone(value: str) -> str:
    return value.removesuffix(".0") if re.fullmatch(r"\d+\.0", value) else value


def _heading(path: Path, rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """The row of headings (a form may have a title above it) and the place of each field."""
    for number, row in enumerate(rows[:10]):
        fields: dict[str, int] = {}
        for place, cell in enumerate(row):
            field = COLUMNS.get(re.sub(r"\s+", "", cell))
            if field is not None:
                fields.setdefault(field, place)
        if set(NEEDED) <= set(fields):
            return number, fields
    raise RosterError(
        f"{path.name} 的表头不对：应有“单位、姓名、职务、联系电话、邮箱、备注”各列，"
        "其中单位、姓名、邮箱必填。"
    )


def _rows(path: Path) -> Iterable[Sequence[object]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise RosterError(f"打不开 {path}：{error.strerror}。请检查文件名。") from error
    if raw[:2] == b"PK" or raw[:4] == b"\xd0\xcf\x11\xe0":
        try:
            return CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0).to_python()
        except (CalamineError, ValueError) as error:
            raise RosterError(f"{path.name} 不是可读的表格：{error}") from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    return list(csv.reader(io.StringIO(text)))
