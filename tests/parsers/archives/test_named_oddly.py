"""Parts that browsers renamed, parts inside an archive, Chinese passwords, formats that are only named."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path

import pytest
import pyzipper

import parsers
from parsers.archives import splits, volumes
from parsers.archives.sevenzip import program
from parsers.types import Container, Fact, File, Limits, ResourceBudget, UnreadableFile
from rulebook.reasons import Reason

RAR = Path(__file__).resolve().parents[2] / "samples" / "rar"
PARTS = [RAR / f"rar5-vols.part{number}.rar" for number in (1, 2, 3)]
PASSWORD = "湖塘镇2022"


def facts(files: list[File], *passwords: str) -> list[Fact]:
    return list(parsers.read(files, ResourceBudget(Limits(), passwords)))


def refused(found: list[Fact]) -> list[Reason]:
    return [fact.reason for fact in found if isinstance(fact, UnreadableFile)]


@pytest.mark.parametrize(
    "names",
    [
        ("x.part1(1).rar", "x.part2(1).rar", "x.part3(1).rar"),
        ("x.part1.rar", "x.part2 (2).rar", "x.part3（1）.rar"),
        ("x(1).part1.rar", "x(1).part2.rar", "x(1).part3.rar"),
        ("x - 副本.part1.rar", "x.part2.rar", "x.part3.rar"),
        ("X.Part1.RAR", "x.part2 - 副本.rar", "x.part3.rar"),
    ],
)
def test_parts_that_a_browser_renamed_belong_together(names: tuple[str, ...]) -> None:
    files = [File(name, part.read_bytes()) for name, part in zip(names, PARTS, strict=True)]
    found = facts(volumes.join(files))
    assert refused(found) == []
    assert any(isinstance(fact, Container) for fact in found)


@pytest.mark.parametrize(
    ("name", "stem", "number"),
    [
        ("稿件.7z.001", "稿件.7z", 1),
        ("稿件.7z(1).001", "稿件.7z", 1),
        ("稿件(1).7z.002", "稿件.7z", 2),
        ("稿件.z01(1)", "稿件", 1),
    ],
)
def test_the_mark_of_a_copy_is_no_part_of_the_shared_name(
    name: str, stem: str, number: int
) -> None:
    volume = splits.volume(name)
    assert volume is not None
    assert (volume.stem, volume.number) == (stem, number)


def test_parts_inside_an_archive_are_put_together() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part in PARTS:
            archive.writestr(f"稿件/{part.name}", part.read_bytes())
    found = facts([File("稿件.zip", out.getvalue())])
    assert refused(found) == []
    assert "稿件.zip/稿件/rar5-vols.part1.rar/vols/bigfile.txt" in [fact.path for fact in found]


def test_a_lone_part_inside_an_archive_is_told() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(PARTS[1].name, PARTS[1].read_bytes())
    assert refused(facts([File("稿件.zip", out.getvalue())])) == [Reason.SPLIT_ARCHIVE]


@pytest.mark.parametrize("coding", ["utf-8", "gb18030"])
def test_a_chinese_password_opens_what_windows_locked(coding: str) -> None:
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(PASSWORD.encode(coding))
        archive.writestr("a.txt", "湖塘镇")
    assert refused(facts([File("a.zip", out.getvalue())], PASSWORD)) == []
    assert refused(facts([File("a.zip", out.getvalue())], "错")) == [Reason.LOCKED_ARCHIVE]


@pytest.mark.parametrize(
    ("name", "data", "detail"),
    [
        ("稿件.kz", bytes(range(128, 256)) * 9, "KZ（快压） 格式"),
        ("稿件.uue", b"begin 644 a.zip\r\n#0V%T\r\n`\r\nend\r\n", "UUE 格式"),
    ],
)
def test_what_nobody_can_open_is_named_as_what_it_is(name: str, data: bytes, detail: str) -> None:
    (fact,) = facts([File(name, data)])
    assert isinstance(fact, UnreadableFile)
    assert (fact.reason, fact.detail) == (Reason.UNSUPPORTED_ARCHIVE, detail)


def test_7zz_finds_no_next_volume_by_counting_descriptors() -> None:
    with program.in_memory(PARTS[0].read_bytes()) as source, program.in_memory(b"x") as other:
        (number,) = source.descriptors
        assert number + 1 not in source.descriptors
        listed = subprocess.run(
            ["ls", f"/proc/self/fd/{number + 1}"],
            pass_fds=source.descriptors,
            capture_output=True,
            check=False,
        )
        assert listed.returncode != 0
        assert other.descriptors != source.descriptors
