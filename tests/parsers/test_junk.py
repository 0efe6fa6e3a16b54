"""What systems leave behind is set aside quietly: recorded as junk, never a fault, never a draft."""

from __future__ import annotations

import io
import zipfile

import pytest

import parsers
from parsers.junk import is_junk
from parsers.types import Container, File, Limits, Other, ResourceBudget, Text, UnreadableFile
from rulebook.reasons import Reason

JUNK = [
    "__MACOSX/._稿件.docx",
    "稿件/__MACOSX/x.txt",
    ".DS_Store",
    "图片/Thumbs.db",
    "图片/THUMBS.DB",
    "desktop.ini",
    "~$稿件.docx",
    "._稿件.docx",
    ".~lock.稿件.odt#",
    "~WRL0001.tmp",
]


@pytest.mark.parametrize("path", JUNK)
def test_it_is_junk_by_its_name(path: str) -> None:
    assert is_junk(File(path, b"data"))


def test_an_empty_file_is_junk_unless_its_name_promises_something() -> None:
    assert is_junk(File("照片.jpg", b""))
    assert is_junk(File("新建文件", b""))
    assert not is_junk(File("稿件.docx", b""))
    assert not is_junk(File("稿件.zip", b""))
    assert not is_junk(File("附表.xlsx", b""))
    assert is_junk(File("__MACOSX/稿件.docx", b""))


@pytest.mark.parametrize("path", ["稿件.docx", "thumbs.db.docx", "说明~$.txt", "MACOSX/稿.txt"])
def test_a_draft_is_none(path: str) -> None:
    assert not is_junk(File(path, b"data"))


def packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_beside_a_draft_junk_is_recorded_and_not_counted() -> None:
    members = dict.fromkeys(JUNK, b"junk") | {"稿件.txt": "3月6日，开展检查。".encode()}
    facts = list(parsers.read([File("稿.zip", packed(members))], ResourceBudget(Limits())))
    assert [fact.path for fact in facts if isinstance(fact, Text)] == ["稿.zip/稿件.txt"]
    roles = [fact.role for fact in facts if isinstance(fact, Other)]
    assert roles == ["junk"] * len(JUNK)
    (container,) = [fact for fact in facts if isinstance(fact, Container)]
    assert container.entries == 1


def test_an_archive_of_junk_alone_is_empty() -> None:
    facts = list(
        parsers.read([File("稿.zip", packed(dict.fromkeys(JUNK, b"x")))], ResourceBudget(Limits()))
    )
    assert [fact.reason for fact in facts if isinstance(fact, UnreadableFile)] == [
        Reason.EMPTY_ARCHIVE
    ]
