"""
Look for releases with published holes, by the list beside this file: `python -m deploy.advisories [--audit FILE]`.

Neither a locked list nor a lower bound in pyproject.toml may admit one. Needs no network.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "deploy" / "advisories.toml"


@dataclass(frozen=True, slots=True)
class Advisory:
    """A package and the first release of it without the holes that are known."""

    package: str
    fixed: Version
    why: str


def advisories(path: Path = LIST) -> list[Advisory]:
    """Read the list."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        Advisory(name, Version(one["fixed"]), one.get("why", "")) for name, one in entries.items()
    ]


def faults(root: Path, known: Iterable[Advisory]) -> Iterator[str]:
    """Yield a line for each pin below `root` and each bound in its pyproject.toml that admits a hole."""
    pins = [
        (path.name, *_pin(line))
        for path in sorted(root.glob("requirements*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if "==" in line
    ]
    bounds = list(_bounds(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))))
    for one in known:
        for place, package, version in pins:
            if package == one.package and version < one.fixed:
                yield f"{place}: {package} {version} (< {one.fixed}: {one.why})"
        for requirement in bounds:
            if canonicalize_name(requirement.name) != one.package:
                continue
            lowest = [
                Version(part.version)
                for part in requirement.specifier
                if part.operator in (">=", "==", "~=")
            ]
            if not lowest or max(lowest) < one.fixed:
                yield f"pyproject.toml: {requirement} admits releases before {one.fixed} ({one.why})"


def _pin(line: str) -> tuple[str, Version]:
    package, _, rest = line.partition("==")
    return canonicalize_name(package.strip()), Version(rest.split()[0].rstrip(";"))


def _bounds(declared: dict[str, Any]) -> Iterator[Requirement]:
    lists = [
        declared["project"]["dependencies"],
        *declared["project"].get("optional-dependencies", {}).values(),
        *declared.get("dependency-groups", {}).values(),
    ]
    for entries in lists:
        yield from (Requirement(entry) for entry in entries if isinstance(entry, str))


def audited(text: str) -> list[str] | None:
    """Return a line for each hole that pip-audit's JSON names; None where it reached no service."""
    try:
        dependencies = json.loads(text)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return None
    return [
        f"{one['name']} {one['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'none'}"
        for one in dependencies
        for hole in one.get("vulns", ())
    ]


def main(arguments: list[str]) -> int:
    """Print what is found, with --audit FILE what pip-audit found; returns the exit code."""
    if arguments[:1] == ["--audit"]:
        told = audited(Path(arguments[1]).read_text(encoding="utf-8"))
        if told is None:
            print("pip-audit reached no service: our own list alone was asked")
            return 0
        print("\n".join(told))
        return 1 if told else 0
    found = list(faults(ROOT, advisories()))
    print("\n".join(found) if found else "no pin and no bound admits a release that is listed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
