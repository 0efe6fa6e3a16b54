"""What a page may cost: statements that do not grow with the ledger, and bytes until it is painted."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, event
from starlette.testclient import TestClient

from bench import console as bench
from console.application import open_application
from console.web.app import create_app

FEW, MANY = 1_500, 4_500
FIRST_OF_A_KIND = 2
"""So many more where the smaller ledger has none of a thing that the larger one has."""
FIRST_PAINT = 60_000
"""Bytes of a page with its style sheets and scripts, as they are served to an empty cache."""
NO_PAGES = ("/api/", "/metrics", "/healthz", "/adoptions/outlet", "/adoptions/drafts")


@contextmanager
def counting() -> Iterator[list[str]]:
    """Every statement of every engine, while the block runs."""
    asked: list[str] = []

    def note(*told: object) -> None:
        asked.append(str(told[2]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@dataclass(frozen=True)
class Cost:
    """Of one page: its address, how many statements it takes, bytes of its first paint."""

    path: str
    statements: int
    weight: int


def served(client: TestClient, path: str) -> tuple[str, int]:
    """The body of an answer, and how many bytes of it are sent."""
    with client.stream("GET", path) as answer:
        sent = b"".join(answer.iter_raw())
    assert answer.status_code in (200, 503), path
    packed = answer.headers.get("content-encoding") == "gzip"
    return (gzip.decompress(sent) if packed else sent).decode(), len(sent)


def costs(folder: Path, drafts: int) -> dict[str, Cost]:
    """What each page of a ledger of so many drafts costs."""
    bench.build(folder, drafts)
    settings = bench.settings_of(folder)
    paths = bench.pages(folder, settings)
    found: dict[str, Cost] = {}
    files: dict[str, int] = {}
    with open_application(settings, {}) as application:
        client = TestClient(create_app(application, lambda: bench.NOW), headers=bench.HEADERS)
        for title, path in paths:
            with counting() as asked:
                page, weight = served(client, path)
            for file in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page)):
                files[file] = files.get(file) or served(client, file)[1]
                weight += files[file]
            found[title] = Cost(path, len(asked), weight)
    return found


def test_no_page_asks_more_of_a_larger_ledger_and_each_is_light(tmp_path: Path) -> None:
    few, many = costs(tmp_path / "few", FEW), costs(tmp_path / "many", MANY)
    asked = {
        title: (few[title].statements, cost.statements)
        for title, cost in many.items()
        if cost.statements > few[title].statements + FIRST_OF_A_KIND
    }
    assert not asked
    heavy = {title: cost.weight for title, cost in many.items() if cost.weight >= FIRST_PAINT}
    assert not {title for title in heavy if not many[title].path.startswith(NO_PAGES)}, heavy
