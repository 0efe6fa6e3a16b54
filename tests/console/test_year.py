"""
A whole year of an office by its commands, on both databases; the figures are reckoned by hand.

The commands run in this process: a year needs many of them, and starting Python for each is slow.
"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from docx import Document
from sqlalchemy import text

from console.cli.app import main
from ledger.models.database import open_ledger
from rulebook.unit_history import UNPLACED
from tests.console.office import OfficeRoom, config_of_letters_long_ago, letter, packed
from tests.console.signing import sign

OFFICE = ZoneInfo("Asia/Shanghai")
NEWS = (
    "{title}\n{day}，{unit}组织人员对辖区{n}家企业开展专项检查。检查组查看了仓库、配电室和消防通道，"
    "现场发现隐患{n}处，均已要求限期整改。下一步，{unit}将继续加大检查力度，守牢安全底线。{filler}。\n"
    "撰稿：钱一鸣 审核：赵立新\n"
)
OPINION = (
    "{title}\n{day}，有网民在微博发帖反映{unit}某小区电动自行车飞线充电，评论区网友议论较多，"
    "阅读量{n}万。{unit}已到现场核实，并联系物业整改。{filler}。\n撰稿：钱一鸣 审核：赵立新\n"
)
SENTENCE = "近年来，各地在安全生产治理中摸清底数、压实责任、腾出空间，第{n}条做法值得总结和推广，{filler}。"


def filler(seed: object) -> str:
    """Words that no other draft has: what is alike would be held as a repeat."""
    chance = random.Random(str(seed))
    return "".join(chr(chance.randint(0x4E00, 0x9000)) for _ in range(90))


@dataclass
class Year:
    """The office, its roster entered in three ways, and its commands."""

    room: OfficeRoom
    say: Callable[..., Any]
    letters: int = 0

    def run(self, *arguments: str, code: int = 0) -> str:
        return str(self.say(arguments, code))

    def mail(
        self, who: str, day: str, kind: str, files: Sequence[tuple[str, str]], **more: Any
    ) -> None:
        self.letters += 1
        received = datetime.fromisoformat(f"{day}T10:00:00").replace(tzinfo=OFFICE)
        members = {name: body.encode("utf-8") for name, body in files}
        raw = letter(
            self.letters,
            subject=f"【{kind}】报送",
            sender=who,
            **({"attachment": ("稿件.zip", packed(members))} | more),
        )
        self.room.receive(raw, f"{self.letters}.office", received)

    def news(self, who: str, received: str, event_date: str, unit: str, count: int = 1) -> None:
        files = []
        for number in range(count):
            n = 10 * self.letters + number + 2
            title = f"{unit}开展第{n}次专项检查"
            files.append(
                (
                    f"{title}.txt",
                    NEWS.format(title=title, day=event_date, unit=unit, n=n, filler=filler(n)),
                )
            )
        self.mail(who, received, "工作动态", files)

    def opinion(self, who: str, received: str, event_date: str, unit: str) -> None:
        n = 10 * self.letters + 2
        title = f"关于{unit}飞线充电的舆情{n}"
        body = OPINION.format(title=title, day=event_date, unit=unit, n=n, filler=filler(n))
        self.mail(who, received, "舆情信息", [(f"{title}.txt", body)])

    def article(self, who: str, received: str, title: str) -> None:
        body = "\n".join(SENTENCE.format(n=n, filler=filler(title + str(n))) for n in range(12))
        self.mail(
            who, received, "综合性文章", [(f"{title}.txt", f"{title}\n{body}\n审核：赵立新\n")]
        )

    def summary(self, *period: str) -> dict[str, dict[str, Any]]:
        told = json.loads(self.run("ledger", "summary", *period, "--json"))
        rows = [row for table in told["tables"] for row in table["rows"]]
        assert [table["group"] for table in told["tables"]] == ["板块", "科室、大队"]
        assert len([row for row in rows if row["unit"] != UNPLACED]) == 23
        assert {"unit", "news", "articles", "adopted", "points", "rank", "targets"} <= set(rows[0])
        return {row["unit"]: row for row in rows}

    def publish(self, period: str, label: str) -> None:
        """Draft the notice, fill it in, publish the signed file."""
        self.run("notice", period, "--out", "通报")
        (draft,) = (self.room.folder / "通报").glob(f"*{label}*.docx")
        self.run("notice", "publish", str(sign(draft)))

    def draft(self, title: str) -> str:
        found = self.run("ledger", "search", title, "--json").splitlines()
        assert len(found) == 1, found
        return str(json.loads(found[0])["draft"])


@pytest.fixture(params=["sqlite", "postgresql"])
def year(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Year:
    room = OfficeRoom(tmp_path)
    for name, value in room.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    config = config_of_letters_long_ago()
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql")()
        room.environment["URL"] = url
        config = config.replace('ledger = ""', f'ledger = "{url.replace("+psycopg", "")}"')
    else:
        room.environment["URL"] = f"sqlite:///{tmp_path}/data/ledger.db"
    config = config.replace("letters_days = 0", "letters_days = 1500")
    config = config.replace("personal_days = 0", "personal_days = 1500")
    (tmp_path / "config.toml").write_text(config, encoding="utf-8")

    def say(arguments: Sequence[str], code: int) -> str:
        monkeypatch.setattr("sys.argv", ["shougao", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        assert ended.value.code == code, told.out + told.err
        return told.out + told.err

    return Year(room, say)


QIAN = "钱一鸣 <qian@hutang.example>"
SUN = "孙立 <sun@xueyan.example>"
DING = "丁一 <ding@fangzai.example>"
STRANGER = "周某 <zhou@qianhuang.example>"


def test_a_year_of_the_office_adds_up_to_what_the_rulebook_says(year: Year, tmp_path: Path) -> None:
    rosters(year, tmp_path)
    first_quarter(year)
    year.run("poll")
    decide_and_check_the_first_quarter(year)
    later_quarters(year, tmp_path)
    prove_lose_and_forget(year, tmp_path)


def rosters(year: Year, folder: Path) -> None:
    """一.2: from a sheet, a workbook and the regulation's own form."""
    (folder / "名单.csv").write_text(
        "单位,姓名,职务,联系电话,邮箱,备注\n湖塘镇应急管理局,钱一鸣,科员,13800000001,qian@hutang.example,\n",
        encoding="gb18030",
    )
    assert "新增 1 人" in year.run("roster", "import", "名单.csv")
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["单位", "姓名", "职务", "联系电话", "邮箱", "备注"])
    book.active.append(["雪堰镇", "孙立", "科员", 13800000002, "sun@xueyan.example", ""])
    book.save(folder / "名单.xlsx")
    assert "新增 1 人" in year.run("roster", "import", "名单.xlsx")
    form = Document()
    form.add_paragraph("填报单位：火灾防治科")
    table = form.add_table(rows=2, cols=4)
    for place, words in enumerate(("姓名", "职务", "联系电话", "备注")):
        table.rows[0].cells[place].text = words
    for place, words in enumerate(("丁一", "科员", "13800000009", "ding@fangzai.example")):
        table.rows[1].cells[place].text = words
    form.save(str(folder / "名单.docx"))
    assert "新增 1 人" in year.run("roster", "import", "名单.docx")


def first_quarter(year: Year) -> None:
    year.news(SUN, "2022-02-20", "2月19日", "雪堰镇")  # before effective_from: nothing
    year.news(QIAN, "2022-03-08", "3月7日", "湖塘镇", count=2)  # one archive, two drafts: 2
    year.news(QIAN, "2022-03-15", "3月10日", "湖塘镇")  # late: nothing
    year.opinion(QIAN, "2022-03-16", "3月16日", "湖塘镇")  # 1
    year.article(QIAN, "2022-03-18", "厂中厂治理的实践与思考")  # 2
    year.news(SUN, "2022-03-09", "3月7日", "雪堰镇")  # the last day in time: 1
    night = NEWS.format(title="雪堰镇开展夜查", day="3月20日", unit="雪堰镇", n=7, filler=filler(7))
    year.mail(SUN, "2022-03-21", "工作动态", [], body=night, attachment=("", b""))  # refused
    year.news(STRANGER, "2022-03-10", "3月9日", "前黄镇")  # held until claimed
    year.news(DING, "2022-03-11", "3月10日", "火灾防治科")  # a row of two names: 1


def decide_and_check_the_first_quarter(year: Year) -> None:
    q1 = year.summary("--quarter", "2022Q1")
    town = q1["湖塘镇"]
    assert (town["news"], town["articles"], town["points"], town["rank"]) == (3, 1, 5, 1)
    # 6 weeks of Q1 end on or after 24 February (W08…W13): 1 news and 3 舆情 a week, 1 综合 a quarter
    assert town["targets"]["工作动态"] == {"wanted": 6, "met": 2, "reported": 3, "rate": 2 / 6}
    assert town["targets"]["舆情"] == {"wanted": 18, "met": 1, "reported": 1, "rate": 1 / 18}
    assert town["targets"]["综合性原创文章"]["met"] == 1
    assert (q1["雪堰镇"]["points"], q1["雪堰镇"]["rank"]) == (1, 2)
    assert (q1["调查减灾科、火灾防治科"]["news"], q1["前黄镇"]["points"]) == (1, 0)
    assert year.summary("--month", "2022-02")["雪堰镇"]["points"] == 0
    assert year.summary("--week", "2022-W10")["湖塘镇"]["points"] == 2
    (held,) = [
        row
        for row in year.run("export", "letters").splitlines()
        if json.loads(row)["outcome"] == "held"
    ]
    year.run("claim", str(json.loads(held)["id"]), "--unit", "前黄镇", "--why", "新任宣传员")
    late = json.loads(year.run("ledger", "search", "--timely", "late", "--json"))["draft"]
    year.run("decide", str(late), "--day", "2022-03-13", "--why", "稿件日期写错", "--by", "李")
    year.run(
        "decide",
        year.draft("舆情"),
        "--void",
        "--approved-by",
        "王局",
        "--why",
        "弄虚作假",
        "--by",
        "李",
    )
    q1 = year.summary("--quarter", "2022Q1")
    assert (q1["湖塘镇"]["points"], q1["前黄镇"]["points"]) == (5, 1)  # +1 the late one, -1 void
    story = year.run("ledger", "history", str(late))
    assert "李" in story and "稿件日期写错" in story
    year.publish("2022Q1", "第一季度")
    assert "没有变化" in year.run("ledger", "changes", "2022Q1")


def later_quarters(year: Year, folder: Path) -> None:
    first = year.draft("实践与思考")
    add = ("adoption", "add", "--unit", "湖塘镇", "--title", "厂中厂治理的实践与思考")
    year.run(*add, "--outlet", "新华日报", "--date", "2022-04-12")  # 二类, found by its title
    year.run(*add, "--outlet", "市应急管理局微信", "--date", "2022-05-12")  # 三类: lower, recorded
    year.run(*add, "--outlet", "新华社", "--date", "2022-07-05")  # 一类: the higher one counts
    year.run(
        "commission",
        "add",
        "--topic",
        "防汛值守",
        "--units",
        "湖塘镇、雪堰镇",
        "--due",
        f"{datetime.now(UTC) + timedelta(days=365):%Y-%m-%d}",
    )
    year.article(SUN, "2022-05-06", "电动自行车治理的实践与思考")  # 2
    year.news(QIAN, "2022-06-30", "6月30日", "湖塘镇")  # 1, in week 2022-W26, which is Q2's
    year.run("poll")
    second = year.summary("--quarter", "2022Q2")["湖塘镇"]
    assert (second["adopted"], second["correction"], second["points"]) == ([0, 1, 0, 0, 0], -2, 11)
    third = year.summary("--quarter", "2022Q3")["湖塘镇"]
    assert (third["adopted"], third["correction"], third["points"]) == ([1, 0, 0, 0, 0], -12, 3)
    assert year.summary("--quarter", "2022Q2")["雪堰镇"]["points"] == 2
    sheet = folder / "录用.csv"
    sheet.write_text(
        "标题,单位,媒体,日期,链接\n"
        "电动自行车治理的实践和思考,雪堰镇,常州日报,2022/6/1,https://paper.example/1\n"
        "治理的实践与思考,雪堰镇,某某晚报,2022-06-02,\n",
        encoding="utf-8",
    )
    told = year.run("adoption", "import", "录用.csv", code=1)  # the second row is not clear
    assert "登记 1 条" in told and "待指明 1 条" in told
    assert year.summary("--quarter", "2022Q2")["雪堰镇"]["points"] == 10  # 三类 instead of 2
    # 五.2, 五.3
    year.run("bonus", "--unit", "湖塘镇", "--year", "2022", "--points", "2.5", "--why", "表现突出")
    year.run("bonus", "--unit", "雪堰镇", "--year", "2022", "--points", "1", "--why", "表现好")
    sanction = ("sanction", "add", "--unit", "雪堰镇", "--year", "2022", "--approved-by", "王")
    year.run(*sanction, "--reason", "负面舆论处置不力")
    whole = year.summary("--year", "2022")
    parts = [year.summary("--quarter", f"2022Q{number}") for number in range(1, 5)]
    for unit, row in whole.items():
        assert row["points"] == sum(part[unit]["points"] for part in parts)
    assert whole["湖塘镇"]["points"] == 3 + 1 + 15  # three news, one of June, and 一类
    assert (whole["湖塘镇"]["bonus"], whole["湖塘镇"]["bonus_counted"]) == (2.5, 2.5)
    assert (whole["雪堰镇"]["bonus_counted"], whole["雪堰镇"]["sanctions"]) == (
        0.0,
        ["负面舆论处置不力"],
    )
    # a later change of Q1 shows as a difference, the published notice stays
    year.run(
        "decide", first, "--kind", "工作动态", "--accept", "--day", "2022-03-17", "--why", "改定"
    )
    assert "湖塘镇：发布时 5 分，现在 4 分" in year.run("ledger", "changes", "2022Q1")
    year.publish("2022Q2", "第二季度")
    (notice,) = (folder / "通报").glob("*第二季度*.xlsx")
    cells = [
        str(cell.value) for sheet in openpyxl.load_workbook(notice) for row in sheet.iter_rows() for cell in row
    ]  # fmt: skip
    assert any("第一季度" in cell for cell in cells)
    assert "完全一致" in year.run("ledger", "verify")
    assert "湖塘镇" in year.run("ledger", "targets", "--quarter", "2022Q2", "--short")
    assert "新华社" in year.run("export", "adoptions")


def prove_lose_and_forget(year: Year, folder: Path) -> None:
    told = year.run("ledger", "verify")
    assert "日志链完好" in told and "全部一致" in told
    year.run("ledger", "backup", str(folder / "备份"))
    (kept,) = [path for path in (folder / "备份").iterdir() if path.suffix in (".db", ".dump")]
    before = year.summary("--year", "2022")
    year.run("poll")  # what is owed is sent: only letters that have ended are forgotten
    year.run("ledger", "purge", "--yes")
    assert year.summary("--year", "2022") == before
    told = year.run("ledger", "verify")
    assert "日志链完好" in told and "全部一致" in told
    rows = [json.loads(row) for row in year.run("export", "drafts").splitlines()]
    assert all(row["author"] == "" for row in rows)
    assert "qian@hutang" not in year.run("export", "letters")
    url = year.room.environment["URL"]
    engine = open_ledger(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE journal SET why = '无' WHERE seq = 7"))
        connection.execute(text("UPDATE standings SET unit = '湖塘镇' WHERE draft_id = 1"))
    engine.dispose()
    told = year.run("ledger", "verify", code=1)
    assert "日志链在第 7 条断开" in told and "第 1 号稿件现在的单位" in told
    if url.startswith("sqlite"):
        year.run("ledger", "restore", str(kept), code=1)  # never over a ledger
        shutil.move(folder / "data", folder / "damaged")
        year.run("ledger", "restore", str(kept))
        assert year.summary("--year", "2022") == before
        assert "全部一致" in year.run("ledger", "verify")
        with sqlite3.connect(folder / "data" / "ledger.db") as connection:
            views = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'view' AND name LIKE 'v\\_%' ESCAPE '\\'"
            ).fetchall()
            for (view,) in views:
                connection.execute(f"SELECT * FROM {view}").fetchall()
            assert len(views) == 11


@pytest.mark.parametrize("year", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("minutes", "tolerance", "told"), [(59, 60, False), (61, 60, True), (61, 120, False)]
)
def test_clocks_that_disagree_by_more_than_the_switch_allows_are_told(
    year: Year, tmp_path: Path, minutes: int, tolerance: int, told: bool
) -> None:
    config = tmp_path / "config.toml"
    text_of = config.read_text(encoding="utf-8")
    switch = "clock_tolerance_minutes = 60"
    assert switch in text_of
    config.write_text(text_of.replace(switch, f"clock_tolerance_minutes = {tolerance}"), "utf-8")
    received = datetime(2022, 3, 7, 10, tzinfo=OFFICE)
    sent = format_datetime(received - timedelta(minutes=minutes))
    (tmp_path / "1.eml").write_bytes(letter(headers={"Date": sent}))
    shown = json.loads(year.run("examine", "1.eml", "--received", received.isoformat(), "--json"))
    assert ("CLOCK_DISAGREES" in shown["warnings"]) is told


WRONG = [
    ("sumary", "没有命令 sumary"),
    ("ledger sumary", "是否想写 summary"),
    ("ledger summary --quarter", "后面要写一个值"),
    ("ledger summary --quater 2022Q1", "没有选项 --quater"),
    ("ledger summary --quarter 2022Q5", "2022Q1（季度）"),
    ("ledger summary --quarter 2022-03", "请用 --month 2022-03"),
    ("ledger summary --quarter 2022Q1 --year 2022", "只能写一个"),
    ("ledger summary --unit 湖唐镇", "是否想写：湖塘镇"),
    ("ledger summary --unit 火星", "可用的单位"),
    ("ledger search --kind 消息", "可用的类别：工作动态、舆情"),
    ("ledger search --reason TOO_SHRT", "TOO_SHORT"),
    ("ledger search --limit 0", "不能小于 1"),
    ("ledger history 第一篇", "应为整数"),
    ("decide 1 --day 2999-01-01 --why x", "还没有到"),
    ("decide 1 --day 2022-02-30 --why x", "没有这一天"),
    ("decide 1 --day 昨天 --why x", "请写成 2022-03-05"),
    ("adoption add --title 题 --unit 湖塘镇 --outlet 新华社 --date 2999/1/1", "还没有到"),
    ("adoption set 1 --tier 9 --why x", "不对，应为：1 一类"),
    ("bonus --unit 湖塘镇 --year 20222 --points 1 --why x", "2022 至"),
    ("bonus --unit 湖塘镇 --year 2022 --points NaN --why x", "0 至 999.99"),
    ("sanction add --unit 湖塘镇 --year 2022 --reason x", "缺少 --approved-by"),
    ("export drafts --format xlsx", "--out 文件名.xlsx"),
    ("roster import 没有.xlsx", "请检查文件名"),
]


@pytest.mark.parametrize("year", ["sqlite"], indirect=True)
def test_every_wrong_word_is_answered_in_one_line_with_the_remedy(year: Year) -> None:
    for command, words in WRONG:
        told = year.run(*command.split(), code=2)
        assert words in told, (command, told)
        assert len(told.strip().splitlines()) == 1, (command, told)
