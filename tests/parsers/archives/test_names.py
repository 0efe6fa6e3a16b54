"""Names of members: the code pages that people's programs write, all come out right."""

from __future__ import annotations

import io
import struct
import unicodedata
import zipfile
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.archives import names

OFFICIAL = [
    "稿件.docx",
    "李喆.txt",
    "周镕.txt",
    "段晓堃.txt",
    "湖塘镇/图片/1.jpg",
    "关于“三会一课”.txt",
]


def raw_zip(name: bytes, extra: bytes = b"", flags: int = 0, system: int = 0) -> bytes:
    """One stored member, its name written as it is given."""
    data = b"text"
    crc = zlib.crc32(data)
    head = (20, flags, 0, 0, 0, crc, len(data), len(data), len(name), len(extra))
    local = struct.pack("<4s5H3L2H", b"PK\3\4", *head) + name + extra
    directory = (
        struct.pack(
            "<4s2B6H3L5H2L"[:3] + "BB" + "5H3L5H2L", b"PK\1\2", 20, system, *head, 0, 0, 0, 0, 0
        )
        + name
        + extra
    )
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(directory), len(local) + len(data), 0)
    return local + data + directory + end


@pytest.mark.parametrize("name", OFFICIAL)
@pytest.mark.parametrize(
    ("encoding", "flags"), [("gbk", 0), ("gb18030", 0), ("utf-8", 0), ("utf-8", 0x800)]
)
def test_names_in_the_code_pages_of_this_country_come_out_right(
    read: Any, name: str, encoding: str, flags: int
) -> None:
    (path,) = read("稿.zip", raw_zip(name.encode(encoding), flags=flags)).members
    assert path == name


def test_the_unicode_path_field_wins_over_a_lossy_name(read: Any) -> None:
    raw = b"????.docx"
    field = b"\1" + struct.pack("<L", zlib.crc32(raw)) + "段晓堃.docx".encode()
    extra = struct.pack("<2H", 0x7075, len(field)) + field
    (path,) = read("稿.zip", raw_zip(raw, extra)).members
    assert path == "段晓堃.docx"


def test_a_unicode_path_field_of_another_name_is_not_believed(read: Any) -> None:
    raw = "稿件.docx".encode("gbk")
    field = b"\1" + struct.pack("<L", 12345) + "假的.docx".encode()
    extra = struct.pack("<2H", 0x7075, len(field)) + field
    (path,) = read("稿.zip", raw_zip(raw, extra)).members
    assert path == "稿件.docx"


def test_the_decomposed_names_of_a_mac_are_composed(read: Any) -> None:
    name = unicodedata.normalize("NFD", "がépreuve稿件.txt")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "text")
    (path,) = read("稿.zip", out.getvalue()).members
    assert path == "がépreuve稿件.txt"


def test_the_names_of_one_archive_are_judged_together(read: Any) -> None:
    """陆 in GBK happens to be valid UTF-8; beside 稿件 it is read as what it is."""
    assert names.encoding_of(["陆".encode("gbk")]) == "utf-8"
    assert names.encoding_of(["陆".encode("gbk"), "稿件".encode("gbk")]) == "gb18030"


def test_a_backslash_inside_a_gbk_character_is_no_folder(read: Any) -> None:
    (path,) = read("稿.zip", raw_zip("乗客.txt".encode("gbk"))).members
    assert path == "乗客.txt"


def test_two_members_of_one_name_are_told_apart(read: Any) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("稿件.txt", "eins")
        archive.writestr("稿件.txt", "zwei")
    assert set(read("稿.zip", out.getvalue()).members) == {"稿件.txt", "稿件(2).txt"}


@given(
    st.text(
        st.characters(codec="gb18030", exclude_categories=("Cc", "Cf", "Cs")),
        min_size=1,
        max_size=40,
    )
)
def test_whatever_was_written_in_gb18030_is_read_back(name: str) -> None:
    told, lossy = names.decode(name.encode("gb18030"), "gb18030")
    assert (told, lossy) == (name, False)


def test_a_name_too_long_keeps_its_end_with_the_extension() -> None:
    shown = names.clean("长" * 5000 + ".docx")
    assert len(shown) == names.MAX_COMPONENT
    assert shown.endswith(".docx")
