"""What the tests have done behind the walls: functions that a worker can import."""

from __future__ import annotations

import ctypes
import errno
import gc
import io
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import py7zr
from pebble.pool.channel import WorkerChannel

import parsers
from ingest.message.letter_file import OpenLetter
from ingest.sandbox import hand_over
from ingest.sandbox.confinement import SandboxLimits
from parsers import launcher
from parsers.archives.sevenzip import program as sevenzip_program
from parsers.types import File, Limits, ResourceBudget, Text

NUMBERS = {
    "execve": {"x86_64": 59, "aarch64": 221},
    "execveat": {"x86_64": 322, "aarch64": 281},
    "socket": {"x86_64": 41, "aarch64": 198},
    "io_uring_setup": {"x86_64": 425, "aarch64": 425},
    "io_uring_enter": {"x86_64": 426, "aarch64": 426},
    "io_uring_register": {"x86_64": 427, "aarch64": 427},
    "ptrace": {"x86_64": 101, "aarch64": 117},
    "process_vm_readv": {"x86_64": 310, "aarch64": 270},
    "process_vm_writev": {"x86_64": 311, "aarch64": 271},
    "pidfd_getfd": {"x86_64": 438, "aarch64": 438},
    "open_by_handle_at": {"x86_64": 304, "aarch64": 265},
    "bpf": {"x86_64": 321, "aarch64": 280},
    "perf_event_open": {"x86_64": 298, "aarch64": 241},
    "userfaultfd": {"x86_64": 323, "aarch64": 282},
    "add_key": {"x86_64": 248, "aarch64": 217},
    "request_key": {"x86_64": 249, "aarch64": 218},
    "keyctl": {"x86_64": 250, "aarch64": 219},
    "mount": {"x86_64": 165, "aarch64": 40},
    "unshare": {"x86_64": 272, "aarch64": 97},
    "setns": {"x86_64": 308, "aarch64": 268},
    "memfd_create": {"x86_64": 319, "aarch64": 279},
    "chmod": {"x86_64": 90},
    "fchmod": {"x86_64": 91, "aarch64": 52},
    "fchmodat": {"x86_64": 268, "aarch64": 53},
    "fchmodat2": {"x86_64": 452, "aarch64": 452},
    "chown": {"x86_64": 92},
    "fchown": {"x86_64": 93, "aarch64": 55},
    "lchown": {"x86_64": 94},
    "fchownat": {"x86_64": 260, "aarch64": 54},
    "utime": {"x86_64": 132},
    "utimes": {"x86_64": 235},
    "futimesat": {"x86_64": 261},
    "utimensat": {"x86_64": 280, "aarch64": 88},
    "setxattr": {"x86_64": 188, "aarch64": 5},
    "lsetxattr": {"x86_64": 189, "aarch64": 6},
    "fsetxattr": {"x86_64": 190, "aarch64": 7},
    "setxattrat": {"x86_64": 463, "aarch64": 463},
    "removexattr": {"x86_64": 197, "aarch64": 14},
    "lremovexattr": {"x86_64": 198, "aarch64": 15},
    "fremovexattr": {"x86_64": 199, "aarch64": 16},
    "removexattrat": {"x86_64": 466, "aarch64": 466},
    "setsid": {"x86_64": 112, "aarch64": 157},
    "setpgid": {"x86_64": 109, "aarch64": 154},
    "write": {"x86_64": 1, "aarch64": 64},
    "ftruncate": {"x86_64": 77, "aarch64": 46},
}
"""System calls by architecture (asm/unistd_64.h, asm-generic/unistd.h); written down here once more."""


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


def run_by_loader(program: str) -> str:
    """Hand a program to the dynamic loader."""
    loader = next(Path("/lib64").glob("ld-linux*"), Path("/lib/ld-linux-aarch64.so.1"))
    return attempt(lambda: subprocess.run([str(loader), program], check=False))


def have_run(program: str) -> str:
    """Have the child that may run 7zz run something else."""

    def launch() -> None:
        with tempfile.TemporaryFile() as errors:
            launcher.run([program.encode()], errors, {}, (), 1.0).wait()

    return attempt(launch)


def syscall(name: str, *arguments: int | bytes | None) -> str:
    """A system call, by the number that it has on this architecture, without libc's help."""
    number = NUMBERS[name][os.uname().machine]
    libc = ctypes.CDLL(None, use_errno=True)
    done = libc.syscall(
        ctypes.c_long(number),
        *(ctypes.c_long(one) if isinstance(one, int) else one for one in arguments),
    )
    return errno.errorcode[ctypes.get_errno()] if done < 0 else ""


def attack_by_descriptor(name: str, letter: OpenLetter) -> str:
    """Change the letter that was handed over, by its descriptor."""
    arguments: dict[str, tuple[int | bytes | None, ...]] = {
        "fchmod": (letter.descriptor, 0o777),
        "fchown": (letter.descriptor, 1, 1),
        "fsetxattr": (letter.descriptor, b"user.mark", b"a", 1, 0),
        "fremovexattr": (letter.descriptor, b"user.mark"),
        "utimensat": (letter.descriptor, None, None, 0),
        "write": (letter.descriptor, b"a", 1),
        "ftruncate": (letter.descriptor, 0),
    }
    return syscall(name, *arguments[name])


def reopen_for_writing(letter: OpenLetter) -> str:
    """Open the letter that was handed over anew by its name in /proc."""
    return attempt(lambda: os.close(os.open(f"/proc/self/fd/{letter.descriptor}", os.O_WRONLY)))


def run_from_memory(program: bytes) -> str:
    """Run a program that lies in memory alone."""

    def run() -> None:
        descriptor = os.memfd_create("program")
        os.write(descriptor, program)
        subprocess.run([f"/proc/self/fd/{descriptor}"], pass_fds=(descriptor,), check=True)

    return attempt(run)


def change(file: str) -> list[str]:
    """Mode, owner, times and attributes of a file."""
    return [
        attempt(lambda: os.chmod(file, 0o777)),  # noqa: PTH101
        attempt(lambda: os.chown(file, 1, 1)),
        attempt(lambda: os.utime(file, (0, 0))),
        attempt(lambda: os.setxattr(file, "user.mark", b"a")),
    ]


def leave_the_group() -> list[str]:
    return [attempt(os.setsid), attempt(lambda: os.setpgid(0, 0))]


def speak() -> None:
    os.write(1, b"forged line\n")
    os.write(2, b"forged line\n")


def bomb(most: int) -> int:
    """Start children as one of many users, until the kernel refuses; how many there were."""
    if os.getuid() == 0:  # of root's it counts none
        os.setgroups([])
        os.setresgid(54321, 54321, 54321)
        os.setresuid(54321, 54321, 54321)
    children: list[int] = []
    try:
        while len(children) < most:
            child = os.fork()
            if child == 0:
                hang()
            children.append(child)
    except BlockingIOError:
        pass
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    return len(children)


def breed(children: int) -> None:
    """Start so many children that hang, and hang."""
    for _ in range(children):
        if os.fork() == 0:
            hang()
    hang()


def share_out_memory(children: int, each: int) -> None:
    """Have children take memory that none of them is denied alone."""
    for _ in range(children):
        if os.fork() == 0:
            kept = bytearray(os.urandom(4096) * (each // 4096))
            hang()
            del kept
    hang()


def spin_in_turns(seconds: float) -> None:
    """Use CPU in one child after the other, in each of them less than a letter's."""
    while True:
        if os.fork() == 0:
            work(seconds)
            os._exit(0)
        os.wait()


def killed_first() -> int:
    return int(Path("/proc/self/oom_score_adj").read_text())


class Runs:
    """What its reader would run, were it a pickle that is believed."""

    def __init__(self, file: str) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.close, (os.open(self.file, os.O_CREAT | os.O_WRONLY),)


def _channel() -> WorkerChannel:
    """The channel of the worker that this is, as code that took it over would find it."""
    return next(one for one in gc.get_objects() if isinstance(one, WorkerChannel))


def send_raw(message: bytes) -> None:
    """Send the pool a message of one's own making."""
    _channel().writer.send_bytes(message)
    hang()


def keep_the_channel() -> None:
    """Take the channel's lock and never give it back."""
    _channel().mutex.acquire()
    hang()


def ask_for(words: list[str]) -> list[str]:
    """Ask the program for files by words that were guessed."""
    return [attempt(partial(hand_over.received, hand_over.Word(word, ""))) for word in words]


def say(text: bytes) -> None:
    os.write(2, text)


def start_a_child_that_hangs() -> int:
    """Its process id; it stays when the task is done."""
    child = os.fork()
    if child == 0:
        hang()
    return child
