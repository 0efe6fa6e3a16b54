"""The recogniser itself, on one page. Slow, so that all else is tested without it."""

from __future__ import annotations

import pytest

from parsers.pictures import ocr, ocr_layout
from tests import paper

LINES = [
    "　　　湖塘镇开展燃气安全检查",
    "　　3月5日，湖塘镇应急管理局开展检查，查出",
    "隐患12处，均已责令整改。",
    "　　　撰稿：张三　审核：李四",
]


@pytest.mark.skipif(not ocr.available(), reason="the extra `ocr` is not installed")
def test_a_printed_page_lying_on_its_side_is_read() -> None:
    page = paper.page(LINES, (800, 420)).rotate(90, expand=True)
    lines = ocr_layout.lines(ocr.reader()(page), page.width, page.height)
    assert ocr_layout.paragraphs([lines])[0] == [
        "湖塘镇开展燃气安全检查",
        "3月5日，湖塘镇应急管理局开展检查，查出隐患12处，均已责令整改。",
        "撰稿：张三　审核：李四",
    ]
