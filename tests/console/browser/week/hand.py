"""A clerk at the keyboard, whose every act is counted, and the table of docs/console.md that they are held to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.console.browser.week.office import Clock
from tests.console.office import ROOT

SECONDS_OF_AN_ACT = 4
TABLE = re.compile(r"^\| ([^|]+?) \| (\d+) \|$", re.MULTILINE)
HEADING = "## What a task takes"


def promised() -> dict[str, int]:
    """Acts by task, as docs/console.md says."""
    text = (ROOT / "docs" / "console.md").read_text(encoding="utf-8")
    table = text.partition(HEADING)[2].partition("\n## ")[0]
    return {task: int(acts) for task, acts in TABLE.findall(table)}


@dataclass
class Hand:
    """Clicks, types and strikes keys; each is one act, and takes the office's clock some seconds."""

    page: Page
    clock: Clock
    acts: dict[str, int] = field(default_factory=dict)
    _task: str = ""

    @contextmanager
    def task(self, name: str) -> Iterator[None]:
        """All acts within belong to a task."""
        self._task, self.acts[name] = name, 0
        yield
        self._task = ""

    def click(self, what: str | Locator, **more: Any) -> None:
        self._act()
        self._found(what).click(**more)

    def press(self, key: str) -> None:
        self._act()
        self.page.keyboard.press(key)

    def type(self, what: str | Locator, words: str) -> None:
        """Fill a field, as one act: how many signs it takes is not ours to shorten."""
        self._act()
        self._found(what).fill(words)

    def choose(self, what: str | Locator, value: str) -> None:
        self._act()
        self._found(what).select_option(value)

    def give(self, what: str | Locator, name: str, content: bytes) -> None:
        """Choose a file."""
        self._act()
        file = FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
        self._found(what).set_input_files(file)

    def fetch(self, button: str | Locator) -> bytes:
        """Click on what brings a file, and return the file."""
        with self.page.expect_download() as got:
            self.click(button)
        return got.value.path().read_bytes()

    def menu(self, name: str) -> None:
        """Click on an entry of the main menu."""
        self.click(
            self.page.get_by_role("navigation", name="主菜单").get_by_role("link", name=name)
        )

    def button(self, name: str, **more: Any) -> None:
        self.click(self.page.get_by_role("button", name=name, **more).first)

    def link(self, name: str, **more: Any) -> None:
        self.click(self.page.get_by_role("link", name=name, **more).first)

    def follow(self, name: str) -> None:
        """Click on a link of a list that may be renewed between the press and the release of a slow click."""
        self._act()
        self.page.get_by_role("link", name=name).first.evaluate("link => link.click()")

    def told(self, words: str) -> None:
        """Wait for what the page says of the deed."""
        expect(self.page.get_by_role("status").first).to_contain_text(words)

    def _found(self, what: str | Locator) -> Locator:
        return self.page.locator(what).first if isinstance(what, str) else what

    def _act(self) -> None:
        self.clock.forward(seconds=SECONDS_OF_AN_ACT)
        if self._task:
            self.acts[self._task] += 1
