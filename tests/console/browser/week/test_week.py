"""
A week of the office in a real browser, on a real mailbox and relay, from the first login to the export.

Every act of the clerk is counted by task and held against the table of docs/console.md. What officers
are told is read in the mail that reached the relay; at the end the ledger proves itself.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import openpyxl
import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from bench.pages import answering
from console.cli.web import FIRST_LINK, greet
from ledger.queries.search import DraftQuery, search
from ledger.verification import Rules, contradictions
from rulebook.reasons import Outcome
from tests.console.browser.conftest import Watched
from tests.console.browser.week import letters
from tests.console.browser.week.hand import Hand, promised
from tests.console.browser.week.office import Office, opened, words_of
from tests.console.signing import signed

PASSPHRASE = "早上九点开门，先看待核的稿件"
LATE_ONE = "湖塘镇检查沿街商铺"
RECALLED = "雪堰镇检查农家乐"
PRINTED = ("湟里镇检查印染企业", "湟里镇检查木业企业", "湟里镇检查内河码头")
TOPIC = "春季防火经验"
UNDATED, VAGUE, OF_A_STRANGER = 12, 10, 8
DESK = ViewportSize(width=1366, height=650)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as office:
        yield office


@pytest.fixture
def hand(browser: Browser, office: Office) -> Iterator[Hand]:
    """The clerk's browser at a console that tells the office's time."""
    with answering(office.application, office.clock) as base:
        context = browser.new_context(base_url=base, locale="zh-CN", viewport=DESK)
        context.set_default_timeout(20_000)
        page, watched = context.new_page(), Watched(base)
        watched.watch(page)
        yield Hand(page, office.clock)
        context.close()
        assert not watched.unexpected


def test_a_week_of_the_office(office: Office, hand: Hand) -> None:
    monday_opens(office, hand)
    monday_decides(office, hand)
    tuesday_listens(office, hand)
    wednesday_collects(office, hand)
    thursday_prints(office, hand)
    friday_publishes(office, hand)
    friday_corrects(office, hand)
    friday_hands_over(office, hand)
    assert proved(office)
    assert hand.acts == promised()


def monday_opens(office: Office, hand: Hand) -> None:
    """The administrator comes in by the one-time link, and enters who may send."""
    greet(office.application, "127.0.0.1", 8000)
    file = office.application.settings.data_dir / FIRST_LINK
    link = urlsplit(file.read_text().strip()).path
    hand.page.goto(link)
    with hand.task("first login by the one-time link"):
        hand.type("[name=password]", PASSPHRASE)
        hand.type("[name=again]", PASSPHRASE)
        hand.press("Enter")
        expect(hand.page.get_by_role("heading", name="今日")).to_be_visible()
    hand.page.goto(link)
    expect(hand.page.locator("[name=password]")).to_have_count(0)
    hand.page.goto("/")
    with hand.task("the roster entered from a sheet"):
        hand.menu("人员")
        hand.give("input[name=sheet]", "名单.csv", letters.ROSTER.encode())
        hand.button("看看会改什么")
        hand.button("写入名单")
        expect(hand.page.get_by_role("link", name="钱一鸣")).to_be_visible()


def monday_decides(office: Office, hand: Hand) -> None:
    """Thirty drafts are held: without a day, of no kind, of an address that nobody knows."""
    units = list(letters.OFFICERS)[:4]
    for unit in units:
        texts = {f"{unit}走访第{n}家企业": "近日" for n in range(UNDATED // len(units))}
        drafts = {title: letters.news(unit, title, day) for title, day in texts.items()}
        office.receive(letters.submission(unit, "【工作动态】稿件", drafts))
    vague = [f"关于春季工作的第{n}点想法" for n in range(1, VAGUE + 1)]
    office.receive(
        letters.submission("礼嘉镇", "来稿", {one: letters.musing(one, "3月27日") for one in vague})
    )
    titles = [f"前黄镇检查第{n}家工厂" for n in range(1, OF_A_STRANGER + 1)]
    strange = letters.submission(
        "湖塘镇", "【工作动态】前黄镇稿件",
        {one: letters.news("湖塘镇", one, "3月27日").replace("湖塘镇", "前黄镇") for one in titles},
    )  # fmt: skip
    strange.replace_header("From", "小何 <he@qianhuang.example>")
    office.receive(strange)
    on_time = {title: letters.news("湟里镇", title, "3月27日") for title in PRINTED}
    office.receive(letters.submission("湟里镇", "【工作动态】稿件", on_time))
    office.receive(
        letters.submission(
            "湖塘镇", "【工作动态】商铺", {LATE_ONE: letters.news("湖塘镇", LATE_ONE, "3月20日")}
        )
    )
    office.receive(
        letters.submission(
            "雪堰镇", "【工作动态】农家乐", {RECALLED: letters.news("雪堰镇", RECALLED, "3月27日")}
        )
    )
    with hand.task("letters fetched at once"):
        hand.menu("今日")
        hand.button("立即收信")
        hand.told("收信")
    office.collect(asked=True)
    assert held(office) == UNDATED + VAGUE + OF_A_STRANGER == 30
    with hand.task("30 held drafts decided"):
        days(hand)
        kinds(hand)
        hand.menu("人员")
        hand.choose("form[action='/officers/claim'] [name=unit]", "前黄镇")
        hand.button("认领")
        hand.told("认领")
    assert held(office) == 0
    assert proved(office)


def days(hand: Hand) -> None:
    """Drafts without a day: told by telephone, typed, Enter; the next one opens by itself."""
    hand.menu("待核")
    hand.choose("form.filters [name=reason]", "DATE_UNCERTAIN")
    hand.button("筛选")
    before = hand.acts["30 held drafts decided"]
    hand.click("table.queue td.title a")
    for number in range(UNDATED):
        hand.type("#happened", "2022-03-27")
        expect(hand.page.locator("#confirm button")).to_contain_text("3月27日，按时，1分")
        with hand.page.expect_navigation():
            hand.press("Enter")
        hand.told("已核定")
        if not number:
            acts = hand.acts["30 held drafts decided"] - before
            hand.acts["a held draft without a day: opened, day, decided"] = acts


def kinds(hand: Hand) -> None:
    """Drafts of no kind: all of them alike, after a look at what changes."""
    hand.menu("待核")
    hand.choose("form.filters [name=reason]", "KIND_UNCERTAIN")
    hand.button("筛选")
    hand.click("[data-all=draft]")
    hand.choose(".several [name=kind]", "NEWS")
    hand.button("确认收稿…")
    hand.button(f"确认收稿 {VAGUE} 篇")
    hand.told(f"已一并核定 {VAGUE} 篇")


def tuesday_listens(office: Office, hand: Hand) -> None:
    """An officer objects, another takes a draft back; both by answering what we wrote."""
    tomorrow(office, hand)
    receipt = office.mailed("qian@hutang.example", "收稿.*商铺")
    objection = "事件日期写错了，实际是3月27日检查的，请核实。"
    office.receive(letters.said("湖塘镇", "", objection, receipt))
    receipt = office.mailed("sun@xueyan.example", "收稿.*农家乐")
    office.receive(letters.said("雪堰镇", "", f"《{RECALLED}》一稿申请撤回，请予撤稿。", receipt))
    office.collect()
    with hand.task("an objection answered"):
        hand.menu("待核")
        hand.link(LATE_ONE)
        hand.button("事件日填 2022-03-27")
        hand.button("按上面的改定")
        hand.told("已核定")
    with hand.task("a draft withdrawn as its officer asks"):
        hand.menu("往来")
        hand.link("说明与撤稿")
        hand.button("按申请撤稿")
        hand.told("撤稿")
    office.collect()
    assert not office.found("qian@hutang.example", "更正.*商铺")
    office.clock.forward(minutes=11)
    office.collect()
    assert "1分" in words_of(office.mailed("qian@hutang.example", "更正.*商铺"))
    assert "撤稿" in words_of(office.mailed("sun@xueyan.example", "更正.*农家乐"))


def wednesday_collects(office: Office, hand: Hand) -> None:
    """Adoptions are reported, a commission is laid out and asked after, and all are reminded."""
    tomorrow(office, hand)
    outlets = [one.name for one in office.application.settings.provisions[-1].outlets[:3]]
    for title, outlet in zip(PRINTED, outlets, strict=True):
        words = (
            f"《{title}》3月29日被{outlet}采用，链接 https://news.example/{outlets.index(outlet)}"
        )
        office.receive(letters.said("湟里镇", "稿件录用情况", words))
    office.collect()
    with hand.task("three adoptions confirmed that came by mail"):
        hand.menu("往来")
        hand.link("录用报送")
        for _ in PRINTED:
            hand.button("确认登记")
            hand.told("登记")
    assert len(office.application.adoptions.listing()) == len(PRINTED)
    with hand.task("a commission laid out"):
        hand.menu("约稿")
        hand.type("[name=topic]", TOPIC)
        hand.type("[name=due]", "2022-04-08")
        for unit in ("雪堰镇", "洛阳镇"):
            hand.click(hand.page.get_by_label(unit, exact=True))
        hand.button("布置", exact=True)
        hand.told("约稿")
    office.collect()
    letter = office.mailed("li@luoyang.example", TOPIC)
    office.receive(letters.said("洛阳镇", "", "收到，抓紧写。", letter))
    office.receive(
        letters.submission("雪堰镇", f"【约稿】{TOPIC}", {TOPIC: letters.article(TOPIC)})
    )
    office.collect()
    with hand.task("who has not sent it reminded, after a look at the letter"):
        hand.menu("约稿")
        hand.link(TOPIC)
        hand.button("先看信")
        expect(hand.page.locator("pre.mail")).to_contain_text("李喆")
        hand.button("发出这 1 封")
        hand.told("正在送出")
    with hand.task("all units reminded of what is due, after a look at the letters"):
        hand.menu("今日")
        hand.link("催报…")
        hand.button("看全部单位的信")
        hand.button("发出这")
        hand.told("封")
    office.collect()
    assert len(office.found("li@luoyang.example", TOPIC)) == 2
    assert "综合" in words_of(office.mailed("duan@lijia.example", "提醒"))


def thursday_prints(office: Office, hand: Hand) -> None:
    """Two drafts are taken along to be printed, and registered where they were."""
    tomorrow(office, hand)
    with hand.task("a package of two drafts for printing"):
        hand.menu("出稿")
        for box in (0, 1):
            hand.click(hand.page.locator("ul.picks input").nth(box))
        hand.button("用勾选的稿件")
        content = hand.fetch(hand.page.get_by_role("button", name="下载出稿包"))
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert len([name for name in names if name.endswith(".docx")]) == 3  # and one of both
    with hand.task("both registered where they were printed"):
        hand.type("[name=outlet-0]", "区应急管理局微信")
        hand.choose("[name=tier-0]", "5")
        hand.button("登记这 2 篇")
        hand.told("登记")
    assert len(office.application.adoptions.listing()) == len(PRINTED) + 2


def friday_publishes(office: Office, hand: Hand) -> None:
    """The quarter is over: units check their own rows, the notice is signed and goes out."""
    tomorrow(office, hand)
    with hand.task("units asked to check the notice's rows"):
        hand.menu("通报")
        hand.button("预览")
        hand.type("[name=until]", "2022-04-01")
        hand.button("寄出核对信")
        hand.told("核对信")
    office.collect()
    letter = office.mailed("qian@hutang.example", "核对")
    assert LATE_ONE in words_of(letter)
    office.receive(letters.said("湖塘镇", "", "已核对，无异议。", letter))
    office.collect()
    with hand.task("the notice drafted as a Word file"):
        hand.menu("通报")
        hand.button("预览")
        draft = hand.fetch(hand.page.get_by_role("button", name="下载 Word 草稿"))
    expect(hand.page.locator("#checks")).to_contain_text("无异议")
    with hand.task("the signed notice published"):
        hand.menu("通报")
        hand.button("预览")
        hand.give("[name=signed]", "通报.docx", signed(draft))
        hand.click(hand.page.get_by_label("内容已经核对"))
        hand.button("正式发布")
        hand.told("通报第 1 版已发布")


def friday_corrects(office: Office, hand: Hand) -> None:
    """A draft is corrected, the slip undone, and corrected for good: what was published stays."""
    title = "雪堰镇走访第1家企业"
    with hand.task("a draft of the ledger found and its day corrected"):
        hand.menu("台账")
        hand.type("[name=q]", title)
        with hand.page.expect_response("**/drafts?*"):
            hand.press("Enter")
        hand.follow(title)
        hand.click(
            hand.page.locator("article.draft", has_text=title).get_by_role("link", name="核定")
        )
        hand.type("#happened", "2022-03-24")
        hand.button("按上面的改定")
        hand.told("已核定")
    with hand.task("a decision undone"):
        hand.button("撤销", exact=True)
        hand.told("已撤销")
    hand.type("#happened", "2022-03-23")
    hand.button("按上面的改定")
    hand.told("已核定")
    office.clock.forward(minutes=11)
    office.collect()
    told = words_of(office.mailed("sun@xueyan.example", "更正"))
    assert "3月23日" in told and "3月24日" not in told
    with hand.task("what moved since a notice was published"):
        hand.menu("通报")
        hand.link("2022年第一季度")
    expect(hand.page.locator("#changes")).to_contain_text("雪堰镇")
    hand.page.goto("/notices/2022Q2")
    expect(hand.page.locator("#words")).to_contain_text("前期通报印发后")


def friday_hands_over(office: Office, hand: Hand) -> None:
    """An officer goes, the next is known by the first letter; the quarter's drafts are taken along."""
    with hand.task("an officer's work handed over"):
        hand.menu("人员")
        hand.link("李喆")
        hand.type("form[action$=successor] [name=name]", "许宁")
        hand.type("form[action$=successor] [name=mail]", "xu@luoyang.example")
        hand.button("办理交接")
        hand.told("许宁")
    mail = letters.submission(
        "洛阳镇",
        "【工作动态】加油站",
        {"加油站": letters.news("洛阳镇", "洛阳镇检查加油站", "3月31日")},
    )
    mail.replace_header("From", "许宁 <xu@luoyang.example>")
    office.receive(mail)
    office.collect()
    assert "许宁" in words_of(office.mailed("xu@luoyang.example", "已收稿.*加油站"))
    with hand.task("the accepted drafts taken along as a sheet"):
        hand.menu("台账")
        with hand.page.expect_response("**/drafts?*"):
            hand.choose("[name=outcome]", "accepted")
        content = hand.fetch(hand.page.get_by_role("button", name="Excel", exact=True))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    accepted = DraftQuery(outcome=Outcome.ACCEPTED)
    assert sheet.max_row - 1 == len(search(office.application.engine, accepted, limit=500))


def tomorrow(office: Office, hand: Hand) -> None:
    """Nine o'clock of the next day: whoever worked the day before logs in."""
    day = office.clock.now + timedelta(days=1)
    office.clock.now = day.replace(hour=1, minute=0)
    hand.page.goto("/")
    with hand.task("login of the day"):
        hand.type("[name=name]", "admin")
        hand.type("[name=password]", PASSPHRASE)
        hand.press("Enter")
        expect(hand.page.get_by_role("heading", name="今日")).to_be_visible()


def held(office: Office) -> int:
    query = DraftQuery(outcome=Outcome.HELD)
    return len(search(office.application.engine, query, limit=200))


def proved(office: Office) -> bool:
    """Whether the journal tells every row again."""
    settings = office.application.settings
    rules = Rules(settings.provisions_at, settings.provisions_on_day, settings.calendar.is_workday)
    found = list(contradictions(office.application.engine, rules))
    assert found == []
    return True
