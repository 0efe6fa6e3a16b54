"""What became of an earlier notice is told once, with what caused it since it was last told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from console.actions.notices import Choices, facts_of
from console.application import Application, open_application
from ledger.ids import DraftId
from ledger.models.database import open_ledger
from notifier.notice.facts import Change
from rulebook.periods import parse
from rulebook.rulings import Ruling
from tests.console.office import settings_in
from tests.ledger.world import MARCH, World, article


def published(application: Application, name: str, at: datetime) -> list[Change]:
    """Publish a period as it stands; what its notice tells of earlier ones."""
    today = at.date()
    summary = application.figures.summary(parse(name), today)
    changes = application.notices.later(
        summary.period, lambda one: application.figures.summary(one, today).tables
    )
    told = facts_of(application, summary, Choices(), today).changes
    application.notices.publish(summary, {}, [], "li", at, changes)
    return list(told)


def test_a_change_names_what_was_done_since_it_was_last_told(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    (tmp_path / "data").mkdir()
    open_ledger(f"sqlite:///{tmp_path / 'data' / 'ledger.db'}").dispose()
    with open_application(settings, {}) as application:
        world = World(application.engine, settings.provisions[-1])
        world.enter(article(1), subject="【综合】", received=MARCH)
        world.enter(received=MARCH)
        adoption = world.adopt(1, date(2022, 3, 20), 1)
        assert published(application, "2022Q1", datetime(2022, 4, 8, tzinfo=UTC)) == []
        may = datetime(2022, 5, 1, tzinfo=UTC)
        application.adoptions.change(adoption, "li", "登记有误", may, withdrawn=True)
        (first,) = published(application, "2022Q2", datetime(2022, 7, 8, tzinfo=UTC))
        assert (first.before, first.after) == (16, 3)
        assert first.why == "5月1日撤销中国应急管理报录用《标题1》：登记有误"
        january = datetime(2023, 1, 21, tzinfo=UTC)
        application.decisions.rule(
            DraftId(2), Ruling(voided=True, approved_by="王局"), "li", "抄袭", january
        )
        told = published(application, "2023Q1", datetime(2023, 4, 5, tzinfo=UTC))
        assert [(one.before, one.after, one.why) for one in told] == [
            (3, 2, "2023年1月21日核定《湖塘镇开展安全检查》：抄袭")
        ]
        assert published(application, "2023Q2", datetime(2023, 7, 5, tzinfo=UTC)) == []
