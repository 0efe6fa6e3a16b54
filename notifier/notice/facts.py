"""What a notice (通报, 五.1-2) is made from: figures from the ledger, and what staff decided to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rulebook.amounts import Amount
from rulebook.model import Group, Kind
from rulebook.periods import Period
from rulebook.persons import PersonRow
from rulebook.provisions import Provisions
from rulebook.ranking import TableRow
from rulebook.targets import Completion
from rulebook.wording import Wording


@dataclass(frozen=True, slots=True)
class Received:
    """Drafts of one unit and kind that were taken (实报), late ones too. `kind` None: undecided."""

    unit: str
    kind: Kind | None
    count: int


@dataclass(frozen=True, slots=True)
class Setback:
    """
    A unit's `late` drafts (四.1), `refused` ones, and those `held` that the office has to decide.

    `malformed`: of the refused ones those that were not sent in the form that is asked for (五.4).
    """

    unit: str
    late: int
    refused: int
    held: int = 0
    malformed: int = 0


@dataclass(frozen=True, slots=True)
class Printed:
    """Adoptions (录用) of one unit's drafts by one outlet; `tier` 1..5, None while a person decides."""

    outlet: str
    tier: int | None
    unit: str
    count: int


@dataclass(frozen=True, slots=True)
class Named:
    """A unit that staff chose to name under 存在问题. An empty `problem` is told from the figures."""

    unit: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What became different in a period (its label) after its notice was published; in points."""

    unit: str
    period: str
    before: Amount
    after: Amount
    why: str = ""


@dataclass(frozen=True, slots=True)
class Bonus:
    """附加分 (五.2) as a person entered it; `cancelled` by a sanction (五.3)."""

    unit: str
    points: str = ""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """
    Everything the notice says.

    `office` signs; `groups` are the tables, sorted and ranked (see `rulebook.ranking.table`), any of
    which may be empty; `rules` are the provisions of the period's last day.
    `counted_from` is the first day that counted if it lies inside the period (`effective_from`).
    `addressees` is 主送, letter for letter. `cumulative` is each row's points from the year's beginning to
    the period's end (全年累计), empty for a year. `copied_to` (抄送) and `issuer` (印发机关) make the 版记;
    without an issuer there is none. `requirements` is 下一步要求, one paragraph each; empty: written
    from the figures. `work`: what the work is called. `number` is 文号; empty leaves a marked gap for
    people, as does a missing bonus. `bonuses` and the gaps for them are shown for a year only.
    `persons`: the table of persons, of an office that ranks them. `top`: how many ranks are praised.
    `version`: the beginning of the digest under which the ledger has entered `rules`. `rescaled`: on
    other days of the period drafts or tiers weighed otherwise than `rules` say.
    """

    office: str
    period: Period
    groups: tuple[tuple[Group, tuple[TableRow, ...]], ...]
    dated: date
    rules: Provisions
    addressees: str
    completions: tuple[Completion, ...] = ()
    received: tuple[Received, ...] = ()
    setbacks: tuple[Setback, ...] = ()
    adoptions: tuple[Printed, ...] = ()
    named: tuple[Named, ...] = ()
    requirements: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    bonuses: tuple[Bonus, ...] = ()
    number: str = ""
    counted_from: date | None = None
    work: str = Wording().work
    called: Wording = field(default_factory=Wording)
    persons: tuple[PersonRow, ...] = ()
    top: int = 3
    cumulative: Mapping[str, Amount] = field(default_factory=dict)
    copied_to: str = ""
    issuer: str = ""
    version: str = ""
    rescaled: bool = False

    @property
    def basis(self) -> str:
        """What the points rest on, with the version that was entered; "" where that is not known."""
        if not self.version:
            return ""
        return (
            f"计分依据：{self.rules.source}（{self.rules.since} 起用，登记版本 {self.version}）。"
        )

    @property
    def tables(self) -> tuple[tuple[Group, tuple[TableRow, ...]], ...]:
        """The tables that have rows, in the order of the provisions."""
        return tuple((group, rows) for group, rows in self.groups if rows)

    @property
    def kinds(self) -> list[Kind]:
        """The kinds, in the order of the provisions."""
        return [rule.name for rule in self.rules.kind_rules]

    @property
    def rows(self) -> tuple[TableRow, ...]:
        """All rows, table by table."""
        return tuple(row for _, rows in self.groups for row in rows)
