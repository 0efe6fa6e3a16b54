"""Figures that measurements hand to `python -m bench`, which puts them into one table."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "SHOUGAO_BENCH_ROWS"
"""Names the file that figures are written to, a JSON object a line; without it they are only printed."""


@dataclass(frozen=True, slots=True)
class Row:
    """
    One figure and what it stands beside, measured in the same run.

    `unit`: of both figures; `beside`: the floor or the peer, empty where an aim alone is known; `aim`:
    what is aimed at in words, `met` whether it is.
    """

    what: str
    ours: float
    unit: str
    beside: str = ""
    theirs: float | None = None
    aim: str = ""
    met: bool | None = None

    @property
    def ratio(self) -> float | None:
        """Ours as a multiple of theirs."""
        return self.ours / self.theirs if self.theirs else None


def note(row: Row) -> None:
    """Hand a figure to the table, where one is made."""
    if name := os.environ.get(FILE):
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")


def read(path: Path) -> list[Row]:
    """Read the figures of a run; none where nothing was written."""
    if not path.exists():
        return []
    return [Row(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def table(rows: list[Row]) -> str:
    """Set figures as a Markdown table."""
    head = (
        "| what | ours | beside | theirs | ours / theirs | aim | |\n|---|---|---|---|---|---|---|\n"
    )
    return head + "".join(
        f"| {row.what} | {_figure(row.ours)} {row.unit} | {row.beside} | "
        f"{'' if row.theirs is None else f'{_figure(row.theirs)} {row.unit}'} | "
        f"{'' if row.ratio is None else f'{row.ratio:.2f}'} | {row.aim} | "
        f"{ {True: 'met', False: '**missed**', None: ''}[row.met] } |\n"
        for row in rows
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
