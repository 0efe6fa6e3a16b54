"""docs/ledger.md: each view has the columns that it lists, each question is answered on both databases."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from ledger.hand_lines import HandLine, HandLines
from ledger.ids import DraftId
from ledger.queries.unit_points import points_by_day
from ledger.unit_names import write_unit_names
from rulebook.amounts import amount
from rulebook.default_rules import OPINION
from rulebook.model import EventDate
from rulebook.periods import parse
from rulebook.rulings import Ruling
from tests.ledger.world import MARCH, RULES, World, article
from tests.rulebook.builders import draft

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "ledger.md"
WORDS = DOCUMENT.read_text(encoding="utf-8")
QUESTIONS = dict(re.findall(r"### (\d+)\. .*?```sql\n(.*?)```", WORDS, re.S))
VIEWS = dict(re.findall(r"^\| `(v_\w+)` \| [^|]+ \| ([^|]+) \|$", WORDS, re.M))


@pytest.fixture
def world(engine: Engine) -> World:
    world = World(engine)
    for number in range(4):
        world.enter(received=MARCH + timedelta(hours=number))
    world.enter(unit="高新区", received=MARCH)
    world.enter(article(6), subject="【综合】")
    world.enter(article(7), subject="【综合】")
    world.enter(draft("8.zip/稿.docx", event_date=EventDate(None)))
    world.enter(received=MARCH + timedelta(days=20))  # late
    world.adopt(6, date(2022, 3, 20), 2)
    world.adopt(7, date(2022, 4, 20), 1)
    world.decisions.rule(DraftId(4), Ruling(kind=OPINION), "li", "是舆情", MARCH)
    HandLines(engine, world.scores).add(
        HandLine("高新区", date(2022, 3, 8), -1, "错情", "王主任"), "li", MARCH
    )
    HandLines(engine, world.scores).add(
        HandLine("高新区", date(2022, 3, 8), 1, "批示", "王主任"), "li", MARCH
    )
    with engine.begin() as connection:  # a unit that was struck out of the provisions later
        connection.execute(text("UPDATE hand_lines SET unit = '某某科' WHERE points = 1"))
        connection.execute(
            text("UPDATE scores SET unit = '某某科' WHERE hand_line_id IS NOT NULL AND points = 1")
        )
    assert write_unit_names(engine, [RULES], lambda _day: RULES)
    return world


def ask(engine: Engine, question: str) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(question)).mappings()]


def test_every_view_has_the_columns_that_the_document_lists(engine: Engine) -> None:
    found = inspect(engine)
    assert set(found.get_view_names()) - {"drafts_fts_content", "letters_fts_content"} == set(VIEWS)
    for view, listed in VIEWS.items():
        columns = [column["name"] for column in found.get_columns(view)]
        assert columns == [name.strip() for name in listed.split(",")], view


def test_all_ten_questions_are_answered(engine: Engine, world: World) -> None:
    assert len(QUESTIONS) == 10
    answers = {int(number): ask(engine, question) for number, question in QUESTIONS.items()}
    assert [number for number, rows in answers.items() if not rows] == []
    table = {row["unit"]: row for row in answers[1]}
    assert (table["湖塘镇"]["place"], table["高新区"]["points"]) == (1, 0)
    assert [row["quarter"] for row in answers[2]] == ["2022Q1", "2022Q2"]
    assert sum(row["points"] for row in answers[3]) == table["湖塘镇"]["points"]
    assert {row["unit"] for row in answers[4]} == {"高新北区", "调查减灾科、火灾防治科"}
    late = {row["unit"]: row["late"] for row in answers[6]}
    assert late == {"湖塘镇": 1, "高新区": 0}
    assert [row["draft"] for row in answers[7]] == [8]
    assert "DATE_UNCERTAIN" in str(answers[7][0]["reasons"])
    assert str(answers[7][0]["received_local"]).startswith("2022-03-08 09:00:00")
    assert [row["draft"] for row in answers[8]] == [4]
    assert [(row["tier"], row["adoptions"]) for row in answers[9]] == [(1, 1), (2, 1)]
    assert [(row["who"], row["why"]) for row in answers[10]] == [("li", "是舆情")]


@pytest.mark.parametrize("quarter", ["2022Q1", "2022Q2"])
def test_the_view_of_a_quarter_is_the_programs_table(
    engine: Engine, world: World, quarter: str
) -> None:
    rows = ask(engine, f"SELECT * FROM v_points_by_quarter WHERE quarter = '{quarter}'")
    view = {
        row["unit"]: (
            (row["news"], row["articles"]),
            tuple(row[tier] for tier in ("one", "two", "three", "four", "five")),
            row["points"],
            row["by_hand"],
        )
        for row in rows
        if row["points"] or row["news"] or row["articles"]
    }
    summary = world.figures.summary(parse(quarter), date(2022, 12, 31))
    tables = {
        row.unit: (row.counts, row.adopted, row.points, row.by_hand)
        for _, several in summary.tables
        for row in several
        if row.points or any(row.counts)
    }
    assert view == tables
    assert ("未归属" in view) == (quarter == "2022Q1")


def test_fractions_of_points_are_added_exactly(engine: Engine, world: World) -> None:
    day = date(2022, 5, 9)
    for points in ("0.1", "0.2", "-0.7"):
        line = HandLine("高新区", day, amount(points), "折算", "王主任")
        HandLines(engine, world.scores).add(line, "li", MARCH + timedelta(days=90))
    question = "SELECT * FROM v_points_by_quarter WHERE quarter = '2022Q2' AND unit = '高新区'"
    (row,) = ask(engine, question)
    assert [str(row[name]).rstrip("0") for name in ("points", "by_hand")] == ["-0.4", "-0.4"]
    quarter = parse("2022Q2")
    assert points_by_day(engine, ["高新区"], quarter) == {day: Decimal("-0.4")}


def test_unit_names_are_written_once(engine: Engine, world: World) -> None:
    assert not write_unit_names(engine, [RULES], lambda _day: RULES)
    names = ask(engine, "SELECT DISTINCT name, unit FROM v_unit_names WHERE unit = '高新北区'")
    assert {row["name"] for row in names} == {"高新北区", "高新区北区", "北区"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE standings SET outcome = 'passed'",
        "UPDATE standings SET timely = 'soon'",
        "UPDATE standings SET kind = ''",
        "UPDATE adoptions SET tier = 0",
        "UPDATE adoptions SET unit = ''",
        "UPDATE drafts SET letter_id = 1, position = 1",
    ],
)
def test_what_cannot_be_is_refused_by_the_database(
    engine: Engine, world: World, statement: str
) -> None:
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(text(statement))


def test_json_is_kept_as_people_read_it(engine: Engine, world: World) -> None:
    (row,) = ask(engine, "SELECT CAST(facts AS text) AS facts FROM journal WHERE draft_id = 4")
    assert "舆情" in row["facts"]
