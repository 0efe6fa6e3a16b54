"""Figures from the ledger: the same as from every draft one by one; frozen notices stay as they were."""

from __future__ import annotations

import random
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.orm import Session

from ledger.adoptions import AlreadyRecorded
from ledger.annual_bonus import AnnualBonuses, Sanction
from ledger.commissions import Answer, Commission
from ledger.errors import NotFound
from ledger.ids import DraftId, LetterId
from ledger.models.decisions import NoticeRow, ScoreRow, StandingRow
from ledger.notices import Notices, differences
from ledger.queries.figures import Figures
from ledger.score_lines import scored_of
from ledger.storage.vault import Vault
from ledger.verification import Rules, contradictions
from rulebook.default_rules import ARTICLE, NEWS, OPINION, TOWNS
from rulebook.periods import parse
from rulebook.points import lines_of
from rulebook.ranking import table
from rulebook.rulings import Ruling
from tests.ledger.world import MARCH, RULES, World, article
from tests.rulebook.builders import draft

Q1, Q2, YEAR = parse("2022Q1"), parse("2022Q2"), parse("2022")
TODAY = date(2022, 6, 30)


@pytest.fixture
def world(engine: Engine) -> World:
    world = World(engine)
    for number in range(4):
        world.enter(received=MARCH + timedelta(hours=number))
    world.enter(unit="高新区", received=MARCH)
    world.enter(article(6), subject="【综合】")  # draft 6
    world.enter(article(7), subject="【综合】")  # draft 7
    world.enter(unit=None)
    world.adopt(6, date(2022, 3, 20), 2)
    world.adopt(7, date(2022, 4, 9), 1)
    return world


def row(world: World, period=Q1, unit: str = "湖塘镇"):  # type: ignore[no-untyped-def]
    found = dict(world.figures.summary(period, TODAY).tables)
    return next(one for one in found[TOWNS] if one.unit == unit)


def test_a_quarter_adds_up_adoptions_of_later_quarters_left_to_them(world: World) -> None:
    first, second = row(world, Q1), row(world, Q2)
    assert (first.counts[0], first.counts[1], first.adopted, first.points) == (
        4,
        1,
        (0, 1, 0, 0, 0),
        18,
    )
    assert (second.adopted, second.correction, second.points) == ((1, 0, 0, 0, 0), -2, 13)
    assert row(world, YEAR).points == 31
    assert row(world, Q1, "高新区").points == 1


def test_reading_in_groups_is_reading_one_by_one(world: World, engine: Engine) -> None:
    with Session(engine) as session:
        apart = [scored_of(one) for one in session.scalars(select(StandingRow))]
    facts = world.figures.facts.of_period(YEAR)
    lines = lines_of(apart, facts.adoptions, lambda _day: RULES)
    for group, rows in world.figures.summary(YEAR, TODAY).tables:
        assert table(group, lines, YEAR, lambda _day: RULES) == rows


def test_the_scores_table_sums_to_the_points(world: World, engine: Engine) -> None:
    def sums() -> dict[str, int]:
        with engine.connect() as connection:
            query = select(ScoreRow.unit, func.sum(ScoreRow.points)).group_by(ScoreRow.unit)
            return {unit: int(points) for unit, points in connection.execute(query)}

    before = sums()
    assert (before["湖塘镇"], before["高新区"]) == (31, 1)
    with Session(engine) as session, session.begin():
        assert world.scores.rebuild(session) == 8
    assert sums() == before


@pytest.mark.parametrize("seed", range(3))
def test_scores_and_figures_agree_whatever_people_decide_under_a_weekly_cap(
    engine: Engine, seed: int
) -> None:
    rules = replace(RULES, points=replace(RULES.points, weekly_cap=3))
    world, chance = World(engine, rules), random.Random(seed)
    for number in range(1, 13):
        received = MARCH + timedelta(days=chance.choice([0, 1, 6, 23, 24]))
        one = [article(number)] if number % 3 == 0 else []
        world.enter(*one, unit=chance.choice(["湖塘镇", "高新区", None]), received=received)
    for _ in range(14):
        number = chance.randint(1, 12)
        ruling = chance.choice(
            [
                Ruling(voided=True, approved_by="王局"), Ruling(voided=False), Ruling(unit="高新区"),
                Ruling(unit="湖塘镇", kind=ARTICLE, accepted=True), Ruling(accepted=False),
            ]
        )  # fmt: skip
        world.decisions.rule(DraftId(number), ruling, "li", "x", MARCH)
        if chance.random() < 0.5:
            with suppress(AlreadyRecorded):
                world.adopt(number, date(2022, 4, chance.randint(1, 28)), chance.randint(1, 5))
    for period in (Q1, Q2, YEAR, parse("2022-03"), parse("2022-W13")):
        with engine.connect() as connection:
            query = (
                select(ScoreRow.unit, func.sum(ScoreRow.points))
                .where(ScoreRow.day.between(period.first, period.last))
                .group_by(ScoreRow.unit)
            )
            sums = {unit: int(points) for unit, points in connection.execute(query)}
        for unit in ("湖塘镇", "高新区"):
            assert sums.get(unit, 0) == row(world, period, unit).points
            proof = world.figures.proof(unit, period)
            assert sum(line.points for line in proof) == row(world, period, unit).points
    written = _scores(engine)
    with Session(engine) as session, session.begin():
        world.scores.rebuild(session)
    assert _scores(engine) == written


def _scores(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        query = select(ScoreRow.day, ScoreRow.unit, ScoreRow.points, ScoreRow.why)
        return sorted(tuple(row) for row in connection.execute(query))


def test_the_proof_of_a_row_names_each_draft(world: World) -> None:
    lines = world.figures.proof("湖塘镇", Q1)
    assert sum(line.points for line in lines) == row(world, Q1).points
    assert {line.draft for line in lines if line.points == 1} == {1, 2, 3, 4}


def test_a_withdrawn_adoption_gives_the_submission_its_points_back(world: World) -> None:
    world.adoptions.change(1, "li", "登错了", MARCH, withdrawn=True)
    assert row(world, Q1).points == 4 + 2 + 2
    world.adoptions.change(1, "li", "没登错", MARCH, withdrawn=False)
    assert row(world, Q1).points == 18


def test_an_adoption_waits_for_its_tier(world: World) -> None:
    number = world.adopt(None, date(2022, 3, 21), None, "高新区")
    assert row(world, Q1, "高新区").points == 1
    assert [one.id for one in world.adoptions.listing(untiered=True)] == [number]
    world.adoptions.change(number, "li", "定为四类", MARCH, tier=4)
    assert row(world, Q1, "高新区").points == 7
    assert world.adoptions.listing(untiered=True) == []


def test_the_same_adoption_is_not_recorded_twice(world: World) -> None:
    with pytest.raises(AlreadyRecorded):
        world.adopt(6, date(2022, 3, 20))
    with pytest.raises(NotFound):
        world.adopt(999, date(2022, 3, 20))


def test_candidates_are_the_units_own_drafts_of_before(world: World) -> None:
    found = world.adoptions.candidates("湖塘镇", "厂中厂治理的实践与思考之6", date(2022, 3, 20))
    assert [one.draft for one in found.candidates[:2]] == [6, 7]
    none = world.adoptions.candidates("高新区", "厂中厂治理的实践与思考之6", date(2022, 3, 20))
    assert 6 not in {one.draft for one in none.candidates}


def test_commissions_tell_who_answered_in_time(world: World) -> None:
    asked = Commission("冬季防火", ("湖塘镇", "高新区"), date(2022, 3, 1), date(2022, 3, 31))
    number = world.commissions.add(asked, "li", MARCH)
    world.decisions.rule(DraftId(1), Ruling(commission=number), "li", "", MARCH)
    during = {one.unit: one.answer for one in world.commissions.answers(number, date(2022, 3, 31))}
    after = {one.unit: one.answer for one in world.commissions.answers(number, date(2022, 4, 1))}
    assert during == {"湖塘镇": Answer.FULFILLED, "高新区": Answer.OPEN}
    assert after["高新区"] is Answer.MISSING
    assert [one.id for one in world.commissions.waiting(date(2022, 3, 5))] == [number]
    world.commissions.close(number, "li", "", MARCH)
    assert world.commissions.waiting(date(2022, 3, 5)) == ()


def test_who_is_behind_is_told_from_the_ledger(world: World) -> None:
    behind = {(one.unit, one.kind): one.missing for one in world.figures.behind(date(2022, 3, 9))}
    assert behind[("湖塘镇", OPINION)] == 3
    assert ("湖塘镇", NEWS) not in behind
    assert behind[("高新北区", NEWS)] == 1


def test_a_published_notice_is_frozen_and_later_changes_show_as_differences(
    world: World, engine: Engine, tmp_path: Path
) -> None:
    notices = Notices(engine, Vault(tmp_path / "vault"))
    summary = world.figures.summary(Q1, TODAY)
    assert notices.publish(summary, {"通报.docx": b"docx"}, [], "li", MARCH) == 1
    world.decisions.rule(
        DraftId(1), Ruling(voided=True, approved_by="王局"), "li", "弄虚作假", MARCH
    )
    (published,) = notices.published(Q1)
    assert published.tables == summary.tables
    assert notices.recompute(published.id, lambda _day: RULES) == []
    found = differences(published.tables, world.figures.summary(Q1, TODAY).tables)
    assert [(one.unit, one.published, one.now) for one in found] == [("湖塘镇", 18, 17)]
    assert notices.publish(world.figures.summary(Q1, TODAY), {}, [], "li", MARCH) == 2


def test_a_change_is_told_in_the_next_notice_whichever_that_is_and_only_once(
    world: World, engine: Engine, tmp_path: Path
) -> None:
    notices = Notices(engine, Vault(tmp_path / "vault"))
    q3, q4 = parse("2022Q3"), parse("2022Q4")

    def now(period):
        return world.figures.summary(period, TODAY).tables

    def told(period):
        found = notices.later(period, now)
        return found, [(one.period.name, one.unit, one.told, one.now) for one in found]

    def publish(period) -> None:  # type: ignore[no-untyped-def]
        notices.publish(world.figures.summary(period, TODAY), {}, [], "li", MARCH, told(period)[0])

    publish(Q1)
    world.decisions.rule(
        DraftId(1), Ruling(voided=True, approved_by="王局"), "li", "弄虚作假", MARCH
    )
    assert told(Q2)[1] == [("2022Q1", "湖塘镇", 18, 17)]
    publish(Q2)
    assert told(q3)[1] == []
    world.decisions.rule(
        DraftId(2), Ruling(voided=True, approved_by="王局"), "li", "弄虚作假", MARCH
    )
    assert told(q3)[1] == [("2022Q1", "湖塘镇", 17, 16)]
    publish(q3)
    world.decisions.rule(DraftId(2), Ruling(voided=False), "li", "查无此事", MARCH)
    assert told(q4)[1] == [("2022Q1", "湖塘镇", 16, 17)]
    assert [one[0] for one in told(YEAR)[1]] == ["2022Q1"]
    assert told(Q2)[1] == [("2022Q1", "湖塘镇", 16, 17)]


TAMPERED = [
    ("UPDATE standings SET unit = '高新区' WHERE draft_id = 1", "第 1 号稿件现在的单位"),
    ("UPDATE standings SET timely = 'late' WHERE draft_id = 2", "第 2 号稿件现在的时效"),
    ("UPDATE standings SET day = '2022-02-25' WHERE draft_id = 3", "第 3 号稿件现在的收稿日"),
    ("UPDATE drafts SET kind = '综合性原创文章' WHERE id = 1", "第 1 号稿件收稿时的类别"),
    ("UPDATE letters SET received = '2022-03-01 01:00:00' WHERE id = 1", "收稿时间"),
    ("UPDATE adoptions SET tier = 1 WHERE id = 1", "第 1 号录用的类别"),
    ("UPDATE adoptions SET day = '2022-03-01' WHERE id = 1", "第 1 号录用的日期"),
    ("DELETE FROM scores WHERE draft_id = 1", "scores"),
    ("UPDATE scores SET points = 9 WHERE draft_id = 1", "scores"),
    ("UPDATE bonuses SET points = 99", "湖塘镇2022年度的附加分"),
    ("DELETE FROM sanctions", "第 1 号处理记录不见了"),
    ("UPDATE commissions SET due = '2023-01-01'", "第 1 号约稿的截止日期"),
    ("UPDATE notices SET period = '2022Q2'", "通报（第1版）的时段"),
    ("DELETE FROM notices", "通报的记录不见了"),
    ("DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)", "日志末尾缺少记录"),
]


def test_a_row_changed_behind_the_programs_back_is_named(
    world: World, engine: Engine, tmp_path: Path
) -> None:
    rules = Rules(lambda _moment: RULES, lambda _day: RULES, lambda day: day.weekday() < 5)
    world.decisions.rule(DraftId(4), Ruling(kind=OPINION), "li", "是舆情", MARCH)
    world.decisions.claim(LetterId(8), "高新区", "li", "认领", MARCH)
    world.adoptions.change(2, "li", "改定", MARCH, tier=3)
    world.commissions.add(Commission("厂中厂", ("湖塘镇",), TODAY, TODAY), "li", MARCH)
    merits = AnnualBonuses(engine, lambda _day: RULES)
    merits.set_bonus("湖塘镇", 2022, Decimal(3), "li", "表现好", MARCH)
    merits.sanction(Sanction("湖塘镇", 2022, "弄虚作假", "王", MARCH.date()), "li", MARCH)
    notices = Notices(engine, Vault(tmp_path / "vault"))
    notices.publish(world.figures.summary(Q1, TODAY), {}, [], "li", MARCH)
    assert list(contradictions(engine, rules)) == []
    for statement, words in TAMPERED:
        with engine.connect() as connection:
            connection.execute(text(statement))
            told = list(contradictions(_Within(connection), rules))  # type: ignore[arg-type]
            connection.rollback()
        assert any(words in sentence for sentence in told), (statement, told)
    assert list(contradictions(engine, rules)) == []


class _Within:
    """Stands for an engine whose only connection has not committed yet."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def execution_options(self, **_options: object) -> Connection:
        return self.connection


def test_a_tampered_notice_no_longer_agrees_with_its_facts(
    world: World, engine: Engine, tmp_path: Path
) -> None:
    notices = Notices(engine, Vault(tmp_path / "vault"))
    notices.publish(world.figures.summary(Q1, TODAY), {}, [], "li", MARCH)
    with Session(engine) as session, session.begin():
        notice = session.scalars(select(NoticeRow)).one()
        figures = deepcopy(notice.figures)
        figures["tables"][0]["rows"][0]["points"] = 99
        notice.figures = figures
    (published,) = notices.published()
    assert [one.published for one in notices.recompute(published.id, lambda _day: RULES)] == [99]


def test_last_years_quarter_stays_under_new_provisions(world: World, engine: Engine) -> None:
    new = replace(RULES, since=date(2023, 1, 1), points=replace(RULES.points, news=9))
    later = World(engine)
    later.figures = Figures(
        engine,
        lambda day: new if day >= new.since else RULES,
        lambda day: day.weekday() < 5,
    )
    assert row(later, Q1) == row(world, Q1)


def test_raw_counts_tell_what_was_reported_late_held_and_refused(world: World) -> None:
    world.enter(draft("99.zip/迟.docx"), received=MARCH + timedelta(days=5))
    raw = next(one for one in world.figures.summary(Q1, TODAY).raw if one.unit == "湖塘镇")
    assert (raw.reported[NEWS], raw.reported[ARTICLE], raw.late) == (5, 2, 1)


def test_the_views_show_drafts_as_they_stand_and_as_first_judged(
    world: World, engine: Engine
) -> None:
    world.decisions.rule(DraftId(1), Ruling(kind=OPINION), "li", "", MARCH)
    with engine.connect() as connection:
        query = text("SELECT kind, first_kind, message_id FROM v_drafts WHERE draft = 1")
        assert tuple(connection.execute(query).one()) == ("舆情", "工作动态", "<1@town.example>")
        (printed,) = connection.execute(
            text("SELECT outlet FROM v_adoptions WHERE draft = 6")
        ).one()
        assert printed == "中国应急管理报"
