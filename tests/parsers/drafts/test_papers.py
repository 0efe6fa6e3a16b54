"""Speeches, minutes, plans, rules, summaries and duty tables are told by their marks; news about them is not."""

from __future__ import annotations

import pytest

from parsers.drafts.papers import paper_of


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "讲话稿",
            ["在全镇安全生产会议上的讲话", "同志们：", "今天，我们召开会议。下面，我讲三点意见。"],
        ),
        ("讲话稿", ["一点想法", "同志们：", "下面，我讲三点意见。同志们，让我们努力！"]),
        ("会议纪要", ["关于消防通道问题的会议纪要", "4月6日，区安委办进行研究。现纪要如下："]),
        ("方案、计划或制度", ["粉尘涉爆专项整治实施方案", "为推进整治，制定本方案。"]),
        (
            "方案、计划或制度",
            ["法制审核工作制度（试行）", "第一章 总则", "第一条 为规范工作，制定本制度。"],
        ),
        ("方案、计划或制度", ["2023年工作要点", "2023年的总体要求是：坚持人民至上。"]),
        (
            "工作总结或汇报材料",
            ["2022年上半年工作总结", "现将有关情况总结如下：", "一、上半年工作开展情况"],
        ),
        ("通知、函件或申请", ["关于举办比赛的通知", "各科室：", "特此通知。"]),
        ("通知、函件或申请", ["培训班报名表", "序号\t单位\t姓名", "1\t牛塘镇\t吕志远"]),
        ("值班安排或名单", ["国庆值班安排表", "日期\t带班领导\t值班员"]),
        ("值班安排或名单", ["咨询日活动流程", "活动地点：万达广场", "如遇下雨，活动移至一楼。"]),
    ],
)
def test_a_paper_is_named_with_its_mark(name: str, lines: list[str]) -> None:
    assert paper_of(lines, "稿件.docx").startswith(f"{name}：")


@pytest.mark.parametrize(
    "lines",
    [
        ["湖塘镇召开安全生产会议", "3月7日，湖塘镇召开会议。会议决定，由镇安委办牵头整改。"],
        ["湖塘镇印发粉尘涉爆整治方案", "3月7日，湖塘镇印发方案，部署整治。"],
        ["湖塘镇学习贯彻全国两会讲话", "3月7日，湖塘镇组织学习。"],
        ["老杨的安全课", "“同志们，戴好安全帽！”3月7日，老杨又开讲了。"],
        ["湖塘镇安全生产月方案发布会举行", "3月7日，发布会举行。"],
    ],
)
def test_news_is_no_paper(lines: list[str]) -> None:
    assert paper_of(lines, "稿件.docx") == ""
