"""Answers as web pages alone, nested quotations, bodies of megabytes: own words, bounded, and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from console.application import examiner_config
from ingest.examination import examine
from rulebook.conversation import Correspondence, Purpose, Thread
from rulebook.model import Sender
from rulebook.purpose import purpose
from tests.judgement.judging import settings

RECEIVED = datetime(2022, 3, 9, 2, 0, tzinfo=UTC)
OWN = "日期应为3月8日，请核实。"
OLD = "<div>您的稿件《湖塘镇开展检查》（SG20220307-000012）事件日期不明。</div>"
PAGES = {
    "QQ web": f"<div>{OWN}</div><div><br></div><div>------------------&nbsp;原始邮件&nbsp;------------------</div>"
    '<div style="background:#efefef"><div><b>发件人:</b>&nbsp;"收稿"&lt;a@b.example&gt;;</div>'
    f"<div><b>主题:</b>&nbsp;回执</div></div>{OLD}",
    "QQ phone": f"{OWN}<br><br>来自我的iPhone<br><br>------------------ Original ------------------<br>"
    f'<b>From:</b> "收稿" &lt;a@b.example&gt;<br><b>Subject:</b> 回执<br>{OLD}',
    "163 web": f'<div style="font-family:Arial">{OWN}</div><div id="isReplyContent">'
    f'At 2022-03-08 10:00:00, "收稿" &lt;a@b.example&gt; wrote:<blockquote>{OLD}</blockquote></div>',
    "163 phone": f"<div>{OWN}</div><div>---- 回复的原邮件 ----</div><table><tr><td>发件人</td>"
    f"<td>收稿&lt;a@b.example&gt;</td></tr><tr><td>主题</td><td>回执</td></tr></table>{OLD}",
    "Outlook": f'<p>{OWN}</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>发件人:</b> 收稿 '
    f"&lt;a@b.example&gt; <br><b>发送时间:</b> 2022年3月8日 10:00<br><b>主题:</b> 回执</p></div>{OLD}",
    "Gmail": f'<div dir="ltr">{OWN}</div><div class="gmail_quote"><div>收稿 &lt;a@b.example&gt;于2022年3月8日周二 '
    f"上午10:00写道：<br></div><blockquote>{OLD}</blockquote></div>",
    "iOS": f"<div>{OWN}</div><div>发自我的iPhone</div><div>在 2022年3月8日，上午10:00，收稿 "
    f"&lt;a@b.example&gt; 写道：</div><blockquote type='cite'>{OLD}</blockquote>",
}


def correspondence(content: str, subtype: str = "html") -> Correspondence:
    mail = EmailMessage()
    mail["From"] = "钱一鸣 <qian@hutang.example>"
    mail["Subject"] = "回复：回执"
    mail.set_content(content, subtype=subtype, cte="base64")
    return examine(mail.as_bytes(), RECEIVED, examiner_config(settings())).submission.correspondence


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_of_an_answer_in_html_alone_the_senders_words_are_kept(page: str) -> None:
    said = correspondence(page)
    assert said.own_words == OWN
    assert said.receipt_numbers == (12,)


def test_quotations_within_quotations_are_all_cut_off() -> None:
    body = OWN
    for level in range(1, 60):
        marks = ">" * level
        body += f"\n{marks} 在 2022年3月8日，收稿 <a@b.example> 写道：\n{marks} 收到，谢谢 {level}"
    assert correspondence(body, "plain").own_words == OWN
    blocks = "".join(
        f"\n------------------ 原始邮件 ------------------\n发件人: a{n}\n主题: 回执{n}\n第{n}层"
        for n in range(60)
    )
    assert correspondence(OWN + blocks, "plain").own_words == OWN
    page = OWN + "<blockquote><div>旧信</div>" * 400 + "</blockquote>" * 400
    assert correspondence(page).own_words.startswith(OWN)


@pytest.mark.parametrize(
    "body",
    [
        "申请撤稿，" * 400_000,
        "> 旧信\n" * 300_000,
        OWN + "\n" * 2_000_000 + "完",
        "发件人：\n" * 200_000,
        "SG20220307-000012 https://a.example/1 " * 50_000,
    ],
    ids=["one line", "quoted", "blank lines", "headings", "numbers and links"],
)
def test_of_a_body_of_megabytes_no_more_is_kept_than_anybody_writes(body: str) -> None:
    said = correspondence(body, "plain")
    assert len(said.own_words) <= 4_000
    assert len(said.receipt_numbers) <= 10
    assert len(said.links) <= 20


def test_an_answer_of_megabytes_is_read_by_a_person() -> None:
    mail = EmailMessage()
    mail["From"] = "钱一鸣 <qian@hutang.example>"
    mail["Subject"] = "回复：【已收稿】"
    mail.set_content("谢谢！\n" + "稿件里的日期写错了。" * 200_000, cte="base64")
    result = examine(mail.as_bytes(), RECEIVED, examiner_config(settings()))
    officer = Sender("钱一鸣", "qian@hutang.example", "湖塘镇", "钱一鸣")
    found = purpose(
        replace(result.submission, sender=officer),
        Thread(1, by_header=True),
        settings().provisions[-1],
    )
    assert found.purpose is Purpose.STATEMENT
    assert "日期写错了" in result.submission.correspondence.own_words
