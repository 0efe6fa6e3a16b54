"""A long screenshot is cut into strips between its lines; nothing of it is lost or doubled."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from parsers.pictures import page_detection, page_strips
from parsers.types import File
from tests import paper

LINES = [f"第{number:02}行：网民反映某路段夜间施工扬尘扰民" for number in range(60)]
MOST = 120_000_000


def screenshot() -> Image.Image:
    return paper.page(LINES, (1080, 60 * 48 + 400), 28)


def test_strips_are_of_a_pages_shape_and_together_the_whole() -> None:
    whole = screenshot()
    strips = list(page_strips.strips(whole))
    assert len(strips) == 2
    assert all(strip.height <= 1.9 * strip.width for strip in strips)
    together = np.concatenate([np.asarray(strip) for strip in strips])
    assert (together == np.asarray(whole)).all()


def test_no_line_is_cut_through() -> None:
    for strip in list(page_strips.strips(screenshot()))[:-1]:
        assert (np.asarray(strip.convert("L"))[-2:] > 200).all()


def test_an_ordinary_page_is_one_strip() -> None:
    page = paper.page(LINES[:5])
    assert list(page_strips.strips(page)) == [page]


@pytest.mark.parametrize("size", [(1, 10), (1080, 40_000), (5, 5000)])
def test_whatever_its_shape_a_picture_gives_few_strips(size: tuple[int, int]) -> None:
    assert len(list(page_strips.strips(Image.new("RGB", size)))) <= page_strips.MAX_STRIPS


def test_a_long_screenshot_is_read_at_its_own_width() -> None:
    out = paper.jpeg(screenshot())
    file = File("截图.jpg", out, "image/jpeg")
    assert [page.width for page in page_detection.pages(file, 9, MOST)] == [1080, 1080]
    assert page_detection.is_page(file, MOST)
