"""The files that a run spent most on, told at its end: what grows is seen."""

from __future__ import annotations

from collections import Counter

import pytest

FILES = 10


class SlowestFiles:
    """Adds up what each file's tests took, all workers together."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.tests: Counter[str] = Counter()

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test's setup, call and teardown to its file."""
        file = report.nodeid.partition("::")[0]
        self.seconds[file] += report.duration  # type: ignore[assignment]  # a Counter of floats
        self.tests[file] += report.when == "call"

    @pytest.hookimpl
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell the slowest, and all together."""
        whole = sum(self.seconds.values())
        terminalreporter.write_sep("=", f"slowest files of {whole:.0f} s, all workers together")
        for file, seconds in self.seconds.most_common(FILES):
            terminalreporter.write_line(f"{seconds:7.1f}s {self.tests[file]:5d} tests  {file}")


def register(config: pytest.Config) -> None:
    """Watch the run where the slowest tests are asked for (`--durations`), too."""
    if config.getoption("durations"):
        config.pluginmanager.register(SlowestFiles(), "slowest-files")
