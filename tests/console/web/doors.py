"""Every way in, for one office: the command, the pages, a sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from sqlalchemy import select
from starlette.testclient import TestClient
from typer.testing import CliRunner

from console.application import Application
from console.cli.app import app
from console.spreadsheets.reading import SheetError
from ledger.models.decisions import StandingRow
from ledger.queries.search import DraftQuery, search
from rulebook.reasons import Outcome


@dataclass
class Doors:
    """Every way in, for one office; each returns what it answers."""

    application: Application
    client: TestClient
    folder: Path

    def command(self, *words: str) -> str:
        made = CliRunner().invoke(app, ["--config", str(self.folder / "config.toml"), *words])
        if isinstance(made.exception, SheetError):  # told by the program's entry in one line
            return str(made.exception)
        assert made.exception is None or isinstance(made.exception, SystemExit), made.exception
        return made.output.replace("\n", "")

    def page(self, path: str, **form: str) -> str:
        told = self.client.post(path, data=form)
        assert told.status_code < 500, told.text
        if told.status_code == 303:
            told = self.client.get(told.headers["location"])
        return unescape(re.sub(r"<[^>]+>", "", told.text))

    def sheet(self, content: str) -> str:
        path = self.folder / "录用情况表.csv"
        path.write_text(content, encoding="utf-8")
        return self.command("adoption", "import", str(path))

    def standing(self, draft: int) -> tuple[object, ...]:
        columns = StandingRow.outcome, StandingRow.event_date, StandingRow.unit, StandingRow.voided
        with self.application.engine.connect() as connection:
            return tuple(
                connection.execute(select(*columns).where(StandingRow.draft_id == draft)).one()
            )

    def points(self, draft: int) -> object:
        return sum(line.points for line in self.application.figures.of_draft(draft))


def taken(doors: Doors) -> int:
    wanted = DraftQuery(outcome=Outcome.ACCEPTED, adopted=False)
    return next(hit.draft for hit in search(doors.application.engine, wanted) if hit.unit)
