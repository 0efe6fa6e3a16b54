"""The .docx of a notice: its figures read back, its layout, and what strangers write into it."""

import io
import itertools
import re
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from docxtpl import DocxTemplate

from notifier.notice.document import BadTemplate, document, shipped
from notifier.notice.facts import Bonus
from notifier.notice.template import NARROW, WIDE, blank, wrapped
from rulebook.default_rules import OFFICES
from rulebook.provisions import default_provisions
from rulebook.ranking import TableRow
from tests.notifier.notice.columns import regulation

HOSTILE = [
    "=1+1",
    "<w:p>",
    "{{7*7}}",
    "{%p if x %}",
    "{_{7*7}_}",
    "&amp;<",
    '"><w:br/>',
    "\N{FULLWIDTH LESS-THAN SIGN}甲",
    "甲\x00\x0b镇",
    "甲\ud800镇",
    "𠮷镇",
]


def opened(facts, template=None):
    return Document(io.BytesIO(document(facts, template)))


def paragraphs(facts):
    return [paragraph.text for paragraph in opened(facts).paragraphs]


def grid(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_the_letter_has_its_parts_in_order(facts):
    said = paragraphs(facts())
    parts = [
        "关于2022年第一季度\n信息宣传工作情况的通报",
        "各板块应急管理岗，各科室、大队：",
        "一、基本情况",
        "（四）完成较好的单位",
        "二、存在问题",
        "三、下一步要求",
        "附件：1．2022年第一季度信息宣传稿件积分统计表（板块）",
        "\t某区应急管理局",
        "\t2022年4月6日",
        "附件1",
        "附件2",
        "附件3",
    ]
    places = [said.index(part) for part in parts]
    assert places == sorted(places)


def test_the_tables_have_nine_columns_the_year_and_the_rank_under_two_repeated_header_rows(facts):
    columns = regulation()
    towns, offices = Document(
        io.BytesIO(
            document(facts(cumulative={"甲镇": 120}), blank(default_provisions(), columns), columns)
        )
    ).tables[:2]
    rows = grid(towns)
    assert rows[0] == [
        *("单位", "工作动态/舆情", "综合性\n文章/\n约稿"),
        *["录用条数"] * 5,
        *("积分\n总计", "全年\n累计", "排名"),
    ]
    assert rows[1][3:8] == ["一类", "二类", "三类", "四类", "五类"]
    assert rows[2:] == [
        ["甲镇", "20", "3", "1", "0", "1", "0", "0", "51", "120", "1"],
        ["乙镇", "10", "2", "0", "0", "1", "0", "0", "22", "22", "2"],
        ["丙街道", "0", "0", "0", "0", "0", "0", "0", "0", "0", "3"],
    ]
    assert [row[0] for row in grid(offices)[2:]] == ["丁科", "戊大队"]
    repeated = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in towns.rows]
    assert repeated == [True, True, False, False, False]


def test_the_annex_shows_every_part_that_has_figures(facts):
    headings = [text for text in paragraphs(facts()) if re.match("[一二三四五六]、", text)]
    assert headings[3:] == [
        "一、报送、逾期、待核和退稿",
        "二、报送任务完成情况",
        "三、各载体录用情况",
        "四、前期通报印发后的变动",
    ]
    received, completion, outlets, changes = map(grid, opened(facts()).tables[2:])
    assert received[2] == ["乙镇", "12", "0", "0", "0", "12", "2", "0", "1"]
    assert completion[2][:3] == ["乙镇", "工作动态3/5　综合0/1", "50%"]
    assert outlets[2] == ["常州日报", "三类", "2", "甲镇（1）、乙镇（1）"]
    assert changes[1][2:] == ["30", "42", "+12", "稿件被新华日报录用"]


def test_gaps_are_left_for_people_and_vanish_when_filled(facts):
    gap = "（文号：〔　　〕　　号）"
    assert gap in paragraphs(facts())
    assert "（待盖章）" in "".join(paragraphs(facts()))
    numbered = paragraphs(facts(number="某应急〔2022〕9号"))
    assert "某应急〔2022〕9号" in numbered
    assert gap not in numbered


def test_the_addressees_stand_letter_for_letter(facts):
    written = "各镇（街道、开发区）应急管理局，局各科室、大队"
    assert f"{written}：" in paragraphs(facts(addressees=written))


def test_the_imprint_stands_at_the_end_where_somebody_issues_it(facts):
    imprint = opened(facts(copied_to="区委宣传部", issuer="某局办公室")).tables[-1]
    assert grid(imprint) == [
        ["抄送：区委宣传部。"] * 2,
        ["某局办公室", "2022年4月6日印发"],
    ]
    place = imprint._tblPr.find(qn("w:tblpPr"))  # on the lower edge of the type area
    assert (place.get(qn("w:vertAnchor")), place.get(qn("w:tblpYSpec"))) == ("margin", "bottom")
    assert len(opened(facts()).tables) == len(opened(facts(issuer="某局")).tables) - 1
    assert grid(opened(facts(issuer="某局")).tables[-1]) == [["某局", "2022年4月6日印发"]]


def test_heads_break_where_they_read_and_names_of_two_units_between_them(facts):
    assert wrapped("积分总计", 12.6) == "积分\n总计"  # alone three and one, in a wider column
    assert wrapped("积分总计", 11.2) == "积分总计"  # two and two by itself, wider or not
    assert wrapped("综合性文章/约稿", 18.8) == "综合性\n文章/\n约稿"
    assert wrapped("综合性原创文章", 13.2) == "综合性\n原创\n文章"
    office = TableRow("调查减灾科、火灾防治科", OFFICES, (1, 0), (0,) * 5, 0, 1, 1)
    cell = opened(facts(offices=(office,))).tables[1].rows[2].cells[0]
    assert cell.text == "调查减灾科、火灾防治科"
    room = cell.width.pt - 114 / 20 - cell.paragraphs[0].paragraph_format.right_indent.pt
    assert 6 * 12 < room < 7 * 12


@pytest.mark.parametrize("yearly", [False, True])
def test_no_head_breaks_within_a_word_whatever_font_the_reader_has(yearly):
    words = {
        "单位",
        "工作动态/",
        "舆情",
        "综合性",
        "文章/",
        "综合性文章/",
        "约稿",
        "录用条数",
        "排名",
    }
    words |= {"一类", "二类", "三类", "四类", "五类", "更正", "加减分", "任务"}
    words |= {"积分总计", "全年累计", "积分", "总计", "全年", "累计"}
    extra = ("correction", "by_hand", "by_rule")
    for several in itertools.chain(*(itertools.combinations(extra, many) for many in range(4))):
        made = Document(io.BytesIO(blank(default_provisions(), yearly=yearly, beside=several)))
        fit = NARROW if several else WIDE
        for cell in [cell for row in made.tables[0].rows[:2] for cell in row.cells]:
            room = cell.width.pt - 2 * fit.margin / 20
            for stroke in (0.28, 0.34, 0.5):  # of a character: Times, DejaVu, 黑体
                for border in (0, 0.5):  # points that LibreOffice takes off a column
                    lines = broken(cell.text, (room - border) / fit.size, stroke)
                    assert set(lines) <= words, several


def broken(head, room, stroke):
    """Break a head as a word processor does: lines as full as they go, none begins with a stroke."""
    lines = []
    for part in head.split("\n"):
        kept = ""
        for piece in re.findall("./?", part):
            if kept and sum(stroke if one == "/" else 1 for one in kept + piece) > room:
                lines.append(kept)
                kept = ""
            kept += piece
        lines.append(kept)
    return lines


def test_the_last_paragraph_goes_with_what_is_signed(facts):
    said = [one for one in opened(facts()).paragraphs if one.text]
    place = next(index for index, one in enumerate(said) if one.text.startswith("附件：1"))
    assert said[place - 1].paragraph_format.keep_with_next


def test_a_whole_year_has_no_second_column_of_the_year(facts):
    heads = grid(opened(facts(period="2022")).tables[0])[0]
    assert "全年累计" not in heads
    assert "积分总计" in [head.replace("\n", "") for head in heads]


def test_the_first_rows_keep_with_the_head_and_the_last_with_one_another(facts):
    row = facts().groups[0][1][0]
    rows = tuple(replace(row, unit=f"第{number}镇") for number in range(1, 31))
    table = opened(facts(towns=rows)).tables[0]
    kept = [
        all(p.paragraph_format.keep_with_next for cell in line.cells for p in cell.paragraphs)
        for line in table.rows
    ]
    assert kept[:4] == [True, True, True, False]
    assert kept[-5:] == [False, True, True, True, True]  # and the last with the note below


def test_a_year_leaves_room_for_the_bonus_and_tells_a_sanction(facts):
    year = facts(period="2022", bonuses=(Bonus("甲镇", "3"), Bonus("乙镇", "9", cancelled=True)))
    bonuses = grid(opened(year).tables[-1])
    assert [row[-1] for row in bonuses] == ["附加分", "3", "取消", *["（待填）"] * 3]


@pytest.mark.parametrize("period", ["2022-W10", "2022-03", "2022Q1", "2022H1", "2022"])
def test_every_length_of_period_has_its_notice(facts, empty, period):
    for made in (facts(period=period), empty(period=period)):
        assert made.period.label in opened(made).core_properties.title
        assert len(opened(made).tables) >= 3


def test_an_office_of_one_group_has_one_table(facts):
    said = paragraphs(facts(offices=()))
    assert "附件2" in said
    assert "附件3" not in said


@pytest.mark.parametrize("name", HOSTILE)
def test_what_strangers_write_stays_text(facts, name):
    full = facts()
    row = full.groups[0][1][0]
    changed = type(row)(name, *(getattr(row, field) for field in row.__slots__[1:]))
    made = opened(facts(towns=(changed, *full.groups[0][1][1:]), office=name, addressees=name))
    kept = name.replace("\x00", "").replace("\x0b", "").replace("\ud800", "")
    assert grid(made.tables[0])[2][0] == kept
    assert f"{kept}：" in [paragraph.text for paragraph in made.paragraphs]
    assert made.core_properties.author == kept
    assert len(made.tables) == len(opened(full).tables)


def test_the_page_is_that_of_the_standard(facts):
    made = opened(facts())
    section = made.sections[0]
    for found, wanted in (
        (section.page_width, 210),
        (section.page_height, 297),
        (section.top_margin, 37),
        (section.bottom_margin, 35),
        (section.left_margin, 28),
        (section.right_margin, 26),
    ):
        assert abs(found - Mm(wanted)) < Mm(0.1)
    for style, font, size in (
        ("公文标题", "方正小标宋_GBK", 22),
        ("公文正文", "仿宋_GB2312", 16),
        ("一级标题", "黑体", 16),
        ("二级标题", "楷体_GB2312", 16),
        ("页码", "宋体", 14),
    ):
        found = made.styles[style]
        assert found.element.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) == font
        assert found.font.size.pt == size
    assert made.styles["公文正文"].paragraph_format.line_spacing.pt == 28.95


def test_page_numbers_stand_at_the_outer_corner(facts):
    made = opened(facts())
    assert made.settings.odd_and_even_pages_header_footer
    section = made.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        (paragraph,) = footer.paragraphs
        assert paragraph.text == "— 1 —"
        assert paragraph.style.name == "页码"
        assert paragraph.alignment.name.lower() == side
        assert " PAGE " in [code.text for code in paragraph._p.iter(qn("w:instrText"))]


def test_the_same_facts_give_the_same_bytes(facts):
    assert document(facts()) == document(facts())


def test_the_template_is_the_one_that_its_maker_makes():
    with (
        zipfile.ZipFile(io.BytesIO(shipped())) as kept,
        zipfile.ZipFile(io.BytesIO(blank(default_provisions()))) as made,
    ):
        assert kept.namelist() == made.namelist()
        for name in kept.namelist():
            assert kept.read(name) == made.read(name), name


def test_an_office_can_use_a_template_of_its_own(facts):
    own = Document()
    own.add_paragraph("{{ title }}")
    own.add_paragraph("{{ lead }}")
    packed = io.BytesIO()
    own.save(packed)
    made = opened(facts(), packed.getvalue())
    assert [paragraph.text for paragraph in made.paragraphs][1] == (
        "根据信息宣传工作有关规定，我们对2022年第一季度（2022年1月1日至3月31日）各单位"
        "信息报送和录用情况进行了统计。现将有关情况通报如下："
    )


@pytest.mark.parametrize(
    "tag",
    ["{{ unknown }}", "{{ title", "{% if %}", "{{ 1 + title }}", "{{ title.__class__.mro() }}"],
)
def test_a_template_that_cannot_be_filled_is_told_in_chinese(facts, tag):
    own = Document()
    own.add_paragraph(tag)
    packed = io.BytesIO()
    own.save(packed)
    with pytest.raises(BadTemplate, match="通报模板无法使用"):
        document(facts(), packed.getvalue())


@pytest.mark.parametrize("template", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_a_template_that_is_no_document_is_told_in_chinese(facts, template):
    with pytest.raises(BadTemplate, match="通报模板无法使用"):
        document(facts(), template)


def test_the_template_tells_every_word_it_uses():
    words = DocxTemplate(io.BytesIO(shipped())).get_undeclared_template_variables()
    assert {"title", "lead", "overview", "problems", "requirements", "tables", "annex"} <= words
