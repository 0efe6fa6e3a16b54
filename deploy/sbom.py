"""
Tell what a bundle is made of, as CycloneDX 1.6 JSON: `.venv/bin/python -m deploy.sbom [FILE]`.

Names, versions and hashes come from the locked lists, licences from THIRD-PARTY.md. The same lists
give the same file.

Source: CycloneDX 1.6 (ECMA-424), package-url specification.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from deploy import third_party

ROOT = Path(__file__).resolve().parents[1]
_SPDX = re.compile(r"[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*")


def bill(lists: Iterable[str]) -> dict[str, Any]:
    """Return the bill of materials of some lists, such as requirements.txt."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    licences = third_party.known()
    components: dict[str, dict[str, Any]] = {}
    content = hashlib.sha256()
    for name in lists:
        text = (ROOT / name).read_text(encoding="utf-8")
        content.update(text.encode())
        for entry in text.replace("\\\n", " ").splitlines():
            if entry.strip():
                one = _component(entry, licences)
                components[one["bom-ref"]] = one
    own = f"pkg:generic/{project['name']}@{project['version']}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.UUID(content.hexdigest()[:32])}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": [components[ref] for ref in sorted(components)],
        "dependencies": [{"ref": own, "dependsOn": sorted(components)}],
    }


def _component(entry: str, licences: dict[str, str]) -> dict[str, Any]:
    pin, *hashes = entry.split("--hash=sha256:")
    requirement = Requirement(pin.strip())
    version = str(requirement.specifier).removeprefix("==")
    url = f"pkg:pypi/{requirement.name}@{version}"
    one: dict[str, Any] = {
        "type": "library",
        "bom-ref": url,
        "name": requirement.name,
        "version": version,
        "purl": url,
        # a wheel for each machine has a hash of its own: none is the component's alone
        "properties": [
            {"name": "shougao:sha256", "value": digest.strip()} for digest in sorted(hashes)
        ],
    }
    if requirement.marker is not None:
        one["properties"].append({"name": "shougao:marker", "value": str(requirement.marker)})
    if told := licences.get(requirement.name, ""):
        spdx = _SPDX.fullmatch(told) is not None and " License" not in told
        one["licenses"] = [{"expression": told}] if spdx else [{"license": {"name": told}}]
    return one


def text(lists: Iterable[str]) -> str:
    """Return the bill as the file that lies in a bundle."""
    return json.dumps(bill(lists), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    told = text(["requirements.txt"])
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(told, encoding="utf-8")
    else:
        sys.stdout.write(told)
