"""Letters with more text than any draft has: read in seconds, or refused by the limit that was hit."""

from __future__ import annotations

import base64
import io
import time
import zipfile
from datetime import UTC, datetime

import pytest

from ingest.examination import examine
from ingest.examination_types import ExaminationResult, ExaminerConfig
from ingest.message import cloud_links
from ingest.message.parse import read_message
from parsers.drafts.character_count import count
from parsers.mime import tree
from parsers.types import Limit, Limits
from rulebook.reasons import Reason, Remark

RECEIVED = datetime(2022, 3, 7, 1, 0, tzinfo=UTC)
LIMITS = Limits(bytes=600_000_000, seconds=600, ratio=2_000)
UNITS = ("湖塘镇应急管理局", "湖塘镇", "基础科")
PROSE = "3月6日，湖塘镇应急管理局组织开展燃气安全检查，重点检查餐饮场所的报警装置和应急预案。"
DRAFT = f"湖塘镇开展燃气安全检查\n{PROSE}\n撰稿：钱一鸣　审核：赵立新\n"
MOST_SECONDS = 10.0
"""CPU seconds; each takes 1 or 2 where nothing else runs, and minutes if a pattern were to blow up."""


def packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def docx(text: str) -> bytes:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    paragraphs = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.split("\n"))
    return packed(
        {
            "[Content_Types].xml": b"<Types/>",
            "word/document.xml": (
                f'<w:document xmlns:w="{w}"><w:body>{paragraphs}</w:body></w:document>'
            ).encode(),
        }
    )


def letter(body: bytes = b"", attached: bytes = b"", subtype: bytes = b"plain") -> bytes:
    head = b"From: qian@hutang.example\r\nMessage-ID: <1@hutang.example>\r\nMIME-Version: 1.0\r\n"
    text = (
        b"Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" % subtype
    )
    if not attached:
        return head + text + body
    return (
        head
        + b"Content-Type: multipart/mixed; boundary=X\r\n\r\n--X\r\n"
        + (text + body)
        + b"\r\n--X\r\nContent-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64"
        + b"\r\n\r\n"
        + base64.encodebytes(attached)
        + b"\r\n--X--\r\n"
    )


def judged(raw: bytes, limits: Limits = LIMITS, most: float = MOST_SECONDS) -> ExaminationResult:
    before = time.process_time()
    examined = examine(raw, RECEIVED, ExaminerConfig(limits, "Asia/Shanghai", UNITS))
    used = time.process_time() - before
    assert used < most, f"{used:.1f} s of CPU"
    assert Remark.DAMAGED_MESSAGE not in examined.submission.remarks
    return examined


def told(examined: ExaminationResult) -> list[tuple[Reason, str]]:
    return [(fault.reason, fault.detail) for fault in examined.submission.faults]


@pytest.mark.parametrize(
    ("name", "limit"), [("稿件.txt", Limit.CHARACTERS), ("稿件.docx", Limit.XML)]
)
def test_a_file_of_48_megabytes_of_text_is_told_by_the_limit_that_it_hits(
    name: str, limit: Limit
) -> None:
    text = f"{PROSE}\n" * (48_000_000 // len(f"{PROSE}\n".encode()))
    data = text.encode() if name.endswith("txt") else docx(text)
    examined = judged(letter(attached=packed({name: data})))
    assert told(examined) == [(Reason.UNREADABLE_DRAFT, f"{name}：{limit.clause}")]


def test_a_body_of_48_megabytes_is_refused_by_the_limit_that_it_hits() -> None:
    body = f"{PROSE}\r\n".encode() * (48_000_000 // len(PROSE.encode()))
    for subtype in (b"plain", b"html"):
        examined = judged(letter(body=body, subtype=subtype))
        assert (Reason.TOO_LARGE, f"邮件正文超过上限：{Limit.CHARACTERS.value}") in told(examined)


def test_the_draft_beside_a_text_without_end_is_read() -> None:
    endless = (f"{PROSE}\n" * 20_000).encode()
    examined = judged(letter(attached=packed({"1法规.txt": endless, "2稿件.txt": DRAFT.encode()})))
    (draft,) = examined.submission.drafts
    assert draft.title == "湖塘镇开展燃气安全检查"
    assert [reason for reason, _ in told(examined)] == [Reason.UNREADABLE_DRAFT]


def test_a_long_text_within_the_limit_is_counted_to_the_last_character() -> None:
    text = f"湖塘镇开展燃气安全检查\n{PROSE}\n" + "重点检查餐饮场所3家。\n" * 20_000
    (draft,) = judged(letter(attached=packed({"稿件.txt": text.encode()}))).submission.drafts
    assert draft.characters == count(PROSE) + 20_000 * count("重点检查餐饮场所3家。")
    assert draft.event_date.day is not None


def test_many_texts_together_hit_the_limit_that_one_would_hit() -> None:
    one = ("重点检查餐饮场所的报警装置。" * 4_000).encode()
    members = {f"{number}.txt": str(number).encode() + one for number in range(20)}
    faults = told(judged(letter(attached=packed(members))))
    assert 1 < len(faults) < 20
    assert {detail.partition("：")[2] for _, detail in faults} == {Limit.CHARACTERS.clause}


def test_more_drafts_than_any_letter_brings_are_told_by_that_limit() -> None:
    members = {
        f"{number}.txt": f"第{number}次检查\n{DRAFT}第{number}次。{'查' * (number + 30)}".encode()
        for number in range(60)
    }
    for number in range(300):
        members[f"图片/{number}.jpg"] = b"\xff\xd8\xff"
    examined = judged(letter(attached=packed(members)), Limits(drafts=50, seconds=600, ratio=2000))
    assert (Reason.TOO_LARGE, f"{Limit.DRAFTS.clause}（50篇）") in told(examined)
    assert len(examined.submission.drafts) == 50


UNITS_OF_TRAPS = [
    *(
        "昨日",
        "（周三）",
        "３月６日",
        "3月6日、",
        "至",
        "1-",
        "密 ",
        "秘密 ",
        "密级：",
        "工作动态 ",
    ),
    *("舆情 ", " ", "　", "\t", "通讯员 ", "审核 ", "供稿", "（", "“", "《", "图1-", "【", "一、"),
    *("第一期 ", "湖塘镇", "基础科 ", "孙 立 ", "1.", "a ", "标题：", "截至3月6日", "——", "将于"),
]


@pytest.mark.parametrize("unit", UNITS_OF_TRAPS)
def test_no_line_blows_up_a_pattern(unit: str) -> None:
    line = unit * (
        10_000 // len(unit)
    )  # a third of a second; what grows with the square takes three
    texts = (
        f"工作动态{line}完",
        f"湖塘镇开展检查\n3月6日，{line}。",
        f"{line}\n{DRAFT}{line}\n" * 2,
    )
    members = {f"{number}.txt": text.encode() for number, text in enumerate(texts)}
    judged(letter(body=f"密码是{line}\n{line}".encode(), attached=packed(members)), most=4.0)


@pytest.mark.parametrize(
    "unit",
    [
        *("<a ", "<a id=", '<a id="', "<div id='divNeteaseBigAttach ", "divNeteaseBigAttach", "<<"),
        *("https://mail.126.com/", "https://mail.126.com/?", "<!--", "&lt;a id=", "密码是 "),
    ],
)
def test_no_page_blows_up_the_search_for_links(unit: str) -> None:
    page = unit * (400_000 // len(unit))
    before = time.process_time()
    cloud_links.links(page, page)
    judged(letter(body=page.encode(), subtype=b"html"))
    assert time.process_time() - before < MOST_SECONDS


FIELDS = (
    "From",
    "Subject",
    "Date",
    "References",
    "Content-Type",
    "Content-Disposition",
    "Received",
)


@pytest.mark.parametrize("unit", ["a", "(", "=?", "=?a?b?", "=?gb2312?B?xx?=", "name=", ";", ' "'])
@pytest.mark.parametrize("reader", ["usual", "piecewise"])
def test_no_header_field_blows_up_its_reading(
    unit: str, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = (unit * (400_000 // len(unit))).encode()
    fields = b"".join(b"%s: x@hutang.example %s\r\n" % (name.encode(), line) for name in FIELDS)
    part = b"\r\n--X\r\nContent-Type: application/zip;" + line + b"\r\n\r\nPK\r\n--X--\r\n"
    raw = fields + b"Content-Type: multipart/mixed; boundary=X\r\n\r\n" + part
    if reader == "piecewise":
        monkeypatch.setattr(tree, "LARGE", 0)
        monkeypatch.setattr(tree, "LITTLE", 0)
    before = time.process_time()
    read_message(raw)
    assert time.process_time() - before < MOST_SECONDS


def test_of_a_field_cut_short_the_rest_of_the_letter_is_whole() -> None:
    words = b"=?gb2312?B?xx?= " * 3_000
    body = b"text\r\n" + b"x: " + b"=?" * 9_000 + b"\r\n" + b" indented" * 3_000
    raw = (
        b"Subject: s\r\nTo: "
        + words
        + b"\r\n more\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\n"
        b"--X\r\nContent-Type: text/plain\r\n\r\n" + body + b"\r\n--X\r\n"
        b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\nX-Long: " + words + b"\r\n"
        b"Content-Type: application/zip; name=a.zip\r\n\r\nPK\r\n--X--\r\n"
    )
    message = read_message(raw)
    assert message.body == body.decode()
    assert [(file.name, file.data, file.inside) for file in message.attachments] == [
        ("a.zip", b"PK", "inner")
    ]
