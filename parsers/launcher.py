"""
Other programs, for a process that may run none: a child of it that may runs them in its place.

Behind its walls a worker is denied execve(2) altogether. The child is born just before that and runs the one
program that it was told, with whatever arguments it is asked to; it is behind all the other walls, too.
Where there is no such child, as outside of the walls, programs are run as they are everywhere.
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping, Sequence
from typing import IO, Protocol

_REQUEST_BYTES = 256 * 1024
_MOST_DESCRIPTORS = 16


class Running(Protocol):
    """A program at work, as subprocess.Popen has it."""

    stdout: IO[bytes] | None

    def wait(self) -> int:
        """Wait until it has ended; return its exit code, the signal's number negative."""
        ...

    def kill(self) -> None:
        """End it; nothing where it has ended."""
        ...


class _Launcher:
    """This process's child, None while it has none."""

    asked: socket.socket | None = None
    used = 0.0
    turn = threading.Lock()


def run(
    arguments: Sequence[bytes],
    errors: IO[bytes],
    environment: Mapping[str, str],
    keep: Sequence[int],
    seconds: float,
    buffer: int = -1,
) -> Running:
    """
    Start a program that reads nothing from its standard input.

    Args:
        arguments: its path and what it is told.
        errors: where it writes its standard error.
        environment: all that it sees of one.
        keep: descriptors that it has under the same numbers.
        seconds: of CPU, after which the kernel ends it.
        buffer: bytes of the stream that its standard output is read from.

    Raises: OSError, also where it is another program than the one that may be run.

    """
    asked = _Launcher.asked
    if asked is None:
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            bufsize=buffer,
            env=environment,
            pass_fds=keep,
        )
        with contextlib.suppress(OSError, ValueError, AttributeError, ImportError):
            import resource  # neither on Windows nor, with prlimit, elsewhere than on Linux

            _, hard = resource.prlimit(process.pid, resource.RLIMIT_CPU)
            resource.prlimit(process.pid, resource.RLIMIT_CPU, (_within(seconds, hard), hard))
        return process
    reading, writing = os.pipe()
    try:
        words = [one.hex() for one in arguments]
        request = {"run": words, "env": dict(environment), "keep": list(keep), "cpu": seconds}
        answer = _ask(asked, request, [writing, errors.fileno(), *keep])
    except BaseException:
        os.close(reading)
        raise
    finally:
        os.close(writing)
    return _Launched(asked, int(answer["pid"]), os.fdopen(reading, "rb", buffer))


def cpu_seconds() -> float:
    """Return the CPU that programs which this process had launched have used."""
    return _Launcher.used


def _ask(
    asked: socket.socket, request: Mapping[str, object], descriptors: Sequence[int] = ()
) -> dict[str, float]:
    with _Launcher.turn:
        socket.send_fds(asked, [json.dumps(request).encode()], descriptors)
        raw = asked.recv(_REQUEST_BYTES)
    if not raw:
        raise OSError(errno.EPIPE, "the launcher is gone")
    answer: dict[str, float] = json.loads(raw)
    if "errno" in answer:
        code = int(answer["errno"])
        raise OSError(code, os.strerror(code))
    return answer


class _Launched:
    """A grandchild. Its number stays its own until it is waited for."""

    def __init__(self, asked: socket.socket, number: int, stdout: IO[bytes]) -> None:
        self.stdout: IO[bytes] | None = stdout
        self._asked = asked
        self._number = number
        self._code: int | None = None
        self._waiting = threading.Lock()

    def wait(self) -> int:
        with self._waiting:
            if self._code is None:
                answer = _ask(self._asked, {"wait": self._number})
                self._code = int(answer["code"])
                _Launcher.used += answer["cpu"]
            return self._code

    def kill(self) -> None:
        if self._code is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._number, signal.SIGKILL)


def give_birth(program: str) -> None:
    """
    Have a child that runs `program` for this process from now on. Call it in a single thread.

    It ends with this process.
    """
    if not hasattr(os, "fork") or not program:
        return
    mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        try:
            number = its.fileno()
            os.closerange(3, number)  # what is open in a worker is none of its child's
            os.closerange(number + 1, 1024)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            _serve(its, os.fsencode(program))
        finally:
            os._exit(0)
    its.close()
    _Launcher.asked = mine


def _serve(asked: socket.socket, program: bytes) -> None:
    """Live the child's life: answer until nobody asks any more."""
    while True:
        raw, descriptors, _, _ = socket.recv_fds(
            asked, _REQUEST_BYTES, _MOST_DESCRIPTORS, socket.MSG_CMSG_CLOEXEC
        )
        if not raw:
            return
        try:
            request = json.loads(raw)
            answer = (
                _waited(int(request["wait"]))
                if "wait" in request
                else {"pid": _started(request, program, descriptors)}
            )
        except OSError as error:
            answer = {"errno": error.errno or errno.EIO}
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError):
            answer = {"errno": errno.EINVAL}
        finally:
            for one in descriptors:
                os.close(one)
        asked.send(json.dumps(answer).encode())


def _started(request: Mapping[str, object], program: bytes, descriptors: list[int]) -> int:
    import resource

    words: list[str] = list(request["run"])  # type: ignore[call-overload]
    arguments = [bytes.fromhex(one) for one in words]
    if arguments[0] != program:
        raise PermissionError(errno.EACCES, "another program")
    numbers: list[int] = [1, 2, *request["keep"]]  # type: ignore[misc]
    actions: list[tuple[int, ...]] = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)]  # type: ignore[list-item]
    actions += [
        (os.POSIX_SPAWN_DUP2, given, number)
        for given, number in zip(descriptors, numbers, strict=True)
    ]
    environment: Mapping[str, str] = request["env"]  # type: ignore[assignment]
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    mine = resource.getrusage(resource.RUSAGE_SELF)
    seconds = float(request["cpu"])  # type: ignore[arg-type]
    most = _within(seconds + mine.ru_utime + mine.ru_stime, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (most, hard))
    try:
        return os.posix_spawn(program, arguments, environment, file_actions=actions)
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))


def _waited(number: int) -> dict[str, float]:
    _, status, used = os.wait4(number, 0)
    return {"code": os.waitstatus_to_exitcode(status), "cpu": used.ru_utime + used.ru_stime}


def _within(seconds: float, hard: int) -> int:
    """Return a limit of whole seconds, no more than the hard one."""
    most = math.ceil(seconds) + 1
    return most if hard < 0 else min(most, hard)  # RLIM_INFINITY is -1
