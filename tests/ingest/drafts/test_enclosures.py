"""A plan or a speech that only accompanies a draft."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.drafts.assembly import Pieces, sort_pieces
from parsers.types import Text
from rulebook.model import FileRole
from rulebook.reasons import Reason, Remark

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
REPORT = (
    "洛阳镇举办“安全宣传咨询日”活动",
    "6月16日上午，洛阳镇在市民广场举办“安全宣传咨询日”活动，15家成员单位设摊接受群众咨询。",
)
PLAN = (
    "洛阳镇2022年“安全宣传咨询日”活动方案",
    "为扎实做好“安全生产月”工作，结合我镇实际，制定本方案。",
    "一、活动时间：6月16日上午",
    "二、工作要求：各单位要高度重视，于6月14日前报送名单。",
)


def pieces(subject: str, note: str, plan: str = "活动方案.docx") -> Pieces:
    facts = [
        Text("稿件.zip/动态.docx", DOCX, REPORT),
        Text(f"稿件.zip/{plan}", DOCX, PLAN),
    ]
    return sort_pieces(
        facts, received=date(2022, 6, 17), unit_names=("洛阳镇",), subject=subject, note=note
    )


@pytest.mark.parametrize(
    ("subject", "note", "plan"),
    [
        ("洛阳镇咨询日动态（附方案）", "", "活动方案.docx"),
        ("洛阳镇动态", "附件动态1篇，活动方案一并附上供参考。", "活动方案.docx"),
        ("洛阳镇动态", "动态一篇，附活动方案。", "活动方案.docx"),
        ("洛阳镇动态", "方案供参阅", "活动方案.docx"),
        ("洛阳镇动态", "", "附件：活动方案.docx"),
        ("洛阳镇动态1篇", "", "参考材料-活动方案.docx"),
    ],
)
def test_a_paper_that_the_sender_calls_an_enclosure_is_no_draft(
    subject: str, note: str, plan: str
) -> None:
    found = pieces(subject, note, plan)
    assert [draft.title for draft in found.drafts] == [REPORT[0]]
    assert found.roles[f"稿件.zip/{plan}"] is FileRole.NOTE
    assert Remark.ENCLOSED_PAPER in found.remarks
    assert found.faults == ()


@pytest.mark.parametrize(
    ("subject", "note"),
    [("洛阳镇动态", "请查收"), ("洛阳镇信息2篇", "附方案"), ("洛阳镇", "没有附方案")],
)
def test_a_paper_that_nobody_calls_so_stays_for_a_person_to_see(subject: str, note: str) -> None:
    found = pieces(subject, note)
    assert len(found.drafts) == 2
    assert Remark.ENCLOSED_PAPER not in found.remarks


def test_a_paper_alone_is_never_an_enclosure() -> None:
    fact = Text("稿件.zip/附件：方案.docx", DOCX, PLAN)
    found = sort_pieces([fact], received=date(2022, 6, 17), unit_names=("洛阳镇",), note="附方案")
    assert [bool(draft.paper) for draft in found.drafts] == [True]
    assert Reason.COUNT_DIFFERS not in {fault.reason for fault in found.faults}
