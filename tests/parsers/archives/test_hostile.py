"""Archives made to do harm cost no more than their allowance, and the limit that was hit is told."""

from __future__ import annotations

import io
import lzma
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import parsers
from parsers.archives import names
from parsers.archives.sevenzip.program import binary
from parsers.types import (
    Container,
    File,
    Limit,
    Limits,
    Other,
    ResourceBudget,
    Text,
    UnreadableFile,
)
from rulebook.reasons import Reason
from tests.parsers.archives.quine import gz_quine, zip_quine

SMALL = Limits(bytes=4_000_000, entries=50, depth=3, seconds=20, pixels=1_000_000, ratio=100)


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(*members: tarfile.TarInfo, contents: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(contents[: member.size]))
    return out.getvalue()


def told(
    read: Any, data: bytes, name: str = "稿件.zip", limits: Limits = SMALL
) -> tuple[Reason, str]:
    refused = read(name, data, limits=limits).refused
    assert len(refused) == 1
    return refused[0][1], refused[0][2]


def test_too_many_bytes_are_told_as_that_limit(read: Any) -> None:
    data = zipped({f"{number}.bin": bytes(range(256)) * 4096 for number in range(6)})
    assert told(read, data) == (Reason.TOO_LARGE, f"超过上限：{Limit.BYTES.value}")


def test_too_many_entries_are_told_before_they_are_unpacked(read: Any) -> None:
    data = zipped({f"{number}.txt": b"x" for number in range(51)})
    assert told(read, data) == (Reason.TOO_LARGE, f"超过上限：{Limit.ENTRIES.value}")


def test_a_hundred_thousand_entries_are_refused(read: Any) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(100_000):
            archive.writestr(zipfile.ZipInfo(f"{number}"), b"")
    assert told(read, out.getvalue()) == (Reason.TOO_LARGE, f"超过上限：{Limit.ENTRIES.value}")


def test_entries_that_the_end_record_hides_are_counted_where_they_lie(read: Any) -> None:
    data = bytearray(zipped({f"{number}.txt": b"x" for number in range(60)}))
    struct.pack_into("<2H", data, len(data) - 22 + 8, 1, 1)
    reason, detail = told(read, bytes(data))
    assert (reason, detail) == (Reason.TOO_LARGE, f"超过上限：{Limit.ENTRIES.value}")


def test_an_absurd_ratio_is_a_bomb(read: Any) -> None:
    wide = Limits(bytes=400_000_000, entries=50, depth=3, seconds=60, ratio=100)
    reason, detail = told(read, zipped({"零.bin": bytes(100_000_000)}), limits=wide)
    assert (reason, detail) == (Reason.UNSAFE_ARCHIVE, "压缩比异常")


def test_a_blank_picture_that_shrinks_a_thousandfold_is_no_bomb(read: Any) -> None:
    found = read("稿件.zip", zipped({"空白.bin": bytes(2_000_000)}), limits=SMALL)
    assert found.refused == []


def overlapping(copies: int) -> bytes:
    """David Fifield's build: many directory entries, one piece of packed data."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = bytes(1_000_000)
    data = packed.compress(content) + packed.flush()
    local = struct.pack(
        "<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, zlib.crc32(content), len(data), len(content), 1, 0
    )
    body = local + b"a" + data
    directory = b"".join(
        struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, zlib.crc32(content), len(data),
            len(content), 1, 0, 0, 0, 0, 0, 0,
        )
        + bytes([97 + number])
        for number in range(copies)
    )  # fmt: skip
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, copies, copies, len(directory), len(body), 0)
    return body + directory + end


def test_members_that_share_their_bytes_are_unsafe(read: Any) -> None:
    assert told(read, overlapping(20)) == (Reason.UNSAFE_ARCHIVE, "条目互相重叠")


def test_a_size_that_lies_is_unsafe(read: Any) -> None:
    data = bytearray(zipped({"稿.txt": b"x" * 5000}))
    directory = data.index(b"PK\1\2")
    struct.pack_into("<L", data, directory + 24, 10)
    struct.pack_into("<L", data, 22, 10)
    assert told(read, bytes(data))[0] is Reason.UNSAFE_ARCHIVE


def nested(depth: int) -> bytes:
    data = zipped({"稿件.txt": "3月6日，开展检查。".encode()})
    for number in range(depth):
        data = zipped({f"{number}.zip": data})
    return data


def test_archives_in_archives_are_opened_down_to_the_limit(read: Any) -> None:
    assert read("稿件.zip", nested(2), limits=SMALL).texts == ["稿件.zip/1.zip/0.zip/稿件.txt"]
    found = read("稿件.zip", nested(3), limits=SMALL)
    refused = [fact for fact in found.facts if isinstance(fact, UnreadableFile)]
    assert [fact.detail for fact in refused][:1] == [f"超过上限：{Limit.DEPTH.value}"]


def test_the_allowance_is_one_for_the_whole_letter_not_for_each_archive() -> None:
    inner = zipped({f"{number}.txt": b"x" for number in range(20)}, zipfile.ZIP_STORED)
    outer = zipped({f"{number}.zip": inner for number in range(3)})
    facts = list(parsers.read([File("稿件.zip", outer)], ResourceBudget(SMALL)))
    hit = [fact.detail for fact in facts if isinstance(fact, UnreadableFile)]
    assert f"超过上限：{Limit.ENTRIES.value}" in hit


def test_a_zip_that_holds_itself_ends_at_the_depth_limit(read: Any) -> None:
    data = zip_quine()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read(archive.namelist()[0]) == data
    found = read("r.zip", data, limits=SMALL)
    refused = [fact for fact in found.facts if isinstance(fact, UnreadableFile)]
    assert [(fact.reason, fact.detail) for fact in refused] == [
        (Reason.TOO_LARGE, Limit.DEPTH.clause)
    ]
    assert refused[0].path.count("/") == SMALL.depth


@pytest.mark.parametrize("within", ["r.gz", "稿件.zip"])
def test_a_gzip_that_holds_itself_ends_at_the_limit_of_depth(read: Any, within: str) -> None:
    data = gz_quine()
    if within.endswith(".zip"):
        data = zipped({"r.gz": data})
    found = read(within, data, limits=SMALL)
    refused = [fact for fact in found.facts if isinstance(fact, UnreadableFile)]
    assert [(fact.reason, fact.detail) for fact in refused] == [
        (Reason.TOO_LARGE, Limit.DEPTH.clause)
    ]
    assert refused[0].path.count("/") == SMALL.depth


def test_a_program_with_a_volume_of_a_zip64_behind_it_is_no_archive(read: Any) -> None:
    data = zipped({"稿件.txt": b"x"})
    place = data.index(b"PK\5\6")
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, 58, place - 58)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, place, 7)  # of seven volumes
    program = b"MZ" + bytes(58) + struct.pack("<L", 64) + b"PE\0\0"
    found = read("解压.exe", program + data[:place] + record + locator + data[place:])
    assert [type(fact) for fact in found.facts] == [Other]


WITHIN_MEMORY = """
import resource, sys
from pathlib import Path
import parsers
from parsers.types import ResourceBudget, File, Limits

parsers.identify(File("a", b"a few words"))
taken = int(Path("/proc/self/statm").read_text().split()[0]) * 4096
resource.setrlimit(resource.RLIMIT_AS, (taken + 800_000_000,) * 2)
for name in sys.argv[1:]:
    for fact in parsers.read([File(name, Path(name).read_bytes())], ResourceBudget(Limits())):
        print(fact.reason.name, fact.detail)
"""


def test_what_asks_for_four_gigabytes_to_be_looked_at_is_unsafe(tmp_path: Path) -> None:
    packed = bytearray(lzma.compress(b"abc" * 300, check=lzma.CHECK_NONE))
    packed[packed.index(b"\x21\x01") + 2] = 40  # the dictionary's size: 4 GB
    header = 12 + packed[12] * 4
    struct.pack_into("<L", packed, header, zlib.crc32(packed[12:header]))
    (tmp_path / "a.xz").write_bytes(packed)
    package = bytearray(zipped({"mimetype": b"application/vnd.oasis"}, zipfile.ZIP_LZMA))
    struct.pack_into("<L", package, 30 + len("mimetype") + 5, 0xFFFFFFF0)
    (tmp_path / "b.zip").write_bytes(package)
    done = subprocess.run(
        [sys.executable, "-c", WITHIN_MEMORY, *map(str, sorted(tmp_path.iterdir()))],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == [
        "UNSAFE_ARCHIVE 占用内存过大",
        "UNSAFE_ARCHIVE 解压所需内存过大",
    ], done.stderr


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "C:\\Windows\\稿件.txt",
        "a/../../稿件.txt",
        "..\\..\\稿件.txt",
        "./稿件.txt",
    ],
)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_names_that_lead_outside_are_only_names(
    read: Any, tmp_path: Path, name: str, kind: str
) -> None:
    if kind == "zip":
        data = zipped({name: b"text"})
    else:
        info = tarfile.TarInfo(name)
        info.size = 4
        data = tarred(info, contents=b"text")
    (path,) = read("稿件", data).members
    assert ".." not in path.split("/")
    assert not path.startswith("/")
    assert ":" not in path


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_are_never_followed(read: Any, kind: bytes) -> None:
    real, trick = tarfile.TarInfo("稿件.txt"), tarfile.TarInfo("陷阱.txt")
    real.size = 4
    trick.type, trick.linkname = kind, "/etc/passwd"
    found = read("稿件.tar", tarred(real, trick, contents=b"text"))
    assert list(found.members) == ["稿件.txt"]


def test_a_symbolic_link_in_a_zip_is_skipped(read: Any) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("链接.txt")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("稿件.txt", "text")
    assert list(read("稿件.zip", out.getvalue()).members) == ["稿件.txt"]


@pytest.mark.parametrize("method", ["ZipCrypto", "AES256"])
def test_a_bomb_behind_a_password_is_a_bomb_still(read: Any, tmp_path: Path, method: str) -> None:
    (tmp_path / "零.bin").write_bytes(bytes(60_000_000))
    target = tmp_path / "稿件.zip"
    command = [str(binary()), "a", "-tzip", "-p123456", f"-mem={method}", str(target), "零.bin"]
    subprocess.run(command, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    refused = read("稿件.zip", target.read_bytes(), "123456", limits=SMALL).refused
    assert [reason for _, reason, _ in refused] == [Reason.TOO_LARGE]


def test_time_that_is_up_is_told_as_that_limit(read: Any) -> None:
    limits = Limits(seconds=0)
    assert told(read, zipped({"稿.txt": b"x"}), limits=limits) == (
        Reason.TOO_LARGE,
        f"超过上限：{Limit.SECONDS.value}",
    )


def test_what_was_read_before_the_limit_is_kept(read: Any) -> None:
    members = {"1稿件.txt": "3月6日，开展检查。".encode()}
    members |= {f"{number}.bin": bytes(range(256)) * 4096 for number in range(2, 8)}
    found = read("稿件.zip", zipped(members), limits=SMALL)
    assert found.texts == ["稿件.zip/1稿件.txt"]
    assert found.refused[0][1] is Reason.TOO_LARGE


def test_nothing_is_written_among_the_temporary_files(
    read: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    samples = Path(__file__).resolve().parents[2] / "samples"
    for sample in ("sevenzip/lzma2-solid.7z", "rar/rar5-solid.rar", "zip/7zip-bzip2.zip"):
        read("稿件", (samples / sample).read_bytes())
    assert list(tmp_path.iterdir()) == []


@given(
    st.binary(max_size=400),
    st.sampled_from([b"PK\3\4", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\7\1\0", b"\x1f\x8b", b""]),
)
def test_no_bytes_at_all_can_raise(data: bytes, start: bytes) -> None:
    for fact in parsers.read([File("稿件", start + data)], ResourceBudget(SMALL)):
        assert not isinstance(fact, File)


@given(st.text(max_size=300))
def test_a_name_is_always_safe_to_show_and_to_compare(name: str) -> None:
    shown = names.clean(name)
    assert shown
    assert not set(shown) & {"\0", "\n", "\r", "\u202e", "\u200f", "\\"}
    assert ".." not in shown.split("/")
    assert all(len(part) <= names.MAX_COMPONENT for part in shown.split("/"))
    assert names.clean(shown) == shown
    shown.encode("utf-8")


def test_a_bomb_does_not_hide_the_draft_beside_it(read: Any) -> None:
    good = zipped({"稿件.txt": "3月6日，湖塘镇开展检查。".encode()})
    facts = list(
        parsers.read(
            [File("稿件.zip", good), File("坏.zip", overlapping(20))], ResourceBudget(SMALL)
        )
    )
    assert [fact.path for fact in facts if isinstance(fact, Text)] == ["稿件.zip/稿件.txt"]
    assert [fact.path for fact in facts if isinstance(fact, Container)] == ["稿件.zip"]
    assert [fact.path for fact in facts if isinstance(fact, UnreadableFile)] == ["坏.zip"]
