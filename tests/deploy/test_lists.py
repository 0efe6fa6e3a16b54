"""The locked lists: what an office runs and no more, what the rest adds, and whose licences."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy import third_party
from deploy.lock import LISTS, RUN

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]


def pinned(name: str) -> dict[str, set[str]]:
    """The versions that a locked list names for each package (there may be one for each Python)."""
    versions: dict[str, set[str]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if "==" in line:
            package, _, rest = line.partition("==")
            versions.setdefault(package, set()).add(rest.split()[0])
    return versions


def declared(entries: list[Any]) -> list[Requirement]:
    return [Requirement(entry) for entry in entries if isinstance(entry, str)]


@pytest.mark.parametrize("name", LISTS)
def test_each_list_is_pinned_with_hashes_and_names_no_place(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    for line in text.splitlines():
        if "==" in line:
            assert line.rstrip().endswith("\\"), line
    assert text.count("--hash=sha256:") >= text.count("==")


def test_the_lists_hold_what_the_project_declares() -> None:
    groups = PROJECT["dependency-groups"]
    run = pinned(RUN)
    wanted = [(one, run) for one in declared([*PROJECT["project"]["dependencies"]])]
    wanted += [(one, run) for one in declared(groups["install"])]
    wanted += [(one, run | pinned("requirements-demo.txt")) for one in declared(groups["demo"])]
    wanted += [(one, run | pinned("requirements-test.txt")) for one in declared(groups["dev"])]
    for extra, entries in EXTRAS.items():
        wanted += [(one, run | pinned(f"requirements-{extra}.txt")) for one in declared(entries)]
    for requirement, versions in wanted:
        found = versions.get(canonicalize_name(requirement.name), set())
        assert found, f"{requirement.name} is not locked: see CONTRIBUTING.md"
        assert all(version in requirement.specifier for version in found), f"{requirement}: {found}"


def test_what_an_office_runs_is_free_of_tests_and_of_extras() -> None:
    run = pinned(RUN)
    for name in LISTS:
        if name != RUN:
            assert not [package for package in pinned(name) if package in run], name
    for package in (
        "pytest",
        "mypy",
        "playwright",
        "reportlab",
        "pyzipper",
        "pillow-heif",
        "apprise",
    ):
        assert package not in run


def test_a_package_in_two_lists_has_one_version() -> None:
    seen: dict[str, set[str]] = {}
    for name in LISTS:
        for package, versions in pinned(name).items():
            assert seen.setdefault(package, versions) == versions, package


def test_each_package_that_offices_install_has_its_licence_told() -> None:
    told = third_party.known()
    for name in third_party.LISTS:
        for package in third_party.names(name):
            assert told.get(package), f"{package}: run deploy/third_party.py"
            installed = third_party.licence(package)
            assert installed in (None, told[package]), f"{package}: run deploy/third_party.py"


def test_what_no_office_installs_any_more_is_not_told() -> None:
    listed = {one for name in third_party.LISTS for one in third_party.names(name)}
    assert set(third_party.known()) <= listed | {"package"}
