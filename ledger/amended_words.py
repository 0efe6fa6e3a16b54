"""What people corrected in a draft, told to whoever sent it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.models.conversations import AmendmentRow
from ledger.models.letters import DraftRow

CALLED = {"title": "标题", "author": "撰稿人", "reviewer": "审核人", "origin": "供稿单位"}
"""What the fields of a draft that can be corrected are called; its text is told without its words."""
SHOWN = 60


def amended_words(session: Session, draft: int, since: datetime | None) -> str:
    """Say what was corrected after a moment and still stands, a sentence each; "" for nothing."""
    query = select(AmendmentRow).where(AmendmentRow.draft_id == draft).order_by(AmendmentRow.seq)
    if since is not None:
        query = query.where(AmendmentRow.at > since)
    was: dict[str, str] = {}
    for row in session.scalars(query):
        was = {**row.before, **was}
    if not was:
        return ""
    now = session.get_one(DraftRow, draft)
    told = [
        f"{called}更正为“{getattr(now, name)[:SHOWN] or '无'}”（原为“{was[name][:SHOWN] or '无'}”）。"
        for name, called in CALLED.items()
        if name in was and was[name] != getattr(now, name)
    ]
    if was.get("text", now.text) != now.text:
        told.append("正文已由工作人员对照原件更正。")
    return "".join(told)
