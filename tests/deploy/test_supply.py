"""What an office is handed: no release with a published hole, and a bill of all that is in it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

import run
from deploy import bundle, sbom
from deploy.lock import LISTS
from tests.deploy.test_lists import EXTRAS, PROJECT, ROOT, declared, pinned

ADVISORIES = tomllib.loads((ROOT / "deploy" / "advisories.toml").read_text(encoding="utf-8"))
BOUNDS = [
    one
    for entries in (
        PROJECT["project"]["dependencies"],
        *EXTRAS.values(),
        *PROJECT["dependency-groups"].values(),
    )
    for one in declared(entries)
]


@pytest.mark.parametrize("package", ADVISORIES)
def test_no_release_with_a_published_hole_is_admitted(package: str) -> None:
    fixed = Version(ADVISORIES[package]["fixed"])
    for name in LISTS:
        assert all(Version(one) >= fixed for one in pinned(name).get(package, ())), name
    bounds = [one for one in BOUNDS if canonicalize_name(one.name) == package]
    assert bounds, f"{package} is not ours any more"
    for requirement in bounds:
        lowest = [one.version for one in requirement.specifier if one.operator in (">=", "==")]
        assert lowest and Version(lowest[0]) >= fixed, requirement


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
