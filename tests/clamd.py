"""A real clamd with one signature of our own, and where there is none a server that speaks its protocol."""

from __future__ import annotations

import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MARK = b"SHOUGAO-TEST-VIRUS-5d1f"
NAME = "Shougao.Test"
PATIENCE = 60.0
PROGRAM = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")


@contextmanager
def clamd(most: str = "25M") -> Iterator[str]:
    """Start a real clamd; its address. `most`: its StreamMaxLength."""
    assert PROGRAM is not None
    with tempfile.TemporaryDirectory(prefix="clamd-") as name:  # a socket's path has to be short
        folder = Path(name)
        (folder / "db").mkdir()
        (folder / "db" / "own.ndb").write_text(f"{NAME}:0:*:{MARK.hex()}\n")
        address = str(folder / "socket")
        (folder / "clamd.conf").write_text(
            f"LocalSocket {address}\nDatabaseDirectory {folder / 'db'}\nForeground yes\n"
            f"StreamMaxLength {most}\nPidFile {folder / 'pid'}\nLogFile {folder / 'log'}\n"
        )
        with subprocess.Popen(
            [PROGRAM, "-c", str(folder / "clamd.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                _await(address, process, folder / "log")
                yield address
            finally:
                process.terminate()
                process.wait()


def _await(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.connect(address)
            return
        time.sleep(0.1)
    raise AssertionError(log.read_text() if log.exists() else "clamd did not start")


@contextmanager
def speaking(answer: bytes | None = None) -> Iterator[str]:
    """A server that speaks INSTREAM and looks for MARK in the bytes as they are; or always answers so."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                with line, line.makefile("rb") as told:
                    command = b""
                    while not command.endswith(b"\0") and (one := told.read(1)):
                        command += one
                    seen = b""
                    while command == b"zINSTREAM\0":
                        (length,) = struct.unpack("!L", told.read(4))
                        if not length:
                            break
                        seen += told.read(length)
                    found = b"stream: " + NAME.encode() + b" FOUND\0"
                    line.sendall(answer or (found if MARK in seen else b"stream: OK\0"))

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
