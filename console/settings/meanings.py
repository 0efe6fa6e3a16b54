"""
What a key that config.toml does not have was meant to say, by its words and not by its letters.

`deadline_days` is spelt like no key of ours, and everybody knows what it should do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """
    A thing that can be set. `keys`: where, dotted, the likeliest first; `told`: what it is.

    `words`: English words and Chinese ones of which a key that means it is made.
    """

    keys: tuple[str, ...]
    told: str
    words: str


_KINDS, _PROVISIONS = "provisions.kinds", "provisions"
MEANINGS = (
    Meaning((f"{_KINDS}.limit_count", "provisions.timeliness.days"), "报送时限（几天、几小时）",
            "deadline limit due expire expiry expires timely 时限 期限 截止 限时"),
    Meaning((f"{_KINDS}.late_points",), "逾期的分值", "late overdue penalty delay 逾期 迟报"),
    Meaning((f"{_KINDS}.points", "provisions.points"), "每条几分",
            "point points score scores credit credits mark marks worth value 分 分值 分数 计分 积分"),
    Meaning((f"{_KINDS}.least", "provisions.article_characters"), "最少字数",
            "word words char chars character characters length min minimum wordcount 字数 最少字数"),
    Meaning((f"{_KINDS}.most",), "最多字数", "max maximum longest 最多字数"),
    Meaning((f"{_KINDS}.labels", "provisions.labels"), "标明类别的字样",
            "label labels tag tags keyword keywords 标签 标注 关键词"),
    Meaning((f"{_KINDS}.pictures",), "最少几张图片", "picture pictures photo photos image images 图片 照片"),
    Meaning(("provisions.targets.count",), "报送任务",
            "target targets quota quotas task tasks goal goals required amount 任务 指标 篇数"),
    Meaning(("provisions.targets.period",), "任务的周期",
            "period frequency cycle every per times interval 周期 频次"),
    Meaning(("provisions.targets.missing_points",), "每缺一篇扣几分",
            "missing deduct deduction deductions shortfall 扣分 缺报"),
    Meaning(("provisions.units.aliases", "provisions.outlets.aliases"), "别的叫法",
            "alias nickname nicknames synonyms aka othernames 别名 简称 又名"),
    Meaning(("provisions.units.successor_of",), "由哪些单位改名、合并而来",
            "successor renamed merged former formerly previous old 原名 合并"),
    Meaning(("provisions.units.members",), "合并为一行的科室", "member parts 成员 科室"),
    Meaning(("provisions.units",), "报送单位",
            "department departments dept org organization organizations team town towns office offices "
            "school schools unit 单位 部门 学校"),
    Meaning(("provisions.units.group", "provisions.groups"), "单位的分组",
            "groups grouping category 分组 组别"),
    Meaning(("provisions.outlets.tier", "provisions.tiers"), "载体的类别",
            "tiers level levels grade grades rank class 级别 等级 档次"),
    Meaning(("provisions.outlets",), "采用稿件的载体",
            "outlet media medium channel channels publication publications newspaper newspapers "
            "platform platforms 载体 媒体 刊物"),
    Meaning(("provisions.points.adoption_joins", "provisions.tiers.points"), "采用的计分",
            "adopt adopted adoptions accepted hired 采用 录用"),
    Meaning((_KINDS, "provisions.targets.kind"), "稿件的类别", "kinds type types category 类别 类型"),
    Meaning(("provisions.clauses",), "依据的条款", "clause article articles basis law rule rules 条款 依据"),
    Meaning(("provisions.effective_from", "provisions.since"), "起用的日期",
            "start starts begin begins from effective valid 开始 起始 生效"),
    Meaning(("provisions.bare_attachment",), "附件要不要打包",
            "zip rar pack packed archive archived compress compressed bare 打包 压缩"),
    Meaning(("provisions.body_draft",), "写在正文里的稿件", "body inline 正文"),
    Meaning(("provisions.require_reviewer",), "审核人",
            "review reviewer reviewed approve approved approver 审核 审签"),
    Meaning(("provisions.near_duplicate",), "多相似算重复",
            "duplicate duplicates similarity similar plagiarism 重复 相似"),
    Meaning(("provisions.points.ties",), "同分时先比什么", "tie tiebreak tiebreaker 同分 并列"),
    Meaning(("provisions.points.shares",), "合写怎样分", "share shared split ratio 合写 分成"),
    Meaning(("provisions.points.weekly_cap",), "每周计分上限", "cap ceiling weekly 上限 封顶"),
    Meaning(("notice.addressees",), "通报的主送", "addressee addressed to mainto 主送"),
    Meaning(("notice.recipients", "digest.recipients"), "通报、日报寄给谁",
            "recipient receivers receiver mailto cc subscribers 收件人"),
    Meaning(("notice.signature",), "通报的署名", "sign signed signatory 署名 落款"),
    Meaning(("mailbox.password_file",), "密码（不写进本文件，写在另一个文件里）",
            "password passwd pass pwd secret authcode code 密码 授权码"),
    Meaning(("relay.url",), "发信服务器", "smtp outgoing sendmail 发信"),
    Meaning(("mailbox.url",), "收稿邮箱",
            "email mail account user username imap pop pop3 host server inbox login 邮箱 账号 服务器"),
    Meaning(("mailbox.poll_seconds",), "每隔多少秒收一次信", "poll polling refresh interval fetch check 间隔"),
    Meaning(("mailbox.junk_folders",), "还要查看的文件夹", "junk spam folders trash 垃圾"),
    Meaning(("office.contact",), "联系方式", "phone tel telephone contacts hotline 电话 联系"),
    Meaning(("office.templates",), "自己的信件模板目录", "template theme 模板"),
    Meaning(("words.officer",), "报送人员的叫法", "officers reporter author correspondent 通讯员 信息员"),
    Meaning(("reminders.enabled",), "催报", "remind reminder reminding nag 催报 提醒"),
    Meaning(("digest.at",), "日报几点发", "daily digest summary time 日报"),
    Meaning(("retention.letters_days",), "保存多少天", "keep retain retention purge delete 保存 清除"),
    Meaning(("holidays.off",), "放假的日子", "holiday vacation 假日 放假"),
    Meaning(("data.folder",), "数据目录", "path dir directory folder storage database db 目录 数据"),
    Meaning(("console.port", "console.address"), "工作台网页", "web http https listen domain site 网页 端口"),
)  # fmt: skip
"""Everything that people look for, each with the words by which they may call it."""

_WEAK = frozenset(
    {"days", "day", "hours", "hour", "count", "number", "name", "list", "file", "max", "min", "time", "per"}
)  # fmt: skip
"""Words that say little by themselves: they decide between meanings that something else names."""


def meant(name: str, table: str = "") -> str:
    """
    Say where what an unknown key means is written, "" where its words mean nothing known.

    Args: `name`: the key; `table`: the table in which it stands, dotted, without numbers.
    """
    best: tuple[int, Meaning, str] | None = None
    for one in MEANINGS:
        score = _score(name, one)
        here = next((key for key in one.keys if key.rpartition(".")[0] == table), "")
        score = score and 4 * score + (2 if here else 0)
        if score and (best is None or score > best[0]):
            best = (score, one, here)
    if best is None:
        return ""
    _, one, here = best
    if here and here not in _TABLES:
        return f"是否想写 {here.rpartition('.')[2]}（{one.told}）？"
    return f"{one.told}写在 {'，或 '.join(_place(key) for key in one.keys)}。"


def _score(name: str, meaning: Meaning) -> int:
    known = set(meaning.words.split())
    if not name.isascii():
        return max((len(word) for word in known if not word.isascii() and word in name), default=0)
    parts = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)
    tokens = {part.lower() for part in parts}
    hits = tokens & known
    strong = hits - _WEAK
    return 2 * len(strong) + len(hits & _WEAK) if strong or len(tokens) == len(hits) else 0


def _place(key: str) -> str:
    """Tell a dotted key as it stands in the file: its table, then its name."""
    table, _, name = key.rpartition(".")
    if key in _TABLES:
        return f"[[{key}]]" if key not in _SINGLE else f"[{key}]"
    many = table in _TABLES and table not in _SINGLE
    brackets = f"[[{table}]]" if many or table == _PROVISIONS else f"[{table}]"
    return f"{brackets} 的 {name}"


_SINGLE = frozenset({"provisions.points", "provisions.labels"})
_TABLES = frozenset(
    {
        "provisions.kinds", "provisions.groups", "provisions.tiers", "provisions.units",
        "provisions.outlets", "provisions.targets", "provisions.clauses", *_SINGLE,
    }
)  # fmt: skip
"""Keys that are tables of their own."""
