"""The roster form (一.2) as people hand it in: a sheet, or the regulation's own form in Word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from console.spreadsheets.reading import SheetError, read_sheet
from ledger.roster import Officer
from rulebook import units
from rulebook.model import Unit

COLUMNS = {
    "单位": "unit",
    "姓名": "name",
    "职务": "post",
    "联系电话": "phone",
    "邮箱": "mail",
    "备注": "note",
    "填报单位": "unit",
    "所在单位": "unit",
    "电话": "phone",
    "手机": "phone",
    "电子邮箱": "mail",
}
_ADDRESS = re.compile(r"[^\s@,;，；、<>]+@[^\s@,;，；、<>]+\.[^\s@,;，；、<>]+")
_FILLED_IN_BY = re.compile(r"(?:填报)?单位\s*(?:[（(]盖章[)）])?\s*[：:]\s*(\S+)")


class RosterError(Exception):
    """The file cannot be imported; the text names the row, the fault and the remedy."""


def read_roster(path: Path, known_units: Sequence[Unit]) -> list[Officer]:
    """
    Officers of a file, each unit resolved to its scoring unit.

    The regulation's form (姓名|职务|联系电话|备注) names the unit once, above the table (填报单位), and
    has no column for addresses: those are looked for in 备注, and may be missing.
    Raises RosterError with every faulty row named; then nothing is to be imported.
    """
    form = path.suffix.lower() == ".docx"
    try:
        sheet = read_sheet(path, COLUMNS, ["name"] if form else ["unit", "name", "mail"])
    except SheetError as error:
        raise RosterError(str(error)) from error
    named = _FILLED_IN_BY.search(sheet.above)
    officers: list[Officer] = []
    faults: list[str] = []
    for number, values in sheet.rows:
        written = values.get("unit") or (named[1] if named else "")
        unit = units.find(written, known_units)
        note = values.get("note", "")
        mail = note if form else values["mail"]
        addresses = addresses_in(mail)
        if unit is None:
            faults.append(
                f"第{number}行：单位“{written}”不在 config.toml 的 units 中，请改写或添加别名"
            )
        elif not values["name"]:
            faults.append(f"第{number}行：姓名是空的")
        elif not addresses and not form:
            faults.append(f"第{number}行：“{values['name']}”的邮箱“{mail}”不是邮箱地址")
        else:
            officers.append(
                Officer(
                    unit=unit.name,
                    name=values["name"],
                    post=values.get("post", ""),
                    phone=values.get("phone", "").removesuffix(".0"),
                    note=_ADDRESS.sub("", note).strip() if form else note,
                    addresses=addresses,
                )
            )
    if faults:
        raise RosterError(f"{path.name} 未导入，请改正后重试：\n  " + "\n  ".join(faults))
    if not officers:
        raise RosterError(f"{path.name} 里没有宣传员，请在表头下面逐行填写。")
    return officers


def addresses_in(text: str) -> tuple[str, ...]:
    """Find the e-mail addresses that somebody wrote, however parted, in lower case."""
    return tuple(sorted({found.lower() for found in _ADDRESS.findall(text)}))


def mask(phone: str) -> str:
    """Mask a phone number for showing: 138****0000."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else "****" if phone else ""
