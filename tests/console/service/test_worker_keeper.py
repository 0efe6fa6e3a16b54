"""One worker for several offices: each office's jobs are done over its own ledger, and none is in another's way."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from console.actions.rounds import collect
from console.application import open_application
from console.offices import deeds
from console.offices.clashes import Claims
from console.offices.installation import Installation, environment_of, open_installation
from console.offices.paused import Pause
from console.service import installation as service
from console.service import office_thread, worker_keeper
from console.service.office_thread import OfficeThread
from console.service.turns import Turns
from console.service.worker_keeper import SharedHands, WorkerKeeper
from ledger.job_queue import EXAMINE, JobQueue
from ledger.queries import export
from tests.console.office import NOW, letter
from tests.console.several_offices import config_of, new_office

PATIENCE = 60.0


@dataclass
class Town:
    """A folder of offices, their ledgers, and one worker for all."""

    installation: Installation
    ledgers: dict[str, Engine]
    keepers: dict[str, OfficeThread] = field(default_factory=dict)

    def look(self) -> None:
        shared = SharedHands(self.installation, Turns(1), Claims(), os.environ, 1)
        service.look_at(self.keepers, self.installation, lambda name: WorkerKeeper(name, shared))

    def receive(self, name: str, *numbers: int) -> None:
        """Have letters arrive and be collected, as `shougao run` does."""
        for number in numbers:
            place = self.installation.folder / name / "in" / "new" / f"170000000{number}.M{number}"
            place.write_bytes(letter(number))
        environ = environment_of(name, os.environ)
        with open_application(self.installation.settings(name, environ), environ) as application:
            assert collect(application).collected == len(numbers)

    def entered(self, name: str) -> list[str]:
        rows = export.letters(self.ledgers[name], "Asia/Shanghai")
        return [str(row["subject"]) for row in rows if row["state"] != "collected"]

    def jobs(self, name: str) -> int:
        with self.ledgers[name].connect() as connection:
            return connection.scalar(text("SELECT count(*) FROM procrastinate_jobs")) or 0

    def until(self, holds: Callable[[], bool]) -> None:
        waiting = threading.Event()
        for _ in range(int(PATIENCE / 0.05)):
            if holds():
                return
            waiting.wait(0.05)
        raise AssertionError({name: one.trouble for name, one in self.keepers.items()})


@pytest.fixture
def town(
    tmp_path: Path, postgresql: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Town]:
    for module in (office_thread, worker_keeper):
        monkeypatch.setattr(module, "LOOK", 0.05)
    ledgers = {}
    for name in ("east", "west"):
        url = postgresql()
        new_office(tmp_path, name)
        text_of = config_of(name).replace('kind = "inline"', 'kind = "procrastinate"')
        named = f'ledger = "{url.replace("+psycopg", "")}"'
        (tmp_path / name / "config.toml").write_text(text_of.replace('ledger = ""', named))
        ledgers[name] = create_engine(url)
    made = Town(open_installation(tmp_path), ledgers)
    yield made
    for one in made.keepers.values():
        one.halt()
    assert all(one.join(PATIENCE) for one in made.keepers.values())
    for engine in ledgers.values():
        engine.dispose()


def test_each_office_has_its_letters_entered_into_its_own_ledger_and_reaches_no_other(
    town: Town,
) -> None:
    town.receive("east", 1)
    town.receive("west", 2, 3)
    broken = town.installation.folder / "broken"
    broken.mkdir()
    (broken / "config.toml").write_text("x = ")
    new_office(town.installation.folder, "alone")  # all by itself: nothing to do for a worker
    deeds.rest(town.installation, "west", Pause(NOW, "test", ""))
    # a job that names a letter of another office's: it is none of this ledger's
    with town.ledgers["east"].begin() as connection:
        JobQueue(town.ledgers["east"]).defer(connection, EXAMINE, [2])
    town.look()
    town.until(lambda: town.entered("east") == ["【工作动态】湖塘镇1"] and not town.jobs("east"))
    assert town.entered("west") == []
    assert "broken/config.toml" in town.keepers["broken"].trouble
    assert not (town.installation.folder / "alone" / "data").exists()
    with town.ledgers["east"].connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM letters")) == 1
    # the rest is over, another office goes, while the worker runs
    deeds.work(town.installation, "west")
    deeds.remove(town.installation, "east")
    town.look()
    town.until(lambda: town.entered("west") == ["【工作动态】湖塘镇2", "【工作动态】湖塘镇3"])
    assert town.keepers["east"].join(PATIENCE)
    town.look()
    assert "east" not in town.keepers
