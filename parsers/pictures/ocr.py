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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image as Pillow

    from parsers.pictures.ocr_layout import Word

MIN_SCORE = 0.5
"""Words recognised with less are left out: mostly stamps, handwriting and things that are no text."""

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

    The steps are taken one by one, since only they tell which words had to be turned.
    """
    import numpy as np

    from parsers.pictures.ocr_layout import (
        Word,  # whoever asks whether the extra is there needs neither
    )

    colours = np.ascontiguousarray(np.asarray(page.convert("RGB"))[:, :, ::-1])
    shrunk, record = engine.preprocess_img(colours)
    boxes, turns, texts, _ = engine.run_ocr_steps(shrunk, record)
    if boxes.boxes is None or texts.txts is None:
        return []
    across, down = page.width / shrunk.shape[1], page.height / shrunk.shape[0]
    turned = turns.cls_res or [("", 0.0)] * len(texts.txts)
    return [
        Word(
            text=text,
            corners=tuple((float(x) * across, float(y) * down) for x, y in box),
            score=float(score),
            flipped="180" in label and sure > _FLIPPED_SCORE,
        )
        for box, (label, sure), text, score in zip(
            boxes.boxes, turned, texts.txts, texts.scores, strict=True
        )
        if score >= MIN_SCORE and text.strip()
    ]
