"""What an office is handed: no release with a published hole, and a bill of all that is in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import run
from deploy import advisories, bundle, sbom
from deploy.advisories import Advisory
from deploy.lock import LISTS
from tests.deploy.test_lists import ROOT, pinned


def test_no_release_with_a_published_hole_is_admitted() -> None:
    assert list(advisories.faults(ROOT, advisories.advisories())) == []


@pytest.mark.parametrize("one", advisories.advisories(), ids=lambda one: one.package)
def test_a_pin_and_a_bound_that_admit_a_hole_fail_the_check(
    tmp_path: Path,
    one: Advisory,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each list with one line put back to a release with the hole: what CI runs must see it."""
    for name in (*LISTS, "pyproject.toml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        text = re.sub(rf"(?m)^{one.package}==\S+", f"{one.package}==0.0.1", text)
        text = re.sub(rf'"({one.package})(?:>=)[^",]*', r'"\1>=0.0.1', text)
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = list(advisories.faults(tmp_path, [one]))
    assert any(f": {one.package} 0.0.1 (< {one.fixed}" in line for line in found), found
    assert any(line.startswith(f"pyproject.toml: {one.package}") for line in found), found
    monkeypatch.setattr(advisories, "ROOT", tmp_path)
    assert advisories.main([]) == 1
    assert one.package in capsys.readouterr().out


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", 0),  # no service was reached
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', 0),
        (
            '{"dependencies": [{"name": "a", "version": "1", "vulns": '
            '[{"id": "PYSEC-1", "fix_versions": ["2"]}]}]}',
            1,
        ),
    ],
)
def test_what_pip_audit_names_fails_ci(tmp_path: Path, written: str, code: int) -> None:
    (tmp_path / "found.json").write_text(written)
    assert advisories.main(["--audit", str(tmp_path / "found.json")]) == code


def test_the_bill_names_every_package_of_the_list_with_licence_and_hashes() -> None:
    bill = sbom.bill(["requirements.txt"])
    told = {one["name"]: one for one in bill["components"]}
    assert set(told) == set(pinned("requirements.txt"))
    for one in told.values():
        assert one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}"
        assert one["licenses"], one["name"]
        assert any(fact["name"] == "shougao:sha256" for fact in one["properties"])
    assert bill == sbom.bill(["requirements.txt"])


def test_a_bundle_carries_its_bill_beside_the_program(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (wheels / "a-1-py3-none-any.whl").write_bytes(b"")
    (wheels / "sbom.cdx.json").write_text(json.dumps(sbom.bill(["requirements.txt"])))
    bundle.pack(tmp_path / "b.tar", "shougao-1", [ROOT / "run.py"], wheels)
    unpacked = run.unpack(tmp_path / "b.tar", tmp_path / "out")
    assert (unpacked / "sbom.cdx.json").is_file()
    assert (unpacked / "wheels" / "a-1-py3-none-any.whl").is_file()
