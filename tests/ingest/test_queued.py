"""Examining and entering as jobs: whichever worker is done first, letters are entered as they were received."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import Engine, select, text

from ingest.examination_types import ExaminationResult
from ingest.queued import QueuedIntake
from ingest.sandbox import plain_data
from ingest.sandbox.hand_over import NotNow
from ingest.sandbox.pool import PoolClosed, WorkerLost
from ledger.examinations import Examinations
from ledger.ids import LetterId
from ledger.job_queue import ENTER, EXAMINE, JobQueue, QueueState, queue_of
from ledger.models.database import open_ledger
from ledger.models.letters import DraftRow, LetterRow
from ledger.states import LetterState
from rulebook.reasons import Reason
from tests.ingest.test_intake import NOW, NobodyExamines, found, make_intake, seen


class Somebody(NobodyExamines):
    """Finds in each letter what it was told, or fails as it was told."""

    def __init__(self, will_find: dict[str, ExaminationResult | Exception]) -> None:
        self._will_find = will_find

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
        what = self._will_find[letter.name]
        if isinstance(what, Exception):
            future.set_exception(what)
        else:
            future.set_result(what)
        return future


@dataclass
class Room:
    """A ledger in PostgreSQL with its queue, and whoever works on it."""

    engine: Engine
    queue: JobQueue
    queued: QueuedIntake
    will_find: dict[str, ExaminationResult | Exception]

    def arrive(self, subject: str, what: str | Exception, after: int = 0) -> LetterId:
        letter = seen(subject, NOW + timedelta(seconds=after))
        self.will_find[letter.digest] = (
            what if isinstance(what, Exception) else found(subject, what)
        )
        (pending,) = self.queued.intake.letters.collect([letter], NOW)
        return pending.id

    def states(self) -> list[LetterState]:
        with self.engine.connect() as connection:
            return list(connection.scalars(select(LetterRow.state).order_by(LetterRow.id)))

    def jobs(self) -> list[tuple[str, str, str]]:
        """Each job's task, letter and status."""
        query = text(
            "SELECT task_name, coalesce(args->>'letter', ''), status::text"
            " FROM procrastinate_jobs ORDER BY id"
        )
        with self.engine.connect() as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(query)]

    def fetch(self, beating: bool, *queues: str) -> int | None:
        """Have a worker take a job; one whose heart does not beat is dead since an hour."""
        with self.engine.begin() as connection:
            worker = connection.scalar(text("SELECT procrastinate_register_worker_v1()"))
            if not beating:
                connection.execute(
                    text(
                        "UPDATE procrastinate_workers"
                        " SET last_heartbeat = now() - interval '1 hour' WHERE id = :worker"
                    ),
                    {"worker": worker},
                )
            number: int | None = connection.scalar(
                text("SELECT (procrastinate_fetch_job_v2(CAST(:queues AS varchar[]), :worker)).id"),
                {"queues": list(queues) or [queue_of(EXAMINE)], "worker": worker},
            )
            return number


@pytest.fixture
def room(postgresql: Callable[[], str], tmp_path: Path) -> Iterator[Room]:
    engine = open_ledger(postgresql())
    queue = JobQueue(engine)
    for _ in range(2):  # the second time there is nothing to do
        queue.prepare(SchemaManager.get_schema)
    examinations = Examinations(engine, queue, "test 1")
    will_find: dict[str, ExaminationResult | Exception] = {}
    intake = replace(
        make_intake(engine, tmp_path, examinations), workers=Somebody(will_find), max_tries=2
    )
    yield Room(engine, queue, QueuedIntake(intake, examinations), will_find)
    engine.dispose()


def test_of_two_equal_drafts_the_earlier_received_is_the_original_whoever_is_done_first(
    room: Room,
) -> None:
    later = room.arrive("later", "同一篇", after=60)
    earlier = room.arrive("earlier", "同一篇", after=0)
    room.queued.examine(later)
    assert room.queued.enter() == 0, "the earlier one is not examined yet"
    room.queued.examine(earlier)
    room.queued.examine(earlier)  # by another worker, too: nothing changes
    assert room.queued.enter() == 2
    with room.engine.connect() as connection:
        rows = connection.execute(select(DraftRow.letter_id, DraftRow.reasons))
        reasons = {row[0]: row[1] for row in rows}
        left = connection.scalar(text("SELECT count(*) FROM examinations"))
    assert Reason.RESENT.name in reasons[later]
    assert Reason.RESENT.name not in reasons[earlier]
    assert left == 0, "what was found does not stay"
    room.queued.examine(earlier)
    assert room.queued.enter() == 0


def test_a_letter_and_its_job_come_together_or_not_at_all(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = room.arrive("first", "一")
    assert room.jobs() == [(EXAMINE, str(first), "todo")]

    def trip(*_: object) -> None:
        raise RuntimeError("killed here")

    monkeypatch.setattr("ledger.letters.note_sightings", trip)
    with pytest.raises(RuntimeError):
        room.arrive("second", "二")
    assert len(room.states()) == len(room.jobs()) == 1


def test_the_next_one_in_order_has_it_entered_and_one_job_is_enough(room: Room) -> None:
    letters = [room.arrive(str(number), str(number), after=number) for number in range(3)]
    room.queued.examine(letters[1])
    assert not [job for job in room.jobs() if job[0] == ENTER]
    room.queued.examine(letters[0])
    room.queued.examinations.offer()
    assert [job for job in room.jobs() if job[0] == ENTER] == [(ENTER, "", "todo")]
    # while it runs a second one may wait, and none of them at the same time
    assert room.fetch(True, queue_of(ENTER)) is not None
    room.queued.examinations.offer()
    assert room.fetch(True, queue_of(ENTER)) is None


def test_what_a_dead_worker_had_in_its_hands_is_done_by_another(room: Room) -> None:
    letters = [room.arrive(str(number), str(number)) for number in range(2)]
    dead, living = room.fetch(False), room.fetch(True)
    assert room.queue.state() == QueueState(waiting=0, doing=2, stalled=1, workers=1, newer=0)
    room.queued.examinations.sweep(NOW)
    assert room.jobs() == [
        (EXAMINE, str(letters[0]), "todo"),
        (EXAMINE, str(letters[1]), "doing"),
    ]
    assert dead != living
    # a dead one that enters, while another job to enter waits already: one of both is enough
    for letter in letters:
        room.queued.examine(letter)
    assert room.fetch(False, queue_of(ENTER)) is not None
    room.queued.examinations.offer()
    room.queued.examinations.sweep(NOW)
    assert [job for job in room.jobs() if job[0] == ENTER] == [(ENTER, "", "todo")]
    assert room.queued.enter() == 2


def test_a_letter_that_fails_is_passed_by_tried_again_and_set_aside_at_last(room: Room) -> None:
    bad = room.arrive("bad", WorkerLost("died"))
    good = room.arrive("good", "好稿", after=1)
    room.queued.examine(bad)
    room.queued.examine(good)
    assert room.queued.enter() == 1
    room.fetch(True, queue_of(EXAMINE))
    with room.engine.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))
    room.queued.examinations.sweep(NOW + timedelta(seconds=10))
    assert room.jobs() == [], "its time has not come"
    room.queued.examinations.sweep(NOW + timedelta(minutes=1))
    assert room.jobs() == [(EXAMINE, str(bad), "todo")]
    room.queued.examinations.sweep(NOW + timedelta(minutes=1))
    assert len(room.jobs()) == 1
    room.queued.examine(bad)
    assert room.states() == [LetterState.SET_ASIDE, LetterState.EXAMINED]
    assert room.queued.intake.letters.retry(bad, "li", NOW)
    room.will_find[seen("bad").digest] = found("bad", "修好了")
    room.queued.examinations.sweep(NOW + timedelta(minutes=5))
    room.queued.examine(bad)
    assert room.queued.enter() == 1


def test_a_letter_that_a_machines_trouble_kept_waiting_is_waited_for_but_not_for_ever(
    room: Room,
) -> None:
    earlier = room.arrive("earlier", NotNow("存放原件的服务没有回应"))
    later = room.arrive("later", "同一篇", after=1)
    room.queued.examine(earlier)
    room.queued.examine(later)
    assert room.queued.enter() == 0, "another machine may be well: it keeps its place"
    with room.engine.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))
    room.queued.examinations.sweep(NOW + timedelta(seconds=10))
    assert room.jobs() == [(EXAMINE, str(earlier), "todo")]
    room.queued.examinations.hold_up(earlier, "还没有回应", NOW + timedelta(minutes=11))
    assert room.queued.enter() == 1, "those behind it are not kept for ever"
    room.will_find[seen("earlier").digest] = found("earlier", "同一篇")
    room.queued.examine(earlier)
    assert room.queued.enter() == 1
    assert [one.tries for one in room.queued.intake.letters.backlog()] == []


def test_a_worker_that_ends_leaves_its_letter_to_others_and_it_costs_no_try(room: Room) -> None:
    letter = room.arrive("one", PoolClosed("the program is about to end"))
    room.queued.examine(letter)
    pending = room.queued.examinations.to_examine(letter)
    assert pending is not None
    assert pending.tries == 0
    with room.engine.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))
    room.queued.examinations.sweep(NOW)
    assert room.jobs() == [(EXAMINE, str(letter), "todo")]


def test_what_a_newer_program_left_waits_for_a_newer_worker(room: Room) -> None:
    letter, behind = room.arrive("newer", "新"), room.arrive("behind", "后", after=1)
    room.queued.examine(letter)
    room.queued.examine(behind)
    with room.engine.begin() as connection:
        connection.execute(
            text("UPDATE examinations SET version = 2 WHERE letter_id = :n"), {"n": letter}
        )
        connection.execute(
            text("UPDATE procrastinate_jobs SET queue_name = 'enter.2' WHERE task_name = 'enter'")
        )
    assert room.queued.enter() == 0
    assert room.fetch(True, queue_of(ENTER)) is None
    assert room.queue.state().newer == 1


def test_a_result_that_cannot_be_read_is_found_anew(room: Room) -> None:
    letter = room.arrive("old form", "旧")
    room.queued.examinations.keep(letter, plain_data.dumps({"another": "form"})[:-4], NOW)
    assert room.queued.enter() == 0
    room.queued.examine(letter)
    assert room.queued.enter() == 1


def test_several_programs_started_at_once_make_the_tables_once(
    postgresql: Callable[[], str],
) -> None:
    url = postgresql()
    engines = [open_ledger(url) for _ in range(4)]
    queues = [JobQueue(engine) for engine in engines]
    assert not any(queue.is_prepared() for queue in queues)
    with ThreadPoolExecutor(len(queues)) as at_once:
        done = [at_once.submit(queue.prepare, SchemaManager.get_schema) for queue in queues]
        for one in done:
            one.result()
    assert all(queue.is_prepared() for queue in queues)
    for engine in engines:
        engine.dispose()
