"""The sentences of a notice, written from its figures. Nothing here is formatted: see `document.py`."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial

from notifier.notice.enumerating import divided, listed, quoted
from notifier.notice.facts import NoticeFacts
from notifier.notice.tables import by_other_scales, rates_by_unit, scored, shortfalls
from rulebook.amounts import Amount, rate_told, signed, total
from rulebook.kind_rules import AdoptionJoins, Role
from rulebook.model import Group, Kind
from rulebook.periods import Span
from rulebook.provisions import BareRule
from rulebook.ranking import KindColumn, TableRow, kind_columns
from rulebook.targets import rate_of

TITLE_CHARACTERS = 19
"""Characters of 22 pt that stand in a line of 156 mm with some room left."""

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

NUMERALS = "一二三四五六七八九十"


def title(facts: NoticeFacts) -> str:
    """Write the title: 关于…情况的通报."""
    return f"关于{facts.period.label}{facts.work}工作情况的通报"


def points_title(facts: NoticeFacts, group: Group) -> str:
    """Write the title of one of the two tables, e.g. 2022年度信息宣传稿件积分统计表（板块）."""
    return f"{facts.period.label}{facts.work}稿件积分统计表（{table_name(facts, group)}）"


def annex_title(facts: NoticeFacts) -> str:
    """Write the title of the annex."""
    return f"{facts.period.label}{facts.work}稿件报送情况明细"


def broken(title: str, work: str) -> str:
    """Break a title that one line cannot hold before the name of the `work` (GB/T 9704 7.3.1)."""
    if width(title) <= 2 * TITLE_CHARACTERS:
        return title
    for offset in (title.rfind("（"), title.rfind(work)):
        if offset > 0 and width(title[:offset]) <= 2 * TITLE_CHARACTERS:
            return f"{title[:offset]}\n{title[offset:]}"
    return title


def width(text: str) -> int:
    """Count the half-widths of a text (UAX #11)."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def day(value: date) -> str:
    """Write a day in Arabic figures without leading zeros (GB/T 9704 7.3.5.4)."""
    return f"{value.year}年{value.month}月{value.day}日"


def legal(value: str) -> str:
    """Remove from a text what XML 1.0 (2.2) cannot carry; its lines end in a line feed."""
    return _ILLEGAL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))


def attachments(facts: NoticeFacts) -> list[str]:
    """Write 附件说明 (GB/T 9704 7.3.4): no punctuation after a title."""
    titles = [points_title(facts, group) for group, _ in facts.tables] + [annex_title(facts)]
    if len(titles) == 1:
        return [f"附件：{titles[0]}"]
    return [
        f"{'附件：' if number == 1 else '　　　'}{number}．{text}"
        for number, text in enumerate(titles, start=1)
    ]


def lead(facts: NoticeFacts) -> str:
    """Write the paragraph before the first heading."""
    first = max(facts.period.first, facts.counted_from or facts.period.first)
    span = f"（{day(first)}至{_until(first, facts.period.last)}）"
    return (
        f"根据{facts.work}工作有关规定，我们对{facts.period.label}"
        f"{'' if facts.period.span is Span.WEEK else span}各单位信息报送和录用情况进行了统计。"
        "现将有关情况通报如下："
    )


def overview(facts: NoticeFacts) -> list[tuple[str, list[str]]]:
    """Write 一、基本情况: headings with their paragraphs; a part without figures is left out."""
    parts = (
        ("报送情况", [_reported(facts), *_sums(facts)]),
        ("录用情况", [_adopted(facts)]),
        ("任务完成情况", _completed(facts)),
        ("完成较好的单位", _praise(facts)),
        ("年终考核附加分", _bonus(facts)),
        ("个人积分", _persons(facts)),
        ("前期统计的变动", _changed(facts)),
    )
    kept = [(name, paragraphs) for name, paragraphs in parts if paragraphs]
    return [
        (f"（{numeral}）{name}", paragraphs)
        for numeral, (name, paragraphs) in zip(NUMERALS, kept, strict=False)
    ]


def _persons(facts: NoticeFacts) -> list[str]:
    """Name the first persons of the table, as many as the provisions say, equal ones together."""
    most = facts.rules.points.persons_listed
    first = [row for row in facts.persons if row.rank <= most and row.points > 0]
    if not first:
        return []
    told = "、".join(f"{row.person}（{row.unit}）{row.points}分" for row in first)
    return [f"个人积分前{most}名：{told}。"]


def problems(facts: NoticeFacts) -> list[str]:
    """Write 二、存在问题: counts without names, then the units that staff chose to name."""
    sentences = []
    silent = _silent(facts)
    if silent:
        sentences.append(f"{len(silent)}个单位{this(facts)}没有报送稿件。")
    behind = sum(1 for rate in rates_by_unit(facts).values() if rate < 1)
    if behind:
        sentences.append(f"{behind}个单位没有全部完成报送任务。")
    late = sum(one.late for one in facts.setbacks)
    if late:
        worth = "按逾期计分" if facts.rules.late_scores else "按规定不计分"
        worth = "按各类的规定计分" if facts.rules.late_scores_in_part else worth
        sentences.append(f"时效性不强，{late}篇稿件超过规定时间报送，{worth}。")
    malformed = sum(one.malformed for one in facts.setbacks)
    if malformed:
        sentences.append(f"报送格式不规范，{malformed}篇稿件因不符合报送要求被退回。")
    sentences = _itemised(sentences)
    sentences += [
        f"{quoted(one.unit)}：{one.problem.rstrip('。；') or _shortcomings(facts, one.unit)}。"
        for one in facts.named
    ]
    return sentences or [f"{this(facts)}没有需要通报的问题。"]


def requirements(facts: NoticeFacts) -> list[str]:
    """Write 三、下一步要求: the words of staff, else what the figures call for."""
    if facts.requirements:
        return list(facts.requirements)
    owed = [rule.name for rule in facts.rules.kind_rules if rule.role is not Role.COMMISSION]
    *first, last = owed or [Kind("各类稿件")]
    listed = f"{'、'.join(first)}和{last}" if first else last
    sentences = [f"各单位要对照报送任务，明确专人负责，按时报送{listed}。"]
    for rule in facts.rules.of_role(Role.ARTICLE):
        if any(one.kind == rule.name and one.met < one.wanted for one in facts.completions):
            sentences.append(f"要加强{rule.name}的撰写，及时总结经验做法，按期完成任务。")
    if any(one.late for one in facts.setbacks):
        which = "" if facts.rules.is_own_regulation else "特别是上级督查、会议等信息，"
        worth = "" if facts.rules.late_scores else "，逾期不予计分"
        sentences.append(f"要注重时效性，{which}要在规定时间内报送{worth}。")
    if any(one.malformed for one in facts.setbacks):
        packed = facts.rules.bare_attachment is BareRule.REFUSE
        form = (
            "所有稿件文字、图片打包成压缩文件，以附件形式发送" if packed else "按规定的形式发送稿件"
        )
        sentences.append(f"要规范报送格式，{form}。")
    if not any(sum(row.adopted) for row in facts.rows):
        sentences.append("要提高稿件质量，主动向各级载体推荐，争取更多稿件被录用。")
    return _itemised(sentences)


def table_notes(facts: NoticeFacts, rows: Sequence[TableRow]) -> list[str]:
    """Write the notes below one of the two tables, by which every row adds up."""
    columns = "，".join(_worth(facts, column) for column in kind_columns(facts.rules))
    tiers = "、".join(f"{tier.name}{tier.points}分" for tier in facts.rules.tier_rules)
    scale = f"表中为计分条数：{columns}；录用{tiers}。{_JOINED[facts.rules.points.adoption_joins]}"
    notes = [scale]
    besides: list[tuple[str, Callable[[TableRow], Amount]]] = [
        ("积分总计含前期已计分稿件被录用等的更正", lambda row: row.correction),
        ("积分总计含批示加分、扣分等", lambda row: row.by_hand),
        ("积分总计含任务完成情况和逾期稿件的加减分", lambda row: row.by_rule),
        (_RESCALED, partial(by_other_scales, facts=facts)),
    ]
    for said, value in besides:
        if apart := [row for row in rows if value(row)]:
            told = listed(apart, partial(_apart, value=value))
            notes.append(f"{said}：{told}。")
    if len(notes) == 1:
        return [f"注：{scale}"]
    return [
        f"{'注：' if number == 1 else '　　'}{number}. {note}"
        for number, note in enumerate(notes, start=1)
    ]


def _apart(row: TableRow, value: Callable[[TableRow], Amount]) -> str:
    return f"{quoted(row.unit)}{signed(value(row))}分"


_RESCALED = "本期内计分标准有变，积分总计按每篇稿件当天的标准计算，与上列标准相差"
_JOINED = {
    AdoptionJoins.REPLACES: "上报与录用不重复加分。",
    AdoptionJoins.ADDS: "录用分在上报分之外另加。",
    AdoptionJoins.ONLY: "只计录用分。",
}


def _worth(facts: NoticeFacts, column: KindColumn) -> str:
    """Say what a draft of a column gives; kinds of different worth are told one by one."""
    points = [rule.points for kind in column.kinds if (rule := facts.rules.rule_of(kind))]
    if len(set(points)) == 1:
        return f"{column.heading}每条{points[0]}分"
    names = column.heading.split("/")
    if len(names) != len(points):
        names = list(column.kinds)
    return "、".join(f"{name}每条{worth}分" for name, worth in zip(names, points, strict=True))


def table_name(facts: NoticeFacts, group: Group) -> str:
    """Return what a group's table is called in brackets."""
    titles = {rule.name: rule.title for rule in facts.rules.group_rules}
    return titles.get(group) or group


def this(facts: NoticeFacts) -> str:
    """Name the period as one speaks of it in passing."""
    return {
        Span.WEEK: "本周",
        Span.MONTH: "本月",
        Span.QUARTER: "本季度",
        Span.HALF: "上半年" if facts.period.first.month == 1 else "下半年",
        Span.YEAR: "本年度",
        Span.OWN: "本期",
    }[facts.period.span]


def _until(first: date, last: date) -> str:
    return f"{last.month}月{last.day}日" if first.year == last.year else day(last)


def _reported(facts: NoticeFacts) -> str:
    counts: Counter[str] = Counter()
    for one in facts.received:
        counts[one.kind or "类别待定"] += one.count
    total = counts.total()
    if not total:
        return f"{facts.period.label}没有收到稿件。"
    text = f"{facts.period.label}共收到稿件{total}篇，"
    names = [*facts.kinds, "类别待定"]
    text += divided([(name, counts[name]) for name in names if counts[name]], "篇") + "。"
    units, silent = len(facts.rows), len(_silent(facts))
    if units and not silent:
        text += f"{units}个单位均有报送。" if units > 1 else ""
    elif units:
        text += f"{units}个单位中，{units - silent}个单位报送了稿件，{silent}个单位没有报送。"
    late = sum(one.late for one in facts.setbacks)
    refused = sum(one.refused for one in facts.setbacks)
    setbacks = [f"逾期报送{late}篇"] if late else []
    setbacks += [f"退稿{refused}篇"] if refused else []
    held = sum(one.held for one in facts.setbacks)
    setbacks += [f"另有{held}篇待核定"] if held else []
    return text + ("、".join(setbacks) + "。" if setbacks else "没有逾期报送和退稿的情况。")


def _sums(facts: NoticeFacts) -> list[str]:
    parts = []
    for group, rows in facts.tables:
        points = total(row.points for row in rows)
        if not points:
            parts.append(f"{group}{len(rows)}个单位没有得分")
            continue
        average = f"，平均{points / len(rows):.1f}分" if len(rows) > 1 else ""
        parts.append(f"{group}{len(rows)}个单位积分共计{points}分{average}")
    return ["；".join(parts) + "。"] if parts else []


def _adopted(facts: NoticeFacts) -> str:
    printed = sum(one.count for one in facts.adoptions)
    if not printed:
        return f"{this(facts)}没有稿件被录用。"
    tiers: Counter[int] = Counter()
    for one in facts.adoptions:
        tiers[one.tier or 0] += one.count
    names = [
        (rule.name, tiers[tier])
        for tier, rule in enumerate(facts.rules.tier_rules, start=1)
        if tiers[tier]
    ]
    names += [("类别待定", tiers[0])] if tiers[0] else []
    text = f"各级载体录用稿件{printed}条，{divided(names, '条')}。"
    counted = sum(sum(row.adopted) for row in facts.rows)
    if counted == printed:
        return text
    return text + (f"按规定计分的录用{counted}条。" if counted else "按规定均不计录用分。")


def _completed(facts: NoticeFacts) -> list[str]:
    rates = rates_by_unit(facts).values()
    if not rates:
        return []
    done = sum(1 for rate in rates if rate >= 1)
    if done == len(rates):
        text = "各单位均完成了报送任务。" if done > 1 else "报送任务已经完成。"
    elif done:
        text = f"有报送任务的{len(rates)}个单位中，{done}个单位全部完成。"
    else:
        text = "没有单位全部完成报送任务。" if len(rates) > 1 else "报送任务没有全部完成。"
    others = (one.kind for one in facts.completions if one.kind not in facts.kinds)
    by_kind = [
        f"{kind}{rate_told(rate)}"
        for kind in dict.fromkeys([*facts.kinds, *others])
        if (rate := rate_of(one for one in facts.completions if one.kind == kind)) is not None
    ]
    return [f"{text}任务完成率：{'，'.join(by_kind)}。"]


def _praise(facts: NoticeFacts) -> list[str]:
    sentences = []
    for group, rows in facts.tables:
        best = [
            row
            for row in rows
            if 0 < row.rank <= facts.top and row.points > 0 and _praiseworthy(facts, row.unit)
        ]
        if len(best) == 1 and best[0].rank == 1:
            sentences.append(
                f"{group}中，积分居首的是{quoted(best[0].unit)}（{best[0].points}分）。"
            )
        elif best:
            names = listed(best, lambda row: f"{quoted(row.unit)}（{row.points}分）")
            sentences.append(f"{group}中，积分居前的是{names}。")
    rates = rates_by_unit(facts)
    done = [
        row for row in facts.rows if rates.get(row.unit, 0) >= 1 and _praiseworthy(facts, row.unit)
    ]
    if done and len(done) < len(facts.rows):
        sentences.append(f"全部完成报送任务的是{listed(done, lambda row: quoted(row.unit))}。")
    printed = [
        row
        for row in facts.rows
        if row.adopted and row.adopted[0] and _praiseworthy(facts, row.unit)
    ]
    if printed:
        names = listed(printed, lambda row: f"{quoted(row.unit)}（{row.adopted[0]}条）")
        sentences.append(f"稿件被{facts.rules.tier_name(1)}载体录用的是{names}。")
    return sentences


def _praiseworthy(facts: NoticeFacts, unit: str) -> bool:
    """Tell whether a unit did what it owed and is not named among the problems of the same notice."""
    done = rates_by_unit(facts).get(unit, 1.0) >= 1
    return done and unit not in {one.unit for one in facts.named}


def _bonus(facts: NoticeFacts) -> list[str]:
    if facts.period.span is not Span.YEAR:
        return []
    cancelled = [one.unit for one in facts.bonuses if one.cancelled]
    text = "年终考核附加分见附件。"
    if cancelled:
        text += f"按规定取消附加分的是{'、'.join(quoted(unit) for unit in cancelled)}。"
    return [text]


def _changed(facts: NoticeFacts) -> list[str]:
    if not facts.changes:
        return []
    units = len({one.unit for one in facts.changes})
    return [f"前期通报印发后，{units}个单位的积分有变动，见附件。已印发的通报不作更改。"]


def _silent(facts: NoticeFacts) -> list[str]:
    senders = {one.unit for one in facts.received if one.count}
    return [row.unit for row in facts.rows if row.unit not in senders]


def _shortcomings(facts: NoticeFacts, unit: str) -> str:
    """Say what the figures say of a unit that was named without words."""
    lacking = [one for one in facts.completions if one.unit == unit and one.met < one.wanted]
    clauses = shortfalls(lacking)
    late = sum(one.late for one in facts.setbacks if one.unit == unit)
    refused = sum(one.refused for one in facts.setbacks if one.unit == unit)
    clauses += [f"逾期报送{late}篇"] if late else []
    clauses += [f"退稿{refused}篇"] if refused else []
    if clauses:
        return "，".join(clauses)
    row = next((row for row in facts.rows if row.unit == unit), None)
    if row is None:
        return "报送工作有待加强"
    group = table_name(facts, row.group)
    return f"积分{row.points}分，计分稿件{scored(row)}条，在{group}中排名第{row.rank}"


def _itemised(sentences: Iterable[str]) -> list[str]:
    """Put numbers before several sentences, 一是…二是…; a single one stands alone."""
    several = list(sentences)
    if len(several) < 2:
        return several
    return [f"{NUMERALS[index]}是{one}" for index, one in enumerate(several)]
