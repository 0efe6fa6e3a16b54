"""
Letters shown to clamd before anything of them is opened, where the office runs one.

Source: clamd(8), INSTREAM: chunks with their length before them (four bytes, network order), an empty one
at the end; the answer is `stream: OK`, `stream: NAME FOUND` or `… ERROR`. clamd unpacks MIME and archives itself.
"""

from __future__ import annotations

import socket
import struct
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from ingest.examination_types import ExaminationResult
from rulebook.model import Fault
from rulebook.reasons import Reason

_CHUNK = 1 << 18
_MAX_ANSWER = 4096
TIMEOUT_SECONDS = 120.0


class ScannerAway(Exception):
    """The scanner cannot be asked: letters wait until it can. The text says so, in Chinese."""


class NotScanned(Exception):
    """The scanner does not look at this letter (too large for it): a person decides. The text is its answer."""


class Scanner(Protocol):
    """Whoever looks for viruses."""

    def scan(self, letter: Path) -> str:
        """
        Return the virus's name, empty when there is none.

        Raises: ScannerAway, NotScanned, FileNotFoundError.
        """
        ...


@dataclass(frozen=True, slots=True)
class Clamd:
    """A clamd that listens on a UNIX socket (`/run/clamav/clamd.ctl`) or at `host:port`."""

    address: str
    timeout: float = TIMEOUT_SECONDS

    def scan(self, letter: Path) -> str:
        """As Scanner.scan says."""
        with letter.open("rb") as file:
            try:
                with self._connected() as line:
                    line.sendall(b"zINSTREAM\0")
                    cut = None
                    try:
                        while chunk := file.read(_CHUNK):
                            line.sendall(struct.pack("!L", len(chunk)) + chunk)
                        line.sendall(struct.pack("!L", 0))
                    except (BrokenPipeError, ConnectionResetError) as error:
                        cut = error  # it may have said why before it hung up: too large
                    answer = self._answer(line)
                    if not answer and cut is not None:
                        raise cut
            except OSError as error:
                raise ScannerAway(f"查毒程序 clamd（{self.address}）连不上：{error}") from error
        verdict = answer.removeprefix("stream: ").strip()
        if verdict == "OK":
            return ""
        if verdict.endswith(" FOUND"):
            return verdict.removesuffix(" FOUND")
        if not verdict:
            raise ScannerAway(f"查毒程序 clamd（{self.address}）没有答复")
        raise NotScanned(f"查毒程序 clamd 没有检查这封信：{verdict}（请调大它的 StreamMaxLength）")

    def ping(self) -> None:
        """Make sure that it answers. Raises: ScannerAway."""
        try:
            with self._connected() as line:
                line.sendall(b"zPING\0")
                answer = self._answer(line)
        except OSError as error:
            raise ScannerAway(f"查毒程序 clamd（{self.address}）连不上：{error}") from error
        if answer != "PONG":
            raise ScannerAway(f"{self.address} 不是 clamd：{answer[:40]}")

    def _connected(self) -> socket.socket:
        if self.address.startswith("/"):
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                line.settimeout(self.timeout)
                line.connect(self.address)
            except BaseException:
                line.close()
                raise
            return line
        host, _, port = self.address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), self.timeout)

    def _answer(self, line: socket.socket) -> str:
        answer = b""
        while len(answer) < _MAX_ANSWER and b"\0" not in answer:
            try:
                piece = line.recv(_MAX_ANSWER)
            except ConnectionResetError:
                break
            if not piece:
                break
            answer += piece
        return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()


def infected(head: Future[ExaminationResult], virus: str) -> Future[ExaminationResult]:
    """Return the examination of a letter's head with the virus as its fault, instead of its size."""
    done: Future[ExaminationResult] = Future()

    def tell(first: Future[ExaminationResult]) -> None:
        try:
            examined = first.result()
        except BaseException as error:  # told to whoever waits
            done.set_exception(error)
            return
        submission = examined.submission
        faults = [fault for fault in submission.faults if fault.reason is not Reason.TOO_LARGE]
        submission = replace(submission, faults=(Fault(Reason.INFECTED, virus), *faults))
        done.set_result(replace(examined, submission=submission))

    head.add_done_callback(tell)
    return done
