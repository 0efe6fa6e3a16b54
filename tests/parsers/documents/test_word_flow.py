"""Where pictures stand in a .docx, told in the order in which people see them."""

from __future__ import annotations

import io

import docx.document
from docx import Document
from PIL import Image

from parsers import mediatypes
from parsers.documents.word_flow import PICTURE, TEXT, flow
from parsers.types import File, Limits, ResourceBudget


def png(colour: str) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "PNG")
    out.seek(0)
    return out


def told(document: docx.document.Document) -> list[tuple[str, str]]:
    out = io.BytesIO()
    document.save(out)
    file = File("稿.zip/稿.docx", out.getvalue(), mediatypes.DOCX)
    return list(flow(file, ResourceBudget(Limits())))


def test_pictures_and_paragraphs_come_in_their_order() -> None:
    document = Document()
    document.add_paragraph("标题")
    document.add_picture(png("red"))
    document.add_paragraph("图为现场")
    both = document.add_paragraph()
    both.add_run("前面的字")
    both.add_run().add_picture(png("blue"))
    both.add_run("后面的字")
    document.add_table(1, 1).cell(0, 0).paragraphs[0].add_run().add_picture(png("red"))
    assert told(document) == [
        (TEXT, "标题"),
        (PICTURE, "稿.zip/稿.docx/image1.png"),
        (TEXT, "图为现场"),
        (TEXT, "前面的字"),
        (PICTURE, "稿.zip/稿.docx/image2.png"),
        (TEXT, "后面的字"),
        (PICTURE, "稿.zip/稿.docx/image1.png"),
    ]
