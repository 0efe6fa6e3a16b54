"""What a draft says of itself."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.drafts.character_count import count
from parsers.drafts.mail_body import looks_like_draft, strip_body
from parsers.drafts.text import Passage, TextFacts, describe
from rulebook.model import Form

UNITS = ("湖塘镇应急管理局", "高新北区", "湖塘镇", "高新区", "办公室", "基础科")
PROSE = "3月6日，湖塘镇应急管理局组织人员对辖区危化品企业开展专项检查，现场发现隐患5处，均已要求限期整改。"


def read(*lines: str, file_name: str = "稿件.docx", tables: tuple = ()) -> TextFacts:  # type: ignore[type-arg]
    return describe(lines, tables, file_name=file_name, received=date(2022, 3, 8), unit_names=UNITS)


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("", 0),
        ("湖塘镇，检查。", 7),
        ("共检查企业35家", 7),
        ("增长3.5%，达到A4级", 8),
        ("App 推广", 3),
        ("“安全”——重于泰山…", 11),
        ("你 好", 2),
        ("a b c", 3),
        ("零\u200b宽", 2),
        ("2022-03-05", 1),
        ("𠮷野", 2),
    ],
)
def test_characters_are_counted_as_word_counts_them(text: str, characters: int) -> None:
    assert count(text) == characters


@given(st.text(), st.text())
def test_a_line_break_never_joins_words(one: str, other: str) -> None:
    assert count(f"{one}\n{other}") == count(one) + count(other)


def test_title_byline_and_date_are_no_part_of_the_body() -> None:
    facts = read(
        "【工作动态】",
        "湖塘镇开展危化品企业专项检查",
        "（湖塘镇应急管理局）",
        PROSE,
        "图为检查现场",
        "撰稿：钱一鸣　审核：赵立新",
        "2022年3月7日",
    )
    assert facts.label_line == "【工作动态】"
    assert facts.title == "湖塘镇开展危化品企业专项检查"
    assert facts.body == (PROSE,)
    assert facts.characters == count(PROSE)
    assert (facts.author, facts.reviewer) == ("钱一鸣", "赵立新")
    assert facts.named_unit == "湖塘镇应急管理局"
    assert facts.written == date(2022, 3, 7)
    assert facts.event_date.day == date(2022, 3, 6)


@pytest.mark.parametrize(
    ("line", "author", "reviewer"),
    [
        ("撰稿：钱一鸣 审核：赵立新", "钱一鸣", "赵立新"),
        ("撰稿人：钱一鸣；审核人：赵立新；签发人：孙立", "钱一鸣", "赵立新、孙立"),
        ("供稿：湖塘镇应急管理局 钱一鸣", "钱一鸣", ""),
        ("通讯员 钱一鸣 孙立", "钱一鸣、孙立", ""),
        ("（通讯员：钱一鸣、孙　立）", "钱一鸣、孙立", ""),
        ("文/图 钱一鸣", "钱一鸣", ""),
        ("文/图：钱一鸣", "钱一鸣", ""),
        ("文：钱一鸣 图：孙立", "钱一鸣", ""),
        ("（湖塘镇 钱一鸣）", "钱一鸣", ""),
        ("（钱一鸣）", "钱一鸣", ""),
        ("供稿单位：湖塘镇 撰稿：李喆 审核：周镕", "李喆", "周镕"),
        ("作者：欧阳段晓 审签：段晓堃", "欧阳段晓", "段晓堃"),
    ],
)
def test_by_lines_of_all_shapes_are_read(line: str, author: str, reviewer: str) -> None:
    facts = read("湖塘镇开展检查", PROSE, line)
    assert (facts.author, facts.reviewer) == (author, reviewer)
    assert facts.body == (PROSE,)


def test_names_in_brackets_at_the_end_of_the_text_are_the_author() -> None:
    facts = read("湖塘镇开展检查", f"{PROSE}（湖塘镇 钱一鸣）")
    assert facts.author == "钱一鸣"
    assert facts.body == (PROSE,)


def test_an_ordinary_remark_in_brackets_stays_in_the_text() -> None:
    facts = read("湖塘镇开展检查", f"{PROSE}（详见附表）")
    assert facts.author == ""
    assert facts.body == (f"{PROSE}（详见附表）",)


def test_a_title_on_two_lines_is_one_title() -> None:
    facts = read("湖塘镇扎实推进", "危化品企业专项检查行动", PROSE)
    assert facts.title == "湖塘镇扎实推进危化品企业专项检查行动"


def test_without_a_title_in_the_text_the_file_names_it() -> None:
    facts = read(PROSE, file_name="1.【动态】湖塘镇开展检查（定稿）.docx")
    assert facts.title == "湖塘镇开展检查"
    assert facts.body == (PROSE,)


def test_headings_inside_the_text_count_as_body() -> None:
    facts = read("湖塘镇安全生产综述", PROSE, "一、强化责任", PROSE)
    assert facts.body == (PROSE, "一、强化责任", PROSE)


def test_the_longest_unit_name_is_named() -> None:
    facts = read("高新北区开展检查", PROSE.replace("湖塘镇应急管理局", "高新北区"))
    assert facts.named_unit == "高新北区"


def test_an_office_room_is_no_unit() -> None:
    text = "3月6日，检查组来到企业办公室查看台账，发现隐患5处，均已要求限期整改。"
    assert read("检查组走进企业", text).named_unit is None


def test_the_same_text_in_another_layout_has_the_same_digest() -> None:
    one = read("湖塘镇开展检查", PROSE)
    other = read("湖塘镇开展检查", PROSE[:20], PROSE[20:].replace("，", ", "))
    assert one.digest == other.digest


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("秘密★1年", "秘密★"),
        ("机 密★", "机密★"),
        ("密级：绝密", "密级：绝密"),
        ("秘密", "秘密"),
        ("要注意保护企业的商业秘密。", None),
        ("会议强调，做好机密文件管理。", None),
    ],
)
def test_marks_of_secrecy_are_told_from_talk_of_secrets(line: str, mark: str | None) -> None:
    assert read(line, "关于演练的方案", PROSE).secret_mark == mark


ROSTER = ((("姓名", "职务", "联系电话", "备注"), ("钱一鸣", "科员", "138", "")),)


@pytest.mark.parametrize(
    ("lines", "tables", "form"),
    [
        (("宣传员名单",), ROSTER, Form.ROSTER),
        (("公共安全体验馆摸排汇总表",), ((("序号", "场馆"),),), Form.SURVEY),
        (("信息稿件审签单",), ((("标题", "湖塘镇开展检查"), ("审核意见", "同意")),), Form.APPROVAL),
        (("稿件清单",), ((("序号", "标题"), ("1", "湖塘镇")),), Form.LISTING),
        (("湖塘镇开展检查", PROSE), ((("隐患", "数量"),),), None),
    ],
)
def test_forms_are_told_from_drafts(
    lines: tuple[str, ...],
    tables: tuple[tuple[tuple[str, ...], ...], ...],
    form: Form | None,
) -> None:
    assert read(*lines, tables=tables).form is form


COVER = "您好！\n附件是湖塘镇本周的工作动态2篇、舆情1篇，请查收。\n谢谢！\n湖塘镇 钱一鸣\n联系电话：13800000000"


def test_a_cover_note_is_no_draft() -> None:
    assert not looks_like_draft(COVER)
    assert not looks_like_draft("")
    assert not looks_like_draft("现报送3月6日开展危化品检查的工作动态一篇，请审阅。解压密码：1234")


def test_a_draft_in_the_body_is_recognised() -> None:
    assert looks_like_draft(f"各位老师好：\n湖塘镇开展检查\n{PROSE}\n撰稿：钱一鸣")
    assert looks_like_draft(
        "3月6日，网民在抖音发帖反映湖塘镇某小区电动车起火，现场浓烟较大，镇应急管理局已到场处置，无人员伤亡。"
    )


def test_a_quoted_letter_is_not_this_letter() -> None:
    body = f"老师好，已重新打包，请查收。\n\n---- 回复的原邮件 ----\n发件人：收稿\n{PROSE * 3}"
    assert "专项检查" not in strip_body(body)
    assert not looks_like_draft(body)


def test_the_same_text_is_found_in_a_longer_one() -> None:
    assert Passage(f"您好！{PROSE}").holds(PROSE)
    assert Passage(PROSE.replace("5处", "6处") * 2).holds(PROSE)
    assert not Passage(COVER).holds(PROSE)
    assert not Passage("").holds(PROSE)


@given(st.lists(st.text(max_size=60), max_size=12))
def test_any_text_can_be_described(lines: list[str]) -> None:
    facts = read(*lines)
    assert facts.characters >= 0
    assert (facts.event_date.day is None) == (facts.event_date.doubt is not None)


def test_a_form_that_carries_its_draft_is_read_as_the_draft() -> None:
    rows = [
        "信息发布审批表",
        "标题\t湖塘镇开展检查",
        "类别\t工作动态",
        f"内容\t{PROSE}",
        "撰稿人\t钱一鸣\t审核人\t赵立新",
    ]
    facts = read(*rows)
    assert (facts.label_line, facts.title, facts.body) == ("工作动态", "湖塘镇开展检查", (PROSE,))
    assert (facts.author, facts.reviewer) == ("钱一鸣", "赵立新")


def test_prose_that_speaks_of_approval_sheets_or_venues_is_no_form() -> None:
    for title in (
        "湖塘镇抽查动火审批单填写情况",
        "科教城公共安全体验馆开馆",
        "区局召开宣传员信息报送会议",
    ):
        assert read(title, "3月6日，检查组查看审批单，并填写调查表、汇总表。").form is None


def test_the_name_and_number_of_a_bulletin_stand_above_the_title() -> None:
    facts = read(
        "安全生产简报",
        "第12期",
        "湖塘镇应急管理局　2022年3月7日",
        "————————",
        "湖塘镇开展检查",
        PROSE,
    )
    assert (facts.title, facts.body) == ("湖塘镇开展检查", (PROSE,))


@pytest.mark.parametrize(
    "line",
    [
        "湖塘镇应急管理局　钱一鸣",
        "（钱一鸣 摄影报道）",
        "钱一鸣",
        "基础科供稿",
        "部门负责人（签字）：赵立新",
        "湖塘镇应急管理局　2022年3月7日",
        "（完）",
        "（2022年3月）",
    ],
)
def test_lines_under_the_body_are_no_part_of_it(line: str) -> None:
    assert read("湖塘镇开展检查", PROSE, line).body == (PROSE,)


@pytest.mark.parametrize(
    "line", ["记者从基础科获悉，比武将于近日举行，26支队伍参加。", "湖塘镇已将情况通报该校保卫处。"]
)
def test_a_sentence_that_begins_or_ends_like_a_signature_stays(line: str) -> None:
    assert read("湖塘镇开展检查", PROSE, line).body == (PROSE, line)


def test_two_lines_of_a_title_are_one_though_a_signature_follows() -> None:
    facts = read("疫情防控不松劲", "安全生产不打折", "湖塘镇应急管理局", PROSE)
    assert (facts.title, facts.body) == ("疫情防控不松劲安全生产不打折", (PROSE,))


@pytest.mark.parametrize(
    "line", ["（{} 钱一鸣）", "{}", "{}　钱一鸣", "供稿单位：{}", "撰稿：{} 钱一鸣"]
)
@pytest.mark.parametrize("unit", ["调查评估和减灾科", "高新北区", "湖塘镇应急管理局"])
def test_a_unit_is_read_whole_from_the_line_under_the_text(line: str, unit: str) -> None:
    facts = describe(
        ["开展安全检查", "3月5日，有关部门开展检查，发现隐患12处。", line.format(unit)],
        (),
        file_name="稿.docx",
        received=date(2022, 3, 6),
        unit_names=(
            "调查评估和减灾科",
            "湖塘镇应急管理局",
            "高新北区",
            "湖塘镇",
            "高新区",
            "减灾科",
        ),
    )
    assert facts.named_unit == unit
    assert len(facts.body) == 1
