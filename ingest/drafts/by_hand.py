"""A draft that a person makes out of a letter: the words are given, what they say of themselves is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ledger.fingerprint import bands_of
from parsers.drafts import text
from parsers.drafts.character_count import count
from rulebook.model import Draft

CLAUSE = "手工登记"
"""In place of the file of a draft that lies in none."""


def drafts_of(
    parts: Sequence[str],
    title: str,
    file: str,
    received: date,
    unit_names: Sequence[str],
    label_line: str = "",
) -> tuple[Draft, ...]:
    """
    Read each part as a draft of its own. `title` is the first one's, "" where its text tells it.

    Args: `received`: an office day. `unit_names`: every known name, the longest first.
    """
    drafts = []
    for part, words in enumerate(parts):
        given = title if part == 0 else ""
        lines = tuple(line for line in words.splitlines() if line.strip())
        facts = text.describe(
            [f"标题：{given}", *lines] if given else lines,
            (),
            file_name="",
            received=received,
            unit_names=unit_names,
        )
        body = "\n".join(facts.body)
        drafts.append(
            Draft(
                file=file or CLAUSE,
                title=given or facts.title,
                text=body or words.strip(),
                characters=facts.characters or count(words),
                event_date=facts.event_date,
                digest=facts.digest,
                file_digest=facts.digest,
                author=facts.author,
                reviewer=facts.reviewer,
                named_unit=facts.named_unit,
                label_line=label_line or facts.label_line,
                part=part + 1,
                bands=bands_of(facts.essence) if facts.body else (),
            )
        )
    return tuple(drafts)


def written(title: str, words: str, draft: Draft) -> Draft:
    """Return a draft with the title and the words that a person gives it."""
    return replace(draft, title=title, text=words, characters=count(words))
