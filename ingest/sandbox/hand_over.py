"""
What workers are given and what they say: each letter as an open descriptor, their words through a pipe.

A worker can open no letter. With each task it gets a word that stands for one file; for that word, once, the
program sends it the file opened for reading (SCM_RIGHTS, unix(7)). What it writes to its standard output
and error is read here as data: a few lines go to the log, marked as a worker's.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import secrets
import selectors
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ingest.message.letter_file import OpenLetter
from ledger.os_errors import describe

_log = logging.getLogger(__name__)

MOST_SAID = 4000
"""Bytes that one worker may say in its life; then nobody listens any more."""

MOST_IN_LINE = 300
MOST_GUESSES = 8
"""Words that stand for no file, after which a worker gets nothing more."""

_WORD_BYTES = 64
_PATIENCE = 30.0
"""Seconds that a worker waits for its letter."""

_GIVEN = b"+"


class NotNow(Exception):
    """This machine can examine nothing now (too many open files, no memory, …): the letter waits."""


@dataclass(frozen=True, slots=True)
class Word:
    """Stands for a file that a worker is to read; `name` is the file's own."""

    word: str
    name: str


@dataclass(slots=True)
class _Speaker:
    """What is known of one worker."""

    number: int
    said: int = 0
    rest: bytes = b""
    guesses: int = 0
    ends: list[socket.socket | int] = field(default_factory=list)


class HandOver:
    """The program's side, for one pool of workers: a thread that answers them until it is closed."""

    def __init__(self) -> None:
        self._files: dict[str, Path] = {}
        self._door, self.door_of_workers = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._woken, self._wake = os.pipe()
        self._selector = selectors.DefaultSelector()
        self._speakers: list[_Speaker] = []
        self._selector.register(self._door, selectors.EVENT_READ, self._introduced)
        self._selector.register(self._woken, selectors.EVENT_READ, None)
        self._thread = threading.Thread(target=self._run, name="hand-over", daemon=True)
        self._thread.start()

    def offer(self, file: Path) -> Word:
        """Have a file ready for the worker that will get the word."""
        word = Word(secrets.token_hex(_WORD_BYTES // 2), file.name)
        self._files[word.word] = file
        return word

    def withdraw(self, word: Word) -> None:
        """Forget a word, asked for or not."""
        self._files.pop(word.word, None)

    def close(self) -> None:
        """Answer nobody any more. A second time nothing happens."""
        if self._thread.is_alive():
            with contextlib.suppress(OSError):
                os.write(self._wake, b".")
            self._thread.join()
        self.door_of_workers.close()

    def _run(self) -> None:
        try:
            while True:
                for key, _ in self._selector.select():
                    if key.data is None:
                        return
                    key.data()
        except OSError:
            _log.exception("不能再把来信交给解析进程")
        finally:
            for speaker in self._speakers:
                for end in speaker.ends:
                    _close(end)
            self._selector.close()
            self._door.close()
            os.close(self._woken)
            os.close(self._wake)

    def _introduced(self) -> None:
        """Take what a new worker sends of itself before its walls rise: its number and two ends."""
        data, descriptors, _, _ = socket.recv_fds(self._door, 32, 2)
        if len(descriptors) != 2 or not data.isdigit():
            for one in descriptors:
                os.close(one)
            return
        asking, said = descriptors
        speaker = _Speaker(int(data))
        channel = socket.socket(fileno=asking)
        os.set_blocking(said, False)
        self._speakers.append(speaker)
        speaker.ends += [channel, said]
        asked, heard = partial(self._asked, speaker, channel), partial(self._heard, speaker, said)
        self._selector.register(channel, selectors.EVENT_READ, asked)
        self._selector.register(said, selectors.EVENT_READ, heard)

    def _asked(self, speaker: _Speaker, channel: socket.socket) -> None:
        """Hand over the file that a word stands for."""
        try:
            word = channel.recv(_WORD_BYTES * 2, socket.MSG_DONTWAIT)
            if not word:
                self._part(speaker, channel)
                return
            file = self._files.pop(word.decode("ascii", "replace"), None)
            if file is None:
                speaker.guesses += 1
                channel.send(str(errno.EACCES).encode(), socket.MSG_DONTWAIT)
                if speaker.guesses >= MOST_GUESSES:
                    _log.error("解析进程 %d 要了不是交给它的信", speaker.number)
                    self._part(speaker, channel)
                return
            try:
                descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
            except OSError as error:
                channel.send(str(error.errno or errno.EIO).encode(), socket.MSG_DONTWAIT)
                return
            try:
                socket.send_fds(channel, [_GIVEN], [descriptor], socket.MSG_DONTWAIT)
            finally:
                os.close(descriptor)
        except OSError:  # it is gone, or does not read what it asked for
            self._part(speaker, channel)

    def _heard(self, speaker: _Speaker, pipe: int) -> None:
        """Log what a worker says, line by line, as data."""
        try:
            said = os.read(pipe, MOST_SAID)
        except OSError:
            said = b""
        speaker.rest += said[: max(0, MOST_SAID - speaker.said)]
        speaker.said += len(said)
        over = not said or speaker.said >= MOST_SAID
        *lines, speaker.rest = speaker.rest.split(b"\n")
        if over:
            lines, speaker.rest = [*lines, speaker.rest], b""
        for line in lines:
            if words := _as_line(line):
                _log.warning("解析进程 %d 说：%s", speaker.number, words)
        if over:
            if said:
                _log.warning("解析进程 %d 说得太多，不再记录", speaker.number)
            self._part(speaker, pipe)

    def _part(self, speaker: _Speaker, end: socket.socket | int) -> None:
        self._selector.unregister(end)
        _close(end)
        speaker.ends.remove(end)
        if not speaker.ends:
            self._speakers.remove(speaker)


def _close(end: socket.socket | int) -> None:
    with contextlib.suppress(OSError):
        if isinstance(end, socket.socket):
            end.close()
        else:
            os.close(end)


def _as_line(raw: bytes) -> str:
    """Write what a worker said so that it is one line, and no control character reaches a terminal."""
    text = raw.decode("utf-8", "backslashreplace")
    return "".join(
        mark if mark.isprintable() else repr(mark)[1:-1] for mark in text.strip()[:MOST_IN_LINE]
    )


class _Hands:
    """A worker's side: made before its walls rise, since no socket can be made behind them."""

    channel: socket.socket | None = None


def introduce(door: socket.socket) -> None:
    """Begin as a worker: have the program read what this process says, and answer what it asks for."""
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    heard, said = os.pipe()
    with door, theirs:
        socket.send_fds(door, [str(os.getpid()).encode()], [theirs.fileno(), heard])
    os.close(heard)
    for number in (1, 2):
        os.dup2(said, number)
    os.close(said)
    mine.settimeout(_PATIENCE)
    _Hands.channel = mine


def received(word: Word) -> OpenLetter:
    """
    Ask for the file that a word stands for.

    Raises: NotNow; FileNotFoundError; PermissionError: the word stands for none.
    """
    channel = _Hands.channel
    if channel is None:
        raise NotNow("no worker")
    try:
        channel.send(word.word.encode())
        answer, descriptors, _, _ = socket.recv_fds(channel, 32, 1)
    except OSError as error:
        raise NotNow(str(error)) from error
    if answer == _GIVEN and descriptors:
        return OpenLetter(word.name, descriptors[0])
    code = int(answer) if answer.isdigit() else errno.EIO
    if code in (errno.ENOENT, errno.EACCES):
        raise OSError(code, os.strerror(code), word.name)
    raise NotNow(f"来信打不开（{describe(OSError(code, os.strerror(code)))}）")


def with_files(
    args: tuple[object, ...], files: Callable[[Word], OpenLetter] = received
) -> tuple[tuple[object, ...], list[OpenLetter]]:
    """Return a task's arguments with opened files in the place of words, and the files."""
    opened: list[OpenLetter] = []
    resolved: list[object] = []
    for one in args:
        if isinstance(one, Word):
            one = files(one)
            opened.append(one)
        resolved.append(one)
    return tuple(resolved), opened
