"""约稿 (三.3): what was asked of whom until when, which draft answered; answered or closed by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.web import forms
from console.web.forms import Unusable
from console.web.request_context import Visit, action, go, page
from ledger.commissions import Answer, Commission, UnitAnswer
from ledger.decisions import NotFound, UnfinishedRuling
from ledger.models.accounts import Role
from ledger.queries import search
from ledger.queries.search import Found, Wanted
from rulebook.model import Outcome
from rulebook.rulings import Ruling

AFTER_DUE = timedelta(days=120)
"""How long after the due day a draft may still be named as the answer."""
MOST_CHOICES = 40
MOST_SHOWN = 100
MOST_NOTE = 1000


@dataclass(frozen=True, slots=True)
class Progress:
    """A commission and how many of its units stand where."""

    commission: Commission
    counts: Counter[Answer]


@dataclass(frozen=True, slots=True)
class Line:
    """A unit asked, how it stands, and the drafts that may be named as its answer."""

    given: UnitAnswer
    choices: tuple[Found, ...]


def commissions(visit: Visit) -> Response:
    return _shown(visit, said=visit.asked("said")[:200])


def add(visit: Visit) -> Response:
    try:
        topic = forms.text(visit, "topic", "题目")
        due = forms.day(visit, "due", "截止日期")
        whole = set(visit.form.getlist("group"))
        named = [unit for group, units in _groups(visit) if group in whole for unit in units]
        named += [one for one in visit.form.getlist("unit") if isinstance(one, str)]
        units = tuple(dict.fromkeys(forms.known_unit(visit, one) for one in named))
        if not units:
            raise Unusable("请选择向哪些单位约稿。")
        if due < visit.today:
            raise Unusable("截止日期已经过去，请重新填写。")
        note = visit.filled("note").strip()[:MOST_NOTE]
        number = visit.desk.house.commissions.add(
            Commission(topic, units, visit.today, due, note), visit.account.name, visit.now
        )
    except ValueError as error:
        return _shown(visit, trouble=str(error), status=400)
    return go(f"/commissions/{number}", said=f"已布置：向 {len(units)} 个单位约稿，{due} 截止。")


def one(visit: Visit) -> Response:
    return _one(visit, said=visit.asked("said")[:200])


def answer(visit: Visit) -> Response:
    """A person says which draft answers, or that it does not; its sender is told by a correction."""
    asked = _found(visit)
    number, taken = forms.number(visit.filled("draft")), visit.filled("deed") == "take"
    draft = search.one(visit.desk.reader, number) if number else None
    if draft is None:
        return _one(visit, trouble="请先选择稿件。", status=400)
    if draft.unit not in asked.units:
        return _one(visit, trouble=f"没有向{draft.unit or '名单外的单位'}约过这篇稿。", status=400)
    ruling = Ruling(commission=0 if taken else asked.id)
    why = forms.why(visit) or ("不是这次约稿" if taken else "对应约稿")
    house = visit.desk.house
    try:
        house.decisions.rule(draft.draft, ruling, visit.account.name, why, visit.now, house.correct)
    except (NotFound, UnfinishedRuling) as error:
        return _one(visit, trouble=str(error), status=400)
    if taken:
        return go(f"/queue/{draft.draft}", said="已不再对应约稿，请核定这篇稿件的类别。")
    return go(f"/commissions/{asked.id}", said=f"《{draft.title[:40]}》已记为{draft.unit}的约稿。")


def close(visit: Visit) -> Response:
    """No more answers are waited for, or they are again."""
    asked, reopened = _found(visit), visit.filled("deed") == "reopen"
    visit.desk.house.commissions.close(
        asked.id, visit.account.name, forms.why(visit), visit.now, closed=not reopened
    )
    said = "已重新打开。" if reopened else "已结束，不再等待，也不再催报。"
    return go(f"/commissions/{asked.id}", said=said)


def _shown(visit: Visit, *, said: str = "", trouble: str = "", status: int = 200) -> Response:
    book = visit.desk.house.commissions
    listed = book.listing()[:MOST_SHOWN]
    asking = visit.request.method == "POST"
    return visit.render(
        "commissions.html",
        status,
        here="/commissions",
        said=said,
        trouble=trouble,
        editor=visit.may(Role.EDITOR),
        asking=asking,
        filled=visit.filled if asking else lambda _name: "",
        chosen=[*visit.form.getlist("unit"), *visit.form.getlist("group")],
        groups=_groups(visit),
        listed=[_progress(visit, one) for one in listed],
        answers=Answer,
    )


def _one(visit: Visit, *, said: str = "", trouble: str = "", status: int = 200) -> Response:
    asked, editor = _found(visit), visit.may(Role.EDITOR)
    lines = [
        Line(given, _choices(visit, asked, given) if editor else ())
        for given in visit.desk.house.commissions.answers(asked.id, visit.today)
    ]
    return visit.render(
        "commission.html",
        status,
        here="/commissions",
        said=said,
        trouble=trouble,
        editor=editor,
        one=asked,
        lines=lines,
        counts=Counter(line.given.answer for line in lines),
        answers=Answer,
        looks={
            Answer.FULFILLED: "accepted",
            Answer.LATE: "held",
            Answer.OPEN: "none",
            Answer.MISSING: "refused",
        },
    )


def _progress(visit: Visit, one: Commission) -> Progress:
    given = visit.desk.house.commissions.answers(one.id, visit.today)
    return Progress(one, Counter(each.answer for each in given))


def _choices(visit: Visit, asked: Commission, given: UnitAnswer) -> tuple[Found, ...]:
    """What the unit sent meanwhile and may be its answer."""
    if given.draft is not None:
        return ()
    wanted = Wanted(unit=given.unit, first=asked.asked, last=asked.due + AFTER_DUE)
    found = search.search(visit.desk.reader, wanted, limit=MOST_CHOICES)
    return tuple(one for one in found if one.outcome is not Outcome.REFUSED)


def _groups(visit: Visit) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for unit in visit.desk.house.settings.provisions_on(visit.today).units:
        found.setdefault(unit.group.value, []).append(unit.name)
    return list(found.items())


def _found(visit: Visit) -> Commission:
    found = visit.desk.house.commissions.one(visit.number("commission"))
    if found is None:
        raise HTTPException(404)
    return found


routes = (
    page("/commissions", commissions),
    action("/commissions", add, Role.EDITOR),
    page("/commissions/{commission:int}", one),
    action("/commissions/{commission:int}/answers", answer, Role.EDITOR),
    action("/commissions/{commission:int}/close", close, Role.EDITOR),
)
