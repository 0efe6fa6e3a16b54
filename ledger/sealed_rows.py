"""Proof of the rows that deeds leave: each is as the last entry that tells of it says, and none is without one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from ledger.models.accounts import LinkRow, RecoveryCodeRow, SessionRow, TokenRow, UserRow
from ledger.models.conversations import (
    AssignmentRow,
    QuestionRow,
    StatementRow,
)
from ledger.models.decisions import (
    AdoptionRow,
    CommissionReplyRow,
    CommissionRow,
    JournalRow,
    NoticeCheckRow,
    NoticeRow,
    PrintedTextRow,
)
from ledger.row_digests import KEYS, columns, name_of, seal
from ledger.states import Act
from ledger.unreadable import there

BATCH = 2000
TOLD: Mapping[type[Any], str] = {
    StatementRow: "报送人说明",
    QuestionRow: "请报送人补充的记录",
    AssignmentRow: "稿件的分派",
    NoticeCheckRow: "通报核对记录",
    CommissionRow: "约稿",
    CommissionReplyRow: "约稿回信",
    PrintedTextRow: "刊发稿",
    AdoptionRow: "录用",
    NoticeRow: "已发布的通报",
    UserRow: "账号",
    LinkRow: "设置密码的链接",
    TokenRow: "数据接口的令牌",
    SessionRow: "登录状态",
    RecoveryCodeRow: "恢复码",
}
MAY_GO = frozenset({LinkRow, SessionRow})
"""They end by themselves when their time is over."""
OF_ACCOUNT = frozenset({LinkRow, SessionRow, RecoveryCodeRow})
"""Their keys are digests: people are told whose they are."""


@dataclass(slots=True)
class Sealed:
    """By a row's name its latest digest ("": gone), and the numbers of the entries that tell of it."""

    latest: dict[str, str] = field(default_factory=dict)
    seqs: dict[str, set[int]] = field(default_factory=dict)
    since: int = 0

    def rests_on(self, name: str, seq: int) -> bool:
        """Whether an entry of this number tells of the row; `since`: up to there all were counted once."""
        return seq in self.seqs[name] or (seq < self.since and self.since in self.seqs[name])


def sealed_rows(session: Session) -> Iterator[str]:
    """Yield rows that no entry tells of, that differ from the last that does, or that are not there."""
    sealed = _sealed(session)
    for model, label in TOLD.items():
        yield from _table(session, model, label, sealed)


def _sealed(session: Session) -> Sealed:
    sealed = Sealed()
    query = (
        select(JournalRow.seq, JournalRow.facts, JournalRow.act)
        .where(JournalRow.act.not_in((Act.ENTERED, Act.OWED)))  # the many, which seal no such row
        .order_by(JournalRow.seq)
        .execution_options(yield_per=BATCH)
    )
    for seq, facts, act in session.execute(query):
        if act is Act.BASELINE and "sealed" in facts:
            sealed.since = seq
        for name, digest in facts.get("sealed", {}).items():
            sealed.latest[name] = digest
            sealed.seqs.setdefault(name, set()).add(seq)
    return sealed


def _table(session: Session, model: type[Any], label: str, sealed: Sealed) -> Iterator[str]:
    table = model.__tablename__
    seen = set()
    keys = inspect(model).primary_key
    for row in session.scalars(select(model).order_by(*keys)):
        values = columns(row)
        name = name_of(table, values)
        seen.add(name)
        whose = _whose(model, label, values)
        known = sealed.latest.get(name)
        if not known:
            yield f"{whose}不是按手续登记的：日志里没有它"
        elif known != seal(table, values):
            yield f"{whose}有内容与日志不符"
        elif "seq" in values and not sealed.rests_on(name, values["seq"]):
            yield f"{whose}所依据的日志条目与日志不符"
    if model in MAY_GO:
        return
    missed = {
        name
        for name, digest in sealed.latest.items()
        if digest and name not in seen and name.startswith(f"{table}:")
    }
    if missed:
        names = KEYS[table]
        missed -= {
            name_of(table, dict(zip(names, row, strict=True)))
            for row in there(session, model, *names)
        }
    for name in sorted(missed):
        yield f"{label}“{name.partition(':')[2][:20]}”的记录不见了"


def _whose(model: type[Any], label: str, values: Mapping[str, Any]) -> str:
    if model in OF_ACCOUNT:
        return f"第 {values['user_id']} 号账号的{label}"
    if model in (UserRow, TokenRow):
        return f"{label}“{values['name']}”"
    (key,) = KEYS[model.__tablename__]
    return f"第 {values[key]} 号{label}"
