"""The nine answers are read as people write them, and what cannot be read is told with the right form."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from console.settings.loading import load_text
from console.setup import answers as reading
from console.setup.answers import Answers, BadAnswer, DraftForm
from console.setup.drafting import drafted, shipped
from console.spreadsheets.errors import SheetError
from console.spreadsheets.office_lists import read_outlets, read_units
from rulebook.kind_entries import LimitUnit
from rulebook.kind_rules import Role
from rulebook.periods import Span
from rulebook.switches import Measure

KINDS = reading.kinds_of(
    "要情 1；工作动态 0.5分；调研文章 3 800字以上；社情民意 1.5 300-800字；约稿 2"
)
UNITS = reading.units_of(["社区：东街社区（东街居委会/东街）、西街社区", "科室：党政办"])


def answers() -> Answers:
    return Answers(
        "某某街道办事处党政办",
        "请直接回复本邮件。",
        reading.address_of("tougao@163.com"),
        DraftForm.FILES,
        reading.limited(KINDS, "24小时：要情；3个工作日：工作动态"),
        UNITS,
        reading.outlets_of(["区级 2：乙网", "市级 5：甲日报、甲电视台"]),
        reading.targets_of("社区 工作动态 每月2篇；全部 合计 每年20分", KINDS, UNITS),
        "各社区，各科室",
    )


def test_kinds_have_roles_lengths_and_fractions() -> None:
    assert [kind.role for kind in KINDS] == [
        Role.REPORT, Role.REPORT, Role.ARTICLE, Role.OPINION, Role.COMMISSION
    ]  # fmt: skip
    assert (KINDS[2].least, KINDS[3].least, KINDS[3].most) == (800, 300, 800)
    assert str(KINDS[1].points) == "0.5"


def test_a_limit_holds_for_the_kinds_it_names_else_for_what_tells_of_events() -> None:
    own = reading.limited(KINDS, "24小时：要情；3个工作日：工作动态")
    assert [(one.limit, one.limit_count) for one in own[:3]] == [
        (LimitUnit.HOURS, 24), (LimitUnit.WORKDAYS, 3), (LimitUnit.NONE, 0)
    ]  # fmt: skip
    general = reading.limited(KINDS, "2 天")
    assert [one.name for one in general if one.limit is LimitUnit.DAYS] == [
        "要情",
        "工作动态",
        "社情民意",
    ]
    assert reading.limited(KINDS, "不限") == KINDS


def test_a_target_of_all_groups_is_one_for_each() -> None:
    one, *two = reading.targets_of("社区 工作动态 每月 2 篇；全部 合计 每年20分", KINDS, UNITS)
    assert (one.group, one.kind, one.count, one.period) == ("社区", "工作动态", 2, Span.MONTH)
    assert [(it.group, it.kind, it.measure) for it in two] == [
        ("社区", "", Measure.POINTS), ("科室", "", Measure.POINTS)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("read", "written", "words"),
    [
        (reading.kinds_of, "工作动态", "每条几分"),
        (reading.kinds_of, "动态 1；动态 2", "写了两次"),
        (reading.kinds_of, "动态(报告) 1", "括号里应为"),
        (reading.kinds_of, "；", "至少写一类"),
        (reading.address_of, "tougao", "邮箱地址"),
        (reading.form_of, "随便", "打包"),
        (lambda text: reading.limited(KINDS, text), "两周", "3个工作日"),
        (lambda text: reading.limited(KINDS, text), "2天：通知", "不是第四问写的类别"),
        (lambda text: reading.targets_of(text, KINDS, UNITS), "社区 动态 2篇", "每月2篇"),
        (lambda text: reading.targets_of(text, KINDS, UNITS), "学校 要情 每月2篇", "不是单位的分组"),
        (lambda text: reading.units_of([text]), "甲（乙）、甲", "写了两次"),
        (lambda text: reading.outlets_of([text]), "甲日报", "级别 分值"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_the_right_form(read, written: str, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BadAnswer, match=words):
        read(written)


def test_known_mailboxes_need_no_servers(tmp_path: Path) -> None:
    assert reading.address_of("a@foxmail.com").imap == "imap.qq.com"
    assert reading.address_of("a@office.example").smtp == "smtp.office.example"
    assert (
        reading.address_of("a@office.example", "mail.office.example").imap == "mail.office.example"
    )


def test_the_file_that_is_written_holds_the_answers_with_comments_and_nobody_elses_rules() -> None:
    text = drafted(answers(), date(2026, 11, 29))
    rules = load_text(text, Path("config.toml"), {}).provisions[-1]
    assert [one.name for one in rules.units] == ["东街社区", "西街社区", "党政办"]
    assert rules.units[0].aliases == ("东街居委会", "东街")
    assert [(one.name, one.places) for one in rules.groups] == [("社区", True), ("科室", False)]
    assert [(tier.name, tier.points) for tier in rules.tiers] == [("市级", 5), ("区级", 2)]
    assert (rules.outlets[0].name, rules.outlets[0].tier) == ("乙网", 2)
    assert [one.period for one in rules.targets] == [Span.MONTH, Span.YEAR, Span.YEAR]
    assert rules.since == date(2026, 1, 1)
    assert rules.welcomes_bare
    for word in ("湖塘", "武进", "板块", "五.4", "四.1", "人事教育科", "wjqyjgljxx"):
        assert word not in text
    assert "# 每隔多少秒收一次" in text
    assert "# [[provisions.clauses]]" in text


def test_written_again_it_is_the_same_and_keeps_what_was_not_asked() -> None:
    text = drafted(answers(), date(2026, 11, 29))
    edited = text.replace("poll_seconds = 30", "poll_seconds = 60  # 慢一点").replace(
        'name = "东街社区"', 'name = "东街社区"  # 老街\nmembers = ["东一"]'
    )
    assert drafted(answers(), date(2027, 5, 1), edited) == edited
    nothing = Answers(*[None] * 9)
    assert drafted(nothing, date(2027, 5, 1), shipped()) == shipped()


def test_sheets_of_units_and_outlets_are_read_with_merged_cells_left_empty(tmp_path: Path) -> None:
    units, outlets = tmp_path / "单位.csv", tmp_path / "载体.csv"
    units.write_text(
        "序号,单位名称,组别,简称\n1,东街社区,社区,东街\n2,西街社区,,\n3,党政办,科室,\n", "utf-8"
    )
    assert [(one.name, one.group) for one in read_units(units)] == [
        ("东街社区", "社区"), ("西街社区", "社区"), ("党政办", "科室")
    ]  # fmt: skip
    outlets.write_text("级别,载体,分值\n市级,甲日报,5分\n,甲电视台,\n区级,乙网,2\n", "utf-8")
    assert [(one.tier, one.points) for one in read_outlets(outlets)] == [
        ("市级", 5),
        ("市级", 5),
        ("区级", 2),
    ]
    outlets.write_text("级别,载体,分值\n市级,甲日报,5\n市级,甲电视台,6\n", "utf-8")
    with pytest.raises(SheetError, match="两种"):
        read_outlets(outlets)
