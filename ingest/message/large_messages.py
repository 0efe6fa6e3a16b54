"""A raw letter's bytes: in memory, or a large one still on the disk."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager

from ingest.message.letter_file import LetterFile, OpenLetter
from parsers.mime.headers import Letter
from parsers.spool import LARGE


@contextmanager
def opened(letter: LetterFile) -> Iterator[Letter]:
    """Open a letter; a large one stays on the disk, and its pages are not kept."""
    given = isinstance(letter, OpenLetter)
    if isinstance(letter, OpenLetter):
        os.lseek(letter.descriptor, 0, os.SEEK_SET)  # it may be read a second time
    source = letter.descriptor if isinstance(letter, OpenLetter) else letter
    with open(source, "rb", buffering=0, closefd=not given) as file:
        if os.fstat(file.fileno()).st_size > LARGE:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
                yield mapped
            # hardly ever read again: its pages are better used for other letters
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        else:
            yield file.readall()
