r"""
The control words of RTF that say something about its text.

Source: Microsoft, "Rich Text Format Specification" 1.9.1: Destinations, Special Characters,
        Font Table (\fcharset).
"""

from __future__ import annotations

import codecs

CHARACTERS = {
    "tab": "\t",
    "line": "\n",
    "softline": "\n",
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "emspace": "\u2003",
    "enspace": "\u2002",
    "qmspace": "\u2005",
}

SKIPPED = frozenset(
    {
        *(
            "fonttbl",
            "upr",
            "colortbl",
            "stylesheet",
            "info",
            "pict",
            "nonshppict",
            "object",
            "objdata",
        ),
        *("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"),
        *("ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "listtext"),
        *("pntext", "annotation", "atnid", "atnauthor", "atntime", "atnref", "atrfstart"),
        *("atrfend", "atnparent", "atndate", "atnicn", "bkmkstart", "bkmkend", "xe", "tc", "rxe"),
        *("themedata", "datastore", "colorschememapping", "latentstyles", "shprslt", "sp"),
        *("nonesttables", "listtable", "listoverridetable", "revtbl", "rsidtbl", "generator"),
        *("filetbl", "pgptbl", "keywords", "template", "private", "result", "mmathPr"),
    }
)
"""Destinations that hold no text of the document, or hold it a second time."""

OPENED = frozenset(
    {"shpinst", "shptxt", "do", "dptxbxtext", "ud", "footnote", "shpgrp", "nesttableprops"}
)
"""Destinations that are read although they are starred."""

_PAGES = {936: "gb18030", 950: "big5hkscs", 65001: "utf-8", 10000: "mac_roman"}
CHARSETS = {
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    134: "gb18030",
    136: "big5hkscs",
    161: "cp1253",
    162: "cp1254",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}


def code_page(number: int) -> str:
    """Python's name of a Windows code page; this country's where there is no such page."""
    name = _PAGES.get(number) or f"cp{number}"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "gb18030"
