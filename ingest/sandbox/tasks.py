"""What workers do; the parsers are loaded in them alone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ingest.examination_types import ExaminationResult, ExaminerConfig
from ingest.message.letter_file import LetterFile, OpenLetter

if TYPE_CHECKING:
    from parsers.mime.headers import Letter


def examine_file(
    letter: OpenLetter,
    received: datetime,
    config: ExaminerConfig,
    head_only: bool,
    fresh: bool = False,
) -> ExaminationResult:
    """
    Examine a letter that was handed over; `fresh`: the program itself hashed and wrote it just now.

    Raises OriginalDamaged where the bytes of one that is not fresh are others.
    """
    from ingest.message import large_messages
    from ledger.storage.vault import check_named

    with large_messages.opened(letter) as raw:
        if not fresh:
            check_named(letter.name, raw)
        return examine_bytes(raw, received, config, head_only)


def examine_bytes(
    raw: Letter, received: datetime, config: ExaminerConfig, head_only: bool
) -> ExaminationResult:
    """Examine a letter's bytes."""
    from ingest.examination import examine  # the parsers are loaded in the workers alone

    return examine(raw, received, config, head_only=head_only)


def recognise(
    letter: LetterFile | bytes, received: datetime, config: ExaminerConfig, scans: tuple[str, ...]
) -> ExaminationResult:
    """Examine a letter once more, and recognise the text in these pictures of it."""
    from ingest.examination import examine
    from ingest.message import large_messages

    if isinstance(letter, bytes):
        return examine(letter, received, config, scans=scans)
    with large_messages.opened(letter) as raw:
        return examine(raw, received, config, scans=scans)
