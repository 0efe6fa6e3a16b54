"""Whether a picture shows a page of text, told without recognising anything."""

from __future__ import annotations

import random

import pytest
from PIL import Image, ImageFilter

from parsers import mediatypes
from parsers.pictures import page_detection
from parsers.types import File
from tests import paper

BODY = "3月5日，湖塘镇应急管理局组织执法人员对辖区内餐饮场所开展燃气安全专项检查。"
LINES = [BODY[:22]] * 14
MOST = 120_000_000


def photographed(page: Image.Image) -> Image.Image:
    """The page on a brown desk, askew, in uneven light, a little blurred and grainy."""
    desk = Image.new("RGB", (1400, 1800), (120, 96, 72))
    lying = page.rotate(2.5, expand=True, fillcolor=(120, 96, 72))
    desk.paste(lying, (180, 200))
    light = Image.linear_gradient("L").resize(desk.size).point(lambda value: 170 + value // 3)
    dimmed = Image.composite(desk, Image.new("RGB", desk.size, (40, 40, 40)), light)
    grain = Image.effect_noise(desk.size, 20).convert("RGB")
    return Image.blend(dimmed, grain, 0.08).filter(ImageFilter.GaussianBlur(0.8))


def scene(seed: int) -> Image.Image:
    """Blots of all sizes and shades under a bright sky: nothing of it is paper or print."""
    dice = random.Random(seed)
    picture = Image.new("RGB", (1200, 800), (200, 215, 235))
    for _ in range(400):
        size, shade = dice.randrange(10, 200), dice.randrange(20, 200)
        at = (dice.randrange(1200), dice.randrange(250, 800))
        picture.paste((shade, shade - 10, shade - 20), (*at, at[0] + size, at[1] + size // 2))
    return Image.blend(picture, Image.effect_noise(picture.size, 40).convert("RGB"), 0.25)


def test_a_clean_page_a_photographed_page_and_one_with_few_lines_are_pages() -> None:
    whole = paper.page(LINES)
    assert page_detection.shows_page(whole)
    assert page_detection.shows_page(photographed(whole))
    assert page_detection.shows_page(paper.page(LINES[:3]))
    assert page_detection.shows_page(whole.rotate(90, expand=True))


@pytest.mark.parametrize("seed", range(6))
def test_scenes_are_none(seed: int) -> None:
    assert not page_detection.shows_page(scene(seed))


@pytest.mark.parametrize("colour", ["white", "black", (120, 90, 60)])
def test_an_empty_picture_is_none(colour: str) -> None:
    assert not page_detection.shows_page(Image.new("RGB", (900, 1200), colour))
    assert not page_detection.shows_page(Image.new("RGB", (10, 10), colour))


def test_the_pages_of_a_scanned_pdf_are_drawn_up_to_a_bound() -> None:
    page = paper.page(LINES)
    file = File("扫描.pdf", paper.scanned_pdf(page, page, page), mediatypes.PDF)
    drawn = list(page_detection.pages(file, 2, MOST))
    assert [max(one.size) for one in drawn] == [page_detection.READ_EDGE] * 2
    assert page_detection.is_page(file, MOST)
    assert not list(
        page_detection.pages(File("坏.pdf", b"%PDF-1.4 rubbish", mediatypes.PDF), 2, MOST)
    )
