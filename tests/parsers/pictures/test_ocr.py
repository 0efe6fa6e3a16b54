"""The recogniser itself, on one page. Slow, so that all else is tested without it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from parsers.pictures import ocr, ocr_layout
from tests import paper

LINES = [
    "　　　湖塘镇开展燃气安全检查",
    "　　3月5日，湖塘镇应急管理局开展检查，查出",
    "隐患12处，均已责令整改。",
    "　　　撰稿：张三　审核：李四",
]


needs_ocr = pytest.mark.skipif(not ocr.available(), reason="the extra `ocr` is not installed")


@needs_ocr
def test_a_printed_page_lying_on_its_side_is_read() -> None:
    page = paper.page(LINES, (800, 420)).rotate(90, expand=True)
    lines = ocr_layout.lines(ocr.reader()(page), page.width, page.height)
    assert ocr_layout.paragraphs([lines])[0] == [
        "湖塘镇开展燃气安全检查",
        "3月5日，湖塘镇应急管理局开展检查，查出隐患12处，均已责令整改。",
        "撰稿：张三　审核：李四",
    ]


class _Engine:
    """A recogniser whose classifier is wrong of a line, and which cannot read one of them upright."""

    def __init__(self, labels: list[str], texts: dict[int, tuple[str, str]]) -> None:
        self.labels, self.texts = labels, texts

    def preprocess_img(self, page: np.ndarray) -> tuple[np.ndarray, dict[str, object]]:
        return page, {}

    def detect_and_crop(self, page: np.ndarray, _record: object) -> tuple[list[np.ndarray], object]:
        """Lines of 300 × 20 pixels; the first pixel of each is its number, the last one 255."""
        crops = []
        for number in range(len(self.labels)):
            crop = np.zeros((20, 300, 3), np.uint8)
            crop[0, 0], crop[-1, -1] = number + 1, 255
            crops.append(crop)
        boxes = [
            [(0, n * 30), (300, n * 30), (300, n * 30 + 20), (0, n * 30 + 20)]
            for n in range(len(crops))
        ]
        return crops, SimpleNamespace(boxes=boxes)

    def cls_and_rotate(self, crops: list[np.ndarray]) -> tuple[list[np.ndarray], object]:
        return crops, SimpleNamespace(
            cls_res=[(label, 0.99) for label in self.labels[: len(crops)]]
        )

    def recognize_txt(self, crops: list[np.ndarray]) -> object:
        said = []
        for crop in crops:
            turned = int(crop[0, 0, 0] == 255)
            number = int((crop[-1, -1] if turned else crop[0, 0])[0])
            said.append(self.texts[number][turned])
        return SimpleNamespace(txts=said, scores=[0.9] * len(said))


LINE = "湖塘镇应急管理局开展检查查出"


@needs_ocr
def test_a_single_line_that_is_taken_to_stand_on_its_head_does_not_disappear() -> None:
    engine = _Engine(["0", "180", *["0"] * 10], dict.fromkeys(range(1, 13), (LINE, "一")))
    words = ocr._words(engine, paper.page([], (400, 400)))
    assert [word.text for word in words] == [LINE] * 12
    assert not any(word.flipped or word.lost for word in words)


@needs_ocr
def test_a_page_on_its_head_is_turned_by_the_vote_of_all_its_lines() -> None:
    engine = _Engine(["180"] * 11 + ["0"], dict.fromkeys(range(1, 13), ("一", LINE)))
    words = ocr._words(engine, paper.page([], (400, 400)))
    assert [word.text for word in words] == [LINE] * 12
    assert all(word.flipped for word in words)


@needs_ocr
def test_a_wide_line_that_gives_one_character_is_tried_again_and_then_marked() -> None:
    texts = {1: (LINE, "一"), 2: ("一", LINE), 3: ("一", "二")}
    words = ocr._words(_Engine(["0"] * 3, texts), paper.page([], (400, 400)))
    assert [(word.text, word.lost) for word in words] == [(LINE, False), (LINE, False), ("", True)]
    assert words[2].marked == ocr_layout.LOST
