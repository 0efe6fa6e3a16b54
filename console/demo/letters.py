"""About fifty letters: every outcome, every reason that letters alone can bring about, real formats."""

from __future__ import annotations

import base64
import os
import random
import struct
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from console.demo import files, texts
from console.demo.conversation import conversation
from console.demo.senders import unclear_senders
from rulebook.conversation import Purpose
from rulebook.reasons import Outcome, Reason

INBOX = "shougao@office.example"
ROSTER = (
    "单位,姓名,职务,联系电话,邮箱,备注\n"
    "湖塘镇,钱一鸣,科员,13800000001,qian@hutang.example,\n"
    "雪堰镇,孙立,科员,13800000002,sun@xueyan.example,\n"
    "洛阳镇,李喆,办事员,13800000003,lizhe@luoyang.example,\n"
    "礼嘉镇,段晓堃,副所长,13800000004,duan@lijia.example,\n"
    "高新北区,吴珺,科员,13800000005,wu@beiqu.example,\n"
    "执法大队,郑文,中队长,13800000006,zheng@dadui.example,\n"
    "湟里镇,周安,科员,13800000007,zhou@huangli.example,\n"
)
LETTER_BYTES = 3_000_000
"""The demo's bound of a letter, so that the one that is too large need not be 70 MB."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A letter with what it is meant to show. `received` is aware; `reasons` are what it meets."""

    name: str
    shows: str
    raw: bytes
    received: datetime
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    purpose: Purpose = Purpose.SUBMISSION


@dataclass(slots=True)
class _Desk:
    """Writes the samples, a quarter of an hour apart, the last one just before `now`."""

    now: datetime
    written: list[Sample] = field(default_factory=list)

    def received_at(self, number: int) -> datetime:
        """Return when the sample of a number is received."""
        return self.now - timedelta(minutes=15 * (60 - number))

    def day(self, back: int = 1) -> str:
        return texts.day((self.now - timedelta(days=back)).date())

    def put(
        self,
        shows: str,
        sender: str,
        subject: str,
        outcome: Outcome,
        *reasons: Reason,
        body: str = "您好，附件是本周稿件，请查收。谢谢！",
        attachments: Mapping[str, bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
        purpose: Purpose = Purpose.SUBMISSION,
    ) -> None:
        number = len(self.written) + 1
        received = self.received_at(number)
        if raw is None:
            raw = _mail(number, sender, subject, body, attachments or {}, headers or {}, received)
        self.written.append(
            Sample(f"{number:02d}", shows, raw, received, outcome, reasons, purpose)
        )


def samples(now: datetime) -> list[Sample]:
    """Write the letters, in the order of their arrival. `now` is aware; every draft is told from it."""
    desk = _Desk(now)
    for group in (
        _accepted,
        _held,
        _refused_form,
        _refused_archives,
        _ignored,
        unclear_senders,
        conversation,
    ):
        group(desk)
    return desk.written


def write(maildir: Path, letters: list[Sample]) -> None:
    """Deliver the letters into a maildir; a file's time is the moment of receipt."""
    for part in ("cur", "new", "tmp"):
        (maildir / part).mkdir(parents=True, exist_ok=True)
    for sample in letters:
        path = maildir / "new" / f"{int(sample.received.timestamp())}.{sample.name}.demo"
        path.write_bytes(sample.raw)
        os.utime(path, (sample.received.timestamp(), sample.received.timestamp()))


QIAN = "钱一鸣 <qian@hutang.example>"
SUN = "孙立 <sun@xueyan.example>"
LI = "李喆 <lizhe@luoyang.example>"
DUAN = "段晓堃 <duan@lijia.example>"
WU = "吴珺 <wu@beiqu.example>"
ZHENG = "郑文 <zheng@dadui.example>"
ZHOU = "周安 <zhou@huangli.example>"


def _accepted(desk: _Desk) -> None:
    picture = files.photo(1, desk.now - timedelta(days=1))
    news = texts.inspection("湖塘镇", desk.day(), "钱一鸣")
    first = files.zipped_in_gbk(
        {
            "湖塘镇动态/湖塘镇开展危化品企业专项检查.docx": files.word(news),
            "湖塘镇动态/检查现场.jpg": picture,
        }
    )
    desk.put(
        "合格：zip，中文文件名为GBK，Word稿加照片", QIAN, "【工作动态】湖塘镇危化品检查", Outcome.ACCEPTED,
        attachments={"湖塘镇工作动态.zip": first},
    )  # fmt: skip
    two = files.seven_zipped(
        {
            "工作动态/培训班.txt": "\n".join(texts.training("雪堰镇", desk.day(), "孙立")).encode(
                "gb18030"
            ),
            "舆情/飞线充电.pdf": files.pdf(texts.opinion("雪堰镇", desk.day(), "孙立")),
        }
    )
    desk.put(
        "合格：7z，一包两稿，GBK文本和PDF", SUN, "雪堰镇稿件两篇", Outcome.ACCEPTED,
        attachments={"雪堰镇稿件.7z": two},
    )  # fmt: skip
    long = files.rarred(
        {"综合性原创文章.docx": files.word(texts.article("洛阳镇", "李喆"), photo=picture)}
    )
    desk.put(
        "合格：rar，综合性原创文章，2分", LI, "【综合性原创文章】洛阳镇安全生产综述", Outcome.ACCEPTED,
        attachments={"洛阳镇综合.rar": long},
    )  # fmt: skip
    unix = files.tarred(
        {"礼嘉镇比武.doc": files.rich_text(texts.brigade("礼嘉镇", desk.day(), "段晓堃"))}
    )
    desk.put(
        "合格：tar.gz，RTF存成的.doc", DUAN, "【动态】礼嘉镇微型消防站比武", Outcome.ACCEPTED,
        attachments={"礼嘉镇.tar.gz": unix},
    )  # fmt: skip
    locked = files.zipped_with_password(
        {"舆情.doc": files.web_page(texts.complaint("高新北区", desk.day(), "吴珺"))}, "2022bq"
    )
    desk.put(
        "合格：加密zip，正文给了密码", WU, "【舆情】高新北区", Outcome.ACCEPTED,
        body="老师好，舆情一篇，解压密码：2022bq，请查收。", attachments={"高新北区舆情.zip": locked},
    )  # fmt: skip
    weekly = texts.weekly_opinions("湟里镇", desk.day(), desk.day(2), "周安")
    desk.put(
        "合格：一个文件里两条舆情，各计1分", ZHOU, "【舆情】湟里镇舆情2条", Outcome.ACCEPTED,
        attachments={"湟里镇舆情.zip": files.zipped({"湟里镇舆情2条.docx": files.word(weekly)})},
    )  # fmt: skip
    late = files.zipped(
        {"执法检查.docx": files.word(texts.confined_spaces("执法大队", desk.day(5), "郑文"))}
    )
    desk.put(
        "收稿但逾期：不计分", ZHENG, "【工作动态】执法大队专项检查", Outcome.ACCEPTED, Reason.LATE,
        attachments={"执法大队.zip": late},
    )  # fmt: skip


def _held(desk: _Desk) -> None:
    def packed(paragraphs: list[str], name: str = "稿件.docx") -> Mapping[str, bytes]:
        return {"稿件.zip": files.zipped({name: files.word(paragraphs)})}

    desk.put(
        "待核定：只写了“近日”", QIAN, "【工作动态】湖塘镇夜查", Outcome.HELD, Reason.DATE_UNCERTAIN,
        attachments=packed(texts.night_check("湖塘镇", "近日", "钱一鸣")),
    )  # fmt: skip
    desk.put(
        "待核定：事件日期在将来", SUN, "【工作动态】雪堰镇检查", Outcome.HELD, Reason.DATE_IN_FUTURE,
        attachments=packed(texts.gas_check("雪堰镇", desk.day(-5), "孙立")),
    )  # fmt: skip
    short = texts.short_article("洛阳镇", desk.day(), "李喆")
    desk.put(
        "待核定：标为综合但不足800字", LI, "【综合性原创文章】洛阳镇", Outcome.HELD, Reason.TOO_SHORT,
        attachments=packed(short),
    )  # fmt: skip
    vague = [
        "关于春季工作的几点想法",
        f"{desk.day()}，春光正好，大家都很努力，安全工作一步一个脚印往前走，值得记录。",
    ]
    desk.put(
        "待核定：没有标类别，内容也看不出", DUAN, "礼嘉镇来稿", Outcome.HELD, Reason.KIND_UNCERTAIN,
        attachments=packed(vague),
    )  # fmt: skip
    desk.put(
        "待核定：发件人不在名单", "陌生人 <who@elsewhere.example>", "【工作动态】前黄镇", Outcome.HELD,
        Reason.UNKNOWN_SENDER, attachments=packed(texts.drill("前黄镇", desk.day(), "何静")),
    )  # fmt: skip
    desk.put(
        "待核定、不回复：发件人身份未通过验证", WU, "【工作动态】高新北区例会", Outcome.HELD,
        Reason.UNVERIFIED_SENDER,
        attachments=packed(texts.meeting("高新北区", desk.day(), "吴珺")),
        headers={"Authentication-Results": "mx.office.example; spf=fail smtp.mailfrom=beiqu.example; dmarc=fail"},
    )  # fmt: skip
    mixed = texts.doubtful_collection("湟里镇", desk.day(), "周安")
    desk.put(
        "待核定：一个文件里好像有几篇", ZHOU, "【工作动态】湟里镇", Outcome.HELD, Reason.SEVERAL_DRAFTS,
        attachments=packed(mixed),
    )  # fmt: skip
    desk.put(
        "待核定：主题写明三篇，只收到一篇", ZHOU, "湟里镇工作动态3篇", Outcome.HELD, Reason.COUNT_DIFFERS,
        attachments=packed(texts.reservoirs("湟里镇", desk.day(), "周安")),
    )  # fmt: skip
    desk.put(
        "待核定：写的是另一个单位", DUAN, "【工作动态】例会", Outcome.HELD, Reason.OTHER_UNIT,
        attachments=packed(texts.meeting("前黄镇", desk.day(), "段晓堃")),
    )  # fmt: skip
    original = texts.inspection("湖塘镇", desk.day(), "钱一鸣")
    copied = "\n".join(texts.touched_up(original, "执法大队", "郑文")).encode("utf-8-sig")
    desk.put(
        "待核定：把别的单位的来稿改了几处", ZHENG, "【工作动态】检查", Outcome.HELD, Reason.DUPLICATE,
        attachments={"检查.zip": files.zipped({"检查.txt": copied})},
    )  # fmt: skip


def _refused_form(desk: _Desk) -> None:
    draft = texts.ctx("湖塘镇", desk.day(), "钱一鸣")
    desk.put(
        "退稿：稿件写在正文里", QIAN, "【工作动态】湖塘镇", Outcome.REFUSED, Reason.BODY_DRAFT,
        body="\n".join(draft),
    )  # fmt: skip
    desk.put(
        "退稿：没有打包", SUN, "【工作动态】雪堰镇", Outcome.REFUSED, Reason.BARE_ATTACHMENT,
        attachments={"雪堰镇动态.docx": files.word(texts.training("雪堰镇", desk.day(), "孙立")[:2])},
    )  # fmt: skip
    desk.put(
        "退稿：超大附件只有链接", LI, "洛阳镇稿件", Outcome.REFUSED, Reason.CLOUD_ATTACHMENT,
        body="从网易163邮箱发来的超大附件\n稿件.zip https://mail.163.com/large-attachment-download/index.html?p=demo",
    )  # fmt: skip
    desk.put("退稿：忘了附件", DUAN, "礼嘉镇稿件", Outcome.REFUSED, Reason.NO_ATTACHMENT)
    rows = [["姓名", "职务", "联系电话", "备注"], ["吴珺", "科员", "13800000005", ""]]
    desk.put(
        "退稿：报的是名单", WU, "高新北区宣传员名单", Outcome.REFUSED, Reason.MISDIRECTED_FORM,
        attachments={"名单.zip": files.zipped({"宣传员名单.docx": files.word(["宣传员名单"], rows)})},
    )  # fmt: skip
    secret = ["秘密★1年", "关于应急演练的方案", f"{desk.day()}，本方案仅供内部使用。"]
    desk.put(
        "退稿且不保存：标有密级", ZHENG, "方案", Outcome.REFUSED, Reason.SECRET_MARK,
        attachments={"方案.zip": files.zipped({"方案.docx": files.word(secret)})},
    )  # fmt: skip
    noise = random.Random(7).randbytes(LETTER_BYTES)
    desk.put(
        "退稿：邮件过大", QIAN, "湖塘镇照片", Outcome.REFUSED, Reason.TOO_LARGE,
        attachments={"照片.zip": files.zipped({"照片.jpg": noise})},
    )  # fmt: skip


def _refused_archives(desk: _Desk) -> None:
    picture = files.photo(2, desk.now - timedelta(days=2))
    news = {"动态.docx": files.word(texts.training("洛阳镇", desk.day(), "李喆"))}
    packed = files.zipped(news | {"现场.jpg": picture})
    desk.put(
        "退稿：压缩包有密码，没有告知", SUN, "雪堰镇稿件", Outcome.REFUSED, Reason.LOCKED_ARCHIVE,
        attachments={"稿件.zip": files.zipped_with_password(news, "不告诉你")},
    )  # fmt: skip
    desk.put(
        "退稿：压缩包损坏", LI, "洛阳镇稿件", Outcome.REFUSED, Reason.DAMAGED_ARCHIVE,
        attachments={"稿件.zip": packed[: len(packed) // 2]},
    )  # fmt: skip
    seven = files.seven_zipped(news | {"现场.jpg": picture})
    desk.put(
        "退稿：分卷不齐", DUAN, "礼嘉镇稿件", Outcome.REFUSED, Reason.SPLIT_ARCHIVE,
        attachments={"稿件.7z.001": seven[: len(seven) // 2]},
    )  # fmt: skip
    odd = bytearray(files.zipped({"动态.docx": b"x" * 500}, zipfile.ZIP_STORED))
    odd[8:10] = struct.pack("<H", 97)
    directory = odd.index(b"PK\x01\x02")
    odd[directory + 10 : directory + 12] = struct.pack("<H", 97)
    desk.put(
        "退稿：读不了的压缩方法", WU, "高新北区稿件", Outcome.REFUSED, Reason.UNSUPPORTED_ARCHIVE,
        attachments={"稿件.zip": bytes(odd)},
    )  # fmt: skip
    bomb = files.zipped({"动态.txt": bytes(60_000_000)}, zipfile.ZIP_BZIP2)
    desk.put(
        "退稿：压缩炸弹", ZHENG, "稿件", Outcome.REFUSED, Reason.UNSAFE_ARCHIVE,
        attachments={"稿件.zip": bomb},
    )  # fmt: skip
    desk.put(
        "退稿：空压缩包", QIAN, "湖塘镇稿件", Outcome.REFUSED, Reason.EMPTY_ARCHIVE,
        attachments={"稿件.zip": files.zipped({})},
    )  # fmt: skip
    desk.put(
        "退稿：只有照片", SUN, "雪堰镇照片", Outcome.REFUSED, Reason.NO_TEXT,
        attachments={"照片.zip": files.zipped({"现场1.jpg": picture})},
    )  # fmt: skip
    desk.put(
        "退稿：文字稿是扫描件", LI, "洛阳镇稿件", Outcome.REFUSED, Reason.UNREADABLE_DRAFT,
        attachments={"稿件.zip": files.zipped({"扫描.pdf": files.scan(picture)})},
    )  # fmt: skip
    shut = files.pdf(texts.drill("湟里镇", desk.day(), "周安"), password="2022hl")
    desk.put(
        "退稿：文字稿自己设了打开密码", ZHOU, "湟里镇稿件", Outcome.REFUSED, Reason.LOCKED_DRAFT,
        attachments={"稿件.zip": files.zipped({"演练.pdf": shut})},
    )  # fmt: skip
    again = desk.written[0]
    desk.put(
        "退稿：同一文件又发了一次", QIAN, "【工作动态】湖塘镇危化品检查（重发）", Outcome.REFUSED, Reason.RESENT,
        raw=again.raw.replace(b"<demo-1@", b"<demo-1-again@"),
    )  # fmt: skip


def _ignored(desk: _Desk) -> None:
    desk.put(
        "不处理：自动回复", SUN, "自动回复：您的邮件已收到", Outcome.IGNORED, Reason.AUTOMATIC,
        body="我正在外出，稍后回复。", headers={"Auto-Submitted": "auto-replied"},
    )  # fmt: skip
    desk.put(
        "不处理：本系统自己发出的信", f"收稿 <{INBOX}>", "【已收稿】测试", Outcome.IGNORED, Reason.OWN_LETTER,
        body="测试",
    )  # fmt: skip


def _mail(
    number: int,
    sender: str,
    subject: str,
    body: str,
    attachments: Mapping[str, bytes],
    headers: Mapping[str, str],
    received: datetime,
) -> bytes:
    """Write a letter as Foxmail would, except that even letters carry their names in raw GBK."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = INBOX
    mail["Subject"] = subject
    mail["Date"] = format_datetime(received - timedelta(seconds=20))
    mail["Message-ID"] = f"<demo-{number}@{sender.rpartition('@')[2].rstrip('>')}>"
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(body, charset="utf-8")
    for name, data in attachments.items():
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    raw = mail.as_bytes()
    for name in attachments if number % 2 == 0 else ():
        raw = _named_in_gbk(raw, name)
    return raw


def _named_in_gbk(raw: bytes, name: str) -> bytes:
    coded = b"=?gb2312?B?" + base64.b64encode(name.encode("gb18030")) + b"?="
    head, mark, tail = raw.partition(b"Content-Disposition: attachment;")
    line_end = tail.index(b"\n\n") if b"\n\n" in tail else tail.index(b"\r\n\r\n")
    return (
        head
        + mark
        + b'\n filename="'
        + coded
        + b'"'
        + b"\n"
        + b"MIME-Version: 1.0"
        + tail[line_end:]
    )


def reasons_shown(letters: list[Sample]) -> Iterator[Reason]:
    """Yield every reason that the samples meet."""
    for sample in letters:
        yield from sample.reasons
