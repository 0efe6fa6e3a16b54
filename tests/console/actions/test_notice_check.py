"""核对: every unit is shown all of its own rows, and nobody else's; open objections need a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select, update

from console.actions import notice_check, notices, signed_notice
from console.application import Application, open_application
from ledger.errors import InvalidInput
from ledger.models.conversations import StatementRow
from ledger.models.decisions import NoticeCheckRow
from ledger.models.letters import OutboxRow
from ledger.queries.figures import Summary
from ledger.roster import Officer
from rulebook.conversation import Purpose
from rulebook.model import EventDate
from rulebook.periods import parse
from tests.console.office import settings_in
from tests.console.signing import signed
from tests.ledger.world import MARCH, World, article
from tests.ledgers import new_ledger
from tests.rulebook.builders import draft

Q1 = parse("2022Q1")
APRIL = datetime(2022, 4, 6, 2, 0, tzinfo=UTC)
TODAY, UNTIL = date(2022, 4, 6), date(2022, 4, 8)


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    new_ledger(tmp_path / "data" / "ledger.db")
    settings = settings_in(tmp_path)
    with open_application(settings, {}) as application:
        application.roster.enter(
            [
                Officer("湖塘镇", "钱一鸣", addresses=("qian@hutang.example",)),
                Officer("雪堰镇", "孙立", addresses=("sun@xueyan.example",)),
            ],
            "li",
            MARCH,
        )
        world = World(application.engine, settings.provisions[-1])
        world.enter()
        undated = draft("2.zip/稿.docx", title="湖塘镇举办演练", event_date=EventDate(None))
        world.enter(undated, received=MARCH + timedelta(hours=1))
        world.enter(article(3), subject="【综合】", received=MARCH + timedelta(hours=2))
        world.adopt(3, date(2022, 3, 20), 2)
        yield application


def summary(application: Application) -> Summary:
    return application.figures.summary(Q1, TODAY)


def send(application: Application) -> int:
    return notice_check.send_checks(application, summary(application), UNTIL, "li", APRIL)


def mailed(application: Application, address: str) -> str:
    with application.engine.connect() as connection:
        raw = connection.scalar(
            select(OutboxRow.raw).where(OutboxRow.recipient == address, OutboxRow.kind == "check")
        )
    message = message_from_bytes(raw or b"", policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_unit_is_shown_every_draft_with_its_verdict_points_and_clause(
    application: Application,
) -> None:
    assert send(application) == 2
    words = mailed(application, "qian@hutang.example")
    assert "4月8日（含当日）前回复" in words
    assert "《湖塘镇开展安全检查》" in words
    assert "工作动态，已收稿，1分" in words
    assert "四.1：工作动态每条1分" in words
    assert "《湖塘镇举办演练》" in words
    assert "待核" in words
    assert "中国应急管理报（二类）" in words
    assert "四.2" in words
    assert "任务：舆情" in words
    assert "在板块中排名第1" in words
    other = mailed(application, "sun@xueyan.example")
    assert "湖塘镇" not in other
    assert "共0分" in other


def test_it_is_mailed_once_for_a_day_and_again_for_another(application: Application) -> None:
    send(application)
    assert send(application) == 0
    later = notice_check.send_checks(
        application, summary(application), UNTIL + timedelta(days=3), "li", APRIL
    )
    assert later == 2


def test_a_day_that_is_over_and_a_period_that_is_not_are_refused(application: Application) -> None:
    with pytest.raises(InvalidInput, match="已经过了"):
        notice_check.send_checks(application, summary(application), date(2022, 4, 5), "li", APRIL)
    with pytest.raises(InvalidInput, match="还没有结束"):
        notice_check.send_checks(application, summary(application), UNTIL, "li", MARCH)


def test_an_open_objection_is_published_with_a_reason_alone(application: Application) -> None:
    send(application)
    with application.engine.begin() as connection:
        connection.execute(
            update(NoticeCheckRow)
            .where(NoticeCheckRow.unit == "湖塘镇")
            .values(answered=APRIL, objects=True, answer_letter_id=1)
        )
        connection.execute(
            StatementRow.__table__.insert(),  # type: ignore[attr-defined]
            {
                "letter_id": 1,
                "asks": Purpose.STATEMENT,
                "words": "少了一篇",
                "received": APRIL,
                "settled_by": "",
            },
        )
    told = ["湖塘镇对核对的数据有异议（第 1 号来信），还没有处理"]
    assert notice_check.objections(application, Q1) == told
    built = notices.build_notice(application, Q1, notices.Choices(), TODAY)
    content = signed(next(one for name, one in built.files.items() if name.endswith(".docx")))
    file = signed_notice.read_signed(application, "通报.docx", content)
    with pytest.raises(signed_notice.Unacknowledged) as error:
        signed_notice.publish_signed(application, summary(application), file, "li", APRIL)
    assert error.value.sentences == told
    assert signed_notice.publish_signed(
        application, summary(application), file, "li", APRIL, "已当面说明"
    )
