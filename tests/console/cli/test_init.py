"""`shougao init`: from a file of answers, in a dialogue on a terminal, broken off, run again."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from console.cli.app import main

ANSWERS = """
name = "某某街道办事处党政办"
contact = "请直接回复本邮件。"
address = "maildir:in"
form = "附件"
kinds = ["要情 1", "调研文章 3 800字以上"]
limit = "24小时"
units = "社区：东街社区、西街社区"
outlets = "无"
targets = "无"
addressees = "各社区"
"""


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.chdir(folder)
    monkeypatch.setattr("sys.argv", ["shougao", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_a_file_of_answers_makes_a_config_that_checks_and_again_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.toml").write_text(ANSWERS, "utf-8")
    assert run(tmp_path, monkeypatch, "init", "--answers", "a.toml") == 0
    assert "检查没有问题：2 个单位，2 类稿件" in capsys.readouterr().out
    first = (tmp_path / "config.toml").read_text("utf-8")
    assert run(tmp_path, monkeypatch, "config", "check") == 0
    (tmp_path / "a.toml").write_text('contact = "请拨打 0000-1234567。"', "utf-8")
    assert run(tmp_path, monkeypatch, "init", "--answers", "a.toml") == 0
    again = (tmp_path / "config.toml").read_text("utf-8")
    assert again == first.replace("请直接回复本邮件。", "请拨打 0000-1234567。")
    assert (tmp_path / "config.toml.old").read_text("utf-8") == first


def test_all_that_the_answers_lack_is_told_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.toml").write_text(
        ANSWERS.replace('name = "某某街道办事处党政办"', "").replace("要情 1", "要情"), "utf-8"
    )
    assert run(tmp_path, monkeypatch, "init", "--answers", "a.toml") == 2
    told = capsys.readouterr().err
    assert "缺少 name（单位名称）" in told
    assert "kinds（稿件的类别和分值）：“要情”看不懂" in told
    assert len(told.strip().splitlines()) == 3, told
    assert not (tmp_path / "config.toml").exists()


def at_the_terminal() -> None:
    """Take the terminal, and hear Ctrl+C though whoever runs the tests may ignore it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def dialogue(folder: Path, lines: list[str], *, interrupt: bool = False) -> tuple[int, str]:
    """Answer on a terminal, each line when it is asked for; Ctrl+C behind the last one."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "console", "init"],
        cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True, start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[3]), "COLUMNS": "200"},
        preexec_fn=at_the_terminal,
    )  # fmt: skip
    os.close(theirs)
    said = ""
    waiting = [*lines, *(["\x03"] if interrupt else [])]
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([ours], [], [], 1)[0]:
            try:
                said += os.read(ours, 65536).decode("utf-8", "replace")
            except OSError:
                break
        elif process.poll() is not None:
            break
        elif interrupt and not waiting:  # the first may have come between two questions
            os.write(ours, b"\x03")
        if said.endswith("> ") and waiting:
            said += "\n"
            os.write(ours, (waiting.pop(0) + ("" if not waiting and interrupt else "\n")).encode())
    code = process.wait(30)
    os.close(ours)
    return code, said


def test_a_dialogue_asks_again_what_it_cannot_read_is_broken_off_and_goes_on(
    tmp_path: Path,
) -> None:
    first = ["某某街道办事处党政办", "请回信。", "不是邮箱", "maildir:in"]
    code, said = dialogue(tmp_path, first, interrupt=True)
    assert code == 130
    assert "“不是邮箱”不是邮箱地址" in said
    assert "已答的 3 项存在" in said
    assert [one.name for one in tmp_path.iterdir()] == ["init-answers.toml"]
    rest = ["附件", "要情 1", "24小时", "社区：东街社区、西街社区", "无", "无", "各社区"]
    code, said = dialogue(tmp_path, rest)
    assert code == 0, said
    assert "4. 稿件的类别和分值" in said
    assert 'name = "某某街道办事处党政办"' in (tmp_path / "config.toml").read_text("utf-8")
    assert not (tmp_path / "init-answers.toml").exists()
