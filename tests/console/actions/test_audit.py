"""The head of the journal's chain is kept outside of the ledger, a line a day."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.actions.audit import keep_anchor
from console.actions.daily_letters import owe_what_is_due
from console.application import Application, open_application
from console.settings.loading import Settings
from console.settings.sections import AuditSettings
from ledger.journal import check_anchors
from ledger.roster import Officer
from tests.console.office import settings_in

MONDAY = datetime(2022, 3, 7, 1, 0, tzinfo=UTC)  # 09:00 in the office
EVENING = datetime(2022, 3, 7, 15, 59, tzinfo=UTC)
DAY = timedelta(days=1)
LINE = re.compile(
    r"^(\d{4}-\d\d-\d\d) 台账日志 第 (\d+) 条 ([0-9a-f]{64}) \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for folder in ("in/new", "in/cur", "in/tmp"):
        (tmp_path / folder).mkdir(parents=True)
    loaded = settings_in(tmp_path)
    audit = AuditSettings(anchor=str(tmp_path / "存证.txt"))
    return replace(loaded, path=tmp_path / "config.toml", audit=audit)


@pytest.fixture
def application(settings: Settings) -> Iterator[Application]:
    with open_application(settings, {}) as application:
        enter(application, "钱一鸣")
        yield application


def enter(application: Application, name: str) -> None:
    """Anything at all that puts a line into the journal."""
    officer = Officer("湖塘镇", name, addresses=(f"{len(name)}{ord(name[0])}@hutang.example",))
    application.roster.enter([officer], "li", MONDAY)


def kept(application: Application) -> list[str]:
    return Path(application.settings.audit.anchor).read_text(encoding="utf-8").splitlines()


def test_a_day_has_one_line_and_the_next_day_its_own(application: Application) -> None:
    assert keep_anchor(application, MONDAY)
    enter(application, "孙晓")
    assert not keep_anchor(application, EVENING)
    assert keep_anchor(application, EVENING + timedelta(minutes=1))  # midnight in the office
    found = [LINE.match(line) for line in kept(application)]
    assert [one and one[1] for one in found] == ["2022-03-07", "2022-03-08"]
    assert check_anchors(application.engine, "\n".join(kept(application))) == (2, [])


def test_what_stands_in_the_file_already_stays(application: Application) -> None:
    file = Path(application.settings.audit.anchor)
    file.write_text("2022-03-06 台账日志 …\n", encoding="utf-8")
    keep_anchor(application, MONDAY)
    assert kept(application)[0] == "2022-03-06 台账日志 …"
    assert len(kept(application)) == 2


def test_a_long_file_is_not_read_from_its_beginning(application: Application) -> None:
    for number in range(200):
        keep_anchor(application, MONDAY + number * DAY)
    assert not keep_anchor(application, MONDAY + 199 * DAY)
    assert len(kept(application)) == 200


def test_without_the_setting_nothing_is_written(application: Application, tmp_path: Path) -> None:
    silent = replace(application, settings=replace(application.settings, audit=AuditSettings()))
    before = sorted(tmp_path.iterdir())
    assert not keep_anchor(silent, MONDAY)
    assert sorted(tmp_path.iterdir()) == before


def test_a_relative_name_stands_beside_config_toml(
    application: Application, tmp_path: Path
) -> None:
    settings = replace(application.settings, audit=AuditSettings(anchor="a.txt"))
    assert keep_anchor(replace(application, settings=settings), MONDAY)
    assert (tmp_path / "a.txt").exists()


def test_a_file_that_cannot_be_written_is_a_warning_and_tried_again(
    application: Application, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "U盘"
    settings = replace(application.settings, audit=AuditSettings(anchor=str(folder / "存证.txt")))
    there = replace(application, settings=settings)
    with caplog.at_level(logging.WARNING):
        assert not keep_anchor(there, MONDAY)
    assert "U盘" in caplog.text
    folder.mkdir()
    assert keep_anchor(there, MONDAY)


def test_the_days_letters_keep_it(application: Application) -> None:
    owe_what_is_due(application, MONDAY)
    assert len(kept(application)) == 1
