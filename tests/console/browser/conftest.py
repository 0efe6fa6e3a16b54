"""
The office's pages in real Chromium: one browser for all tests, one served console for each module.

Each module has a copy of the demo's ledger. What a page does that no page of ours may do (a script
that fails, a policy that is violated, a request to another host) fails the test that opened it.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.pages import answering
from console.application import Application, open_application
from console.settings.loading import load
from console.web.accounts import token_hash
from ledger.accounts import Accounts
from ledger.sessions import NewSession, Sessions
from tests.console.office import NOW

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-features=PreloadTopChromeWebUI"]
"""Without what a screen would need: to draw by another process, to have the browser's own pages at hand."""

LONG_AGO = """
addEventListener("DOMContentLoaded", () => {
  for (const field of document.querySelectorAll("[name=shown]")) field.value = "0";
});
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed (apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Served:
    """A console that answers at `base` over an open house."""

    base: str
    application: Application
    people: Accounts

    def cookie(self, name: str) -> str:
        """A session of an account, opened without the form."""
        account = self.people.account(name)
        assert account is not None
        secret = secrets.token_urlsafe(16)
        Sessions(self.application.engine).begin(
            NewSession(token_hash(secret), account.id, NOW + timedelta(hours=12)), NOW
        )
        return secret


@pytest.fixture(scope="module")
def served(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served") / "demo"
    shutil.copytree(made, folder)
    with open_application(load(folder / "config.toml", {}), {}) as application:
        people = Accounts(application.engine)
        with answering(application, lambda: NOW) as base:
            yield Served(base, application, people)


@dataclass
class Watched:
    """What the pages of a test did that no page may do; `allowed` are parts of such complaints."""

    base: str
    complaints: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", lambda said: self._said(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("request", lambda request: self._asked(request.url))

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "responded with a status of" not in text:
            self.complaints.append(f"console: {text}")

    def _asked(self, url: str) -> None:
        if not url.startswith((self.base + "/", "data:")):
            self.complaints.append(f"foreign request: {url}")

    @property
    def unexpected(self) -> list[str]:
        return [one for one in self.complaints if not any(part in one for part in self.allowed)]


@pytest.fixture
def watched(served: Served) -> Iterator[Watched]:
    watch = Watched(served.base)
    yield watch
    assert not watch.unexpected


Enter = Callable[..., Page]


@pytest.fixture
def enter(browser: Browser, served: Served, watched: Watched) -> Iterator[Enter]:
    """A page of a new browser for a person, logged in unless the name is empty."""
    contexts: list[BrowserContext] = []

    def entering(name: str = "editor", **options: Any) -> Page:
        context = browser.new_context(base_url=served.base, locale="zh-CN", **options)
        # a browser that is driven clicks sooner than anybody reads: the page was opened long ago
        context.add_init_script(LONG_AGO)
        context.set_default_timeout(20_000)
        contexts.append(context)
        if name:
            context.add_cookies(
                [
                    {
                        "name": "shougao",
                        "value": served.cookie(name),
                        "domain": urlsplit(served.base).hostname or "",
                        "path": "/",
                        "httpOnly": True,
                        "sameSite": "Strict",
                    }
                ]
            )
        page = context.new_page()
        watched.watch(page)
        return page

    yield entering
    for context in contexts:
        context.close()
