"""
Write one file from which an office's machine is set up without a network: program, packages, checksums.

`python3 run.py bundle [--platform x86_64|aarch64|both] [--python 3.11,3.12,3.13] [--out FILE]`.
Every package must have a wheel for glibc 2.28 (麒麟 V10, 统信 UOS 20); one that has none is named.
The bundle tells what it is made of (`sbom.cdx.json`).
"""

from __future__ import annotations

import argparse
import hashlib
import platform
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from deploy import sbom
from run import why

ROOT = Path(__file__).resolve().parents[1]
GLIBC = ("2_28", "2_27", "2_26", "2_24", "2_17", "2_12", "2_5")
"""Releases of glibc, the newest that machines of 2018 have first."""

OLD_NAMES = {"2_17": "manylinux2014", "2_12": "manylinux2010", "2_5": "manylinux1"}
PIP = "pip>=24.2"
"""Carried along, whatever the maker's own is: an older one does not run on Python 3.12 and later."""

PARTS = ("rulebook", "parsers", "ledger", "ingest", "notifier", "console", "deploy", "docs")
FILES = (
    *("run.py", "pyproject.toml", "config.toml", "README.md", "CHANGELOG.md", "LICENSE"),
    *("THIRD-PARTY.md", "SECURITY.md"),
)
"""What of the project goes along: all but tests and benchmarks."""


def main(arguments: list[str]) -> int:
    """Write the bundle; returns the exit code."""
    parser = argparse.ArgumentParser(prog="run.py bundle", description="做离线包")
    parser.add_argument("--platform", default=platform.machine(), help="x86_64、aarch64 或 both")
    parser.add_argument("--python", default="3.11,3.12,3.13", help="给哪些 Python 版本")
    parser.add_argument(
        "--with",
        dest="extras",
        default="",
        help="可选组件：ocr,heic,postgresql,procrastinate,push,s3",
    )
    parser.add_argument("--out", default="", help="写到哪个文件")
    given = parser.parse_args(arguments)
    machines = ["x86_64", "aarch64"] if given.platform == "both" else [given.platform]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name = f"shougao-{project['version']}"
    out = Path(given.out or f"{name}-{'-'.join(machines)}.tar")
    lists = [
        "requirements.txt",
        *(f"requirements-{one}.txt" for one in given.extras.split(",") if one),
    ]
    with tempfile.TemporaryDirectory() as folder:
        wheels = Path(folder)
        for machine in machines:
            for python in given.python.split(","):
                print(f"正在下载 {machine} 上 Python {python} 的安装包……", flush=True)
                wanted = [line for one in lists for line in entries(ROOT / one, python, machine)]
                fault = download(wanted, wheels, python, machine)
                if fault:
                    print(f"离线包没有做成：{fault}", file=sys.stderr)
                    return 1
        bill = wheels / "sbom.cdx.json"
        bill.write_text(sbom.text(lists), encoding="utf-8")
        pack(out, name, program(), wheels)
    print(f"已写好 {out}（{out.stat().st_size / 1e6:.0f} MB）。在没有网络的机器上：")
    print(f"  tar xf {out.name} && cd {name} && python3 run.py setup")
    return 0


def entries(path: Path, python: str, machine: str) -> list[str]:
    """
    Return the pins of a list that hold for a machine, with their hashes.

    pip itself would judge the markers by the machine that it runs on.
    """
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "platform_machine": machine,
        "sys_platform": "linux",
        "os_name": "posix",
        "platform_system": "Linux",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }
    kept = []
    for entry in path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        pin, *hashes = entry.split("--hash=")
        requirement = Requirement(pin.strip())
        if requirement.marker is None or requirement.marker.evaluate(environment):
            name = f"{requirement.name}{requirement.specifier}"
            kept.append(" ".join([name, *(f"--hash={one.strip()}" for one in hashes)]))
    return kept


def download(wanted: list[str], wheels: Path, python: str, machine: str) -> str:
    """Fetch the wheels; returns what went wrong, naming a package that has none for the machine."""
    tags = [
        tag
        for glibc in GLIBC
        for tag in (f"manylinux_{glibc}_{machine}", *_old_name(glibc, machine))
    ]
    abi = f"cp{python.replace('.', '')}"
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(wanted))
        file.flush()
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--only-binary=:all:", "--dest", str(wheels), "--python-version", python]
        command += ["--implementation", "cp", "--abi", abi, "--abi", "abi3", "--abi", "none"]
        command += [part for tag in tags for part in ("--platform", tag)]
        for arguments in (["--require-hashes", "-r", file.name], [PIP]):
            done = subprocess.run(
                [*command, *arguments], capture_output=True, text=True, check=False
            )
            if done.returncode:
                return no_wheel(done.stderr, python, machine)
    return ""


def no_wheel(told: str, python: str, machine: str) -> str:
    """Say which package lacks a wheel, and the way round; pip's own words where it is something else."""
    found = re.search(r"No matching distribution found for ([\w.-]+)", told)
    if found is None or "NewConnectionError" in told or "ConnectTimeout" in told:
        return f"{told.strip()}\n{why(told)}"
    return (
        f"{found[1]} 没有 {machine}、glibc 2.28、Python {python} 的安装包。可以用 --python 去掉这个版本；"
        f"或在同样的系统上运行 pip wheel {found[1]} 编译一个，放进离线包的 wheels 目录，"
        "并在清单里加上它的校验值。"
    )


def _old_name(glibc: str, machine: str) -> list[str]:
    return [f"{OLD_NAMES[glibc]}_{machine}"] if glibc in OLD_NAMES else []


def program() -> list[Path]:
    """List the program's own files, without caches."""
    found = [ROOT / name for name in FILES]
    found += sorted(ROOT.glob("requirements*.txt"))
    for part in PARTS:
        found += sorted(
            path
            for path in (ROOT / part).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        )
    return [path for path in found if path.is_file()]


def pack(out: Path, name: str, files: list[Path], wheels: Path) -> None:
    """Write the .tar with a list of SHA-256 over all that is in it."""
    members = {path.relative_to(ROOT).as_posix(): path for path in files}
    members |= {
        path.name if path.suffix == ".json" else f"wheels/{path.name}": path
        for path in sorted(wheels.iterdir())
    }
    sums = wheels / "SHA256SUMS"
    sums.write_text(
        "".join(
            f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {member}\n"
            for member, path in members.items()
        ),
        encoding="utf-8",
    )
    with tarfile.open(out, "w") as archive:
        for member, path in {**members, "SHA256SUMS": sums}.items():
            archive.add(path, f"{name}/{member}", recursive=False)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
