"""The daily letter tells what is no submission, who was not answered, and what lay among the junk."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.actions.digest_facts import facts_of_day
from console.actions.rounds import run_round
from console.application import open_application
from console.settings.loading import load
from notifier.letters.digest import DigestFacts, counted, headline
from tests.console.office import OfficeRoom, letter
from tests.console.test_conversation import said

STRANGER = "过客 <passer@else.example>"


def _into(folder: Path, name: str, raw: bytes, received: datetime) -> None:
    for part in ("new", "cur", "tmp"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "new" / name).write_bytes(raw)
    os.utime(folder / "new" / name, (received.timestamp(), received.timestamp()))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[DigestFacts, list[str]]:
    """The digest after one round, and the subjects of all that was answered."""
    office = OfficeRoom(tmp_path_factory.mktemp("digest"))
    text = office.config.read_text(encoding="utf-8")
    office.config.write_text(
        text.replace("not_older_than_days = 0", "not_older_than_days = 3"), encoding="utf-8"
    )
    office.roster()
    now = datetime.now(UTC)
    just = now - timedelta(minutes=5)
    junk = office.folder / "in" / ".Junk"
    _into(junk, "1.office", letter(1), just)
    _into(junk, "2.office", letter(2, sender=STRANGER), just)
    office.receive(letter(3), "3.office", now - timedelta(days=10))
    office.receive(
        said(4, "请各镇报送资料", "请各镇于周五前报送统计表。", sender="某局 <x@bureau.example>"),
        "4.office",
        just,
    )
    office.receive(said(5, "举报", "有人受伤了，请马上来。", sender=STRANGER), "5.office", just)
    words = "《湖塘镇开展危化品企业专项检查3》事件日期应为3月5日，请核实。"
    office.receive(said(6, "更正日期", words), "6.office", just)
    office.receive(said(7, "谢谢", "收到，谢谢！"), "7.office", just)
    with open_application(load(office.config, office.environment), {}) as application:
        run_round(application)
        facts = facts_of_day(application, datetime.now(UTC))
    answered = [str(row["subject"]) for row in office.export("letters") if row["answered"]]
    return facts, answered


def test_a_strangers_letter_in_any_folder_for_junk_is_counted_and_not_answered(
    told: tuple[DigestFacts, list[str]],
) -> None:
    facts, answered = told
    assert facts.strangers_junk == 1
    assert "1封名单外的来信" in counted(facts)
    assert not [
        one for one in (*facts.others, *facts.unanswered) if "工作动态】湖塘镇2" in one.title
    ]
    assert sorted(answered) == ["【工作动态】湖塘镇1", "更正日期"]


def test_an_officers_letter_there_is_answered_and_told_where_it_lay(
    told: tuple[DigestFacts, list[str]],
) -> None:
    (one,) = told[0].from_junk
    assert one.title == "【工作动态】湖塘镇1"
    assert one.unit == "湖塘镇 钱一鸣"
    assert "“Junk”" in one.note


def test_what_came_too_long_ago_is_entered_and_listed(
    told: tuple[DigestFacts, list[str]],
) -> None:
    (one,) = told[0].unanswered
    assert one.title == "【工作动态】湖塘镇3"
    assert "超过3天" in one.note


def test_other_letters_are_listed_urgent_ones_first_and_count_as_no_submissions(
    told: tuple[DigestFacts, list[str]],
) -> None:
    facts, _ = told
    assert [one.title for one in facts.others] == ["举报", "请各镇报送资料"]
    assert facts.others[0].note.startswith("急")
    assert facts.refused == ()
    assert {one.unit for one in facts.came} <= {"湖塘镇"}
    assert "其他来信2封" in headline(facts)


def test_what_an_officer_says_stands_with_the_draft_and_the_words(
    told: tuple[DigestFacts, list[str]],
) -> None:
    (one,) = told[0].statements
    assert one.title.startswith("湖塘镇开展危化品企业专项检查3")
    assert "事件日期应为3月5日" in one.note
    assert one.unit == "湖塘镇 钱一鸣"
