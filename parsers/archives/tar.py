"""
Tar archives, bare or under gzip, bzip2, xz or zstd.

Source:  POSIX.1-2017 pax interchange format, GNU tar's extensions.
Refuses: damage, bombs, sparse members. Folders, links and devices are skipped.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator

from parsers.archives import names, streams
from parsers.archives.output_meter import OutputMeter
from parsers.types import Damaged, File, Part, Refusal, ResourceBudget
from rulebook.reasons import Reason

MEDIA_TYPE = "application/x-tar"

ERRORS: tuple[type[Exception], ...] = (
    tarfile.TarError,
    ValueError,  # numbers in extended headers that are none
    OverflowError,
)
"""What tarfile raises on damage."""

_NO_TAR: tuple[type[Exception], ...] = (
    *ERRORS,
    *streams.ERRORS,
    MemoryError,  # an .xz may ask for 4 GB
)


class _StrictInfo(tarfile.TarInfo):
    """tarfile takes a broken header for the end of the archive; here it is damage."""

    @classmethod
    def fromtarfile(cls, tarfile_: tarfile.TarFile) -> _StrictInfo:
        try:
            return super().fromtarfile(tarfile_)
        except (tarfile.InvalidHeaderError, tarfile.TruncatedHeaderError) as error:  # type: ignore[attr-defined]
            raise tarfile.SubsequentHeaderError(str(error)) from error  # type: ignore[attr-defined]


def claims(file: File) -> bool:
    """Claim a tar, or a compressed stream whose first block is a tar header."""
    if file.media_type == MEDIA_TYPE:
        return True
    if file.media_type not in streams.SUFFIXES:
        return False
    try:
        with streams.opened(file) as stream:
            tarfile.TarInfo.frombuf(stream.read(tarfile.BLOCKSIZE), "utf-8", "surrogateescape")
    except _NO_TAR:
        return False
    return True


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Yield the members, then the Container."""
    meter = OutputMeter(file, budget, len(file.content))
    with streams.opened(file) as packed:
        stream = streams.Metered(packed, meter)
        for member in _members(stream):
            budget.spend_entry()
            if member.isreg():
                # the stream stands at the content; extractfile() would copy it once more
                yield from meter.member(_name(member), _content(stream, member))
    yield meter.container()


def _members(stream: streams.Metered) -> Iterator[tarfile.TarInfo]:
    try:
        with tarfile.TarFile(  # not open(), whose streams copy everything twice
            fileobj=stream,
            mode="r",
            tarinfo=_StrictInfo,
            encoding="utf-8",
            errors="surrogateescape",
        ) as archive:
            for member in archive:
                archive.members.clear()  # type: ignore[attr-defined]  # or they pile up
                yield member
    except ERRORS as error:
        raise Damaged(Reason.DAMAGED_ARCHIVE, "") from error


def _name(member: tarfile.TarInfo) -> tuple[str, bool]:
    return names.decode(member.name.encode("utf-8", "surrogateescape"))


def _content(stream: streams.Metered, member: tarfile.TarInfo) -> bytes:
    if member.issparse():
        raise Refusal(Reason.UNSUPPORTED_ARCHIVE, "稀疏文件")
    data = stream.read(member.size)
    if len(data) != member.size:
        raise Damaged(Reason.DAMAGED_ARCHIVE, "")
    return data
