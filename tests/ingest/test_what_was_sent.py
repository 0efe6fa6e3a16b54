"""What a letter brings, whatever wraps it: letters in letters, machine headers, files that nobody can read."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
import pyzipper

from console.application import examiner_config
from ingest.examination import examine
from rulebook.conversation import Purpose, PurposeFinding
from rulebook.judge import LedgerContext, judge
from rulebook.model import FileRole, Sender, Submission, Verdict
from rulebook.reasons import Outcome, Reason, Remark
from tests.judgement.judging import settings
from tests.samples.compound_file import outlook_message

RECEIVED = datetime.fromisoformat("2022-03-08T10:00:00+08:00")
DRAFT = (
    "湖塘镇开展危化品企业专项检查\n3月7日，湖塘镇应急管理局组织执法人员对辖区内危化品企业开展专项检查，"
    "重点查看了储罐区、装卸区和应急物资，发现隐患5处，已责令限期整改。\n撰稿：钱一鸣  审核：赵立新\n"
)
NOISE = bytes(range(128, 256)) * 50
LOCKED = (Path(__file__).parents[1] / "samples/word/msoffcrypto-locked.docx").read_bytes()
"""As Office locks every kind of file: what is inside, only the name tells."""

OCTETS = "application/octet-stream"


def packed(**members: bytes) -> bytes:
    """A zip; a name's "__" stands for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


ARCHIVE = packed(稿件__txt=DRAFT.encode())


def letter(
    *attached: tuple[str, bytes],
    subject: str = "【工作动态】湖塘镇",
    body: str = "附件是稿件，请查收。",
    **fields: str,
) -> bytes:
    mail = EmailMessage()
    mail["From"] = "钱一鸣 <qian@hutang.example>"
    mail["To"] = "shougao@office.example"
    mail["Subject"] = subject
    mail["Date"] = "Tue, 08 Mar 2022 09:58:00 +0800"
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(body)
    for name, data in attached:
        main, _, sub = OCTETS.partition("/")
        mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


def judged(raw: bytes) -> tuple[Submission, Verdict]:
    office = settings()
    submission = examine(raw, RECEIVED, examiner_config(office)).submission
    sender = Sender(submission.sender.name, submission.sender.address, "湖塘镇", "钱一鸣")
    submission = replace(submission, sender=sender)
    return submission, judge(submission, office.provisions_at(RECEIVED), {})


@pytest.mark.parametrize(
    "raw",
    [
        letter(("转发.eml", letter(("稿件.zip", ARCHIVE)))),
        letter(("转发", letter(("稿件.zip", ARCHIVE)))),
        letter(("一.eml", letter(("二.eml", letter(("稿件.zip", ARCHIVE)))))),
        letter(("稿件.zip", packed(转发__eml=letter(("稿件.zip", ARCHIVE))))),
        letter(("转发.msg", outlook_message("稿件", "见附件", {"稿件.zip": ARCHIVE}))),
        letter(("稿件.zip", packed(转发__msg=outlook_message("稿件", "见附件", {"稿件.zip": ARCHIVE})))),
    ],
    ids=["eml", "without a name", "eml in eml", "eml in zip", "msg", "msg in zip"],
)  # fmt: skip
def test_a_letter_that_is_handed_on_counts_with_what_it_holds(raw: bytes) -> None:
    _, verdict = judged(raw)
    assert (verdict.outcome, len(verdict.drafts)) == (Outcome.ACCEPTED, 1)


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"Precedence": "bulk"}, False),
        ({"Auto_Submitted": "auto-generated"}, False),
        ({"Return_Path": "<>"}, False),
        ({"List_Unsubscribe": "<mailto:a@b.example>"}, False),
        ({"X_Auto_Response_Suppress": "All"}, False),
        ({"X_Auto_Response_Suppress": "OOF"}, True),
        ({"subject": "退信重发：【工作动态】湖塘镇"}, True),
        ({"subject": "撤回：【工作动态】湖塘镇"}, True),
        ({"subject": "自动回复：【工作动态】湖塘镇"}, True),
        ({"subject": "已读回执：稿件"}, True),
    ],
)
def test_a_header_that_asks_for_no_answer_makes_no_submission_none(
    fields: dict[str, str], answer: bool
) -> None:
    _, verdict = judged(letter(("稿件.zip", ARCHIVE), **fields))
    assert (verdict.outcome, len(verdict.drafts), verdict.answer) == (Outcome.ACCEPTED, 1, answer)


@pytest.mark.parametrize(
    "raw",
    [
        letter(Precedence="bulk", body="本周简讯"),
        letter(subject="系统退信：稿件"),
        letter(subject="已读回执：稿件"),
        letter(subject="自动回复：我在外出差"),
        letter(Auto_Submitted="auto-replied"),
        letter(("名片.jpg", NOISE), X_Autoreply="yes"),
    ],
)
def test_a_machines_letter_without_a_draft_is_ignored(raw: bytes) -> None:
    _, verdict = judged(raw)
    assert (verdict.outcome, verdict.reasons, verdict.answer) == (
        Outcome.IGNORED, (Reason.AUTOMATIC,), False,
    )  # fmt: skip


def test_what_an_officer_packed_on_an_automatic_reply_a_person_sees() -> None:
    submission, verdict = judged(letter(("稿件.zip", ARCHIVE), Auto_Submitted="auto-replied"))
    assert (verdict.outcome, verdict.answer) == (Outcome.IGNORED, False)
    assert verdict.purpose is not None
    assert (verdict.purpose.purpose, verdict.reasons) == (Purpose.OTHER, ())
    said_so = LedgerContext(purpose=PurposeFinding(Purpose.SUBMISSION, "工作人员认定"))
    ruled = judge(submission, settings().provisions_at(RECEIVED), {}, known=said_so)
    assert (ruled.outcome, len(ruled.drafts), ruled.answer) == (Outcome.ACCEPTED, 1, False)


def test_a_strangers_automatic_reply_stays_a_machines_whatever_hangs_on_it() -> None:
    raw = letter(("稿件.zip", ARCHIVE), Auto_Submitted="auto-replied")
    submission = examine(raw, RECEIVED, examiner_config(settings())).submission
    verdict = judge(submission, settings().provisions_at(RECEIVED), {})
    assert (verdict.outcome, verdict.reasons) == (Outcome.IGNORED, (Reason.AUTOMATIC,))


@pytest.mark.parametrize("content", [b"", NOISE])
def test_a_document_that_nobody_can_read_holds_the_letter_and_is_named(content: bytes) -> None:
    submission, verdict = judged(
        letter(("稿件.zip", packed(稿件__txt=DRAFT.encode(), 二__wps=content)))
    )
    assert (verdict.outcome, verdict.reasons) == (Outcome.HELD, (Reason.UNREAD_BESIDE,))
    assert Remark.SOME_UNREADABLE in verdict.remarks
    assert verdict.faults[0].detail == "二.wps"
    assert "稿件.zip/二.wps" in [file.path for file in submission.files if file.role == "unread"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("二__ofd", b"PK\3\4" + NOISE),
        ("二__dotx", b"PK\3\4" + NOISE),
        ("二__xps", packed(FixedDocSeq__fdseq=b"<x/>")),
        ("二__epub", packed(mimetype=b"application/epub+zip")),
    ],
)
def test_wrecks_and_packages_under_a_documents_name_are_documents(
    name: str, content: bytes
) -> None:
    _, verdict = judged(
        letter(("稿件.zip", packed(**{"稿件__txt": DRAFT.encode(), name: content})))
    )
    assert (verdict.outcome, verdict.reasons) == (Outcome.HELD, (Reason.UNREAD_BESIDE,))
    assert verdict.faults[0].detail == name.replace("__", ".")


def test_a_document_that_nobody_can_read_alone_refuses_the_letter() -> None:
    _, verdict = judged(letter(("稿件.zip", packed(稿件__docx=NOISE))))
    assert verdict.reasons == (Reason.UNREADABLE_DRAFT,)
    assert verdict.faults[0].detail == "稿件.docx：文件已损坏，或不是文字稿"


@pytest.mark.parametrize("name", ["附表__xlsx", "附表__et", "演示__pptx", "演示__dps"])
@pytest.mark.parametrize("content", [b"", NOISE, LOCKED], ids=["empty", "noise", "locked"])
def test_a_spreadsheet_or_slides_that_nobody_can_open_are_told_and_hold_nothing(
    name: str, content: bytes
) -> None:
    submission, verdict = judged(
        letter(("稿件.zip", packed(**{"稿件__txt": DRAFT.encode(), name: content})))
    )
    assert (verdict.outcome, verdict.faults) == (Outcome.ACCEPTED, ())
    assert verdict.remarks == (Remark.SOME_UNREADABLE,)
    (unread,) = (file.path for file in submission.files if file.role is FileRole.UNREAD)
    assert unread == f"稿件.zip/{name.replace('__', '.')}"
    alone, refused = judged(letter(("稿件.zip", packed(**{name: content}))))
    assert (refused.outcome, refused.remarks) == (Outcome.REFUSED, ())
    wanted = Reason.LOCKED_DRAFT if content == LOCKED else Reason.NO_TEXT
    assert (refused.reasons, alone.drafts) == ((wanted,), ())


def test_a_second_form_that_nobody_can_read_holds_nothing() -> None:
    _, verdict = judged(letter(("稿件.zip", packed(稿件__txt=DRAFT.encode(), 稿件__ceb=NOISE))))
    assert verdict.outcome is Outcome.ACCEPTED
    assert Remark.SOME_UNREADABLE in verdict.remarks


def test_an_empty_attachment_is_told_to_be_empty() -> None:
    _, verdict = judged(letter(("稿件.zip", b"")))
    assert verdict.reasons == (Reason.DAMAGED_ARCHIVE,)
    assert "0 字节" in verdict.faults[0].detail


def test_a_password_in_a_forwarded_letter_opens_its_archive() -> None:
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"8866abc")
        archive.writestr("稿件.txt", DRAFT)
    inner, outer = EmailMessage(), EmailMessage()
    inner["Subject"] = "稿件"
    inner["From"] = outer["From"] = "钱一鸣 <qian@hutang.example>"
    inner.set_content("<p>附件密码：8866abc</p>", subtype="html")
    inner.add_attachment(out.getvalue(), maintype="application", subtype="zip", filename="a.zip")
    outer["Subject"] = "转发：【工作动态】湖塘镇"
    outer.set_content("请查收")
    outer.add_attachment(inner)
    _, verdict = judged(outer.as_bytes())
    assert Reason.LOCKED_ARCHIVE not in verdict.reasons
    assert len(verdict.drafts) == 1
