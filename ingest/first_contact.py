"""What a first look at a mailbox will do, told before it is done: a mailbox in use holds years of letters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class FirstContact:
    """
    How many letters lie in the mailbox, and what becomes of them.

    `older` came before `since` and are known by number only; of the rest `answerable` are young
    enough to be answered at all, within `answer_days` days (0: of any age).
    """

    since: datetime
    answer_days: int
    letters: int
    older: int
    answerable: int

    @property
    def collected(self) -> int:
        """How many letters are collected."""
        return self.letters - self.older

    def sentence(self, zone: str) -> str:
        """Say in plain words what the first round does."""
        day = self.since.astimezone(ZoneInfo(zone))
        told = [f"邮箱里共有{self.letters}封信"]
        if self.older:
            told.append(f"{day:%Y年%-m月%-d日}以前的{self.older}封只记编号，不收取，也不答复")
        told.append(f"收取并审核{self.collected}封")
        silent = self.collected - self.answerable
        if silent:
            told.append(f"其中{silent}封收到已超过{self.answer_days}天，只登记，不答复")
        told.append(f"最多答复{self.answerable}封")
        return "；".join(told) + "。"


def survey(
    received: Iterable[datetime], since: datetime, answer_days: int, now: datetime
) -> FirstContact:
    """Count what a first look would do with letters received at these moments."""
    letters = older = answerable = 0
    youngest = now - timedelta(days=answer_days)
    for moment in received:
        letters += 1
        if moment < since:
            older += 1
        elif not answer_days or moment >= youngest:
            answerable += 1
    return FirstContact(since, answer_days, letters, older, answerable)
