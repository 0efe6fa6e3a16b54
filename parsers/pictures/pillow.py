"""Pictures opened by Pillow and pillow-heif, and what these raise over bytes that are no sound picture."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/bmp": "BMP",
    "image/webp": "WEBP",
    "image/tiff": "TIFF",
    "image/avif": "AVIF",
}
"""What Pillow may try: none of its plugins that start programs (EPS) or follow links."""

AVIF_BRANDS = (b"avif", b"avis")
"""Of an ISO base media file that Pillow itself opens (AV1 Image File Format 1.1, 8)."""

ERRORS: tuple[type[Exception], ...] = (
    OSError,  # UnidentifiedImageError is one; so is "image file is truncated"
    SyntaxError,  # Pillow's plugins: "not a PNG file"
    Image.DecompressionBombError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    ZeroDivisionError,
    AttributeError,
    RuntimeError,  # libheif, and decoders that are not there
    struct.error,
    zlib.error,
    MemoryError,  # sizes in a header that are no sizes
)
"""What the plugins raise where the numbers of a header lead nowhere."""


class HeifNotInstalled(OSError):
    """The extra `heic` is not installed: the picture cannot be shown, and that is no damage of it."""


def heif(data: bytes) -> Image.Image:
    """Open a HEIC picture, not yet decoded. Raises ERRORS, HeifNotInstalled among them."""
    try:
        from pillow_heif import (
            HeifImageFile,  # the extra `heic`: a large library, GPL-2 in its wheel
        )
    except ImportError as error:
        raise HeifNotInstalled("pillow-heif is not installed") from error

    picture: Image.Image = HeifImageFile(io.BytesIO(data))  # type: ignore[no-untyped-call]
    return picture


def header(data: bytes, media_type: str) -> Image.Image:
    """
    Open a picture of a known type, not yet decoded. Raises ERRORS.

    `Image.open` would look at the size and refuse; the plugin itself reads the head, no more.
    """
    Image.preinit()
    name = FORMATS[media_type]
    if name not in Image.OPEN:
        Image.init()
    picture: Image.Image = Image.OPEN[name][0](io.BytesIO(data), "")
    return picture
