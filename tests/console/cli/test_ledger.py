"""The commands of people's deeds and of the ledger's figures, as the office types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document

from console.spreadsheets.reading import SheetError, read_sheet
from tests.console.office import OfficeRoom, letter
from tests.console.signing import sign, signed


@pytest.fixture
def polled(tmp_path: Path) -> OfficeRoom:
    office = OfficeRoom(tmp_path)
    office.roster()
    for number in (1, 2):
        office.receive(letter(number), f"{number}.office")
    office.receive(letter(3, sender="fremd@else.example"), "3.office")
    office.run("poll")
    return office


def summary(office: OfficeRoom, unit: str = "湖塘镇") -> dict[str, Any]:
    told = json.loads(office.run("ledger", "summary", "--quarter", "2022Q1", "--json").stdout)
    assert told["period"] == "2022Q1"
    rows = [row for table in told["tables"] for row in table["rows"]]
    assert len([row for row in rows if row["unit"] != "未归属"]) == 23
    return next(row for row in rows if row["unit"] == unit)


def test_a_quarters_points_targets_and_ranks_are_told_for_every_unit(polled: OfficeRoom) -> None:
    row = summary(polled)
    assert (row["news"], row["points"], row["adopted"], row["rank"]) == (2, 2, [0, 0, 0, 0, 0], 1)
    assert row["targets"]["工作动态"]["reported"] == 2
    unclaimed = summary(polled, "未归属")
    assert (unclaimed["points"], unclaimed["rank"], unclaimed["received"]["held"] > 0) == (
        0,
        0,
        True,
    )
    shown = polled.run(
        "ledger", "summary", "--quarter", "2022Q1", "--unit", "湖塘镇", "--why"
    ).stdout
    assert "四.1：工作动态每条1分" in shown


def test_a_draft_is_decided_claimed_printed_and_its_story_told(polled: OfficeRoom) -> None:
    polled.run("decide", "1", "--void", "--approved-by", "王局", "--why", "弄虚作假", "--by", "李")
    assert summary(polled)["points"] == 1
    polled.run("decide", "1", "--unvoid", "--why", "查无此事", "--by", "李")
    stranger = next(row for row in polled.export("letters") if row["outcome"] == "held")
    polled.run("claim", str(stranger["id"]), "--unit", "前黄镇", "--why", "新任")
    assert summary(polled, "前黄镇")["points"] == 1
    story = polled.run("ledger", "history", "1").stdout
    assert "李　人工核定：积分作废，批准人王局——弄虚作假" in story
    assert [row["kind"] for row in polled.export("outbox")].count("correction") == 3
    assert "日志链完好" in polled.run("ledger", "verify").stdout


def test_adoptions_are_recorded_imported_and_never_guessed(polled: OfficeRoom) -> None:
    title = polled.export("drafts")[0]["title"]
    add = ("adoption", "add", "--unit", "湖塘镇", "--outlet", "新华社", "--date", "2022-03-20")
    polled.run(*add, "--title", title, "--draft", "1")
    polled.run(*add, "--title", title, "--draft", "1", code=1)
    assert "新华社" in polled.run("adoption", "list").stdout
    sheet = polled.folder / "录用.csv"
    sheet.write_text(
        "标题,单位,媒体,日期,链接\n没有这样的稿件,湖塘镇,某某报,2022-03-21,\n", encoding="utf-8"
    )
    assert "登记 1 条" in polled.run("adoption", "import", str(sheet)).stdout
    assert "类别待定" in polled.run("adoption", "list", "--untiered").stdout
    sheet.write_text("标题,单位,媒体,日期\n稿,火星,报,2022-03-01\n", encoding="utf-8")
    assert "火星" in polled.run("adoption", "import", str(sheet), code=2).stderr


def test_a_notice_is_drafted_published_and_later_changes_are_told(polled: OfficeRoom) -> None:
    polled.run("notice", "2022Q1", "--out", str(polled.folder / "n"), "--name", "牛塘镇")
    names = sorted(path.suffix for path in (polled.folder / "n").iterdir())
    assert names == [".docx", ".xlsx"]
    told = polled.run("notice", "2022Q1", "--out", str(polled.folder / "n"), "--publish", code=2)
    assert "还有没填好的地方：文号、盖章处" in told.stderr
    (draft,) = (polled.folder / "n").glob("*.docx")
    assert "第 1 版已存档" in polled.run("notice", "publish", str(sign(draft))).stdout
    polled.run("decide", "1", "--void", "--approved-by", "王局", "--why", "x")
    edited = draft.with_name("改.docx")
    edited.write_bytes(signed(draft.read_bytes(), {"关于2022年第一季度": "关于近期"}))
    assert "--period" in polled.run("notice", "publish", str(edited), code=2).stderr
    publish = ("notice", "publish", str(edited), "--period", "2022Q1")
    assert "湖塘镇的积分总计：文件里是“2”，台账是“1”" in polled.run(*publish, code=1).stdout
    assert "第 2 版" in polled.run(*publish, "--acknowledge", "按签发的数字").stdout
    changed = polled.run("ledger", "changes", "2022Q1").stdout
    assert "没有变化" in changed
    assert "完全一致" in polled.run("ledger", "verify").stdout
    assert "还没有开始" in polled.run("notice", "2199", "--publish", code=2).stderr


def test_a_backup_made_in_use_is_restored_into_an_empty_folder(
    polled: OfficeRoom, tmp_path: Path
) -> None:
    polled.run("ledger", "backup", str(tmp_path / "bk"))
    (file,) = (tmp_path / "bk").glob("*.db")
    polled.run("ledger", "restore", str(file), code=1)
    polled.environment["SHOUGAO_DATA"] = str(tmp_path / "new")
    polled.run("ledger", "restore", str(file))
    assert summary(polled)["points"] == 2


def test_an_export_for_excel_keeps_formulas_as_text_and_is_recorded(polled: OfficeRoom) -> None:
    polled.receive(letter(4, subject="=1+1 "), "4.office")
    polled.run("poll")
    file = polled.folder / "来信.xlsx"
    polled.run("export", "letters", "--format", "xlsx", "--out", str(file))
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert any(str(cell.value).startswith("=1+1") for cell in cells)
    polled.run("export", "letters", "--format", "xlsx", code=2)
    assert "journal" not in polled.run("ledger", "search", "安全").stderr


WHO = ("--why", "x")


@pytest.mark.parametrize(
    ("command", "words", "code"),
    [
        (("decide", "999", "--accept", *WHO), "没有第 999 号", 1),
        (("decide", "1", *WHO), "没有写明要改什么", 2),
        (("decide", "1", "--unit", "火星", *WHO), "没有“火星”", 2),
        (("ledger", "summary", "--quarter", "2022Q9"), "2022Q1", 2),
        (("ledger", "history", "999"), "没有第 999 号", 1),
        (("claim", "999", "--unit", "湖塘镇"), "没有第 999 号", 1),
        (
            ("commission", "add", "--topic", "题", "--units", "湖塘镇", "--due", "2000-01-01"),
            "早于",
            2,
        ),
        (("sanction", "lift", "9", *WHO), "没有第 9 号", 1),
        (("ledger", "purge", "--yes"), "没有设置保存期限", 1),
    ],
)
def test_what_cannot_be_done_is_one_line_with_the_remedy(
    polled: OfficeRoom, command: tuple[str, ...], words: str, code: int
) -> None:
    done = polled.run(*command, code=code)
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_regulations_own_form_in_word_is_read(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("填报单位：牛塘镇")
    table = document.add_table(rows=2, cols=4)
    for place, text in enumerate(("姓名", "职务", "联系电话", "备注")):
        table.rows[0].cells[place].text = text
    for place, text in enumerate(("丁一", "科员", "13800000009", "ding@niutang.example")):
        table.rows[1].cells[place].text = text
    path = tmp_path / "名单.docx"
    document.save(str(path))
    office = OfficeRoom(tmp_path)
    assert "新增 1 人" in office.run("roster", "import", str(path)).stdout
    listed = office.run("roster", "list").stdout
    assert "牛塘镇" in listed
    assert "ding@niutang.example" in listed
    assert "138****0009" in listed


def test_a_sheet_without_its_headings_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(SheetError, match="表头"):
        read_sheet(path, {"姓名": "name"}, ["name"])
