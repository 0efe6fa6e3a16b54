"""
Pictures for printing: at full size, turned as they were taken, with nothing of the camera left in them.

A sender's file may tell the place, the day and the telephone that took it, and may be made to harm
whoever opens it: so it is decoded and written anew. Source: Exif 2.32; ICC.1:2022 (colour profiles).
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image as Pillow
from PIL import ImageCms

from parsers.pictures import pillow, thumbnails

QUALITY = 95
"""Of a JPEG that is written once more; with full colour (4:4:4) no eye finds the difference."""

SMALL_EDGE = 1600
"""Pixels of the longer side of the copy that stands in a document: 220 dots an inch on A4."""
SMALL_QUALITY = 85

_LOSSLESS = frozenset({"PNG", "GIF", "BMP"})
"""Screenshots and drawings: written as PNG, the others as JPEG."""


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """
    A picture written anew.

    `content`: all its pixels; `suffix` of that, with its dot; `small`: a JPEG for a document; `width`
    and `height` in pixels, upright.
    """

    content: bytes
    suffix: str
    width: int
    height: int
    small: bytes


def cleaned(data: bytes, most_pixels: int) -> Iterator[CleanPicture]:
    """Yield the picture, or each page of a TIFF; none where it cannot be decoded or is too large."""
    for number in range(_many(data)):
        whole, form = _whole(data, number, most_pixels)
        if whole is not None:
            yield _written(whole, form)


def _many(data: bytes) -> int:
    """Count the pages of a TIFF; anything else that can be opened is one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with thumbnails.opened(data) as picture:
                many = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
    except pillow.ERRORS:
        return 0
    return min(int(many), thumbnails.MAX_FRAMES)


def _whole(data: bytes, number: int, most_pixels: int) -> tuple[Pillow.Image | None, str]:
    """Return all pixels as plain RGB, and the format they came in."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with thumbnails.opened(data) as picture:
                if number:
                    picture.seek(number)
                if picture.width * picture.height > most_pixels:
                    return None, ""
                form, profile = picture.format or "", picture.info.get("icc_profile")
                flat = thumbnails.flat(picture, max(picture.size))
    except pillow.ERRORS:
        return None, ""
    return _in_srgb(flat, profile), form


def _in_srgb(picture: Pillow.Image, profile: object) -> Pillow.Image:
    """Convert from a telephone's wider colours: without its profile a picture would look dull."""
    if isinstance(profile, bytes):
        with contextlib.suppress(ImageCms.PyCMSError, *pillow.ERRORS):
            theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if theirs.profile.xcolor_space.strip() == "RGB":
                ours = ImageCms.createProfile("sRGB")
                changed = ImageCms.profileToProfile(picture, theirs, ours, outputMode="RGB")
                if changed is not None:
                    changed.info.clear()
                    return changed
    return picture


def _written(whole: Pillow.Image, form: str) -> CleanPicture:
    out = io.BytesIO()
    if form in _LOSSLESS:
        whole.save(out, "PNG")
    else:
        whole.save(out, "JPEG", quality=QUALITY, subsampling=0)
    width, height = whole.size
    whole.thumbnail((SMALL_EDGE, SMALL_EDGE), reducing_gap=3.0)
    return CleanPicture(
        out.getvalue(),
        ".png" if form in _LOSSLESS else ".jpg",
        width,
        height,
        thumbnails.jpeg(whole, SMALL_QUALITY),
    )
