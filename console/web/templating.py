"""The templates' environment: everything escaped, nothing undefined, hostile characters taken out."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from importlib import resources
from typing import Any, cast
from zoneinfo import ZoneInfo

from jinja2 import BaseLoader, Environment, PackageLoader, StrictUndefined

from console.journal_text import CHANGES, TierName, describe_act, numbered_tier
from console.policy import Permission
from console.web.charts import columns, stacks
from console.web.once import once_field
from ledger import labels as ledger_labels
from ledger.journal import JournalLine
from ledger.queries.letter_views import StoredFile
from rulebook import labels, versions
from rulebook.amounts import rate_told, signed, written
from rulebook.citations import cited
from rulebook.deadlines import last_moment
from rulebook.kind_rules import Kind, Role
from rulebook.provisions import Provisions, default_provisions
from rulebook.wording import Wording

_HOSTILE = re.compile(
    # C0 and C1 but for tab and line ends; marks that turn writing round (UAX 9); lone surrogates
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_WEEKDAYS = "一二三四五六日"

WORDS = {
    "OUTCOMES": labels.OUTCOMES,
    "PURPOSES": labels.PURPOSES,
    "TIMELY": labels.TIMELY,
    "FILE_ROLES": labels.FILE_ROLES,
    "SPANS": labels.SPANS,
    "DAY_UNITS": labels.DAY_UNITS,
    "ADOPTION_KINDS": labels.ADOPTION_KINDS,
    "ADOPTION_SUMS": labels.ADOPTION_SUMS,
    "BARE_RULES": labels.BARE_RULES,
    "BODY_RULES": labels.BODY_RULES,
    "REVIEWER_RULES": labels.REVIEWER_RULES,
    "STRANGER_RULES": labels.STRANGER_RULES,
    "UNASKED_RULES": labels.UNASKED_RULES,
    "STATES": ledger_labels.LETTER_STATES,
    "POSTS": ledger_labels.DELIVERY_STATES,
    "POST_KINDS": ledger_labels.LETTER_KINDS,
    "WAIT_REASONS": ledger_labels.WAIT_REASONS,
    "ROLES": ledger_labels.ROLES,
    "TOKEN_SCOPES": ledger_labels.TOKEN_SCOPES,
    "ACCESS": CHANGES,
    "ACTS": ledger_labels.ACTS,
    "DEEDS": ledger_labels.DEEDS,
}
"""The labels that templates may use."""


COLOURS: Mapping[Role | None, str] = {
    Role.REPORT: "news",
    Role.OPINION: "opinion",
    Role.ARTICLE: "article",
    Role.COMMISSION: "commission",
}
"""The style sheet's names of the roles' colours."""


def environment(
    zone: str,
    office: str,
    navigation: object,
    provisions: Sequence[Provisions] = (),
    called: Wording | None = None,
) -> Environment:
    """
    Jinja2 with autoescape for every template. `zone`: an IANA name, for all moments shown.

    `provisions`: all versions, whose names of kinds and tiers are shown. `called`: what the office
    calls its officers and who keeps their list.

    What senders wrote cannot turn the writing round or hide in it: such characters are left out.
    """
    called = called or Wording()
    templates = Environment(
        loader=_InOfficeWords(called),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    office_zone = ZoneInfo(zone)
    versions_known = tuple(provisions) or (default_provisions(),)

    def tier(number: int | None) -> str:
        return versions.tier_name(versions_known, number)

    def local(formatted: str) -> Callable[[datetime | None], str]:
        def shown(moment: datetime | None) -> str:
            return f"{moment.astimezone(office_zone):{formatted}}" if moment else "—"

        return shown

    templates.filters.update(
        moment=local("%Y-%m-%d %H:%M"),
        seconds=local("%Y-%m-%d %H:%M:%S"),
        clock=local("%H:%M"),
        iso=local("%Y-%m-%dT%H:%M:%S%z"),
        weekday=weekday,
        deadline=lambda moment: _deadline(moment, office_zone),
        bytes=in_bytes,
        ago=ago,
        aspect=aspect,
        web_address=web_address,
        details=lambda line: called.renamed(details(line, tier)),
        kind_name=lambda kind: versions.short_name(versions_known, kind),
        kind_colour=lambda kind: kind_colour(versions_known, kind),
        tier_name=tier,
        amount=written,
        signed=signed,
    )

    def clause(code: str, *, colon: bool = True) -> str:
        told = cited(code, versions_known[-1])
        return told if colon else told.rstrip("：")

    templates.filters["said"] = called.said
    templates.filters["renamed"] = called.renamed
    templates.globals.update(
        officer_word=called.officer,
        keeper_word=called.keeper,
        clause=clause,
        static=static,
        office=office,
        navigation=navigation,
        called=called,
        Permission=Permission,
        words=_worded(called),
        tier_count=len(versions_known[-1].tier_rules),
        columns=columns,
        once=once_field,
        rate_told=rate_told,
        stacks=stacks,
    )
    return templates


_Labels = Mapping[Any, str]


class _InOfficeWords(BaseLoader):
    """Our templates, in which drafts and adoptions are called what the office calls them."""

    def __init__(self, called: Wording) -> None:
        self._called = called
        self._ours = PackageLoader("console.web")

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Return a template's source; what stands in 《》 or “” is nobody's but its writer's."""
        source, path, up_to_date = self._ours.get_source(environment, template)
        return self._called.renamed(source), path, up_to_date


def _worded(called: Wording) -> Mapping[str, Mapping[Any, str]]:
    """Return the labels in the office's words."""
    return {
        name: {value: called.renamed(word) for value, word in cast(_Labels, one).items()}
        for name, one in WORDS.items()
    }


def harmless(value: Any) -> Any:
    """Return text as people see it, nothing in it that hides or turns the rest; None is a dash."""
    if value is None:
        return "—"
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return _HOSTILE.sub("", value)
    return value


@functools.cache
def static(name: str) -> str:
    """Return the address of a file in static/, which changes with its content."""
    content = resources.files("console.web").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def weekday(day: date) -> str:
    """Name the day of the week: 星期一 … 星期日."""
    return f"星期{_WEEKDAYS[day.weekday()]}"


def in_bytes(size: int) -> str:
    """Write a size as people say it; 1 KB is 1000 bytes."""
    if size < 1000:
        return f"{size} 字节"
    for unit, one in (("KB", 1e3), ("MB", 1e6)):
        if size < one * 1000:
            return f"{size / one:.0f} {unit}" if size >= one * 10 else f"{size / one:.1f} {unit}"
    return f"{size / 1e9:.1f} GB"


def aspect(file: StoredFile) -> str:
    """Describe a picture, film or sound: pixels, the camera's moment, its length."""
    parts = [f"{file.width}×{file.height}"] if file.width else []
    if file.taken_at:
        parts.append(f"{file.taken_at:%Y-%m-%d %H:%M} 拍摄")
    if file.seconds:
        minutes, seconds = divmod(max(1, round(file.seconds)), 60)
        parts.append(f"{minutes} 分 {seconds} 秒" if minutes else f"{seconds} 秒")
    return "，".join(parts)


def details(line: JournalLine, tier_name: TierName = numbered_tier) -> str:
    """Describe what a journal's line changed, without the name of the act."""
    sentence = describe_act(line.entry.act, line.entry.facts, tier_name=tier_name)
    return sentence.partition("：")[2]


def web_address(url: str) -> str:
    """Return an address that may be a link, "" for any other: `javascript:` is a program."""
    return url if url.lower().startswith(("http://", "https://")) else ""


def kind_colour(provisions: Sequence[Provisions], kind: Kind) -> str:
    """Return the style sheet's name for a kind's colour, which tells its role."""
    return COLOURS.get(versions.role_of(provisions, kind), "none")


def ago(span: timedelta) -> str:
    """Say how long ago, roughly."""
    seconds = int(span.total_seconds())
    if seconds < 60:
        return "刚刚"
    for unit, one in (("天", 86400), ("小时", 3600), ("分钟", 60)):
        if seconds >= one:
            return f"{seconds // one} {unit}前"
    raise AssertionError(span)


def _deadline(moment: datetime | None, zone: ZoneInfo) -> str:
    """Write the exclusive deadline as people say it: 00:00 is the 24:00 of the day before."""
    if moment is None:
        return "—"
    day, hour = last_moment(moment, zone)
    return f"{day:%Y-%m-%d} {hour}"
