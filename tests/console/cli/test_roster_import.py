"""`shougao roster import` and `template`: what a list changes is told first."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.console.office import OfficeRoom

HEADINGS = "单位,姓名,职务,联系电话,邮箱,备注\n"
QIAN = "湖塘镇,钱一鸣,科员,13800000001,qian@hutang.example,\n"


@pytest.fixture
def office(tmp_path: Path) -> OfficeRoom:
    return OfficeRoom(tmp_path)


def written(office: OfficeRoom, text: str) -> str:
    (office.folder / "名单.csv").write_text(text, encoding="utf-8-sig")
    return "名单.csv"


def test_a_preview_tells_and_writes_nothing(office: OfficeRoom) -> None:
    path = written(office, HEADINGS + QIAN)
    said = office.run("roster", "import", path, "--preview").stdout
    assert "新增：湖塘镇 钱一鸣（科员，138****0001，qian@hutang.example）" in said
    assert "名单还是空的" in office.run("roster", "list").stdout


def test_changes_and_ends_are_told_and_made(office: OfficeRoom) -> None:
    office.run("roster", "import", written(office, HEADINGS + QIAN))
    path = written(office, HEADINGS + "湖塘镇,李四,科员,,li@hutang.example,\n")
    assert (
        "钱一鸣：名单里没有，任期不变" in office.run("roster", "import", path, "--preview").stdout
    )
    said = office.run("roster", "import", path, "--end-absent", "2022-03-31").stdout
    assert "离任：湖塘镇 钱一鸣：任期到 2022-03-31 为止" in said
    assert "离任 1 人" in said
    path = written(office, HEADINGS + "湖塘镇,李四,副科长,13800000002,,\n")
    said = office.run("roster", "import", path).stdout
    assert "职务由“科员”改为“副科长”" in said
    assert "138****0002" in said
    assert "更新 1 人" in said


def test_an_address_of_another_unit_is_asked_about(office: OfficeRoom) -> None:
    office.run("roster", "import", written(office, HEADINGS + QIAN))
    path = written(office, HEADINGS + "雪堰镇,孙立,,,qian@hutang.example,\n")
    assert "已登记给湖塘镇的钱一鸣" in office.run("roster", "import", path, code=2).stderr
    assert "孙立" not in office.run("roster", "list").stdout


def test_headings_that_mean_nothing_are_asked_about(office: OfficeRoom) -> None:
    path = written(office, "单位,姓名,性别,邮箱\n湖塘镇,钱一鸣,男,qian@hutang.example\n")
    told = office.run("roster", "import", path, code=2)
    assert "没有用到的列（不登记）：性别" in told.stdout
    assert "--yes" in told.stderr
    assert "名单还是空的" in office.run("roster", "list").stdout
    assert "新增 1 人" in office.run("roster", "import", path, "--yes").stdout


def test_a_template_is_written_filled_in_and_imported(office: OfficeRoom) -> None:
    assert "报送人员名单.xlsx" in office.run("roster", "template").stdout
    assert "已有同名" in office.run("roster", "template", code=1).stderr
    path = office.folder / "报送人员名单.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["报送人员名单"]
    unit = sheet["A2"].value
    sheet["B2"], sheet["E2"] = "李建", "li@town.example"
    book.save(path)
    assert f"新增：{unit} 李建" in office.run("roster", "import", path.name).stdout
