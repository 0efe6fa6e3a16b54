"""run.py: what hinders pip is told for what it is, and an old environment is noticed."""

from __future__ import annotations

import hashlib
import json
import tarfile
from pathlib import Path

import pytest

import run
from console.__main__ import is_stale
from deploy.bundle import no_wheel


@pytest.mark.parametrize(
    ("told", "cause"),
    [
        (
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...: "
            "Failed to establish a new connection')\nERROR: No matching distribution found for x",
            "连不上软件源",
        ),
        (
            "ERROR: Could not find a version that satisfies the requirement backports-zstd==1.8.0 "
            "(from versions: none)\nERROR: No matching distribution found for backports-zstd==1.8.0",
            "没有适合这台机器的版本",
        ),
        ("ERROR: [Errno 28] No space left on device", "磁盘空间不够"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "校验值不符"),
        ("ERROR: something else", "原文"),
    ],
)
def test_the_network_is_blamed_for_what_is_the_networks(told: str, cause: str) -> None:
    assert cause in run.why(told)


def test_an_environment_that_is_older_than_the_lists_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("a==1")
    assert not is_stale(tmp_path, tmp_path)  # no word of run.py's: set up by other means
    mark = {"requirements.txt": hashlib.sha256(b"a==1").hexdigest()}
    (tmp_path / "shougao-setup.json").write_text(json.dumps(mark))
    assert not is_stale(tmp_path, tmp_path)
    (tmp_path / "requirements.txt").write_text("a==2")
    assert is_stale(tmp_path, tmp_path)


def bundle(folder: Path, content: str, digest_of: str) -> Path:
    tree = folder / "shougao-1"
    (tree / "wheels").mkdir(parents=True)
    (tree / "run.py").write_text(content)
    digest = hashlib.sha256(digest_of.encode()).hexdigest()
    (tree / "SHA256SUMS").write_text(f"{digest}  run.py\n")
    out = folder / "bundle.tar"
    with tarfile.open(out, "w") as archive:
        archive.add(tree, "shougao-1")
    return out


def test_a_bundle_is_checked_file_by_file(tmp_path: Path) -> None:
    unpacked = run.unpack(bundle(tmp_path, "new", "new"), tmp_path / "out")
    assert (unpacked / "run.py").read_text() == "new"


@pytest.mark.parametrize("damage", ["sum", "cut", "absent", "escape"])
def test_a_bundle_that_was_damaged_on_its_way_is_refused(tmp_path: Path, damage: str) -> None:
    path = bundle(tmp_path, "new", "other" if damage == "sum" else "new")
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:700])
    if damage == "absent":
        path.unlink()
    if damage == "escape":
        with tarfile.open(path, "w") as archive:
            archive.add(tmp_path / "shougao-1" / "run.py", "../run.py")
    with pytest.raises(run.SetupError, match="离线包"):
        run.unpack(path, tmp_path / "out")


def test_an_upgrade_keeps_what_is_the_offices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    for folder, names in ((new, ("run.py", "config.toml", "b.py")), (old, ("run.py", "a.py"))):
        folder.mkdir()
        for name in names:
            (folder / name).write_text(folder.name)
        (folder / "SHA256SUMS").write_text("".join(f"0  {name}\n" for name in names))
    (old / "config.toml").write_text("ours")
    (old / "data").mkdir()
    monkeypatch.setattr(run, "ROOT", old)
    run.replace_program(new)
    assert (old / "config.toml").read_text() == "ours"
    assert (old / "config.toml.dist").read_text() == "new"
    assert (old / "b.py").read_text() == "new"
    assert not (old / "a.py").exists()
    assert (old / "data").is_dir()


def test_a_package_without_a_wheel_is_named_with_the_way_round() -> None:
    told = no_wheel(
        "ERROR: Could not find a version that satisfies the requirement lxml==6.1.0 (from versions: "
        "none)\nERROR: No matching distribution found for lxml==6.1.0",
        "3.13",
        "aarch64",
    )
    assert told.startswith("lxml 没有 aarch64、glibc 2.28、Python 3.13 的安装包")
    assert "pip wheel" in told
    assert "连不上软件源" in no_wheel("NewConnectionError", "3.11", "x86_64")
