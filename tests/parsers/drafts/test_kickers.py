"""A slogan above a unit's headline leads into it and is none of the title."""

from __future__ import annotations

import pytest

from parsers.drafts.titles import head

UNITS = ("湖塘镇", "前黄镇", "区应急管理局", "高新区")
LEAD = "3月7日，湖塘镇应急管理局组织执法人员对辖区危化品企业开展专项检查，重点检查储罐区、装卸区的安全管理情况。"


@pytest.mark.parametrize(
    ("above", "title"),
    [
        (["学习贯彻全会精神", "湖塘镇召开安全生产专题学习会"], "湖塘镇召开安全生产专题学习会"),
        (["筑牢安全防线 守护一方平安", "前黄镇举办消防技能比武"], "前黄镇举办消防技能比武"),
        (["凝心聚力谋发展", "踔厉奋发新征程", "湖塘镇召开年度总结大会"], "湖塘镇召开年度总结大会"),
        (["【工作动态】", "迎战强降雨", "我镇24小时值守保平安"], "我镇24小时值守保平安"),
        (["迎战强降雨", "我镇24小时值守保平安"], "我镇24小时值守保平安"),
        (["（肩题）防风险保安全", "（主题）湖塘镇部署节前安全"], "湖塘镇部署节前安全"),
        (
            ["引题：迎检查 促提升", "主题：湖塘镇开展隐患排查", "副题：共排查隐患35处"],
            "湖塘镇开展隐患排查——共排查隐患35处",
        ),
    ],
)
def test_a_kicker_is_neither_title_nor_text(above: list[str], title: str) -> None:
    assert head([*above, LEAD], UNITS)[1:] == (title, [LEAD])


@pytest.mark.parametrize(
    "above",
    [
        ["区应急管理局督查", "湖塘镇危化品企业安全生产工作"],
        ["市局调研组到", "湖塘镇开展工作调研"],
        ["湖塘镇召开2022年度", "安全生产工作会议"],
        ["区领导检查指导", "湖塘镇安全生产专项整治"],
        ["全省首个！", "湖塘镇建成危化品监管平台"],
        ["安全生产警钟长鸣", "——湖塘镇开展警示教育"],
    ],
)
def test_two_halves_of_a_title_stay_one(above: list[str]) -> None:
    assert head([*above, LEAD], UNITS)[1] == "".join(above)


def test_the_name_of_who_wrote_is_no_headline() -> None:
    title = head(["筑牢安全生产防线", "湖塘镇安全生产监督检查大队", LEAD], UNITS)[1]
    assert title.startswith("筑牢安全生产防线")
