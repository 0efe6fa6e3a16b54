"""What the tests have done behind the walls: functions that a worker can import."""

from __future__ import annotations

import ctypes
import errno
import io
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import py7zr

import parsers
from ingest.message.letter_file import OpenLetter
from ingest.sandbox.confinement import SandboxLimits
from parsers import launcher
from parsers.archives.sevenzip import program as sevenzip_program
from parsers.types import File, Limits, ResourceBudget, Text


class Known(SandboxLimits):
    """Bounds that bring this module into the worker before the walls hide it."""

    __slots__ = ()


def attempt(task: Callable[[], object]) -> str:
    """ "" when it works, else the errno's name."""
    try:
        task()
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    return ""


def ready() -> int:
    """The worker's process id."""
    return os.getpid()


def write(folder: str) -> str:
    """Make a file in `folder`; "" stands for the worker's own scratch folder."""
    place = Path(folder or tempfile.gettempdir(), "written.txt")
    return attempt(lambda: place.write_text("a"))


def append(file: str) -> str:
    return attempt(lambda: Path(file).open("a").close())


def remove(file: str) -> str:
    return attempt(Path(file).unlink)


def truncate(file: str) -> str:
    return attempt(lambda: os.truncate(file, 0))


def link_out(file: str) -> str:
    return attempt(lambda: Path(tempfile.gettempdir(), "link").symlink_to(file))


def read(file: str) -> str:
    return attempt(Path(file).read_bytes)


def read_open(letter: OpenLetter) -> bytes:
    return os.read(letter.descriptor, 100)


def listing(folder: str) -> str:
    return attempt(lambda: list(Path(folder).iterdir()))


def scratch_folder() -> str:
    return tempfile.gettempdir()


def connect(port: int) -> str:
    return attempt(lambda: socket.create_connection(("127.0.0.1", port), timeout=5).close())


def make_socket(family: int) -> str:
    return attempt(lambda: socket.socket(family, socket.SOCK_STREAM).close())


def make_ring() -> str:
    """io_uring_setup(2), which could make sockets without socket()."""
    libc = ctypes.CDLL(None, use_errno=True)
    done = libc.syscall(ctypes.c_long(425), ctypes.c_long(1), None)
    return errno.errorcode[ctypes.get_errno()] if done < 0 else ""


def run_program(program: str) -> str:
    return attempt(lambda: subprocess.run([program], check=True))


def signal_to(process: int) -> str:
    return attempt(lambda: os.kill(process, 0))


def allocate(count: int) -> int:
    return len(bytearray(count))


def write_much(count: int) -> str:
    def fill() -> None:
        with tempfile.TemporaryFile(buffering=0) as file:
            written = 0
            while written < count:
                written += file.write(bytes(1_000_000))

    return attempt(fill)


def spin() -> None:
    while True:
        sum(range(10_000))


def work(seconds: float) -> float:
    """Use up so much CPU."""
    start = time.process_time()
    while time.process_time() - start < seconds:
        sum(range(10_000))
    return time.process_time()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def keep_a_file_and_die() -> None:
    write("")
    die()


def environment(name: str) -> tuple[str | None, bool]:
    """A variable as the process sees it, and whether the block of memory still holds its value."""
    libc = ctypes.CDLL(None)
    libc.getenv.restype = ctypes.c_char_p
    return os.environ.get(name), libc.getenv(name.encode()) is not None


def own_environment() -> bytes:
    """The environment as /proc shows it; empty where it may not be read."""
    try:
        return Path("/proc/self/environ").read_bytes()
    except PermissionError:
        return b""


def unpack(data: bytes, kind: str) -> bytes:
    """What 7zz, run by this worker, makes of an archive with one member."""
    with sevenzip_program.in_memory(data) as source:
        program = sevenzip_program.binary()
        assert program
        return _by_7zz([program, "x", "-so", f"-t{kind}", "--", source.path], source)[1]


def unpack_to(data: bytes, folder: str) -> int:
    """The exit code of 7zz told to write somewhere."""
    with sevenzip_program.in_memory(data) as source:
        program = sevenzip_program.binary()
        assert program
        return _by_7zz([program, "x", f"-o{folder}", "-t7z", "--", source.path], source)[0]


def _by_7zz(words: list[str], source: sevenzip_program.Source) -> tuple[int, bytes]:
    with tempfile.TemporaryFile() as errors:
        running = launcher.run(
            [word.encode() for word in words], errors, {}, source.descriptors, 30.0
        )
        assert running.stdout is not None
        with running.stdout:
            said = running.stdout.read()
        return running.wait(), said


def rows(data: bytes) -> tuple[tuple[str, ...], ...]:
    """The first table of a document."""
    (fact,) = parsers.read([File("表", data)], ResourceBudget(Limits()))
    return fact.tables[0] if isinstance(fact, Text) else ()


def seven_zip(name: str, data: bytes) -> bytes:
    """A 7z archive with one member."""
    packed = io.BytesIO()
    with py7zr.SevenZipFile(packed, "w") as archive:
        archive.writestr(data, name)
    return packed.getvalue()


def hang() -> None:
    """Use up no CPU, and never return."""
    while True:
        signal.pause()


def hang_with_a_child(numbers: str) -> None:
    """Start a child that hangs, write both process ids into the scratch folder's `numbers`, and hang."""
    child = os.fork()
    if child == 0:
        hang()
    Path(tempfile.gettempdir(), numbers).write_text(f"{os.getpid()} {child}")
    hang()
