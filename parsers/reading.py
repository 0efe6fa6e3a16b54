"""Hostile bytes become facts: the explicit tuple of parsers, and `read`, which walks a letter's files."""

from __future__ import annotations

import dataclasses
import hashlib
import logging
from collections.abc import Iterable, Iterator

from parsers import charsets, junk, mediatypes, spool
from parsers.archives import (
    gz,
    letters,
    rar,
    selfextracting,
    sevenzip,
    splits,
    tar,
    tnef,
    unsupported,
    volumes,
    zip,
)
from parsers.documents import html, odf, ofd, pdf, plain, rtf, sheet, unopened, word, word97
from parsers.pictures import images, media
from parsers.spool import Content
from parsers.suffixes import (
    SHORTCUTS,
    UNFINISHED,
    promises_archive,
    promises_document,
    promises_table_or_slides,
)
from parsers.types import (
    Fact,
    File,
    Image,
    LimitHit,
    Other,
    Parser,
    Part,
    Refusal,
    ResourceBudget,
    ScannedDocument,
    Text,
    UnreadableFile,
)
from rulebook.model import FileRole
from rulebook.reasons import Reason

ARCHIVES: tuple[Parser, ...] = (
    zip,
    rar,
    sevenzip,
    tar,
    gz,
    tnef,
    letters,
    selfextracting,
    volumes,
    unsupported,
)
DOCUMENTS: tuple[Parser, ...] = (
    word,
    word97,
    pdf,
    rtf,
    odf,
    ofd,
    html,
    sheet,
    unopened,
    plain,
)
ENVELOPES: tuple[Parser, ...] = (tnef, letters)
PARSERS: tuple[Parser, ...] = (*ARCHIVES, *DOCUMENTS, images, media)

MAX_HELD = 100_000_000
"""Bytes of volumes inside an archive that are kept until all of them are there."""

EMPTY = "是空文件（0 字节）"
_UNREAD_FORMATS = (
    "CEB",
    "CEBX",
    "SEP",
    "GD",
    "GW",
    "CAJ",
    "PAGES",
    "UOF",
    "UOT",
    "XPS",
    "OXPS",
    "EPUB",
)

_log = logging.getLogger(__name__)


def claimant(file: File) -> Parser | None:
    """Find the one parser that claims this file, None when no one does. Two claims are a bug of ours."""
    claiming = [parser for parser in PARSERS if parser.claims(file)]
    if len(claiming) > 1:
        raise AssertionError(f"{file.media_type} is claimed by {[p.__name__ for p in claiming]}")  # type: ignore[attr-defined]
    return claiming[0] if claiming else None


def is_archive(file: File) -> bool:
    """
    Whether an identified file is packed as 五.4 asks, self-extracting ones included.

    An empty file that is named like an archive was meant as one: its sender hears that it is empty.
    """
    return claimant(file) in ARCHIVES or (not file.content and promises_archive(file.name))


def is_junk(file: File) -> bool:
    """Whether a file is what systems leave behind in folders (Thumbs.db, .DS_Store, …)."""
    return junk.is_junk(file)


def identify(file: File) -> File:
    """Return the file with its media type, told by its content."""
    return file if file.media_type else dataclasses.replace(file, media_type=mediatypes.sniff(file))


def open_envelopes(files: Iterable[File], budget: ResourceBudget) -> list[File]:
    """
    Identify a letter's attachments and open the envelopes among them.

    Outlook's winmail.dat and a letter that is handed on as a file are no archives of the sender's
    making, so what lies in them counts as attached; one that cannot be opened stays as it is.
    """
    opened: list[File] = []
    for file in map(identify, files):
        envelope = next((one for one in ENVELOPES if one.claims(file)), None)
        if envelope is None:
            opened.append(file)
            continue
        try:
            budget.check_depth(file.depth + 1)
            inside = [part for part in envelope.parse(file, budget) if isinstance(part, File)]
        except (Refusal, LimitHit, MemoryError, RecursionError) as error:
            # told by read(), which meets the same file again
            _log.info("%s 没有打开：%r", file.path, error)
            opened.append(file)
            continue
        if envelope is tnef:
            inside = [dataclasses.replace(child, path=child.name) for child in inside]
        opened += open_envelopes(volumes.join(inside), budget)
    return opened


def read(files: Iterable[File], budget: ResourceBudget) -> Iterator[Fact]:
    """
    Tell every fact about these files and what lies inside them, depth first, in reading order.

    A fault of one file becomes UnreadableFile and the walk goes on; once a limit of the whole letter
    is hit, the file at hand becomes UnreadableFile(TOO_LARGE) and the walk ends.
    Only what stays small is yielded: the bytes of a file are let go once its facts are known.

    Raises: what a bug of ours raises. The letter is tried again, and its sender told nothing.
    """
    stack: list[Iterator[File | Fact]] = [iter(files)]
    while stack:
        try:
            part = next(stack[-1], None)
        except LimitHit:  # raised inside a container; _inside has told it already
            return
        if part is None:
            stack.pop()
        elif isinstance(part, File):
            stack.append(_inside(part, budget))
        else:
            yield part


def _with_joined_volumes(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield an archive's parts, those that are volumes of one archive put together at the end."""
    held: list[File] = []
    size = 0
    for part in parts:
        # in an archive, whose names are sorted, x.r00 comes before x.rar and x.z01 before x.zip
        if isinstance(part, File) and (
            splits.is_part(part.name) or (held and part.name.lower().endswith((".rar", ".zip")))
        ):
            size += len(part.content)
            held.append(part)
            if size > MAX_HELD:
                yield from held
                held, size = [], 0
        else:
            yield part
    yield from volumes.join(held)


def _unified(text: Text) -> Text:
    return dataclasses.replace(
        text,
        paragraphs=tuple(map(charsets.unify_ideographs, text.paragraphs)),
        tables=tuple(
            tuple(tuple(map(charsets.unify_ideographs, row)) for row in table)
            for table in text.tables
        ),
    )


def _unknown(name: str) -> str:
    """Say why a file that is named like a document cannot be read."""
    if name.lower().endswith(SHORTCUTS):
        return "这是一个快捷方式，不是文稿本身"
    if name.lower().endswith(UNFINISHED):
        return "这是没有下载完的文件"
    suffix = name.rpartition(".")[2].upper()
    return f"{suffix} 格式无法读取" if suffix in _UNREAD_FORMATS else "文件已损坏，或不是文字稿"


def _digest(whole: Content) -> str:
    hashed = hashlib.sha256()
    for piece in spool.pieces(whole):
        hashed.update(piece)
    return hashed.hexdigest()


def _is_broken_document(file: File, part: Part) -> bool:
    """Tell whether a file named like a document was taken for a picture or film that nobody can open."""
    return promises_document(file.name) and _is_broken_picture(part)


def _is_broken_table(file: File, part: Part) -> bool:
    """Tell the same of a file named like a spreadsheet or slides."""
    return promises_table_or_slides(file.name) and _is_broken_picture(part)


def _is_broken_picture(part: Part) -> bool:
    """Random bytes look like TGA to libmagic often enough; a whole photo named 稿件.docx stays a photo."""
    return not (isinstance(part, Image) and part.whole)


def _is_lost(file: File, parser: Parser | None) -> bool:
    """
    Tell whether a file named like a spreadsheet or slides is nothing that could be one.

    Text is: programs write .xls files of XML, of HTML and of cells between tabs.
    """
    if not promises_table_or_slides(file.name):
        return False
    return not file.content or (parser is None and not file.media_type.startswith("text/"))


def _inside(file: File, budget: ResourceBudget) -> Iterator[File | Fact]:
    """Yield the facts of one file and the files in it, what its reader refuses turned into data."""
    size = len(file.content)
    left_over = junk.is_junk(file)
    archive = False
    digest = ""

    def unread(reason: Reason, detail: str = "", scan: bool = False) -> UnreadableFile:
        named = digest or _digest(file.content)
        return UnreadableFile(file.path, file.media_type, reason, detail, size, named, scan)

    try:
        file = identify(file)
        parser = None if left_over else claimant(file)
        archive = parser in ARCHIVES
        # what an archive holds is named piece by piece; it would only be hashed once more as a whole
        digest = "" if archive else _digest(file.content)
        if not left_over and _is_lost(file, parser):
            yield Other(file.path, mediatypes.UNKNOWN, FileRole.UNREAD, size, digest)
            return
        if not size and not left_over:
            empty_archive = promises_archive(file.name)
            yield unread(
                Reason.DAMAGED_ARCHIVE if empty_archive else Reason.UNREADABLE_DRAFT, EMPTY
            )
            return
        if parser is None and not left_over and promises_document(file.name):
            yield unread(Reason.UNREADABLE_DRAFT, _unknown(file.name))
            return
        if parser is None:
            role = FileRole.JUNK if left_over else FileRole.OTHER
            yield Other(file.path, file.media_type, role, size, digest)
            return
        budget.check_time()
        if archive:
            budget.check_depth(file.depth + 1)
        parts = parser.parse(file, budget)
        for part in _with_joined_volumes(parts) if archive else parts:
            if isinstance(part, Text):
                part = _unified(part)
                budget.spend_text(part.paragraphs)
            if parser in (images, media) and _is_broken_document(file, part):
                yield unread(Reason.UNREADABLE_DRAFT, _unknown(file.name))
            elif parser in (images, media) and _is_broken_table(file, part):
                yield Other(file.path, mediatypes.UNKNOWN, FileRole.UNREAD, size, digest)
            elif isinstance(part, File) or part.path != file.path:
                yield part
            else:
                yield dataclasses.replace(part, size=size, digest=digest)
    except LimitHit as hit:
        yield unread(Reason.TOO_LARGE, hit.limit.clause)
        raise
    except Refusal as refusal:
        lone = refusal.reason is Reason.DAMAGED_ARCHIVE and splits.is_part(file.name)
        reason = Reason.SPLIT_ARCHIVE if lone else refusal.reason
        yield unread(reason, refusal.detail, isinstance(refusal, ScannedDocument))
    except (MemoryError, RecursionError):
        yield unread(Reason.UNSAFE_ARCHIVE if archive else Reason.UNREADABLE_DRAFT, "占用内存过大")
    except Exception as error:  # a bug of ours: whoever looks for it is told where
        error.add_note(f"{file.path!r}, read as {file.media_type or 'nothing yet'}")
        raise
