"""Lines of several pages become one text: no running headers, no page numbers, borders where drafts begin."""

from __future__ import annotations

from parsers.pictures import page_texts
from parsers.pictures.ocr_layout import Line

TITLE = Line("　　湖塘镇开展燃气安全检查", large=True, centred=True)
OTHER = Line("　　湖塘镇召开安全生产例会", large=True, centred=True)
HEADER = Line("湖塘镇信息专报")
BODY = Line("　　3月5日，湖塘镇应急管理局开展检查，查出隐患12处，均已责令整改到位。")
MORE = Line("　　下一步，将加大力度，守牢安全底线，确保不发生事故，请各村配合做好工作。")


def test_a_running_header_is_neither_title_nor_text() -> None:
    said = page_texts.text_of([[HEADER, TITLE, BODY], [HEADER, MORE], [HEADER, BODY]])
    assert said.paragraphs[0] == "湖塘镇开展燃气安全检查"
    assert "湖塘镇信息专报" not in "".join(said.paragraphs)


def test_a_header_that_repeats_the_title_stays_on_the_first_page() -> None:
    again = Line("湖塘镇开展燃气安全检查")
    said = page_texts.text_of([[TITLE, BODY], [again, MORE], [again, BODY]])
    assert [one for one in said.paragraphs if "燃气" in one] == ["湖塘镇开展燃气安全检查"]


def test_a_title_in_ordinary_print_that_is_repeated_stays_on_the_first_page() -> None:
    title = Line("湖塘镇开展燃气安全检查")
    said = page_texts.text_of([[title, BODY], [title, MORE], [title, BODY]])
    assert said.paragraphs[0] == "湖塘镇开展燃气安全检查"
    assert "".join(said.paragraphs).count("湖塘镇开展燃气安全检查") == 1


def test_by_lines_that_are_alike_stay_on_every_page() -> None:
    byline = Line("　　撰稿：张三　审核：李四")
    said = page_texts.text_of([[TITLE, BODY, byline], [OTHER, BODY, byline]])
    assert "".join(said.paragraphs).count("审核：李四") == 2


def test_leads_that_differ_in_their_day_alone_stay_on_every_page() -> None:
    leads = [Line(f"　　3月{day}日，湖塘镇应急管理局组织执法人员开展专项") for day in (2, 3)]
    said = page_texts.text_of([[TITLE, leads[0], BODY], [OTHER, leads[1], BODY]])
    assert ["3月2日" in "".join(said.paragraphs), "3月3日" in "".join(said.paragraphs)] == [
        True
    ] * 2


def test_page_numbers_are_left_out() -> None:
    pages = [
        [TITLE, BODY, Line("— 1 —")],
        [MORE, Line("第2页 共2页")],
        [Line("3"), BODY, Line("3/3")],
    ]
    text = "".join(page_texts.text_of(pages).paragraphs)
    assert "— 1 —" not in text
    assert "共2页" not in text
    assert "3/3" not in text


def test_a_page_under_a_large_centred_line_begins_anew() -> None:
    said = page_texts.text_of([[TITLE, BODY], [MORE], [OTHER, BODY]])
    (border,) = said.borders
    assert said.paragraphs[border] == "湖塘镇召开安全生产例会"


def test_a_page_that_goes_on_is_no_border() -> None:
    assert page_texts.text_of([[TITLE, BODY], [MORE], [BODY]]).borders == ()


def test_a_cover_without_text_is_no_draft_of_its_own() -> None:
    assert page_texts.text_of([[OTHER], [TITLE, BODY]]).borders == ()


def test_of_no_pages_there_is_no_text() -> None:
    assert page_texts.text_of([]).paragraphs == ()
    assert page_texts.text_of([[], []]).paragraphs == ()
