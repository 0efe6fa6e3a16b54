"""One document, several drafts: taken apart on evidence, left whole without, held in between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from parsers.drafts.splitting import SplitContext, describe_each
from parsers.drafts.text import TextFacts

UNITS = ("湖塘镇应急管理局", "牛塘镇", "湖塘镇", "基础科")
RECEIVED = date(2022, 4, 14)
SMOKE = (
    "4月13日，网民“春江”在微博发帖，反映厚余村东侧有人露天焚烧垃圾，转发21次。村委会已扑灭并清理。"
)
LIFT = "4月12日，12345热线接到业主投诉，称3号楼电梯一周内困人2次。镇安监科当日约谈物业公司。"
DRILL = "4月13日，湖塘镇开展防汛演练，120名民兵用时25分钟筑起50米子堤，检验了队伍集结能力。"
CLASS = "4月12日，湖塘镇举办安全员培训班，全镇18名安全员参加，培训后进行了闭卷考试。"
PLAIN = "责任落实是安全生产的“牛鼻子”，要把四级责任写进清单、贴上墙面、记入考核，常抓不懈。"


def read(
    lines: Sequence[str],
    file_name: str = "信息.docx",
    hint: str = "",
    tables: Sequence[Sequence[Sequence[str]]] = (),
) -> tuple[TextFacts, ...]:
    return describe_each(lines, tables, SplitContext(file_name, RECEIVED, UNITS, hint))


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        (["作者", "审核"], ["李喆", "吴志刚"]),
        (["撰稿人", "审核人"], ["李　喆", "吴志刚（同意）"]),
        (["信息员", "分管领导"], ["李喆", "吴志刚"]),
        (["通讯员姓名", "审核领导签字"], ["李喆", "吴志刚"]),
        (["报送人", "审签"], ["李喆", "吴志刚"]),
        (["撰稿/审核"], ["李喆/吴志刚"]),
        (["撰稿人及审核人"], ["李喆、吴志刚"]),
        (["作者（审核）"], ["李喆（吴志刚）"]),
        (["供稿单位及作者", "签发"], ["牛塘镇 李喆", "吴志刚"]),
        (["拟稿人", "审核意见"], ["李喆", "同意。吴志刚"]),
        (["文字作者", "分管领导审核"], ["李喆", "吴志刚"]),
    ],
)
def test_people_stand_in_a_tables_columns(headings: list[str], cells: list[str]) -> None:
    table = [
        ["序号", "标题", "内容", *headings],
        ["1", "网民反映露天焚烧", SMOKE, *cells],
        ["2", "业主投诉电梯困人", LIFT, *cells],
    ]
    found = read(["\t".join(row) for row in table], tables=[table])
    assert [(one.author, one.reviewer) for one in found] == [("李喆", "吴志刚")] * 2


def test_a_column_of_times_numbers_or_units_names_nobody() -> None:
    table = [
        ["序号", "标题", "内容", "报送时间", "报送单位"],
        ["1", "网民反映露天焚烧", SMOKE, "4月14日", "牛塘镇"],
        ["2", "业主投诉电梯困人", LIFT, "4月14日", "牛塘镇"],
    ]
    found = read(["\t".join(row) for row in table], tables=[table])
    assert [(one.author, one.reviewer) for one in found] == [("", "")] * 2


@pytest.mark.parametrize(
    "head",
    [[], ["牛塘镇4月第二周舆情2条"], ["舆情汇总"], ["牛塘镇一周网络舆情", "（4月11日—15日）"]],
)
@pytest.mark.parametrize(
    "marks",
    [
        ("一、", "二、"), ("（一）", "（二）"), ("1.", "2."), ("1、", "2、"), ("（1）", "（2）"),
        ("舆情一：", "舆情二："), ("【舆情1】", "【舆情2】"), ("第一条 ", "第二条 "), ("标题：", "标题："),
        ("【舆情】", "【舆情】"), ("牛塘镇舆情（一） ", "牛塘镇舆情（二） "), ("舆情信息（一）：", "舆情信息（二）："),
    ],
)  # fmt: skip
def test_numbered_or_labelled_pieces_with_their_own_days_are_drafts(
    head: list[str], marks: tuple[str, str]
) -> None:
    found = read([*head, f"{marks[0]}网民反映焚烧垃圾", SMOKE, f"{marks[1]}业主投诉电梯故障", LIFT])
    assert [one.title for one in found] == ["网民反映焚烧垃圾", "业主投诉电梯故障"]
    assert [one.event_date.day for one in found] == [date(2022, 4, 13), date(2022, 4, 12)]
    assert [one.part for one in found] == [1, 2]
    assert [one.body for one in found] == [(SMOKE,), (LIFT,)]


def test_labels_alone_in_their_lines_are_followed_by_titles() -> None:
    found = read(
        ["【工作动态】", "湖塘镇开展防汛演练", DRILL, "【舆情】", "网民反映焚烧垃圾", SMOKE]
    )
    assert [(one.title, one.label_line) for one in found] == [
        ("湖塘镇开展防汛演练", "【工作动态】"),
        ("网民反映焚烧垃圾", "【舆情】"),
    ]


def test_two_reports_with_bylines_are_two_drafts() -> None:
    found = read(
        [
            "湖塘镇开展防汛演练", DRILL, "（供稿：钱一鸣 审核：赵立新）",
            "湖塘镇培训安全员", CLASS, "（供稿：孙立 审核：赵立新）",
        ]
    )  # fmt: skip
    assert [(one.title, one.author) for one in found] == [
        ("湖塘镇开展防汛演练", "钱一鸣"),
        ("湖塘镇培训安全员", "孙立"),
    ]


def test_what_stands_under_the_last_draft_holds_for_all_of_them() -> None:
    yesterday = SMOKE.replace("4月13日", "昨日")
    found = read(
        ["一、网民反映焚烧垃圾", yesterday, "二、业主投诉电梯故障", LIFT, "撰稿：钱一鸣 审核：赵立新", "2022年4月13日"]
    )  # fmt: skip
    assert {(one.author, one.reviewer) for one in found} == {("钱一鸣", "赵立新")}
    assert found[0].event_date.day == date(2022, 4, 12)
    assert found[1].body == (LIFT,)


def test_pieces_without_titles_are_drafts_when_their_number_is_told() -> None:
    for place in ("head", "name", "hint"):
        found = read(
            [*(["牛塘镇舆情2条"] if place == "head" else []), f"1.{SMOKE}", f"2.{LIFT}"],
            file_name="舆情2则.docx" if place == "name" else "舆情.docx",
            hint="牛塘镇报送舆情2篇" if place == "hint" else "牛塘镇",
        )
        assert [one.body for one in found] == [(SMOKE,), (LIFT,)], place


def test_without_a_number_told_untitled_pieces_are_for_a_person() -> None:
    (found,) = read([f"1.{SMOKE}", f"2.{LIFT}"], file_name="舆情.docx")
    assert found.maybe_several


def test_each_row_of_a_collection_in_a_table_is_a_draft() -> None:
    table = [
        ["序号", "时间", "舆情标题", "主要内容", "处置情况"],
        ["1", "4月13日", "网民反映焚烧垃圾", "网民发帖反映厚余村东侧有人露天焚烧垃圾，气味刺鼻。", "已扑灭。"],
        ["2", "4月12日", "业主投诉电梯故障", "业主投诉3号楼电梯一周内困人2次，物业公司推诿。", "已约谈。"],
    ]  # fmt: skip
    found = read(["牛塘镇舆情统计", *("\t".join(row) for row in table)], tables=[table])
    assert [(one.title, one.event_date.day) for one in found] == [
        ("网民反映焚烧垃圾", date(2022, 4, 13)),
        ("业主投诉电梯故障", date(2022, 4, 12)),
    ]
    assert found[0].body == (table[1][3], "已扑灭。")


@pytest.mark.parametrize(
    "lines",
    [
        ["聚焦“三个强化”夯实根基", "今年以来成效明显。", "一、强化责任", PLAIN, "二、强化支撑", PLAIN],
        ["一、强化责任落实", PLAIN, "二、强化专业支撑", PLAIN],
        ["关于网民反映扶梯急停的舆情", SMOKE, "一、舆情概况", SMOKE, "二、处置情况", LIFT],
        ["一、舆情概况", SMOKE, "二、处置情况", LIFT],
        ["湖塘镇召开安全生产会议", DRILL, "一、要提高站位", PLAIN, "二、要压实责任", PLAIN],
        ["湖塘镇开展防汛演练", DRILL, "会后，大家参观了物资库。", CLASS, "供稿：钱一鸣"],
        ["一周网络舆情综述", "本周监测到舆情14条。", "一、热点情况", SMOKE, "二、其他情况", LIFT],
    ],
)  # fmt: skip
def test_sections_of_one_text_stay_together(lines: list[str]) -> None:
    (found,) = read(lines)
    assert not found.maybe_several


@pytest.mark.parametrize(
    "lines",
    [
        ["湖塘镇舆情", SMOKE, LIFT],
        ["湖塘镇工作动态", DRILL, CLASS],
        ["湖塘镇开展防汛演练", DRILL, "湖塘镇开设安全夜校", PLAIN],
        ["◆ 湖塘镇开展防汛演练", DRILL, "◆ 湖塘镇开设安全夜校", PLAIN],
        [f"湖塘镇开展防汛演练。{DRILL}", f"湖塘镇举办安全员培训。{CLASS}"],
        ["湖塘镇开展防汛演练", DRILL, "供稿：钱一鸣", "夜校开课", PLAIN, "供稿：钱一鸣"],
        ["★湖塘镇开展防汛演练", DRILL, "★湖塘镇举办安全员培训", CLASS],
        ["①湖塘镇开展防汛演练", DRILL, "②湖塘镇举办安全员培训", CLASS],
    ],
)  # fmt: skip
def test_what_may_be_several_is_never_one_in_silence(lines: list[str]) -> None:
    found = read(lines)
    assert len(found) > 1 or found[0].maybe_several


@pytest.mark.parametrize(
    "table",
    [
        [["日期", "网名", "言论"], ["4月13日", "春江", SMOKE], ["4月12日", "业主", LIFT]],
        [["序号", "反映事项", "回复"], ["1", SMOKE, "已复"], ["2", LIFT, "已复"]],
        [["1", SMOKE], ["2", LIFT]],
        [[SMOKE], [LIFT]],
    ],
)
def test_rows_with_a_dated_sentence_each_are_never_one_draft_in_silence(
    table: list[list[str]],
) -> None:
    found = read(["湖塘镇舆情", *("\t".join(row) for row in table)], tables=[table])
    assert len(found) > 1 or found[0].maybe_several


def test_an_article_keeps_its_dated_sections() -> None:
    lines = ["基础科综合文章", "一、开局", DRILL, "二、深化", CLASS]
    (found,) = read(lines, file_name="综合性原创文章.docx")
    assert not found.maybe_several


def test_a_second_dated_heading_without_a_byline_between_is_for_a_person() -> None:
    (found,) = read(["湖塘镇开展防汛演练", DRILL, "湖塘镇举办安全员培训", CLASS])
    assert found.maybe_several


def test_groups_under_the_name_of_their_kind_are_taken_apart() -> None:
    drafts = read(
        [
            "一、工作动态", "湖塘镇开展防汛演练", DRILL, "二、舆情信息", "（一）网民反映焚烧垃圾", SMOKE,
            "（二）业主投诉电梯故障", LIFT,
        ],
        hint="湖塘镇第15周信息",
    )  # fmt: skip
    assert [(one.label_line, one.title) for one in drafts] == [
        ("工作动态", "湖塘镇开展防汛演练"),
        ("舆情信息", "网民反映焚烧垃圾"),
        ("舆情信息", "业主投诉电梯故障"),
    ]


def test_opinions_with_bare_titles_are_taken_apart_where_each_tells_its_post() -> None:
    lines = ["网民反映焚烧垃圾", SMOKE, "业主投诉电梯故障反复困人", LIFT]
    assert len(read(lines, file_name="舆情0413.docx")) == 2


def test_pieces_that_each_end_in_a_by_line_in_brackets_are_drafts() -> None:
    lines = ["湖塘镇开展防汛演练", f"{DRILL}（钱一鸣）", "快递小哥变身“安全哨”", f"{CLASS}（何静）"]
    drafts = read(lines, file_name="湖塘动态两篇.docx")
    assert [one.author for one in drafts] == ["钱一鸣", "何静"]


def test_titles_that_end_like_an_office_are_titles() -> None:
    lines = ["湖塘镇检查加油站", DRILL, "湖塘镇组织消防演练", CLASS]
    assert len(read(lines, file_name="湖塘镇工作动态2篇.docx")) == 2


def test_two_forms_below_each_other_are_two_drafts() -> None:
    form = "标题\t{}\t\n出现时间\t{}\n主要内容\t{}\n填报\t钱一鸣\t审核\t蒋磊"
    lines = [
        "湖塘镇舆情登记表",
        *form.format(
            "网民反映焚烧垃圾", "2022年4月13日", "网民“春江”发帖，反映村东侧有人露天焚烧垃圾。"
        ).split("\n"),
        *form.format(
            "业主投诉电梯故障",
            "2022年4月12日",
            "业主来电投诉，称3号楼电梯一周内困人2次，要求更换。",
        ).split("\n"),
    ]
    drafts = read(lines)
    assert [one.title for one in drafts] == ["网民反映焚烧垃圾", "业主投诉电梯故障"]
    assert [one.event_date.posted for one in drafts] == [date(2022, 4, 13), date(2022, 4, 12)]
    assert {one.reviewer for one in drafts} == {"蒋磊"}


@pytest.mark.parametrize(
    "column", ["内容", "舆情内容", "反映问题", "事件经过", "基本情况", "帖文摘录"]
)
def test_a_table_is_known_by_any_usual_name_of_its_columns(column: str) -> None:
    table = [
        ["序号", "时间", column, "处置"],
        ["1", "4.13", SMOKE[6:], ""],
        ["2", "4.12", LIFT[6:], ""],
    ]
    drafts = read(["舆情汇总"], tables=[table])
    assert [one.event_date.day for one in drafts] == [date(2022, 4, 13), date(2022, 4, 12)]


def test_a_heading_that_promises_several_is_never_one_draft_in_silence() -> None:
    (draft,) = read(["湖塘镇舆情3条", "网民反映焚烧垃圾", SMOKE])
    assert draft.maybe_several
