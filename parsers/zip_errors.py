"""What the standard library's `zipfile` raises over bytes that are no sound zip."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib

ERRORS: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,  # bzip2's way to say damage; a seek before the beginning
    ValueError,  # names that are no UTF-8; offsets below zero
    OverflowError,  # offsets beyond 2**63
    NotImplementedError,  # methods and versions that it does not know
    RuntimeError,  # members with a password
)
