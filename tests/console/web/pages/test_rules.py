"""规则 edited in the pages: looked at, entered with a reason, told to those who were told otherwise."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from console.application import Application, open_application
from console.settings.loading import load
from ledger.errors import RulesChanged
from ledger.hand_lines import HandLine
from ledger.models.decisions import JournalRow
from ledger.models.letters import OutboxRow
from ledger.states import Act, LetterKind
from ledger.verification import Rules, contradictions
from rulebook.periods import parse
from tests.console.office import NOW
from tests.console.web.conftest import SignIn


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the page's form."""
    form = re.search(r'<form method="post" action="/rules/(?:preview|enter)".*?</form>', page, re.S)
    assert form, page
    found = dict(re.findall(r'<textarea name="(\w+)"[^>]*>\n?(.*?)</textarea>', form[0], re.S))
    for tag in re.findall(r"<input[^>]*>", form[0]):
        name, value = re.search(r'name="(\w+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = value[1] if value else ""
    return {name: unescape(value) for name, value in found.items()}


def editing(browser: TestClient, **changed: tuple[str, str] | str) -> dict[str, str]:
    fields = fields_of(browser.get("/rules/edit").text) | {"why": "局务会研究"}
    for name, value in changed.items():
        if isinstance(value, tuple):
            assert value[0] in fields[name], fields[name]
            fields[name] = fields[name].replace(*value)
        else:
            fields[name] = value
    return fields


def verified(path: Path) -> list[str]:
    """Open the ledger anew, as the service does, and prove it."""
    settings = load(path, {})
    with open_application(settings, {}) as application:
        assert not application.pending_rules
        in_force = application.settings
        rules = Rules(
            in_force.provisions_at, in_force.provisions_on_day, in_force.calendar.is_workday
        )
        return [
            *contradictions(application.engine, rules),
            *application.rule_versions.contradictions(settings.provisions),
            *(
                f"{notice.period.label}：{one.unit}"
                for notice in application.notices.published()
                for one in application.notices.recompute(
                    notice.id, application.rule_versions.on_day_at(notice.entry)
                )
            ),
        ]


def test_only_the_administrator_edits_and_the_others_see_the_history(sign_in: SignIn) -> None:
    browser = sign_in("editor")
    page = browser.get("/rules")
    assert "登记过的版本" in page.text
    assert "首次启用" in page.text
    assert "/rules/edit" not in page.text
    assert browser.get("/rules/edit").status_code == 403
    assert browser.post("/rules/enter", data={}).status_code == 403


def test_what_is_shown_and_sent_back_unchanged_changes_nothing(
    application: Application, sign_in: SignIn
) -> None:
    browser = sign_in("admin")
    before = application.settings.path.read_text("utf-8")
    told = browser.post("/rules/preview", data=editing(browser))
    assert told.status_code == 303
    assert "没有改动" in browser.get(told.headers["location"]).text
    assert application.settings.path.read_text("utf-8") == before


def test_a_correction_moves_points_tells_senders_and_a_notice_stays_proved_by_the_rules_of_its_day(
    application: Application, sign_in: SignIn
) -> None:
    browser = sign_in("admin")
    path = application.settings.path
    before = path.read_text("utf-8")
    summary = application.figures.summary(parse("2022Q1"), NOW.date())
    application.notices.publish(summary, {}, [], "li", NOW)
    fields = editing(browser, kinds=("工作动态 ｜ 1", "工作动态 ｜ 5"))
    shown = browser.post("/rules/preview", data=fields).text
    assert "计分·工作动态：1 → 5" in shown
    assert "更正已经生效的规定" in shown
    assert re.search(r"雪堰镇|湖塘镇|礼嘉镇", shown)
    assert "发更正回执" in shown
    assert path.read_text("utf-8") == before
    done = browser.post("/rules/enter", data=fields_of(shown))
    assert done.status_code == 303, done.text
    assert "规定已登记" in browser.get(done.headers["location"]).text
    after = path.read_text("utf-8")
    assert after == before.replace("news = 1  ", "news = 5  ")
    with Session(application.engine) as session:
        line = session.scalars(
            select(JournalRow).where(JournalRow.act == Act.RULES).order_by(JournalRow.seq.desc())
        ).first()
        assert line is not None
        assert (line.who, line.why, line.facts["correction"]) == ("admin", "局务会研究", True)
        letters = session.scalars(
            select(OutboxRow).where(OutboxRow.kind == LetterKind.CORRECTION)
        ).all()
        assert letters
    assert verified(path) == []


def test_a_looser_limit_makes_the_late_timely_and_a_process_of_the_old_rules_writes_nothing(
    application: Application, sign_in: SignIn
) -> None:
    browser = sign_in("admin")
    fields = editing(browser, kinds=("2天", "30天"))
    shown = browser.post("/rules/preview", data=fields).text
    assert re.search(r"已?逾期，0 分.*?(?:按时|及时)，1 分", shown, re.S), shown
    assert browser.post("/rules/enter", data=fields_of(shown)).status_code == 303
    # this process still follows the old rules: it says so, and changes nothing
    assert "程序正在换用" in browser.get("/rules").text
    late = browser.post(
        "/rules/enter", data=fields_of(browser.post("/rules/preview", data=fields).text)
    )
    assert late.status_code == 409
    assert "规定刚刚更改" in late.text
    summary = application.figures.summary(parse("2022Q1"), NOW.date())
    with pytest.raises(RulesChanged):
        application.notices.publish(summary, {}, [], "li", NOW, check=application.scores.check)
    with pytest.raises(RulesChanged):
        line = HandLine("湖塘镇", date(2022, 3, 7), 3, "批示", "赵局长")
        application.hand_lines.add(line, "admin", NOW)
    assert verified(application.settings.path) == []


def test_a_new_version_from_a_day_on_stands_beside_the_one_before(
    application: Application, sign_in: SignIn
) -> None:
    browser = sign_in("admin")
    fields = editing(
        browser,
        since="2023-01-01",
        source="2023年度通知",
        addressees="各镇（街道）",
        targets=("科室、大队 ｜ 工作动态 ｜ 1 ｜ 周", "科室、大队 ｜ 工作动态 ｜ 2 ｜ 周"),
        units=("科教城 ｜ 板块", "科教新城 ｜ 板块"),
        outlets=("科技日报 ｜ 一类", "科技日报 ｜ 二类"),
        clauses="第三条 ｜ LATE ｜ 逾期不计分",
    )
    shown = browser.post("/rules/preview", data=fields).text
    assert "新增 2023-01-01 起的一段：2023年度通知" in shown
    assert "单位“科教新城”：新增" in shown
    assert "以前的积分不变" in shown
    assert browser.post("/rules/enter", data=fields_of(shown)).status_code == 303
    path = application.settings.path
    old, new = load(path, {}).provisions
    assert (old.since, new.since) == (date(2022, 1, 1), date(2023, 1, 1))
    assert old.targets[0].count == 1
    assert new.targets[0].count == 2
    assert (new.addressees, new.clauses[0].clause) == ("各镇（街道）", "第三条")
    assert path.read_text("utf-8").count("# 四：计分") == 2
    assert verified(path) == []


def test_what_cannot_be_read_comes_back_as_it_was_typed(sign_in: SignIn) -> None:
    browser = sign_in("admin")
    fields = editing(browser, kinds=("工作动态 ｜ 1", "工作动态 ｜ 一分"))
    told = browser.post("/rules/preview", data=fields)
    assert told.status_code == 400
    assert "类别、分值和时限第1行" in told.text
    assert "工作动态 ｜ 一分" in told.text
    fields = editing(browser, units=("科教城 ｜ 板块", "科教城 ｜ 板快"))
    assert "units“科教城”.group 的值" in unescape(browser.post("/rules/preview", data=fields).text)


def test_a_file_that_cannot_be_written_is_offered_to_be_pasted(
    application: Application, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in("admin")
    shown = browser.post(
        "/rules/preview", data=editing(browser, kinds=("工作动态 ｜ 1", "工作动态 ｜ 5"))
    ).text

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("console.settings.rewriting.write_atomically", refuse)
    told = browser.post("/rules/enter", data=fields_of(shown))
    assert told.status_code == 409
    assert "写不进设置文件" in told.text
    assert "news = 5" in told.text
    assert application.rule_versions.newest() == application.newest_rules


def test_what_was_written_by_hand_is_entered_from_the_page(
    application: Application, sign_in: SignIn
) -> None:
    path = application.settings.path
    path.write_text(path.read_text("utf-8").replace("news = 1  ", "news = 5  "), "utf-8")
    browser = sign_in("admin")
    shown = browser.post("/rules/preview", data={"base": "file", "why": "手工改的"}).text
    assert "计分·工作动态：1 → 5" in shown
    path.write_text(path.read_text("utf-8").replace("news = 5  ", "news = 6  "), "utf-8")
    late = browser.post("/rules/enter", data=fields_of(shown))
    assert late.status_code == 409
    assert "刚刚被改过" in late.text
    assert browser.post("/rules/enter", data=fields_of(late.text)).status_code == 303
    assert verified(path) == []
