"""A letter's files once more, for people who want to see them. Runs inside a walled-in worker."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image, ImageOps

import parsers
from ingest.examination import attached_files
from ingest.message import passwords, read_message
from parsers.archives import volumes
from parsers.types import Allowance, File, LimitHit, Limits

EDGE = 360
"""Pixels of a thumbnail's longer side."""
QUALITY = 78


def file_of(letter: Path, path: str, limits: Limits) -> bytes | None:
    """
    The bytes of one file of a letter, found by the path under which it was entered.

    Only the containers that lie around it are opened. None when there is no such file, or the
    letter asks for more than its limits.
    """
    files, allowance = _opened(letter, limits)
    try:
        for file in files:
            found = _below(file, path, allowance)
            if found is not None:
                return found.data
    except _STOPPED:
        return None
    return None


def thumbnails(letter: Path, paths: Sequence[str], limits: Limits) -> dict[str, bytes]:
    """
    Small JPEG pictures of a letter's pictures, decoded and written anew: nothing of the sender's
    bytes is left in them. A picture that cannot be decoded is missing.
    """
    files, allowance = _opened(letter, limits)
    wanted = set(paths)
    found: dict[str, bytes] = {}
    try:
        for file in files:
            for inside in _all_below(file, wanted, allowance):
                small = _small(inside.data, limits.pixels)
                if small is not None:
                    found[inside.path] = small
    except _STOPPED:
        pass  # what was found until then is shown
    return found


_STOPPED = (LimitHit, OSError, MemoryError, RecursionError)
_FORMATS = ("JPEG", "MPO", "PNG", "GIF", "BMP", "WEBP", "TIFF")


def _opened(letter: Path, limits: Limits) -> tuple[list[File], Allowance]:
    message = read_message(letter.read_bytes())
    allowance = Allowance(limits, passwords(message.subject, message.body))
    files = volumes.join(attached_files(message.attachments))
    return parsers.open_envelopes(files, allowance), allowance


def _below(file: File, path: str, allowance: Allowance) -> File | None:
    return next(iter(_all_below(file, {path}, allowance)), None)


def _all_below(file: File, wanted: set[str], allowance: Allowance) -> Iterator[File]:
    """The wanted files in this one; only what lies on the way to one of them is opened."""
    if file.path in wanted:
        yield file
    if not any(path.startswith(f"{file.path}/") for path in wanted):
        return
    file = parsers.identify(file)
    parser = parsers.claimant(file)
    if parser is None:
        return
    allowance.check_depth(file.depth + 1)
    try:
        for part in parser.parse(file, allowance):
            if isinstance(part, File):
                yield from _all_below(part, wanted, allowance)
    except Exception:  # damage behind what was found: the rest cannot be had
        return


def _small(data: bytes, pixels: int) -> bytes | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with _picture(data) as picture:
                if picture.width * picture.height > pixels:
                    return None
                picture.draft("RGB", (EDGE * 2, EDGE * 2))
                upright = ImageOps.exif_transpose(picture)
                upright.thumbnail((EDGE, EDGE))
                flat = Image.new("RGB", upright.size, "white")
                clear = upright.convert("RGBA")
                flat.paste(clear, mask=clear.getchannel("A"))
        out = io.BytesIO()
        flat.save(out, "JPEG", quality=QUALITY, optimize=True)
    except Exception:  # Pillow's plugins raise whatever broken numbers lead to
        return None
    return out.getvalue()


def _picture(data: bytes) -> Image.Image:
    if data[4:8] == b"ftyp":
        from pillow_heif import HeifImageFile  # a large library that few letters need

        heif: Image.Image = HeifImageFile(io.BytesIO(data))  # type: ignore[no-untyped-call]
        return heif
    return Image.open(io.BytesIO(data), formats=_FORMATS)
