"""What operating systems and office programs leave behind in folders: recorded, never read."""

from __future__ import annotations

from parsers.types import File

_NAMES = frozenset({".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".localized"})
_PREFIXES = ("~$", "._", ".~", "~wrl")


def is_junk(file: File) -> bool:
    """
    Whether a file is nobody's work.

    Empty, under __MACOSX, an index of thumbnails, the lock or scratch file of an editor
    ("~$稿件.docx", ".~lock.稿件.odt#", "~WRL0001.tmp"), an AppleDouble half ("._稿件.docx").
    """
    if not file.content:
        return True
    folders, _, name = file.path.rpartition("/")
    name = name.lower()
    return name in _NAMES or name.startswith(_PREFIXES) or "__macosx" in folders.lower().split("/")
