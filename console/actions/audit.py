"""Keeping the head of the journal's chain outside of the ledger, a line a day."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from console.application import Application
from ledger.journal import anchor
from ledger.os_errors import describe

_log = logging.getLogger(__name__)


def keep_anchor(application: Application, moment: datetime) -> bool:
    """
    Append today's line to the file of `[audit] anchor`, unless it is there already.

    A file that cannot be written costs a warning in the log; the line is tried again the next time.

    Returns: whether a line was written.
    """
    settings = application.settings
    if not settings.audit.anchor:
        return False
    file = settings.path.resolve().parent / settings.audit.anchor
    today = f"{moment.astimezone(ZoneInfo(settings.zone)):%Y-%m-%d}"
    try:
        if _last_line(file).startswith(today):
            return False
        head = anchor(application.engine, moment)
        if not head:
            return False
        with file.open("a", encoding="utf-8") as kept:
            kept.write(f"{today} {head}\n")
    except OSError as error:
        _log.warning("校验值没有写进 %s：%s", file, describe(error))
        return False
    return True


def _last_line(file: Path) -> str:
    if not file.exists():
        return ""
    with file.open("rb") as kept:
        kept.seek(max(0, file.stat().st_size - 4096))
        lines = kept.read().decode("utf-8", "replace").splitlines()
    return lines[-1] if lines else ""
