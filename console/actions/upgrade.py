"""A new program on an older ledger: a copy of the ledger first, then its migration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.exc import DatabaseError

from console.application import LedgerUnusable
from console.settings.loading import ConfigError, Settings, ledger_url
from ledger.models.database import NewerLedger, open_ledger, versions
from ledger.os_errors import describe
from ledger.storage.backup import BackupError, copy_ledger

COPIES = "before-upgrade"
"""The folder in the data folder that keeps the ledger as it was."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What was done. `before`: empty for a new ledger; `copy`: None where nothing had to change."""

    before: str
    after: str
    copy: Path | None


def make_data_folder(settings: Settings) -> None:
    """Make the data folder where there is none. Raises ConfigError."""
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"数据目录 {settings.data_dir} 无法使用：{describe(error)}。请检查路径和权限。"
        ) from error


def upgrade(settings: Settings, environ: Mapping[str, str], now: datetime) -> Upgraded:
    """
    Copy the ledger and migrate it, where it is older than the program; else change nothing.

    Raises:
        ConfigError: it cannot be copied, or is newer than the program.
        LedgerUnusable: it cannot be opened, or the migration failed: then nothing was changed.

    """
    url = ledger_url(settings, environ)
    try:
        make_data_folder(settings)
        plain = create_engine(url, hide_parameters=True)
        try:
            before, after = versions(plain)
            stale = bool(before) and before < after
            copy = copy_ledger(plain, settings.data_dir / COPIES, now) if stale else None
        finally:
            plain.dispose()
        open_ledger(url).dispose()
    except (NewerLedger, BackupError) as error:
        raise ConfigError(str(error)) from error
    except DatabaseError as error:
        raise LedgerUnusable(settings, error) from error
    return Upgraded(before, after, copy)
