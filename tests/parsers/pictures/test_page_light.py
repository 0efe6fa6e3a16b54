"""Pages in poor light, uneven light or on a dark screen are made black on white, and then are pages."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageOps

from parsers.pictures import page_detection, page_light
from tests import paper
from tests.parsers.pictures.test_page_detection import LINES, photographed, scene


def dim(page: Image.Image) -> Image.Image:
    return photographed(page).point(lambda value: value // 4)


def uneven(page: Image.Image) -> Image.Image:
    light = Image.linear_gradient("L").resize(page.size).point(lambda value: 40 + value // 2)
    return ImageChops.multiply(page, Image.merge("RGB", (light, light, light)))


@pytest.mark.parametrize("taken", [dim, uneven, ImageOps.invert])
def test_whatever_the_light_a_page_is_a_page_and_its_paper_becomes_white(taken: object) -> None:
    page = taken(paper.page(LINES))  # type: ignore[operator]
    assert page_detection.shows_page(page)
    even = np.asarray(page_light.evened(page).convert("L"))
    assert np.median(even[300:900, 300:700]) > 200
    assert even.min() < 120


def test_a_page_in_good_light_stays_as_it_is() -> None:
    page = paper.page(LINES)
    assert page_light.evened(page) is page


@pytest.mark.parametrize("seed", range(4))
def test_a_scene_in_the_dark_is_no_page(seed: int) -> None:
    assert not page_detection.shows_page(scene(seed).point(lambda value: value // 4))


@pytest.mark.parametrize("lines", [1, 3])
def test_a_short_text_in_small_print_on_a_large_picture_is_a_page(lines: int) -> None:
    assert page_detection.shows_page(paper.page(LINES[:lines], (2400, 1800), 30))


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (40, 700)])
def test_tiny_pictures_are_borne(size: tuple[int, int]) -> None:
    assert page_light.evened(Image.new("RGB", size, "black")).size == size
