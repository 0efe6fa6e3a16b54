"""Several offices in one service, on a real IMAP server: each alone with its mail, none in another's way."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bench.servers import Dovecot, dovecot
from console.application import Application
from console.offices import deeds
from console.offices.clashes import Claims
from console.offices.installation import Installation, open_installation
from console.offices.paused import Pause
from console.service import installation as service
from console.service import keeper, office_thread
from console.service.keeper import Keeper, Shared
from console.service.office_thread import OfficeThread
from console.service.scheduler import started_scheduler
from console.service.turns import Turns
from console.state import asked_round, last_round
from ledger.models.database import open_ledger
from ledger.queries import export
from tests.console.office import NOW, letter
from tests.console.several_offices import config_of, new_office

PATIENCE = 120.0
ZONE = "Asia/Shanghai"


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    if not (shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")):
        pytest.skip("dovecot is not installed: apt install dovecot-imapd")
    with dovecot({name: f"the word of {name}" for name in ("east", "west", "south")}) as one:
        yield one


@dataclass
class Town:
    """A folder of offices and the service over it, looked at when a test says so."""

    installation: Installation
    shared: Shared
    keepers: dict[str, OfficeThread] = field(default_factory=dict)
    open: dict[str, Application] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def look(self) -> None:
        service.look_at(self.keepers, self.installation, lambda name: Keeper(name, self.shared))

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; looked at when an office opens, closes or ends a round, and again and again."""
        until = time.monotonic() + PATIENCE
        with self.changed:
            while not holds():
                self.changed.wait(0.1)
                assert time.monotonic() < until, {
                    name: one.trouble for name, one in self.keepers.items()
                }

    def letters(self, name: str) -> list[str]:
        engine = open_ledger(f"sqlite:///{self.installation.folder / name / 'data' / 'ledger.db'}")
        try:
            return [str(one["subject"]) for one in export.letters(engine, ZONE)]
        finally:
            engine.dispose()


@pytest.fixture
def town(tmp_path: Path, server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    for module in (keeper, office_thread):
        monkeypatch.setattr(module, "LOOK", 0.05)
    monkeypatch.setattr(keeper, "SPREAD", 0.0)
    for name in ("east", "west"):
        new_office(tmp_path, name)
        (tmp_path / name / "config.toml").write_text(on(server, name), encoding="utf-8")
    installation = open_installation(tmp_path)
    made: list[Town] = []
    ended = last_round.record_round

    def told(*given: object) -> None:
        ended(*given)  # type: ignore[arg-type]
        with made[0].changed:
            made[0].changed.notify_all()

    monkeypatch.setattr(last_round, "record_round", told)

    @contextlib.contextmanager
    def mount(application: Application) -> Iterator[None]:
        with made[0].changed:
            made[0].open[application.settings.key] = application
            made[0].changed.notify_all()
        yield
        with made[0].changed:
            del made[0].open[application.settings.key]
            made[0].changed.notify_all()

    environ = {
        **os.environ,
        **{
            f"SHOUGAO_{name.upper()}_MAILBOX_PASSWORD": f"the word of {name}"
            for name in ("east", "west", "south")
        },
    }
    scheduler = started_scheduler(4)
    shared = Shared(installation, scheduler, Turns(1), Claims(), mount, environ)
    made.append(Town(installation, shared))
    yield made[0]
    for one in made[0].keepers.values():
        one.halt()
    assert all(one.join(PATIENCE) for one in made[0].keepers.values())
    scheduler.shutdown()


def on(server: Dovecot, name: str) -> str:
    """An office's settings with its account on the server."""
    return config_of(name).replace("maildir:in", f"imap://{name}@{server.host}:{server.port}")


def deliver(server: Dovecot, name: str, number: int) -> None:
    place = server.maildir(name)
    (place / "tmp" / f"{number}").write_bytes(letter(number))
    server.give_away()
    (place / "tmp" / f"{number}").rename(place / "new" / f"{number}")


def rounds(town: Town, *names: str) -> Callable[[], bool]:
    return lambda: all(
        last_round.read(town.installation.folder / name / "data").ended for name in names
    )


def test_each_office_has_its_own_letters_and_a_broken_one_costs_itself_alone(
    town: Town, server: Dovecot
) -> None:
    deliver(server, "east", 1)
    deliver(server, "west", 2)
    broken = town.installation.folder / "broken"
    broken.mkdir()
    (broken / "config.toml").write_text("x = ")
    full = new_office(town.installation.folder, "full")
    (full / "data").write_text("no folder can be made here")
    town.look()
    town.until(rounds(town, "east", "west"))
    assert town.letters("east") == ["【工作动态】湖塘镇1"]
    assert town.letters("west") == ["【工作动态】湖塘镇2"]
    vaults = {
        name: {one.name for one in (town.installation.folder / name / "data" / "vault").rglob("*")}
        for name in ("east", "west")
    }
    digests = {name: {one for one in there if len(one) == 64} for name, there in vaults.items()}
    assert len(digests["east"]) == len(digests["west"]) == 1
    assert not digests["east"] & digests["west"]
    assert "broken/config.toml" in town.keepers["broken"].trouble
    assert "数据目录" in town.keepers["full"].trouble
    # an office comes while the service runs, another goes
    (town.installation.folder / "south.toml").write_text(on(server, "south"), encoding="utf-8")
    deliver(server, "south", 3)
    deeds.add(town.installation, "south", town.installation.folder / "south.toml", {})
    deeds.remove(town.installation, "west")
    town.look()
    town.until(lambda: "west" not in town.open and rounds(town, "south")())
    assert town.letters("south") == ["【工作动态】湖塘镇3"]
    assert town.keepers["west"].join(PATIENCE)
    town.look()
    assert "west" not in town.keepers
    # a pause: pages stay, letters wait
    deeds.rest(town.installation, "east", Pause(NOW, "test", ""))
    data = town.installation.folder / "east" / "data"
    town.until(lambda: not jobs_of(town, "east"))
    deliver(server, "east", 4)
    asked_round.ask(data)
    town.until(lambda: not asked_round.waiting(data))
    assert "east" in town.open
    assert len(town.letters("east")) == 1
    deeds.work(town.installation, "east")
    town.until(lambda: len(town.letters("east")) == 2)
    # settings with a fault change nothing, mended ones are taken up
    config = town.installation.config("east")
    before, text = town.open["east"], config.read_text(encoding="utf-8")
    config.write_text("x = ", encoding="utf-8")
    asked_round.ask(data)
    town.until(lambda: not asked_round.waiting(data))
    assert town.open["east"] is before
    config.write_text(text.replace("东街", "新东街"), encoding="utf-8")
    town.until(lambda: town.open.get("east", before) is not before)


def jobs_of(town: Town, name: str) -> list[str]:
    return [job.id for job in town.shared.scheduler.get_jobs() if job.id.startswith(f"{name}:")]
