"""
Documents that are zips inside (OOXML, OpenDocument, OFD): their members, counted as they come out.

Source:  ECMA-376-2 (Open Packaging Conventions), APPNOTE.TXT.
Refuses: locked members, damage, bombs.
"""

from __future__ import annotations

import binascii
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from parsers import mediatypes, zip_errors
from parsers.archives import names
from parsers.archives.output_meter import CHUNK, OutputMeter
from parsers.documents import xml
from parsers.types import Damaged, File, Limits, Refusal, ResourceBudget
from rulebook.reasons import Reason

_ENCRYPTED = 0x1
_BINARY = re.compile(rb"<pkg:binaryData\b[^<>]{0,200}>[^<]*<")


@dataclass(frozen=True, slots=True)
class Package:
    """An opened document. `members` by lower-case name, because writers disagree on the case."""

    file: File
    archive: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]
    meter: OutputMeter

    @property
    def limits(self) -> Limits:
        """The bounds of the letter that it came with."""
        return self.meter.budget.limits

    def has(self, name: str) -> bool:
        """Whether there is a member of that name, in any case."""
        return name.lower() in self.members

    def read(self, name: str) -> bytes:
        """
        Return a member's bytes.

        Raises LimitHit, and Refusal for a member that is missing, locked or damaged, or for a bomb.
        """
        info = self.members.get(name.lower())
        if info is None:
            raise Damaged
        if info.flag_bits & _ENCRYPTED:
            raise locked()
        chunks: list[bytes] = []
        for chunk in _chunks(self.archive, info):
            self.meter.spend(len(chunk))
            chunks.append(chunk)
        return b"".join(chunks)

    def xml(self, name: str) -> xml.Element:
        """Return the root element of a member. Raises what `read` does, and TextTooLong."""
        return xml.parse(self.read(name), self.limits)

    def named(self, folder: str) -> dict[str, str]:
        """Map the members under a folder, in lower case, to the names that they get as files."""
        taken: set[str] = set()
        return {
            name: names.unique(names.clean(info.filename.rpartition("/")[2]), taken)
            for name, info in self.members.items()
            if name.startswith(folder) and not info.is_dir()
        }

    def main_part(self) -> str:
        """Return the part that the package's relationships name as the document itself."""
        for _, kind, part in self.relations(""):
            if kind.endswith("/officeDocument"):
                return part
        if self.has("word/document.xml"):
            return "word/document.xml"
        raise Damaged

    def relations(self, source: str) -> Iterator[tuple[str, str, str]]:
        """Yield what `source` ("" for the package) relates to: (its identifier, the relation's type, the part)."""
        folder, name = posixpath.split(source)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(relations):
            return
        for relation in self.xml(relations):
            target = xml.attribute(relation, "Target")
            if target:
                part = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                if self.has(part):
                    yield xml.attribute(relation, "Id"), xml.attribute(relation, "Type"), part

    def pictures(self, folder: str) -> Iterator[File]:
        """
        Yield the pictures under a folder ("word/media/"), as files inside the document.

        What is no picture stays inside: a document within a document is no draft, and never ends.
        """
        for name, short in self.named(folder).items():
            self.meter.budget.spend_entry()
            try:
                picture = self.file.child(short, self.read(name))
            except Refusal as refusal:
                if refusal.reason is not Reason.UNREADABLE_DRAFT:
                    raise
                continue  # a broken picture does not make the text unreadable
            media_type = mediatypes.sniff(picture)
            if media_type.startswith("image/"):
                yield replace(picture, media_type=media_type)


def opened(file: File, budget: ResourceBudget) -> Package:
    """Open the document as a package, a flat one too. Raises Damaged when the zip or the XML is."""
    is_flat = file.media_type == mediatypes.FLAT_OPC
    data = _unflattened(file.data, budget.limits) if is_flat else file.data
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zip_errors.ERRORS as error:
        raise Damaged from error
    members = {
        info.filename.replace("\\", "/").lstrip("/").lower(): info for info in archive.infolist()
    }
    return Package(file, archive, members, OutputMeter(file, budget, len(file.data)))


def _unflattened(data: bytes, limits: Limits) -> bytes:
    """Make a package of a flat one: each part is an element that holds XML or base64 ([MS-DOCX])."""
    if len(data) > limits.xml_bytes:
        data = _BINARY.sub(b"<", data)  # its pictures are let go, its text is read
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part in xml.parse(data, limits):
            name = xml.attribute(part, "name").lstrip("/")
            for content in part:
                kind = xml.local(content)
                if kind == "xmlData" and len(content):
                    archive.writestr(name, etree.tostring(content[0], encoding="utf-8"))
                elif kind == "binaryData":
                    archive.writestr(name, _from_base64(content.text or ""))
    return out.getvalue()


def _from_base64(text: str) -> bytes:
    try:
        return binascii.a2b_base64(text)
    except (binascii.Error, ValueError):
        return b""


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except zip_errors.ERRORS as error:
        raise Damaged from error


def locked() -> Refusal:
    """Return what is said of a document with a password."""
    return Refusal(Reason.LOCKED_DRAFT)
