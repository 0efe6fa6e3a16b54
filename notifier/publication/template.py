"""
The blank that articles are filled into, `templates/article.docx`, in the layout of the notice (GB/T 9704).

It is made here once, then edited by staff in Word or WPS. Written anew by:

    python -m notifier.publication.template notifier/templates/article.docx
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from notifier.notice import template_layout as layout
from notifier.notice.template_layout import element, put

TYPE_AREA = 156
"""Millimetres between the margins."""

_CENTRE = WD_ALIGN_PARAGRAPH.CENTER


def blank() -> bytes:
    """Make the template. The same program gives the same text; the bytes vary with the zip's time stamps."""
    document = Document()
    layout.set_page(document)
    layout.add_styles(document)
    layout.add_page_numbers(document)
    _styles(document)
    _contents(document)
    _articles(document)
    core = document.core_properties
    core.title, core.author, core.comments = "出稿", "", ""
    core.created = core.modified = datetime(2022, 1, 1, tzinfo=UTC)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _styles(document: Docx) -> None:
    """Add what a notice has no need of: pictures, captions, by-lines, contents."""
    title = _add(document, "稿件标题", layout.TITLE, 22, spacing=36, keep=True)
    put(title.element, element("w:outlineLvl", val=0))
    title.paragraph_format.space_after = Pt(6)
    other_page = _add(document, "稿件标题（另页）", layout.TITLE, 22, spacing=36, keep=True)
    put(other_page.element, element("w:outlineLvl", val=0))
    other_page.paragraph_format.page_break_before = True
    other_page.paragraph_format.space_after = Pt(6)
    byline = _add(document, "稿件署名", layout.SECOND, 14, spacing=24, keep=True)
    byline.paragraph_format.space_after = Pt(10)
    picture = _add(document, "图片", layout.BODY, 12, spacing=0, keep=True)
    picture.paragraph_format.space_before = picture.paragraph_format.space_after = Pt(4)
    caption = _add(document, "图注", layout.SECOND, 12, spacing=18)
    caption.paragraph_format.space_after = Pt(6)
    gap = _add(document, "缺图说明", layout.SECOND, 12, spacing=18)
    gap.font.color.rgb = RGBColor(0xB0, 0x1E, 0x1E)
    source = _add(document, "稿件来源", layout.SECOND, 14, spacing=24)
    source.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    source.paragraph_format.space_before = Pt(8)
    _add(
        document, "目录标题", layout.TITLE, 22, spacing=36, keep=True
    ).paragraph_format.space_after = Pt(10)
    entry = _add(document, "目录行", layout.BODY, 14, spacing=26)
    entry.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
    entry.paragraph_format.left_indent, entry.paragraph_format.first_line_indent = Mm(8), Mm(-8)
    entry.paragraph_format.right_indent = Mm(12)
    entry.paragraph_format.tab_stops.add_tab_stop(
        Mm(TYPE_AREA), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
    )


def _add(
    document: Docx, name: str, font: str, size: float, *, spacing: float, keep: bool = False
) -> ParagraphStyle:
    """Add a centred style; `spacing` 0: a line is as high as what stands in it, a picture perhaps."""
    style = layout.add_style(
        document, name, font, size, align=_CENTRE, spacing=spacing or 1, keep=keep, grid=False
    )
    if not spacing:
        style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    return style


def _contents(document: Docx) -> None:
    _line(document, "{%p if contents %}")
    _line(document, "{{ heading }}", "目录标题")
    _line(document, "{%p for article in articles %}")
    _line(
        document,
        "{{ article.number }}．{{ article.title }}（{{ article.unit }}）\t",
        "目录行",
        "{{r article.page }}",
    )
    _line(document, "{%p endfor %}")
    _line(document, "{%p endif %}")


def _articles(document: Docx) -> None:
    _line(document, "{%p for article in articles %}")
    _line(document, "{%p if article.other_page %}")
    _line(document, "{{ article.title }}", "稿件标题（另页）", before="{{r article.anchor }}")
    _line(document, "{%p else %}")
    _line(document, "{{ article.title }}", "稿件标题", before="{{r article.anchor }}")
    _line(document, "{%p endif %}")
    _line(document, "{%p if article.byline %}")
    _line(document, "{{ article.byline }}", "稿件署名")
    _line(document, "{%p endif %}")
    _line(document, "{%p for block in article.blocks %}")
    _line(document, "{%p if block.picture %}")
    _line(document, "{{ block.picture }}", "图片")
    _line(document, "{%p endif %}")
    _line(document, "{%p if block.trouble %}")
    _line(document, "{{ block.trouble }}", "缺图说明")
    _line(document, "{%p endif %}")
    _line(document, "{%p if block.caption %}")
    _line(document, "{{ block.caption }}", "图注")
    _line(document, "{%p endif %}")
    _line(document, "{%p if block.text %}")
    _line(document, "{{ block.text }}", "公文正文")
    _line(document, "{%p endif %}")
    _line(document, "{%p endfor %}")
    _line(document, "{%p if article.source %}")
    _line(document, "{{ article.source }}", "稿件来源")
    _line(document, "{%p endif %}")
    _line(document, "{%p endfor %}")


def _line(
    document: Docx, text: str, style: str = "公文正文", behind: str = "", before: str = ""
) -> None:
    paragraph = document.add_paragraph("", style=style)
    for run in (before, text, behind):
        if run:
            paragraph.add_run(run)


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(blank())
