"""
In CI nothing is skipped in silence: only reasons on a short list may stand in a report.

`SHOUGAO_NO_SKIPS=1` (set by `.ci/run`) makes a run fail on any other: a program that is missing there
would leave whole groups of tests out unnoticed.
"""

from __future__ import annotations

import os
import re

import pytest

ALLOWED = (
    "root may ",  # CI runs as root
    "Landlock",
    "seccomp",  # what the kernel of the machine offers
    "pidfd",
    "clamd is not installed",
    "systemd-analyze is not here",
    "a bare stream's name is all that names its content",
    "nothing but its name tells Markdown from text",
    "read as what it is",
    "this LibreOffice cannot open",
)
_REASON = re.compile(r"^Skipped: ")


class SkipGuard:
    """Collects why tests were skipped, and ends the run with an error where that is not allowed."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a skipped test; an expected failure is none."""
        if (
            report.skipped
            and not hasattr(report, "wasxfail")
            and isinstance(report.longrepr, tuple)
        ):
            reason = _REASON.sub("", report.longrepr[2])
            if not allowed(reason):
                self.found.setdefault(reason, report.nodeid)

    @pytest.hookimpl
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the run."""
        if self.found and not hasattr(session.config, "workerinput"):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell what was skipped."""
        for reason, test in sorted(self.found.items()):
            terminalreporter.write_line(f"SKIPPED BUT NOT ALLOWED: {reason} ({test})", red=True)


def allowed(reason: str) -> bool:
    """Tell whether a reason is on the list."""
    return any(one in reason for one in ALLOWED)


def register(config: pytest.Config) -> None:
    """Watch the run where the environment asks for it."""
    if os.environ.get("SHOUGAO_NO_SKIPS"):
        config.pluginmanager.register(SkipGuard(), "skip-guard")
