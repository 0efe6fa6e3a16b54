#!/usr/bin/env python3
"""
The two commands of the README: `python3 run.py demo` and `python3 run.py test`.

Sets up `.venv` beside this file from the hash-pinned requirements, once, then runs. Needs nothing
but Python 3.11 or later and a package index; further arguments are handed on. With SHOUGAO_OCR=1 in
the environment the extra that reads photographed and scanned drafts is installed, too.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
HOME = ROOT / ".venv"
PYTHON = HOME / "bin" / "python"
REQUIREMENTS = ROOT / "requirements.txt"
RECOGNITION = ROOT / "requirements-ocr.txt"
MARK = HOME / "set-up-from"
USAGE = "用法：python3 run.py demo（演示） 或 python3 run.py test（测试）"


def main(arguments: list[str]) -> int:
    """Set up `.venv` where needed and run one of the two commands; returns its exit code."""
    """Run one of the two commands; return its exit code."""
    if len(arguments) < 1 or arguments[0] not in ("demo", "test"):
        print(USAGE, file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):  # noqa: UP036  # whoever runs this may have another
        print("需要 Python 3.11 或更新的版本。", file=sys.stderr)
        return 2
    fault = set_up()
    if fault:
        print(fault, file=sys.stderr)
        return 1
    command = {
        "demo": [str(PYTHON), "-m", "console", "demo"],
        "test": [str(PYTHON), "-m", "pytest", "-rs", "--numprocesses=auto", "--dist=loadfile"],
    }[arguments[0]]
    return subprocess.run([*command, *arguments[1:]], cwd=ROOT, check=False).returncode


def set_up() -> str:
    """Make `.venv` as the requirements say, unless it is so already. Returns what went wrong."""
    lists = [REQUIREMENTS, *([RECOGNITION] if os.environ.get("SHOUGAO_OCR") else [])]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in lists)).hexdigest()
    if MARK.exists() and MARK.read_text() == digest and PYTHON.exists():
        return ""
    print("正在准备运行环境（只在第一次需要，约一两分钟）……", file=sys.stderr, flush=True)
    if not _has_pip() and not _make():
        return (
            "无法建立虚拟环境：缺少 venv 模块。请先运行 sudo apt install python3-venv，再试一次。"
        )
    install = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for step in (
        *([*install, "--require-hashes", "--requirement", str(path)] for path in lists),
        [*install, "--no-build-isolation", "--no-deps", "--editable", str(ROOT)],
    ):
        if subprocess.run(step, cwd=ROOT, check=False).returncode != 0:
            return "安装依赖没有成功（见上）。请检查网络或 pip 的软件源设置，再试一次。"
    MARK.write_text(digest)
    return ""


def _make() -> bool:
    """Make a fresh `.venv` with pip, by venv or, where Debian left its ensurepip out, by virtualenv."""
    if importlib.util.find_spec("ensurepip") is not None:
        try:
            venv.create(HOME, with_pip=True, clear=True)
        except (subprocess.CalledProcessError, OSError):
            return False
        return True
    tools = HOME / "tools"
    environment = {**os.environ, "PYTHONPATH": str(tools)}
    for step in (
        ["pip", "install", "--quiet", "--target", str(tools), "virtualenv"],
        ["virtualenv", "--quiet", str(HOME)],
    ):
        if subprocess.run([sys.executable, "-m", *step], env=environment, check=False).returncode:
            return False
    return True


def _has_pip() -> bool:
    if not PYTHON.exists():
        return False
    known = subprocess.run(
        [str(PYTHON), "-m", "pip", "--version"], capture_output=True, check=False
    )
    return known.returncode == 0


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        raise SystemExit(130) from None
