"""Rosters as offices hand them in: read, shown, asked about; nothing dropped in silence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from console.spreadsheets.roster import RosterError, RosterSurvey, read_roster, survey_roster
from console.spreadsheets.roster_template import blank_roster
from rulebook.kind_rules import Group
from rulebook.model import Unit
from rulebook.provisions import default_provisions

AREA, OFFICE = Group("板块"), Group("科室、大队")
SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "office" / "roster"
UNITS = (
    Unit("湖塘镇", AREA, aliases=("湖塘镇应急管理局",)),
    Unit("雪堰镇", AREA),
    Unit("高新区", AREA),
    Unit("高新北区", AREA, aliases=("北区",)),
    Unit("嘉泽镇", AREA),
    Unit("办公室", OFFICE),
    Unit("执法大队", OFFICE),
    Unit("人事教育科", OFFICE, aliases=("人教科",)),
)
HEADINGS = ["单位", "姓名", "职务", "联系电话", "邮箱", "备注"]


def csv(folder: Path, *rows: str, encoding: str = "utf-8-sig") -> RosterSurvey:
    path = folder / "名单.csv"
    path.write_bytes("\r\n".join(rows).encode(encoding))
    return survey_roster(path, UNITS)


def table(folder: Path, *rows: str) -> RosterSurvey:
    return csv(folder, ",".join(HEADINGS), *rows)


class Book:
    """A workbook that is made and read."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "名单.xlsx"
        self.book = openpyxl.Workbook()
        assert self.book.active is not None
        self.sheet: Worksheet = self.book.active

    def rows(self, *rows: Sequence[object]) -> Book:
        for row in rows:
            self.sheet.append(list(row))
        return self

    def read(self) -> RosterSurvey:
        self.book.save(self.path)
        return survey_roster(self.path, UNITS)


def test_titles_sums_and_signatures_are_nobody(tmp_path: Path) -> None:
    book = Book(tmp_path).rows(
        ["2022年宣传员名单"],
        ["填报日期：2022年3月1日"],
        ["序号", "单位名称", "姓名", "职务", "手机号码", "E-mail", "备注"],
        [1, "湖塘镇应急管理局", "李　建", "科员", 13800000101, "LiJian@hutang.example", "无"],
        [2, "北区", "吴 迪", "", "138-0000-0107", "wudi＠gxbq．example", "—"],
        ["合　计", "", "2人"],
        ["填表人：孙悦", "", "", "", "13800000199", ""],
        ["注：邮箱请写全，如 zhangsan@mail.example"],
    )
    survey = book.read()
    told = [(one.unit, one.name, one.phone, one.addresses, one.note) for one in survey.officers]
    assert told == [
        ("湖塘镇", "李建", "13800000101", ("lijian@hutang.example",), ""),
        ("高新北区", "吴迪", "13800000107", ("wudi@gxbq.example",), ""),
    ]
    assert not survey.questions


@pytest.mark.parametrize(
    "headings",
    [
        "单位名称,姓名,职务,手机号码,邮箱地址,备注",
        "所在单位,宣传员姓名,现任职务,联系电话（手机）,电子邮箱,说明",
        "部门,信息员,岗位,联系方式,E-mail,备　注",
        "填报单位（盖章）,姓 名,职务（岗位）,手机,邮 箱（报送用）,附注",
        "*科室/大队,联系人,职位,电话,QQ邮箱,备注",
    ],
)
def test_headings_are_understood_as_offices_write_them(tmp_path: Path, headings: str) -> None:
    survey = csv(tmp_path, headings, "湖塘镇,李建,科员,13800000101,li@hutang.example,兼")
    (one,) = survey.officers
    assert (one.unit, one.name, one.post, one.phone, one.addresses, one.note) == (
        ("湖塘镇", "李建", "科员", "13800000101", ("li@hutang.example",), "兼")
    )
    assert not survey.left_out


def test_headings_that_mean_nothing_are_named_and_what_lacks_is_told(tmp_path: Path) -> None:
    survey = csv(tmp_path, "单位,姓名,性别,政治面貌,邮箱", "湖塘镇,李建,男,群众,li@hutang.example")
    assert survey.left_out == ("没有用到的列（不登记）：性别、政治面貌",)
    assert any("职务、联系电话" in one and "不变" in one for one in survey.notes)


def test_merged_cells_hold_for_every_row_below_them(tmp_path: Path) -> None:
    book = Book(tmp_path).rows(
        HEADINGS,
        ["执法大队", "韩冰", "大队长", "13800000113", "zfdd@office.example"],
        [None, "冯涛", "队员", "13800000114", None],
        [None, None],
        [None, "蒋欣", "科员", "13800000118", "jiang@office.example", "没有写单位"],
    )
    book.sheet.merge_cells("A2:A4")
    book.sheet.merge_cells("E2:E3")
    survey = book.read()
    assert [(one.name, one.unit) for one in survey.officers] == [
        ("韩冰", "执法大队"),
        ("冯涛", "执法大队"),
    ]
    assert survey.officers[1].addresses == ("zfdd@office.example",)
    assert survey.questions == ["“Sheet”第5行：没有写单位"]
    assert any("共用邮箱" in one for one in survey.notes)


def test_two_rows_of_headings_are_one(tmp_path: Path) -> None:
    book = (
        Book(tmp_path)
        .rows(["单位", "姓名", "联系方式", None], [None, None, "手机", "邮箱"])
        .rows(["雪堰镇", "孙立", "13800000150", "sun@xueyan.example"])
    )
    for cells in ("A1:A2", "B1:B2", "C1:D1"):
        book.sheet.merge_cells(cells)
    (one,) = book.read().officers
    assert (one.phone, one.addresses) == ("13800000150", ("sun@xueyan.example",))


def test_every_sheet_is_read_and_hidden_and_explaining_ones_are_named(tmp_path: Path) -> None:
    book = Book(tmp_path)
    for title, row in (
        ("填表说明", ["湖塘镇", "张三", "", "", "zhang@mail.example"]),
        ("板块", ["湖塘镇", "李建", "", "", "li@hutang.example"]),
        ("科室、大队", ["办公室", "丁宁", "", "", "ding@office.example"]),
        ("2021年（作废）", ["办公室", "白云", "", "", "bai@office.example"]),
    ):
        sheet = book.book.create_sheet(title)
        sheet.append(HEADINGS)
        sheet.append(row)
    book.book["2021年（作废）"].sheet_state = "hidden"
    survey = book.read()
    assert [one.name for one in survey.officers] == ["李建", "丁宁"]
    assert survey.left_out == ("工作表“2021年（作废）”是隐藏的，没有读",)
    assert "工作表“填表说明”是说明，没有读" in survey.notes


def test_hidden_rows_and_columns_are_named_and_not_read(tmp_path: Path) -> None:
    book = Book(tmp_path).rows(
        ["单位", "姓名", "邮箱", "旧邮箱"],
        ["湖塘镇", "李建", "li@hutang.example", "old@hutang.example"],
        ["湖塘镇", "石磊", "shi@hutang.example", ""],
    )
    book.book.move_sheet(book.book.create_sheet("前面"), -1)  # tabs are not in the parts' order
    book.sheet.row_dimensions[3].hidden = True
    book.sheet.column_dimensions["D"].hidden = True
    survey = book.read()
    assert [one.addresses for one in survey.officers] == [("li@hutang.example",)]
    assert survey.left_out == (
        "第3行是隐藏的，没有读：湖塘镇，石磊",
        "“旧邮箱”一列是隐藏的，没有读",
    )


def test_what_is_noted_on_a_cell_is_shown_and_never_registered(tmp_path: Path) -> None:
    book = Book(tmp_path).rows(HEADINGS, ["湖塘镇", "毕成", "", "", "bi@hutang.example"])
    book.sheet["B2"].comment = Comment("下月调走，\n接替人待定", "某人")
    survey = book.read()
    assert list(survey.notes) == ["第2行有批注，只供参考，没有登记：下月调走， 接替人待定"]
    assert [(one.name, one.note) for one in survey.officers] == [("毕成", "")]


def test_what_is_noted_in_an_opendocument_sheet_is_shown_with_its_cell() -> None:
    survey = survey_roster(SAMPLES / "r12_名单.ods", default_provisions().units)
    assert any("批注" in one and "下月调走，接替人待定" in one for one in survey.notes)
    assert not any("下月调走" in str(one) for one in survey.officers)


def test_an_address_behind_a_link_that_is_not_the_one_shown_is_named(tmp_path: Path) -> None:
    book = Book(tmp_path).rows(
        HEADINGS,
        ["湖塘镇", "毕成", "", "", "Bi@hutang.example"],
        ["湖塘镇", "唐宁", "", "", "tang@hutang.example"],
    )
    book.sheet["E2"].hyperlink = "mailto:old@hutang.example"
    book.sheet["E3"].hyperlink = "mailto:Tang@hutang.example"
    survey = book.read()
    assert survey.officers[0].addresses == ("bi@hutang.example",)
    (told,) = survey.left_out
    assert "第2行" in told
    assert "old@hutang.example" in told


def test_two_halves_side_by_side_are_both_read(tmp_path: Path) -> None:
    survey = csv(
        tmp_path,
        "单位,姓名,邮箱,,单位,姓名,邮箱",
        "雪堰镇,田园,tian@xueyan.example,,办公室,牧歌,mu@office.example",
    )
    assert [one.name for one in survey.officers] == ["田园", "牧歌"]


@pytest.mark.parametrize(
    ("row", "asked"),
    [
        ("火星镇,某人,,,a@mars.example,", "没有“火星镇”这个单位"),
        ("嘉泽,符号,,,fu@jiaze.example,", "是否想写：嘉泽镇"),
        ("高新北区 高新区,游弋,,,you@gx.example,", "写了几个单位"),
        ("湖塘镇,,,13800000101,li@hutang.example,", "姓名是空的"),
        ("湖塘镇,王?,,,wang@hutang.example,", "有字丢失"),
        ("湖塘镇,程序、段落,,,c@hutang.example,", "一行里有几个人"),
        ("湖塘镇,李建,,,没有填,", "“李建”的邮箱“没有填”不是邮箱地址"),
        ("湖塘镇,李建,,,li#hutang.example,", "是否想写 li@hutang.example"),
    ],
)
def test_what_only_a_person_can_answer_is_asked_with_its_row(
    tmp_path: Path, row: str, asked: str
) -> None:
    survey = table(tmp_path, row)
    (question,) = survey.questions
    assert question.startswith("第2行：")
    assert asked in question
    with pytest.raises(RosterError, match="第2行"):
        read_roster(tmp_path / "名单.csv", UNITS)


def test_one_address_for_two_units_is_asked_about(tmp_path: Path) -> None:
    survey = table(
        tmp_path, "湖塘镇,倪虹,,,shared@park.example,", "雪堰镇,汤圆,,,Shared@park.example,"
    )
    assert len(survey.questions) == 2
    assert all("分不清是哪个单位" in one for one in survey.questions)


def test_a_person_in_two_rows_is_asked_about(tmp_path: Path) -> None:
    survey = table(tmp_path, "湖塘镇,安然,,,a@h.example,", "湖塘镇,安 然,,,b@h.example,新邮箱")
    assert all("写了两行" in one for one in survey.questions)


@pytest.mark.parametrize(
    ("written", "phone", "told"),
    [
        ("+86 138 0000 0101", "13800000101", ""),
        ("１３８００００００１", "", "不完整"),
        ("013800000172", "13800000172", "0 已去掉"),
        ("13800000123（短号6123）", "13800000123", "短号 6123"),
        ("1.38E+10", "", "丢掉了后几位"),
        ("13800000137/13800000138", "", "有几个电话"),
        ("同上", "", "同上"),
        ('"=""13800000160"""', "13800000160", ""),
        ("0519-86300000", "0519-86300000", ""),
    ],
)
def test_a_phone_is_taken_whole_or_told(
    tmp_path: Path, written: str, phone: str, told: str
) -> None:
    survey = table(tmp_path, f"湖塘镇,李建,,{written},li@hutang.example,")
    assert survey.officers[0].phone == phone
    assert told in "".join(survey.notes)


@pytest.mark.parametrize(
    ("written", "addresses"),
    [
        ("a@h.example；b@h.example", ("a@h.example", "b@h.example")),
        ("李建 <A@h.example>", ("a@h.example",)),
        ("mailto:a@h.example。", ("a@h.example",)),
        ("a @ h.example", ("a@h.example",)),
        ("a@h.example（常用）", ("a@h.example",)),
        ("无", ()),
    ],
)
def test_addresses_are_found_however_written(
    tmp_path: Path, written: str, addresses: tuple[str, ...]
) -> None:
    survey = table(tmp_path, f"湖塘镇,李建,,,{written},")
    assert survey.officers[0].addresses == addresses


def test_dittos_vacancies_examples_and_headings_again_are_told_or_skipped(tmp_path: Path) -> None:
    survey = table(
        tmp_path,
        "湖塘镇,张三,科员,13800000000,zhang@mail.example,示例",
        "湖塘镇,李建,科员,,li@hutang.example,",
        "〃,周敏,〃,,zhou@hutang.example,",
        ",".join(HEADINGS),
        "雪堰镇,暂缺,,,,",
    )
    assert [(one.name, one.unit, one.post) for one in survey.officers] == [
        ("李建", "湖塘镇", "科员"),
        ("周敏", "湖塘镇", "科员"),
    ]
    assert any("雪堰镇写着“暂缺”" in one for one in survey.notes)
    assert any("示例" in one for one in survey.notes)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_text_of_any_charset_is_read(tmp_path: Path, encoding: str) -> None:
    rows = (",".join(HEADINGS), "湖塘镇,陶堃,科员,13800000160,tao@hutang.example,")
    assert csv(tmp_path, *rows, encoding=encoding).officers[0].name == "陶堃"


def test_a_form_in_word_names_its_unit_above_the_table(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("单位（盖章）：嘉泽镇应急管理局")
    form = document.add_table(rows=2, cols=4)
    for place, text in enumerate(("姓名", "职务", "联系电话", "备注")):
        form.rows[0].cells[place].text = text
    for place, text in enumerate(("毛笔", "副局长", "13800000185", "邮箱：mao@jiaze.example")):
        form.rows[1].cells[place].text = text
    path = tmp_path / "推荐表.docx"
    document.save(str(path))
    survey = survey_roster(path, UNITS)
    (one,) = survey.officers
    assert (one.unit, one.name, one.addresses, one.note) == (
        ("嘉泽镇", "毛笔", ("mao@jiaze.example",), "")
    )
    assert any("单位取自表格上方" in told for told in survey.notes)
    assert any("邮箱取自备注" in told for told in survey.notes)


def test_a_form_of_one_person_has_its_labels_beside_the_values(tmp_path: Path) -> None:
    survey = csv(
        tmp_path,
        "姓名,艾青,单位,雪堰镇",
        "职务,科员,联系电话,13800000195",
        "邮箱,ai@xueyan.example,,",
    )
    (one,) = survey.officers
    assert (one.unit, one.name, one.post, one.phone) == ("雪堰镇", "艾青", "科员", "13800000195")


def test_an_empty_file_is_no_list_of_nobody(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="没有找到报送人员"):
        Book(tmp_path).read()


def test_the_template_is_empty_until_filled_in_and_read_then(tmp_path: Path) -> None:
    path = tmp_path / "空表.xlsx"
    path.write_bytes(blank_roster([one.name for one in UNITS]))
    with pytest.raises(RosterError, match="没有找到报送人员"):
        survey_roster(path, UNITS)
    book = openpyxl.load_workbook(path)
    book["报送人员名单"]["B2"], book["报送人员名单"]["E2"] = "李建", "li@hutang.example"
    book.save(path)
    assert [(one.unit, one.name) for one in read_roster(path, UNITS)] == [("湖塘镇", "李建")]


@pytest.mark.parametrize(
    "headings",
    [
        "部门,通讯员,职务,移动电话,电子信箱,备注",
        "所在单位,联络员姓名,职务,联系电话（手机）,E-mail,备注",
        "板块,信息宣传员,职务,手机号,邮箱,备注",
        "科室（大队）,单位联系人,职务,手机号,邮箱,备注",
    ],
)
def test_whoever_writes_is_known_by_what_offices_call_them(tmp_path: Path, headings: str) -> None:
    (officer,) = csv(tmp_path, headings, "雪堰镇,王芳,科员,13900000101,a@b.example,").officers
    assert (officer.name, officer.phone) == ("王芳", "13900000101")
    assert officer.addresses == ("a@b.example",)


@pytest.mark.parametrize(
    "cell", ["王芳 13900000101", "王芳（13900000101）", "王芳13900000101", "王芳：139-0000-0101"]
)
def test_a_name_and_a_telephone_number_in_one_cell_are_parted(tmp_path: Path, cell: str) -> None:
    survey = csv(tmp_path, "单位,联系人及电话,邮箱", f"雪堰镇,{cell},a@b.example")
    (officer,) = survey.officers
    assert (officer.name, officer.phone) == ("王芳", "13900000101")
    assert any("已分开" in note for note in survey.notes)


def test_of_a_desks_and_a_mobile_number_the_mobile_one_is_kept(tmp_path: Path) -> None:
    survey = csv(
        tmp_path,
        "单位,姓名,办公电话,手机号,邮箱",
        "雪堰镇,王芳,0519-86000001,139 0000 0101,a@b.example",
        "嘉泽镇,李娜,0519-86000002,,c@d.example",
    )
    assert [one.phone for one in survey.officers] == ["13900000101", "0519-86000002"]


def test_where_no_name_is_headed_the_headings_are_shown(tmp_path: Path) -> None:
    with pytest.raises(RosterError) as told:
        csv(tmp_path, "全区名单,,,", "单位,谁来写,手机,邮箱", "雪堰镇,王芳,13900000101,a@b.example")
    assert "第2行像是表头（“单位”、“谁来写”、“手机”、“邮箱”）" in str(told.value)
    assert "改成“姓名”" in str(told.value)
