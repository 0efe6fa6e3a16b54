"""The words all rooms share: what a letter is, what a draft says, how the regulation answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from rulebook.amounts import Amount
from rulebook.conversation import Correspondence, PurposeFinding, Thread
from rulebook.kind_rules import Group, Kind
from rulebook.reasons import Outcome, Reason, Remark

__all__ = ["Group", "Kind", "Outcome", "Reason", "Remark"]


class FileRole(StrEnum):
    """The part that a file plays in its letter. The values stand in the ledger and in exports."""

    DRAFT = "draft"
    IMAGE = "image"
    SCAN = "scan"
    MEDIA = "media"
    ARCHIVE = "archive"
    NOTE = "note"
    FORM = "form"
    APPROVAL = "approval"
    LISTING = "listing"
    OTHER = "other"
    JUNK = "junk"
    UNREAD = "unread"


class Timely(StrEnum):
    """How a draft stands to the 2-day limit. Source: 四.1."""

    ON_TIME = "on_time"
    LATE = "late"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not_applicable"


class DayDoubt(StrEnum):
    """Why the day of an event could not be settled by reading alone."""

    NO_DATE = "没有写明日期"
    VAGUE = "只写了“近日”一类的说法"
    IMPOSSIBLE = "写了一个不存在的日期"
    SEVERAL = "写了几个日期，无法判断哪一个是事件发生日"
    LUNAR = "写的是农历日期"
    LONG_AGO = "写明的日期比收稿早三个月以上，可能是笔误"
    SUPERIOR = "写明的是上级会议、文件的日期，没有写明本单位何时开展"
    HANDLED = "只写了处置的日期，没有写明最早何时发布"
    MAYBE_LATER = "写明的日期已超过时限，但文中另有更晚的日期或持续时间"


class Form(StrEnum):
    """Papers that are no drafts although they are made of text."""

    ROSTER = "人员名单表"
    SURVEY = "公共安全体验馆摸排汇总表"
    APPROVAL = "审签单"
    LISTING = "稿件清单"


class Authentication(StrEnum):
    """What the receiving server said about the sender (RFC 8601)."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Unit:
    """
    A scoring unit: one row of one table. `members` are the departments it stands for.

    `successor_of`: the units of earlier provisions that it carries on, by a new name or merged.
    """

    name: str
    group: Group
    members: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    successor_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote, as far as the roster knows. `unit` and `officer` are None for a stranger."""

    name: str
    address: str
    unit: str | None = None
    officer: str | None = None
    ended: bool = False
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventDate:
    """
    The day an event took place, read from a draft.

    `day` is the last day of the event (office calendar), None when it stays open; `evidence` is the
    sentence it was read from; `doubt` says why `day` is None. `posted` is the day of the first post
    of which a piece on public opinion tells, with its own evidence; `handled`: the only day told is
    that of an answer. `latest` is the latest day up to the receipt that the piece could mean, by
    another day or a word of duration; `earliest` the first of several unlike deeds, of which `day` is
    the last; `not_after` a dateline, which bounds the day from above; `ended_at`: the last hour that
    the piece tells of its day.
    """

    day: date | None
    evidence: str = ""
    doubt: DayDoubt | None = None
    posted: date | None = None
    posted_evidence: str = ""
    handled: bool = False
    latest: date | None = None
    earliest: date | None = None
    not_after: date | None = None
    ended_at: time | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """
    One text of a letter with its pictures, before anybody has judged it.

    `part` counts the drafts of a file that holds several from 1 on; 0: the file is this draft.
    `maybe_several`: it reads like several, and only a person can tell. `bands`: the text's
    fingerprint, of which drafts that are nearly the same share a part; empty for a short one.
    `scanned`: the text was recognised in pictures of pages. `link`: where it is printed already and
    what it was reported by. `digest`, `file_digest`: SHA-256 in hex.
    """

    file: str
    title: str
    text: str
    characters: int
    event_date: EventDate
    digest: str
    file_digest: str
    author: str = ""
    reviewer: str = ""
    named_unit: str | None = None
    images: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    label_line: str = ""
    part: int = 0
    maybe_several: bool = False
    bands: tuple[int, ...] = ()
    scanned: bool = False
    paper: str = ""
    link: str = ""

    @property
    def key(self) -> str:
        """What tells a draft from all others of its letter."""
        return f"{self.file}#{self.part}" if self.part else self.file


@dataclass(frozen=True, slots=True)
class Fault:
    """Something a sender did that the regulation or the program objects to; `detail` names the thing."""

    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FileFact:
    """
    A file of a letter: its path, its role, what it is.

    `size` in bytes. Of a picture its pixels and when its camera says it was taken, in the camera's
    time; of film and sound the `seconds`. 0 and None where the file does not tell. `digest`: SHA-256
    in hex.
    """

    path: str
    role: FileRole
    media_type: str
    size: int
    digest: str = ""
    width: int = 0
    height: int = 0
    taken_at: datetime | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """
    A letter as the rulebook sees it. `received` is the server's moment, aware of its zone.

    `automatic`: why it is a machine's and brings nothing, or that a program answered by itself;
    `no_answer`: what in it asks that nobody answers, which says nothing against what it brings.
    """

    subject: str
    sender: Sender
    received: datetime
    attachments: tuple[str, ...]
    drafts: tuple[Draft, ...]
    files: tuple[FileFact, ...] = ()
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Remark, ...] = ()
    automatic: str = ""
    authentication: Authentication = Authentication.UNKNOWN
    archives: int = 0
    bare_attachments: tuple[str, ...] = ()
    cloud_links: tuple[str, ...] = ()
    body_is_draft: bool = False
    body_characters: int = 0
    no_answer: str = ""
    correspondence: Correspondence = field(default_factory=Correspondence)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """
    An earlier draft that reads the same, the `position`th of its letter.

    `same_file`: the very bytes; `similarity` in 0..1; `to_mend`: why its sender was asked to mend
    it and to send it again; `unverified`: it is held because nobody knows whether its sender is
    who the letter says.
    """

    title: str
    unit: str | None
    received: datetime
    similarity: float
    same_file: bool
    letter: int
    position: int = 1
    refused: bool = False
    to_mend: tuple[Reason, ...] = ()
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Replaced:
    """
    An earlier draft of the same unit in whose place a resubmitted one is to stand.

    `draft`, `letter`: their numbers; `received`: its letter's moment; `outcome`, `timely`: as it
    stands now.
    """

    draft: int
    letter: int
    title: str
    received: datetime
    outcome: Outcome
    timely: Timely

    def needs_a_person(self, timely: Timely, deadline: datetime | None = None) -> bool:
        """
        Whether to replace it by a draft that stands so to the limit would change points.

        `deadline`: the later draft's. What came in time and was held does not become late without a
        person's word because it was sent again.
        """
        mended = self.timely is Timely.LATE and timely is not Timely.LATE
        was_in_time = deadline is None or self.received < deadline
        spoilt = (
            self.outcome is Outcome.HELD
            and self.timely is not Timely.LATE
            and timely is Timely.LATE
            and was_in_time
        )
        return self.outcome is Outcome.ACCEPTED or mended or spoilt


@dataclass(frozen=True, slots=True)
class DraftVerdict:
    """
    What became of one draft, with the evidence; `points_evidence`: the clause behind its points.

    `urgent`: it sounds like something that somebody of the office must see at once.
    """

    draft: Draft
    kind: Kind | None
    kind_evidence: str
    unit: str | None
    deadline: datetime | None
    timely: Timely
    outcome: Outcome
    reasons: tuple[Reason, ...]
    points: Amount
    duplicate: Duplicate | None = None
    commission: int | None = None
    points_evidence: str = ""
    replaces: Replaced | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class ReportedAdoption:
    """
    One adoption as an officer's letter tells it; a person confirms it before it counts (四.2).

    `outlet` as written, "" where none was recognised; `tier` by the regulation's list, None for
    none; `day` None where no day is told; `words`: the line that it was read from.
    """

    title: str
    outlet: str
    tier: int | None
    day: date | None
    url: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What became of a letter: all reasons recorded, the most severe outcome wins.

    `answer`: whether a machine may answer it. `adoptions`: what a report of adoptions tells.
    """

    outcome: Outcome
    faults: tuple[Fault, ...]
    drafts: tuple[DraftVerdict, ...]
    remarks: tuple[Remark, ...] = ()
    answer: bool = True
    purpose: PurposeFinding = field(default_factory=PurposeFinding)
    thread: Thread | None = None
    adoptions: tuple[ReportedAdoption, ...] = ()

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The letter's own reasons, then those of its drafts, each once."""
        reasons = [fault.reason for fault in self.faults]
        reasons += [reason for draft in self.drafts for reason in draft.reasons]
        return tuple(dict.fromkeys(reasons))
