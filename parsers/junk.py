"""What operating systems and office programs leave behind in folders: recorded, never read."""

from __future__ import annotations

from parsers.suffixes import promises_archive, promises_document, promises_table_or_slides
from parsers.types import File

_NAMES = frozenset({".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".localized"})
_PREFIXES = ("~$", "._", ".~", "~wrl")


def is_junk(file: File) -> bool:
    """
    Return whether a file is nobody's work.

    Such are empty files (but for one that is named like a document, a spreadsheet, slides or an
    archive), what lies under __MACOSX, an index of thumbnails, the lock or scratch file of an editor
    ("~$稿件.docx", ".~lock.稿件.odt#", "~WRL0001.tmp"), an AppleDouble half ("._稿件.docx").
    """
    folders, _, name = file.path.rpartition("/")
    name = name.lower()
    promises = (promises_document, promises_table_or_slides, promises_archive)
    if not file.content and not any(promised(name) for promised in promises):
        return True
    return name in _NAMES or name.startswith(_PREFIXES) or "__macosx" in folders.lower().split("/")
