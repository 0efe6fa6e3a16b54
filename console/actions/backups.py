"""The office's backup: ledger, vault, settings and templates; old ones go, and a restore is tried."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from console.application import Application
from console.settings.loading import Settings
from console.state import last_backup
from console.state.last_backup import LastBackup
from ledger.os_errors import describe
from ledger.storage import backup
from ledger.storage.backup import Backup, BackupError, DamagedFile
from ledger.storage.trial import try_restore

ALWAYS_KEPT = 3
"""So many of the latest copies stay, however old they are."""

TRY_EVERY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What was done: the backup, how many old ones went, how many letters a trial restore found."""

    made: Backup
    removed: int
    tried: int | None


def back_up_office(
    application: Application, folder: Path, keep_days: int, trial: bool, now: datetime
) -> BackedUp:
    """
    Back up everything that an office would miss; what happened is noted beside the ledger.

    Args:
        application: the rooms.
        folder: where backups lie.
        keep_days: copies of the ledger older than that go; 0 keeps them all.
        trial: try a restore into a passing place, once in TRY_EVERY.
        now: the moment.

    Raises:
        BackupError: it was not made, or cannot be restored.

    """
    data = application.settings.data_dir
    last = last_backup.read(data) or LastBackup(str(folder))
    last = replace(last, folder=str(folder.absolute()))
    try:
        made = backup.back_up(application.engine, application.vault, folder, now)
        _keep_settings(application.settings, folder, now)
        removed = _remove_old(folder, now - timedelta(days=keep_days)) if keep_days else 0
    except (BackupError, OSError) as error:
        trouble = describe(error) if isinstance(error, OSError) else str(error)
        last_backup.record(data, replace(last, trouble=trouble))
        raise BackupError(trouble) from error
    rotten = "、".join(one.name for one in made.damaged[:5])
    last = replace(
        last, at=now, trouble=f"有文件已损坏或不见，没有备份：{rotten}" if rotten else ""
    )
    tried = None
    if trial and (last.tried is None or last.try_trouble or now - last.tried >= TRY_EVERY):
        try:
            tried = try_restore(made, application.engine)
            last = replace(last, tried=now, try_trouble="")
        except BackupError as error:
            last_backup.record(data, replace(last, tried=now, try_trouble=str(error)))
            raise
    last_backup.record(data, last)
    return BackedUp(made, removed, tried)


def heal(application: Application, damaged: Sequence[DamagedFile]) -> str:
    """Have the next round fetch damaged letters again that still lie in the mailbox; say so in Chinese."""
    if not damaged:
        return ""
    again = application.sightings.fetch_again([one.digest for one in damaged])
    parts = [f"其中 {again} 封来信，仍在邮箱里的下一轮会重新取回"] * bool(again)
    parts += ["取不回的请用较早的备份恢复，并检查磁盘"]
    return "；".join(parts) + "。"


def _keep_settings(settings: Settings, folder: Path, now: datetime) -> None:
    """Copy config.toml, the holidays' notice and the office's templates; passwords stay where they are."""
    target = folder / f"settings-{now:%Y%m%dT%H%M%S}"
    target.mkdir(mode=0o700, exist_ok=True)
    shutil.copy2(settings.path, target / "config.toml")
    home = settings.path.resolve().parent
    for name in (settings.holidays_file, settings.notice.template):
        if name and (home / name).is_file():
            shutil.copy2(home / name, target / Path(name).name)
    if settings.templates is not None and settings.templates.is_dir():
        shutil.copytree(settings.templates, target / "templates", dirs_exist_ok=True)


def _remove_old(folder: Path, before: datetime) -> int:
    """Remove copies made before a moment, told by their names; the vault is shared and stays."""
    copies = sorted(path for path in folder.glob("ledger-*") if path.suffix in (".db", ".dump"))
    gone = 0
    for path in copies[:-ALWAYS_KEPT]:
        stamp = path.stem.removeprefix("ledger-")
        try:
            made = datetime.strptime(stamp, "%Y%m%dT%H%M%S").replace(tzinfo=before.tzinfo)
        except ValueError:
            continue  # not one of ours
        if made < before:
            path.unlink()
            path.with_suffix(".anchor").unlink(missing_ok=True)
            shutil.rmtree(folder / f"settings-{stamp}", ignore_errors=True)
            gone += 1
    return gone
