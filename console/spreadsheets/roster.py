"""
The roster (一.2) as offices hand it in: sheets of any make, the regulation's own form in Word.

`survey_roster` reads every row and says of each what it takes, what it assumed and what only a person
can answer; nothing is dropped in silence. `read_roster` takes a file that leaves nothing to ask.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from pathlib import Path

from console.spreadsheets import roster_cells as cells
from console.spreadsheets.errors import SheetError
from console.spreadsheets.grids import read_grids
from console.spreadsheets.roster_headings import Layout, field_of, layouts, near_headings
from ledger.roster import Officer
from parsers import tables
from parsers.tables import Grid, TableReader
from rulebook.model import Unit

_FILLED_IN_BY = re.compile(r"(?:填报|推荐|报送)?单位\s*(?:[（(]盖章[)）])?\s*[：:]\s*([^\s_＿]+)")
_NO_OFFICER = re.compile(
    r"(?:合计|小计|总计|共计|总人数|填表人|填报人|制表|审核|负责人|联系人|联络人|打印|填表说明|说明|注|备注"
    r"|示例|样例|例|附|单位负责人|分管领导)\d*(?:[:：人].*)?|\d+人.*|注[:：].*"
)
_VACANT = frozenset({"暂缺", "空缺", "待定", "无"})
_EXPLAINING = re.compile(r"说明|示例|样例|样表")
_STAND_IN = re.compile(r"代$|由.{1,6}(?:代|接替)|调离|调走|离任|退休|交接")
_DAY = re.compile(r"\d{4}\s*[年/.-]\s*\d{1,2}")
_KEPT = {"post": "职务", "phone": "联系电话", "mail": "邮箱"}
_LABELS = 4
"""So many labels beside their values make a form of one person."""


class RosterError(Exception):
    """The file cannot be imported as it is; the text names the row, what is to be settled and how."""


@dataclass(frozen=True, slots=True)
class RosterRow:
    """
    One person of the file. `place` as people see it (“板块”第4行).

    `noted`: what was assumed or left out; `asked`: what must be settled first, the row waits for it.
    """

    place: str
    officer: Officer
    noted: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterSurvey:
    """
    What a file holds. `noted` is of the file as a whole.

    `left_out`: what was not read though it may matter: hidden parts, columns that mean nothing to us.
    """

    rows: tuple[RosterRow, ...]
    noted: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def officers(self) -> list[Officer]:
        """Everybody whose row leaves nothing to ask."""
        return [row.officer for row in self.rows if not row.asked]

    @property
    def questions(self) -> list[str]:
        """What must be settled, with its place."""
        return [f"{row.place}：{one}" for row in self.rows for one in row.asked]

    @property
    def notes(self) -> list[str]:
        """What was assumed, with its place."""
        of_rows = [f"{row.place}：{one}" for row in self.rows for one in row.noted]
        return [*self.noted, *of_rows]


def survey_roster(
    path: Path, known_units: Sequence[Unit], reader: TableReader = tables.read
) -> RosterSurvey:
    """
    Read a file row by row; `reader`: see read_grids.

    Raises: RosterError when it holds no roster at all.
    """
    try:
        grids = read_grids(path, reader)
    except SheetError as error:
        raise RosterError(str(error)) from error
    rows: list[RosterRow] = []
    noted: list[str] = []
    left_out: list[str] = []
    for grid in grids:
        left_out += grid.hidden
        noted += grid.comments
        if _EXPLAINING.search(grid.name):
            noted.append(f"工作表“{grid.name}”是说明，没有读")
            continue
        found = layouts([row for _, row in grid.rows])
        left_out += [
            f"没有用到的列（不登记）：{'、'.join(table.unknown)}"
            for table in found
            if table.unknown
        ]
        rows += _of_grid(grid, found, known_units, noted)
    if not rows:
        raise RosterError(_nobody(path, grids))
    return RosterSurvey(
        tuple(_compared(rows)), tuple(dict.fromkeys(noted)), tuple(dict.fromkeys(left_out))
    )


def _nobody(path: Path, grids: Sequence[Grid]) -> str:
    """Say that nobody was found, and what the headings are that come nearest to ours."""
    told = f"{path.name} 里没有找到报送人员。"
    for grid in grids:
        near = near_headings([row for _, row in grid.rows])
        if near is not None:
            place = f"“{grid.name}”" if grid.name else ""
            number = grid.rows[near[0] - 1][0]
            heads = "、".join(f"“{cell[:20]}”" for cell in near[1][:12])
            told += f"{place}第{number}行像是表头（{heads}），里面没有“姓名”一列；请把这一列的标题改成“姓名”。"
            break
    return (
        f"{told}表头应有单位、姓名、职务、联系电话、邮箱、备注，下面逐行填写；"
        "空白表可用 shougao roster template 生成。"
    )


def read_roster(path: Path, known_units: Sequence[Unit]) -> list[Officer]:
    """
    Read the officers of a file that leaves nothing to ask, each unit resolved to its scoring unit.

    Raises RosterError with every row that must be settled; then nothing is to be imported.
    """
    survey = survey_roster(path, known_units)
    if survey.questions:
        told = "\n  ".join(survey.questions)
        raise RosterError(f"{path.name} 未导入，请改正后重试：\n  {told}")
    return survey.officers


def addresses_in(text: str) -> tuple[str, ...]:
    """Find the e-mail addresses that somebody wrote, however parted, in lower case."""
    return tuple(sorted(cells.addresses(text)[0]))


def mask(phone: str) -> str:
    """Mask a phone number for showing: 138****0000."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else "****" if phone else ""


def _of_grid(
    grid: Grid, tables: Sequence[Layout], known: Sequence[Unit], noted: list[str]
) -> list[RosterRow]:
    """Read the people of one grid; what is to be told of it as a whole goes into `noted`."""
    texts = [row for _, row in grid.rows]
    named = _FILLED_IN_BY.search(cells.plain(grid.above))
    above = named[1] if named else ""
    rows: list[RosterRow] = []
    for table in tables:
        if not above and "unit" not in table.fields:
            heads = "\n".join("\t".join(row) for row in texts[: table.first])
            named = _FILLED_IN_BY.search(cells.plain(heads))
            above = named[1] if named else ""
        missing = [heading for field, heading in _KEPT.items() if field not in table.fields]
        if missing:
            noted.append(f"表里没有这些列，已有的登记不变：{'、'.join(missing)}")
        rows += _of_table(grid, table, above, known, noted)
    if not tables and (values := _form(texts)):
        place = "表中" if not grid.name else f"“{grid.name}”"
        rows.append(_of_values(place, {"unit": above, **values}, "", known))
    return rows


def _of_table(
    grid: Grid, table: Layout, above: str, known: Sequence[Unit], noted: list[str]
) -> Iterator[RosterRow]:
    before: dict[str, str] = {}
    for number, row in grid.rows[table.first :]:
        values = {
            field: next((row[at] for at in columns if at < len(row) and row[at]), "")
            for field, columns in table.fields.items()
        }
        numbers = [row[at] for at in table.fields.get("phone", ()) if at < len(row)]
        # of a desk's number and a mobile one in columns of their own the mobile one is kept
        values["phone"] = next(filter(cells.is_mobile, numbers), values.get("phone", ""))
        whole = "".join(map(cells.plain, row))
        name = re.sub(r"\s+", "", cells.plain(values.get("name", "")))
        if _is_no_officer(values, row, name):
            continue
        place = f"“{grid.name}”第{number}行" if grid.name else f"第{number}行"
        if "示例" in whole or (name in ("张三", "李四") and "例" in whole):
            noted.append(f"{place}是示例，没有读")
            continue
        assumed = []
        for field in ("unit", "post"):
            written = cells.plain(values.get(field, ""))
            if written in cells.DITTO:
                values[field] = before.get(field, "")
                assumed.append(f"{'单位' if field == 'unit' else '职务'}“{written}”按上一行")
        if "unit" not in table.fields:
            values["unit"] = above
            assumed.append(f"单位取自表格上方：{above}" if above else "表格上方没有写单位")
        elif not values["unit"] and not grid.filled and before.get("unit"):
            values["unit"] = before["unit"]
            assumed.append(f"单位是空的，按上一行的“{before['unit']}”")
        before = values
        if name in _VACANT:
            noted.append(f"{place}：{values['unit'] or '未写明的单位'}写着“{name}”，没有登记")
            continue
        yield _of_values(place, values, "；".join(assumed), known)


def _is_no_officer(values: Mapping[str, str], row: Sequence[str], name: str) -> bool:
    """Whether a row is a sum, a signature, a note, a heading again, or blank."""
    first = next((re.sub(r"\s+", "", cells.plain(cell)) for cell in row if cell), "")
    if not first or field_of(values.get("name", "")) == "name" or _NO_OFFICER.fullmatch(first):
        return True
    if name:
        return _NO_OFFICER.fullmatch(name) is not None
    return (
        "@" not in cells.plain(values.get("mail", ""))
        and not cells.phone(values.get("phone", "")).text
    )


def _of_values(
    place: str, values: Mapping[str, str], assumed: str, known: Sequence[Unit]
) -> RosterRow:
    values, parted = _parted(values)
    name, unit = cells.name(values.get("name", "")), cells.unit(values.get("unit", ""), known)
    contact = "\n".join(filter(None, (values.get("phone", ""), values.get("mail", ""))))
    phone, (mails, mail_told) = cells.phone(values.get("phone", "")), cells.addresses(contact)
    note = values.get("note", "")
    noted = [assumed, parted, name.noted, unit.noted]
    asked = [name.asked, unit.asked]
    if not mails and (written := cells.plain(values.get("mail", ""))) not in cells.NONE:
        asked.append(mail_told or f"“{name.text}”的邮箱“{written}”不是邮箱地址")
    else:
        noted.append(mail_told)
    if "@" in cells.plain(values.get("phone", "")):
        phone = cells.phone(cells.ADDRESS.sub(" ", cells.plain(values["phone"])))
        noted.append("电话和邮箱写在一格里，已分开")
    if not mails:
        mails, _ = cells.addresses(note)
        if mails:
            note = cells.ADDRESS.sub("", cells.plain(note)).strip(" \n，,；;:邮箱")
            noted.append(f"邮箱取自备注：{'、'.join(mails)}")
        else:
            noted.append("没有邮箱，收到来信时认不出这位报送人员")
    noted.append(phone.noted)
    if _STAND_IN.search(cells.plain(note)):
        noted.append(f"备注写着“{note}”，任期没有改动；需要时用 shougao roster handover")
    noted.append(_about_note(note))
    if not name.text:
        asked.append("姓名是空的")
    officer = Officer(
        unit=unit.text,
        name=name.text,
        post=_post(values.get("post", "")),
        phone=phone.text,
        note="" if cells.plain(note) in cells.NONE else note,
        addresses=tuple(sorted(mails)),
    )
    return RosterRow(place, officer, tuple(filter(None, noted)), tuple(filter(None, asked)))


def _parted(values: Mapping[str, str]) -> tuple[Mapping[str, str], str]:
    """Part a name and a telephone number that stand in one cell; tells so."""
    name, number = cells.without_phone(values.get("name", ""))
    if not number:
        return values, ""
    phone = "\n".join(filter(None, (values.get("phone", ""), number)))
    return {**values, "name": name, "phone": phone}, "姓名和电话写在一格里，已分开"


def _post(written: str) -> str:
    text = re.sub(r"\s+", "", written)
    return "" if cells.plain(text) in cells.NONE else text


def _about_note(note: str) -> str:
    """Say what a note might mean that is not acted upon."""
    if note.isdigit():
        return f"备注只有数字“{note}”，照原样登记"
    if _DAY.search(cells.plain(note)):
        return f"备注“{note}”里有日期，没有当作任期"
    return ""


def _form(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Read a form of one person: each label beside its value. Empty: it is none."""
    values: dict[str, str] = {}
    for row in rows:
        distinct = [cell for cell, _ in groupby(row) if cell]
        for label, value in pairwise(distinct):
            field = field_of(label)
            if field and field != "ignored" and not field_of(value):
                values.setdefault(field, value)
    return values if "name" in values and len(values) >= _LABELS else {}


def _compared(rows: Sequence[RosterRow]) -> Iterator[RosterRow]:
    """Ask about an address of two units and a person twice; tell of a name in two units."""
    sharing: dict[str, list[RosterRow]] = defaultdict(list)
    for row in rows:
        for key in _keys(row.officer):
            sharing[key].append(row)
    for row in rows:
        asked, noted = list(row.asked), list(row.noted)
        near = {id(one): one for key in _keys(row.officer) for one in sharing[key]}
        for other in near.values():
            if other is not row:
                question, note = _clash(row.officer, other)
                asked += question
                noted += note
        yield replace(row, asked=tuple(dict.fromkeys(asked)), noted=tuple(dict.fromkeys(noted)))


def _keys(officer: Officer) -> Iterator[str]:
    yield from officer.addresses
    yield from filter(None, (officer.name, officer.phone))


def _clash(mine: Officer, other: RosterRow) -> tuple[list[str], list[str]]:
    """Return what must be asked and what is to be told of two people who share something."""
    theirs = other.officer
    shared = "、".join(sorted(set(mine.addresses) & set(theirs.addresses)))
    asked, noted = [], []
    if shared and mine.unit != theirs.unit:
        asked.append(
            f"邮箱 {shared} 也写给了{theirs.unit or '另一单位'}的{theirs.name}："
            "收到来信时分不清是哪个单位，请只留一处"
        )
    elif shared and mine.name != theirs.name:
        noted.append(f"与{theirs.name}共用邮箱 {shared}")
    if mine.name and mine.name == theirs.name:
        if mine.unit == theirs.unit:
            asked.append(f"{mine.unit}的{mine.name}写了两行（另见{other.place}），请并成一行")
        else:
            noted.append(f"{theirs.unit}也有一位{mine.name}，是同一人吗？")
    elif mine.phone and mine.phone == theirs.phone:
        noted.append(f"电话与{theirs.name}的相同")
    return asked, noted
