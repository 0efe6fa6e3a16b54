"""
The walls around a worker process: what it may use up, where it may read and write, no network.

All of it is done once, when the worker starts, before it has seen a single byte of a letter; only
the seconds of CPU are counted afresh for each letter. What the kernel or a sandbox around us does
not offer is left out: `probe` tells what stands.
"""

from __future__ import annotations

import ctypes
import math
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ingest.sandbox import landlock, scratch, seccomp
from ingest.sandbox.group_watch import GroupLimits

_ROOMS = ("ingest", "parsers", "ledger", "rulebook")
_SYSTEM = (
    *("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/share", "/usr/local/lib", "/usr/local/share"),
    *("/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/etc/timezone"),
    *("/etc/mime.types", "/etc/fonts", "/dev/random", "/dev/urandom"),
    *("/sys/devices/system/cpu", "/proc/cpuinfo", "/proc/meminfo"),
)
_LOADERS = (
    *("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"),
    *("/lib/ld-musl-x86_64.so.1", "/lib/ld-musl-aarch64.so.1"),
)
_ENVIRONMENT = {"PATH", "LANG", "LANGUAGE", "TZ", "MAGIC", "LD_LIBRARY_PATH", "LIBRARY_PATH"}
_PROBE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """
    What is allowed to one worker process.

    `memory`: bytes of address space; `file_size`: bytes of one written file; `open_files`: their
    number; `processes`: threads and processes of our user (the kernel counts none of root's);
    `group`: what the worker and all that it started may use together. `closed`: nothing may be read but programs'
    own files; letters are handed over open. `home`: the folder below which each worker has its
    scratch folder.
    """

    home: Path
    closed: bool = False
    memory: int = 2_000_000_000
    file_size: int = 600_000_000
    open_files: int = 256
    processes: int = 4096
    group: GroupLimits = field(default_factory=GroupLimits)


@dataclass(frozen=True, slots=True)
class SandboxStatus:
    """
    What stands around a worker: bytes and numbers of its limits, None where there is none.

    `cpu`: seconds until the process is ended; `landlock_abi`: 0 where files and folders are not
    guarded; `seccomp`: no socket can be made. `program`: the one that may be run, "" where none is.
    """

    address_space: int | None = None
    file_size: int | None = None
    open_files: int | None = None
    cpu: int | None = None
    landlock_abi: int = 0
    seccomp: bool = False
    program: str = ""


def enter_sandbox(bounds: SandboxLimits) -> SandboxStatus:
    """
    Wall in this process for good, and all programs that it starts. Call it in a single thread.

    Its temporary files go to a scratch folder of its own; that a full disk gives it none is no
    error, then it can write nothing.
    """
    _offer_to_the_oom_killer()
    folder: Path | None = None
    with suppress(OSError):
        folder = scratch.claim(bounds.home)
        tempfile.tempdir = str(folder)
    forget_environment()
    for what, most in (
        (resource.RLIMIT_AS, bounds.memory),
        (resource.RLIMIT_FSIZE, bounds.file_size),
        (resource.RLIMIT_NOFILE, bounds.open_files),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, bounds.processes),
    ):
        _, ceiling = resource.getrlimit(what)
        bound = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (bound, bound))
    abi, silent = 0, False
    program = _program()
    with suppress(OSError, AttributeError):  # elsewhere than on Linux libc has no prctl
        landlock.no_new_privileges()
        with suppress(OSError):
            abi = landlock.restrict(_allowed(bounds, folder, program))
        silent = seccomp.deny()
    return _standing(abi, silent, program)


def deny_programs() -> None:
    """Have this process run no other program any more, not even the one that its child may run."""
    with suppress(OSError, AttributeError):
        seccomp.deny_programs()


def _offer_to_the_oom_killer() -> None:
    """Have the kernel take a worker, not the service, when the machine runs out of memory (proc(5))."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def allow_seconds(seconds: float) -> None:
    """
    End this process by SIGXCPU when it uses more than so many seconds of CPU from now on.

    RLIMIT_CPU counts the whole life of a process, hence what was used is added; the hard limit is
    left alone, or the next letter could not be given its own.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + seconds)
    _, ceiling = resource.getrlimit(resource.RLIMIT_CPU)
    if ceiling != resource.RLIM_INFINITY:
        soft = min(soft, ceiling)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, ceiling))


def forget_environment() -> None:
    """
    Wipe the environment but for what programs need: the service is often told passwords there.

    The bytes themselves are overwritten, since /proc/self/environ shows them as they were at the
    start of the process.
    """
    libc = ctypes.CDLL(None)
    libc.getenv.restype = ctypes.c_void_p
    for name in list(os.environb):
        if os.fsdecode(name) in _ENVIRONMENT or name.startswith((b"LC_", b"PYTHON")):
            continue
        place = libc.getenv(name)
        if place:
            ctypes.memset(place, 0, len(ctypes.string_at(place)))
        del os.environb[name]


def probe(bounds: SandboxLimits | None = None, seconds: float = 60.0) -> SandboxStatus:
    """Return what would stand around a worker here, tried in a process that lives for that alone."""
    home = Path(tempfile.mkdtemp(prefix="shougao-"))
    context = multiprocessing.get_context("forkserver")
    try:
        with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
            trial = pool.submit(_tried, bounds or SandboxLimits(home, closed=True), seconds)
            return trial.result(_PROBE_SECONDS)
    except (BrokenProcessPool, TimeoutError, OSError):
        return SandboxStatus()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _tried(bounds: SandboxLimits, seconds: float) -> SandboxStatus:
    claimed = enter_sandbox(bounds)
    allow_seconds(seconds)
    outside = bounds.home / "outside"
    try:
        outside.touch()
    except PermissionError:
        guarded = True
    else:
        guarded = False
        outside.unlink()
    return _standing(claimed.landlock_abi if guarded else 0, seccomp.in_force())


def _standing(abi: int, silent: bool, program: str = "") -> SandboxStatus:
    def soft(what: int) -> int | None:
        bound, _ = resource.getrlimit(what)
        return None if bound == resource.RLIM_INFINITY else bound

    return SandboxStatus(
        address_space=soft(resource.RLIMIT_AS),
        file_size=soft(resource.RLIMIT_FSIZE),
        open_files=soft(resource.RLIMIT_NOFILE),
        cpu=soft(resource.RLIMIT_CPU),
        landlock_abi=abi,
        seccomp=silent,
        program=program,
    )


def _program() -> str:
    from parsers.archives.sevenzip import program as sevenzip_program

    return sevenzip_program.binary() or ""


def _allowed(
    bounds: SandboxLimits, folder: Path | None, program: str
) -> dict[landlock.Access, tuple[Path, ...]]:
    """Return what Python, its libraries and 7zz need, and one folder to write in."""
    code = Path(__file__).resolve().parents[2]
    prefixes = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    # not bin/: what can be read can be run by the loader
    python = {
        f"{prefix}/{part}" for prefix in prefixes for part in ("lib", "lib64", "lib32", "share")
    }
    readable = (
        *(Path(place) for place in (*_SYSTEM, *python)),
        *(code / room for room in _ROOMS),
    )
    return {
        landlock.READ: readable if bounds.closed else (Path("/"),),
        # of 7zz and its loader alone, and that by the launcher: the worker itself runs nothing
        landlock.RUN: (*([Path(program)] if program else []), *map(Path, _LOADERS)),
        landlock.USE_DEVICE: (Path(os.devnull),),
        landlock.WRITE: (folder,) if folder else (),
    }
