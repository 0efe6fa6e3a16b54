"""A large letter is read part by part, and says what it would say read at once."""

from __future__ import annotations

import base64
import binascii
import io
import random
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.examination import examine
from ingest.examination_types import ExaminerConfig
from ingest.message import large_messages
from ingest.message.parse import read_message
from parsers.mime import tree
from parsers.types import Limits
from rulebook.reasons import Remark

MAIL = sorted((Path(__file__).resolve().parents[2] / "samples" / "mail").glob("*.eml"))
SMALL = {"LARGE": 0, "LITTLE": 0, "STEP": 5, "_WINDOW": 7}
CODINGS = {
    "base64": base64.encodebytes,
    "quoted-printable": lambda data: binascii.b2a_qp(data, istext=False),
    "8bit": lambda data: data,
}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every letter is a large one, and decoded in the smallest steps."""
    for name, value in SMALL.items():
        monkeypatch.setattr(tree, name, value)
    monkeypatch.setattr(large_messages, "LARGE", 0)


WITHIN_LITTLE_MEMORY = """
import mmap, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from ingest.message import large_messages as piecewise
from ingest.examination_types import ExaminerConfig
from ingest.examination import examine
from parsers.mime import tree
from parsers.types import Limits

letter = Path(sys.argv[1])
size = letter.stat().st_size
with piecewise.opened(letter) as raw:  # mapped already: that takes no memory
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * mmap.PAGESIZE
    resource.setrlimit(resource.RLIMIT_AS, (taken + 100_000_000,) * 2)
    config = ExaminerConfig(Limits(bytes=600_000_000, seconds=600), "Asia/Shanghai", ("湖塘镇",))
    told = examine(raw, datetime(2022, 3, 7, 1, 0, tzinfo=UTC), config).submission
print(told.archives, len(told.files), [fault.reason for fault in told.faults])
"""


def shown(leaves: list[tree.Leaf]) -> list[tuple[object, ...]]:
    return [
        (
            leaf.content_type,
            leaf.charset,
            leaf.name,
            leaf.disposition,
            leaf.data[:],
            leaf.inside,
        )
        for leaf in leaves
    ]


@pytest.mark.parametrize("path", MAIL, ids=lambda path: path.name)
def test_the_samples_read_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, damaged = tree.leaves(path.read_bytes())
    for name, value in SMALL.items():
        monkeypatch.setattr(tree, name, value)
    monkeypatch.setattr(large_messages, "LARGE", 0)
    with large_messages.opened(path) as mapped:
        assert not isinstance(mapped, bytes)
        found, hurt = tree.leaves(mapped)
        assert shown(found) == shown(at_once)
    assert hurt == damaged


def letter(parts: list[tuple[str, bytes]], end: bytes = b"\r\n") -> bytes:
    lines = [b"From: a@hutang.example", b"Content-Type: multipart/mixed; boundary=X", b"", b"vor"]
    for number, (coding, data) in enumerate(parts):
        lines += [
            b"--X",
            b"Content-Type: application/octet-stream; name=%d.bin" % number,
            b"Content-Transfer-Encoding: " + coding.encode(),
            b"",
            CODINGS[coding](data).replace(b"\n", end)
            if coding == "base64"
            else CODINGS[coding](data),
        ]
    return end.join([*lines, b"--X--", b""])


@given(
    st.lists(st.tuples(st.sampled_from(sorted(CODINGS)), st.binary(max_size=120)), max_size=4),
    st.sampled_from([b"\r\n", b"\n"]),
)
def test_whatever_is_attached_comes_out_as_it_went_in(
    parts: list[tuple[str, bytes]], end: bytes
) -> None:
    parts = [
        part
        for part in parts
        if b"--X" not in part[1] and b"\n" not in part[1] and not part[1].endswith(b"\r")
    ]
    raw = letter(parts, end)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SMALL.items():
            patch.setattr(tree, name, value)
        found, damaged = tree.leaves(raw)
    assert not damaged
    assert [leaf.data[:] for leaf in found if leaf.name] == [data for _, data in parts]


@pytest.mark.parametrize("broken", [b"QUJD*A==", b"QUJDR", b"QUJD====QUJD"])
def test_broken_base64_is_told_and_what_can_be_read_is_read(broken: bytes, small: None) -> None:
    raw = letter([("8bit", b"")]).replace(b"8bit\r\n\r\n", b"base64\r\n\r\n" + broken)
    (leaf,), damaged = tree.leaves(raw)
    assert damaged
    assert leaf.data.startswith(b"ABC")


def test_a_letter_larger_than_the_mime_reader_takes_is_whole() -> None:
    line = b"2022" * 18 + b"\r\n"
    text = line * (110_000_000 // len(line))
    message = read_message(
        b"From: a@hutang.example\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\n--X\r\n"
        b"Content-Type: text/plain\r\n\r\nhello\r\n--X\r\n"
        b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + text
        + b"--X--\r\n"
    )
    assert message.body == "hello"
    assert Remark.DAMAGED_MESSAGE not in message.remarks
    assert [len(file.data) for file in message.attachments] == [len(text) // len(line) * 54]


@pytest.mark.parametrize("path", MAIL, ids=lambda path: path.name)
def test_what_is_read_from_the_disk_is_judged_as_what_is_read_in_memory(
    path: Path, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = datetime(2022, 3, 7, 1, 0, tzinfo=UTC)
    desk = ExaminerConfig(Limits(), "Asia/Shanghai", ("湖塘镇",))
    with large_messages.opened(path) as mapped:
        on_disk = examine(mapped, received, desk)
    monkeypatch.undo()
    assert on_disk == examine(path.read_bytes(), received, desk)


def test_a_letter_of_many_megabytes_needs_little_memory(tmp_path: Path) -> None:
    """Its attachments are larger than the address space that the process may still take."""
    letter_ = tmp_path / "letter"
    noise = random.Random(3).randbytes(9_000_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("稿件.txt", "湖塘镇开展检查\n3月6日，湖塘镇开展燃气安全检查。")
        for number in range(8):
            archive.writestr(f"{number}.bin", noise)
    with letter_.open("wb") as out:
        out.write(b"From: a@hutang.example\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\n")
        for name in (b"1.zip", b"2.zip"):
            out.write(
                b"--X\r\nContent-Type: application/zip; name=%s\r\n" % name
                + b"Content-Transfer-Encoding: base64\r\n\r\n"
            )
            out.write(base64.encodebytes(packed.getvalue()))
        out.write(b"--X--\r\n")
    done = subprocess.run(
        [sys.executable, "-c", WITHIN_LITTLE_MEMORY, str(letter_)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["2", "20", "[]"]


def test_lines_that_only_look_like_boundaries_are_text() -> None:
    text = b"--Xa\r\n" * 20_000
    raw = letter([("8bit", b"")]).replace(b"8bit\r\n\r\n", b"8bit\r\n\r\n" + text)
    found, damaged = tree.leaves(raw)
    assert [leaf.data[:].rstrip() for leaf in found] == [text.rstrip()]
    assert not damaged


def test_of_a_hundred_thousand_parts_so_many_are_read_as_are_ever_looked_at() -> None:
    found, _ = tree.leaves(letter([("8bit", b"a")] * 100_000))
    assert len(found) == tree.MAX_LEAVES
