"""An example of each of our letters with everything in it, by which an office's templates are tried."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ledger.states import LetterKind
from notifier.letters import digest
from notifier.letters.digest import Came, DigestFacts, Health, Item, Lagging, Level
from notifier.mail.page import DraftSection, LetterView, Objection, Office, Row, look_of
from rulebook.reasons import Outcome, Reason, Remark

DAY = date(2022, 3, 7)
OFFICE = Office(
    name="某区应急管理局",
    display_name="收稿邮箱",
    contact="如有疑问，请直接回复本邮件。",
    domain="office.example",
    zone="Asia/Shanghai",
    sender="inbox@office.example",
)


def values(office: Office) -> dict[str, dict[str, Any]]:
    """Fill in an example for the template of each letter."""
    return {
        **{
            letter: {"page": page(office)}
            for letter in LetterKind
            if letter is not LetterKind.DIGEST
        },
        LetterKind.DIGEST: digest.values(facts(), office),
    }


def page(office: Office) -> LetterView:
    """Fill in a receipt, and every letter built on it, with all its parts."""
    reason = Reason.BARE_ATTACHMENT
    objection = Objection(reason.sentence, "检查.docx", reason.advice)
    rows = (Row("稿件类别", "要情动态", "邮件主题标有“要情动态”"), Row("字数", "412字"))
    return LetterView(
        look=look_of(Outcome.REFUSED),
        salutation="张三同志：",
        opening="您的邮件已收到，但不符合报送要求，予以退稿。",
        facts=(Row("回执编号", "SG20220307-000012"), Row("收到时间", "2022年3月7日09:30", "说明")),
        objections=(objection,),
        resend="请在3月8日24:00前重新报送。",
        blocks=(
            DraftSection("某镇开展检查", look_of(Outcome.ACCEPTED), rows, (), ""),
            DraftSection(
                "某镇召开会议", look_of(Outcome.REFUSED), rows, (objection,), "请重新报送。"
            ),
        ),
        scores=True,
        remarks=(Remark.NO_REVIEWER.sentence,),
        office=office,
    )


def facts() -> DigestFacts:
    """Invent a day on which everything happened."""
    item = Item("某镇开展检查", "某镇", "没有写明日期", "https://shougao.example/queue/1")
    return DigestFacts(
        day=DAY,
        letters=3,
        came=(Came("某镇", 1, 1, 1, "要情动态3"),),
        waiting=(item,),
        more=2,
        late=(item,),
        refused=(item,),
        behind=(Lagging(("某镇", "某科"), "舆情3篇", "本周，3月13日止"),),
        adopted=(item,),
        health=(
            Health("收信", Level.FAIL, "连不上邮箱", "请检查网络。"),
            Health("磁盘", Level.OK, "剩余 20 GB"),
        ),
        days=tuple((DAY - timedelta(days=13 - number), number, 1, 1) for number in range(14)),
        in_mailbox=12,
        recorded=10,
        missing=2,
        undelivered=(item,),
        others=(item,),
        more_others=1,
        statements=(item,),
        unanswered=(item,),
        more_unanswered=1,
        from_junk=(item,),
        strangers_junk=3,
        console="https://shougao.example",
    )
