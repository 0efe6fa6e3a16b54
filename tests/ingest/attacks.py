"""What the tests have a worker do that was taken over: functions that it can import behind its walls."""

from __future__ import annotations

import ctypes
import errno
import gc
import os
import signal
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from pebble.pool.channel import WorkerChannel

from ingest.message.letter_file import OpenLetter
from ingest.sandbox import hand_over
from parsers import launcher
from tests.ingest import walled


class Taken(walled.Known):
    """Bounds that bring this module into the worker before the walls hide it."""

    __slots__ = ()


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


def run_by_loader(program: str) -> str:
    """Hand a program to the dynamic loader."""
    loader = next(Path("/lib64").glob("ld-linux*"), Path("/lib/ld-linux-aarch64.so.1"))
    return walled.attempt(lambda: subprocess.run([str(loader), program], check=False))


def have_run(program: str) -> str:
    """Have the child that may run 7zz run something else."""

    def launch() -> None:
        with tempfile.TemporaryFile() as errors:
            launcher.run([program.encode()], errors, {}, (), 1.0).wait()

    return walled.attempt(launch)


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
    return walled.attempt(
        lambda: os.close(os.open(f"/proc/self/fd/{letter.descriptor}", os.O_WRONLY))
    )


def run_from_memory(program: bytes) -> str:
    """Run a program that lies in memory alone."""

    def run() -> None:
        descriptor = os.memfd_create("program")
        os.write(descriptor, program)
        subprocess.run([f"/proc/self/fd/{descriptor}"], pass_fds=(descriptor,), check=True)

    return walled.attempt(run)


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
                walled.hang()
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
            walled.hang()
    walled.hang()


def share_out_memory(children: int, each: int) -> None:
    """Have children take memory that none of them is denied alone."""
    for _ in range(children):
        if os.fork() == 0:
            kept = bytearray(os.urandom(4096) * (each // 4096))
            walled.hang()
            del kept
    walled.hang()


def spin_in_turns(seconds: float) -> None:
    """Use CPU in one child after the other, in each of them less than a letter's."""
    while True:
        if os.fork() == 0:
            walled.work(seconds)
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
    walled.hang()


def keep_the_channel() -> None:
    """Take the channel's lock and never give it back."""
    _channel().mutex.acquire()
    walled.hang()


def ask_for(words: list[str]) -> list[str]:
    """Ask the program for files by words that were guessed."""
    return [walled.attempt(partial(hand_over.received, hand_over.Word(word, ""))) for word in words]


def say(text: bytes) -> None:
    os.write(2, text)


def start_a_child_that_hangs() -> int:
    """Its process id; it stays when the task is done."""
    child = os.fork()
    if child == 0:
        walled.hang()
    return child
