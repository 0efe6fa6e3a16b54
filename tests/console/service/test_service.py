"""The service as systemd runs it: its units, what it tells, its log."""

from __future__ import annotations

import ast
import json
import logging
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from console.service import units
from console.service.log_lines import LineFormatter
from console.service.notify import notify
from console.settings.sections import LogFormat

ROOT = Path(__file__).resolve().parents[3]
SITE = units.Site(
    Path("/opt/shougao"),
    Path("/etc/shougao/config.toml"),
    Path("/srv/收稿 数据"),
    "shougao",
    "/backup",
)


def test_the_units_name_the_offices_own_paths() -> None:
    written = units.written(SITE)
    assert set(written) == {"shougao.service", "shougao-backup.service", "shougao-backup.timer"}
    service = written["shougao.service"]
    assert (
        "ExecStart=/opt/shougao/.venv/bin/shougao --config /etc/shougao/config.toml run" in service
    )
    assert 'ReadWritePaths="/srv/收稿 数据"' in service
    assert "Type=notify" in service
    assert "{" not in "".join(written.values())
    assert "ledger backup /backup --keep 60 --try-restore" in written["shougao-backup.service"]


def test_the_units_of_many_offices_name_their_folder_and_back_each_up_by_itself() -> None:
    offices = Path("/srv/offices")
    written = units.written(
        units.Site(Path("/opt"), offices, offices, "u", "/backup", many=True, workers=True)
    )
    assert "--offices /srv/offices worker\n" in written["shougao-worker.service"]
    service = written["shougao.service"]
    assert "ExecStart=/opt/.venv/bin/shougao --offices /srv/offices run" in service
    assert "LoadCredential=shougao:/etc/shougao/offices" in service
    assert "shougao_mailbox_password:" not in service
    backup = written["shougao-backup.service"]
    assert "--offices /srv/offices --office all ledger backup /backup/{office} " in backup


def test_where_work_is_shared_workers_have_a_unit_of_their_own() -> None:
    site = replace(SITE, workers=True)
    worker = units.written(site)["shougao-worker.service"]
    assert "shougao --config /etc/shougao/config.toml worker\n" in worker
    assert "WatchdogSec" not in worker
    assert "解析程序" in worker
    assert any("shougao-worker" in line for line in units.next_steps(site))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    site = units.Site(Path("/opt"), tmp_path / "config.toml", tmp_path, "root", str(tmp_path))
    for name, text in units.written(site).items():
        (tmp_path / name).write_text(text.replace("/opt/.venv/bin/shougao", "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in units.written(site))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "shougao" not in done.stderr


def test_systemd_is_told_where_it_listens_and_nobody_else(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        assert notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "notify")})
        assert listener.recv(100) == b"READY=1"
    assert not notify("READY=1", {})
    assert not notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "absent")})


def record(message: str, trouble: bool = False) -> logging.LogRecord:
    info = None
    if trouble:
        try:
            raise ValueError("two\nlines")
        except ValueError:
            info = sys.exc_info()
    made = logging.LogRecord("ingest.intake", logging.WARNING, "x.py", 1, message, (), info)
    made.created = 1646443800.25
    return made


def test_an_event_is_one_line_with_moment_level_and_letter() -> None:
    text = LineFormatter(LogFormat.TEXT, "Asia/Shanghai")
    assert text.format(record("letter 12 waits, the ledger is busy")) == (
        "2022-03-05T09:30:00+08:00 注意 letter=12 ingest.intake: letter 12 waits, the ledger is busy"
    )
    told = text.format(record("第 7 号邮件\x1b[31m\nforged line", trouble=True))
    assert "\n" not in told
    assert "\x1b" not in told
    assert "letter=7" in told
    assert "ValueError: two | lines" in told


ROOMS = ("rulebook", "parsers", "ledger", "ingest", "notifier", "console")
LEVELS = ("info", "warning", "error", "exception")


def test_every_event_is_told_in_chinese() -> None:
    foreign = []
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="_log"), attr=level),
                    args=[ast.Constant(value=str(words)), *_],
                ) if level in LEVELS and not re.search(r"[\u4e00-\u9fff]", words):
                    if re.sub(r"%[a-z]|\W", "", words):
                        foreign.append(f"{path.name}: {words}")
    assert not foreign


def test_json_has_the_same_in_keys() -> None:
    event = json.loads(LineFormatter(LogFormat.JSON, "Asia/Shanghai").format(record("letter 12 x")))
    assert event == {
        "time": "2022-03-05T09:30:00+08:00",
        "level": "warning",
        "logger": "ingest.intake",
        "letter": 12,
        "message": "letter 12 x",
    }


def test_what_root_types_afterwards_quotes_paths_for_the_shell_and_percent_for_systemd() -> None:
    site = units.Site(
        Path("/opt"), Path("/a 100%/config.toml"), Path("/收稿 程序/data"), "u", "/b c"
    )
    steps = "\n".join(units.next_steps(site))
    assert "useradd --system --home-dir '/收稿 程序/data' u" in steps
    assert "install -d -o u -m 700 '/b c'" in steps
    assert "WorkingDirectory=/a 100%%\n" in units.written(site)["shougao.service"]


def test_a_program_that_the_services_user_cannot_reach_is_named() -> None:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        folder.chmod(0o755)
        config = folder / "config.toml"
        config.touch()
        config.chmod(0o644)
        assert units.closed_to_others(config) is None
        config.chmod(0o600)
        assert units.closed_to_others(config) == config
        folder.chmod(0o700)
        assert units.closed_to_others(config) == folder
