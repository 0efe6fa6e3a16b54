"""A file on the disk answers as the same bytes in memory would."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers import spool as content
from parsers.archives import volumes
from parsers.types import File

LETTERS = st.lists(st.sampled_from([b"a", b"b", b"PK", b"\n"]), max_size=40).map(b"".join)
PLACES = st.integers(-50, 90) | st.none()


def kept(data: bytes, before: bytes = b"") -> content.OnDisk:
    spool = content.Spool()
    spool.keep([before])
    found = spool.keep([data[:3], data[3:]])
    spool.keep([b"behind"])
    assert isinstance(found, content.OnDisk)
    return found


@given(LETTERS, LETTERS, st.sampled_from([b"a", b"ab", b"PK", b"PKab\n"]), PLACES, PLACES)
def test_places_and_slices_are_those_of_the_bytes(
    data: bytes, before: bytes, sought: bytes, start: int | None, end: int | None
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "STEP", 4)
        found = kept(data, before)
        assert len(found) == len(data)
        assert found[start:end] == data[start:end]
        assert found.find(sought, start or 0, end) == data.find(sought, start or 0, end)
        assert found.rfind(sought, start or 0, end) == data.rfind(sought, start or 0, end)
        assert found.count(sought, start or 0, end) == data.count(sought, start or 0, end)
        assert found.startswith(sought) == data.startswith(sought)
        assert found.startswith((b"x", sought)) == data.startswith((b"x", sought))
        assert (sought in found) == (sought in data)
        assert b"".join(content.pieces(found, start or 0, end)) == data[start or 0 : end]


@given(LETTERS, st.lists(st.tuples(st.integers(0, 2), st.integers(-9, 60), st.integers(-1, 50))))
def test_it_is_read_and_sought_in_as_a_file(data: bytes, moves: list[tuple[int, int, int]]) -> None:
    ours, theirs = content.opened(kept(data, b"before")), io.BytesIO(data)
    for whence, offset, count in moves:
        base = (0, theirs.tell(), len(data))[whence]
        if base + offset < 0:
            continue
        assert ours.seek(offset, whence) == theirs.seek(offset, whence)
        assert ours.read(count) == theirs.read(count)
        assert ours.tell() == theirs.tell()


def test_where_the_disk_is_full_the_bytes_stay_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    spool = content.Spool()
    first = spool.keep([b"first"])

    def full(place: int, part: bytes) -> int:
        if part == b"two":
            raise OSError(28, "No space left on device")
        return written(place, part)

    written = spool._written
    monkeypatch.setattr(content.Spool, "_written", lambda self, place, part: full(place, part))
    assert spool.keep([b"one", b"two", b"three"]) == b"onetwothree"
    assert first[:] == b"first"
    assert spool.keep([b"four"])[:] == b"four"


def test_the_slices_of_an_archive_are_put_together_on_the_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(content, "LARGE", 0)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("稿件.txt", "湖塘镇开展检查")
    data = packed.getvalue()
    parts = [File("a.zip.001", kept(data[:50])), File("a.zip.002", kept(data[50:]))]
    (whole,) = volumes.join(parts)
    assert isinstance(whole.content, content.OnDisk)
    assert (whole.path, whole.data) == ("a.zip", data)
