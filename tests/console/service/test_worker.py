"""The work shared among processes: real ones are killed in the middle of it, and others finish."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from procrastinate.jobs import Job, Status
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from console.actions.engine_health import engine_health
from console.actions.rounds import collect
from console.application import (
    Application,
    Busy,
    hold_data_folder,
    hold_ledger,
    open_application,
)
from console.doctor import storage
from console.service import job_app, worker
from console.service.leasing import (
    LeaseKeeper,
    MailboxHold,
    holding_one_round,
    holding_rounds,
)
from console.service.worker import HEARTBEAT_SECONDS, work
from console.settings.loading import ConfigError, load
from console.settings.sections import EngineSettings
from console.spreadsheets.roster import read_roster
from ledger.errors import LedgerUpgraded
from ledger.ids import LetterId
from ledger.job_queue import SILENT_SECONDS
from ledger.journal import PROGRAM
from ledger.models.database import open_ledger, versions
from ledger.models.instance_lock import HeldElsewhere, InstanceLock, LedgerGone, holding
from ledger.models.locks import Lock, taking
from ledger.queries import export
from ledger.roster import Roster
from tests.console.office import NOW, ROOT, ROSTER, OfficeRoom, letter, packed, text_of
from tests.console.test_crash import KILLED, KILLER

LETTERS = 4
PATIENCE = 60.0


@pytest.fixture
def ledger(office: OfficeRoom, postgresql: Callable[[], str]) -> Iterator[Engine]:
    """The office on PostgreSQL, its work shared."""
    url = postgresql()
    config = office.config.read_text(encoding="utf-8")
    for before, after in (
        ('ledger = ""', f'ledger = "{url.replace("+psycopg", "")}"'),
        ('kind = "inline"', 'kind = "procrastinate"'),
    ):
        assert before in config
        config = config.replace(before, after)
    office.config.write_text(config, encoding="utf-8")
    engine = open_ledger(url)
    roster = office.folder / "roster.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    units = load(ROOT / "config.toml", {}).provisions[-1].units
    Roster(engine).enter(read_roster(roster, units), PROGRAM, NOW)
    yield engine
    engine.dispose()


def hearts_stopped_long_ago(ledger: Engine) -> None:
    with ledger.begin() as connection:
        connection.execute(
            text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
        )


def test_killed_while_examining_and_while_entering_nothing_is_lost_doubled_or_out_of_order(
    office: OfficeRoom, ledger: Engine, tmp_path: Path
) -> None:
    same = packed({"稿件.txt": text_of(7).encode("gb18030")})
    for number in range(LETTERS):
        # the first and the last bring the same draft
        attachment = ("稿件.zip", same) if number in (0, LETTERS - 1) else None
        office.receive(letter(number, attachment=attachment), f"170000000{number}.M{number}.test")
    assert f"收到 {LETTERS} 封来信" in office.run("poll").stdout
    killer = tmp_path / "killer.py"
    killer.write_text(KILLER)
    for step, turn in (
        ("ledger.examinations:Examinations:keep", 1),
        ("ledger.letters:LetterRepository:enter", 2),
    ):
        # examined and not yet kept; then entered and not yet committed
        command = ("worker", "--concurrency", "1")
        office.run(*command, code=KILLED, program=(str(killer), step, "before", str(turn)))
        with ledger.connect() as connection:
            assert connection.scalar(
                text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'")
            )
        hearts_stopped_long_ago(ledger)
    stopped = threading.Event()
    settings = load(office.config, office.environment)
    with (
        hold_data_folder(settings.data_dir, shared=True),
        open_application(settings, office.environment) as application,
        hold_ledger(application.engine, shared=True) as lock,
    ):
        living = threading.Thread(target=work, args=(application, 2, stopped, lock))
        living.start()
        try:
            assert application.sharing is not None
            for _ in range(int(PATIENCE / 0.1)):
                if not application.sharing.examinations.length().letters:
                    break
                living.join(0.1)
        finally:
            stopped.set()
            living.join(PATIENCE)
    assert not living.is_alive()
    rows = list(export.letters(ledger, "Asia/Shanghai"))
    assert [row["message_id"] for row in rows] == [
        f"<{number}@hutang.example>" for number in range(LETTERS)
    ]
    drafts = {row["letter_id"]: row for row in export.drafts(ledger, "Asia/Shanghai")}
    assert len(drafts) == LETTERS
    assert [number for number, row in drafts.items() if "RESENT" in row["reasons"]] == [
        rows[-1]["id"]
    ]
    assert "没有新邮件" in office.run("poll").stdout
    assert len(office.receipts()) == LETTERS


@contextmanager
def at_work(application: Application, lock: InstanceLock) -> Iterator[Callable[[int], None]]:
    """A worker at work; gives what waits until so many letters are entered."""
    stopped = threading.Event()
    living = threading.Thread(target=work, args=(application, 1, stopped, lock))
    living.start()

    def entered(many: int) -> None:
        for _ in range(int(PATIENCE / 0.05)):
            with application.engine.connect() as connection:
                if connection.scalar(_ENTERED) == many:
                    return
            living.join(0.05)
        raise AssertionError(f"{many} letters were not entered")

    try:
        yield entered
    finally:
        stopped.set()
        living.join(PATIENCE)
        assert not living.is_alive()


_ENTERED = text("SELECT count(*) FROM letters WHERE state <> 'collected'")


def test_whoever_delivers_hears_at_once_what_is_owed_and_few_connections_are_held(
    office: OfficeRoom, ledger: Engine
) -> None:
    office.receive(letter(1), "1700000001.M1.test")
    settings = load(office.config, office.environment)
    with ledger.connect() as looking:
        held = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        with (
            open_application(settings, office.environment) as poller,
            holding_rounds(poller) as place,
        ):
            heard = threading.Event()
            assert poller.sharing is not None
            poller.sharing.owed.heard_by(heard.set)
            place.hold()
            assert collect(poller).collected == 1
            assert not heard.is_set()
            polling = looking.scalar(held) or 0
            assert polling <= 3
            with (
                open_application(settings, office.environment) as other,
                hold_ledger(other.engine, shared=True) as lock,
                at_work(other, lock) as entered,
            ):
                entered(1)
                assert heard.wait(PATIENCE)
                assert looking.scalar(held) - polling <= 5


def test_a_worker_that_cannot_reach_the_database_says_so_once_and_goes_on(
    office: OfficeRoom,
    ledger: Engine,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(worker, "AGAIN_SECONDS", 0.05)
    monkeypatch.setattr(job_app, "PATIENCE", 0.2)
    settings = load(office.config, office.environment)
    server = create_engine(ledger.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    name = ledger.url.database

    def said(words: str) -> int:
        return sum(words in record.getMessage() for record in caplog.records)

    with (
        open_application(settings, office.environment) as application,
        hold_ledger(application.engine, shared=True) as lock,
        server.connect() as connection,
        at_work(application, lock) as entered,
    ):
        office.receive(letter(1), "1700000001.M1.test")
        assert collect(application).collected == 1
        entered(1)
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": name},
        )
        waiting = threading.Event()
        for _ in range(int(PATIENCE / 0.05)):
            if said("连不上台账的数据库"):
                break
            waiting.wait(0.05)
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
        office.receive(letter(2), "1700000002.M2.test")
        assert collect(application).collected == 1
        entered(2)
    server.dispose()
    gc.collect()  # asyncio tells of a task's error when the task is gone
    assert said("连不上台账的数据库") == 1
    assert [one for one in caplog.records if one.name == "asyncio" or one.exc_info] == []


def test_a_job_that_another_has_done_meanwhile_is_done(office: OfficeRoom, ledger: Engine) -> None:
    settings = load(office.config, office.environment)

    async def finish(application: Application) -> None:
        assert application.sharing is not None
        app = job_app.job_app(application, application.sharing.queue, None, lambda: False)
        async with app.open_async():
            job = Job(id=99, queue="enter.1", lock=None, queueing_lock=None, task_name="enter")
            await app.job_manager.finish_job(job, Status.SUCCEEDED, True)

    with (
        open_application(settings, office.environment) as application,
        ThreadPoolExecutor(1) as thread,  # a browser's tests leave a loop running in this one
    ):
        thread.submit(asyncio.run, finish(application)).result(PATIENCE)


def test_a_second_poller_stands_by_and_a_program_of_its_own_is_kept_out(
    office: OfficeRoom, ledger: Engine
) -> None:
    settings = load(office.config, office.environment)
    asked: list[str] = []
    with (
        open_application(settings, office.environment) as one,
        open_application(settings, office.environment) as other,
    ):
        assert one.sharing is not None
        assert other.sharing is not None
        first = LeaseKeeper(one.sharing, lambda: asked.append("first"))
        second = LeaseKeeper(other.sharing, lambda: asked.append("second"))
        holds = MailboxHold(one.engine, one.sharing), MailboxHold(other.engine, other.sharing)
        try:
            first.start()
            second.look()
            holds[0].hold()
            with pytest.raises(
                HeldElsewhere, match=r"主机 .* 上的进程 \d+ 收取.*一分钟内由这里接替"
            ):
                holds[1].hold()
            with pytest.raises(Busy, match="收取"), holding_one_round(other):
                pass
            assert one.connections.delivering.acquire()
            assert not other.connections.delivering.acquire(), "whoever collects delivers"
            assert not one.connections.delivering.lost
            one.connections.delivering.release()
            with pytest.raises(HeldElsewhere), holding(ledger):
                pass
            first.stop()
            second.look()
            holds[1].hold()
            assert asked == ["first", "second"]
        finally:
            for hold in holds:
                hold.release()


def test_a_ledger_that_a_newer_program_has_migrated_is_left_to_it_and_nothing_is_lost(
    office: OfficeRoom, ledger: Engine
) -> None:
    office.receive(letter(1), "1700000001.M1.test")
    settings = load(office.config, office.environment)

    def migrated(version: str) -> None:
        with ledger.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})

    known = versions(ledger)[1]
    with (
        open_application(settings, office.environment) as older,
        hold_ledger(older.engine, shared=True) as lock,
    ):
        assert older.queued is not None
        assert older.sharing is not None
        assert collect(older).collected == 1
        older.queued.examine(LetterId(1))
        migrated("9999")
        with ThreadPoolExecutor(1) as thread:  # a browser's tests leave a loop running in this one
            ended = thread.submit(work, older, 1, threading.Event(), lock).result(60)
        assert "结构 9999" in ended.trouble
        assert "换上新版程序" in ended.trouble
        with pytest.raises(LedgerUpgraded):
            older.queued.enter()
        office.receive(letter(2), "1700000002.M2.test")
        assert "新版程序" in collect(older).transient_error
        keeper = LeaseKeeper(older.sharing)
        keeper.start()
        with pytest.raises(LedgerGone):
            MailboxHold(older.engine, older.sharing).hold()
        keeper.stop()
        # nobody may migrate while a letter is being entered
        migrated(known)
        with older.letters.entering(), ledger.begin() as newer:
            newer.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                newer.execute(taking("pg_advisory_xact_lock", Lock.MIGRATING))
        with older.letters.entering():  # who has nothing to migrate does not wait
            url = ledger.url.update_query_dict({"options": "-clock_timeout=50ms"})
            open_ledger(url.render_as_string(hide_password=False)).dispose()
    with open_application(settings, office.environment) as newer_program:
        assert newer_program.queued is not None
        assert newer_program.queued.enter() == 1
        assert collect(newer_program).collected == 1
        newer_program.queued.examine(LetterId(2))
        assert newer_program.queued.enter() == 1
    assert len(list(export.letters(ledger, "Asia/Shanghai"))) == 2


def test_hearts_beat_more_often_than_they_are_listened_to() -> None:
    assert HEARTBEAT_SECONDS * 3 < SILENT_SECONDS


def test_status_and_doctor_tell_of_the_queue(office: OfficeRoom, ledger: Engine) -> None:
    settings = load(office.config, office.environment)
    (first,) = storage.engine(settings, office.environment, NOW)
    assert "第一次运行时建立" in first.found, "the doctor changes nothing"
    office.receive(letter(1), "1700000001.M1.test")
    with open_application(settings, office.environment) as application:
        assert collect(application).collected == 1
        (told,) = engine_health(application.sharing, NOW)
    assert told.level.name == "FAIL"
    assert told.sentence == "解析程序 0 个，待登记 1 封，待做 1 件，在做 0 件"
    assert "shougao worker" in told.remedy
    (found,) = storage.engine(settings, office.environment, NOW)
    assert found.level.name == "FAIL"
    assert told.sentence in found.found
    inline = replace(settings, engine=EngineSettings())
    (calm,) = storage.engine(inline, office.environment, NOW)
    assert calm.level.name == "OK"


def test_where_one_program_does_all_a_worker_is_told_so(office: OfficeRoom) -> None:
    assert "不用另开解析程序" in office.run("worker", code=2).stderr


def test_sqlite_is_refused_by_its_name(office: OfficeRoom) -> None:
    config = office.config.read_text(encoding="utf-8")
    office.config.write_text(
        config.replace('kind = "inline"', 'kind = "procrastinate"'), encoding="utf-8"
    )
    with pytest.raises(ConfigError, match="要用 PostgreSQL 台账"):
        load(office.config, office.environment)
