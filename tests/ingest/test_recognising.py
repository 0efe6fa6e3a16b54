"""Letters in pictures wait until all others are entered; their officers are told at once, strangers' never read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from ingest.examination_types import ExaminationResult
from ingest.intake import Intake
from ingest.mailboxes.maildir import MaildirMailbox
from ingest.recognising import RecognitionPlan
from ledger.models.letters import LetterRow, OutboxRow
from ledger.outbox import Outbox
from ledger.row_values import OutgoingMessage
from ledger.states import LetterKind, LetterState
from ledger.storage.vault import Vault, VaultError
from rulebook.conversation import Purpose
from rulebook.model import Fault, Sender, Submission
from rulebook.provisions import Provisions
from rulebook.reasons import Outcome, Reason
from tests.ingest import test_intake
from tests.ingest.test_intake import ADDRESS, NOW
from tests.rulebook.builders import draft

intake = test_intake.intake
SCAN = Fault(Reason.UNREADABLE_DRAFT, "1.jpg：是文字的照片或扫描件")


@dataclass
class Readers:
    """Workers that know a letter by its first line: what they were asked, in order."""

    asked: list[str] = field(default_factory=list)

    def submit(
        self,
        letter: Path,
        received: datetime,
        head_only: bool,
        *,
        recognise: bool = True,
        fresh: bool = False,
    ) -> Future[ExaminationResult]:
        assert not recognise
        subject = letter.read_bytes().split(b"\n")[0].decode()
        address = "who@elsewhere.example" if "stranger" in subject else ADDRESS
        in_pictures = "scan" in subject
        secret = (Fault(Reason.SECRET_MARK, "秘密"),) if "secret" in subject else ()
        pieces = () if in_pictures else (draft("稿件.zip/稿.docx", digest=subject),)
        submission = Submission(
            f"【工作动态】湖塘镇{subject}",
            Sender("钱一鸣", address),
            received,
            ("稿件.zip",),
            pieces,
            faults=((SCAN,) if in_pictures else ()) + secret,
            archives=1,
        )
        return done(
            ExaminationResult(
                submission,
                f"<{subject}@hutang.example>",
                (),
                NOW,
                NOW,
                "",
                scans=("稿件.zip/1.jpg",) if in_pictures else (),
            )
        )

    def recognise(
        self, letter: Path, received: datetime, examined: ExaminationResult
    ) -> Future[ExaminationResult]:
        self.asked.append(examined.submission.subject)
        read = draft("稿件.zip/1.jpg", digest=examined.submission.subject, scanned=True)
        return done(
            replace(
                examined,
                scans=(),
                submission=replace(examined.submission, drafts=(read,), faults=()),
            )
        )

    def warm_up(self) -> None: ...

    def tend(self) -> None: ...


def done(result: ExaminationResult) -> Future[ExaminationResult]:
    future: Future[ExaminationResult] = Future()
    future.set_result(result)
    return future


def notice(
    letter: int, submission: Submission, examined: ExaminationResult
) -> Sequence[OutgoingMessage]:
    name = f"<recognising.{letter}@x.example>"
    return [
        OutgoingMessage(
            LetterKind.RECOGNISING, submission.sender.address, (), "正在识别", name, b""
        )
    ]


@pytest.fixture
def readers() -> Readers:
    return Readers()


@pytest.fixture
def desk(intake: Intake, readers: Readers, engine: Engine) -> Intake:
    plan = RecognitionPlan(300.0, notice, Outbox(engine).enqueue_once)
    return replace(intake, workers=readers, recognition=plan)


@pytest.fixture
def box(tmp_path: Path) -> Callable[..., MaildirMailbox]:
    folder = tmp_path / "in"
    for part in ("new", "cur", "tmp"):
        (folder / part).mkdir(parents=True)

    def holding(*subjects: str) -> MaildirMailbox:
        for number, subject in enumerate(subjects):
            (folder / "new" / f"{number}.M{number}.example").write_bytes(subject.encode() + b"\n")
        return MaildirMailbox(folder)

    return holding


def owed(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(OutboxRow.kind).order_by(OutboxRow.id)))


def subjects(round_entered: Sequence[object]) -> list[str]:
    return [one.submission.subject.removeprefix("【工作动态】湖塘镇") for one in round_entered]  # type: ignore[attr-defined]


def test_plain_letters_are_entered_first_and_the_officer_is_told_before_the_verdict(
    desk: Intake, box: Callable[..., MaildirMailbox], engine: Engine, readers: Readers
) -> None:
    entered = desk.run_round(box("scan", "plain", "other")).entered
    assert sorted(subjects(entered[:2])) == ["other", "plain"]
    assert subjects(entered[2:]) == ["scan"]
    assert len(readers.asked) == 1
    assert sorted(owed(engine)) == ["receipt", "receipt", "receipt", "recognising"]
    assert owed(engine)[-1] == "receipt"
    verdict = entered[2].verdict
    assert verdict is not None
    assert verdict.outcome is Outcome.HELD
    assert Reason.SCANNED_DRAFT in verdict.drafts[0].reasons


def test_what_the_budget_leaves_waits_for_the_next_round_and_is_told_once(
    desk: Intake, box: Callable[..., MaildirMailbox], engine: Engine, readers: Readers
) -> None:
    assert desk.recognition is not None
    hasty = replace(desk, recognition=replace(desk.recognition, seconds=-1.0))
    mailbox = box("scan1", "scan2", "plain")
    first = hasty.run_round(mailbox)
    assert (subjects(first.entered), first.unread) == (["plain"], 2)
    assert readers.asked == []
    assert desk.letters.census()[LetterState.COLLECTED] == 2
    assert len(desk.run_round(mailbox).entered) == 2
    kinds = owed(engine)
    assert kinds.count("recognising") == 2
    assert kinds.count("receipt") == 3


def test_a_strangers_pictures_are_read_only_once_a_person_has_claimed_the_letter(
    desk: Intake, box: Callable[..., MaildirMailbox], engine: Engine, readers: Readers
) -> None:
    (entered,) = desk.run_round(box("stranger scan")).entered
    assert readers.asked == []
    assert owed(engine) == []
    assert entered.verdict is not None
    assert entered.verdict.purpose.purpose is Purpose.OTHER
    assert entered.verdict.outcome is Outcome.IGNORED
    with engine.begin() as connection:
        connection.execute(
            update(LetterRow)
            .where(LetterRow.id == entered.letter_id)
            .values(state=LetterState.COLLECTED, purpose_ruled=Purpose.SUBMISSION)
        )
    (claimed,) = desk.run_round(box()).entered
    assert len(readers.asked) == 1
    assert claimed.verdict is not None
    assert {Reason.UNKNOWN_SENDER, Reason.SCANNED_DRAFT} <= set(claimed.verdict.reasons)
    assert owed(engine) == ["recognising", "receipt"]


def test_a_letter_with_a_secret_mark_is_neither_read_nor_told_of(
    desk: Intake, box: Callable[..., MaildirMailbox], engine: Engine, readers: Readers
) -> None:
    (entered,) = desk.run_round(box("secret scan")).entered
    assert readers.asked == []
    assert "recognising" not in owed(engine)
    assert entered.verdict is not None
    assert Reason.SECRET_MARK in entered.verdict.reasons


def test_once_the_program_is_to_stop_no_further_letter_is_begun(
    desk: Intake, box: Callable[..., MaildirMailbox], readers: Readers
) -> None:
    asked: list[int] = []

    def halted() -> bool:
        asked.append(1)
        return bool(readers.asked)

    desk.run_round(box("scan1", "scan2"), halted=halted)
    assert len(readers.asked) == 1
    assert desk.letters.census()[LetterState.COLLECTED] == 1


def test_a_letter_that_trips_us_before_its_pictures_are_read_does_not_wait_for_them(
    desk: Intake, box: Callable[..., MaildirMailbox], readers: Readers
) -> None:
    def trips(_moment: datetime) -> Provisions:
        raise RuntimeError("a bug of ours")

    done = replace(desk, provisions_at=trips).run_round(box("scan"))
    assert [one.trouble for one in done.entered] == ["RuntimeError: a bug of ours"]
    assert readers.asked == []


def test_pictures_in_a_vault_that_is_away_wait_and_are_counted(
    desk: Intake,
    box: Callable[..., MaildirMailbox],
    readers: Readers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = Vault.path

    def away(vault: Vault, digest: str) -> Path:
        if owed(desk.letters._engine):  # examined, and their officers told
            raise VaultError("away")
        return path(vault, digest)

    monkeypatch.setattr(Vault, "path", away)
    assert desk.run_round(box("scan")).unread == 1
    assert readers.asked == []
    assert desk.letters.census()[LetterState.COLLECTED] == 1


def test_without_a_plan_nobody_waits(
    intake: Intake, box: Callable[..., MaildirMailbox], engine: Engine
) -> None:
    class Both(Readers):
        def submit(
            self,
            letter: Path,
            received: datetime,
            head_only: bool,
            *,
            recognise: bool = True,
            fresh: bool = False,
        ) -> Future[ExaminationResult]:
            assert recognise
            return super().submit(letter, received, head_only, recognise=False)

    entered = replace(intake, workers=Both()).run_round(box("scan", "plain")).entered
    assert sorted(subjects(entered)) == ["plain", "scan"]
    assert "recognising" not in owed(engine)
