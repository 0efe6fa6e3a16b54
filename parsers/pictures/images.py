"""
Pictures: their kind, size, day, and whether all of the file is there.

Source:  ITU-T T.81 annex B (JPEG), PNG 1.2, GIF89a, RFC 9649 (WebP), ISO/IEC 14496-12 (HEIF);
         Exif 2.32, 0x9003 (DateTimeOriginal). Headers are read by Pillow and pillow-heif.
Refuses: nothing. A picture that cannot be opened is one that is not whole; one with more pixels
         than the limit is never decoded: its header alone is read, which costs nothing.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from PIL import ExifTags
from PIL import Image as Pillow

from parsers.pictures import pillow
from parsers.types import File, Image, Other, Part, ResourceBudget

_READ = frozenset(
    f"image/{name}" for name in ("jpeg", "png", "gif", "bmp", "webp", "tiff", "heic", "avif")
)
_HEIF = ("image/heic",)
_DATED = frozenset(f"image/{name}" for name in ("jpeg", "webp", "tiff", "heic", "avif"))
"""Cameras write these. Pillow would decode all of a PNG to look for its Exif."""

_DOCUMENT = re.compile(r"\.(?:doc|dot|wps|wpt|od|ott|ofd|pdf|rtf)[a-z]?$", re.IGNORECASE)
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_TAIL = 1 << 16
"""Bytes at the end of a file in which its end mark is looked for."""

_HEAD = 1 << 20
_SPATIAL_EXTENTS = re.compile(rb"ispe\0\0\0\0(.{4})(.{4})", re.DOTALL)
_EXIF_DAY = "%Y:%m:%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class _Header:
    """What stands in the head of a picture."""

    width: int
    height: int
    taken_at: datetime | None


def claims(file: File) -> bool:
    """Everything under image/."""
    return file.media_type.startswith("image/")


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """
    One Image; drawings and formats of special programs are Other.

    A photo is not decoded: that would cost a hundred times what all the rest of its letter costs.
    """
    if file.media_type not in _READ:
        yield Other(file.path, file.media_type)
        return
    budget.check_time()
    with warnings.catch_warnings():  # what Pillow warns of is checked here, or told as damage
        warnings.simplefilter("ignore")
        fact = _image(file, budget)
    yield fact


def _image(file: File, budget: ResourceBudget) -> Image:
    embedded = _is_embedded(file.path)
    try:
        header = _header(file)
    except pillow.ERRORS:
        return Image(file.path, file.media_type, 0, 0, whole=False, embedded=embedded)
    huge = header.width * header.height > budget.limits.pixels
    return Image(
        path=file.path,
        media_type=file.media_type,
        width=header.width,
        height=header.height,
        taken_at=header.taken_at,
        whole=_is_whole(file, decode=not huge),
        huge=huge,
        embedded=embedded,
    )


def _header(file: File) -> _Header:
    try:
        opened = _opened(file)
    except pillow.HeifNotInstalled:  # told without it
        return _size_told(file.data)
    with opened as picture:
        taken_at = _taken_at(picture) if file.media_type in _DATED else None
        return _Header(*picture.size, taken_at)


def _size_told(data: bytes) -> _Header:
    """
    Read the size of a HEIC or AVIF picture without its library. Raises ValueError without one.

    Source: ISO/IEC 23008-12, 6.5.3 (ispe). A picture of tiles tells its own size beside theirs.
    """
    sizes = [
        (int.from_bytes(match[1]), int.from_bytes(match[2]))
        for match in _SPATIAL_EXTENTS.finditer(data, 0, _HEAD)
    ]
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return _Header(width, height, None)


def _opened(file: File) -> Pillow.Image:
    if file.media_type in _HEIF:
        return pillow.heif(file.data)
    return pillow.header(file.data, file.media_type)


def _taken_at(picture: Pillow.Image) -> datetime | None:
    """DateTimeOriginal, in the camera's own time. Broken metadata is no fault of the picture."""
    try:
        exif = picture.getexif().get_ifd(ExifTags.IFD.Exif)
    except pillow.ERRORS:
        return None
    value = str(exif.get(ExifTags.Base.DateTimeOriginal, "")).strip("\0 ")
    try:
        return datetime.strptime(value[:19], _EXIF_DAY)  # noqa: DTZ007  # Exif knows no zone
    except ValueError:
        return None


def _is_whole(file: File, *, decode: bool) -> bool:
    """
    Whether the file goes on to its end.

    Bytes behind the end are tolerated: phones write them. `decode`: whether it may be decoded where
    nothing else tells; without that it counts as whole.
    """
    data = file.data
    match file.media_type:
        case "image/jpeg":
            return _whole_jpeg(data)
        case "image/png":
            return b"\0\0\0\0IEND\xaeB`\x82" in data[-_TAIL:]
        case "image/gif":
            return data.rstrip(b"\0\r\n").endswith(b"\0;")
        case "image/webp":
            return int.from_bytes(data[4:8], "little") + 8 <= len(data) + 1
        case "image/heic" | "image/avif":
            return _whole_boxes(data)
        case _:
            return not decode or _decodes(file)


def _whole_jpeg(data: bytes) -> bool:
    """
    Whether an end of image follows the start of the scan.

    The segments before it are stepped over, because the thumbnail in them has an end of its own.
    """
    offset = 2
    while offset + 4 <= len(data) and data[offset] == 0xFF:
        marker = data[offset + 1]
        if marker == 0xFF:  # fill byte
            offset += 1
        elif marker in _STANDALONE:
            offset += 2
        elif marker == 0xDA:
            return data.rfind(b"\xff\xd9", offset) > offset
        else:
            offset += 2 + int.from_bytes(data[offset + 2 : offset + 4], "big")
    return False


def _whole_boxes(data: bytes) -> bool:
    """Whether the boxes of an ISO base media file end within the data."""
    offset, kinds = 0, set()
    while offset + 8 <= len(data):
        size = int.from_bytes(data[offset : offset + 4], "big")
        kinds.add(data[offset + 4 : offset + 8])
        if size == 1:
            size = int.from_bytes(data[offset + 8 : offset + 16], "big")
        if size == 0:
            size = len(data) - offset
        if size < 8 or offset + size > len(data):
            break
        offset += size
    return offset == len(data) and b"meta" in kinds


def _decodes(file: File) -> bool:
    """Try to decode: the only way for formats without an end mark."""
    try:
        with _opened(file) as picture:
            picture.load()
    except pillow.ERRORS:
        return False
    return True


def _is_embedded(path: str) -> bool:
    return any(_DOCUMENT.search(folder) for folder in path.split("/")[:-1])
