"""The office's backup: ledger, vault, settings and templates; old ones go, and a restore is tried."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from console.application import Application
from console.settings.loading import Settings
from console.state import last_backup
from console.state.last_backup import LastBackup
from ledger.journal import JournalEntry, record
from ledger.models.database import read_only
from ledger.os_errors import describe, remedy
from ledger.printing_facts import BackedUp
from ledger.states import Act
from ledger.storage import backup
from ledger.storage.backup import Backup, BackupError, DamagedFile
from ledger.storage.trial import try_restore

ALWAYS_KEPT = 3
"""So many of the latest copies stay, however old they are."""

TRY_EVERY = timedelta(days=30)

LOCK = "backup.lock"
"""In the data folder: whoever makes or tries a backup holds it, and a program that ended holds nothing."""

BUSY = "正在做另一份备份或试恢复，请等它做完。"


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: the backup, how many old ones went, how many letters a trial restore found."""

    made: Backup
    removed: int
    tried: int | None


@dataclass(frozen=True, slots=True)
class Copy:
    """A backup that lies in a folder: its file, when it was made (by its name), its bytes."""

    file: Path
    made: datetime
    size: int


@contextlib.contextmanager
def alone(data: Path) -> Iterator[None]:
    """Hold the lock of backups. Raises: BackupError while somebody else holds it."""
    with (data / LOCK).open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(BUSY) from None
        yield


def folder_of(settings: Settings) -> Path | None:
    """Return where backups go when nobody says: by config.toml, else where the last one lies."""
    if settings.backup.folder:
        return settings.path.resolve().parent / settings.backup.folder
    last = last_backup.read(settings.data_dir)
    return Path(last.folder) if last is not None else None


def copies(folder: Path) -> list[Copy]:
    """List the backups of a folder, the latest first; what bears another name is none of ours."""
    found = []
    for path in folder.glob("ledger-*"):
        made = _moment_of(path)
        if made is not None and path.suffix in (".db", ".dump"):
            with contextlib.suppress(OSError):  # an old one goes at this very moment
                found.append(Copy(path, made, path.stat().st_size))
    return sorted(found, key=lambda one: one.made, reverse=True)


def back_up_office(
    application: Application, folder: Path, keep_days: int, trial: bool, who: str, now: datetime
) -> Done:
    """
    Back up everything that an office would miss; what happened is noted beside the ledger and in its journal.

    Args:
        application: the rooms.
        folder: where backups lie.
        keep_days: copies of the ledger older than that go; 0 keeps them all.
        trial: try a restore into a passing place, once in TRY_EVERY.
        who: asks for it.
        now: the moment.

    Raises:
        BackupError: it was not made, or cannot be restored, or another one is being made.

    """
    data = application.settings.data_dir
    with alone(data):
        last = last_backup.read(data) or LastBackup(str(folder))
        last = replace(last, folder=str(folder.absolute()))
        try:
            backup.sweep(folder)
            _enough_space(application, folder)
            made = backup.back_up(application.engine, application.vault, folder, now)
            _keep_settings(application.settings, folder, now)
            removed = _remove_old(folder, now - timedelta(days=keep_days)) if keep_days else 0
        except (BackupError, OSError) as error:
            trouble = _words(error)
            with _as_far_as_the_disk_lets_us():
                last_backup.record(data, replace(last, trouble=trouble))
                _note(application, {"backup": "failed"}, who, now, trouble)
            raise BackupError(trouble) from error
        rotten = "、".join(one.name for one in made.damaged[:5])
        last = replace(
            last, at=now, trouble=f"有文件已损坏或不见，没有备份：{rotten}" if rotten else ""
        )
        last_backup.record(data, last)
        facts: BackedUp = {"backup": "made", "copy": made.ledger.name, "held": made.files}
        _note(application, facts, who, now)
        tried = None
        if trial and (last.tried is None or last.try_trouble or now - last.tried >= TRY_EVERY):
            tried = _tried(application, made, last, who, now)
        return Done(made, removed, tried)


def try_copy(application: Application, file: Path, who: str, now: datetime) -> int:
    """
    Try to restore a backup into a passing place; returns how many letters it holds.

    What came of it is noted beside the ledger and in its journal.
    Raises: BackupError, also while another one is at work.
    """
    data = application.settings.data_dir
    with alone(data):
        if not file.is_file():
            raise BackupError(f"找不到备份 {file.name}，可能刚被清理。")
        backup.sweep(file.parent)
        last = last_backup.read(data) or LastBackup(str(file.parent))
        return _tried(application, Backup(file, 0, 0), last, who, now)


def _tried(
    application: Application, made: Backup, last: LastBackup, who: str, now: datetime
) -> int:
    data, facts = application.settings.data_dir, BackedUp(backup="tried", copy=made.ledger.name)
    try:
        found = try_restore(made, application.engine)
    except (BackupError, OSError) as error:
        trouble = _words(error)
        with _as_far_as_the_disk_lets_us():
            last_backup.record(data, replace(last, tried=now, try_trouble=trouble))
            _note(application, {**facts, "backup": "failed"}, who, now, trouble)
        raise BackupError(trouble) from error
    last_backup.record(data, replace(last, tried=now, try_trouble=""))
    _note(application, {**facts, "found": found}, who, now)
    return found


def _words(error: BackupError | OSError) -> str:
    return f"{describe(error)}。{remedy(error)}。" if isinstance(error, OSError) else str(error)


@contextlib.contextmanager
def _as_far_as_the_disk_lets_us() -> Iterator[None]:
    """Note a failure; that it cannot be noted must not hide it."""
    with contextlib.suppress(OSError, DBAPIError):
        yield


def _note(
    application: Application, facts: BackedUp, who: str, now: datetime, trouble: str = ""
) -> None:
    record(application.engine, JournalEntry(now, who, Act.BACKED_UP, facts, trouble))


def _enough_space(application: Application, folder: Path) -> None:
    """Refuse at once where the copy of an SQLite ledger has no room. Raises: BackupError; OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = application.engine
    if engine.dialect.name != "sqlite":
        return
    with read_only(engine).connect() as connection:  # the file alone lacks what stands in the WAL
        pages, size = (
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("page_count", "page_size")
        )
    needed = pages * size
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(
            f"备份目录 {folder} 所在的磁盘只剩 {free / 1e6:.0f} MB，台账有 {needed / 1e6:.0f} MB，放不下。"
            "请腾出磁盘空间，或换一个目录。"
        )


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
        made = _moment_of(path)
        if made is not None and made < before:
            path.unlink()
            path.with_suffix(".anchor").unlink(missing_ok=True)
            stamp = path.stem.removeprefix("ledger-")
            shutil.rmtree(folder / f"settings-{stamp}", ignore_errors=True)
            gone += 1
    return gone


def _moment_of(path: Path) -> datetime | None:
    """Return when a copy was made, by its name; None for a file that is none of ours."""
    try:
        return datetime.strptime(
            path.stem.removeprefix("ledger-") + "+0000", "%Y%m%dT%H%M%S%z"
        ).astimezone(UTC)
    except ValueError:
        return None
