"""Letters that are examined together are entered together, and still each by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from ingest.answering import AnswerPolicy
from ingest.collecting import Collecting, CollectingNotes
from ingest.examination_types import ExaminationResult
from ingest.intake import LAST_ONES, Intake
from ingest.mailboxes.maildir import MaildirMailbox
from ingest.sandbox.pool import PoolClosed
from ledger.answer_limits import was_told
from ledger.commissions import Commissions
from ledger.examinations import Examinations
from ledger.fingerprint import BANDS
from ledger.ids import LetterId
from ledger.letter_types import Pending, StoredMessage
from ledger.letters import LetterRepository
from ledger.models.letters import LetterRow
from ledger.roster import Officer, Roster
from ledger.row_values import OutgoingMessage
from ledger.score_lines import Scores
from ledger.sightings import Sightings
from ledger.states import LetterKind, LetterState
from ledger.storage.vault import Vault
from rulebook.model import Outcome, Sender, Submission, Verdict
from rulebook.reasons import Reason, Remark
from tests.rulebook.builders import draft, provisions

NOW = datetime(2022, 3, 8, 2, 0, tzinfo=UTC)
SINCE = datetime(2000, 1, 1, tzinfo=UTC)
ADDRESS = "qian@hutang.example"
RULES = provisions()


class NobodyExamines:
    """Whoever is asked again has nothing to say: what is examined here is examined already."""

    def submit(
        self,
        letter: Path,
        received: datetime,
        head_only: bool,
        *,
        recognise: bool = True,
        fresh: bool = False,
    ) -> Future[ExaminationResult]:
        raise AssertionError("nothing has to be examined again")

    def recognise(
        self, letter: Path, received: datetime, examined: ExaminationResult
    ) -> Future[ExaminationResult]:
        raise AssertionError("nothing has to be recognised")

    def warm_up(self) -> None: ...

    def tend(self) -> None: ...


@pytest.fixture
def intake(engine: Engine, tmp_path: Path) -> Intake:
    return make_intake(engine, tmp_path)


def make_intake(engine: Engine, folder: Path, examinations: Examinations | None = None) -> Intake:
    roster = Roster(engine)
    roster.enter([Officer("湖塘镇", "钱一鸣", addresses=(ADDRESS,))], "li", NOW)
    vault = Vault(folder / "vault")
    letters = LetterRepository(engine, Scores(lambda _day: RULES), examinations)
    return Intake(
        vault=vault,
        letters=letters,
        collecting=Collecting(
            vault=vault,
            letters=letters,
            sightings=Sightings(engine),
            since=lambda: SINCE,
            answer_days=0,
            letter_bytes=1_000_000,
            now=lambda: NOW,
            soon=lambda: None,
        ),
        roster=roster,
        commissions=Commissions(engine),
        workers=NobodyExamines(),
        provisions_at=lambda _moment: RULES,
        is_workday=lambda day: day.weekday() < 5,
        holidays_known=lambda _day: True,
        compose=receipt,
        now=lambda: NOW,
        max_tries=3,
        answers=AnswerPolicy(not_older_than_days=0),
    )


def receipt(
    letter: int, submission: Submission, _verdict: Verdict, _examined: ExaminationResult
) -> Sequence[OutgoingMessage]:
    if "trips" in submission.subject:
        raise RuntimeError("a bug of ours")
    return [
        OutgoingMessage(
            LetterKind.RECEIPT,
            submission.sender.address,
            (),
            "回执",
            f"<{letter}@x.example>",
            b"raw",
        )
    ]


Arrive = Callable[..., tuple[Pending, "Future[ExaminationResult]"]]


@pytest.fixture
def arrive(intake: Intake) -> Arrive:
    def one(
        subject: str, text: str = "", reviewer: str = "周正"
    ) -> tuple[Pending, Future[ExaminationResult]]:
        (pending,) = intake.letters.collect([seen(subject)], NOW)
        future: Future[ExaminationResult] = Future()
        future.set_result(found(subject, text, reviewer))
        return pending, future

    return one


def seen(subject: str, received: datetime = NOW) -> StoredMessage:
    digest = hashlib.sha256(subject.encode()).hexdigest()
    return StoredMessage("a", "INBOX", 1, subject, received, digest, 9)


def found(subject: str, text: str = "", reviewer: str = "周正") -> ExaminationResult:
    text = text or subject
    digest = hashlib.sha256(text.encode()).hexdigest()
    piece = replace(draft("稿件.zip/稿.docx"), digest=digest, file_digest=digest, reviewer=reviewer)
    sender = Sender("钱一鸣", ADDRESS)
    submission = Submission(subject, sender, NOW, ("稿件.zip",), (piece,), archives=1)
    return ExaminationResult(submission, f"<{subject}>", (), NOW, NOW, "")


def test_a_unit_is_told_once_a_month_that_no_reviewer_is_named(
    intake: Intake, arrive: Arrive, engine: Engine
) -> None:
    told: list[bool] = []

    def compose(
        letter: int, submission: Submission, verdict: Verdict, examined: ExaminationResult
    ) -> Sequence[OutgoingMessage]:
        told.append(Remark.NO_REVIEWER in verdict.remarks)
        return receipt(letter, submission, verdict, examined)

    asking = replace(intake, compose=compose)
    asking.enter([arrive("first", reviewer=""), arrive("second", reviewer="")])
    asking.enter([arrive("third", reviewer="")])
    assert told == [True, False, False]
    with engine.connect() as connection:
        kept = connection.execute(select(LetterRow.remarks)).scalars().all()
    assert all("NO_REVIEWER" in remarks for remarks in kept)
    with engine.connect() as connection:
        for since, known in ((NOW, True), (NOW + timedelta(seconds=1), False)):
            assert known is was_told(connection, "湖塘镇", Remark.NO_REVIEWER, since, LetterId(99))
        assert not was_told(connection, "雪堰镇", Remark.NO_REVIEWER, NOW, LetterId(99))


def test_of_two_equal_drafts_entered_together_the_later_is_the_twin(
    intake: Intake, arrive: Arrive
) -> None:
    entered = intake.enter([arrive("first", "同一篇"), arrive("second", "同一篇")])
    reasons = [one.verdict.reasons for one in entered if one.verdict]
    assert Reason.RESENT not in reasons[0]
    assert Reason.RESENT in reasons[1]


@pytest.mark.parametrize("large", [False, True])
def test_a_letter_is_collected_whole_whatever_its_size(
    intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    if large:
        monkeypatch.setattr("ingest.collecting.MAX_UNSYNCED_BYTES", 10)
        monkeypatch.setattr("ingest.mailboxes.maildir.CHUNK_SIZE", 7)
    box = tmp_path / "in"
    for part in ("new", "cur", "tmp"):
        (box / part).mkdir(parents=True)
    letters = {f"From: a@hutang.example\n\n{number}".encode() * number for number in range(2, 9)}
    for number, raw in enumerate(letters):
        (box / "new" / f"{number}.M1.example").write_bytes(raw)
    batches = list(intake.collecting.run(MaildirMailbox(box), lambda: False, CollectingNotes()))
    digests = [pending.digest for batch in batches for pending in batch]
    assert {intake.vault.get(digest) for digest in digests} == letters


class Closed(NobodyExamines):
    """Counts what it is asked, and examines nothing."""

    asked = 0

    def submit(
        self,
        letter: Path,
        received: datetime,
        head_only: bool,
        *,
        recognise: bool = True,
        fresh: bool = False,
    ) -> Future[ExaminationResult]:
        self.asked += 1
        future: Future[ExaminationResult] = Future()
        future.set_exception(PoolClosed("the program is about to end"))
        return future


def test_a_round_that_is_to_end_leaves_to_the_next_what_was_fetched_already(
    intake: Intake, tmp_path: Path
) -> None:
    box = tmp_path / "in"
    for part in ("new", "cur", "tmp"):
        (box / part).mkdir(parents=True)
    for number in range(7):
        (box / "new" / f"{number}.M1.example").write_bytes(
            f"From: a@b.example\n\n{number}".encode()
        )
    workers = Closed()
    asking = replace(intake, workers=workers)
    asking.run_round(MaildirMailbox(box), halted=lambda: workers.asked > 0)
    assert workers.asked == 1 + LAST_ONES
    asking.run_round(MaildirMailbox(box))
    assert workers.asked == 1 + LAST_ONES + 7


def test_a_letter_that_trips_us_costs_itself_a_try_and_those_beside_it_nothing(
    intake: Intake, arrive: Arrive
) -> None:
    entered = intake.enter([arrive("one"), arrive("this trips"), arrive("three")])
    assert [one.trouble for one in entered] == ["", "RuntimeError: a bug of ours", ""]
    census = intake.letters.census()
    assert (census[LetterState.EXAMINED], census[LetterState.COLLECTED]) == (2, 1)
    assert [(one.tries, one.id) for one in intake.letters.backlog()] == [(1, entered[1].letter_id)]


def test_a_letter_entered_before_is_left_out(intake: Intake, arrive: Arrive) -> None:
    first, second = arrive("one"), arrive("two")
    assert len(intake.enter([first])) == 1
    assert [one.letter_id for one in intake.enter([first, second])] == [second[0].id]


def test_an_answer_is_owed_for_each_of_very_many_letters_of_a_day(
    intake: Intake, arrive: Arrive
) -> None:
    entered = intake.enter([arrive(str(number)) for number in range(40)])
    assert [len(one.owed) for one in entered] == [1] * 40


def titled(
    letter: tuple[Pending, Future[ExaminationResult]],
) -> tuple[Pending, Future[ExaminationResult]]:
    """A letter whose draft has a title and a fingerprint of its own."""
    pending, future = letter
    result = future.result()
    bands = tuple(range(100 * pending.id, 100 * pending.id + BANDS))
    (piece,) = result.submission.drafts
    piece = replace(piece, title=f"第{pending.id}次检查", bands=bands)
    changed: Future[ExaminationResult] = Future()
    submission = replace(result.submission, drafts=(piece,))
    changed.set_result(replace(result, submission=submission))
    return pending, changed


def test_a_letter_costs_so_many_statements_and_each_is_worked_out_once(
    intake: Intake, arrive: Arrive, engine: Engine
) -> None:
    asked: list[tuple[str, str]] = []

    def note(_c: object, _k: object, statement: str, _v: object, context: Any, _m: object) -> None:
        asked.append((statement, context.cache_hit.name if context.compiled else "CACHE_HIT"))

    event.listen(engine, "after_cursor_execute", note)
    costs: list[int] = []
    for batch in (8, 1, 8, 1):
        letters = [titled(arrive(f"{len(costs)}.{number}")) for number in range(batch)]
        asked.clear()
        assert len(intake.enter(letters)) == batch
        costs.append(len(asked))
    event.remove(engine, "after_cursor_execute", note)
    assert {hit for _, hit in asked} == {"CACHE_HIT"}
    # what the transaction costs and what each letter with one draft does: fewer is welcome, more is not
    assert costs == [7 + 7 * 8, 7 + 7] * 2


def test_senders_are_looked_up_as_the_roster_stands(intake: Intake, arrive: Arrive) -> None:
    (entered,) = intake.enter([arrive("one")])
    assert entered.submission is not None and entered.submission.sender.unit == "湖塘镇"
    assert entered.verdict is not None and entered.verdict.outcome is not Outcome.IGNORED
