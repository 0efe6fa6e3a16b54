#!/usr/bin/env python3
"""
The commands before there is an environment: `python3 run.py setup`, `demo`, `test`, `bench`, `bundle` ….

Sets up `.venv` beside this file from the hash-pinned lists: what an office runs, and for the demo,
the tests or an extra what these add. Needs nothing but Python 3.11 or later, and a package index or
a bundle (one file that `run.py bundle` wrote where there is a network). Further arguments of `demo`
and `test` are handed on. With SHOUGAO_OCR=1 in the environment the extra that reads photographed and
scanned drafts is installed, too.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
HOME = ROOT / ".venv"
PYTHON = HOME / "bin" / "python"
WHEELS = ROOT / "wheels"
MARK = HOME / "shougao-setup.json"
"""Which lists were installed, each with its SHA-256: console/__main__.py looks whether they still are."""

EXTRAS = ("heic", "ocr", "postgresql", "procrastinate", "push", "s3")
USAGE = """\
用法：
  python3 run.py setup [--with ocr,heic,postgresql,procrastinate,push,s3] [--from 离线包]   安装（只装运行要用的）
  python3 run.py demo                                  演示
  python3 run.py test                                  测试
  python3 run.py bench [--only intake,…]               测速，写入 docs/performance.md
  python3 run.py bundle [--platform aarch64] [--python 3.11,3.12,3.13]   在能上网的机器上做离线包
  python3 run.py upgrade --from 离线包                 升级程序和台账（先自动备份）
--with：ocr 识别照片和扫描件里的稿件，heic 苹果手机照片的缩略图（GPL-2），postgresql 用 PostgreSQL 存台账，
procrastinate 由多台机器分担处理（与 postgresql 一起装），push 推送到企业微信、钉钉、飞书以外的地方。"""


COMPILE = """
import importlib, pkgutil
for floor in ("rulebook", "parsers", "ledger", "ingest", "notifier", "console"):
    for module in pkgutil.walk_packages([floor], floor + "."):
        if ".migrations" not in module.name:
            try:
                importlib.import_module(module.name)
            except ImportError:
                pass
"""
"""Loads the program's modules once, so that what they use is compiled for whoever may not write here."""


class SetupError(Exception):
    """The environment cannot be made; the text says why and what to do."""


def main(arguments: list[str]) -> int:
    """Run one of the commands; returns its exit code."""
    if len(arguments) < 1 or arguments[0] not in (
        "setup",
        "demo",
        "test",
        "bench",
        "bundle",
        "upgrade",
    ):
        print(USAGE, file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):  # noqa: UP036  # whoever runs this may have another
        print("需要 Python 3.11 或更新的版本。", file=sys.stderr)
        return 2
    command, rest = arguments[0], arguments[1:]
    try:
        if command in ("setup", "upgrade"):
            return _install(command, rest)
        set_up(
            {"demo": ["demo"], "test": ["demo", "test"], "bench": ["demo", "test"]}.get(command, [])
        )
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    program = {
        "demo": ["-m", "console", "demo"],
        "test": ["-m", "pytest", "-rs", *side_by_side(), "--durations=10"],
        "bench": ["-m", "bench"],
        "bundle": [str(ROOT / "deploy" / "bundle.py")],
    }[command]
    return subprocess.run([str(PYTHON), *program, *rest], cwd=ROOT, check=False).returncode


def side_by_side() -> list[str]:
    """Give pytest's options: one worker more than there are cores, since many tests wait for a server."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return [f"--numprocesses={(cores or 1) + 1}", "--dist=worksteal"]


def _install(command: str, rest: Sequence[str]) -> int:
    options = dict(zip(rest[::2], rest[1::2], strict=False))
    extras = [one for one in re.split(r"[,，、\s]+", options.pop("--with", "")) if one]
    source = options.pop("--from", "")
    wrong = [one for one in extras if one not in EXTRAS]
    if options or wrong or len(rest) % 2 or (command == "upgrade" and not source):
        print(USAGE, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="shougao-") as folder:
        wheels = WHEELS if WHEELS.is_dir() else None
        if source:
            unpacked = unpack(Path(source), Path(folder))
            wheels = unpacked / "wheels"
            if command == "upgrade":
                replace_program(unpacked)
        set_up(extras, wheels)
    if command == "upgrade":
        upgraded = subprocess.run([str(HOME / "bin" / "shougao"), "upgrade"], cwd=ROOT, check=False)
        return upgraded.returncode
    print("已经装好。接下来：修改 config.toml，再运行 .venv/bin/shougao doctor。")
    return 0


def set_up(more: Sequence[str] = (), wheels: Path | None = None) -> None:
    """
    Make `.venv` as the lists say, unless it is so already.

    Args:
        more: lists beside requirements.txt, by what they are for; those installed before stay.
        wheels: a folder of packages to install from; None: the index that pip is set up for.

    Raises:
        SetupError: it cannot be made.

    """
    known = _marked()
    names = ["requirements.txt", *(f"requirements-{one}.txt" for one in more)]
    if os.environ.get("SHOUGAO_OCR"):
        names.append("requirements-ocr.txt")
    names = sorted({*names, *(name for name in known if (ROOT / name).exists())})
    digests = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in names}
    if known == digests and PYTHON.exists():
        return
    print("正在准备运行环境（约一两分钟）……", file=sys.stderr, flush=True)
    if not _has_pip():
        _make(wheels)
    install = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    install.append("--no-compile")  # most of what packages carry is never loaded: 60 MB
    if wheels is not None:
        install += ["--no-index", "--find-links", str(wheels)]
    lists = [part for name in names for part in ("--requirement", str(ROOT / name))]
    _run([*install, "--require-hashes", *lists])
    _run([*install, "--no-build-isolation", "--no-deps", "--editable", str(ROOT)])
    subprocess.run([str(PYTHON), "-c", COMPILE], cwd=ROOT, check=False, capture_output=True)
    MARK.write_text(json.dumps(digests, indent=1), encoding="utf-8")


def unpack(bundle: Path, folder: Path) -> Path:
    """Unpack a bundle and check every file in it; returns its folder. Raises SetupError."""
    try:
        with tarfile.open(bundle) as archive:
            for member in archive.getmembers():
                inside = (folder / member.name).resolve().is_relative_to(folder.resolve())
                if not inside or not (member.isfile() or member.isdir()):
                    raise SetupError(f"{bundle} 不是离线包。")
            archive.extractall(folder)
        (unpacked,) = folder.iterdir()
        sums = (unpacked / "SHA256SUMS").read_text(encoding="utf-8")
    except (OSError, tarfile.TarError, ValueError) as error:
        raise SetupError(
            f"离线包 {bundle} 打不开（{type(error).__name__}）。请核对文件名，或重新拷贝一份。"
        ) from error
    for line in sums.splitlines():
        digest, _, name = line.partition("  ")
        path = unpacked / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise SetupError(f"离线包里的 {name} 已损坏，请重新拷贝一份。")
    return unpacked


def replace_program(unpacked: Path) -> None:
    """Put the program of a bundle in the place of this one; config.toml, data and .venv stay."""
    lists = (unpacked / "SHA256SUMS", ROOT / "SHA256SUMS")
    new, old = (
        {line.partition("  ")[2] for line in path.read_text(encoding="utf-8").splitlines()}
        if path.exists()
        else set()
        for path in lists
    )
    for name in sorted(one for one in new if not one.startswith("wheels/")):
        mine = ROOT / (f"{name}.dist" if name == "config.toml" else name)
        mine.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(unpacked / name, mine)
    for name in sorted(one for one in old - new if not one.startswith("wheels/")):
        (ROOT / name).unlink(missing_ok=True)
    shutil.copy2(lists[0], lists[1])


def _marked() -> dict[str, str]:
    try:
        known = json.loads(MARK.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    """Run pip. Raises SetupError with the cause that its words show."""
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, stderr=subprocess.PIPE, text=True
    )
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise SetupError(f"安装没有成功（原文见上）。{why(done.stderr)}")


CAUSES = (
    (
        r"No space left|空间不足",
        "磁盘空间不够，请腾出至少 500 MB 再试。",
    ),
    (
        r"HASHES|hash(?:es)? (?:do not|mismatch|are required)",
        "有的包与清单的校验值不符：可能下载不完整，或镜像站的文件有改动。请换一个镜像再试。",
    ),
    (
        r"NewConnectionError|ConnectionError|ConnectTimeout|Read ?timed out|ReadTimeout|name resolution"
        r"|ProxyError|SSLError|SSLCertVerification|Network is unreachable|Failed to establish",
        "连不上软件源。请检查网络；内网可用 export PIP_INDEX_URL=镜像网址 指定镜像，"
        "完全不能上网的用离线包（python3 run.py bundle，见 README）。",
    ),
    (
        r"No matching distribution|Could not find a version|ResolutionImpossible|Requires-Python"
        r"|not a supported wheel",
        "有的包没有适合这台机器的版本（{python}，{machine}）。请改用 Python 3.11 至 3.13，"
        "或确认离线包是给这种机器做的。",
    ),
    (r"Permission denied|PermissionError", "没有写的权限，请用安装目录的属主来运行。"),
    (r"Failed building|subprocess-exited-with-error", "有的包要现场编译而没有编译成。"),
)
"""What pip says, and what that means for people."""


def why(told: str) -> str:
    """Say what hindered pip, by its own words; nothing where they show no known cause."""
    for pattern, cause in CAUSES:
        if re.search(pattern, told):
            machine = platform.machine()
            return cause.format(python=f"Python {platform.python_version()}", machine=machine)
    return "请把上面的原文发给维护人员。"


def _make(wheels: Path | None) -> None:
    """
    Make a fresh `.venv` with pip. Raises SetupError.

    By the bundle's pip, by venv or, where Debian left its ensurepip out, by virtualenv.
    """
    no_venv = SetupError(
        "无法建立虚拟环境：缺少 venv 模块。请先运行 sudo apt install python3-venv，再试一次。"
    )
    carried = next(iter(wheels.glob("pip-*.whl")), None) if wheels else None
    try:
        if carried is not None:
            venv.create(HOME, with_pip=False, clear=True)
            _run(
                [
                    str(PYTHON),
                    str(carried / "pip"),
                    "install",
                    "--quiet",
                    "--no-index",
                    str(carried),
                ]
            )
            return
        if importlib.util.find_spec("ensurepip") is not None:
            venv.create(HOME, with_pip=True, clear=True)
            # Python 3.11 brings it along: 10 MB that nothing here uses
            _run([str(PYTHON), "-m", "pip", "uninstall", "--quiet", "--yes", "setuptools"])
            return
    except (subprocess.CalledProcessError, OSError) as error:
        raise no_venv from error
    tools = HOME / "tools"
    environment = {**os.environ, "PYTHONPATH": str(tools)}
    for step in (
        ["pip", "install", "--quiet", "--target", str(tools), "virtualenv"],
        ["virtualenv", "--quiet", str(HOME)],
    ):
        if subprocess.run([sys.executable, "-m", *step], env=environment, check=False).returncode:
            raise no_venv


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
