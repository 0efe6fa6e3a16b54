"""
Pictures decoded, small: for people who want to see them, and for telling a page from a scene.

Nothing here is needed to read a letter full of photos; see `images` for what is told without
decoding. Source of the orientation: Exif 2.32, 0x0112.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from itertools import islice

from PIL import Image as Pillow
from PIL import ImageOps

from parsers.pictures import page_strips, pillow

_DEEP = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")
"""Modes whose samples do not fit in 8 bits; converting them cuts off instead of scaling."""


def opened(data: bytes) -> Pillow.Image:
    """Open a picture, not yet decoded. Raises `pillow.ERRORS`."""
    if data[4:8] == b"ftyp" and data[8:12] not in pillow.AVIF_BRANDS:
        return pillow.heif(data)
    return Pillow.open(io.BytesIO(data), formats=tuple(pillow.FORMATS.values()))


MAX_FRAMES = 50
"""Pages of a TIFF that are ever opened."""


def frames(data: bytes, edge: int, most_pixels: int) -> Iterator[Pillow.Image]:
    """
    Yield the pages of a TIFF, else the one picture, as `upright` does.

    A picture much higher than wide keeps its shorter side: it is read in strips.
    """
    many, edge = _laid_out(data, edge)
    if many < 2:
        whole = upright(data, edge, most_pixels) if many else None
        if whole is not None:
            yield whole
        return
    for number in range(min(many, MAX_FRAMES)):
        page = _frame(data, number, edge, most_pixels)
        if page is not None:
            yield page


def _laid_out(data: bytes, edge: int) -> tuple[int, int]:
    """Return how many pages there are, none where it cannot be opened, and up to which edge to decode."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with opened(data) as picture:
                many = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
                if page_strips.is_long(*picture.size):
                    longest = min(picture.height, edge * picture.height // picture.width)
                    edge = max(edge, longest)
    except pillow.ERRORS:
        return 0, edge
    return many, edge


def _frame(data: bytes, number: int, edge: int, most_pixels: int) -> Pillow.Image | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with opened(data) as picture:
                picture.seek(number)
                small = picture.width * picture.height <= most_pixels
                return flat(picture, edge) if small else None
    except pillow.ERRORS:
        return None


MAX_SHOWN = 6
"""Pages of a TIFF that are shown, one below the other."""


def all_pages(data: bytes, edge: int, most_pixels: int) -> Pillow.Image | None:
    """Return a picture as `upright` does, the pages of a TIFF one below the other."""
    if data[:4] not in (b"II*\0", b"MM\0*"):
        return upright(data, edge, most_pixels)
    pages = list(islice(frames(data, edge, most_pixels), MAX_SHOWN))
    if len(pages) < 2:
        return pages[0] if pages else None
    whole = Pillow.new(
        "RGB", (max(page.width for page in pages), sum(page.height for page in pages)), "white"
    )
    top = 0
    for page in pages:
        whole.paste(page, (0, top))
        top += page.height
    return whole


def upright(data: bytes, edge: int, most_pixels: int) -> Pillow.Image | None:
    """
    Return the first frame as plain RGB on white, turned as it was taken, its longer side at most `edge` pixels.

    None when more than `most_pixels` would have to be decoded for it, or it cannot be: an ordinary
    JPEG is decoded at an eighth of its size, a progressive one holds all of it in memory.

    Nothing of the sender's bytes is left in it: no Exif, no place, no colour profile.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with opened(data) as picture:
                whole = picture.width * picture.height
                picture.draft("RGB", (edge, edge))
                decoded = picture.width * picture.height
                if (whole if "progressive" in picture.info else decoded) > most_pixels:
                    return None
                return flat(picture, edge)
    except pillow.ERRORS:
        return None


def flat(picture: Pillow.Image, edge: int) -> Pillow.Image:
    """Return an opened picture as plain RGB on white, upright, at most `edge` pixels. Raises `pillow.ERRORS`."""
    if picture.mode in _DEEP:
        picture = _levelled(picture)
    elif picture.mode == "1":
        picture = picture.convert("L")
    elif picture.mode in ("P", "PA", "LA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
    picture.thumbnail((edge, edge), reducing_gap=2.0)
    turned = ImageOps.exif_transpose(picture)
    if turned.mode != "RGBA":
        plain = turned.convert("RGB")
        plain.info.clear()
        return plain
    on_white = Pillow.new("RGB", turned.size, "white")
    on_white.paste(turned, mask=turned.getchannel("A"))
    return on_white


def _levelled(picture: Pillow.Image) -> Pillow.Image:
    """Deep samples scaled to 8 bits by what really occurs in them."""
    turn = picture.getexif().get(0x0112)
    deep = picture.convert("F")
    low, high = deep.getextrema()
    scale = 255.0 / (high - low) if high > low else 0.0  # type: ignore[operator]
    grey = deep.point(lambda value: value * scale - low * scale).convert("L")  # type: ignore[operator]
    if turn:
        grey.getexif()[0x0112] = turn
    return grey


def jpeg(picture: Pillow.Image, quality: int) -> bytes:
    """Write a picture anew, without metadata."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
