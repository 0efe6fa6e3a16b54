"""
Archives in several parts, among the attachments of one letter.

Source:  7-Zip's plain slices (x.zip.001), WinRAR's x.part1.rar and x.rar + x.r00, APPNOTE.TXT 8
         (x.z01 + x.zip).
Refuses: a part whose siblings are missing.
"""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from parsers import spool
from parsers.archives import rar, rar_directory, splits
from parsers.archives.sevenzip import program
from parsers.archives.splits import Scheme
from parsers.types import File, Part, Refusal, ResourceBudget
from rulebook.reasons import Reason

MEDIA_TYPE = "application/x-archive-volumes"
"""Our own: the parts of one archive, under plain names, in a tar."""

_UNKNOWN = "application/octet-stream"
_FIRST = ("set.part1.rar", "set.rar", "set.zip")
_LAST = {Scheme.OLD_RAR: ".rar", Scheme.SPANNED: ".zip"}


def claims(file: File) -> bool:
    """Claim a set that `join` has made, or a lone part that no signature tells."""
    lone = file.media_type == _UNKNOWN and splits.is_part(file.name)
    return file.media_type == MEDIA_TYPE or lone


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Yield the members of the joined archive, then the Container."""
    if file.media_type != MEDIA_TYPE:
        raise Refusal(Reason.SPLIT_ARCHIVE)
    with tempfile.TemporaryDirectory(prefix="shougao-") as folder:
        with tarfile.open(fileobj=spool.opened(file.content)) as parts:
            for member in parts:  # names are of our own making; extractall(filter=) is 3.11.4's
                if (part := parts.extractfile(member)) is not None:
                    with Path(folder, member.name).open("wb") as written:
                        shutil.copyfileobj(part, written)
        first = next(path for name in _FIRST if (path := Path(folder, name)).exists())
        with first.open("rb") as opened:
            kind = "zip" if first.suffix == ".zip" else rar.kind(opened.read(16))
        listed = None if kind == "zip" else rar_directory.entries(str(first), budget)
        yield from program.unpack(file, program.Source(str(first)), kind, budget, listed)


def join(files: Sequence[File]) -> list[File]:
    """
    Return the files, each complete set of parts replaced by one file in the place of its first part.

    Slices are simply put together; other sets travel as one file of MEDIA_TYPE until 7zz opens
    them. An incomplete set stays as it is, so that each part is refused by name.
    """
    sets: dict[tuple[str, str, Scheme], dict[int, File]] = {}
    for file in files:
        folder, _, name = file.path.rpartition("/")
        if found := splits.volume(name):
            parts = sets.setdefault((folder, found.stem, found.scheme), {})
            parts.setdefault(found.number, file)
    by_path = {_plain(file.path): file for file in files}
    joined: dict[str, File | None] = {}
    for (folder, stem, scheme), parts in sets.items():
        numbers = sorted(parts)
        ordered = [parts[number] for number in numbers]
        head = by_path.get(f"{folder.lower()}/{stem}{_LAST.get(scheme, '')}".lstrip("/"))
        whole = _whole(ordered, numbers, scheme, head)
        if whole is None:
            continue
        members = [*ordered, head] if scheme in _LAST and head else ordered
        joined |= {member.path: None for member in members}
        first = min(members, key=files.index)
        joined[first.path] = whole
    kept = (joined.get(file.path, file) for file in files)
    return [file for file in kept if file is not None]


def _plain(path: str) -> str:
    """Return a path by which the last part of a set is found, without the mark of a copy."""
    folder, slash, name = path.rpartition("/")
    base, dot, suffix = name.rpartition(".")
    return f"{folder.lower()}{slash}{splits.stem(base)}{dot}{suffix.lower()}"


def _whole(
    parts: Sequence[File], numbers: Sequence[int], scheme: Scheme, head: File | None
) -> File | None:
    """One file for a set, None when it is incomplete."""
    start = 0 if scheme is Scheme.OLD_RAR else 1
    if list(numbers) != list(range(start, start + len(numbers))):
        return None
    if scheme is Scheme.CHUNKS:
        return _put_together(parts)
    if scheme is Scheme.PARTS:
        names = [f"set.part{number}.rar" for number in numbers]
        return _packed(parts[0].path, parts, names) if len(parts) > 1 else None
    if head is None:
        return None
    if scheme is Scheme.OLD_RAR:
        names = [f"set.r{number:02}" for number in numbers]
        return _packed(head.path, [*parts, head], [*names, "set.rar"])
    names = [f"set.z{number:02}" for number in numbers]
    return _packed(head.path, [*parts, head], [*names, "set.zip"])


def _put_together(parts: Sequence[File]) -> File | None:
    data = spool.together(piece for part in parts for piece in spool.pieces(part.content))
    if data.startswith(b"PK") and not splits.is_whole_zip(data):
        return None
    if data.startswith(b"7z\xbc\xaf\x27\x1c") and not splits.is_whole_7z(data):
        return None
    return File(parts[0].path.rpartition(".")[0], data, depth=parts[0].depth)


def _packed(path: str, parts: Sequence[File], names: Sequence[str]) -> File:
    """Yield the parts in a tar, always the same bytes for the same parts."""

    def blocks() -> Iterator[bytes]:
        for part, name in zip(parts, names, strict=True):
            info = tarfile.TarInfo(name)
            info.size = len(part.content)
            yield info.tobuf(tarfile.USTAR_FORMAT)
            yield from spool.pieces(part.content)
            yield bytes(-info.size % tarfile.BLOCKSIZE)
        yield bytes(2 * tarfile.BLOCKSIZE)

    return File(path, spool.together(blocks()), MEDIA_TYPE, parts[0].depth)
