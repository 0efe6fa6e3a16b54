"""Names that stand before their role, ranks before names, short roles behind strokes."""

from __future__ import annotations

from datetime import date

import pytest

from parsers.drafts.byline import read_line
from parsers.drafts.text import describe

UNITS = ("洛阳镇", "高新区")


@pytest.mark.parametrize(
    ("line", "author", "reviewer"),
    [
        ("（宗晓萌 供稿  耿学军 审核）", "宗晓萌", "耿学军"),
        ("钱一鸣 文/图", "钱一鸣", ""),
        ("□ 雍佳／文", "雍佳", ""),
        ("核 / 臧明远", "", "臧明远"),
        ("供稿：蔺思源丨审核：左国梁", "蔺思源", "左国梁"),
        ("（高新区 蔺思源/文  左国梁/审）", "蔺思源", "左国梁"),
        ("审核：高新区应急管理局副局长 左国梁", "", "左国梁"),
        ("审核人：副镇长 蒋磊", "", "蒋磊"),
        ("撰稿人：钱一鸣（办公室）", "钱一鸣", ""),
    ],
)
def test_a_byline_in_another_order_is_read_into_its_roles(
    line: str, author: str, reviewer: str
) -> None:
    found = read_line(line, UNITS)
    assert found is not None
    assert (found.author, found.reviewer) == (author, reviewer)


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("本报通讯员 韩松 蒲青", "韩松、蒲青"),
        ("本网通讯员　韩松　蒲青", "韩松、蒲青"),
        ("本报讯 记者 韩松", "韩松"),
        ("本台记者 韩松 摄影报道", "韩松"),
        ("本报记者 韩松 通讯员 蒲青", "韩松、蒲青"),
        ("见习记者 韩松", "韩松"),
        ("本报首席记者 韩松", "韩松"),
        ("全媒体记者 韩松", "韩松"),
        ("本报通讯员韩松 蒲青", "韩松、蒲青"),
        ("【本报通讯员 韩松】", "韩松"),
        ("报道员 韩松", "韩松"),
        ("韩松 蒲青/文", "韩松、蒲青"),
        ("文 图：韩松", "韩松"),
        ("文　图：韩松　蒲青", "韩松、蒲青"),
        ("文字、图片：韩松", "韩松"),
        ("——韩松", "韩松"),
    ],
)
def test_a_byline_under_a_title_is_no_part_of_it(line: str, author: str) -> None:
    prose = "3月6日，洛阳镇开展检查，现场发现隐患5处，均已要求限期整改。"
    for lines in (("老党员讲述一线十八年", line, prose), ("老党员讲述一线十八年", prose, line)):
        facts = describe(lines, (), file_name="a.docx", received=date(2022, 3, 8), unit_names=UNITS)
        assert (facts.title, facts.author) == ("老党员讲述一线十八年", author)
        assert facts.body == (prose,)


@pytest.mark.parametrize(
    ("line", "reviewer"),
    [
        ("审核意见：同意。左国梁", "左国梁"),
        ("审核意见：同意报送。左国梁", "左国梁"),
        ("分管领导审核：同意 左国梁", "左国梁"),
        ("签发：已审核，左国梁", "左国梁"),
    ],
)
def test_who_agreed_is_the_reviewer(line: str, reviewer: str) -> None:
    found = read_line(line, UNITS)
    assert found is not None
    assert found.reviewer == reviewer


@pytest.mark.parametrize(
    "line", ["企业 负责人 现场 审核", "加强 编辑", "开展隐患排查 报送", "全镇 报送"]
)
def test_words_in_pairs_that_name_nobody_are_no_byline(line: str) -> None:
    found = read_line(line, UNITS)
    assert found is None or not (found.author or found.reviewer)
