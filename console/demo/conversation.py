"""Letters of the demo that are no submissions: one of each purpose, two of them in a thread."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from console.demo import files, texts
from rulebook.conversation import Purpose
from rulebook.reasons import Outcome, Reason

QIAN = "钱一鸣 <qian@hutang.example>"
SUN = "孙立 <sun@xueyan.example>"
DUAN = "段晓堃 <duan@lijia.example>"
ZHOU = "周安 <zhou@huangli.example>"
ZONE = ZoneInfo("Asia/Shanghai")
QUOTED = """

------------------ 原始邮件 ------------------
发件人: "区应急管理局人事教育科" <shougao@office.example>
主题: 收稿回执 {number}
"""


class Writer(Protocol):
    """Whoever writes the samples down; see console.demo.letters."""

    now: datetime

    def day(self, back: int = 1) -> str:
        """Return a day before now, as officers write it."""
        ...

    def received_at(self, number: int) -> datetime:
        """Return when the sample of a number is received."""
        ...

    def put(
        self,
        shows: str,
        sender: str,
        subject: str,
        outcome: Outcome,
        *reasons: Reason,
        purpose: Purpose = Purpose.SUBMISSION,
        body: str = ...,
        attachments: Mapping[str, bytes] | None = None,
    ) -> None:
        """Write one sample."""
        ...


def conversation(desk: Writer) -> None:
    """Write thanks, a statement, a withdrawal, a question, a report of an adoption and others' letters."""
    first = desk.received_at(1).astimezone(ZONE)
    quoted = QUOTED.format(number=f"SG{first:%Y%m%d}-000001")
    yesterday = texts.day((desk.now - timedelta(days=1)).date())
    for shows, sender, subject, body, purpose in (
        (
            "致谢不作答复",
            QIAN,
            "回复：收稿回执",
            f"收到，谢谢！\n\n发自我的iPhone{quoted}",
            Purpose.THANKS,
        ),
        (
            "对回执有说明，交给工作人员",
            QIAN,
            "回复：收稿回执",
            f"您好，稿件里的事件日期应为{yesterday}，请核实。\n\n钱一鸣\n湖塘镇应急管理局{quoted}",
            Purpose.STATEMENT,
        ),
        (
            "申请撤稿",
            SUN,
            "申请撤回一篇稿件",
            "昨天报送的稿件领导要求修改，请予撤稿，改好后再报。",
            Purpose.WITHDRAWAL,
        ),
        ("询问积分", DUAN, "请教", "请问我镇本季度积分多少，排第几名？", Purpose.INQUIRY),
        (
            "报送录用情况",
            ZHOU,
            "稿件录用情况",
            f"《湟里镇开展安全检查》{yesterday}被常州日报刊发，链接 https://news.example/1.html ，请登记。",
            Purpose.ADOPTION_REPORT,
        ),
        (
            "群众来信，不退稿",
            "热心市民 <shimin@mail.example>",
            "举报",
            "我要举报某化工厂夜里违规动火作业，怕出事故，请尽快处理。",
            Purpose.OTHER,
        ),
        (
            "推销邮件，不退稿",
            "某某公司 <sales@shop.example>",
            "宣传品印制优惠",
            "我公司提供宣传品印制、发票代开，欢迎垂询。",
            Purpose.OTHER,
        ),
    ):
        desk.put(shows, sender, subject, Outcome.IGNORED, purpose=purpose, body=body)
    desk.put(
        "重报：更正稿",
        DUAN,
        "【工作动态】更正稿：礼嘉镇危化品检查",
        Outcome.ACCEPTED,
        purpose=Purpose.RESUBMISSION,
        body="上次的稿件人数有误，以此稿为准。",
        attachments={"更正稿.zip": files.zipped(_corrected(desk))},
    )


def _corrected(desk: Writer) -> dict[str, bytes]:
    day = texts.day((desk.now - timedelta(days=1)).date())
    lines = [
        "礼嘉镇开展加油站安全检查",
        f"{day}，礼嘉镇应急管理局组织执法人员对辖区4座加油站开展安全检查，重点查看卸油作业、消防器材和应急预案。"
        "检查共发现隐患5处，当场整改3处，其余限期整改。",
        "撰稿：段晓堃　审核：赵立新",
    ]
    return {"礼嘉镇开展加油站安全检查.docx": files.word(lines)}
