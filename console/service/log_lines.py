"""The service's log: one line an event, with moment, level and letter, as text or as JSON."""

from __future__ import annotations

import json
import logging
import re
from contextvars import ContextVar
from datetime import datetime
from zoneinfo import ZoneInfo

from console.settings.sections import LogFormat

_LETTER = re.compile(r"\bletter (\d+)\b|第 ?(\d+) ?号(?:邮件|来信)")
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
OFFICE: ContextVar[str] = ContextVar("office", default="")
"""Whose work this is, in an installation of several offices."""
LEVELS = {"DEBUG": "细节", "INFO": "消息", "WARNING": "注意", "ERROR": "错误", "CRITICAL": "严重"}


class LineFormatter(logging.Formatter):
    """
    One line for each record; a traceback goes into it, its line ends as ` | `.

    A line of text: `2022-03-05T09:30:00+08:00 消息 letter=12 ingest.intake: …`.
    """

    def __init__(self, form: LogFormat, zone: str) -> None:
        super().__init__()
        self._form = form
        self._zone = ZoneInfo(zone)

    def format(self, record: logging.LogRecord) -> str:
        """Write the line."""
        message = record.getMessage()
        found = _LETTER.search(message)
        letter = (found[1] or found[2]) if found else None
        trouble = self.formatException(record.exc_info) if record.exc_info else ""
        moment = datetime.fromtimestamp(record.created, self._zone).isoformat(timespec="seconds")
        if self._form is LogFormat.JSON:
            event = {
                "time": moment,
                "level": record.levelname.lower(),
                "office": OFFICE.get(),
                "logger": record.name,
                "letter": int(letter) if letter else None,
                "message": message,
                "trouble": trouble,
            }
            return json.dumps({key: one for key, one in event.items() if one}, ensure_ascii=False)
        parts = [moment, LEVELS.get(record.levelname, record.levelname)]
        parts += [f"office={OFFICE.get()}"] if OFFICE.get() else []
        parts += [f"letter={letter}"] if letter else []
        text = f"{message}\n{trouble}" if trouble else message
        return " ".join([*parts, f"{record.name}:", _BREAKS.sub(" | ", text).strip()])


def log_to_stderr(form: LogFormat, zone: str) -> None:
    """Have the root logger write such lines to the standard error, and nothing else."""
    handler = logging.StreamHandler()
    handler.setFormatter(LineFormatter(form, zone))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in ("apscheduler", "procrastinate", "psycopg"):  # a round that lasts is no fault
        logging.getLogger(name).setLevel(logging.ERROR)
