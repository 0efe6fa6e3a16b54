"""
The days of a draft in their sentences.

Which one may be the event's, and which is a term, a plan, the cause, the superior's meeting or a
figure's last day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from parsers.drafts.date_expressions import Mention, mentions, tidy
from parsers.drafts.deed_words import (
    ABOUT,
    ACCIDENT,
    ALL_DONE,
    ANSWERED,
    DEED,
    ISSUED,
    PEOPLE,
    POSTED,
    REPORTED,
    SECOND_LOOK,
    STAGE,
)

CONTEXT = 80
"""Characters around a day that are looked at: a text without a full stop must not cost the square."""

LINE = 40
"""Characters of a quotation that a receipt shows."""

QUOTED = 80
"""Characters of a sentence that are kept as evidence; of each of two, half a line."""

FURTHEST = 20_000
"""Characters of a text in which days are looked for: 25 drafts' worth, and more than anybody's lead."""

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?[”’」』）)]*")
_TITLES = re.compile(r"《[^《》]{0,80}》|〔\d{4}〕\d+号|\[\d{4}\]\d+号")
_SPEECH = re.compile(r"“[^“”]*”|\"[^\"\n]*\"")
"""What is quoted is said by somebody at some time: “今天这一课很及时”."""
_STAMPED = re.compile(
    r"(?:发布|发表|更新|上传|录入|发稿|填报|报送|上报|撰写|成稿|拟稿|起草|成文|签发|收文|登记|编制|制表|采写|供稿|投稿|来稿|印发|打印)(?:时间|日期)\s*[：:]\s*20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
    r"|^20\d\d年\d{1,2}月\d{1,2}日印发$"
)
"""A web page's stamp, run into the text."""

_BEFORE = re.compile(
    r"(?:截至|截止|截止到|截至到|自从?|从|始于|将于|将在|拟于|拟在|计划于|计划在|决定于?|定于|预计于?|预计在|原定于?|将|拟|到|待|每年|每年的|历年|不迟于|不晚于"
    r"|(?:此前|早前|先前|之前)[，,]?(?:于|在)?|早在|曾经?[于在]|去年同期的?|(?:期限|时限|截止日期|截止时间|时间节点)(?:为|是|：)?|(?:台账|记录|资料|监控|数据|系统|档案|报表|日志)(?:显示|记载|表明)[，,：:]?|成立于|建于|出生于|生于|下周|明年)\s*$"
)

_AFTER = re.compile(
    r"^(?:以来|(?:下班|中午|上午|下午|晚上?|\d{1,2}[时点])*(?:之|以)?前(?!往|来|去|期|后|夕|沿|线|方|台)|以前|起|开始|至今|以后|之后|后(?=[，,])|施行|实施的|生效|到期|截止|截稿"
    r"|零时起|0时起"
    r"|[，,]?[^，,。；]{0,15}曾(?:经|因|就|对|被|在|于|向|多次|组织|召开|发生)"
    r"|[一-鿿□]{0,14}(?:到来|来临|即将到来)?(?:之际|前夕)"
    r"|[，,]?[^，,。；\d]{0,12}(?:还将|也将|即将|将在|将于|将会|届时)"
    r"|[，,]?(?:(?!召开|举行|举办|部署)[^，,。；]){0,15}将(?:会|要|于|在)?(?:召开|举行|举办|开展|组织|启动|进行|对|实施|陆续|正式|全面|集中|迎来))"
)

_COMMEMORATED = re.compile(
    r"^(?:[是为系](?:第\s*\d+\s*个|我国|全国|世界|国际|第[一二三四五六七八九十]+个|法定|一年一度)|[为是][^，,。；]{2,16}(?:宣传|活动|服务|主题)[周月日]|（[^）]{0,12}节）是)"
)

_THAT_DAY = re.compile(r"(?:^|[，,。])(?:就在|在)?(?:当[天日]|这一?天)")
"""“5月12日是防灾减灾日。当天上午，……”: the day that is named is the event's after all."""

_GOES_ON = re.compile(r"[一-鿿](?:自|从)$")
"""“行动自3月10日起至6月17日止”: how long a thing that is told will last."""

_AFTER_IT = re.compile(
    r"^[^，,。；]{2,24}?(?:之|以)?后[，,][^。；]{0,40}\d[日号]"
    r"|^[，,]?[^，,。；]{0,10}(?:收到|接到|接)[^，,。；]{0,12}(?:通知|任务|指令|举报|要求)[，,；][^。]{0,40}\d[日号]"
)
"""“2月25日检查发现问题后，……于3月9日”: what went before, and then the deed with its day."""

_PAUSE = re.compile(r"是|\d{1,2}[点时:：]|[上下中]午|凌晨|清晨|早上|晚|傍晚|[，,]")

_PLANNED = re.compile(r"决定|要求|明确|计划|拟|将|力争|务必|必须|确保|部署|安排|通知")
"""A day to come that stands behind one of these is a plan."""

_CAUSE = re.compile(
    r"(?:针对|根据|按照|依据|依照|贯彻|落实|吸取|汲取|传达|学习|鉴于|由于|因|继|围绕|对照|结合)[^，,。；：:]{0,12}$"
)

_NO_EVENT = re.compile(
    r"^[^，,。；]{0,30}?(?:(?:发生|印发|下发|发布|出台|公布|颁布|下达|施行|实施|通过|批准|修订)的|精神|事故教训)"
)
"""What moved somebody to act, and when that was: not what the draft reports."""

_ATTRIBUTE = re.compile(
    r"^(?:的|(?:召开的|印发的|下发的|发布的|出台的|开展的|举行的|发生的|公布的)|(?:印发|下发|发布|公布|颁布|出台|修订|通过|批准|实施|文件|通知精神|会议精神|会议要求)"
    r"|(?:会议|通知|讲话|批示|事故)(?:精神|要求|部署|的|教训|发生))"
)

_TOLD_ON = re.compile(
    r"^[^，,。；]{0,24}(?:获悉|了解到|得知|《[^》]{1,12}》报道)|^□{2,14}(?:报道|刊发|消息)"
)
"""When somebody heard of it: not when it took place."""

DATELINE = re.compile(r"^(?:讯|电(?!话|视|力|动|商|子|工|器|气|梯)|消息)")
"""“3月6日讯”: the day the report was written."""

_CLAUSE_START = re.compile(r"(?:^|[，,。；;：:（(“”、\s—])(?:.{0,8}?(?:于|在))?\s*(?:20\d\d年)?$")

_SUBJECT_THEN_ON = re.compile(r"[一-鿿]{2,20}(?:于|在)\s*$")

_UNTIL = re.compile(r"(?:截至|截止|截止到|截至到)\s*$")
_UP_TO = re.compile(r"(?<!截)(?<!收)(?:[到至]|直到)\s*$")
_SINCE = re.compile(r"(?:自从?|从|始于)\s*$")
_WENT_ON_TO = re.compile(
    r"(?:持续|一直|直|忙碌?|奋战|坚守|值守|工作|战斗|结束(?:时|之时)[，,]?已)[^，,。]{0,6}(?:[到至]|已?经?是|已近)\s*$"
)
"""“行动一直持续到次日凌晨”: the end of the event."""

_AFTERMATH = re.compile(
    r"^[，,]?[^，,。；]{0,40}?(?:会议?|大会|例会|视频会|推进会|现场会|动员会|通知|文件|通报|讲话|批示|约谈|事故|火灾)"
    r"[^，,。；]{0,6}?(?:之?后|以后|结束|闭幕)[，,]"
)
"""“2月24日，全区会议召开后，我镇……”: what went before the deed."""

_SAME_DAY = re.compile(
    r"^[^。；]{0,50}?(?:后|结束|闭幕)[，,][^，,。；]{0,16}?(?:当[天日晚夜]|同日)(?!召开的|的会议|会议)"
)
"""“……会议召开后，南夏墅街道当晚七点即……”: the unit's deed, on the very day of that meeting."""

_CLOSES = re.compile(
    r"^(?:[上下]午|晚上?)?(?:正式|圆满|顺利)?(?:结业|闭幕|落幕|落下帷幕|收官|结束)"
)
"""“为期两天的培训班6日结业”: the end of the event, wherever in a clause it stands."""

_IN_TURN = re.compile(r"继[^。；]{2,80}?(?:之后|以后|后)[，,]")
_SUPERIOR = re.compile(
    r"^[，,]?(?:[上下中]午|晚上?|当[天日])?\d{0,2}[时点]?[，,]?(?:国务院|国家|中央|全国|应急管理部|(?:[一-鿿]{2})?(?:[省市](?:委|政府|人民政府|安委|防指|应急管理[厅局]|[一-鿿]{0,2}[厅局])|区(?:委|政府|人民政府|安委会|防指))"
    r"|全[省市区]|[省市区县]里|上级|[省市区县](?:长|委书记|领导|主要领导))[^，,。；]{0,36}?(?:讲话|批示|召开|举行|印发|下发|发布|部署|通报|出台|套开|视频会|会议|反馈|交办|转办|移交)"
)
_NOTICE = re.compile(
    r"^[，,]?(?:[上下]午)?[，,]?(?:区(?:局|应急管理局|应急局|安委办|消防|政府办)|上级)[^，,。；]{0,30}(?:下发|印发|发布|召开|部署|通报|通知)"
)
_THEN_UNIT = re.compile(
    r"[，,。](?:我?(?:镇|街道|区|科)|[一-鿿]{1,6}(?:镇|街道|园区|新区|开发区|高新区|北区|管委会|村|社区|科|大队))"
    r"[^，,。]{0,8}(?:立即|迅速|第一时间|闻令而动|随即|快速|连夜)"
)
_FOLLOWED = re.compile(
    r"贯彻|传达|会议精神|随即|随后|迅速|第一时间|立即|闻令而动|套开|落实"
    r"|要求(?:各地|各[镇区县]|各板块|各单位|各部门|全[市区县])|(?:带着|对照|针对|围绕|根据|按照)[^，。]{0,16}(?:意见|问题|清单|反馈|要求)"
)
_ATTENDED = re.compile(
    r"参加|参会|出席|列席|收听|收看|分会场|集中收|组织[^，。]{0,12}[收观]看|作[^，。]{0,6}发言"
)


class Role(Enum):
    """What a day is in its sentence."""

    EVENT = auto()
    SUPERIOR = auto()
    SINCE = auto()
    UNTIL = auto()
    BACKGROUND = auto()


@dataclass(frozen=True, slots=True)
class Sentence:
    """`masked` is as long as `text`; in it, titles of laws and quoted speech are blotted out."""

    text: str
    masked: str
    paragraph: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    A day in its sentence.

    `strong`: it stands at the head of a clause; `paused`: a time of day or a comma follows. `clause` is
    the text from the day on.
    """

    mention: Mention
    sentence: str
    position: int
    strong: bool
    paused: bool
    role: Role = Role.EVENT
    clause: str = ""

    def quotation(self, most: int = QUOTED) -> str:
        """
        Return what is shown of the sentence: with the day within the first half of a line.

        It begins at the clause with the day, behind “…”, where the sentence's own head would push the
        day out of sight.
        """
        start, end = self.mention.start, self.mention.end
        line = min(most, LINE)
        begin = 0
        if end > line - 4 and len(self.sentence) > line:
            head = max(0, start - line // 2)
            marks = [self.sentence.rfind(mark, head, start) for mark in "，,；;：:。、"]
            begin = max(marks) + 1 or max(0, start - line // 4)
        cut = "…" if begin else ""
        return f"{cut}{self.sentence[begin : begin + most - len(cut)]}"

    @property
    def posts(self) -> bool:
        """Whether somebody says something in public on that day."""
        head = self.clause[:60]
        if ISSUED.match(head) or ABOUT.search(head) or "监测" in head[:30]:
            return False
        voices = [voice.start() for mark in (POSTED, PEOPLE) if (voice := mark.search(head))]
        answer = ANSWERED.search(head)
        return bool(voices) and (answer is None or min(voices) < answer.start())

    @property
    def answers(self) -> bool:
        """Whether the day is that of an answer to what was said."""
        return ANSWERED.search(self.clause[:80]) is not None and not self.posts

    @property
    def is_alike(self) -> bool:
        """Whether the deed is told as one more of the same kind: “又在学校附近捣毁一处窝点”."""
        return re.match(r"^.{0,12}(?:又|还|再(?!次)|同样|继续|另)", self.clause) is not None

    @property
    def is_accident(self) -> bool:
        """Whether something befell people on that day rather than that they did something."""
        head = self.clause[:60]
        accident, deed = ACCIDENT.search(head), DEED.search(head)
        return accident is not None and (deed is None or accident.start() < deed.start())

    @property
    def by_next_day(self) -> bool:
        """Whether the day is told as 次日 of the one before."""
        return self.sentence[self.mention.start : self.mention.end] in (
            "次日",
            "翌日",
            "次晨",
            "翌晨",
        )

    @property
    def is_stage(self) -> bool:
        """Whether the day is that of a later look at what was done."""
        head = self.clause[:60]
        stage, done = STAGE.search(head), ALL_DONE.search(head)
        return stage is not None and (done is None or stage.start() < done.start())

    @property
    def is_second_look(self) -> bool:
        """Whether those who checked look again at what they found."""
        return SECOND_LOOK.match(self.sentence[self.mention.end :]) is not None

    @property
    def goes_on_until(self) -> bool:
        """Whether what was begun lasts until this day: “一直忙到次日凌晨2时”."""
        return _WENT_ON_TO.search(self.sentence[: self.mention.start]) is not None

    @property
    def in_small_hours(self) -> bool:
        """Whether the clause tells of the night's end: “6日凌晨4时，积水全部排空”."""
        return re.match(r"(?:凌晨|清晨|拂晓|黎明|早[上晨]|[0-6][时点:：])", self.clause) is not None

    @property
    def is_deed(self) -> bool:
        """Whether somebody does something on that day that may be the event's last act."""
        head = self.clause[:60]
        deed, report = DEED.search(head), REPORTED.search(head)
        return deed is not None and (report is None or deed.start() < report.start())


def sentences(paragraphs: Sequence[str]) -> list[Sentence]:
    """Return the sentences that say something of their own, tidied; rows of a table are none."""
    kept = []
    left = FURTHEST
    for number, paragraph in enumerate(paragraphs):
        if left <= 0:
            break
        if "\t" in paragraph and "。" not in paragraph:
            continue
        text = tidy(paragraph[:left])
        left -= len(paragraph)
        masked = text
        for pattern in (_TITLES, _SPEECH, _STAMPED):
            masked = pattern.sub(lambda match: "□" * len(match[0]), masked)
        for match in _SENTENCE.finditer(text):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            end = start + len(match[0].strip())
            if masked[start:end].strip("□ "):
                kept.append(Sentence(text[start:end], masked[start:end], number))
    return kept


def candidates(
    all_sentences: Sequence[Sentence], received: date, written: date | None
) -> list[Candidate]:
    """Every day of a text that is no term, plan or commemoration, with its role, in order."""
    days: list[Candidate] = []
    previous: Mention | None = None
    for position, sentence in enumerate(all_sentences):
        following = all_sentences[position + 1].masked if position + 1 < len(all_sentences) else ""
        in_turn = [match.span() for match in _IN_TURN.finditer(sentence.masked)]
        for mention in mentions(sentence.masked, received, written, previous):
            candidate = _candidate(mention, sentence, following, position, received)
            if candidate is None:
                continue
            if any(start <= mention.start < end for start, end in in_turn):
                continue
            event = candidate.role is Role.EVENT and candidate.strong
            counts = event or candidate.role is Role.SUPERIOR
            if counts and mention.last is not None and mention.last <= received:
                previous = mention
            days.append(candidate)
    return days


def _candidate(
    mention: Mention, sentence: Sentence, following: str, position: int, received: date
) -> Candidate | None:
    before = sentence.masked[max(0, mention.start - CONTEXT) : mention.start]
    after = sentence.masked[mention.end : mention.end + CONTEXT]
    if mention.relative and (re.match(r"[的才]", after) or not after.strip()):
        return None  # "今天的安全" is a way of speaking, "雪堰应急 今天" when a page was put up
    if _COMMEMORATED.match(after) and not _THAT_DAY.search(after + following):
        return None
    if mention.last is not None and mention.last > received and _GOES_ON.search(before):
        return None
    if _CAUSE.search(before) or _NO_EVENT.match(after) or is_lunar(before):
        return None
    if _TOLD_ON.match(after) or DATELINE.match(after):
        return None
    if mention.last is not None and mention.last > received and _PLANNED.search(before):
        return None
    role = _role(mention, before, after, following, received)
    if role is Role.BACKGROUND:
        return None
    spans = mention.first != mention.last and re.search(r"(?:从|自)$", before)
    at_start = (
        spans
        or _WENT_ON_TO.search(before)
        or _CLAUSE_START.search(before)
        or _SUBJECT_THEN_ON.search(before)
    )
    strong = bool(at_start or _CLOSES.match(after)) and not _ATTRIBUTE.match(after)
    return Candidate(
        mention, sentence.text, position, strong, _PAUSE.match(after) is not None, role, after
    )


def _role(mention: Mention, before: str, after: str, following: str, received: date) -> Role:
    if _WENT_ON_TO.search(before):
        return Role.EVENT
    spans = mention.first != mention.last and re.search(r"(?:从|自)$", before)
    if _UNTIL.search(before):
        return Role.UNTIL
    if _UP_TO.search(before) and mention.last is not None and mention.last <= received:
        spans_from = re.search(r"(?:自|从)[^，,。；]{2,40}$", before) is not None
        return Role.EVENT if spans_from or _CLOSES.match(after) else Role.UNTIL
    if not spans and (_SINCE.search(before) or re.match(r"^(?:以来|起|开始|至今)", after)):
        return Role.SINCE
    if (_BEFORE.search(before) and not spans) or _AFTER.match(after):
        return Role.BACKGROUND
    if _SAME_DAY.search(after):
        return Role.EVENT
    aftermath = _AFTERMATH.match(after)
    if aftermath is not None:
        return Role.EVENT if _ATTENDED.search(aftermath[0]) else Role.SUPERIOR
    if _AFTER_IT.match(after):
        return Role.BACKGROUND
    if (
        _SUPERIOR.match(after)
        and not _ATTENDED.search(after)
        and _FOLLOWED.search(after + following)
    ):
        return Role.SUPERIOR
    if _NOTICE.match(after) and _THEN_UNIT.search(after + following):
        return Role.SUPERIOR
    return Role.EVENT


def is_lunar(before: str) -> bool:
    """Whether what stands before a day makes it one of the old calendar."""
    return re.search(r"(?:农历|阴历|旧历)[^，,。（(]{0,4}$", before) is not None
