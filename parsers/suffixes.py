"""
What a file's name promises.

Only the content tells what a file is; where that says nothing, the name tells what its sender
believes to have sent, and so what they must hear.
"""

from __future__ import annotations

import re

from rulebook.packaging import TABLES_AND_SLIDES

DOCUMENTS = (
    *(".doc", ".docx", ".docm", ".dot", ".dotx", ".dotm", ".wps", ".wpt", ".pdf", ".ofd", ".ceb"),
    *(".cebx", ".sep", ".gd", ".gw", ".txt", ".rtf", ".odt", ".fodt", ".uot", ".uof", ".pages"),
    *(".mht", ".mhtml", ".caj", ".xps", ".oxps", ".epub"),
)
"""Text documents, those among them that nothing here reads."""

ARCHIVES = (
    *(".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".zipx"),
    *(".kz", ".uue", ".uu", ".lzh", ".arj", ".cab", ".iso"),
)


SHORTCUTS = (".lnk", ".url")
UNFINISHED = (".crdownload", ".download", ".downloading", ".part", ".partial", ".tmp", ".!ut")
"""What browsers and clouds append until a file is whole."""


def promises_document(name: str) -> bool:
    """
    Return whether a name says that the file is a text document.

    So do “稿件.docx.lnk”, “稿件.docx - 快捷方式.lnk” and “稿件.docx.crdownload”, which stand for one.
    """
    return stands_for(name).endswith(DOCUMENTS)


def promises_table_or_slides(name: str) -> bool:
    """Return whether a name says that the file is a spreadsheet or slides, or stands for such a one."""
    return stands_for(name).endswith(TABLES_AND_SLIDES)


def stands_for(name: str) -> str:
    """Return the name of the file that a shortcut or an unfinished download stands for, in lower case."""
    name = name.lower().rstrip(" .")
    for suffix in (*SHORTCUTS, *UNFINISHED):
        if name.endswith(suffix):
            return re.sub(
                r"(?: ?- ?快捷方式| ?的快捷方式| ?- ?shortcut)?$", "", name.removesuffix(suffix)
            )
    return name


def promises_archive(name: str) -> bool:
    """Return whether a name says that the file is an archive."""
    return name.lower().rstrip(" .").endswith(ARCHIVES)
