"""
A document as it is laid out: LibreOffice turns it into a PDF, in a process of its own behind the walls.

`python -m ingest.sandbox.office FOLDER NAME` reads FOLDER/NAME and writes FOLDER/layout.pdf. LibreOffice is
loaded as a library (LibreOfficeKit), not started: as a program it needs a socket, which the walls deny.

Source: LibreOffice, "LibreOfficeKit" (include/LibreOfficeKit/LibreOfficeKit.h), whose two structures of
functions keep their order for good.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from ingest.sandbox import landlock, seccomp
from ingest.sandbox.confinement import forget_environment

PLACES = (
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    "/opt/libreoffice/program",
)
LIBRARIES = ("libmergedlo.so", "libsofficeapp.so")
FORMATS = frozenset(
    {"docx", "doc", "wps", "odt", "rtf", "docm", "dotx", "dot", "ott", "fodt", "wpt"}
)
SECONDS = 60
MEMORY = 3_000_000_000
MAX_PDF = 60_000_000
UNWALLED = 3
"""How the process ends where it must not run without walls and there are none."""
_READABLE = (
    *(
        "/usr/lib",
        "/usr/lib64",
        "/usr/share",
        "/usr/local/lib",
        "/usr/local/share",
        "/lib",
        "/lib64",
    ),
    *(
        "/opt/libreoffice",
        "/etc/fonts",
        "/etc/libreoffice",
        "/etc/ld.so.cache",
        "/etc/nsswitch.conf",
    ),
    *("/etc/passwd", "/etc/localtime", "/var/lib/libreoffice", "/var/spool/libreoffice"),
    *("/var/cache/fontconfig", "/dev/urandom", "/dev/random", "/sys/devices/system/cpu"),
)
_DOCUMENT_LOAD, _SAVE_AS = 2, 2
"""Positions in LibreOfficeKitClass and LibreOfficeKitDocumentClass, whose first word is their size."""


def program() -> Path | None:
    """Return the folder of LibreOffice's libraries, None where it is not installed."""
    for place in PLACES:
        if any((Path(place) / library).exists() for library in LIBRARIES):
            return Path(place)
    return None


def lays_out(name: str) -> bool:
    """Tell by a file's ending whether LibreOffice is asked for it."""
    return name.rpartition(".")[2].lower() in FORMATS


def as_pdf(document: bytes, name: str, home: Path, *, walls_required: bool = False) -> bytes | None:
    """
    Lay a document out.

    Args:    `name`: its ending tells the format; `home`: where a folder is made that is gone afterwards.
    Returns: the PDF; None where LibreOffice is not there, or cannot, or takes too long or too much.
    """
    if program() is None or not lays_out(name):
        return None
    ending = name.rpartition(".")[2].lower()
    with suppress(OSError, subprocess.SubprocessError):
        home.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="layout-", dir=home))
        try:
            (folder / f"document.{ending}").write_bytes(document)
            command = [
                *(sys.executable, "-m", "ingest.sandbox.office", str(folder), f"document.{ending}"),
                *(("--walls",) if walls_required else ()),
            ]
            code = Path(__file__).resolve().parents[2]
            subprocess.run(
                command,
                cwd=code,
                env={
                    "PATH": os.defpath,
                    "LANG": "C.UTF-8",
                    "HOME": str(folder),
                    "TMPDIR": str(folder),
                },
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                check=True,
                start_new_session=True,
            )
            written = folder / "layout.pdf"
            return written.read_bytes() if written.stat().st_size <= MAX_PDF else None
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return None


def _enter_walls(folder: Path, place: Path) -> bool:
    """Wall in this process; returns whether files are guarded and no socket can be made."""
    forget_environment()
    os.environ.update(HOME=str(folder), TMPDIR=str(folder), SAL_USE_VCLPLUGIN="svp", LANG="C.UTF-8")
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, MAX_PDF),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))
    abi, silent = 0, False
    with suppress(OSError, AttributeError):
        landlock.no_new_privileges()
        with suppress(OSError):
            abi = landlock.restrict(
                {
                    landlock.READ: (*map(Path, _READABLE), place),
                    landlock.USE_DEVICE: (Path(os.devnull),),
                    landlock.WRITE: (folder,),
                }
            )
        silent = seccomp.deny()
    return bool(abi) and silent


def _convert(folder: Path, name: str, place: Path) -> bool:
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    library = next(place / one for one in LIBRARIES if (place / one).exists())
    hook = ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL).libreofficekit_hook_2
    hook.restype, hook.argtypes = pointer, [text, text]
    kit = hook(str(place).encode(), f"file://{folder}/profile".encode())
    if not kit:
        return False
    load = ctypes.CFUNCTYPE(pointer, pointer, text)(_functions(kit)[_DOCUMENT_LOAD])
    document = load(kit, f"file://{folder}/{name}".encode())
    if not document:
        return False
    save = ctypes.CFUNCTYPE(ctypes.c_int, pointer, text, text, text)(_functions(document)[_SAVE_AS])
    return bool(save(document, f"file://{folder}/layout.pdf".encode(), b"pdf", b""))


def _functions(thing: int) -> ctypes._Pointer[ctypes.c_void_p]:
    """Return the table of functions that an object of LibreOfficeKit begins with."""
    table = ctypes.cast(thing, ctypes.POINTER(ctypes.c_void_p))[0]
    return ctypes.cast(table or 0, ctypes.POINTER(ctypes.c_void_p))


def main(arguments: list[str]) -> int:
    """Lay out FOLDER/NAME; 0 when it was written."""
    folder, name = Path(arguments[0]), arguments[1]
    place = program()
    if place is None:
        return 2
    walled = _enter_walls(folder, place)
    if not walled and "--walls" in arguments:
        return UNWALLED
    return 0 if _convert(folder, name, place) else 1


if __name__ == "__main__":
    # LibreOffice's threads do not end by themselves
    os._exit(main(sys.argv[1:]))
