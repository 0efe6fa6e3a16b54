"""The command `shougao`, used as its users use it."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from ledger.queries.export import DRAFT_FIELDS
from tests.console.office import ROOT, OfficeRoom, letter, packed, text_of

RECEIVED = "2022-03-07T09:30:00+08:00"


def examine(office: OfficeRoom, raw: bytes, received: str = RECEIVED) -> dict:  # type: ignore[type-arg]
    path = office.folder / "letter.eml"
    path.write_bytes(raw)
    output = office.run("examine", str(path), "--received", received, "--json").stdout
    return json.loads(output)  # type: ignore[no-any-return]


def test_a_compliant_letter_is_accepted_with_all_its_evidence(office: OfficeRoom) -> None:
    office.roster()
    found = examine(office, letter())
    assert found["outcome"] == "accepted"
    assert found["reasons"] == []
    assert found["attachments"] == ["稿件1.zip"]
    assert found["sender"] == {
        "name": "钱一鸣",
        "address": "qian@hutang.example",
        "unit": "湖塘镇",
        "officer": "钱一鸣",
    }
    assert found["received"] == RECEIVED
    (draft,) = found["drafts"]
    assert set(draft) == {*DRAFT_FIELDS, "part", "twin"}
    assert draft["title"] == "湖塘镇开展危化品企业专项检查1"
    assert draft["kind"] == "工作动态"
    assert draft["happened"] == "2022-03-06"
    assert draft["deadline"] == "2022-03-09T00:00:00+08:00"
    assert draft["timely"] == "on_time"
    assert (draft["points"], draft["author"], draft["reviewer"]) == (1, "钱一鸣", "赵立新")
    assert [file["role"] for file in found["files"]] == ["draft", "archive"]


def test_examining_stores_nothing_and_sends_nothing(office: OfficeRoom) -> None:
    office.roster()
    examine(office, letter())
    assert office.export("letters") == []
    assert office.receipts() == []


def test_a_file_that_is_no_letter_is_refused_with_the_remedy(office: OfficeRoom) -> None:
    for name, content, said in (
        ("photo.eml", b"\xff\xd8\xff\xe0\x00\x10JFIF", "不是一封邮件"),
        ("empty.eml", b"", "是空文件"),
        ("missing.eml", None, "没有这个文件"),
    ):
        if content is not None:
            (office.folder / name).write_bytes(content)
        told = office.run("examine", name, code=2)
        assert said in told.stderr
        assert "请" in told.stderr
        assert told.stdout == ""


@pytest.mark.parametrize(
    ("received", "timely", "points"),
    [
        ("2022-03-08T23:59:59+08:00", "on_time", 1),
        ("2022-03-09T00:00:00+08:00", "late", 0),
        ("2022-03-08T15:59:59+00:00", "on_time", 1),
        ("2022-03-08T16:00:00+00:00", "late", 0),
    ],
)
def test_the_limit_ends_with_the_second_day_in_office_time(
    office: OfficeRoom, received: str, timely: str, points: int
) -> None:
    office.roster()
    (draft,) = examine(office, letter(), received)["drafts"]
    assert (draft["timely"], draft["points"], draft["outcome"]) == (timely, points, "accepted")


def test_a_draft_in_the_body_is_refused(office: OfficeRoom) -> None:
    office.roster()
    found = examine(office, letter(body=text_of(3) * 2, attachment=("", b"")))
    assert (found["outcome"], found["reasons"]) == ("refused", ["BODY_DRAFT"])
    assert all(draft["points"] == 0 for draft in found["drafts"])


def test_a_stranger_is_held_and_a_stranger_is_told(office: OfficeRoom) -> None:
    office.roster()
    office.receive(letter(sender="路人 <who@else.example>"), "1.M1.test")
    office.run("poll")
    (row,) = office.export("letters")
    assert (row["outcome"], row["reasons"]) == ("held", ["UNKNOWN_SENDER"])
    assert len(office.receipts()) == 1


def test_a_letter_with_a_failed_authentication_is_held_and_not_answered(
    office: OfficeRoom,
) -> None:
    office.roster()
    verdict = "163.com; spf=fail smtp.mailfrom=hutang.example; dmarc=fail"
    office.receive(letter(headers={"Authentication-Results": verdict}), "1.M1.test")
    office.run("poll")
    (row,) = office.export("letters")
    assert (row["outcome"], row["reasons"]) == ("held", ["UNVERIFIED_SENDER"])
    assert office.export("outbox") == []


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({"Auto-Submitted": "auto-replied"}, "ignored"),
        ({"Precedence": "bulk"}, "held"),  # it asks for no answer, and may bring a draft
        ({"List-Id": "<a.example>"}, "held"),
    ],
)
def test_automatic_mail_is_recorded_and_never_answered(
    office: OfficeRoom, headers: dict[str, str], outcome: str
) -> None:
    office.receive(letter(headers=headers), "1.M1.test")
    office.run("poll")
    (row,) = office.export("letters")
    assert row["outcome"] == outcome
    assert office.export("outbox") == []


def test_a_letter_of_the_ledger_examined_again_does_not_repeat_itself(office: OfficeRoom) -> None:
    office.roster()
    raw = letter()
    office.receive(raw, "1.M1.test")
    office.run("poll")
    assert examine(office, raw)["outcome"] == "accepted"
    copy = raw.replace(b"<1@hutang", b"<2@hutang")
    assert examine(office, copy)["reasons"] == ["RESENT"]


def test_a_second_round_has_nothing_to_do(office: OfficeRoom) -> None:
    office.roster()
    office.receive(letter(), "1.M1.test")
    office.run("poll")
    assert "没有新邮件" in office.run("poll").stdout
    assert len(office.receipts()) == 1


def test_a_letter_that_kills_its_worker_costs_nobody_else_anything(office: OfficeRoom) -> None:
    office.roster()
    killer = office.folder / "deadly.py"
    killer.write_text(
        "import os, sys\n"
        "from ingest.sandbox import tasks\n"
        "original = tasks.examine_bytes\n"
        "def deadly(raw, received, config, head_only):\n"
        "    if b'deadly' in bytes(raw):\n"
        "        os.kill(os.getpid(), 9)\n"
        "    return original(raw, received, config, head_only)\n"
        "tasks.examine_bytes = deadly\n"
        "if __name__ == '__main__':\n"
        "    from console.cli.app import main\n"
        "    sys.argv = ['shougao', *sys.argv[1:]]\n"
        "    main()\n"
    )
    office.receive(letter(1, headers={"X-Test": "deadly"}), "1.M1.test")
    office.receive(letter(2), "2.M2.test")
    for _ in range(3):
        office.run("poll", program=(str(killer),))
    states = {row["id"]: (row["state"], row["tries"]) for row in office.export("letters")}
    assert states == {1: ("set_aside", 3), 2: ("settled", 0)}
    office.run("retry", "1")
    office.run("poll")
    assert {row["state"] for row in office.export("letters")} == {"settled"}


def test_the_same_files_are_exported_as_csv_and_formulas_stay_text(office: OfficeRoom) -> None:
    office.roster()
    office.receive(letter(subject='=HYPERLINK("x")'), "1.M1.test")
    office.run("poll")
    office.run("export", "letters", "--format", "csv", "--out", "letters.csv")
    text = (office.folder / "letters.csv").read_text(encoding="utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["subject"].startswith("'=HYPERLINK")


def test_the_roster_comes_from_a_spreadsheet_too_and_phones_are_masked(
    office: OfficeRoom,
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["宣传员名单"])
    sheet.append(["单位", "姓名", "职务", "联系电话", "邮箱", "备注"])
    sheet.append(["湖塘镇应急管理局", "钱一鸣", "科员", 13800000001, "Qian@Hutang.example", ""])
    book.save(office.folder / "roster.xlsx")
    assert "新增 1 人" in office.run("roster", "import", "roster.xlsx").stdout
    listed = office.run("roster", "list").stdout
    assert "湖塘镇" in listed
    assert "138****0001" in listed
    assert "13800000001" not in listed


def test_a_faulty_roster_is_refused_whole_with_each_row_named(office: OfficeRoom) -> None:
    path = office.folder / "bad.csv"
    path.write_text(
        "单位,姓名,职务,联系电话,邮箱,备注\n湖塘镇,钱一鸣,,,qian@hutang.example,\n"
        "火星镇,某人,,,a@mars.example,\n雪堰镇,孙立,,,没有,\n",
        encoding="gb18030",
    )
    said = office.run("roster", "import", str(path), code=2).stderr
    assert "火星镇" in said
    assert "第4行" in said
    assert "名单还是空的" in office.run("roster", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("examine", "absent.eml"), "absent.eml"),
        (("examine", str(ROOT / "config.toml"), "--received", "gestern"), "ISO 8601"),
    ],
)
def test_a_wrong_command_is_answered_in_one_line(
    office: OfficeRoom, arguments: tuple[str, ...], word: str
) -> None:
    said = office.run(*arguments, code=2).stderr
    assert word in said
    assert "Traceback" not in said


def test_a_missing_maildir_is_named(office: OfficeRoom) -> None:
    office.environment["SHOUGAO_MAILBOX"] = "maildir:nowhere"
    assert "nowhere" in office.run("poll", code=3).stderr


def test_the_service_stops_cleanly_on_sigterm_with_its_letters_entered(
    office: OfficeRoom,
) -> None:
    office.roster()
    office.receive(letter(), "1.M1.test")
    service = subprocess.Popen(
        [sys.executable, "-m", "console", "--config", str(office.config), "run"],
        env=office.environment,
        cwd=office.folder,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert service.stderr is not None
    for line in service.stderr:
        if "发出回执" in line:
            break
    service.send_signal(signal.SIGTERM)
    rest = service.stderr.read()
    assert service.wait() == 0, rest
    assert "Traceback" not in rest
    (row,) = office.export("letters")
    assert row["state"] == "settled"


def test_a_letter_with_a_secret_mark_leaves_no_copy(office: OfficeRoom) -> None:
    office.roster()
    text = "秘密★1年\n关于演练的方案\n3月6日，湖塘镇组织演练，各单位按方案执行。".encode()
    office.receive(letter(attachment=("方案.zip", packed({"方案.txt": text}))), "1.M1.test")
    office.run("poll")
    (row,) = office.export("letters")
    assert (row["outcome"], row["reasons"]) == ("refused", ["SECRET_MARK"])
    assert not [
        path for path in Path(office.folder / "data" / "vault").rglob("*") if path.is_file()
    ]
    kept = (office.folder / "data").rglob("*")
    assert not any("演练的方案".encode() in path.read_bytes() for path in kept if path.is_file())


def test_the_ledger_is_exported_line_by_line_with_every_moment(office: OfficeRoom) -> None:
    office.roster()
    stamp = "from a by b; Mon, 07 Mar 2022 09:29:58 +0800"
    office.receive(letter(headers={"Received": stamp}), "1.M1.test")
    office.run("poll")
    (row,) = map(json.loads, office.run("export", "letters").stdout.splitlines())
    assert row["message_id"] == "<1@hutang.example>"
    assert row["received"] == RECEIVED
    assert row["stamped"] == "2022-03-07T09:29:58+08:00"
    (draft,) = map(json.loads, office.run("export", "drafts").stdout.splitlines())
    assert draft["message_id"] == row["message_id"]
    assert set(DRAFT_FIELDS) <= set(draft)
    (owed,) = map(json.loads, office.run("export", "outbox").stdout.splitlines())
    assert (owed["kind"], owed["addressee"], owed["state"]) == (
        "receipt",
        "qian@hutang.example",
        "sent",
    )


LOADED = """
import sys
from console.cli.app import app
{typed}
print(sorted({slow} & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("typed", "slow"),
    [
        ("", {"sqlalchemy", "pydantic", "rich", "numpy", "rulebook", "ledger", "parsers"}),
        ("COMMANDS['ledger'].load()", {"sqlalchemy", "pydantic", "rulebook", "ledger"}),
        (
            "COMMANDS['ledger'].load().load('summary')",
            {"jinja2", "pebble", "imapclient", "numpy", "docx", "console.application"},
        ),
        (
            "COMMANDS['ledger'].load().load('verify')",
            {"numpy", "docx", "xlsxwriter", "uvicorn", "starlette"},
        ),
        ("COMMANDS['run'].load()", {"docx", "docxtpl", "xlsxwriter"}),
    ],
)
def test_what_one_command_alone_needs_is_not_loaded_by_all(typed: str, slow: set[str]) -> None:
    typed = typed and f"from console.cli.commands import COMMANDS; {typed}"
    asked = LOADED.format(typed=typed, slow=slow)
    loaded = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert loaded.stdout.strip() == "[]"
