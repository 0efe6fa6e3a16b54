"""Letters of the demo whose sender is not plain: several, none, one who only looks like an officer."""

from __future__ import annotations

from console.demo import files
from console.demo.conversation import QIAN, SUN, Writer
from rulebook.reasons import Outcome, Reason


def unclear_senders(desk: Writer) -> None:
    """Write letters that wait for a person to say who wrote them."""
    joint = [
        "湖塘镇、雪堰镇联合排查交界道路",
        f"{desk.day()}，湖塘镇、雪堰镇组织人员排查两镇交界处的3座桥梁和2处弯道，更换破损警示牌5块，"
        "补画标线200米。下一步，两镇将每月互通一次情况。",
        "撰稿：钱一鸣　审核：赵立新",
    ]
    desk.put(
        "待核定：发件人一栏写了两个邮箱", f"{QIAN}, {SUN}", "【工作动态】联合排查", Outcome.HELD,
        Reason.SEVERAL_SENDERS, Reason.LOOKALIKE_SENDER, Reason.UNKNOWN_SENDER,
        attachments={"联合排查.zip": files.zipped({"联合排查.docx": files.word(joint)})},
    )  # fmt: skip
    ponds = [
        "湖塘镇给12口池塘装上护栏",
        f"{desk.day()}，湖塘镇组织3个村为12口池塘安装护栏，配齐救生圈和竹竿。"
        "镇里安排网格员每天巡查一次，提醒家长看管好孩子。",
        "撰稿：钱一鸣　审核：赵立新",
    ]
    desk.put(
        "待核定、不回复：发件人一栏没有邮箱", "hutang", "【工作动态】湖塘镇", Outcome.HELD,
        Reason.NO_SENDER, Reason.UNKNOWN_SENDER,
        attachments={"护栏.zip": files.zipped({"护栏.docx": files.word(ponds)})},
    )  # fmt: skip
    lamps = [
        "湖塘镇为6个老小区装上应急灯",
        f"{desk.day()}，湖塘镇为6个老旧小区的楼道安装应急照明灯132盏，同步清理楼道杂物。"
        "下一步，镇里将把应急灯纳入每月巡检。",
        "撰稿：钱一鸣　审核：赵立新",
    ]
    desk.put(
        "待核定：用宣传员的名字、别的邮箱", "钱一鸣 <qian@hutang-town.example>", "【工作动态】湖塘镇应急灯",
        Outcome.HELD, Reason.LOOKALIKE_SENDER, Reason.UNKNOWN_SENDER,
        attachments={"应急灯.zip": files.zipped({"应急灯.docx": files.word(lamps)})},
    )  # fmt: skip
    wells = [
        "雪堰镇排查32处窨井盖",
        f"{desk.day()}，雪堰镇组织人员排查主干道窨井盖32处，更换破损井盖4个。下一步，镇里将建立巡查台账。",
        "撰稿：孙立　审核：赵立新",
    ]
    desk.put(
        "待核定：一篇能读，另一个文字稿读不出", SUN, "【工作动态】雪堰镇窨井盖", Outcome.HELD, Reason.UNREAD_BESIDE,
        attachments={
            "窨井盖.zip": files.zipped({"窨井盖.docx": files.word(wells), "另一篇.docx": bytes(range(256)) * 4})
        },
    )  # fmt: skip
