"""A draft below the fields of an office system's form."""

from __future__ import annotations

from datetime import date

import pytest

from parsers.drafts.text import TextFacts, describe

UNITS = ("高新区应急管理局", "高新区")
TITLE = "高新区开展起重机械专项检查"
PROSE = "3月22日，高新区对辖区6家企业的起重机械开展专项检查，抽取12台桥式起重机，责令停用1台。"


def read(*lines: str) -> TextFacts:
    received = date(2022, 3, 23)
    return describe(lines, (), file_name="导出.docx", received=received, unit_names=UNITS)


@pytest.mark.parametrize(
    "lines",
    [
        (
            "信息报送单",
            "流水号：XX2022-0317  紧急程度：平件",
            "拟稿人：蔺思源",
            "签发人：左国梁",
            "拟稿日期：2022年3月23日",
            f"标题：{TITLE}",
            "正文：",
            TITLE,
            PROSE,
        ),
        (f"标题：{TITLE}", "作者：蔺思源", "审核：左国梁", "正文：", PROSE),
        (f"信息标题：{TITLE}", "拟稿人：蔺思源　　审核人：左国梁", f"正文：{PROSE}"),
        ("类别：工作动态", f"题目：{TITLE}", "撰稿：蔺思源", "审核：左国梁", "【正文】：", PROSE),
        ("编号：12", "拟稿：蔺思源", "核稿：左国梁", f"稿件题目：{TITLE}", "稿件内容：", PROSE),
        (
            "高新区政务信息采编系统",
            "密级：无　　紧急程度：一般",
            "报送单位：高新区应急管理局",
            "报送人：蔺思源",
            "审核人：左国梁",
            f"主题：{TITLE}",
            "全文：",
            PROSE,
        ),
    ],
)
def test_the_fields_give_title_and_people_and_are_no_words_of_the_text(
    lines: tuple[str, ...],
) -> None:
    facts = read(*lines)
    assert (facts.title, facts.author, facts.reviewer) == (TITLE, "蔺思源", "左国梁")
    assert facts.body == (PROSE,)
    assert facts.event_date.day == date(2022, 3, 22)


def test_the_title_may_stand_in_the_text_alone() -> None:
    facts = read("拟稿人：蔺思源", "审核人：左国梁", "类别：工作动态", "正文：", TITLE, PROSE)
    assert (facts.title, facts.label_line, facts.author) == (TITLE, "工作动态", "蔺思源")
    assert facts.body == (PROSE,)


def test_prose_above_the_word_is_no_form() -> None:
    lead = "编者按：本期刊发高新区的做法，供各地参考借鉴。"
    facts = read(TITLE, lead, "正文：", PROSE)
    assert lead in facts.body
