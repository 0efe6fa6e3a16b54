"""The data folder and the ledger: may they be written to, and is the ledger this program's."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from console.actions.engine_health import engine_health
from console.application import Busy, hold_data_folder
from console.doctor.findings import Finding, Level, from_sentence
from console.settings.loading import ConfigError, Settings, ledger_url
from console.sharing import installed, missing, sharing_of
from console.state import last_backup
from console.vaults import open_vault
from ledger.job_queue import JobQueue
from ledger.models.database import NewerLedger, OlderLedger, open_ledger
from ledger.models.postgresql_state import PostgresqlState, postgresql_state
from ledger.os_errors import describe
from ledger.queries.figures import Figures
from ledger.roster import Roster
from ledger.rule_versions import RuleVersions, pending
from ledger.storage.backup import dump_version
from ledger.storage.vault import VaultError
from rulebook.timeliness import monday_to_friday
from rulebook.unit_history import UNPLACED

SPACE_WANTED = 2_000_000_000
"""Bytes free below which a warning is due: some weeks of letters."""

KEPT = ("vault", "scratch")
"""Folders in the data folder that letters are written to."""


def folders(settings: Settings) -> Iterator[Finding]:
    """Write to the data folder and to those in it; say how much room is left."""
    data = settings.data_dir
    trouble = _unwritable(data)
    if trouble:
        yield Finding(
            Level.FAIL,
            "数据目录",
            f"{data}：{trouble}",
            "改正路径或权限（属主应为运行本程序的用户）。",
        )
        return
    free = shutil.disk_usage(data).free
    yield Finding(
        Level.OK if free > SPACE_WANTED else Level.WARN,
        "数据目录",
        f"{data}，剩余 {free / 1e9:.1f} GB",
        "" if free > SPACE_WANTED else "清理磁盘，或把 [data] folder 移到更大的盘上。",
    )
    if data.stat().st_mode & 0o077:
        yield Finding(Level.WARN, "数据目录", "其他用户也能读到来稿", f"运行 chmod 700 {data}。")
    for name in KEPT:
        if (data / name).exists() and (trouble := _unwritable(data / name)):
            yield Finding(
                Level.FAIL,
                "原信库" if name == "vault" else "临时目录",
                f"{data / name}：{trouble}",
                f"运行 chown -R 服务用户 {data}（以前可能用 root 运行过命令）。",
            )
    for path in sorted(data.glob("ledger.db*")):
        if not os.access(path, os.R_OK | os.W_OK):
            yield Finding(
                Level.FAIL,
                "台账",
                f"{path} 没有读写权限",
                f"运行 chown -R 服务用户 {data}（以前可能用 root 运行过命令）。",
            )
    try:
        with hold_data_folder(data):
            pass
    except Busy:
        yield Finding(Level.OK, "服务", "正在运行")
    except OSError as error:
        yield Finding(
            Level.FAIL, "服务", f"{data}：{describe(error)}", "改正数据目录的属主和权限。"
        )


def vault(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Write, read and remove an object where letters lie in a bucket; a folder is looked at with the others."""
    if not settings.vault.url:
        return
    try:
        kept = open_vault(settings, environ)
        kept.try_out()
    except (ConfigError, VaultError) as error:
        yield from_sentence(Level.FAIL, "原件存放处", str(error))
        return
    yield Finding(Level.OK, "原件存放处", f"{kept.place} 可以写、读、删")
    if not settings.storage.ledger:
        yield Finding(
            Level.WARN,
            "原件存放处",
            "原件在 S3，台账却在本机的 SQLite 里，别的机器用不上",
            "几台机器合用时，把 [data] ledger 写成 PostgreSQL 数据库。",
        )


def _unwritable(folder: Path) -> str:
    """Say why nothing can be written to a folder; empty where it can."""
    probe = folder / f".writable-{os.getpid()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        return describe(error)
    return ""


def open_as_it_is(settings: Settings, environ: Mapping[str, str]) -> Engine | Finding:
    """Open the ledger without migrating it; a finding where that cannot be."""
    try:
        return open_ledger(ledger_url(settings, environ), migrate=False)
    except (NewerLedger, OlderLedger, ConfigError) as error:
        return from_sentence(Level.FAIL, "台账", str(error))
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        return Finding(
            Level.FAIL,
            "台账",
            "PostgreSQL 的驱动没有安装",
            "运行 python3 run.py setup --with postgresql。",
        )
    except DatabaseError as error:
        detail = str(error.orig).strip()
        if settings.storage.ledger:
            return Finding(
                Level.FAIL,
                "台账",
                "连不上 PostgreSQL 数据库",
                "请检查数据库服务是否在运行、[data] ledger 里的地址和密码是否正确。",
                detail,
            )
        if "locked" in detail:
            return Finding(
                Level.FAIL,
                "台账",
                "正被别的程序占用",
                "请关闭用其他工具打开的 ledger.db，稍后再试。",
                detail,
            )
        return Finding(
            Level.FAIL,
            "台账",
            f"{settings.data_dir / 'ledger.db'} 打不开或已损坏",
            "请检查磁盘和权限，必要时用 shougao ledger restore 恢复备份。",
            detail,
        )


def _backup_tools(engine: Engine) -> Iterator[Finding]:
    """Look whether PostgreSQL's own program is there that copies the ledger, and not older than the server."""
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        server = int((connection.dialect.server_version_info or (0,))[0])
    installed = dump_version()
    if installed is not None and installed >= server:
        return
    found = (
        "没有 pg_dump"
        if installed is None
        else f"pg_dump 是 {installed} 版的，服务器是 {server} 版的"
    )
    yield Finding(
        Level.FAIL,
        "备份",
        f"{found}，备份和升级前的另存都做不成",
        f"请安装 {server} 版的 postgresql-client（apt install postgresql-client-{server}）。",
    )


def texts_kept(state: PostgresqlState) -> Iterator[Finding]:
    """Say where a PostgreSQL keeps texts in a way that loses or hides some."""
    if state.encoding != "UTF8":
        yield Finding(
            Level.FAIL,
            "台账",
            f"数据库 {state.name} 的编码是 {state.encoding}，汉字会存错或查不到",
            "请新建 ENCODING 'UTF8' 的数据库，用 shougao ledger restore 把备份恢复进去。",
        )
    if state.sorted_by != state.sorts_by:
        yield Finding(
            Level.WARN,
            "台账",
            "操作系统升级后文字的排序规则变了，数据库的索引还是旧的，可能查不到已有的记录",
            f"停止服务，在数据库里运行 REINDEX DATABASE {state.name}; "
            f"ALTER DATABASE {state.name} REFRESH COLLATION VERSION;",
            f"collation {state.sorted_by} → {state.sorts_by}",
        )


def engine(settings: Settings, environ: Mapping[str, str], moment: datetime) -> Iterator[Finding]:
    """Say who examines and enters, and how the queue stands where that is shared among machines."""
    subject = "任务队列"
    if not settings.engine.queued:
        yield Finding(Level.OK, subject, "不用：本机的服务自己处理（engine.kind 为 inline）")
        return
    version = installed()
    if not version:
        yield from_sentence(Level.FAIL, subject, missing())
        return
    opened = open_as_it_is(settings, environ)
    if isinstance(opened, Finding):
        return  # told by the ledger's own check
    try:
        if not JobQueue(opened).is_prepared():
            yield Finding(Level.OK, subject, f"procrastinate {version}：第一次运行时建立它的表")
            return
        found = engine_health(sharing_of(settings, opened), moment)
    finally:
        opened.dispose()
    for one in found:
        told = f"procrastinate {version}：{one.sentence}"
        yield Finding(Level[one.level.name], subject, told, one.remedy)


def ledger(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Say whether the ledger fits the program and the regulation."""
    engine = open_as_it_is(settings, environ)
    if isinstance(engine, Finding):
        yield engine
        return
    try:
        officers = Roster(engine).officers()
        figures = Figures(engine, settings.provisions_on_day, monday_to_friday)
        unplaced, bonuses = figures.unplaced(), figures.unplaced_bonuses()
        in_force = RuleVersions(engine).in_force()
        tools = list(_backup_tools(engine))
        if engine.dialect.name == "postgresql":
            yield from texts_kept(postgresql_state(engine))
    except DatabaseError as error:
        yield Finding(
            Level.FAIL,
            "台账",
            "读不出来，可能已损坏",
            "请检查磁盘，必要时用 shougao ledger restore 恢复备份。",
            str(error.orig).strip(),
        )
        return
    finally:
        engine.dispose()
    yield from tools
    if officers and last_backup.read(settings.data_dir) is None:
        yield Finding(
            Level.WARN,
            "备份",
            "还没有用 shougao ledger backup 备份过",
            "用 shougao service install --backup 目录 安排每天备份，备份目录最好在另一块磁盘上。",
        )
    yield Finding(
        Level.OK if officers else Level.WARN,
        "台账",
        f"名单中有 {len(officers)} 名报送人员",
        "" if officers else "用 shougao roster import 名单.xlsx 导入；名单为空时来稿都会待核定。",
    )
    if in_force and (changes := pending(settings.provisions, in_force)):
        yield Finding(
            Level.WARN,
            "规定",
            changes.sentence,
            "用 shougao rules diff 查看，用 shougao rules apply 登记；无意改动的，请改回设置文件。",
        )
    for one in unplaced:
        yield Finding(
            Level.FAIL,
            "单位",
            f"“{one.name}”自 {one.since} 起的 {one.points} 分不属于当时的任何单位，表中列为“{UNPLACED}”",
            "在 config.toml 里给接续它的单位写上 successor_of = "
            f'["{one.name}"]，或改定这些稿件的单位。',
        )
    for bonus in bonuses:
        yield Finding(
            Level.FAIL,
            "单位",
            bonus.sentence,
            f"请用 shougao bonus --unit {bonus.name} --year {bonus.year} --points 0 取消，"
            "再给当年的单位登记。",
        )
