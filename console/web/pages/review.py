"""待核: held drafts, one after the other: the evidence, the twin, one click to confirm, a form to correct."""

from __future__ import annotations

from datetime import date

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.web.comparison import repeat
from console.web.pages.letter import paragraphs
from console.web.request_context import Visit, action, go, page
from ingest.drafts.picture_matching import natural
from ledger import duplicates
from ledger.decisions import NotFound, Overtaken, UnfinishedRuling
from ledger.models.accounts import Role
from ledger.models.letters import LetterState
from ledger.queries import letter_views
from ledger.queries.letter_views import DraftView, LettersWanted, LetterView, StoredFile
from ledger.queries.search import Found, Order, Wanted, search
from rulebook.clauses import CLAUSES, QUOTES
from rulebook.model import Kind, Outcome
from rulebook.originality import percent
from rulebook.reasons import Reason
from rulebook.rulings import Ruling

MOST = 200
MOST_WHY = 500
FIELDS = ("kind", "happened", "unit", "original", "voided", "why")


def queue(visit: Visit) -> Response:
    """The gravest first: letters that tripped us, then drafts, the longest waiting first."""
    return visit.render(
        "queue.html",
        here="/queue",
        said=visit.asked("said")[:200],
        aside=letter_views.letters(
            visit.desk.reader, LettersWanted(state=LetterState.SET_ASIDE), limit=20
        ),
        held=_held(visit),
        most=MOST,
        editor=visit.may(Role.EDITOR),
    )


def one(visit: Visit) -> Response:
    return _shown(visit, visit.number("draft"))


def decide(visit: Visit) -> Response:
    """A person's ruling. What was not changed in the form is no part of it."""
    number = visit.number("draft")
    _, draft = _draft(visit, number)
    deed = visit.filled("deed")
    if deed not in ("confirm", "correct", "refuse"):
        raise HTTPException(400)
    try:
        ruling = _ruling(visit, draft, deed)
    except ValueError as error:
        return _shown(visit, number, str(error), 400)
    if ruling == Ruling():
        return _shown(visit, number, "没有改动任何一项。要按现在的判断收稿，请点“确认收稿”。", 400)
    house = visit.desk.house
    seen = visit.filled("seen")
    try:
        made = house.decisions.rule(
            number,
            ruling,
            visit.account.name,
            visit.filled("why").strip()[:MOST_WHY],
            visit.now,
            house.correct,
            seen=int(seen) if seen.isdecimal() and len(seen) < 18 else None,
        )
    except Overtaken as error:
        return _shown(visit, number, str(error), 409)
    except (UnfinishedRuling, NotFound) as error:
        return _shown(visit, number, str(error), 400)
    said = f"《{made.title[:40]}》已核定" + (
        "，更正回执将自动发出。" if made.changed else "，没有变化。"
    )
    following = next((held.draft for held in _held(visit) if held.draft > number), None)
    back = f"/queue/{following}" if following and visit.filled("next") else "/queue"
    return go(back, said=said)


def _ruling(visit: Visit, draft: DraftView, deed: str) -> Ruling:
    if deed == "refuse":
        if not visit.filled("why").strip():
            raise ValueError("不予收录要写明理由，报送人会在更正回执里看到。")
        return Ruling(accepted=False)
    if deed == "confirm":
        return Ruling(accepted=True)
    kind = next((one for one in Kind if one.name == visit.filled("kind")), None)
    unit = visit.filled("unit")
    known = {one.name for one in visit.desk.house.settings.provisions_on(visit.today).units}
    if unit and unit not in known:
        raise ValueError(f"没有“{unit}”这个单位。")
    happened = None
    if visit.filled("happened"):
        try:
            happened = date.fromisoformat(visit.filled("happened"))
        except ValueError:
            raise ValueError(f"“{visit.filled('happened')}”不是日期。") from None
    voided = visit.filled("voided") == "yes"
    original = {"yes": True, "no": False}.get(visit.filled("original"))
    accepted = True if visit.filled("accepted") == "yes" else None
    return Ruling(
        kind=kind if kind != draft.kind else None,
        happened=happened if happened != draft.happened else None,
        unit=unit if unit and unit != draft.unit else None,
        original=original,
        voided=voided if voided != draft.voided else None,
        accepted=accepted,
    )


def _shown(visit: Visit, number: int, trouble: str = "", status: int = 200) -> Response:
    letter, draft = _draft(visit, number)
    waiting = [held.draft for held in _held(visit)]
    later = [other for other in waiting if other > number]
    earlier = [other for other in waiting if other < number]
    return visit.render(
        "decide.html",
        status,
        here="/queue",
        said=visit.asked("said")[:200],
        trouble=trouble,
        letter=letter,
        draft=draft,
        repeat=repeat(visit.desk.reader, draft, letter.line.id),
        later=duplicates.later(visit.desk.reader, letter.line.id, draft.position),
        percent=percent,
        paragraphs=paragraphs,
        clauses=CLAUSES,
        quotes=QUOTES,
        kinds=list(Kind),
        units=[one.name for one in visit.desk.house.settings.provisions_on(visit.today).units],
        editor=visit.may(Role.EDITOR),
        next=later[0] if later else None,
        previous=earlier[-1] if earlier else None,
        pictures=[file for file in letter.files if file.pictured],
        pages=_pages(letter, draft),
        most_why=MOST_WHY,
        typed=_typed(visit, draft),
    )


def _pages(letter: LetterView, draft: DraftView) -> list[StoredFile]:
    """The pictures in which a draft's text was recognised, in the order in which they are read."""
    if Reason.SCANNED_DRAFT not in draft.reasons:
        return []
    own = [file for file in letter.files if file.role == "scan" and file.path == draft.file]
    if own and not own[0].media_type.startswith("image/"):
        return own
    folder = draft.file.rpartition("/")[0]
    beside = [
        file
        for file in letter.files
        if file.role == "scan"
        and file.media_type.startswith("image/")
        and file.path.rpartition("/")[0] == folder
    ]
    return sorted(beside, key=lambda file: natural(file.path))


def _typed(visit: Visit, draft: DraftView) -> dict[str, str]:
    """What the form shows: what was just typed, if it was not taken, else the draft as it stands."""
    if visit.form:
        return {name: visit.filled(name) for name in FIELDS}
    stands = {
        "kind": draft.kind.name if draft.kind else "",
        "happened": str(draft.happened or ""),
        "unit": draft.unit or "",
        "voided": "yes" if draft.voided else "",
    }
    return {name: stands.get(name, "") for name in FIELDS}


def _held(visit: Visit) -> list[Found]:
    wanted = Wanted(outcome=Outcome.HELD)
    return search(visit.desk.reader, wanted, limit=MOST, order=Order.OLDEST)


def _draft(visit: Visit, number: int) -> tuple[LetterView, DraftView]:
    letter_id = letter_views.letter_of_draft(visit.desk.reader, number)
    letter = letter_views.letter(visit.desk.reader, letter_id) if letter_id else None
    if letter is None:
        raise HTTPException(404)
    return letter, next(draft for draft in letter.drafts if draft.id == number)


routes = (
    page("/queue", queue),
    page("/queue/{draft:int}", one),
    action("/queue/{draft:int}", decide, Role.EDITOR),
)
