"""
Articles as .docx in the house style: one alone, or several with their contents. Pure.

The layout is the template's (`templates/article.docx`, or the office's own), the words and the pictures are
the drafts'. What strangers wrote is text and never a tag.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, time
from importlib import resources
from typing import Any

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from notifier.notice.document import UNUSABLE, BadTemplate, escaped, with_one_time_stamp
from notifier.notice.text import legal
from notifier.publication.facts import Article, Block, Picture

NAME = "article.docx"
"""Of the template, ours and the office's own."""

VALUES = ("heading", "contents", "articles")
ARTICLE = (
    *("number", "title", "unit", "byline", "author", "reviewer", "source", "day"),
    *("other_page", "anchor", "page", "blocks"),
)
BLOCK = ("text", "picture", "caption", "trouble")
"""What a template may ask for: at the top, of an article, of a block of it."""

MAX_WIDTH, MAX_HEIGHT = 150.0, 105.0
"""Millimetres that a picture may take up of the type area of 156 × 225: two landscape ones on a page."""

DOTS_PER_MM = 150 / 25.4
"""A small picture is not blown up beyond this."""


def document(
    articles: Sequence[Article], heading: str, office: str, template: bytes | None = None
) -> bytes:
    """
    Make the .docx; the same articles give the same bytes. Several get a page of contents.

    Args:    `heading`: above the contents, and the title in the file's properties.
             `template`: the office's own, else ours.
    Raises:  BadTemplate for a template that is no .docx or whose tags cannot be filled.
    """
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=escaped)
    try:
        filled = DocxTemplate(io.BytesIO(shipped() if template is None else template))
        values = {
            "heading": heading,
            "contents": len(articles) > 1,
            "articles": [
                _article(filled, number, one, len(articles) > 1)
                for number, one in enumerate(articles, start=1)
            ],
        }
        filled.render(values, environment, autoescape=True)
    except UNUSABLE as error:
        raise BadTemplate(
            f"出稿模板 {NAME} 无法使用：{error}。请检查模板里的标记，或改用自带的模板。"
        ) from error
    core = filled.docx.core_properties
    core.title, core.author = legal(heading)[:255], legal(office)[:255]
    core.created = core.modified = datetime.combine(max(one.day for one in articles), time())
    out = io.BytesIO()
    filled.save(out)
    return with_one_time_stamp(out.getvalue())


def shipped() -> bytes:
    """Read our own template, for an office to start from."""
    return (resources.files("notifier") / "templates" / NAME).read_bytes()


def _article(filled: DocxTemplate, number: int, one: Article, of_several: bool) -> dict[str, Any]:
    return {
        "number": number,
        "title": one.title or "（没有标题）",
        "unit": one.unit or "单位待定",
        "byline": one.byline,
        "author": one.author,
        "reviewer": one.reviewer,
        "source": source(one),
        "day": one.day.isoformat(),
        "other_page": of_several,
        "anchor": _anchor(number) if of_several else "",
        "page": _page_of(number),
        "blocks": [_block(filled, block) for block in one.blocks],
    }


def source(one: Article) -> str:
    """Say at the end who sent it and who looked through it."""
    parts = [f"来源：{one.unit}"] * bool(one.unit)
    parts += [f"作者：{one.author}"] * bool(one.author) + [f"审核：{one.reviewer}"] * bool(
        one.reviewer
    )
    return f"（{'　'.join(parts)}）" if parts else ""


def _block(filled: DocxTemplate, block: Block) -> dict[str, Any]:
    picture = block.picture
    if picture is None:
        return {"text": block.text, "picture": "", "caption": "", "trouble": ""}
    trouble = f"（{picture.name}：{picture.trouble}）" if picture.trouble else ""
    image = _image(filled, picture) if picture.small else ""
    return {"text": "", "picture": image, "caption": picture.caption, "trouble": trouble}


def _image(filled: DocxTemplate, picture: Picture) -> InlineImage:
    width, height = size_in_mm(picture.width, picture.height)
    return InlineImage(filled, io.BytesIO(picture.small), width=Mm(width), height=Mm(height))


def size_in_mm(width: int, height: int) -> tuple[float, float]:
    """Fit a picture of so many pixels into the type area."""
    scale = min(MAX_WIDTH / width, MAX_HEIGHT / height, 1 / DOTS_PER_MM)
    return max(1.0, width * scale), max(1.0, height * scale)


def _anchor(number: int) -> Markup:
    """Mark the place that the contents lead to (ECMA-376-1 17.13.6)."""
    return Markup(
        f'<w:bookmarkStart w:id="{number}" w:name="_Toc{number:06}"/><w:bookmarkEnd w:id="{number}"/>'
    )


def _page_of(number: int) -> Markup:
    """
    Refer to an article's page: a field that Word, WPS and LibreOffice fill when they open the file.

    Source: ECMA-376-1 17.16.5.38 (PAGEREF), 17.16.18 (w:dirty).
    """
    run = "<w:r>{}</w:r>"
    return Markup(
        "".join(
            run.format(part)
            for part in (
                '<w:fldChar w:fldCharType="begin" w:dirty="true"/>',
                f'<w:instrText xml:space="preserve"> PAGEREF _Toc{number:06} \\h </w:instrText>',
                '<w:fldChar w:fldCharType="separate"/>',
                "<w:t></w:t>",
                '<w:fldChar w:fldCharType="end"/>',
            )
        )
    )
