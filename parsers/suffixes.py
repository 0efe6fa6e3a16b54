"""
What a file's name promises.

Only the content tells what a file is; where that says nothing, the name tells what its sender
believes to have sent, and so what they must hear.
"""

from __future__ import annotations

DOCUMENTS = (
    *(".doc", ".docx", ".docm", ".dot", ".dotx", ".dotm", ".wps", ".wpt", ".pdf", ".ofd", ".ceb"),
    *(".cebx", ".sep", ".gd", ".gw", ".txt", ".rtf", ".odt", ".fodt", ".uot", ".uof", ".pages"),
    *(".mht", ".mhtml", ".caj", ".xps", ".oxps"),
)
"""Text documents, those among them that nothing here reads."""

ARCHIVES = (
    *(".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".zipx"),
    *(".kz", ".uue", ".uu", ".lzh", ".arj", ".cab", ".iso"),
)


def promises_document(name: str) -> bool:
    """Return whether a name says that the file is a text document."""
    return name.lower().rstrip(" .").endswith(DOCUMENTS)


def promises_archive(name: str) -> bool:
    """Return whether a name says that the file is an archive."""
    return name.lower().rstrip(" .").endswith(ARCHIVES)
