"""People overrule the program: a first verdict with rulings applied, in the order they were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rulebook.kind_rules import DayUnit, Role
from rulebook.model import EventDate, Kind, Timely
from rulebook.provisions import Provisions
from rulebook.reasons import Outcome, Reason
from rulebook.timeliness import (
    IsWorkday,
    ended_before,
    limit_of,
    monday_to_friday,
    timeliness,
)

OF_KIND = frozenset(
    {Reason.KIND_UNCERTAIN, Reason.TOO_SHORT, Reason.TOO_LONG, Reason.NO_COMMISSION}
)
OF_DAY = frozenset({Reason.LATE, Reason.DATE_UNCERTAIN, Reason.DATE_IN_FUTURE})
OF_UNIT = frozenset({Reason.UNKNOWN_SENDER, Reason.OTHER_UNIT})
OF_OUTCOME = ("accepted", "original", "voided", "withdrawn", "approved_by")
"""What a draft that is put back to 待核 is asked again."""
OF_DUPLICATE = frozenset({Reason.DUPLICATE, Reason.RESENT})
OLDEST = timedelta(days=3 * 365)
"""An event longer than this before its receipt is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class FirstVerdict:
    """
    A draft as the program first judged it.

    `reasons` are the draft's own, `of_letter` those of the letter that carried it. `received` is
    the server's moment, `deadline` the one that was found then.
    """

    unit: str | None
    kind: Kind | None
    event_date: date | None
    received: datetime
    reasons: tuple[Reason, ...] = ()
    of_letter: tuple[Reason, ...] = ()
    commission: int | None = None
    deadline: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """
    What a person decided about a draft; None leaves a thing as it was.

    `original`: True, it is no repeat; False, it is, and is refused. `accepted`: True or False settles
    the outcome whatever the rules say. `voided`: its points are void for 弄虚作假 (五.3). `commission`: the 约稿
    that it answers, 0 for none. `withdrawn`: its sender took it back; `superseded`: a later draft
    stands in its place. `replaces`: True, it stands in place of the earlier draft that it is tied
    to; False, it is a draft of its own. `submission`: False, its letter was none. `reopened`: it is to
    be decided anew (退回待核): what was decided of its outcome until then counts no longer.
    `approved_by`: who ordered that points are void. `joined`: it is a part of another draft of its letter.
    `uncommissioned`: it answers no commission any more, and is again of the kind that it was before.
    """

    kind: Kind | None = None
    event_date: date | None = None
    unit: str | None = None
    original: bool | None = None
    accepted: bool | None = None
    voided: bool | None = None
    commission: int | None = None
    withdrawn: bool | None = None
    superseded: bool | None = None
    replaces: bool | None = None
    submission: bool | None = None
    reopened: bool | None = None
    approved_by: str | None = None
    joined: bool | None = None
    uncommissioned: bool | None = None


@dataclass(frozen=True, slots=True)
class CurrentVerdict:
    """A draft as it stands after all rulings. `deadline` is exclusive, as in timeliness."""

    unit: str | None
    kind: Kind | None
    event_date: date | None
    deadline: datetime | None
    timely: Timely
    outcome: Outcome
    reasons: tuple[Reason, ...]
    voided: bool = False
    commission: int | None = None


class UnfinishedRuling(ValueError):
    """A draft cannot be accepted while what it counts as, for whom, or its day is open."""


def merge_rulings(rulings: Sequence[Ruling], provisions: Provisions) -> Ruling:
    """Merge rulings into the last word on each thing; kind and commission follow each other."""
    last: dict[str, object] = {}
    own_kind: Kind | None = None  # what a person said, whatever commission it was said to answer
    for ruling in rulings:
        if ruling.reopened:
            for name in OF_OUTCOME:
                last.pop(name, None)
        elif ruling.accepted is not None or ruling.original is False:
            last.pop("reopened", None)
        for name in Ruling.__dataclass_fields__:
            value = getattr(ruling, name)
            if value is not None:
                last[name] = value
        commissioned = provisions.role_of(ruling.kind) is Role.COMMISSION
        if ruling.kind is not None and not (commissioned and ruling.commission):
            own_kind = ruling.kind
        if ruling.uncommissioned:
            last["kind"] = own_kind
        if ruling.commission and provisions.commission_kind is not None:
            last["kind"] = provisions.commission_kind
        elif ruling.kind is not None and not commissioned and ruling.commission is None:
            last["commission"] = 0  # of another kind, it answers no commission
    return Ruling(**last)  # type: ignore[arg-type]


def apply_rulings(
    first: FirstVerdict,
    rulings: Sequence[Ruling],
    provisions: Provisions,
    is_workday: IsWorkday = monday_to_friday,
) -> CurrentVerdict:
    """
    Apply the rulings to the first verdict, under the provisions of its receipt.

    A ruled kind or day settles the doubts about kind and day, and the 2-day limit is applied anew;
    a ruled unit claims an unknown sender's draft (一.3). What no ruling touches stays as judged.

    Raises: UnfinishedRuling when it is accepted with kind or unit open.
    """
    ruled = merge_rulings(rulings, provisions)
    commission = first.commission if ruled.commission is None else ruled.commission or None
    kind = ruled.kind or first.kind
    if commission is not None and provisions.commission_kind is not None:
        kind = provisions.commission_kind
    unit = ruled.unit or first.unit
    event_date = ruled.event_date or first.event_date
    ended_at = None if ruled.event_date else _hour_read(first, provisions)
    day = EventDate(event_date, ended_at=ended_at)
    limit = timeliness(day, kind, first.received, provisions, is_workday)
    reasons = [
        reason
        for reason in (*first.of_letter, *first.reasons)
        if not (
            reason in OF_DAY
            or (reason in OF_KIND and (ruled.kind or commission))
            or (reason in OF_DUPLICATE and ruled.original is not None)
            or (reason in OF_UNIT and ruled.unit)
        )
    ]
    if ruled.replaces is not None:
        reasons = [reason for reason in reasons if reason is not Reason.REPLACES_DRAFT]
    if limit.reason is not None:
        reasons.append(limit.reason)
    if ruled.original is False:
        reasons.append(Reason.REPEATED)
    if ruled.reopened:
        reasons.append(Reason.REOPENED)
    if ruled.accepted:
        if kind is None or unit is None:
            raise UnfinishedRuling("请先核定类别和单位，再确认收稿。")
        reasons = [reason for reason in reasons if reason.outcome is Outcome.ACCEPTED]
    elif ruled.accepted is False and ruled.original is not False:
        reasons.append(Reason.DECLINED)
    outcome = max(
        (reason.outcome for reason in reasons),
        key=lambda outcome: outcome.severity,
        default=Outcome.ACCEPTED,
    )
    if ruled.reopened or (kind is None and outcome is Outcome.ACCEPTED):
        outcome = Outcome.HELD  # put back to be decided, even where the letter was refused
    for reason, gone in (
        (Reason.NOT_SUBMISSION, ruled.submission is False),
        (Reason.WITHDRAWN, ruled.withdrawn),
        (Reason.SUPERSEDED, ruled.superseded),
        (Reason.JOINED, ruled.joined),
    ):
        if gone:
            reasons.append(reason)
            outcome = reason.outcome
    return CurrentVerdict(
        unit=unit,
        kind=kind,
        event_date=event_date,
        deadline=limit.deadline,
        timely=limit.timely,
        outcome=outcome,
        reasons=tuple(dict.fromkeys(reasons)),
        voided=bool(ruled.voided),
        commission=commission,
    )


def _hour_read(first: FirstVerdict, provisions: Provisions) -> time | None:
    """Return the hour at which the event ended, as it was read: where a limit in hours found a deadline."""
    limit = limit_of(first.kind, provisions)
    if first.deadline is None or limit is None or limit.unit is not DayUnit.HOURS48:
        return None
    return ended_before(first.deadline, limit, provisions)


def complete_ruling(
    first: FirstVerdict,
    earlier: Sequence[Ruling],
    ruling: Ruling,
    provisions: Provisions,
    is_workday: IsWorkday = monday_to_friday,
) -> Ruling:
    """
    Check that a new ruling settles what it is about, and say of it what goes without saying.

    Of 是重复稿 and 确认收稿 the later word counts. Rulings of the past are not asked again.

    Returns: the ruling as it is to be recorded.
    Raises: UnfinishedRuling when the day is after the receipt or years before it, one ruling says both,
            the draft is gone (withdrawn, replaced), or would be accepted without the day that its kind is
            counted from.
    """
    received = first.received.astimezone(ZoneInfo(provisions.zone)).date()
    if ruling.event_date is not None and ruling.event_date > received:
        raise UnfinishedRuling(
            f"事件日期 {ruling.event_date} 在收稿日 {received} 之后，请核对日期。"
        )
    if ruling.event_date is not None and ruling.event_date < received - OLDEST:
        raise UnfinishedRuling(
            f"事件日期 {ruling.event_date} 比收稿日 {received} 早了三年以上，请核对年份。"
        )
    before = merge_rulings(earlier, provisions)
    if ruling.original is False:
        if ruling.accepted:
            raise UnfinishedRuling("“是重复稿”和“确认收稿”不能同时选，请只选一项。")
        if before.accepted:
            ruling = replace(ruling, accepted=False)
    elif ruling.accepted and ruling.original is None and before.original is False:
        ruling = replace(ruling, original=True)
    if ruling.commission == 0 and ruling.kind is None and (before.commission or first.commission):
        ruling = replace(ruling, uncommissioned=True)
        kind = merge_rulings([*earlier, ruling], provisions).kind or first.kind
        if first.commission and provisions.role_of(kind) is Role.COMMISSION:
            raise UnfinishedRuling(
                f"这篇来稿时就按{kind}收的，没有别的类别可以恢复；请改定它的类别，约稿随之去掉。"
            )
    merged = merge_rulings([*earlier, ruling], provisions)
    if ruling.accepted is not None:
        for gone, what in (
            (merged.withdrawn, "这篇稿件已撤稿，请先恢复，再核定。"),
            (
                merged.superseded,
                "这篇稿件已由更正稿替换；要单独计入，请在更正稿上核定“是另一篇稿件”。",
            ),
            (merged.joined, "这篇稿件已并入同一封来信的另一篇，请先分开，再核定。"),
            (merged.submission is False, "这封来信已核定为不是投稿，请先改为投稿，再核定。"),
        ):
            if gone:
                raise UnfinishedRuling(what)
    only_counting = Ruling(
        voided=ruling.voided,
        withdrawn=ruling.withdrawn,
        superseded=ruling.superseded,
        replaces=ruling.replaces,
        submission=ruling.submission,
        joined=ruling.joined,
        approved_by=ruling.approved_by,
    )
    if merged.accepted and ruling != only_counting:
        after = apply_rulings(first, [*earlier, ruling], provisions, is_workday)
        if after.timely is Timely.UNDETERMINED:
            raise UnfinishedRuling(
                f"{after.kind or '本稿'}要按事件日期计算时限，"
                f"请先写明事件日期（不晚于收稿日 {received}），再确认收稿。"
            )
    return ruling
