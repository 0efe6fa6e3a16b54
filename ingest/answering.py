"""Who is answered by a machine, and when: strangers, junk folders, letters from long ago."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rulebook.model import Submission, Verdict


class StrangersAnswered(StrEnum):
    """Which letters of senders outside the roster are answered."""

    SUBMISSIONS = "submissions"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class AnswerPolicy:
    """
    `[answers]` of config.toml.

    `not_older_than_days`: letters received longer ago when they are entered are judged and not
    answered, 0 for no such limit; `junk_folders`: a stranger's letter that lies in these alone is
    never answered, since spam would learn that the address is read.
    """

    strangers: StrangersAnswered = StrangersAnswered.SUBMISSIONS
    not_older_than_days: int = 3
    junk_folders: frozenset[str] = frozenset()

    def withheld(
        self, submission: Submission, verdict: Verdict, now: datetime, folders: Collection[str]
    ) -> str:
        """
        Say why a letter that could be answered is not, "" when it is.

        `folders`: where in the mailbox the letter lies. Whether a letter may be answered at all is
        the verdict's (`Verdict.answer`).
        """
        if submission.sender.unit is None:
            if self.strangers is StrangersAnswered.NEVER:
                return "名单外的发件人，按设置不作答复"
            if folders and set(folders) <= self.junk_folders:
                return "名单外的发件人，信在垃圾邮件一类的文件夹里"
        days = self.not_older_than_days
        if days and now - submission.received > timedelta(days=days):
            return f"收到的时间已超过{days}天，只登记，不再答复"
        return ""
