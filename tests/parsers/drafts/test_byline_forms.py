"""Names that stand before their role, ranks before names, short roles behind strokes."""

from __future__ import annotations

import pytest

from parsers.drafts.byline import read_line

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
    "line", ["企业 负责人 现场 审核", "加强 编辑", "开展隐患排查 报送", "全镇 报送"]
)
def test_words_in_pairs_that_name_nobody_are_no_byline(line: str) -> None:
    found = read_line(line, UNITS)
    assert found is None or not (found.author or found.reviewer)
