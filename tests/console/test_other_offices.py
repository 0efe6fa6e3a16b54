"""
The example offices end to end by the commands: other kinds, points, groups and words than config.toml's.

What is asserted are their own rules and, of our words, that none of them reaches their people.
"""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from docx import Document

from console.cli.app import main
from tests.console.office import ROOT, OfficeRoom

OUR_WORDS = (
    "板块",
    "舆情",
    "宣传员",
    "人事教育科",
    "工作动态",
    "综合性文章",
    "打包",
    "压缩文件",
    "四.",
    "五.",
)
"""Words of config.toml's office and clauses of its regulation."""
BRIEF = (
    "{title}\n{day}，{unit}召开秋粮收购部署会议，组织{n}名干部走访农户，排查粮仓{n}座，发现问题{n}处，"
    "均已整改到位。会议要求各村压实责任，{filler}。\n撰稿：{author} 审核：赵立新\n"
)
LESSON = (
    "{title}\n{day}，{unit}组织开展师生消防演练活动，{n}个班级的教师和学生参加。演练中，教师带领学生"
    "按照路线有序撤离，用时{n}分钟。活动结束后，校长对演练作了点评，要求各班上好安全教育课，{filler}。"
    "学校还邀请家长代表到校观摩，听取对校园安全的意见。\n撰稿：{author} 审核：赵立新\n"
)


def filler(number: int) -> str:
    """Words that no other draft has: what is alike would be held as a repeat."""
    return "".join(chr(0x4E00 + (number * 977 + place * 131) % 8000) for place in range(90))


@dataclass
class Office:
    """An example office with its roster, in one folder, and its commands."""

    room: OfficeRoom
    say: Callable[[Sequence[str]], str]
    numbers: list[str] = field(default_factory=list)

    def run(self, *arguments: str) -> str:
        return self.say(arguments)

    def mail(
        self, who: str, subject: str, received: datetime, text: str, *, attached: bool = True
    ) -> None:
        """A letter with its draft as a bare .txt, or written in the letter itself."""
        number = str(len(self.numbers) + 1)
        self.numbers.append(number)
        mail = EmailMessage()
        mail["From"] = who
        mail["To"] = "inbox@office.example"
        mail["Subject"] = subject
        mail["Message-ID"] = f"<{number}@senders.example>"
        mail.set_content("附件是稿件，请查收。" if attached else text)
        if attached:
            title = text.split("\n", 1)[0]
            mail.add_attachment(
                text.encode("utf-8"), maintype="text", subtype="plain", filename=f"{title}.txt"
            )
        self.room.receive(mail.as_bytes(), f"{number}.office", received)

    def summary(self, month: str) -> dict[str, dict[str, Any]]:
        told = json.loads(self.run("ledger", "summary", "--month", month, "--json"))
        return {row["unit"]: row for table in told["tables"] for row in table["rows"]}

    def receipts(self) -> str:
        """The text parts of every letter sent, one after the other."""
        told = []
        for raw in self.room.receipts():
            message = email.message_from_bytes(raw, policy=email.policy.default)
            told.append(str(message["Subject"]))
            told += [
                part.get_content()
                for part in message.walk()
                if part.get_content_maintype() == "text" and not part.is_attachment()
            ]
        return "\n".join(told)


@pytest.fixture
def office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str, str], Office]:
    def opened(example: str, roster: str) -> Office:
        room = OfficeRoom(tmp_path)
        for name, value in room.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        config = (ROOT / "examples" / example / "config.toml").read_text(encoding="utf-8")
        answers = "\n[answers]\nnot_older_than_days = 0\n"
        (tmp_path / "config.toml").write_text(config + answers, encoding="utf-8")
        head = "单位,姓名,职务,联系电话,邮箱,备注\n"
        (tmp_path / "名单.csv").write_text(head + roster, encoding="utf-8")

        def say(arguments: Sequence[str]) -> str:
            monkeypatch.setattr("sys.argv", ["shougao", *arguments])
            capsys.readouterr()
            with pytest.raises(SystemExit) as ended:
                main()
            told = capsys.readouterr()
            assert ended.value.code == 0, told.out + told.err
            return told.out + told.err

        one = Office(room, say)
        one.run("roster", "import", "名单.csv")
        return one

    return opened


def words_of_document(path: Path) -> str:
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([one.text for one in document.paragraphs] + cells)


def words_of_workbook(path: Path) -> str:
    book = openpyxl.load_workbook(path)
    return "\n".join(
        str(value)
        for sheet in book.worksheets
        for row in sheet.iter_rows(values_only=True)
        for value in (sheet.title, *row)
        if value is not None
    )


def none_of_ours(told: str) -> None:
    assert [word for word in OUR_WORDS if word in told] == []


def noticed(one: Office, folder: Path) -> str:
    """The words of the quarter's notice and of its workbook."""
    one.run("notice", "2023Q4", "--out", "通报")
    (document,) = (folder / "通报").glob("*.docx")
    (workbook,) = (folder / "通报").glob("*.xlsx")
    return words_of_document(document) + "\n" + words_of_workbook(workbook)


def test_a_county_counts_briefings_and_long_pieces_by_its_own_points(
    office: Callable[[str, str], Office], tmp_path: Path
) -> None:
    one = office("a-county", "石溪镇,钱一鸣,科员,13800000001,qian@shixi.example,\n")
    who = "钱一鸣 <qian@shixi.example>"
    for n, day in ((11, "11月6日"), (12, "11月1日")):  # in time: 0.5; late: nothing
        title = f"石溪镇召开第{n}次秋粮收购部署会议"
        text = BRIEF.format(
            title=title, day=day, unit="石溪镇", n=n, author="钱一鸣", filler=filler(n)
        )
        one.mail(who, "【要情动态】报送", datetime(2023, 11, 7, 2, n, tzinfo=UTC), text)
    long = "\n".join(
        f"石溪镇在治理中探索第{n}条做法，值得总结推广，{filler(n)}。" for n in range(20, 32)
    )
    one.mail(
        who,
        "【长篇信息】报送",
        datetime(2023, 11, 8, 2, 0, tzinfo=UTC),
        f"石溪镇基层治理的探索\n{long}\n审核：赵立新\n",
    )
    one.run("poll")
    row = one.summary("2023-11")["石溪镇"]
    # 0.5 and 1 for the drafts, 1.3 of 10 for one of eight that were asked for
    assert (row["counts"], row["by_rule"], row["points"]) == ([1, 1, 0], 1.3, 2.8)
    assert row["targets"]["要情动态"] == {"wanted": 8, "met": 1, "reported": 1, "rate": 0.125}
    exported = [json.loads(line) for line in one.run("export", "drafts").splitlines()]
    assert 0.5 in [draft["points"] for draft in exported]
    told = one.receipts()
    assert "0.5分（暂计）" in told
    assert "报送时限：已逾期3天10小时（11月3日24:00截止）" in told
    none_of_ours(told)
    notice = noticed(one, tmp_path)
    for word in ("要情动态", "长篇信息", "乡镇街道", "国办"):
        assert word in notice
    none_of_ours(notice)
    assert "规定的各版均与日志一致" in one.run("ledger", "verify")


def test_an_education_bureau_takes_drafts_in_the_letter_and_halves_what_is_late(
    office: Callable[[str, str], Office], tmp_path: Path
) -> None:
    one = office("b-education", "县实验小学,孙立,教师,13800000002,sun@shiyan.example,\n")
    who = "孙立 <sun@shiyan.example>"
    for n, day, attached in ((11, "11月6日", True), (12, "11月6日", False), (13, "10月20日", True)):
        title = f"县实验小学开展第{n}次消防演练"
        text = LESSON.format(
            title=title, day=day, unit="县实验小学", n=n, author="孙立", filler=filler(n)
        )
        one.mail(
            who,
            "【教育信息】报送",
            datetime(2023, 11, 7, 2, n, tzinfo=UTC),
            text,
            attached=attached,
        )
    one.run("poll")
    row = one.summary("2023-11")["县实验小学"]
    assert (row["counts"], row["points"]) == ([3, 0, 0], 2.5)
    told = one.receipts()
    assert told.count("1分（暂计）") >= 2
    assert "0.5分（暂计）" in told
    none_of_ours(told)
    notice = noticed(one, tmp_path)
    for word in ("教育信息", "微信原创", "农村学校", "局网站", "2.5"):
        assert word in notice
    assert (
        "超过规定时间报送，按各类的规定计分" in notice
    )  # some kinds have points when late, others none
    assert "不计分" not in notice + told
    none_of_ours(notice)
    assert "规定的各版均与日志一致" in one.run("ledger", "verify")


def delivered(one: Office, example: str) -> None:
    """Put the example's own letters into its mailbox, each received when its file's name says, and poll."""
    for path in sorted((ROOT / "examples" / example / "letters").glob("*.eml")):
        moment = datetime.strptime(path.stem, "%Y%m%dT%H%M").replace(
            tzinfo=ZoneInfo("Asia/Shanghai")
        )
        one.room.receive(path.read_bytes(), path.stem, moment)
    one.run("poll")


def roster_of(example: str) -> str:
    rows = (ROOT / "examples" / example / "roster.csv").read_text(encoding="utf-8")
    return rows.partition("\n")[2]


def test_the_countys_own_letters_give_the_months_notice_of_its_rules(
    office: Callable[[str, str], Office], tmp_path: Path
) -> None:
    one = office("a-county", roster_of("a-county"))
    delivered(one, "a-county")
    one.run("points", "add", "--unit", "石溪镇", "--date", "2023-05-20", "--approved-by", "霜序",
            "--why", "县长批示", "--clause", "第十三条", "10")  # fmt: skip
    rows = one.summary("2023-05")
    # one in time and one late of eight; two of two; one in the letter itself, refused
    told = {name: rows[name]["points"] for name in ("石溪镇", "县文化旅游局", "县发展改革局")}
    assert told == {"石溪镇": 11.8, "县文化旅游局": 11, "县发展改革局": 0}
    one.run("notice", "2023-05", "--out", "通报")
    (document,) = (tmp_path / "通报").glob("*.docx")
    notice = words_of_document(document)
    assert "2023年5月政务信息工作情况的通报" in notice.replace("\n", "")
    none_of_ours(notice + one.receipts())
    assert "要情动态" in notice
    assert "计分依据：政务信息工作考核办法（2023-01-01 起用，登记版本" in notice
    # what is sent is called 信息 and its being printed 采用, in the notice, every letter and the commands
    spoken = notice + one.receipts()
    spoken += one.run("ledger", "search", "没有这样的词") + one.run("adoption", "list")
    spoken += one.run("commission", "list") + one.run("leaflet")
    spoken += one.run(
        "points", "share", "1", "--with", "桃坞镇", "--approved-by", "霜序", "--ratio", "3:2"
    )
    spoken += one.run(
        "points", "share", "1", "--with", "桃坞镇", "--approved-by", "霜序", "--ratio", "3:2"
    )
    assert [word for word in ("稿件", "录用") if word in spoken] == []


def test_the_bureaus_own_letters_give_units_and_persons_their_points(
    office: Callable[[str, str], Office], tmp_path: Path
) -> None:
    one = office("b-education", roster_of("b-education"))
    delivered(one, "b-education")
    rows = one.summary("2023-06")
    assert (rows["县实验小学"]["points"], rows["文澜中学"]["points"]) == (1.5, 1)
    persons = [json.loads(line) for line in one.run(
        "ledger", "persons", "--month", "2023-06", "--json").splitlines()]  # fmt: skip
    assert [(row["person"], row["points"], row["rank"]) for row in persons] == [
        ("乔安宁", 1.5, 1),
        ("闵嘉木", 1, 2),
    ]
    one.run("notice", "2023H1", "--out", "通报")
    (document,) = (tmp_path / "通报").glob("*.docx")
    notice = words_of_document(document)
    assert "个人积分前10名：乔安宁（县实验小学）1.5分、闵嘉木（文澜中学）1分。" in notice
    none_of_ours(notice + one.receipts())
