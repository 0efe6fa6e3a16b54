"""A new program on an older ledger: a copy of the ledger first, then its migration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from console.actions.progress import PULSE, Told, alive
from console.application import open_application
from console.opened_ledger import LedgerUnusable
from console.settings.loading import ConfigError, Settings, ledger_url
from ledger.models.database import NewerLedger, open_ledger, steps_after, versions
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


def upgrade(
    settings: Settings,
    environ: Mapping[str, str],
    now: datetime,
    told: Told = lambda _line: None,
    pulse: float = PULSE,
) -> Upgraded:
    """
    Copy the ledger and migrate it, where it is older than the program; else change nothing.

    Args: `told`: is given each step as it begins, and a sign of life every `pulse` seconds, in Chinese.

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
            size = _size(plain) if stale else ""
            copy = None
            if stale:
                with alive(f"先留一份台账的副本（{size}）", told, pulse):
                    copy = copy_ledger(plain, settings.data_dir / COPIES, now)
        finally:
            plain.dispose()
        _migrated(url, before if stale else "", size, told, pulse)
        if stale:
            _rescored(settings, environ, told, pulse)
    except (NewerLedger, BackupError) as error:
        raise ConfigError(str(error)) from error
    except DatabaseError as error:
        raise LedgerUnusable(settings, error) from error
    return Upgraded(before, after, copy)


def _migrated(url: str, before: str, size: str, told: Told, pulse: float) -> None:
    """Open the ledger, and say of each step of its migration where it stands."""
    if not before:
        open_ledger(url).dispose()
        return
    steps = steps_after(before)
    first = f"台账有{size}，从结构 {before} 升级到 {steps[-1]}，共 {len(steps)} 步"
    with alive(first, told, pulse) as at:

        def begin(version: str) -> None:
            at(f"第 {steps.index(version) + 1} 步，共 {len(steps)} 步（结构 {version}）")

        open_ledger(url, told=begin).dispose()


def _rescored(settings: Settings, environ: Mapping[str, str], told: Told, pulse: float) -> None:
    """Write the lines of points as this program tells them: an earlier one gave other reasons."""
    with (
        alive("按本版程序重写积分明细", told, pulse),
        open_application(settings, environ) as application,
        Session(application.engine) as session,
        session.begin(),
    ):
        application.scores.rebuild(session)


def _size(engine: Engine) -> str:
    """Say how much a ledger holds, whatever its schema."""
    with engine.connect() as connection:
        letters, drafts = (
            connection.scalar(text(f"SELECT count(*) FROM {table}"))
            for table in ("letters", "drafts")
        )
    return f"来信 {letters:,} 封、稿件 {drafts:,} 篇"
