"""
Papers of an office that are no drafts although they are prose.

Speeches, minutes, plans, rules, summaries, duty tables are known by two marks, or by the title and one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

_HEAD_LINES = 8
_MOST = 4_000
"""Characters that are read: a paper shows what it is at its head."""

_FIGURE = "[一二三四五六七八九十]{1,3}"
_NEWS_OF_IT = re.compile(
    r"印发|下发|出台|发布|制定|召开|学习|贯彻|传达|宣讲|审议|修订|签订|开展|举行|推进|落实|启动|组织|部署"
)
"""“学习贯彻……讲话精神”, “出台……方案”: news about such a paper."""


@dataclass(frozen=True, slots=True)
class _Paper:
    """A kind of paper: its name, how its title ends, marks in its text."""

    name: str
    title: re.Pattern[str]
    marks: tuple[re.Pattern[str], ...]


_PAPERS = (
    _Paper(
        "讲话稿",
        re.compile(r"(?:讲话|致辞|发言(?:稿|材料)?|主持词|动员词|表态发言|讲话提纲|讲稿|述职述廉?(?:报告)?)(?:提纲|稿|材料)?(?:[（(].{0,12}[）)])?$"),
        (
            re.compile(r"^(?:尊敬的)?(?:各位[^，。：:]{0,16}|同志们|同学们|朋友们|领导们)[，、：:]", re.MULTILINE),
            re.compile(r"下面[，,]?(?:我|就)[^。]{0,20}(?:讲|谈|说|汇报|强调)|我(?:就|再|先|简要)?(?:讲|谈|强调|汇报)[^。]{0,6}[几三四五两二点]"),
            re.compile(
                r"同志们[，,!！]|谢谢大家|我的(?:发言|汇报|讲话)(?:完毕|到此)"
                r"|^今天[，,]?我们(?:在这里)?(?:召开|举行)",
                re.MULTILINE,
            ),
        ),
    ),
    _Paper(
        "会议纪要",
        re.compile(r"(?:纪要|会议记录|备忘录)$"),
        (
            re.compile(r"现(?:将[^。]{0,30})?纪要如下|(?:议定|研究|决定)事项如下|现将[^。]{0,24}(?:会议|议定)[^。]{0,12}如下"),
            re.compile(
                r"^(?:记录(?:人|员)?|出席(?:人员)?|列席(?:人员)?|主持(?:人)?|参加(?:人员)?)\s*[：:]",
                re.MULTILINE,
            ),
            re.compile(r"会议(?:议定|决定|明确)[，,]?(?:由|：)"),
        ),
    ),
    _Paper(
        "方案、计划或制度",
        re.compile(
            r"(?:方案|计划|规划|预案|办法|制度|规定|细则|规则|规程|章程|守则|工作要点|要点|任务清单|责任清单|须知|指南)(?:[（(].{0,12}[）)])?$"
        ),
        (
            re.compile(r"总体要求是|总体思路是|重点(?:做好|抓好)以下"),
            re.compile(r"制定(?:本|如下|以下)(?:方案|计划|预案|办法|制度|规定|细则|规则|意见)|特制定|现制定"),
            re.compile(
                rf"^{_FIGURE}、\s*(?:指导思想|总体要求|工作目标|目标任务|组织领导|实施步骤|工作步骤|时间安排"
                r"|工作要求|活动主题|活动时间|整治时间|整治范围|工作安排|保障措施|方法步骤|主要任务)",
                re.MULTILINE,
            ),
            re.compile(r"^第[一二三四五六七八九十百]+[章条]", re.MULTILINE),
            re.compile(r"自(?:发布|印发|公布|20\d\d年\d+月\d+日)之?日?起(?:施行|执行|实施)"),
        ),
    ),
    _Paper(
        "工作总结或汇报材料",
        re.compile(
            r"(?:工作总结|总结报告|总结|工作小结|述职报告|述廉报告|自查报告|情况报告|工作报告|调研报告|汇报材料|情况汇报|工作汇报|个人(?:事迹|工作)[^，。]{0,6}|工作计划|工作打算|心得体会|先进事迹材料)(?:[及和暨与][^，。]{0,14})?(?:[（(].{0,12}[）)])?$"
        ),
        (
            re.compile(r"现将[^。]{0,30}(?:情况|工作)[^。]{0,12}(?:总结|汇报|报告|小结)如下|现(?:总结|汇报|报告)如下"),
            re.compile(
                rf"^{_FIGURE}、\s*[^。]{{0,10}}(?:工作(?:开展)?情况|主要工作|存在的?(?:主要)?(?:问题|不足)"
                r"|下(?:一步|半年|阶段)|工作计划|工作打算|主要做法)",
                re.MULTILINE,
            ),
            re.compile(r"(?:^|。)(?:本人|我)(?:自|于|在)[^。]{0,30}(?:以来|任职|工作)|以上报告|请予审议|请批评指正"),
        ),
    ),
    _Paper(
        "通知、函件或申请",
        re.compile(r"(?:的通知|的通告|的公告|的函|的请示|的批复|的意见|申请(?:书|表)|登记表|推荐表|报名表|申报表|调查表|承诺书|责任书|倡议书|公开信|邀请函)$"),
        (
            re.compile(r"^(?:各[^，。：:]{1,30}|[一-鿿]{2,20}(?:局|科|室|委|办|公司))[：:]$", re.MULTILINE),
            re.compile(r"^[^\n\t]*\t[^\n]*\t", re.MULTILINE),
            re.compile(r"特此(?:通知|函告|申请|公告|通告|请示|报告)|请(?:遵照|认真贯彻|贯彻)执行|妥否，请(?:批示|审批)|请予(?:批准|支持)"),
        ),
    ),
    _Paper(
        "值班安排或名单",
        re.compile(r"(?:值班(?:安排)?表|安排表|排班表|值班安排|议程|日程(?:安排)?|流程|程序|会议议程|座次表|通讯录|名单|签到表|台账)$"),
        (
            re.compile(r"(?:^|[\t|])(?:带班领导|值班员|值班人员|值班长|带班)(?:$|[\t|])", re.MULTILINE),
            re.compile(r"值班时间为"),
            re.compile(r"^(?:活动|会议|比赛)?(?:时间|地点|主持人?|注意事项)[：:]", re.MULTILINE),
        ),
    ),
)  # fmt: skip


def paper_of(lines: Sequence[str], file_name: str) -> str:
    """
    Return the paper that a text is, with the mark that tells (“讲话稿：“同志们：””), or "".

    The title's last word and one mark in the text, or two marks, make a paper; so does the title
    alone where the text has hardly a sentence.
    """
    head = [line.strip() for line in lines[:_HEAD_LINES]]
    text = "\n".join(line.strip() for line in lines)[:_MOST]
    named = [line for line in head if len(line) <= 60 and "。" not in line]
    stem = PurePosixPath(file_name).stem
    for paper in _PAPERS:
        titled = next((line for line in named if _titled(paper, line)), "")
        marks = [match[0].strip() for mark in paper.marks if (match := mark.search(text))]
        if titled and (marks or "。" not in text):
            return f"{paper.name}：标题“{titled[-16:]}”" + (f"、“{marks[0]}”" if marks else "")
        if len(marks) > 1 or (marks and paper.title.search(stem) and not _NEWS_OF_IT.search(stem)):
            return f"{paper.name}：“{'”“'.join(marks[:2])}”"
    return ""


def _titled(paper: _Paper, line: str) -> bool:
    """Whether a line is the title of such a paper and not that of news about one."""
    ending = paper.title.search(line.rstrip("》”"))
    if ending is None or line.startswith(("学习", "贯彻")):
        return False
    return (
        _NEWS_OF_IT.search(line[: ending.start()]) is None
        or re.match(r"^(?:在|关于)", line) is not None
    )
