"""
What is fuzzed: a letter, an archive, a document; and what must hold of each, whatever the bytes.

A parser raises Refusal and LimitHit; memory and stack may run out. Any other exception is a finding:
it would set the letter aside. What libraries raise about hostile bytes is named where they are called.
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import parsers
from ingest.examination import attached_files, examine
from ingest.examination_types import ExaminerConfig
from ingest.message.parse import read_message
from ingest.message.passwords import passwords
from parsers.archives.output_meter import CHUNK
from parsers.types import File, LimitHit, Limits, Part, Refusal, ResourceBudget

LIMITS = Limits(bytes=40_000_000, entries=200, depth=3, seconds=20, pixels=20_000_000)
MOST_SECONDS = 10.0
"""CPU seconds for one input of at most 60 kB, a tenth of what the walls would allow."""
RECEIVED = datetime(2022, 3, 7, 1, 0, tzinfo=UTC)
DESK = ExaminerConfig(
    LIMITS, "Asia/Shanghai", ("湖塘镇", "河畔镇"), ("mx.example",), ("gao@office.example",)
)

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Target="word/document.xml" Type="{_OFFICE}/officeDocument"/>'
    f'<Relationship Id="r2" Target="footnotes.xml" Type="{_OFFICE}/footnotes"/></Relationships>'
).encode()
_OFD = (
    b"<OFD><DocBody><DocRoot>D/D.xml</DocRoot></DocBody></OFD>",
    b'<Document><Pages><Page ID="1" BaseLoc="P.xml"/></Pages></Document>',
)
# letters of the alphabet stand first in the samples, so that nobody's file begins a mode by chance
_PACKAGES: dict[bytes, tuple[str, dict[str, bytes]]] = {
    b"\x01": ("word/document.xml", {"_rels/.rels": _RELATIONS, "[Content_Types].xml": b"<Types/>"}),
    b"\x02": ("content.xml", {"mimetype": b"application/vnd.oasis.opendocument.text"}),
    b"\x03": ("D/P.xml", {"OFD.xml": _OFD[0], "D/D.xml": _OFD[1]}),
    b"\x04": ("xl/worksheets/sheet1.xml", {"[Content_Types].xml": b"<Types/>"}),
    b"\x05": ("word/footnotes.xml", {
        "_rels/.rels": _RELATIONS,
        "word/_rels/document.xml.rels": _RELATIONS,
        "[Content_Types].xml": b"<Types/>",
        "word/document.xml": b"<document><body><p><footnoteReference/></p></body></document>",
    }),
    b"\x06": ("OFD.xml", {"D/D.xml": _OFD[1], "D/P.xml": b"<Page/>"}),
}  # fmt: skip
_STREAMS: dict[bytes, Callable[[bytes], bytes]] = {
    b"\x01": lambda data: gzip.compress(data, 1, mtime=0),
    b"\x02": lambda data: bz2.compress(data, 1),
    b"\x03": lambda data: lzma.compress(data, preset=0),
}


def message(data: bytes) -> None:
    """A letter is always read to its end, and what it says can be shown and stored."""
    read = read_message(data)
    said = [read.subject, read.author.name, read.author.address, read.body, read.message_id]
    for file in attached_files(read.attachments):
        said.append(file.path)
    said += passwords(read.subject, read.body)
    for word in said:
        word.encode("utf-8")
    for attachment in read.attachments:
        assert attachment.name
        assert not set(attachment.name) & set("\0\r\n/\\"), attachment.name
    examine(data, RECEIVED, DESK)


def archive(data: bytes) -> None:
    """An archive yields files or one word about why not. A first byte of 1..3 packs the rest (tar)."""
    if pack := _STREAMS.get(data[:1]):
        data = pack(data[1:])
    _bounded(File("稿件", data), ResourceBudget(LIMITS, ("ht2022",)))


def document(data: bytes) -> None:
    """A document yields text or one word about why not. A first byte of 1..6 is a package's XML."""
    if made := _PACKAGES.get(data[:1]):
        name, others = made
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
            for other, content in others.items():
                packed.writestr(zipfile.ZipInfo(other), content)
            packed.writestr(zipfile.ZipInfo(name), data[1:])
        data = out.getvalue()
    _bounded(File("稿件.doc", data), ResourceBudget(LIMITS))


def within_seconds(target: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """The target, with its CPU seconds counted: a wall clock says nothing on a busy machine."""

    def bounded(data: bytes) -> None:
        before = time.process_time()
        target(data)
        used = time.process_time() - before
        assert used <= MOST_SECONDS, f"{used:.1f} s of CPU"

    return bounded


TARGETS = {"message": message, "archive": archive, "document": document}


def _bounded(file: File, budget: ResourceBudget) -> None:
    with contextlib.suppress(LimitHit):
        _read(file, budget)
    assert budget.bytes_out <= LIMITS.bytes + CHUNK * 4, budget.bytes_out


def _read(file: File, budget: ResourceBudget) -> None:
    file = parsers.identify(file)
    parser = parsers.claimant(file)
    if parser is None:
        return
    if parser in parsers.ARCHIVES:
        budget.check_depth(file.depth + 1)
    for part in _parts(parser.parse(file, budget)):
        part.path.encode("utf-8")
        assert ".." not in part.path.split("/")
        if isinstance(part, File):
            _read(part, budget)


def _parts(parts: Iterator[Part]) -> Iterator[Part]:
    while True:
        try:
            part = next(parts, None)
        except (Refusal, LimitHit, MemoryError, RecursionError):
            return
        if part is None:
            return
        yield part
