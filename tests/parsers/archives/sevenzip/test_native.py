"""What is unpacked without 7zz comes out as 7zz unpacks it; everything else is left to 7zz."""

from __future__ import annotations

import os
import struct
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.archives.sevenzip import header as sevenheader
from parsers.archives.sevenzip import native
from parsers.archives.sevenzip import program as sevenzip_program
from parsers.spool import Content, Spool
from parsers.types import Container, File, LimitHit, Limits, Part, Refusal, ResourceBudget
from rulebook.reasons import Reason

ENOUGH = Limits(seconds=600)
PLAIN = {
    "lzma2": ["-mx=5"],
    "lzma": ["-m0=lzma"],
    "odd properties": ["-m0=lzma:lc=0:lp=2:pb=0"],
    "not packed": ["-mx=0"],
    "each by itself": ["-ms=off"],
    "two at a time": ["-ms=2f"],
    "a plain directory": ["-mhc=off"],
}
UNUSUAL = {
    "another method": ["-m0=ppmd"],
    "a filter": ["-m0=delta:4", "-m1=lzma2"],
    "a filter for programs": ["-mf=bcj", "-m0=lzma2"],
    "a password": ["-pgeheim"],
    "hidden names": ["-pgeheim", "-mhe=on"],
    "properties that liblzma has not": ["-m0=lzma:lc=4:lp=2"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that officers pack, and a link."""
    place = tmp_path_factory.mktemp("gepackt") / "湖塘镇"
    (place / "照片").mkdir(parents=True)
    (place / "空").mkdir()
    for number in range(4):
        (place / "照片" / f"{number}.jpg").write_bytes(os.urandom(70_000 + number))
    (place / "稿件.txt").write_text("3月5日，湖塘镇开展检查。" * 9000, encoding="utf-8")
    (place / "空.txt").touch()
    (place / "链接").symlink_to("稿件.txt")
    return place


def packed(folder: Path, options: list[str]) -> bytes:
    program = sevenzip_program.binary()
    assert program is not None
    target = folder.parent / f"{abs(hash(tuple(options)))}.7z"
    if not target.exists():
        command = [program, "a", "-t7z", "-snl", *options, str(target), folder.name]
        subprocess.run(command, cwd=folder.parent, check=True, stdout=subprocess.DEVNULL)
    return target.read_bytes()


def told(parts: Iterator[Part]) -> tuple[dict[str, bytes], int]:
    files = {}
    entries = 0
    for part in parts:
        if isinstance(part, File):
            files[part.path] = part.data
        elif isinstance(part, Container):
            entries = part.entries
    return files, entries


def read_here(data: Content) -> tuple[dict[str, bytes], int]:
    found = sevenheader.directory(data)
    assert found is not None
    return told(native.unpack(File("a.7z", data), found, ResourceBudget(ENOUGH)))


@pytest.mark.parametrize("options", PLAIN.values(), ids=PLAIN)
def test_what_7zip_packs_plainly_comes_out_as_7zz_unpacks_it(
    folder: Path, options: list[str]
) -> None:
    data = packed(folder, options)
    with sevenzip_program.in_memory(data) as source:
        by_7zz = told(
            sevenzip_program.unpack(File("a.7z", data), source, "7z", ResourceBudget(ENOUGH))
        )
    assert read_here(data) == read_here(Spool().keep([data])) == by_7zz
    assert len(by_7zz[0]) == 6
    assert by_7zz[0]["a.7z/湖塘镇/照片/3.jpg"] == (folder / "照片" / "3.jpg").read_bytes()


@pytest.mark.parametrize("options", UNUSUAL.values(), ids=UNUSUAL)
def test_what_is_unusual_is_left_to_7zz(folder: Path, options: list[str]) -> None:
    assert sevenheader.directory(packed(folder, options)) is None


@pytest.mark.parametrize("cut", [0, 6, 31, 32, 100, -1])
def test_what_is_cut_off_is_damaged(folder: Path, read: Any, cut: int) -> None:
    data = packed(folder, ["-mx=5"])[:cut]
    assert sevenheader.directory(data) is None
    if cut in (100, -1):
        assert [reason for _, reason, _ in read("a.7z", data).refused] == [Reason.DAMAGED_ARCHIVE]


def test_a_flipped_bit_in_a_photo_is_told_with_its_name(folder: Path, read: Any) -> None:
    data = bytearray(packed(folder, ["-mx=0"]))
    data[data.index((folder / "照片" / "2.jpg").read_bytes()) + 5] ^= 1
    ((_, reason, detail),) = read("a.7z", bytes(data)).refused
    assert reason is Reason.DAMAGED_ARCHIVE
    assert "2.jpg" in detail


@pytest.mark.parametrize("options", [["-mx=5"], ["-m0=lzma"], ["-mx=0"], ["-ms=off"]])
@given(place=st.floats(0, 1), bit=st.integers(0, 7))
def test_no_flipped_bit_gives_other_bytes(
    folder: Path, options: list[str], place: float, bit: int
) -> None:
    whole = packed(folder, options)
    data = bytearray(whole)
    data[min(int(place * len(data)), len(data) - 1)] ^= 1 << bit
    found = sevenheader.directory(bytes(data))
    if found is None:
        return
    try:
        files, _ = told(native.unpack(File("a.7z", bytes(data)), found, ResourceBudget(ENOUGH)))
    except Refusal as refusal:
        assert refusal.reason is Reason.DAMAGED_ARCHIVE
    else:
        assert files == read_here(whole)[0]


@given(changes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=4))
def test_no_directory_makes_it_stumble(folder: Path, changes: list[tuple[float, int]]) -> None:
    """Bytes of the directory are changed, its checksums are right."""
    whole = packed(folder, ["-mhc=off", "-mx=0"])
    offset, size = struct.unpack_from("<QQ", whole, 12)
    header = bytearray(whole[32 + offset : 32 + offset + size])
    for place, value in changes:
        header[int(place * size)] = value
    start = struct.pack("<QQL", offset, size, zlib.crc32(header))
    data = whole[:8] + struct.pack("<L", zlib.crc32(start)) + start + whole[32 : 32 + offset]
    found = sevenheader.directory(data + header)
    if found is not None:
        with suppress(Refusal, LimitHit):
            told(native.unpack(File("a.7z", data + header), found, ResourceBudget(ENOUGH)))


@pytest.mark.parametrize("options", [["-mx=1"], ["-m0=lzma"]])
def test_limits_are_counted_on_what_comes_out(
    tmp_path: Path, read: Any, options: list[str]
) -> None:
    (tmp_path / "bombe").mkdir()
    (tmp_path / "bombe" / "0.bin").write_bytes(bytes(40_000_000))
    data = packed(tmp_path / "bombe", options)
    assert sevenheader.directory(data) is not None
    ((_, reason, detail),) = read("a.7z", data, limits=Limits(bytes=10_000_000)).refused
    assert (reason, detail) == (Reason.TOO_LARGE, "超过上限：解压后的总大小")
    ((_, reason, detail),) = read("a.7z", data, limits=Limits(ratio=10)).refused
    assert (reason, detail) == (Reason.UNSAFE_ARCHIVE, "压缩比异常")
    ((_, reason, detail),) = read("a.7z", data, limits=Limits(entries=1)).refused
    assert (reason, detail) == (Reason.TOO_LARGE, "超过上限：文件个数")
    assert len(read("a.7z", data, limits=Limits(ratio=100_000)).members) == 1
