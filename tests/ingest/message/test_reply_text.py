"""A sender's own words, told apart from what mail programs quote in their many ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.message.reply_text import split_reply

QUOTATIONS = {
    "QQ": '------------------ 原始邮件 ------------------\n发件人: "收稿" <a@b.example>\n主题: 回执',
    "163": "---- 回复的原邮件 ----\n| 发件人 | 收稿<a@b.example> |\n| 主题 | 回执 |",
    "163 web": 'At 2022-03-10 10:00:00, "收稿" <a@b.example> wrote:\n> 您好',
    "Outlook": "发件人: 收稿 <a@b.example>\n发送时间: 2022年3月10日 10:00\n收件人: 李\n主题: 回执",
    "iOS": "在 2022年3月10日，上午10:00，收稿 <a@b.example> 写道：\n> 您好",
    "Gmail": "收稿 <a@b.example>于2022年3月10日周四 上午10:00写道：\n> 您好",
}


@pytest.mark.parametrize("quotation", QUOTATIONS.values(), ids=QUOTATIONS.keys())
def test_what_a_program_quotes_is_cut_off(quotation: str) -> None:
    reply = split_reply(f"日期应为3月8日，请核实。\n\n来自我的iPhone\n{quotation}")
    assert reply.own == "日期应为3月8日，请核实。"
    assert reply.quoted


def test_a_signature_is_cut_off() -> None:
    body = "谢谢！\n\n沈听澜\n区应急管理局办公室\n办公电话：0519-00000013\n如有疑问？欢迎来电"
    assert split_reply(body).own == "谢谢！"


def test_words_below_the_quotation_are_the_senders_too() -> None:
    body = "发件人: 收稿 <a@b.example>\n主题: 回执\n\n您的稿件已收到。\n\n日期应为3月8日。"
    assert split_reply(body).own == "日期应为3月8日。"


@given(st.text(max_size=3000))
def test_any_text_is_split_within_bounds(body: str) -> None:
    reply = split_reply(body)
    assert len(reply.own) <= 4000
    assert len(reply.quoted) <= 20000


def test_words_below_a_marked_heading_are_the_senders() -> None:
    marked = "> -----Original Message-----\n> From: 收稿 <a@b.example>\n>\n> 类别待定。\n"
    bare = "在 2022年3月9日，收稿 <a@b.example> 写道：\n> 类别待定。\n>\n> 收稿\n"
    for quotation in (marked, bare):
        assert split_reply(f"{quotation}\n按综合文章报的。\n").own == "按综合文章报的。"


def test_words_above_it_are_all_there_is() -> None:
    body = "日期是3月8日。\n\n> 在 2022年3月9日，收稿 <a@b.example> 写道：\n> 您的稿件\n没有折行符的引文\n"
    assert split_reply(body).own == "日期是3月8日。"


def test_what_a_web_client_left_in_the_text_is_read_as_it_is_meant() -> None:
    body = "&nbsp;收到，谢谢&nbsp;老师！\n\n------------------&nbsp;原始邮件&nbsp;------------------\n发件人: a\n正文"
    assert split_reply(body).own == "收到，谢谢 老师！"


@pytest.mark.parametrize(
    "disclaimer",
    [
        "本邮件及附件含有保密信息，仅限收件人使用，如误收请立即删除并通知发件人。",
        "【保密提示】本邮件仅供指定收件人使用，如您误收，请立即通知发件人并删除，谢谢合作！",
        "免责声明：本电子邮件内容仅供参考。",
        "如您误收本邮件，请通知发件人并销毁。",
        "This e-mail and its attachments are confidential and intended solely for the addressee.",
        "CONFIDENTIALITY NOTICE: This e-mail is for the addressee. Please delete it if it is not for you.",
        "Please consider the environment before printing this e-mail.",
    ],
)
def test_what_a_server_puts_below_every_letter_is_not_the_senders(disclaimer: str) -> None:
    body = f"OK，谢啦\n\n\n陈牧野 | 高新区应急管理局\nTel: 0519-00000109\n{disclaimer}\n"
    assert split_reply(body).own.split("\n")[0] == "OK，谢啦"
    assert disclaimer[:6] not in split_reply(body).own


def test_a_letter_that_asks_for_its_own_removal_keeps_its_words() -> None:
    body = "本邮件误发，请删除。\n"
    assert split_reply(body).own == "本邮件误发，请删除。"
