"""
Slides and OpenDocument's tables: of them nothing is read, only whether somebody could open them.

Source:  [MS-PPT] 2.1.2 (reading a file), 2.3.2 (CurrentUserAtom); ECMA-376-2; ODF 1.3 part 2, 4.8
         (encrypted files).
Reads:   .pptx, .ppt, .ods, .odp, and compound files of unknown make that bear such a name.
Refuses: nothing. They are no drafts; one that is damaged or locked is told as a file that nobody
         could read.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator

from parsers import mediatypes, ole, spool, zip_errors
from parsers.suffixes import promises_table_or_slides
from parsers.types import Damaged, File, Other, Part, ResourceBudget
from rulebook.model import FileRole

MAX_BYTES = 20_000_000
"""Of a package's XML that are looked through; what is behind them is taken to be sound."""

ERRORS: tuple[type[Exception], ...] = (*zip_errors.ERRORS, MemoryError)
"""What the standard library's `zipfile` raises on damage; memory is what LZMA asks for."""

_PACKAGES = (mediatypes.PPTX, mediatypes.ODS, mediatypes.ODP)
_STEP = 1 << 16
_MANIFEST = "META-INF/manifest.xml"
_ENCRYPTED = 0x1
_USER, _DOCUMENT = "Current User", "PowerPoint Document"
_CURRENT_USER = struct.Struct("<HHLLLL")
"""Of CurrentUserAtom: version, type, length; size, token, where the last edit lies."""
_USER_EDIT = struct.Struct("<HH")
_CURRENT_USER_TYPE, _USER_EDIT_TYPE = 0x0FF6, 0x0FF5
_LOCKED = 0xF3D1C4DF


def claims(file: File) -> bool:
    """Slides, OpenDocument's tables and slides, and what is neither but is named so."""
    if file.media_type == mediatypes.OLE:
        return promises_table_or_slides(file.name)
    return file.media_type.startswith(_PACKAGES) or file.media_type == mediatypes.PPT


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Yield the file as Other, its role UNREAD where it cannot be opened. Raises LimitHit (seconds)."""
    if file.media_type == mediatypes.PPT:
        sound = _is_sound_ppt(file)
    else:
        sound = file.media_type != mediatypes.OLE and _is_sound_package(file, budget)
    yield Other(file.path, file.media_type, FileRole.OTHER if sound else FileRole.UNREAD)


def _is_sound_ppt(file: File) -> bool:
    try:
        streams = ole.read(file.content, (_USER, _DOCUMENT))
    except Damaged:
        return False
    user, document = streams.get(_USER, b""), streams.get(_DOCUMENT, b"")
    if len(user) < _CURRENT_USER.size:
        return False
    _, kind, _, _, token, place = _CURRENT_USER.unpack_from(user)
    if kind != _CURRENT_USER_TYPE or token == _LOCKED or place + _USER_EDIT.size > len(document):
        return False
    return bool(_USER_EDIT.unpack_from(document, place)[1] == _USER_EDIT_TYPE)


def _is_sound_package(file: File, budget: ResourceBudget) -> bool:
    """
    Whether the parts that say what stands where come out of the zip as they went in.

    A bomb costs no more than its first MAX_BYTES, and nobody's letter is refused for one here.
    """
    seen = 0
    try:
        with zipfile.ZipFile(spool.opened(file.content)) as archive:
            for member in archive.infolist():
                if member.flag_bits & _ENCRYPTED:
                    return False
                if not member.filename.endswith((".xml", ".rels")):
                    continue
                content = b""
                with archive.open(member) as stream:
                    while piece := stream.read(_STEP):
                        budget.check_time()
                        seen += len(piece)
                        if seen > MAX_BYTES:
                            return True
                        if member.filename == _MANIFEST:
                            content += piece
                if b"encryption-data" in content:
                    return False
    except ERRORS:
        return False
    return True
