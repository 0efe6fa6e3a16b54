"""
One office of several in a thread of its own: whatever trips it, the others go on.

It is opened when its settings can be read, closed when they are gone, opened anew when they are others,
tried again when its ledger is away.
"""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from console.application import Busy
from console.offices.clashes import Claims
from console.offices.installation import Installation, environment_of
from console.opened_ledger import LedgerUnusable
from console.service.log_lines import OFFICE
from console.settings.loading import ConfigError, Settings
from ledger.models.troubles import sentence, trouble_of
from ledger.os_errors import describe

_log = logging.getLogger(__name__)

LOOK = 2.0
"""Seconds between two looks at an office's settings, its pause, its rules, and whether a round is asked for."""
AGAIN = 30.0
"""Seconds until an office that could not be opened is tried again; at once when its settings are others."""
IDLE = 30.0
"""Seconds after which an office's workers go, when nothing was asked of them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An office's config.toml as it was looked at; another one is another file."""

    state: tuple[int, int, int] | None

    @classmethod
    def of(cls, path: Path) -> Seen:
        """Look at a file."""
        try:
            status = path.stat()
        except OSError:
            return cls(None)
        return cls((status.st_mtime_ns, status.st_size, status.st_ino))


class OfficeThread(ABC):
    """Keeps one office going until it is told to halt. `trouble`: why it is not open, for people."""

    def __init__(
        self, name: str, installation: Installation, claims: Claims, environ: Mapping[str, str]
    ) -> None:
        self.name = name
        self.trouble = ""
        self._installation = installation
        self._claims = claims
        self._halt = threading.Event()
        self._path = installation.config(name)
        self._environ = environment_of(name, environ)
        self._thread = threading.Thread(target=self._run, name=f"office-{name}", daemon=True)
        self._whole = True

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def halt(self) -> None:
        """Begin nothing more; what is in hand is finished. Safe in any thread."""
        self._halt.set()

    def join(self, seconds: float) -> bool:
        """Wait for its end; whether all that it began has ended."""
        self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive() and self._whole

    @property
    def is_alive(self) -> bool:
        """Whether its thread runs."""
        return self._thread.is_alive()

    @abstractmethod
    def _serve(self, settings: Settings, seen: Seen) -> None:
        """Open the office and serve it until it is to be opened anew, or no more."""

    def _run(self) -> None:
        OFFICE.set(self.name)
        while not self._halt.is_set() and self._path.exists():
            seen = Seen.of(self._path)
            try:
                settings = self._installation.settings(self.name, self._environ)
                self._claims.take(settings)
                self._serve(settings, seen)
                self.trouble = ""
                continue
            except Exception as error:  # whatever it is, it is this office's alone
                self._tell(error)
            finally:
                self._claims.release(self.name)
            for _ in range(int(AGAIN / LOOK)):
                if self._halt.wait(LOOK) or Seen.of(self._path) != seen:
                    break

    def _tell(self, error: Exception) -> None:
        """Name what is in the way once, in the log."""
        told = _named(error)
        if told != self.trouble:
            if isinstance(error, ConfigError | LedgerUnusable | Busy | OSError | DBAPIError):
                _log.error("单位 %s 没有打开：%s", self.name, told)
            else:
                _log.error("单位 %s 出错停下，稍后重新打开", self.name, exc_info=error)
        self.trouble = told

    def _is_changed(self, seen: Seen) -> tuple[bool, Seen]:
        """Tell whether the office is to be opened anew, and what was seen of its settings by now."""
        current = Seen.of(self._path)
        return current != seen and self._can_be_read(), current

    def _can_be_read(self) -> bool:
        """Tell whether the office is to be opened anew: its new settings are gone, or have no fault."""
        if not self._path.exists():
            self._halt.set()  # removed
            return True
        try:
            self._installation.settings(self.name, self._environ)
        except ConfigError as error:
            _log.error("单位 %s 的新设置有误，暂照原来的设置运行：%s", self.name, error)
            return False
        _log.warning("单位 %s 的设置已更改，换用新的设置", self.name)
        return True


def _named(error: Exception) -> str:
    """Name what keeps an office from being opened, for people."""
    if isinstance(error, ConfigError | LedgerUnusable | Busy):
        return str(error)
    if isinstance(error, DBAPIError):
        return f"{sentence(error)}：{trouble_of(error).remedy}"
    if isinstance(error, OSError):
        return f"本机出了问题（{describe(error)}）{f'：{error.filename}' if error.filename else ''}"
    return f"程序出错（{type(error).__name__}：{error}），详见服务的日志"
