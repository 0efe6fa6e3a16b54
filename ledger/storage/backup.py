"""Backup and restore of ledger and vault; a backup is one moment of the ledger, taken while it is used."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError

from ledger.journal import anchor
from ledger.models.database import NewerLedger, bring_up, read_only
from ledger.models.decisions import AdoptionRow, NoticeRow, PrintedTextRow
from ledger.models.letters import LetterRow
from ledger.models.schemas import is_empty, make_schema, schema_of
from ledger.models.troubles import LedgerTrouble, sentence, trouble_named
from ledger.os_errors import describe, remedy
from ledger.storage.vault import Vault, VaultError


class BackupError(Exception):
    """A backup or restore could not be made; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class DamagedFile:
    """A file of the vault that is no longer what the ledger names; `name` in Chinese."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Backup:
    """
    What a backup holds. `copied` counts the vault's files that were not there yet.

    `damaged`: files that are missing or altered in the vault, and are not in this backup unless an earlier
    one had them whole.
    """

    ledger: Path
    files: int
    copied: int
    damaged: tuple[DamagedFile, ...] = ()


def back_up(engine: Engine, vault: Vault, folder: Path, now: datetime) -> Backup:
    """
    Write `ledger-<time>.db` (or .dump for PostgreSQL) into `folder`, and its vault beside it.

    First the ledger, as it stands at one moment, then every file that it names: what arrives
    meanwhile is in the next backup. The vault is shared by all backups of a folder; a file is copied
    once; what rotted is named and never copied. Beside it lies an `.anchor`: the head of the journal's
    chain, to be kept elsewhere.

    Raises: BackupError; what was begun is taken away again.
    """
    try:
        head = anchor(engine, now)  # before the copy, so that the copy holds it, too
        partial, target_file = _copied(engine, folder, now)
    except (OSError, sqlite3.Error) as error:
        raise _failed(folder, error) from error
    try:
        digests = _named(engine)
        bad = tuple(damaged(engine, vault))
        rotten = {one.digest for one in bad}
        backup_vault = Vault(folder / "vault")
        backup_vault.sweep()
        copied = 0
        for digest in digests:
            if digest not in rotten and not backup_vault.holds(digest):
                backup_vault.put(vault.get(digest), digest)
                copied += 1
        partial.rename(target_file)
        kept = target_file.with_suffix(".anchor")
        kept.write_text(head + "\n", encoding="utf-8")
    except (OSError, VaultError, sqlite3.Error) as error:
        partial.unlink(missing_ok=True)
        raise _failed(folder, error) from error
    return Backup(target_file, len(digests), copied, bad)


def copy_ledger(engine: Engine, folder: Path, now: datetime) -> Path:
    """
    Write the ledger alone into `folder`, whatever its schema; returns the file.

    Raises: BackupError.
    """
    try:
        partial, target_file = _copied(engine, folder, now)
        partial.rename(target_file)
    except (OSError, sqlite3.Error) as error:
        raise _failed(folder, error) from error
    return target_file


def sweep(folder: Path) -> None:
    """Take away what a backup or a trial that was cut off left; nobody else may be at work there."""
    for partial in folder.glob("ledger-*.partial"):
        partial.unlink(missing_ok=True)
    for passing in folder.glob(".try-*"):
        shutil.rmtree(passing, ignore_errors=True)


def _failed(folder: Path, error: OSError | VaultError | sqlite3.Error) -> BackupError:
    """Say why a backup was not made, and what to do."""
    cause, advice = str(error), "请检查磁盘空间和权限"
    if isinstance(error, sqlite3.Error):
        trouble = trouble_named(getattr(error, "sqlite_errorname", ""))
        if trouble is LedgerTrouble.FULL:
            cause, advice = "磁盘已满", "请腾出磁盘空间，或换一个目录"
        elif trouble is not LedgerTrouble.OTHER:
            cause, advice = trouble.words, trouble.remedy
    elif isinstance(error, OSError):
        cause, advice = describe(error), remedy(error)
    return BackupError(f"备份到 {folder} 没有成功：{cause}。{advice}。")


def _copied(engine: Engine, folder: Path, now: datetime) -> tuple[Path, Path]:
    """Return the copy under a passing name, and its name to be."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp = now.strftime("%Y%m%dT%H%M%S")
    ending = "db" if engine.dialect.name == "sqlite" else "dump"
    target_file = folder / f"ledger-{stamp}.{ending}"
    partial = target_file.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    try:
        if engine.dialect.name == "sqlite":
            with (
                closing(sqlite3.connect(str(engine.url.database))) as source,
                closing(sqlite3.connect(partial)) as target,
            ):
                source.backup(target)
        else:
            schema = schema_of(engine.url)
            alone = [f"--schema={schema}"] if schema else []
            _postgresql("pg_dump", engine, "--format=custom", *alone, f"--file={partial}")
        partial.chmod(0o600)
    except (OSError, sqlite3.Error, BackupError):
        partial.unlink(missing_ok=True)  # a full disk must not stay full of it
        raise
    return partial, target_file


def restore(backup: Path, engine: Engine, vault: Vault) -> int:
    """
    Restore a backup into an empty data folder, or into an empty PostgreSQL database.

    The database must not have been opened by the ledger yet. Returns how many files of the vault came
    back. A backup of an earlier version is brought to today's schema.

    Raises: BackupError when the backup is none, or when there already is a ledger: nothing is ever
            written over.
    """
    if not backup.is_file():
        raise BackupError(f"找不到备份 {backup}。")
    try:
        if engine.dialect.name == "sqlite":
            _restore_sqlite(backup, Path(str(engine.url.database)))
        else:
            _restore_postgresql(backup, engine)
        bring_up(engine)
        backup_vault = Vault(backup.parent / "vault")
        back = 0
        for digest in _named(engine):
            if backup_vault.is_sound(digest) and not vault.holds(digest):
                vault.put(backup_vault.get(digest), digest)
                back += 1
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"从 {backup} 恢复没有成功：{error}。") from error
    except NewerLedger as error:
        raise BackupError(str(error)) from error
    except DBAPIError as error:
        raise BackupError(f"从 {backup} 恢复没有成功：{sentence(error)}。") from error
    return back


def _restore_postgresql(backup: Path, engine: Engine) -> None:
    """Restore a dump; of a ledger in a schema of its own that schema alone, which the dump must have."""
    schema = schema_of(engine.url)
    alone = []
    if schema:
        if f" TABLE {schema} letters " not in _postgresql(
            "pg_restore", engine, "--list", str(backup)
        ):
            raise BackupError(
                f"{backup} 里没有模式（schema）{schema} 的台账；请按备份时的 [data] schema 恢复，恢复以后要改名的，"
                "在数据库里用 ALTER SCHEMA … RENAME TO …。"
            )
        make_schema(engine)
        if not is_empty(engine):
            raise BackupError(
                f"数据库 {engine.url.database} 的模式 {schema} 里已经有表；恢复不会覆盖任何台账。"
                f"请换一个空的数据库，或先把它改名：ALTER SCHEMA {schema} RENAME TO {schema}_old。"
            )
        alone = [f"--schema={schema}"]
    _postgresql("pg_restore", engine, "--exit-on-error", "--no-owner", *alone, str(backup))


def _restore_sqlite(backup: Path, target_file: Path) -> None:
    if target_file.exists():
        raise BackupError(
            f"{target_file} 已经存在；恢复不会覆盖任何台账。请先把它移走，或换一个空的数据目录。"
        )
    with closing(sqlite3.connect(f"file:{backup}?mode=ro", uri=True)) as source:
        try:
            (sound,) = source.execute("PRAGMA integrity_check").fetchone()
        except sqlite3.DatabaseError as error:
            raise BackupError(f"{backup} 不是台账的备份，或已损坏：{error}。") from error
        if sound != "ok":
            raise BackupError(f"{backup} 已损坏：{sound}。请用另一份备份。")
    target_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = target_file.with_name(f".{target_file.name}.restoring")
    shutil.copyfile(backup, partial)
    partial.chmod(0o600)
    partial.rename(target_file)


def damaged(engine: Engine, vault: Vault) -> list[DamagedFile]:
    """
    List files that are no longer what the ledger names: every file is read and compared with its hash.

    Files of published notices, evidence of adoptions, and the letters that the vault should hold.
    """
    with read_only(engine).connect() as connection:
        named = [
            DamagedFile(f"{period} 通报的 {file['name']}", file["sha256"])
            for period, files in connection.execute(select(NoticeRow.period, NoticeRow.files))
            for file in files
        ]
        named += [
            DamagedFile(f"第 {number} 号录用的证明文件 {name}", digest)
            for number, name, digest in connection.execute(
                select(AdoptionRow.id, AdoptionRow.evidence_name, AdoptionRow.evidence).where(
                    AdoptionRow.evidence != ""
                )
            )
        ]
        named += [
            DamagedFile(f"第 {number} 号刊发稿的文件 {name}", digest)
            for number, name, digest in connection.execute(
                select(PrintedTextRow.id, PrintedTextRow.file_name, PrintedTextRow.file).where(
                    PrintedTextRow.file != ""
                )
            )
        ]
        named += [
            DamagedFile(f"第 {number} 号邮件的原件", digest)
            for number, digest in connection.execute(
                select(LetterRow.id, LetterRow.digest).where(LetterRow.raw_kept)
            )
        ]
    return [one for one in named if not vault.is_sound(one.digest)]


def _named(engine: Engine) -> list[str]:
    """List every file that the ledger names: letters, evidence, published notices."""
    with read_only(engine).connect() as connection:
        letters = connection.scalars(select(LetterRow.digest).where(LetterRow.raw_kept))
        evidence = connection.scalars(
            select(AdoptionRow.evidence).where(AdoptionRow.evidence != "")
        )
        printed = connection.scalars(select(PrintedTextRow.file).where(PrintedTextRow.file != ""))
        digests = [*letters, *evidence, *printed]
        for files in connection.scalars(select(NoticeRow.files)):
            digests += [file["sha256"] for file in files]
    return list(dict.fromkeys(digests))


def dump_version() -> int | None:
    """Return the major version of the pg_dump on the path; None where there is none."""
    try:
        told = subprocess.run(["pg_dump", "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    found = re.search(r"\b(\d+)(?:\.\d+)*", told.stdout)
    return int(found[1]) if found else None


def _postgresql(program: str, engine: Engine, *arguments: str) -> str:
    """
    Run PostgreSQL's own tools and return what they print.

    The environment tells them where: no password on a command line.
    """
    url = engine.url
    database = url.query.get("host") or url.host
    environment = {
        **os.environ,
        "PGDATABASE": url.database or "",
        "PGUSER": url.username or "",
        **({"PGHOST": str(database)} if database else {}),
        **({"PGPORT": str(url.port)} if url.port else {}),
        **({"PGPASSWORD": str(url.password)} if url.password else {}),
    }
    command = [
        program,
        *(
            ["--dbname", url.database or ""]
            if program == "pg_restore" and "--list" not in arguments
            else []
        ),
        *arguments,
    ]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise BackupError(f"没有 {program}；请安装 postgresql-client。") from error
    if done.returncode:
        if "server version mismatch" in done.stderr:
            raise BackupError(
                f"{program} 比数据库服务器旧，不能备份；请安装与服务器同一版的 postgresql-client。"
            )
        messages = done.stderr.strip().splitlines()
        raise BackupError(f"{program} 没有成功：{messages[-1] if messages else done.returncode}")
    return done.stdout
