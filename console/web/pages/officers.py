"""宣传员: the roster (一.2, 一.3); the only page with whole phone numbers."""

from __future__ import annotations

import tempfile
from pathlib import Path

from starlette.responses import Response

from console.roster_file import RosterError, mask, read_roster
from console.web.visit import Visit, action, go, page
from ledger.roster import Officer
from ledger.tables_people import Role

MOST_BYTES = 10_000_000


def officers(visit: Visit) -> Response:
    return _shown(visit, said=visit.asked("said"))


def take_in(visit: Visit) -> Response:
    sheet = visit.upload("sheet")
    if sheet is None:
        return _shown(visit, trouble="请先选择名单文件。")
    units = visit.desk.house.settings.provisions_on(visit.today).units
    with tempfile.TemporaryDirectory() as folder:
        # the name is the sender's: only its ending tells anything
        place = Path(folder) / f"名单{Path(sheet.filename or '').suffix.lower()[:6]}"
        place.write_bytes(sheet.file.read())
        try:
            found = read_roster(place, units)
        except RosterError as error:
            return _shown(visit, trouble=str(error))
    changed = visit.desk.house.roster.enter(found, visit.account.name, visit.now)
    return go(
        "/officers",
        said=f"已导入：新增 {changed.added} 人，更新 {changed.updated} 人，"
        f"未变 {changed.unchanged} 人。",
    )


def _shown(visit: Visit, said: str = "", trouble: str = "") -> Response:
    listed = visit.desk.house.roster.officers()
    units = visit.desk.house.settings.provisions_on(visit.today).units

    def ended(officer: Officer) -> bool:
        return officer.ends is not None and officer.ends < visit.today

    manned = {officer.unit for officer in listed if not ended(officer)}
    editor = visit.may(Role.EDITOR)
    return visit.render(
        "officers.html",
        400 if trouble else 200,
        here="/officers",
        said=said[:200],
        trouble=trouble,
        editor=editor,
        officers=listed,
        ended=ended,
        phone=(lambda text: text) if editor else mask,
        absent=[unit.name for unit in units if unit.name not in manned],
    )


routes = (
    page("/officers", officers),
    action("/officers/import", take_in, Role.EDITOR, MOST_BYTES),
)
