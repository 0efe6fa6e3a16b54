"""An objection that brings its archive again stands with the draft and in the queue, as a real mailbox shows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from console.application import open_application
from console.settings.loading import load
from ledger.queries.queue import queue_counts
from tests.console.office import RECEIVED, OfficeRoom, letter, packed, text_of
from tests.console.test_conversation import about, said, sent

REFUSED = "回复：【已退稿】Re: 【工作动态】湖塘镇1"
WORDS = "我们不认可迟报，检查是3月6日做的，原稿再发一次，请复核。"
ASKS = "谢谢提醒！重新打包了，见附件。另外二季度我们现在多少分？"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> OfficeRoom:
    """Two letters that were answered; one draft comes again with an objection, one with a question."""
    room = OfficeRoom(tmp_path_factory.mktemp("office"))
    room.roster()
    for number in (1, 2):
        room.receive(letter(number), f"{number}.office")
    room.run("poll")
    receipts = {str(one["In-Reply-To"]): str(one["Message-ID"]) for one in sent(room)}
    assert len(receipts) == 2
    first, second = receipts.values()
    for number, receipt, words in ((3, first, WORDS), (4, second, ASKS)):
        text = text_of(number - 2).replace("3月6日", "3月5日").encode("gb18030")
        raw = said(number, REFUSED, words, receipt, 稿件_zip=packed({"稿.txt": text}))
        room.receive(raw, f"{number}.office", RECEIVED + timedelta(minutes=number))
    room.receive(letter(5), "5.office", RECEIVED + timedelta(minutes=9))
    room.run("poll")
    return room


def test_what_is_said_beside_a_draft_waits_with_it_in_the_queue(office: OfficeRoom) -> None:
    rows = {row["id"]: row for row in office.export("letters")}
    assert rows[3]["purpose"] == rows[4]["purpose"] == "resubmission"
    assert "信中另有说明" in str(rows[3]["purpose_evidence"])
    with open_application(load(office.config, office.environment), {}) as application:
        stated = application.conversations.statements()
        counts = queue_counts(application.engine)
    drafts = {row["id"]: row for row in office.export("drafts")}
    assert [one.words for one in stated] == [WORDS, ASKS]
    assert [drafts[one.draft]["letter_id"] for one in stated] == [3, 4]
    assert counts.stated == len([one for one in stated if drafts[one.draft]["outcome"] == "held"])


def test_the_officer_is_told_that_it_reached_a_person(office: OfficeRoom) -> None:
    texts = {
        str(one["In-Reply-To"]): one.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        for one in sent(office)
    }
    assert about(office, 3)
    assert "说明、询问已交工作人员" in texts["<said3@hutang.example>"]
    plain = [text for answers, text in texts.items() if "said" not in answers]
    assert not any("说明、询问" in text for text in plain)


def test_the_ledger_still_proves_itself(office: OfficeRoom, tmp_path: Path) -> None:
    assert office.run("ledger", "verify").returncode == 0
