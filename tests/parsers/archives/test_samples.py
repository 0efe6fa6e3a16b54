"""Every archive format has files made by real programs, and what is in them comes out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import parsers
from parsers.archives import volumes
from parsers.types import File, Limits, ResourceBudget
from rulebook.reasons import Reason

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FOLDERS = {parser.__name__.rpartition(".")[2] for parser in parsers.ARCHIVES}  # type: ignore[attr-defined]


def samples() -> list[Any]:
    found = []
    for expected in sorted(SAMPLES.glob("*/expected.json")):
        for name, facts in json.loads(expected.read_text(encoding="utf-8")).items():
            if expected.parent.name in FOLDERS - {"volumes", "unsupported"} and not name.startswith(
                ("rar3-old", "rar3-vols", "rar5-vols")
            ):
                found.append(
                    pytest.param(expected.parent / name, facts, id=f"{expected.parent.name}/{name}")
                )
    return found


@pytest.mark.parametrize(("path", "facts"), samples())
def test_what_a_real_program_packed_comes_out_whole(
    read: Any, path: Path, facts: dict[str, Any]
) -> None:
    passwords = (facts["password"],) if facts["password"] else ()
    found = read(path.name, path.read_bytes(), *passwords)
    assert found.refused == []
    if "members" in facts:
        assert found.members == facts["members"]
    else:
        listed = sorted({name for name, _ in facts["listed"]})
        assert sorted({name.partition("(")[0] for name, _ in found.sizes}) == [
            name.partition("(")[0] for name in listed
        ]


@pytest.mark.parametrize(("path", "facts"), [one for one in samples() if one.values[1]["password"]])
def test_without_its_password_or_with_a_wrong_one_it_is_locked(
    read: Any, path: Path, facts: dict[str, Any]
) -> None:
    for passwords in ((), ("falsch", "0000")):
        ((_, reason, detail),) = read(path.name, path.read_bytes(), *passwords).refused
        assert reason is Reason.LOCKED_ARCHIVE
        assert bool(detail) is bool(passwords)


@pytest.mark.parametrize(("path", "facts"), samples())
def test_a_wrong_or_missing_extension_does_not_matter(
    read: Any, path: Path, facts: dict[str, Any]
) -> None:
    if path.parent.name == "gz":
        pytest.skip("a bare stream's name is all that names its content")
    passwords = (facts["password"],) if facts["password"] else ()
    for name in ("稿件", "稿件.docx", "稿件.rar"):
        assert read(name, path.read_bytes(), *passwords).refused == []


@pytest.mark.parametrize(("path", "facts"), samples())
def test_half_an_archive_is_damaged_and_never_trips_us(
    read: Any, path: Path, facts: dict[str, Any]
) -> None:
    data = path.read_bytes()
    passwords = (facts["password"],) if facts["password"] else ()
    for part in (len(data) // 2, len(data) - 7):
        for fact in read(path.name, data[:part], *passwords).refused:
            assert fact[1] in (
                Reason.DAMAGED_ARCHIVE,
                Reason.SPLIT_ARCHIVE,
                Reason.LOCKED_ARCHIVE,
                Reason.UNSAFE_ARCHIVE,
            )


def volume_sets() -> list[Any]:
    return [
        pytest.param("volumes", "set.zip.", id="zip.001"),
        pytest.param("volumes", "set.7z.", id="7z.001"),
        pytest.param("rar", "rar3-vols.", id="part1.rar"),
        pytest.param("rar", "rar5-vols.", id="rar5.part1.rar"),
        pytest.param("rar", "rar3-old.", id="r00"),
    ]


@pytest.mark.parametrize(("folder", "prefix"), volume_sets())
def test_all_volumes_of_a_set_in_one_letter_are_put_together(folder: str, prefix: str) -> None:
    paths = sorted((SAMPLES / folder).glob(f"{prefix}*"))
    files = [parsers.identify(File(path.name, path.read_bytes())) for path in paths]
    (whole,) = volumes.join(files)
    facts = list(parsers.read([whole], ResourceBudget(Limits())))
    assert [fact.reason for fact in facts if hasattr(fact, "reason")] == []
    assert len(facts) >= 2


@pytest.mark.parametrize(("folder", "prefix"), volume_sets())
def test_a_volume_without_the_others_is_told_from_a_damaged_archive(
    read: Any, folder: str, prefix: str
) -> None:
    for path in sorted((SAMPLES / folder).glob(f"{prefix}*")):
        refused = read(path.name, path.read_bytes()).refused
        assert [reason for _, reason, _ in refused] == [Reason.SPLIT_ARCHIVE], path.name
