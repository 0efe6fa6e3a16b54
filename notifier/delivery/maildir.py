"""A relay that lays our letters into a maildir on this machine."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from email.parser import BytesHeaderParser
from pathlib import Path
from types import TracebackType
from typing import Self

from ledger.os_errors import describe
from ledger.storage.vault import sync_folder
from notifier.delivery.relay import Accepted, RelayRefused, Result, no_hook


class MaildirRelay:
    """
    Delivers into a maildir (cr.yp.to/proto/maildir.html): tmp, fsync, rename to new.

    The file's name comes from the Message-ID: a repeat after a crash replaces, never doubles.
    """

    never_doubles = True

    def __init__(self, path: Path) -> None:
        self._path = path

    def __repr__(self) -> str:
        return f"MaildirRelay({str(self._path)!r})"

    def __enter__(self) -> Self:
        self._create()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def send(
        self,
        raw: bytes,
        sender: str,
        recipients: Sequence[str],
        before_end: Callable[[], None] = no_hook,
    ) -> Result:
        """Deliver as `Relay.send` says. A failure of the disk is a RelayRefused: the letter stays owed."""
        self._create()
        name = _file_name(raw)
        try:
            if self._was_read(name):
                return Accepted(f"250 {name} (delivered before)")
            passing = self._path / "tmp" / f"{name}.{os.getpid()}"
            with passing.open("wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            passing.replace(self._path / "new" / name)
            sync_folder(self._path / "new")
        except OSError as error:
            raise self._refusal(error) from error
        return Accepted(f"250 {name}")

    def is_over_quota(self, reply: str) -> bool:
        """Tell that a folder never says so: it has no quota of a day."""
        return False

    def hang_up(self) -> None:
        """Do nothing: a folder keeps nobody waiting."""

    def check(self) -> str:
        """Create the folder if need be and write to it."""
        self._create()
        trial = self._path / "tmp" / f"check.{os.getpid()}"
        try:
            trial.write_bytes(b"")
            trial.unlink()
        except OSError as error:
            raise self._refusal(error) from error
        return f"发信目录 {self._path} 可以写入"

    def _was_read(self, name: str) -> bool:
        """Whether a letter was delivered before, and its reader has moved it since."""
        with os.scandir(self._path / "cur") as read:
            return any(one.name.startswith(name) for one in read)

    def _create(self) -> None:
        try:
            for part in ("cur", "new", "tmp"):
                (self._path / part).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._refusal(error) from error

    def _refusal(self, error: OSError) -> RelayRefused:
        return RelayRefused(
            f"发信目录 {self._path} 不能使用（{describe(error)}）："
            "请检查 config.toml 里 relay.url 的目录、它的写入权限和磁盘空间。"
        )


def _file_name(raw: bytes) -> str:
    head = raw.partition(b"\r\n\r\n")[0]  # the parser looks at each line of the rest, too
    message_id = BytesHeaderParser().parsebytes(head).get("Message-ID")
    seed = str(message_id).strip().encode("utf-8", "replace") if message_id else raw
    return f"{hashlib.sha256(seed).hexdigest()[:40]}.shougao"
