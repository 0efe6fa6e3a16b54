from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from ledger.journal import history
from ledger.letter_types import Headers, Pending, StoredMessage
from ledger.letters import LetterRepository
from ledger.models.letters import DraftRow, LetterRow, OutboxRow
from ledger.outbox import Outbox
from ledger.queries import export
from ledger.row_values import OutgoingMessage
from ledger.score_lines import Scores
from ledger.sightings import Sightings
from ledger.states import DeliveryState, LetterKind, LetterState
from rulebook.default_rules import NEWS
from rulebook.model import (
    Draft,
    DraftVerdict,
    EventDate,
    Fault,
    Sender,
    Submission,
    Timely,
    Verdict,
)
from rulebook.provisions import Provisions
from rulebook.reasons import Outcome, Reason

SCORES = Scores(lambda day: Provisions(date(2022, 1, 1), "规定", date(2022, 2, 24), ()))
NOON = datetime(2022, 3, 7, 4, 0, tzinfo=UTC)
SENDER = Sender("张三", "zhang@town.example", "湖塘镇", "张三")
DRAFT = Draft(
    file="稿件.zip/稿件.docx",
    title="湖塘镇开展检查",
    text="3月6日，湖塘镇开展检查。",
    characters=10,
    event_date=EventDate(date(2022, 3, 6), "3月6日，湖塘镇开展检查。"),
    digest="d" * 64,
    file_digest="f" * 64,
)


def seen(number: int, digest: str = "", folder: str = "INBOX", validity: int = 1) -> StoredMessage:
    return StoredMessage(
        "inbox", folder, validity, str(number), NOON, digest or f"{number:064d}", 1000
    )


def judged(draft: Draft = DRAFT, outcome: Outcome = Outcome.ACCEPTED) -> DraftVerdict:
    return DraftVerdict(draft, NEWS, "主题", "湖塘镇", NOON, Timely.ON_TIME, outcome, (), 1)


def enter(
    book: LetterRepository,
    pending: Pending,
    draft: DraftVerdict,
    *owed: OutgoingMessage,
    fault: Fault | None = None,
) -> bool:
    faults = (fault,) if fault else ()
    outcome = fault.reason.outcome if fault else draft.outcome
    submission = Submission("主题", SENDER, NOON, ("稿件.zip",), (draft.draft,))
    verdict = Verdict(outcome, faults, (draft,))
    return book.enter(
        pending.id, submission, verdict, Headers("<1@town.example>", NOON), owed, NOON, NOON.date()
    )


def receipt(number: int, to: str = "zhang@town.example") -> OutgoingMessage:
    return OutgoingMessage(
        LetterKind.RECEIPT, to, (), f"回执{number}", f"<receipt.{number}@office.example>", b"raw"
    )


def known(engine: Engine, folder: str, uidvalidity: int) -> set[str]:
    return set(Sightings(engine).seen("inbox", folder, uidvalidity, NOON, NOON).stamps)


def test_a_letter_seen_in_two_places_is_one_letter(engine: Engine) -> None:
    book = LetterRepository(engine, SCORES)
    assert len(book.collect([seen(1, "a" * 64), seen(2, "a" * 64, "垃圾邮件")], NOON)) == 1
    assert known(engine, "INBOX", 1) == {"1"}
    assert known(engine, "垃圾邮件", 1) == {"2"}


def test_after_a_change_of_uidvalidity_the_old_letters_are_recognised(engine: Engine) -> None:
    book = LetterRepository(engine, SCORES)
    book.collect([seen(1), seen(2)], NOON)
    assert known(engine, "INBOX", 2) == set()
    assert book.collect([seen(1, validity=2), seen(2, validity=2)], NOON) == []
    assert len(book.backlog()) == 2


def test_collecting_again_after_a_crash_changes_nothing(engine: Engine) -> None:
    book = LetterRepository(engine, SCORES)
    first = book.collect([seen(1)], NOON)
    assert book.collect([seen(1)], NOON) == []
    assert book.backlog() == first


def test_verdict_and_receipt_are_entered_together_and_once(engine: Engine) -> None:
    book = LetterRepository(engine, SCORES)
    (pending,) = book.collect([seen(1)], NOON)
    assert enter(book, pending, judged(), receipt(1))
    assert not enter(book, pending, judged(), receipt(2))
    with Session(engine) as session:
        assert len(session.scalars(select(DraftRow)).all()) == 1
        assert len(session.scalars(select(OutboxRow)).all()) == 1
        assert session.scalars(select(LetterRow)).one().state is LetterState.EXAMINED
    assert book.backlog() == []


def test_entering_asks_no_more_of_a_fuller_ledger_and_for_no_number_that_nobody_needs(
    engine: Engine,
) -> None:
    book = LetterRepository(engine, SCORES)

    def asked(number: int) -> list[str]:
        told: list[str] = []
        note = lambda *seen: told.append(seen[2])  # noqa: E731
        (pending,) = book.collect([seen(number)], NOON)
        event.listen(engine, "before_cursor_execute", note)
        enter(book, pending, judged(), receipt(number))
        event.remove(engine, "before_cursor_execute", note)
        return told

    first = asked(1)
    assert [len(asked(number)) for number in range(2, 6)] == [len(first)] * 4
    assert [one.split()[2] for one in first if "RETURNING" in one] == ["drafts"]


def test_when_the_receipt_cannot_be_entered_the_verdict_is_not_either(engine: Engine) -> None:
    book = LetterRepository(engine, SCORES)
    first, second = book.collect([seen(1), seen(2)], NOON)
    enter(book, first, judged(), receipt(1))
    with pytest.raises(Exception, match=r"(?i)unique"):
        enter(book, second, judged(), receipt(1))
    assert [pending.id for pending in book.backlog()] == [second.id]


def test_a_letter_that_is_owed_nothing_is_settled_at_once(engine: Engine) -> None:
    book = LetterRepository(engine, SCORES)
    (pending,) = book.collect([seen(1)], NOON)
    enter(book, pending, judged())
    assert book.census() == {LetterState.SETTLED: 1}


def test_after_its_last_try_a_letter_is_set_aside_and_a_person_can_bring_it_back(
    engine: Engine,
) -> None:
    book = LetterRepository(engine, SCORES)
    (pending,) = book.collect([seen(1)], NOON)
    assert [book.record_failure(pending.id, "boom", 3) for _ in range(3)] == [False, False, True]
    assert book.backlog() == []
    assert book.census() == {LetterState.SET_ASIDE: 1}
    assert book.retry(pending.id, "li", NOON)
    assert [waiting.id for waiting in book.backlog()] == [pending.id]
    assert not book.retry(pending.id, "li", NOON)
    assert [line.entry.who for line in history(engine, letter=pending.id)] == ["li"]


def test_the_text_of_a_secret_letter_is_not_stored(engine: Engine) -> None:
    book = LetterRepository(engine, SCORES)
    (pending,) = book.collect([seen(1)], NOON)
    enter(book, pending, judged(), fault=Fault(Reason.SECRET_MARK, "秘密★1年"))
    with Session(engine) as session:
        row = session.scalars(select(DraftRow)).one()
        assert DRAFT.text not in (row.text + row.title + row.date_evidence)
    assert book.to_be_dropped() == [(pending.id, pending.digest)]
    book.dropped(pending.id)
    assert book.to_be_dropped() == []


def test_letters_to_one_address_wait_behind_the_one_that_was_postponed(engine: Engine) -> None:
    book, outbox = LetterRepository(engine, SCORES), Outbox(engine)
    letters = book.collect([seen(1), seen(2), seen(3)], NOON)
    enter(book, letters[0], judged(), receipt(1))
    enter(book, letters[1], judged(), receipt(2))
    enter(book, letters[2], judged(), receipt(3, "li@town.example"))
    outbox.postpone(outbox.due(NOON, 10)[0], NOON + timedelta(minutes=5), "451", NOON)
    assert [due.subject for due in outbox.due(NOON, 10)] == ["回执3"]
    assert len(outbox.due(NOON + timedelta(minutes=6), 10)) == 3


def test_a_letter_is_settled_when_its_receipt_is_sent(engine: Engine) -> None:
    book, outbox = LetterRepository(engine, SCORES), Outbox(engine)
    (pending,) = book.collect([seen(1)], NOON)
    enter(book, pending, judged(), receipt(1))
    outbox.sent([(outbox.due(NOON, 1)[0], "250 ok")], NOON)
    assert book.census() == {LetterState.SETTLED: 1}
    assert outbox.census() == {DeliveryState.SENT: 1}
    assert outbox.sent_since(NOON - timedelta(hours=1), NOON) == 1


def test_the_export_shows_moments_with_the_offices_offset(engine: Engine) -> None:
    book = LetterRepository(engine, SCORES)
    (pending,) = book.collect([seen(1)], NOON)
    enter(book, pending, judged())
    (letter,) = export.letters(engine, "Asia/Shanghai")
    (draft,) = export.drafts(engine, "Asia/Shanghai")
    assert letter["received"] == "2022-03-07T12:00:00+08:00"
    assert letter["message_id"] == draft["message_id"] == "<1@town.example>"
    assert (draft["kind"], draft["happened"]) == ("工作动态", "2022-03-06")
