"""What officers mail in the week: archives of drafts, objections, reports. People and places are invented."""

from __future__ import annotations

import random
from collections.abc import Mapping
from email.message import EmailMessage

from tests.console.office import packed

OFFICERS = {
    "湖塘镇": "钱一鸣 <qian@hutang.example>",
    "雪堰镇": "孙立 <sun@xueyan.example>",
    "洛阳镇": "李喆 <li@luoyang.example>",
    "礼嘉镇": "段晓堃 <duan@lijia.example>",
    "湟里镇": "周安 <zhou@huangli.example>",
}
ROSTER = "单位,姓名,职务,联系电话,邮箱,备注\n" + "".join(
    "{},{},科员,1380000000{},{},\n".format(unit, who.split()[0], number, who.split("<")[1][:-1])
    for number, (unit, who) in enumerate(OFFICERS.items(), 1)
)
NEWS = (
    "{title}\n{day}，{unit}组织人员对辖区{n}家企业开展专项检查。检查组查看了仓库、配电室和消防通道，"
    "现场发现问题{n}处，均已要求限期整改。受检企业有{firms}。\n撰稿：{author} 审核：赵立新\n"
)
MUSING = "{title}\n{day}，春光正好，大家都很努力，一步一个脚印往前走，值得记录。同行的有{firms}。\n"
ARTICLE = "各地摸清底数、压实责任、腾出空间的第{n}条做法值得总结推广，走访过的企业有{firms}。"


def firms(seed: str) -> str:
    """Names that no other draft has: what is alike would be held as a repeat."""
    chance = random.Random(seed)
    signs = "常武永安新华长虹天目金源东方宏达恒泰瑞丰华盛兴隆嘉业鼎立万通顺达"
    return "、".join("".join(chance.sample(signs, 6)) + "公司" for _ in range(20))


def news(unit: str, title: str, day: str) -> str:
    """工作动态 of a day, as it is written in the text: 3月27日, 近日."""
    return NEWS.format(
        title=title, day=day, unit=unit, n=7, firms=firms(title), author=OFFICERS[unit].split()[0]
    )


def musing(title: str, day: str) -> str:
    """Write what nobody can tell the kind of."""
    return MUSING.format(title=title, day=day, firms=firms(title))


def article(title: str) -> str:
    """综合性原创文章: long, of no day."""
    body = "\n".join(ARTICLE.format(n=n, firms=firms(f"{title}{n}")) for n in range(1, 8))
    return f"{title}\n{body}\n撰稿：钱一鸣 审核：赵立新\n"


def submission(unit: str, subject: str, texts: Mapping[str, str]) -> EmailMessage:
    """A letter with drafts in an archive, as the office wants it; `texts` by their titles."""
    mail = _written(unit, subject, "附件是稿件，请查收。")
    members = {f"{title}.txt": text.encode() for title, text in texts.items()}
    mail.add_attachment(packed(members), "application", "zip", filename="稿件.zip")
    return mail


def said(unit: str, subject: str, words: str, answers: EmailMessage | None = None) -> EmailMessage:
    """A letter of words alone, perhaps in answer to one of ours."""
    mail = _written(unit, f"回复：{answers['Subject']}" if answers else subject, words)
    if answers:
        mail["In-Reply-To"] = mail["References"] = str(answers["Message-ID"])
    return mail


def _written(unit: str, subject: str, words: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = OFFICERS[unit], subject
    mail.set_content(words, cte="base64")
    return mail
