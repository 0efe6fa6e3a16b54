"""The same letters by programs in C: mbsync fetches, ripmime takes apart, bsdtar unpacks, docx2txt reads."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

PROGRAMS = ("mbsync", "ripmime", "bsdtar", "docx2txt")


def missing() -> list[str]:
    """Name those of the programs that are not installed."""
    return [one for one in PROGRAMS if shutil.which(one) is None]


def seconds(host: str, port: int, account: str, password: str) -> float:
    """
    Return the wall seconds that they need for a mailbox: fetch, unpack and read, and nothing else.

    Each program is started anew for a letter or a document, as a script would; nothing is synced.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "mbsyncrc").write_text(
            f"FSync no\n\nIMAPAccount a\nHost {host}\nPort {port}\nUser {account}\nPass {password}\nSSLType None\n"
            "AuthMechs LOGIN\n\nIMAPStore far\nAccount a\n\n"
            f"MaildirStore near\nInbox {folder}/mail\n\n"
            "Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\n"
            f"SyncState {folder}/state\n"
        )
        begun = time.perf_counter()
        _run("mbsync", "-q", "-c", str(folder / "mbsyncrc"), "c")
        characters = 0
        for number, letter in enumerate(sorted((folder / "mail").glob("*/*"))):
            inside = folder / str(number)
            _run("ripmime", "-i", str(letter), "-d", str(inside))
            for packed in inside.glob("*.zip"):
                _run("bsdtar", "-xf", str(packed), "-C", str(inside))
            for document in inside.glob("*.docx"):
                characters += len(_run("docx2txt", str(document), "-"))
        assert characters
        return time.perf_counter() - begun


def _run(*command: str) -> bytes:
    return subprocess.run(command, check=True, capture_output=True).stdout
