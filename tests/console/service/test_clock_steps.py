"""A clock that is set is noticed, and the service goes on by it as it is now."""

from __future__ import annotations

from console.service.clock_steps import ClockSteps
from tests.console.office import OfficeRoom, letter
from tests.console.service.test_stopping import STARTED, said, service
from tests.processes import PATIENCE


def test_a_step_is_told_once_and_a_drift_is_none() -> None:
    wall, monotonic = [1000.0], [5.0]
    clock = ClockSteps(lambda: wall[0], lambda: monotonic[0])
    wall[0], monotonic[0] = 1061.0, 65.0
    assert clock.step() == 0.0
    wall[0] -= 7200
    assert clock.step() == -7199.0
    assert clock.step() == 0.0


SET_BACK = """
import datetime as real, sys, threading
from console.service import scheduler, clock_steps

class Clock(real.datetime):
    behind = real.timedelta()

    @classmethod
    def now(cls, tz=None):
        return real.datetime.now(tz) - cls.behind

scheduler.datetime = Clock
import apscheduler.schedulers.base as base
base.datetime = Clock
import apscheduler.triggers.interval as interval
interval.datetime = Clock
import time
clock_steps.ClockSteps.__init__.__defaults__ = (
    lambda: time.time() - Clock.behind.total_seconds(), time.monotonic)
scheduler.CLOCK_LOOK = 0.2

def set_back():
    sys.stdin.readline()
    Clock.behind = real.timedelta(hours=5)

threading.Thread(target=set_back, daemon=True).start()
from console.cli.app import main
main()
"""


def test_a_clock_set_back_by_hours_does_not_stop_collecting(office: OfficeRoom) -> None:
    office.roster()
    office.config.write_text(
        office.config.read_text(encoding="utf-8").replace("poll_seconds = 30", "poll_seconds = 1"),
        encoding="utf-8",
    )
    with service(office, ("-c", SET_BACK)) as running:
        said(running, STARTED)
        assert running.stdin is not None
        running.stdin.write("back\n")
        running.stdin.flush()
        said(running, "系统时钟被拨动")
        office.receive(letter(1), "1700000001.M1.test")
        said(running, "登记来信 1 封")
        running.terminate()
        assert running.wait(PATIENCE) == 0
