"""Pages of a PDF as pictures: of scanned ones, which hold nothing else. Rendered by PDFium."""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2
from PIL import Image as Pillow

from parsers import mediatypes
from parsers.types import File

MAX_PIXELS = 12_000_000
"""Whatever shape a page has, it is drawn no larger."""


def claims(file: File) -> bool:
    """PDF documents, by their content."""
    return file.media_type == mediatypes.PDF


def pages(data: bytes, edge: int, most: int) -> Iterator[Pillow.Image]:
    """
    Yield the first `most` pages as RGB, the longer side `edge` pixels.

    What PDFium cannot draw is left out; of a document that it cannot open there are none.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return
    try:
        for number in range(min(most, len(document))):
            drawn = _drawn(document, number, edge)
            if drawn is not None:
                yield drawn
    finally:
        document.close()


def _drawn(document: pypdfium2.PdfDocument, number: int, edge: int) -> Pillow.Image | None:
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return None
    try:
        width, height = page.get_size()
        if min(width, height) < 1:
            return None
        scale = edge / max(width, height)
        scale = min(scale, (MAX_PIXELS / (width * height)) ** 0.5)
        bitmap = page.render(scale=scale, may_draw_forms=False)
        try:
            drawn: Pillow.Image = bitmap.to_pil().convert("RGB")
            return drawn
        finally:
            bitmap.close()
    except (pypdfium2.PdfiumError, ValueError):
        return None
    finally:
        page.close()
