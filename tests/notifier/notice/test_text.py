"""The sentences of a notice say what the figures say, for none, for one, and for many."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.notice import text
from notifier.notice.facts import Bonus, Named, Printed, Received, Setback
from notifier.notice.tables import bar, checked, outlets
from rulebook.amounts import rate_told
from rulebook.default_rules import NEWS, OFFICES, OPINION, TOWNS
from rulebook.provisions import default_provisions
from rulebook.targets import Completion


def told(facts):
    return "\n".join(
        paragraph for _, paragraphs in text.overview(facts) for paragraph in paragraphs
    )


@pytest.mark.parametrize(
    ("period", "title"),
    [
        ("2022Q1", "关于2022年第一季度信息宣传工作情况的通报"),
        ("2022-03", "关于2022年3月信息宣传工作情况的通报"),
        ("2022H2", "关于2022年下半年信息宣传工作情况的通报"),
        ("2022", "关于2022年度信息宣传工作情况的通报"),
    ],
)
def test_the_title_names_the_period(facts, period, title):
    assert text.title(facts(period=period)) == title


def test_the_tables_are_titled_as_the_regulation_has_it(facts):
    assert text.points_title(facts(period="2022"), TOWNS) == (
        "2022年度信息宣传稿件积分统计表（板块）"
    )
    assert text.points_title(facts(), OFFICES) == (
        "2022年第一季度信息宣传稿件积分统计表（科室、大队）"
    )


def test_the_lead_ends_as_notices_do_and_says_from_when_it_counted(facts):
    full = facts()
    assert text.lead(full).endswith("现将有关情况通报如下：")
    assert "2022年1月1日至3月31日" in text.lead(full)
    later = facts(counted_from=full.period.first.replace(month=2, day=24))
    assert "2022年2月24日至3月31日" in text.lead(later)


def test_the_counts_by_kind_are_those_of_the_figures(facts):
    assert (
        "共收到稿件42篇，其中工作动态21篇、舆情15篇、综合性原创文章2篇、约稿3篇、类别待定1篇。"
        in told(facts())
    )
    assert "5个单位中，4个单位报送了稿件，1个单位没有报送。逾期报送2篇、退稿1篇。" in told(facts())


def test_a_single_draft_is_not_divided(facts):
    assert "共收到稿件1篇，为舆情。" in told(facts(received=(Received("甲镇", OPINION, 1),)))


def test_drafts_of_one_kind_are_not_divided(facts):
    assert "共收到稿件4篇，均为舆情。" in told(facts(received=(Received("甲镇", OPINION, 4),)))


def test_a_quarter_without_drafts_is_told_without_noughts(empty):
    assert "2022年第一季度没有收到稿件。" in told(empty())
    assert "本季度没有稿件被录用。" in told(empty())
    assert "板块3个单位没有得分；科室、大队2个单位没有得分。" in told(empty())
    assert "0篇" not in told(empty())
    assert not [heading for heading, _ in text.overview(empty()) if "完成较好" in heading]


def test_adoptions_are_told_by_tier(facts):
    assert "各级载体录用稿件4条，其中一类1条、三类2条、五类1条。" in told(facts())


def test_an_adoption_without_a_tier_is_told_as_such(facts):
    assert "各级载体录用稿件1条，为类别待定。按规定计分的录用4条。" in told(
        facts(adoptions=(Printed("某网", None, "甲镇", 1),))
    )


def test_the_best_are_praised_with_their_points_and_nobody_for_nothing(facts):
    assert "板块中，积分居首的是甲镇（51分）。" in told(facts())
    done = facts(completions=(), named=())
    assert "板块中，积分居前的是甲镇（51分）、乙镇（22分）。" in told(done)
    assert "科室、大队中，积分居前的是丁科（13分）、戊大队（13分）。" in told(facts())
    assert "板块中，积分居首的是甲镇（51分）。" in told(facts(top=1))
    assert "全部完成报送任务的是甲镇。" in told(facts())
    assert "稿件被一类载体录用的是甲镇（1条）。" in told(facts())


def test_who_did_not_complete_its_task_or_is_named_is_not_praised(facts):
    praised = next(words for heading, words in text.overview(facts()) if "完成较好" in heading)
    assert not [words for words in praised if "乙镇" in words]  # it did not complete its task
    named = facts(named=(Named("甲镇"),))
    assert not [heading for heading, words in text.overview(named) if "甲镇" in "".join(words)]


def test_several_kinds_of_which_nothing_came_are_one_sentence(facts):
    lacking = facts(
        named=(Named("丙街道"),),
        completions=(Completion("丙街道", NEWS, 5, 0, 0), Completion("丙街道", OPINION, 15, 0, 0)),
    )
    told_of = "丙街道：应报送工作动态5篇、舆情15篇，均未按期报送。"
    assert told_of in text.problems(lacking)


def test_a_row_of_two_departments_is_quoted_so_that_it_reads_as_one(facts):
    row = replace(facts().groups[0][1][0], unit="调查科、防治科")
    both = facts(towns=(row,), named=(), completions=())
    assert "积分居首的是“调查科、防治科”（51分）" in told(both)
    named = facts(towns=(row,), named=(Named("调查科、防治科", "有待加强"),))
    assert text.problems(named)[-1] == "“调查科、防治科”：有待加强。"


def test_only_what_was_refused_for_its_form_is_told_as_such(facts):
    declined = facts(setbacks=(Setback("乙镇", 0, 2),))
    assert "退稿2篇" in "".join(told for _, lines in text.overview(declined) for told in lines)
    assert "格式" not in "".join([*text.problems(declined), *text.requirements(declined)])


def test_what_still_waits_is_told(facts):
    assert "另有3篇待核定" in told(facts(setbacks=(Setback("乙镇", 2, 1, 3),)))


def test_no_authority_is_invented(facts):
    year = facts(period="2022")
    assert "有关部门" not in told(year)


def test_a_long_list_of_names_ends_in_their_number(facts):
    row = facts().groups[0][1][0]
    rows = tuple(replace(row, unit=f"第{number}镇") for number in range(12))
    assert "第9镇（51分）等12个单位。" in told(facts(towns=rows))


def test_only_the_units_that_staff_named_are_named(facts):
    problems = "\n".join(text.problems(facts()))
    assert "丙街道：应报送工作动态5篇，未按期报送。" in problems
    assert "乙镇：综合性原创文章没有完成。" in problems
    assert "。。" not in problems
    unnamed = "\n".join(text.problems(facts(named=())))
    assert not [row.unit for row in facts().rows if row.unit in unnamed]


def test_a_named_unit_without_shortcomings_is_told_by_its_row(facts):
    assert "戊大队：积分13分，计分稿件10条，在科室、大队中排名第1。" in text.problems(
        facts(named=(Named("戊大队"),))
    )


def test_without_problems_none_are_invented(facts):
    fine = facts(
        towns=facts().groups[0][1][:1],
        offices=(),
        named=(),
        setbacks=(),
        completions=(Completion("甲镇", NEWS, 5, 5, 9),),
    )
    assert text.problems(fine) == ["本季度没有需要通报的问题。"]
    assert "报送任务已经完成。" in told(fine)


def test_the_requirements_are_those_of_staff_else_what_the_figures_call_for(facts):
    assert text.requirements(facts(requirements=("照旧。",))) == ["照旧。"]
    written = "".join(text.requirements(facts()))
    assert "时效性" in written
    assert "压缩文件" in written
    calm = "".join(text.requirements(facts(setbacks=(Setback("甲镇", 0, 0),))))
    assert "时效性" not in calm
    assert "压缩文件" not in calm


def test_the_bonus_belongs_to_a_year_alone(facts):
    assert "附加分" not in told(facts())
    year = facts(period="2022", bonuses=(Bonus("乙镇", cancelled=True),))
    assert "按规定取消附加分的是乙镇。" in told(year)


def test_a_long_title_breaks_between_words():
    assert (
        text.broken("关于2022年度信息宣传工作情况的通报", "信息宣传")
        == "关于2022年度信息宣传工作情况的通报"
    )
    assert text.broken("关于2022年第一季度信息宣传工作情况的通报", "信息宣传") == (
        "关于2022年第一季度\n信息宣传工作情况的通报"
    )
    assert text.broken("2022年第一季度信息宣传稿件积分统计表（板块）", "信息宣传").endswith(
        "\n（板块）"
    )


def test_a_correction_is_told_below_the_table_so_that_the_row_adds_up(facts):
    notes = "".join(text.table_notes(facts(), facts().groups[0][1]))
    assert "乙镇-2分" in notes
    assert "更正" not in "".join(text.table_notes(facts(), facts().groups[1][1]))
    for row in facts().rows:
        assert checked(row, default_provisions()) == row.points


def test_outlets_come_best_tier_first_with_their_units(facts):
    assert [(one.outlet, one.units) for one in outlets(facts())] == [
        ("新华社", (("甲镇", 1),)),
        ("常州日报", (("甲镇", 1), ("乙镇", 1))),
        ("区政府网站", (("丁科", 1),)),
    ]


@given(st.integers(1, 10**6).flatmap(lambda most: st.tuples(st.integers(0, most), st.just(most))))
def test_a_rate_reads_as_fulfilled_only_when_it_is(pair):
    met, wanted = pair
    assert (rate_told(met / wanted) == "100%") == (met == wanted)
    assert (bar(met, wanted, 20) == 20) == (met == wanted)
    assert bool(bar(met, wanted, 20)) == bool(met)
