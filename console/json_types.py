"""
The JSON that programs get, as types: `figures_json.py` and `serializers.py` fill it in, `web/openapi.py` tells it.

The names of the classes are the names of the schemas in the OpenAPI description.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema
from typing_extensions import TypedDict

from ledger.labels import BY_MAIL, LETTER_STATES
from ledger.states import LetterState
from rulebook.conversation import Purpose
from rulebook.counts import Count
from rulebook.labels import OUTCOMES, PURPOSES, TIMELY
from rulebook.model import Outcome, Timely
from rulebook.reasons import Reason

Schema = dict[str, Any]
SCHEMA_PATH = "#/components/schemas/{model}"


def text_schema(description: str = "", **more: Any) -> Schema:
    """Describe a text."""
    return {"type": "string", **({"description": description} if description else {}), **more}


def values_schema(kind: type[Enum], description: str = "") -> Schema:
    """Describe a text that is the value of a member of an enumeration."""
    return text_schema(description, enum=[one.value for one in kind])


def names_schema(kind: type[Enum], description: str = "") -> Schema:
    """Describe a text that is the name of a member of an enumeration."""
    return text_schema(description, enum=[one.name for one in kind])


def _labelled(labels: Mapping[Any, str]) -> str:
    return "，".join(f"{one.value} {label}" for one, label in labels.items())


_STANDING = f"as it stands after people's rulings: {_labelled(OUTCOMES)}"

Day = Annotated[str, WithJsonSchema(text_schema("office day", format="date"))]
EventDay = Annotated[str, WithJsonSchema(text_schema("事件日", format="date"))]
Moment = Annotated[str, WithJsonSchema(text_schema("RFC 3339", format="date-time"))]
ReasonName = Annotated[str, WithJsonSchema(names_schema(Reason))]
KindValue = Annotated[str, WithJsonSchema(text_schema("类别: a name of the provisions"))]
GroupValue = Annotated[str, WithJsonSchema(text_schema("a group of units of the provisions"))]
TimelyValue = Annotated[str, WithJsonSchema(values_schema(Timely, _labelled(TIMELY)))]
StandingOutcome = Annotated[str, WithJsonSchema(values_schema(Outcome, _STANDING))]
FirstOutcome = Annotated[
    str, WithJsonSchema(values_schema(Outcome, "as first judged; null: not yet"))
]
PurposeValue = Annotated[
    str, WithJsonSchema(values_schema(Purpose, f"{_labelled(PURPOSES)}; null: not yet"))
]
State = Annotated[str, WithJsonSchema(values_schema(LetterState, _labelled(LETTER_STATES)))]
Cursor = Annotated[
    str, WithJsonSchema(text_schema("ask again with this to go on; null: that was all"))
]
Manner = Annotated[
    str,
    Field(description=f"来稿方式: {BY_MAIL}, or how it came before a person entered it by hand"),
]
ScoringUnit = Annotated[str, Field(description="计入单位; null: the sender is unknown")]


class Draft(TypedDict):
    """A draft as it stands."""

    id: int
    letter: Annotated[int, Field(description="the letter that brought it")]
    title: str
    unit: ScoringUnit | None
    kind: KindValue | None
    received: Moment
    day: Day
    characters: Annotated[int, Field(description="字数")]
    happened: EventDay | None
    timely: TimelyValue
    outcome: StandingOutcome
    reasons: list[ReasonName]
    adopted: bool
    voided: Annotated[bool, Field(description="积分作废")]
    origin: Annotated[str, Field(description='供稿单位 where a person named one, else ""')]
    manner: Manner


class Letter(TypedDict):
    """A letter as it was first judged."""

    id: int
    received: Moment
    subject: str
    unit: str | None
    state: State
    purpose: PurposeValue | None
    purpose_evidence: Annotated[str, Field(description="why, as a Chinese sentence")]
    in_thread_of: Annotated[
        int | None, Field(description="the letter of the same sender that it answers")
    ]
    answered: Annotated[bool, Field(description="a letter of ours answers it")]
    outcome: FirstOutcome | None
    reasons: list[ReasonName]
    drafts: Annotated[int, Field(description="how many drafts it brought")]
    manner: Manner


class Drafts(TypedDict):
    """A page of drafts."""

    drafts: list[Draft]
    after: Cursor | None


class Letters(TypedDict):
    """A page of letters."""

    letters: list[Letter]
    after: Cursor | None


class Target(TypedDict):
    """A unit's target for a kind."""

    wanted: int
    met: float
    reported: float
    rate: float | None


class Counts(TypedDict):
    """What came from a unit, in the words of rulebook/counts.py."""

    reported: Annotated[dict[str, int], Field(description="实报 by kind, late ones included")]
    late: Annotated[int, Field(description=Count.LATE.meaning)]
    held: Annotated[int, Field(description=Count.HELD.meaning)]
    refused: Annotated[int, Field(description=Count.REFUSED.meaning)]


class Assessment(TypedDict, total=False):
    """What a row of the points table says beyond its columns where there is something to say."""

    assessment: Annotated[float, Field(description="考核赋分 by rank, where config.toml gives it")]


class AnnualBonus(TypedDict, total=False):
    """What a row says when the period is a year and the unit has 附加分 or a sanction (五.2, 五.3)."""

    bonus: Annotated[float, Field(description="附加分 as entered; periods of a year only")]
    bonus_counted: Annotated[float, Field(description="附加分 as it counts")]
    sanctions: Annotated[list[str], Field(description="what cancels the year's 附加分")]


class PointsRow(Assessment, AnnualBonus):
    """A unit's row of the points table."""

    # the columns of rulebook.points_table stand before these members

    received: Annotated[
        Counts | None, Field(description="what came, scored or not; null: no row in the annex")
    ]
    targets: Annotated[dict[str, Target], Field(description="by kind")]


class PointsTable(TypedDict):
    """The points of one group of units."""

    group: GroupValue
    rows: Annotated[
        list[dict[str, Any]],
        WithJsonSchema({"type": "array", "items": {"$ref": SCHEMA_PATH.format(model="PointsRow")}}),
    ]


class Points(TypedDict):
    """Points, ranks and targets of a period."""

    period: Annotated[str, Field(description="its name, as in 2022Q1")]
    first: Day
    last: Day
    tables: list[PointsTable]


class Error(TypedDict):
    """Why there is no answer."""

    error: Annotated[str, Field(description="one sentence")]
