"""Blanks that a layout needs are none; blanks between two names are."""

from __future__ import annotations

import io

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

import parsers
from parsers.charsets import unify_ideographs
from parsers.documents.pdf_gaps import is_set_apart
from parsers.types import File, Limits, ResourceBudget, Text


def printed(*lines: tuple[str, float]) -> bytes:
    """Lines with the space, in points, that is put between their characters."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.setFont("STSong-Light", 16)
    for number, (line, space) in enumerate(lines):
        canvas.drawString(40, 760 - 28 * number, line, charSpace=space)
    canvas.save()
    return buffer.getvalue()


def read(*lines: tuple[str, float]) -> list[str]:
    budget = ResourceBudget(Limits())
    (text,) = parsers.read([File("稿件.pdf", printed(*lines))], budget)
    assert isinstance(text, Text)
    return list(text.paragraphs)


@pytest.mark.parametrize("space", [0.0, 4.0, 8.0, 14.0])
def test_a_title_set_wide_is_read_without_blanks(space: float) -> None:
    assert read(("湖塘镇开展危化品企业检查", space))[0] == "湖塘镇开展危化品企业检查"


@pytest.mark.parametrize("space", [0.0, 4.0, 8.0])
def test_the_blank_between_two_names_stays(space: float) -> None:
    line = read(("通讯员 李建华 王芳", space))[0]
    assert line.split() == ["通讯员", "李建华", "王芳"]


def test_a_blank_that_somebody_typed_stays_in_a_line_of_usual_spacing() -> None:
    assert read(("图 李建华摄 供稿单位", 0))[0].split() == ["图", "李建华摄", "供稿单位"]


def test_only_blanks_between_hanzi_are_measured() -> None:
    assert is_set_apart("湖 塘")
    assert not is_set_apart("湖塘 3 月 a")


def test_radicals_and_compatibility_ideographs_become_hanzi() -> None:
    assert unify_ideographs("3⽉7⽇，⼀⼆三⻋⻔⻢⻰\uf9e1") == "3月7日，一二三车门马龙\u674e"
    assert unify_ideographs("ＡＢ①㎡（3月）") == "ＡＢ①㎡（3月）"
