"""What is nobody's fault costs a letter no try; what its own bytes do does, until it is set aside."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from ingest.examination_types import ExaminationResult
from ingest.in_flight import BATCH_SIZE, IN_FLIGHT
from ingest.intake import Intake
from ingest.mailboxes.maildir import MaildirMailbox
from ingest.round_types import KEPT, Entered, Round
from ingest.sandbox.hand_over import NotNow
from ingest.sandbox.pool import PoolBroken, PoolClosed
from ingest.virus_scan import ScannerAway
from ledger.ids import LetterId
from ledger.letter_types import Pending
from ledger.states import LetterState
from ledger.storage.vault import OriginalDamaged, VaultError
from rulebook.conversation import Purpose
from rulebook.model import Authentication
from rulebook.provisions import DayUnit, Timeliness
from rulebook.reasons import Remark
from tests.ingest.test_intake import NOW, NobodyExamines, found, make_intake, seen
from tests.rulebook.builders import provisions


@pytest.fixture
def intake(engine: Engine, tmp_path: Path) -> Intake:
    return make_intake(engine, tmp_path)


def examined(subject: str) -> Future[ExaminationResult]:
    future: Future[ExaminationResult] = Future()
    future.set_result(found(subject))
    return future


def failed(error: BaseException) -> Future[ExaminationResult]:
    future: Future[ExaminationResult] = Future()
    future.set_exception(error)
    return future


def waiting(intake: Intake, subject: str = "one") -> Pending:
    (pending,) = intake.letters.collect([seen(subject)], NOW)
    return pending


def tries(intake: Intake) -> list[int]:
    return [one.tries for one in intake.letters.backlog()]


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("INSERT", {}, Exception("database is locked")),
        ScannerAway("杀毒程序没有应答"),
        NotNow("本机暂时开不出解析进程"),
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EROFS, "Read-only file system"),
    ],
)
def test_what_is_this_machines_fault_leaves_the_letter_to_the_next_round(
    intake: Intake, error: Exception
) -> None:
    (entered,) = intake.enter([(waiting(intake), failed(error))])
    assert entered.waits
    assert entered.trouble == f"{entered.waits}，下一轮再处理"
    assert not entered.set_aside
    assert tries(intake) == [0]


def test_a_program_that_ends_leaves_its_letters_to_the_next_start(intake: Intake) -> None:
    (entered,) = intake.enter([(waiting(intake), failed(PoolClosed()))])
    assert (entered.waits, entered.set_aside, tries(intake)) == ("", False, [0])
    assert entered.trouble == "程序正在停止，下次启动后再处理"


def test_too_many_open_files_are_the_letters_doing_only_in_the_worker(intake: Intake) -> None:
    def full(*_args: object) -> list[object]:
        raise OSError(errno.EMFILE, "Too many open files")

    pending = waiting(intake)
    (entered,) = intake.enter([(pending, failed(OSError(errno.EMFILE, "Too many open files")))])
    assert (entered.waits, tries(intake)) == ("", [1])
    ours = replace(intake, compose=full)  # type: ignore[arg-type]
    (entered,) = ours.enter([(pending, examined("one"))])
    assert (bool(entered.waits), tries(intake)) == (True, [1])


def test_a_letter_that_trips_us_again_and_again_is_set_aside(intake: Intake) -> None:
    pending = waiting(intake)
    aside = [
        intake.enter([(pending, failed(RuntimeError("a bug of ours")))])[0].set_aside
        for _ in range(intake.max_tries)
    ]
    assert aside == [False, False, True]
    assert intake.letters.census() == {LetterState.SET_ASIDE: 1}


@pytest.mark.parametrize("error", [OriginalDamaged("x"), FileNotFoundError("x")])
def test_an_original_that_is_damaged_or_gone_is_fetched_again(
    intake: Intake, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    kind = type(intake.collecting.sightings)
    monkeypatch.setattr(kind, "fetch_again", lambda _self, digests: asked.extend(digests))
    pending = waiting(intake)
    intake.enter([(pending, failed(error))])
    assert (asked, tries(intake)) == ([pending.digest], [1])
    intake.enter([(pending, failed(ValueError("x")))])
    assert asked == [pending.digest]


def test_of_letters_entered_in_order_none_overtakes_one_that_waits(intake: Intake) -> None:
    letters = [
        (waiting(intake, "one"), examined("one")),
        (waiting(intake, "two"), failed(NotNow("稍后"))),
        (waiting(intake, "three"), examined("three")),
    ]
    assert [one.waits for one in intake.enter(letters, in_order=True)] == ["", "稍后"]
    assert [one.tries for one in intake.letters.backlog()] == [0, 0]
    assert len(intake.enter(letters[2:], in_order=False)) == 1


class Again(NobodyExamines):
    """Examines a letter again, with what was prepared."""

    def __init__(self, *answers: Future[ExaminationResult]) -> None:
        self.answers = list(answers)

    def submit(
        self,
        letter: Path,
        received: datetime,
        head_only: bool,
        *,
        recognise: bool = True,
        fresh: bool = False,
    ) -> Future[ExaminationResult]:
        assert (head_only, recognise) == (False, True)
        return self.answers.pop(0)


@pytest.mark.parametrize("dies", [False, True])
def test_who_was_with_a_dying_worker_is_examined_once_more_alone(
    intake: Intake, dies: bool
) -> None:
    raw = b"From: a@b.example\n\n"
    digest = hashlib.sha256(raw).hexdigest()
    intake.vault.put(raw, digest)
    (pending,) = intake.letters.collect([replace(seen("one"), digest=digest)], NOW)
    again = failed(PoolBroken()) if dies else examined("one")
    asking = replace(intake, workers=Again(again))
    (entered,) = asking.enter([(pending, failed(PoolBroken()))])
    if dies:
        assert entered.trouble == "WorkerLost: the worker died over this letter"
        assert tries(intake) == [1]
    else:
        assert (entered.trouble, tries(intake)) == ("", [])


def test_a_vault_that_is_away_ends_a_round_and_is_told(intake: Intake, tmp_path: Path) -> None:
    class Away(MaildirMailbox):
        def list_new(self, *_args: object) -> Iterator[object]:  # type: ignore[override]
            raise VaultError("")

    told = intake.run_round(Away(tmp_path)).transient_error  # type: ignore[arg-type]
    assert told == "VaultError"


@pytest.mark.parametrize(
    ("minutes", "remarked"), [(60, False), (-60, False), (61, True), (-61, True)]
)
def test_a_clock_that_disagrees_by_more_than_the_tolerance_is_remarked(
    intake: Intake, minutes: int, remarked: bool
) -> None:
    one = replace(found("one"), sent=NOW + timedelta(minutes=minutes))
    submission, _ = intake.consider(one, NOW)
    assert (Remark.CLOCK_DISAGREES in submission.remarks) is remarked


def constant(value: Any) -> Callable[[object], Any]:
    return lambda _moment: value


def test_holidays_that_nobody_knows_are_remarked_where_workdays_count(intake: Intake) -> None:
    for unit, known, remarked in (
        (DayUnit.WORKDAYS, False, True),
        (DayUnit.WORKDAYS, True, False),
        (DayUnit.CALENDAR, False, False),
    ):
        rules = provisions(timeliness=Timeliness(unit=unit))
        asking = replace(intake, provisions_at=constant(rules), holidays_known=constant(known))
        submission, _ = asking.consider(found("one"), NOW)
        assert (Remark.HOLIDAYS_UNKNOWN in submission.remarks) is remarked


class Slow(NobodyExamines):
    """Examines when it is waited for, so that letters queue up."""

    def __init__(self) -> None:
        self.futures: list[Future[ExaminationResult]] = []
        self.most = 0

    def submit(
        self,
        letter: Path,
        received: datetime,
        head_only: bool,
        *,
        recognise: bool = True,
        fresh: bool = False,
    ) -> Future[ExaminationResult]:
        future: Future[ExaminationResult] = Future()
        self.futures.append(future)
        self.most = max(self.most, sum(not one.done() for one in self.futures))
        if len(self.futures) > IN_FLIGHT:
            self.tend()
        return future

    def tend(self) -> None:
        for number, future in enumerate(self.futures):
            if not future.done():
                future.set_result(found(f"letter {number}"))


class Ready(NobodyExamines):
    """Has examined every letter by the time it is asked."""

    def __init__(self) -> None:
        self.fresh: list[bool] = []

    def submit(
        self,
        letter: Path,
        received: datetime,
        head_only: bool,
        *,
        recognise: bool = True,
        fresh: bool = False,
    ) -> Future[ExaminationResult]:
        self.fresh.append(fresh)
        return examined(letter.name)


def test_only_a_letter_that_was_fetched_just_now_is_not_compared_with_its_hash_again(
    intake: Intake, tmp_path: Path
) -> None:
    for part in ("new", "cur", "tmp"):
        (tmp_path / "in" / part).mkdir(parents=True)
    (tmp_path / "in" / "new" / "1.M1.example").write_bytes(b"From: a@b.example\n\nx")
    waiting(intake)
    workers = Ready()
    replace(intake, workers=workers).run_round(MaildirMailbox(tmp_path / "in"))
    assert workers.fresh == [False, True]


def test_what_is_examined_already_is_entered_before_more_is_fetched(
    intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.in_flight.GATHERING_SECONDS", 0.0)
    for part in ("new", "cur", "tmp"):
        (tmp_path / "in" / part).mkdir(parents=True)
    for number in range(3):
        raw = f"From: a@b.example\n\n{number}".encode()
        (tmp_path / "in" / "new" / f"{number}.M1.example").write_bytes(raw)
    steps: list[tuple[int, int]] = []
    replace(intake, workers=Ready()).run_round(
        MaildirMailbox(tmp_path / "in"), progress=lambda done, known: steps.append((done, known))
    )
    assert steps == [(1, 1), (2, 2), (3, 3)]


def again(subject: str, **changes: object) -> ExaminationResult:
    """Another text under the title and day of every draft here."""
    one = found(subject, f"改过的{subject}")
    return replace(one, submission=replace(one.submission, **changes))  # type: ignore[arg-type]


def test_a_later_version_stands_in_place_of_the_earlier_unless_nobody_could_verify_it(
    intake: Intake,
) -> None:
    intake.enter([(waiting(intake), examined("one"))])
    for ruled in (None, Purpose.RESUBMISSION):
        _, verdict = intake.consider(again("two"), NOW, ruled=ruled)
        (replaced,) = (one.replaces for one in verdict.drafts)
        assert replaced is not None
        assert replaced.draft == 1
    forged = again("two", authentication=Authentication.FAILED)
    assert [one.replaces for one in intake.consider(forged, NOW)[1].drafts] == [None]


def test_letters_wait_in_the_hands_of_workers_and_are_entered_in_their_order(
    intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = tmp_path / "in"
    for part in ("new", "cur", "tmp"):
        (box / part).mkdir(parents=True)
    many = IN_FLIGHT + 8
    for number in range(many):
        (box / "new" / f"{number:03}.M1.example").write_bytes(
            f"From: a@b.example\n\n{number}".encode()
        )
    monkeypatch.setattr("ingest.round_types.TENDED_SECONDS", 0.0)
    sizes: list[int] = []
    entering = Intake.enter

    def enter(self: Intake, letters: list[object], **more: object) -> list[Entered]:
        sizes.append(len(letters))
        return entering(self, letters, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Intake, "enter", enter)
    steps: list[tuple[int, int]] = []
    workers = Slow()
    done = replace(intake, workers=workers).run_round(
        MaildirMailbox(box), progress=lambda done, known: steps.append((done, known))
    )
    assert (done.collected, done.total, done.transient_error) == (many, many, "")
    assert workers.most == IN_FLIGHT + 1
    assert max(sizes) == BATCH_SIZE
    assert steps[-1] == (many, many)
    assert [one[0] for one in steps] == sorted({one[0] for one in steps})
    numbers = [one.letter_id for one in done.entered]
    assert numbers == sorted(numbers)


def test_a_round_keeps_the_first_and_the_first_that_need_somebody() -> None:
    done = Round()
    done.add(Entered(LetterId(number), None, None, trouble="x") for number in range(3 * KEPT))
    assert (done.total, len(done.entered)) == (3 * KEPT, 2 * KEPT)
    assert [one.letter_id for one in done.entered] == list(range(2 * KEPT))
    done.add([Entered(LetterId(999), None, None, waits="稍后")])
    done.add([Entered(LetterId(999), None, None, waits="不同")])
    assert done.transient_error == "稍后"
