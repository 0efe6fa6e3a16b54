"""The machine: clock, programs that are needed, what confines the workers, files with secrets."""

from __future__ import annotations

import multiprocessing
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from console.doctor.findings import Finding, Level
from console.settings.loading import Settings
from console.settings.sections import Walls
from console.state import last_round
from ingest.sandbox import landlock
from ingest.sandbox.confinement import SandboxStatus, probe
from ingest.sandbox.worker_pool import SEMAPHORES
from ingest.virus_scan import Clamd, ScannerAway
from ledger.os_errors import describe
from parsers.archives.sevenzip import program as sevenzip_program
from parsers.pictures import ocr

WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)
"""No clock that is right can show a moment before this version of the program."""

TRIGRAM_SINCE = (3, 34, 0)
"""SQLite's release from which on it has the tokenizer that the search is made with."""


def clock(settings: Settings, moment: datetime) -> Iterator[Finding]:
    """Show what time it is to the program: days and deadlines are decided by it."""
    local = moment.astimezone(ZoneInfo(settings.zone))
    shown = f"{local:%Y年%-m月%-d日 %H:%M}（{settings.zone}）"
    last = last_round.read(settings.data_dir).ended
    if moment < WRITTEN or (last is not None and moment < last):
        yield Finding(
            Level.FAIL,
            "时间",
            f"本机的时间是 {shown}，比程序{'发布' if moment < WRITTEN else '上一次收信'}的时间还早",
            "请校准时间：timedatectl set-ntp true，或用 date 命令设置。",
        )
    elif _unsynchronised():
        yield Finding(
            Level.WARN,
            "时间",
            f"本机的时间是 {shown}，没有与时间服务器同步",
            "请核对时间；有时间服务器的，运行 timedatectl set-ntp true。",
        )
    else:
        yield Finding(Level.OK, "时间", f"{shown}，日期和截止时间按这个时区判断")


def _unsynchronised() -> bool:
    """Whether systemd says that the clock follows nobody; without systemd nothing is known."""
    try:
        told = subprocess.run(
            ["timedatectl", "show", "-p", "NTPSynchronized", "--value"],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.returncode == 0 and told.stdout.strip() == "no"


def secrets(settings: Settings) -> Iterator[Finding]:
    """Look who may read the files that hold passwords."""
    named = (
        settings.mailbox.password_file,
        settings.relay.password_file,
        settings.storage.password_file,
        settings.digest.push_file,
    )
    for name in dict.fromkeys(name for name in named if name):
        path = settings.path.resolve().parent / name
        try:
            mode = path.stat().st_mode
        except OSError as error:
            yield Finding(
                Level.FAIL,
                "密码文件",
                f"{path}：{describe(error)}",
                "请核对文件名和权限（属主应为运行本程序的用户，权限 600）。",
            )
            continue
        if mode & 0o077:
            yield Finding(
                Level.WARN, "密码文件", f"{path} 其他用户也能读到", f"运行 chmod 600 {path}。"
            )


def tools() -> Iterator[Finding]:
    """Say which archives and documents can be read, and whether search works."""
    program = sevenzip_program.binary()
    listed = ""
    if program is not None:
        try:
            listed = subprocess.run(
                [program, "i"], capture_output=True, text=True, timeout=20, check=False
            ).stdout
        except (OSError, subprocess.TimeoutExpired):
            listed = ""
    reads_rar = "Rar5" in listed
    yield Finding(
        Level.OK if reads_rar else Level.FAIL,
        "压缩格式",
        "zip、rar、7z、tar、gz、bz2、xz、zst、自解压 exe、winmail.dat"
        if reads_rar
        else "只能读 tar 和普通 zip、7z，不能读 rar",
        "" if reads_rar else "重新安装：删去 .venv 目录后运行 python3 run.py setup。",
    )
    yield Finding(
        Level.OK,
        "文稿格式",
        "docx、doc、wps、pdf、txt、md、rtf、odt、ofd、html、mht；xlsx 只用于识别报表",
    )


def sqlite() -> Iterator[Finding]:
    """Say whether this Python's SQLite can search in Chinese; nothing where it can."""
    if sqlite3.sqlite_version_info < TRIGRAM_SINCE:
        wanted = ".".join(map(str, TRIGRAM_SINCE[:2]))
        yield Finding(
            Level.FAIL,
            "数据库",
            f"系统的 SQLite 是 {sqlite3.sqlite_version}，台账的全文检索要 {wanted} 以上",
            "请改用自带较新 SQLite 的 Python（如 Debian 12 的），或把台账放到 PostgreSQL（[data] ledger）。",
        )


def recognition(settings: Settings) -> Iterator[Finding]:
    """Look whether pictures can be read; an office may do without, so its absence is no fault."""
    if not settings.ocr.enabled:
        yield Finding(Level.OK, "文字识别", "已在 [ocr] 里关闭；照片和扫描件里的稿件会退回")
    elif ocr.available():
        yield Finding(
            Level.OK,
            "文字识别",
            f"可以识别照片和扫描件里的稿件、审签单，一封邮件最多 {settings.ocr.pages} 页",
        )
    else:
        yield Finding(
            Level.OK,
            "文字识别",
            "没有安装（可选）；照片和扫描件里的稿件会退回，请对方报送可编辑的文字稿",
            "需要时运行 python3 run.py setup --with ocr，再重启服务。",
        )


def shared_memory() -> Iterator[Finding]:
    """Look whether processes can wait for each other; nothing where they can, as nearly everywhere."""
    try:
        multiprocessing.get_context("forkserver").Lock()
    except OSError as error:
        yield Finding(
            Level.FAIL,
            "共享内存",
            f"{SEMAPHORES}：{describe(error)}，解析来信的进程启动不了",
            f"{SEMAPHORES} 应是人人可写的 tmpfs：mount -t tmpfs -o mode=1777 tmpfs {SEMAPHORES}；"
            "在容器里运行的，请加 --shm-size 或 --tmpfs。",
        )


def confinement(settings: Settings) -> Iterator[Finding]:
    """Try what confines the workers that read letters."""
    sandbox = probe()
    gaps = _gaps(sandbox)
    lacking = Level.FAIL if settings.limits.walls is Walls.REQUIRED else Level.WARN
    yield Finding(
        lacking if gaps else Level.OK,
        "解析隔离",
        "；".join(gap for gap, _ in gaps)
        or f"内存 {(sandbox.address_space or 0) / 1e9:.1f} GB，单个文件 "
        f"{(sandbox.file_size or 0) / 1e6:.0f} MB，不能联网，只能写临时目录"
        f"（Landlock 第 {sandbox.landlock_abi} 版，seccomp）",
        " ".join(remedy for _, remedy in gaps),
    )


def virus_scanner(settings: Settings) -> Iterator[Finding]:
    """Ask clamd whether it is there, where the office wants letters scanned."""
    if not settings.virus.clamd:
        return
    try:
        Clamd(settings.virus.clamd, timeout=10.0).ping()
    except ScannerAway as away:
        yield Finding(
            Level.FAIL,
            "查毒",
            str(away),
            "请启动 clamav-daemon，或核对 [virus] clamd；其间来信都等着。",
        )
    else:
        yield Finding(Level.OK, "查毒", f"clamd（{settings.virus.clamd}）有答复")


def _gaps(sandbox: SandboxStatus) -> list[tuple[str, str]]:
    """List what does not confine the workers, each with its remedy; letters are read all the same."""
    gaps = []
    if None in (sandbox.address_space, sandbox.file_size, sandbox.open_files, sandbox.cpu):
        gaps.append(("解析进程的内存、文件或 CPU 时间不受限制", "请在 Linux 上运行本程序。"))
    if not sandbox.landlock_abi:
        gaps.append(
            (
                "系统不提供 Landlock，解析进程能读写运行用户的所有文件",
                "使用 5.13 以上的内核，在启动参数 lsm= 中加入 landlock；"
                "在容器里运行的，请放行 landlock_* 系统调用。",
            )
        )
    if not sandbox.seccomp:
        tcp = "（TCP 已由 Landlock 挡住）" if sandbox.landlock_abi >= landlock.NET_SINCE else ""
        gaps.append(
            (
                f"系统不提供 seccomp，解析进程能打开网络连接{tcp}",
                "使用 64 位 x86 或 ARM 的 Linux，内核须有 CONFIG_SECCOMP_FILTER。",
            )
        )
    return gaps
