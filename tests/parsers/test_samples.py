"""Every format has files made by real programs, and what a person sees in them is what is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import parsers
from parsers.types import Fact, File, Image, Limits, Other, ResourceBudget, Text, UnreadableFile

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
FOLDERS = (
    "images",
    "media",
    "unsupported",
    *(vars(one)["__name__"].rpartition(".")[2] for one in parsers.DOCUMENTS),
)


def samples() -> list[Any]:
    return [
        pytest.param(SAMPLES / folder / name, facts, id=f"{folder}/{name}")
        for folder in FOLDERS
        for name, facts in json.loads(
            (SAMPLES / folder / "expected.json").read_text(encoding="utf-8")
        ).items()
    ]


def read(name: str, data: bytes) -> list[Fact]:
    return list(parsers.read([File(name, data)], ResourceBudget(Limits())))


def shown(facts: list[Fact]) -> dict[str, Any]:
    """What was read, as expected.json puts it."""
    match facts:
        case [Text() as text, *others]:
            told: dict[str, Any] = {"paragraphs": list(text.paragraphs)}
            if text.tables:
                told["tables"] = [[list(row) for row in table] for table in text.tables]
            if text.remarks:
                told["remarks"] = [remark.name for remark in text.remarks]
            if others:
                assert all(isinstance(one, Image) and one.whole for one in others)
                told["pictures"] = len(others)
            return told
        case [UnreadableFile() as unread]:
            return {"refused": unread.reason.name, "detail": unread.detail}
        case [Other(role="media") as film]:
            return {"media": film.media_type, "seconds": film.seconds}
        case [Other() as other]:
            return {"other": other.media_type}
        case [Image() as image]:
            told = {"picture": image.media_type}
            if not image.whole:
                return {**told, "whole": False}
            told |= {"width": image.width, "height": image.height}
            taken = image.taken_at
            return {**told, "taken_at": taken.isoformat()} if taken else told
    raise AssertionError(facts)


@pytest.mark.parametrize("parser", parsers.PARSERS, ids=lambda parser: parser.__name__)
def test_every_parser_has_samples_with_their_facts_beside_them(parser: Any) -> None:
    folder = SAMPLES / parser.__name__.rpartition(".")[2]
    made = [path for path in folder.glob("*") if path.suffix not in (".json", ".md")]
    assert made, f"{folder.name} holds no sample"
    assert (folder / "expected.json").exists()


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_sample_is_without_its_facts(folder: str) -> None:
    told = json.loads((SAMPLES / folder / "expected.json").read_text(encoding="utf-8"))
    assert set(told) == {p.name for p in (SAMPLES / folder).iterdir()} - {"expected.json"}


@pytest.mark.parametrize(("path", "facts"), samples())
def test_what_a_person_sees_is_what_is_read(path: Path, facts: dict[str, Any]) -> None:
    assert shown(read(path.name, path.read_bytes())) == facts


@pytest.mark.parametrize(("path", "facts"), samples())
def test_another_extension_or_none_does_not_matter(path: Path, facts: dict[str, Any]) -> None:
    if path.suffix == ".md":
        pytest.skip("nothing but its name tells Markdown from text")
    for name in ("稿件", "稿件.zip"):
        assert shown(read(name, path.read_bytes())) == facts


@pytest.mark.parametrize(("path", "facts"), samples())
def test_half_a_file_never_trips_us_and_is_never_called_an_archive(
    path: Path, facts: dict[str, Any]
) -> None:
    data = path.read_bytes()
    for part in (len(data) // 2, len(data) - 3):
        for fact in read(path.name, data[:part]):
            if isinstance(fact, UnreadableFile):
                packed = path.parent.name == "unsupported"
                wanted = (
                    ("UNSUPPORTED_ARCHIVE",) if packed else ("UNREADABLE_DRAFT", "LOCKED_DRAFT")
                )
                assert fact.reason.name in wanted, (part, fact)
