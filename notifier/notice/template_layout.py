"""
The page and the styles of the blank notice, by GB/T 9704-2012.

A4, type area 156 mm × 225 mm (5.2), 22 lines of 28 characters of 3号 (16 pt) 仿宋 (5.2.3), title 2号
小标宋, headings 黑体 and 楷体 (7.3), page number 4号 宋体 at the outside corner (7.5).
"""

from __future__ import annotations

from typing import Any

from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle

BODY, TITLE, FIRST, SECOND, FOLIO = "仿宋_GB2312", "方正小标宋_GBK", "黑体", "楷体_GB2312", "宋体"

LINE = 28.95
"""Line spacing in points: 22 lines fill the 225 mm of the type area."""

PITCH = 156 / 25.4 * 72 / 28
"""Width of a character cell in points: 28 fill the 156 mm of the type area."""

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

ORDER = (
    *(
        "w:pStyle",
        "w:keepNext",
        "w:keepLines",
        "w:pageBreakBefore",
        "w:framePr",
        "w:widowControl",
        "w:pBdr",
    ),
    "w:tabs",
    *(
        "w:autoSpaceDE",
        "w:autoSpaceDN",
        "w:snapToGrid",
        "w:spacing",
        "w:ind",
        "w:jc",
        "w:outlineLvl",
    ),
    "w:rPr",
)
"""Properties of a paragraph in the order of ECMA-376 17.3.1.26, as far as they are used here."""

TIGHT = -5
"""Letter spacing of the text in twips: 16 pt type on a pitch of 15.75 pt, rounded down from PITCH."""


def set_page(document: Docx) -> None:
    """Set A4, the margins, and 22 lines of 28 characters (5.1, 5.2)."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance = Mm(15)
    section.footer_distance = Mm(22)  # 7.5: the number's dashes stand 7 mm below the type area
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    # QUIRK: not "linesAndChars": a cell of 15.8 pt is narrower than 16 pt type, and LibreOffice then
    # gives each 字 two cells (14 a line). TIGHT makes the 28 in Word, WPS and LibreOffice alike.
    section._sectPr.append(element("w:docGrid", type="lines", linePitch=round(LINE * 20)))
    document.settings.odd_and_even_pages_header_footer = True


def add_styles(document: Docx) -> None:
    """Add the styles that the template's paragraphs use, by their Chinese names."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    if defaults is not None:
        document.styles.element.remove(defaults)
    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    _dress(normal, BODY, 16)
    language = normal.element.get_or_add_rPr()
    language.append(element("w:lang", val="en-US", eastAsia="zh-CN"))
    for switch in ("w:autoSpaceDE", "w:autoSpaceDN"):  # figures must not push 字 off the grid
        put(normal.element, element(switch, val="0"))
    for name, spacing, after in (("公文标题", 36, 0), ("附表标题", 34, 6)):
        # QUIRK: off the grid, or LibreOffice makes each line of a title two lines high
        add_style(
            *(document, name, TITLE, 22),
            align=WD_ALIGN_PARAGRAPH.CENTER,
            spacing=spacing,
            after=after,
            grid=False,
        )
    add_style(document, "文号", BODY, 16, align=WD_ALIGN_PARAGRAPH.CENTER)
    add_style(document, "主送", BODY, 16)
    add_style(document, "公文正文", BODY, 16, indent=True)
    notes = add_style(document, "附件说明", BODY, 16, keep=True)
    left, hanging = round(6.5 * PITCH * 20), round(4.5 * PITCH * 20)  # below the title's first 字
    put(
        notes.element,
        element("w:ind", leftChars=650, left=left, hangingChars=450, hanging=hanging),
    )
    add_style(document, "一级标题", FIRST, 16, indent=True, keep=True)
    add_style(document, "二级标题", SECOND, 16, indent=True, keep=True)
    signature = add_style(document, "落款", BODY, 16, keep=True)
    # 7.3.5: 署名 and date share an axis; the date ends four characters before the right edge
    tabs = OxmlElement("w:tabs")
    tabs.append(element("w:tab", val="center", pos=round(21 * PITCH * 20)))
    put(signature.element, tabs)
    add_style(document, "落款（长）", BODY, 16, align=WD_ALIGN_PARAGRAPH.RIGHT, keep=True)
    add_style(document, "附件标记", FIRST, 16, page_break=True)
    add_style(document, "附表小标题", FIRST, 14, keep=True, spacing=24, before=8, after=4)
    for name, size in (("表头", 10.5), ("表头（窄）", 9)):
        add_style(
            document, name, FIRST, size, align=WD_ALIGN_PARAGRAPH.CENTER, spacing=15, grid=False
        )
    add_style(document, "表格文字", BODY, 12, align=WD_ALIGN_PARAGRAPH.LEFT, spacing=16, grid=False)
    add_style(
        document, "表格数字", BODY, 12, align=WD_ALIGN_PARAGRAPH.CENTER, spacing=16, grid=False
    )
    add_style(document, "表注", BODY, 11, spacing=16, before=4, grid=False)
    # 7.4: 4号仿宋 between lines, one character from either edge, the day at the right
    for name, align in (
        ("版记", WD_ALIGN_PARAGRAPH.LEFT),
        ("版记（日期）", WD_ALIGN_PARAGRAPH.RIGHT),
    ):
        imprint = add_style(document, name, BODY, 14, align=align, spacing=24, grid=False)
        put(imprint.element, element("w:ind", left=280, right=280))
    add_style(document, "文末", BODY, 1, spacing=1, grid=False)
    add_style(document, "页码", FOLIO, 14, spacing=18, grid=False)


def add_page_numbers(document: Docx) -> None:
    """Write page numbers "— 1 —": odd pages right, even pages left, one character from the edge (7.5)."""
    section = document.sections[0]
    for footer, align, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "right"),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "left"),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["页码"]
        paragraph.alignment = align
        put(paragraph._p, element("w:ind", **{f"{side}Chars": "100", side: "280"}))
        paragraph.add_run("— ")
        for kind in ("begin", "instr", "separate", "1", "end"):
            run = paragraph.add_run()
            if kind == "instr":
                code = OxmlElement("w:instrText")
                code.text = " PAGE "
                run._r.append(code)
            elif kind == "1":
                run.text = "1"
            else:
                run._r.append(element("w:fldChar", fldCharType=kind))
        paragraph.add_run(" —")


def element(tag: str, **attributes: object) -> Any:
    """Make an element of WordprocessingML; attributes are of its namespace, too."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def put(owner: Any, child: Any) -> None:
    """Put a paragraph property where the schema wants it: Word refuses other orders."""
    tag = child.tag.replace(f"{{{W}}}", "w:")
    properties = owner.get_or_add_pPr()
    properties.insert_element_before(child, *ORDER[ORDER.index(tag) + 1 :])


def add_style(
    document: Docx,
    name: str,
    font: str,
    size: float,
    *,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
    spacing: float = LINE,
    before: float = 0,
    after: float = 0,
    indent: bool = False,
    keep: bool = False,
    page_break: bool = False,
    grid: bool = True,
) -> ParagraphStyle:
    """Add a paragraph's style; sizes and `spacing` between lines in points."""
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    _dress(style, font, size, spacing)
    form = style.paragraph_format
    form.alignment = align
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.keep_with_next = keep
    form.page_break_before = page_break
    form.widow_control = False  # 22 lines a page, no fewer
    if not grid:
        put(style.element, element("w:snapToGrid", val="0"))
    if indent:
        indentation = element("w:ind", firstLineChars="200", firstLine=round(2 * PITCH * 20))
        put(style.element, indentation)
    return style


def _dress(style: ParagraphStyle, font: str, size: float, spacing: float = LINE) -> None:
    style.font.size = Pt(size)
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    if size == 16:
        properties.insert(0, element("w:spacing", val=TIGHT))
    properties.insert(0, element("w:rFonts", ascii=font, hAnsi=font, eastAsia=font, cs=font))
    style.paragraph_format.line_spacing = Pt(spacing)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
