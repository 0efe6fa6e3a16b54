"""
Text recognised in pictures of pages, by RapidOCR (PP-OCR models under onnxruntime).

An extra: without it `available` says no and nothing here may be asked. The models lie in the
package; nothing is fetched. A page takes some 5 s of one core and 0.8 GB of memory.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image as Pillow

    from parsers.pictures.ocr_layout import Word

MIN_SCORE = 0.5
"""Words recognised with less are left out: mostly stamps, handwriting and things that are no text."""

VOTERS = 12
"""The widest lines of a page, which vote on the way up that it lies."""

LONG_LINE = 8.0
"""So many times as wide as high, a box promises so many hanzi."""

SHORT = 0.3
"""Less than this share of the hanzi that a box promises: the line was not read."""

_FLIPPED_SCORE = 0.9
_MODELS = ("*det*.onnx", "*rec*.onnx", "*cls*.onnx")

Reader = Callable[["Pillow.Image"], "list[Word]"]


@functools.cache
def available() -> bool:
    """Whether the extra is installed with its models. Nothing is loaded for that."""
    found = importlib.util.find_spec("rapidocr")
    if found is None or found.origin is None or importlib.util.find_spec("onnxruntime") is None:
        return False
    models = Path(found.origin).parent / "models"
    return all(any(models.glob(pattern)) for pattern in _MODELS)


def reader() -> Reader:
    """Load the models (some seconds); return what reads a page. Raises ImportError without them."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    with _silenced():
        import onnxruntime
        from rapidocr import RapidOCR  # loads OpenCV

        onnxruntime.set_default_logger_severity(4)  # fatal alone
        engine = RapidOCR(
            params={
                "Global.log_level": "critical",
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )
    return functools.partial(_words, engine)


@contextlib.contextmanager
def _silenced() -> Iterator[None]:
    """
    Without what native code says on stderr.

    QUIRK: onnxruntime 1.32 looks for graphics cards and reports home while it is imported, before it
    can be told not to, and complains of walls that hinder it.
    """
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nothing:
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _words(engine: Any, page: Pillow.Image) -> list[Word]:
    """
    Return the words of a page, in the page's own pixels.

    Which way up the page lies is voted on by its widest lines, and then holds for all of them: a
    classifier that is asked of each line turns single ones over, which then disappear.
    """
    import numpy as np
    from rapidocr.main import RapidOCRError

    from parsers.pictures.ocr_layout import (
        Word,  # whoever asks whether the extra is there needs neither
    )

    colours = np.ascontiguousarray(np.asarray(page.convert("RGB"))[:, :, ::-1])
    shrunk, record = engine.preprocess_img(colours)
    try:
        crops, found = engine.detect_and_crop(shrunk, record)
    except RapidOCRError:  # nothing that looks like print
        return []
    flipped = _upside_down(engine, crops)
    crops = [_turned(crop) if flipped else crop for crop in crops]
    read = _read(engine, crops)
    across, down = page.width / shrunk.shape[1], page.height / shrunk.shape[0]
    words = []
    for box, crop, (text, score) in zip(found.boxes, crops, read, strict=True):
        promised = crop.shape[1] / max(1, crop.shape[0])
        if _is_short(text, score, promised):
            text, score = max(
                ((text, score), *_read(engine, [_turned(crop)])),
                key=lambda one: _width(one[0]) * one[1],
            )
        lost = _is_short(text, score, promised)
        if lost or (score >= MIN_SCORE and text.strip()):
            corners = tuple((float(x) * across, float(y) * down) for x, y in box)
            words.append(Word("" if lost else text, corners, float(score), flipped, lost))
    return words


def _read(engine: Any, crops: Sequence[Any]) -> list[tuple[str, float]]:
    read = engine.recognize_txt(list(crops))
    return [(text, float(score)) for text, score in zip(read.txts, read.scores, strict=True)]


def _upside_down(engine: Any, crops: Sequence[Any]) -> bool:
    """Whether the page stands on its head: by the vote of its widest lines, in doubt by reading some."""
    widest = sorted(crops, key=lambda crop: -crop.shape[1] / max(1, crop.shape[0]))[:VOTERS]
    labels = engine.cls_and_rotate(widest)[1].cls_res
    sure = [label for label, score in labels if score > _FLIPPED_SCORE]
    turned = sum("180" in label for label in sure)
    if not sure or turned <= len(sure) * 0.2:
        return False
    if turned >= len(sure) * 0.8 and len(sure) >= 5:
        return True
    some = widest[:3]
    upright, headlong = _read(engine, some), _read(engine, [_turned(crop) for crop in some])

    def weight(read: list[tuple[str, float]]) -> float:
        return sum(_width(text) * score for text, score in read)

    return weight(headlong) > weight(upright)


def _turned(crop: Any) -> Any:
    import numpy as np

    return np.ascontiguousarray(crop[::-1, ::-1])


def _is_short(text: str, score: float, promised: float) -> bool:
    """Whether a line's box promises much more than was read in it."""
    return promised >= LONG_LINE and (_width(text) < SHORT * promised or score < MIN_SCORE)


def _width(text: str) -> float:
    """Characters as wide as hanzi."""
    return sum(0.5 if one.isascii() else 1.0 for one in text)
