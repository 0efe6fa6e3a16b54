"""`parsers.read`: every fault is a fact, the walk goes on, and one parser claims one file."""

from __future__ import annotations

import importlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

import parsers
from parsers.archives import zip as zip_parser
from parsers.documents import plain
from parsers.types import File, Limit, Limits, Other, Refusal, ResourceBudget, Text, UnreadableFile
from rulebook.reasons import Reason

ROOT = Path(parsers.__file__).parent
SAMPLES = Path(__file__).resolve().parents[1] / "samples"


def packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def readers() -> list[str]:
    """Every module or package of a format: it has `claims` and `parse`."""
    names = [
        f"parsers.{path.parent.name}.{path.stem}"
        for folder in ("archives", "documents", "pictures")
        for path in sorted((ROOT / folder).iterdir())
        if path.suffix == ".py" or (path / "__init__.py").exists()
    ]
    modules = map(importlib.import_module, names)
    return [one.__name__ for one in modules if hasattr(one, "claims") and hasattr(one, "parse")]


def test_every_format_is_in_the_tuple_of_parsers() -> None:
    assert sorted(readers()) == sorted(vars(one)["__name__"] for one in parsers.PARSERS)


DRAFT = "3月6日，湖塘镇开展检查。".encode()


def read(*files: File) -> list[object]:
    return list(parsers.read(files, ResourceBudget(Limits())))


def test_facts_come_in_reading_order_with_the_path_through_their_archives() -> None:
    inner = packed({"二.txt": DRAFT})
    facts = read(File("稿.zip", packed({"一.txt": DRAFT, "内.zip": inner, "三.txt": DRAFT})))
    assert [fact.path for fact in facts if isinstance(fact, Text)] == [
        "稿.zip/一.txt",
        "稿.zip/内.zip/二.txt",
        "稿.zip/三.txt",
    ]


def raising(error: Exception) -> Callable[..., NoReturn]:
    def raise_it(*_: object) -> NoReturn:
        raise error

    return raise_it


@pytest.mark.parametrize("step", ["claims", "parse"])
@pytest.mark.parametrize("error", [Refusal(Reason.LOCKED_ARCHIVE), MemoryError(), RecursionError()])
def test_what_a_reader_may_raise_costs_its_file_alone(
    monkeypatch: pytest.MonkeyPatch, step: str, error: Exception
) -> None:
    data = packed({"一.txt": DRAFT})
    claim = zip_parser.claims
    monkeypatch.setattr(zip_parser, step, raising(error))
    if step == "claims":
        monkeypatch.setattr(
            zip_parser,
            step,
            lambda file: raising(error)() if file.path == "坏.zip" else claim(file),
        )
    facts = read(File("坏.zip", data), File("好.txt", DRAFT))
    assert [fact.path for fact in facts if isinstance(fact, UnreadableFile)] == ["坏.zip"]
    assert [fact.path for fact in facts if isinstance(fact, Text)] == ["好.txt"]


def test_a_bug_of_ours_is_no_damage_of_the_senders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_parser, "parse", raising(ZeroDivisionError("our own")))
    with pytest.raises(ZeroDivisionError) as caught:
        read(File("稿.zip", packed({"一.txt": DRAFT})))
    assert caught.value.__notes__ == ["'稿.zip', read as application/zip"]


def test_two_readers_of_one_file_are_a_bug_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "claims", lambda file: True)
    with pytest.raises(AssertionError, match=r"parsers\.archives\.zip.*parsers\.documents\.plain"):
        read(File("稿.zip", packed({"一.txt": DRAFT})))


def test_a_file_that_nobody_claims_is_recorded_with_its_type() -> None:
    (fact,) = read(File("数据.bin", b"\xfe\xed" + bytes(range(256)) * 4))
    assert isinstance(fact, Other)
    assert (fact.role, fact.media_type) == ("other", "application/octet-stream")


@pytest.mark.parametrize(
    "sample",
    sorted(path for path in SAMPLES.glob("*/*") if path.is_file()),
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_no_file_is_claimed_by_two_parsers(sample: Path) -> None:
    file = parsers.identify(File(sample.name, sample.read_bytes()))
    parsers.claimant(file)  # raises when two do


def test_what_lies_in_a_winmail_counts_as_attached() -> None:
    data = (SAMPLES / "tnef" / "winmail.dat").read_bytes()
    opened = parsers.open_envelopes([File("winmail.dat", data)], ResourceBudget(Limits()))
    assert [(file.path, parsers.is_archive(file)) for file in opened] == [
        ("稿件.zip", True),
        ("说明.txt", False),
    ]


def test_a_winmail_that_cannot_be_opened_stays_and_is_told() -> None:
    data = (SAMPLES / "tnef" / "winmail.dat").read_bytes()[:200]
    budget = ResourceBudget(Limits())
    (file,) = parsers.open_envelopes([File("winmail.dat", data)], budget)
    (fact,) = parsers.read([file], budget)
    assert isinstance(fact, UnreadableFile)
    assert fact.reason is Reason.DAMAGED_ARCHIVE


def test_sizes_and_digests_are_those_of_the_files_themselves() -> None:
    (text, container) = read(File("稿.zip", packed({"一.txt": DRAFT})))
    assert isinstance(text, Text)
    assert text.size == len(DRAFT)
    assert len(text.digest) == 64
    assert container.size > text.size  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["稿件.zip", "稿件.RAR", "稿件.7z"])
def test_bytes_that_nothing_tells_under_an_archives_name_are_a_damaged_archive(name: str) -> None:
    (fact,) = read(File(name, bytes(range(128, 256)) * 9))
    assert isinstance(fact, UnreadableFile)
    assert fact.reason is Reason.DAMAGED_ARCHIVE


def test_a_text_without_end_is_no_draft() -> None:
    for endless in ("湖塘镇" * 170_000, "湖塘镇\n" * 25_001):
        (fact,) = read(File("稿件.txt", endless.encode()))
        assert isinstance(fact, UnreadableFile)
        assert (fact.reason, fact.detail) == (Reason.UNREADABLE_DRAFT, "超过上限：文字总量")


def test_a_shortcut_to_a_page_is_no_text() -> None:
    link = b"[{000214A0-0000-0000-C000-000000000046}]\r\nProp3=19,2\r\n[InternetShortcut]\r\nURL=http://a.example/"
    (fact,) = read(File("稿件.url", link))
    assert isinstance(fact, Other)


PROSE = "湖塘镇开展燃气安全检查。" * 200
DOCX = packed({
    "[Content_Types].xml": b"<Types/>",
    "word/document.xml": f"<document><body><p><r><t>{PROSE}</t></r></p></body></document>".encode(),
})  # fmt: skip
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
ODT = packed({
    "mimetype": b"application/vnd.oasis.opendocument.text",
    "content.xml": f"<a><o:text xmlns:o='{OFFICE}'><p>{PROSE}</p></o:text></a>".encode(),
})  # fmt: skip
OFD = packed({
    "OFD.xml": b"<OFD><DocBody><DocRoot>D.xml</DocRoot></DocBody></OFD>",
    "D.xml": b'<Document><Pages><Page ID="1" BaseLoc="P.xml"/></Pages></Document>',
    "P.xml": f"<Page><TextObject><TextCode>{PROSE}</TextCode></TextObject></Page>".encode(),
})  # fmt: skip
PAGE = f"<html><body><p>{PROSE}</p></body></html>".encode()


@pytest.mark.parametrize(
    ("data", "bound", "limit"),
    [
        (DOCX, {"xml_bytes": 2_000}, Limit.XML),
        (ODT, {"xml_bytes": 2_000}, Limit.XML),
        (OFD, {"xml_bytes": 2_000}, Limit.XML),
        (b"{\\rtf1 " + b"an inspection " * 200 + b"}", {"rtf_bytes": 2_000}, Limit.RTF),
        (PAGE, {"page_bytes": 2_000}, Limit.PAGE_BYTES),
        (PAGE, {"page_characters": 2_000}, Limit.PAGE),
        (PROSE.encode(), {"characters": 2_000}, Limit.CHARACTERS),
    ],
)
def test_the_limit_that_a_document_hits_is_told(
    data: bytes, bound: dict[str, int], limit: Limit
) -> None:
    (unread,) = parsers.read([File("稿件", data)], ResourceBudget(replace(Limits(), **bound)))
    assert isinstance(unread, UnreadableFile)
    assert (unread.reason, unread.detail) == (Reason.UNREADABLE_DRAFT, limit.clause)
    (text,) = parsers.read([File("稿件", data)], ResourceBudget(Limits()))
    assert isinstance(text, Text)


@pytest.mark.parametrize(
    "name", ["稿件.docx", "稿件.doc", "稿件.wps", "稿件.ceb", "稿件.pdf", "稿件.txt"]
)
@pytest.mark.parametrize("content", [b"", bytes(range(128, 256)) * 40])
def test_what_is_named_like_a_document_and_cannot_be_read_never_vanishes(
    name: str, content: bytes
) -> None:
    (fact,) = parsers.read([File(name, content)], ResourceBudget(Limits()))
    assert isinstance(fact, UnreadableFile)
    assert fact.reason is Reason.UNREADABLE_DRAFT
    assert fact.detail


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("稿件.docx.lnk", "快捷方式"),
        ("稿件.docx - 快捷方式.lnk", "快捷方式"),
        ("稿件.wps - Shortcut.lnk", "快捷方式"),
        ("稿件.docx.crdownload", "没有下载完"),
        ("稿件.pdf.tmp", "没有下载完"),
    ],
)
def test_a_shortcut_and_half_a_download_are_named_as_what_they_are(name: str, said: str) -> None:
    content = bytes.fromhex("4c0000000114020000000000c000000000000046") + bytes(range(200))
    (fact,) = parsers.read([File(name, content)], ResourceBudget(Limits()))
    assert isinstance(fact, UnreadableFile)
    assert fact.reason is Reason.UNREADABLE_DRAFT
    assert said in fact.detail


@pytest.mark.parametrize("name", ["我的电脑.lnk", "说明.url", "x.tmp"])
def test_other_shortcuts_and_scratch_files_are_no_documents(name: str) -> None:
    (fact,) = parsers.read([File(name, bytes(range(1, 200)))], ResourceBudget(Limits()))
    assert not isinstance(fact, UnreadableFile)


def test_an_empty_archive_file_is_told_to_be_empty() -> None:
    (fact,) = parsers.read([File("稿件.zip", b"")], ResourceBudget(Limits()))
    assert isinstance(fact, UnreadableFile)
    assert (fact.reason, fact.detail) == (Reason.DAMAGED_ARCHIVE, "是空文件（0 字节）")


@pytest.mark.parametrize("name", ["另一篇.docx", "另一篇.pdf", "另一篇.doc"])
def test_bytes_that_only_look_like_a_picture_are_an_unreadable_document_by_their_name(
    name: str,
) -> None:
    looks_like_tga = bytes(range(256)) * 4
    (fact,) = parsers.read([File(name, looks_like_tga)], ResourceBudget(Limits()))
    assert isinstance(fact, UnreadableFile)
    assert fact.reason is Reason.UNREADABLE_DRAFT
    (photo,) = parsers.read([File("照片.tga", looks_like_tga)], ResourceBudget(Limits()))
    assert not isinstance(photo, UnreadableFile)
