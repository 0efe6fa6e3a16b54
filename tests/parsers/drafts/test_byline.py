"""By-lines are read into authors, reviewers and editors, however they are written."""

from __future__ import annotations

from datetime import date

import pytest

from parsers.drafts import byline
from parsers.drafts.text import describe

UNITS = ("湖塘镇应急管理局", "自然灾害救援科", "执法大队", "湖塘镇", "洛阳镇", "危化科")


@pytest.mark.parametrize(
    ("line", "author", "reviewer"),
    [
        ("撰稿：钱一鸣 审核：赵立新", "钱一鸣", "赵立新"),
        ("初审：郑文   终审：冯宝林", "", "郑文、冯宝林"),
        ("通讯员：许清和 报道", "许清和", ""),
        ("撰稿：许清和和李明 审核：许和平", "许清和、李明", "许和平"),
        ("撰稿：钱一鸣 和 赵立新", "钱一鸣、赵立新", ""),
        ("（通讯员 段知远 钱一鸣 湖塘镇应急管理局供稿）", "段知远、钱一鸣", ""),
        ("（湖塘镇和礼嘉镇联合供稿）", "", ""),
        ("一审：张三 二审：李四 三审：王五", "", "张三、李四、王五"),
        ("通讯员 吕志远 报道", "吕志远", ""),
        ("危化科：姚远（撰稿）  丁学军（审核）", "姚远", "丁学军"),
        ("丁一（撰）  蔡文斌（审核）", "丁一", "蔡文斌"),
        ("供稿人：陆珺        分管领导审核：杭海涛", "陆珺", "杭海涛"),
        ("填报：姚远  核稿：梁晨", "姚远", "梁晨"),
        ("街道审核：瞿晓东", "", "瞿晓东"),
        ("审核人（签字）：尤勇", "", "尤勇"),
        ("图/文　戴安然", "戴安然", ""),
        ("文/蒋小舟  毕然    图/高鹏", "蒋小舟、毕然", ""),
        ("编写：郑文　　审核：冯宝林", "郑文", "冯宝林"),
        ("供稿：执法大队", "", ""),
        ("（自然灾害救援科 谢澜 供稿）", "谢澜", ""),
        ("（谢澜　文/图）", "谢澜", ""),
        ("审　核：李　建", "", "李建"),
        ("供稿（钱一鸣）", "钱一鸣", ""),
        ("供稿、审核：郑文", "郑文", "郑文"),
        ("作者单位：湖塘镇应急管理局 钱一鸣", "钱一鸣", ""),
        ("作者：阿不都·热合曼、李建", "阿不都·热合曼、李建", ""),
        ("通讯员 丁一 实习生 许慕之", "丁一、许慕之", ""),
        ("洛阳镇：李喆", "李喆", ""),
        ("文丨吕志远", "吕志远", ""),
        ("审  核  人：蒋  磊    供  稿  人：钱 一 鸣", "钱一鸣", "蒋磊"),
        ("校审：蒋磊 供稿：钱一鸣", "钱一鸣", "蒋磊"),
        ("总编：蒋磊  值班编委：赵立新  供稿：钱一鸣", "钱一鸣", ""),
        ("撰稿钱一鸣、孙立；审核蒋磊", "钱一鸣、孙立", "蒋磊"),
        ("主要领导签字：蒋磊", "", "蒋磊"),
        ("钱一鸣（湖塘镇）", "钱一鸣", ""),
        ("钱一鸣  湖塘镇应急管理局", "钱一鸣", ""),
        ("—— 供稿：钱一鸣", "钱一鸣", ""),
        ("通讯员段晓堃 审核曹志刚", "段晓堃", "曹志刚"),
        ("（陆珺/文  杨帆/图）", "陆珺", ""),
        ("审：曹志刚", "", "曹志刚"),
        ("通讯员 丁一  审核 羌志伟", "丁一", "羌志伟"),
        ("作者 吕志远 审核 尹卫平（分管领导）", "吕志远", "尹卫平"),
        ("供稿｜钱一鸣  审核｜蒋磊", "钱一鸣", "蒋磊"),
        ("【作者】戴安然  【审核】季明哲", "戴安然", "季明哲"),
        ("审　稿　邵启明", "", "邵启明"),
        ("撰　稿　谢　澜", "谢澜", ""),
        ("洛阳镇 李喆 端木青", "李喆、端木青", ""),
        ("（钱一鸣  2022年3月6日）", "钱一鸣", ""),
    ],
)
def test_a_line_of_roles_and_names_is_read(line: str, author: str, reviewer: str) -> None:
    signature = byline.read_line(line, UNITS)
    assert signature is not None
    assert (signature.author, signature.reviewer) == (author, reviewer)


def test_an_editor_is_neither_author_nor_reviewer() -> None:
    signature = byline.read_line("责任编辑：何晴", UNITS)
    assert signature is not None
    assert (signature.author, signature.reviewer, signature.editor) == ("", "", "何晴")


@pytest.mark.parametrize(
    "line",
    [
        "记者从基础科获悉，近日开展检查", "湖塘镇检查加油站", "时间：03-07，13:30至18:10。", "会议审核通过了方案。",
    ],
)  # fmt: skip
def test_prose_and_titles_are_no_by_lines(line: str) -> None:
    assert byline.read_line(line, UNITS) is None
    assert not byline.is_unit_line(line, UNITS)


@pytest.mark.parametrize(
    ("paragraph", "text", "author"),
    [
        ("本报讯（通讯员 李建华）3月7日，湖塘镇检查企业。", "3月7日，湖塘镇检查企业。", "李建华"),
        ("（通讯员 费朗 诸葛琳）九月一日，科教城开学。", "九月一日，科教城开学。", "费朗、诸葛琳"),
        ("通讯员施雨报道：12月4日，法规科宣传。", "12月4日，法规科宣传。", "施雨"),
        ("武进应急9月6日讯（卞晨） 昨天，召开复盘会。", "昨天，召开复盘会。", "卞晨"),
    ],
)
def test_a_by_line_before_the_first_word_is_cut_off(paragraph: str, text: str, author: str) -> None:
    rest, signature, _ = byline.split_lead(paragraph, UNITS)
    assert rest == text
    assert signature is not None
    assert signature.author == author


def test_a_lead_in_brackets_that_names_nobody_stays() -> None:
    paragraph = "（一）3月7日，湖塘镇检查企业。"
    assert byline.split_lead(paragraph, UNITS) == (paragraph, None, "")


def test_reviewers_in_lines_of_their_own_are_all_named_in_order() -> None:
    lines = [
        "湖塘镇检查企业",
        "3月7日，湖塘镇检查企业8家。",
        "撰稿：薛冰",
        "一审：戚晓",
        "二审：恽建新",
        "三审：陶文华",
    ]
    facts = describe(lines, (), file_name="a", received=date(2022, 3, 8), unit_names=UNITS)
    assert (facts.author, facts.reviewer) == ("薛冰", "戚晓、恽建新、陶文华")
    assert facts.body == ("3月7日，湖塘镇检查企业8家。",)


def test_a_by_line_in_the_line_of_the_title_is_none_of_it() -> None:
    lines = ["湖塘镇检查仓储企业  通讯员 李建华", "3月7日，湖塘镇检查企业8家。"]
    facts = describe(lines, (), file_name="a", received=date(2022, 3, 8), unit_names=UNITS)
    assert (facts.title, facts.author) == ("湖塘镇检查仓储企业", "李建华")


def test_a_line_of_a_review_passed_names_nobody() -> None:
    assert (byline.read_line("审核通过", UNITS) or byline.Byline()).reviewer == ""


def test_authors_in_lines_of_their_own_are_all_read() -> None:
    facts = describe(
        (
            "湖塘镇开展检查",
            "3月7日，湖塘镇开展安全检查。",
            "记者丨钱一鸣",
            "通讯员丨孙立",
            "审核丨蒋磊",
        ),
        (),
        file_name="稿.docx",
        received=date(2022, 3, 8),
        unit_names=UNITS,
    )
    assert (facts.author, facts.reviewer) == ("钱一鸣、孙立", "蒋磊")
