"""
Pictures of all pages for the documentation: the demo's letters, real Chromium.

    python -m bench.pictures [folder]

Writes docs/pictures/*.png, few colours, each under 150 kB. The folder keeps the demo. The notice needs
LibreOffice and pdftoppm; without them its picture stays as it was.
"""

from __future__ import annotations

import io
import secrets
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from bench.pages import answering
from console import application as rooms
from console import composing
from console.actions import notices, rounds
from console.actions.dry_run import examine
from console.application import Application, open_application
from console.demo import files, letters, show, texts
from console.settings.loading import load
from console.web.accounts import token_hash
from ledger.accounts import Accounts
from ledger.adoptions import AdoptionReport
from ledger.commissions import Commission
from ledger.queries.search import DraftQuery, search
from ledger.sessions import NewSession, Sessions
from ledger.states import Role
from notifier.letters.receipt import receipt
from rulebook import periods
from rulebook.reasons import Outcome, Reason

OUT = Path(__file__).resolve().parents[1] / "docs" / "pictures"
MOST = 150_000
DESKTOP, PHONE = (1280, 860), (390, 844)


def now() -> datetime:
    """Tell a Thursday afternoon: at night, or on the first day of a week, there is little to see."""
    today = datetime.now(UTC)
    thursday = today - timedelta(days=(today.weekday() - 3) % 7)
    return thursday.replace(hour=7, minute=20, second=0, microsecond=0)


def main() -> None:
    """Make a demo, take the pictures and keep them in docs/pictures."""
    with tempfile.TemporaryDirectory() as passing:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else passing) / "demo"
        for room in (show, rounds, rooms, composing):
            room.now = now  # type: ignore[attr-defined]  # the office's clock is the pictures'
        show.run(folder)
        with open_application(load(folder / "config.toml", {}), {}) as application:
            with answering(application, now) as base, sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path="/usr/bin/chromium", args=["--no-sandbox"]
                )
                take(browser, base, application)
                keep("receipt", receipt_of(browser, application))
                browser.close()
            if shutil.which("soffice") and shutil.which("pdftoppm"):
                keep("notice", notice_of(application, Path(passing)))


def take(browser: Browser, base: str, application: Application) -> None:
    """All pictures, the door first."""
    secret = secrets.token_urlsafe()
    people = Accounts(application.engine)
    if not people.accounts():
        people.add("王敏", Role.ADMIN, "demo", now())
    Sessions(application.engine).begin(
        NewSession(token_hash(secret), people.accounts()[0].id, now() + timedelta(hours=1)), now()
    )
    held = search(application.engine, DraftQuery(outcome=Outcome.HELD))
    undated = search(application.engine, DraftQuery(reason=Reason.DATE_UNCERTAIN))[0]
    duplicate = search(
        application.engine, DraftQuery(reason=Reason.DUPLICATE, outcome=Outcome.HELD)
    )[0]
    adoption, commission, notice, quarter = furnish(application)
    pages = {
        "today": "/", "queue": "/queue", "decide": f"/queue/{undated.draft}", "twin": f"/queue/{duplicate.draft}",
        "drafts": "/drafts", "letters": "/letters",
        "conversations": "/conversations", "thread": "/letters/1", "letter": f"/letters/{held[0].letter}",
        "adoptions": "/adoptions", "publication": "/publish?draft=1&draft=4", "reminders": "/reminders",
        "commissions": "/commissions", "officers": "/officers", "notices": "/notices",
        "adoption": f"/adoptions/{adoption}", "commission": f"/commissions/{commission}", "officer": "/officers/1",
        "notice-preview": f"/notices/{quarter}", "notice-published": f"/notices/published/{notice}",
        "merits": "/merits", "rules": "/rules", "audit": "/audit?act=all", "account": "/account",
    }  # fmt: skip
    looks: tuple[tuple[Literal["light", "dark"], tuple[int, int], dict[str, str]], ...] = (
        ("light", DESKTOP, pages),
        ("dark", DESKTOP, {"today-dark": "/"}),
        ("light", PHONE, {"phone": "/", "phone-queue": "/queue", "phone-drafts": "/drafts"}),
    )
    for scheme, size, paths in looks:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, locale="zh-CN"
        )
        page = context.new_page()
        page.set_default_timeout(120_000)
        if scheme == "light" and size == DESKTOP:
            page.goto(f"{base}/login")
            keep("login", page.screenshot())
        context.add_cookies([{"name": "shougao", "value": secret, "url": base}])
        for name, path in paths.items():
            answer = page.goto(base + path)
            if answer is not None and answer.status == 200:
                keep(name, page.screenshot())
        if scheme == "light" and size == DESKTOP:
            keep("roster-preview", preview_of(page, base, application))
        context.close()


def preview_of(page: Page, base: str, application: Application) -> bytes:
    """Hand in a roster with one new, one changed officer and a column that means nothing to us."""
    known = application.roster.officers()[0]
    rows = (
        "单位,姓名,职务,联系电话,电子邮箱,政治面貌",
        f"{known.unit},{known.name},副局长,13800000077,{known.addresses[0]},群众",
        "洛阳镇,许安,科员,13800000078,xu@luoyang.example,党员",
    )
    page.goto(f"{base}/officers")
    summary = page.locator("summary", has_text="导入名单")
    if not page.locator("details[open] summary", has_text="导入名单").count():
        summary.click()
    page.set_input_files(
        "input[type=file]",
        {"name": "名单.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()},
    )
    page.get_by_role("button", name="看看会改什么").click()
    page.wait_for_selector("text=写入")
    return page.screenshot()


def furnish(application: Application) -> tuple[int, int, int, str]:
    """Enter an adoption, a commission and a published notice; returns their numbers and the quarter."""
    moment = now()
    today = moment.astimezone(ZoneInfo(application.zone)).date()
    draft = search(application.engine, DraftQuery(outcome=Outcome.ACCEPTED))[0]
    assert draft.unit is not None
    printed = AdoptionReport(draft.unit, draft.title, "新华日报", 2, today, draft.draft, draft.kind)
    adoption = application.adoptions.add(printed, "王敏", moment)
    asked = Commission(
        "冬春火灾防控经验", (draft.unit, "洛阳镇"), today, today + timedelta(days=14)
    )
    commission = application.commissions.add(asked, "王敏", moment)
    quarter = periods.containing(today, periods.Span.QUARTER)
    made = notices.build_notice(application, quarter, notices.Choices(), today)
    notice = application.notices.publish(made.summary, made.files, [], "王敏", moment)
    return adoption, commission, notice, quarter.name


def receipt_of(browser: Browser, application: Application) -> bytes:
    """Render the receipt for a letter of two drafts, one in time, one late."""
    today = now().astimezone(ZoneInfo(application.zone)).date()
    drafts = {
        "动态/管网普查.docx": [
            "湖塘镇完成沿街商铺燃气管网普查",
            f"{texts.day(today - timedelta(days=1))}，湖塘镇应急管理局会同燃气公司完成辖区沿街商铺燃气管网普查，"
            "逐户核对软管、阀门和报警装置，建立一户一档，对18户老化管线当场更换。",
            "撰稿：钱一鸣　审核：赵立新",
        ],
        "舆情/路灯.docx": [
            "网民反映湖塘镇一路口路灯不亮",
            f"{texts.day(today - timedelta(days=4))}，有网民在本地论坛发帖，反映湖塘镇一路口路灯多日不亮，"
            "夜间出行不便，跟帖12条。目前镇里已联系供电部门抢修，并在帖下回复。",
            "撰稿：钱一鸣　审核：赵立新",
        ],
    }
    mail = EmailMessage()
    mail["From"], mail["Subject"] = letters.QIAN, "湖塘镇动态、舆情各一篇"
    mail["Message-ID"] = "<two@hutang.example>"
    packed = files.zipped({name: files.word(text) for name, text in drafts.items()})
    mail.add_attachment(packed, "application", "zip", filename="湖塘镇稿件.zip")
    submission, verdict = examine(
        mail.as_bytes(),
        now(),
        workers=application.workers,
        letters=application.letters,
        intake=application.intake,
        letter_bytes=application.settings.limits.letter_bytes,
    )
    letter = receipt(
        12,
        submission,
        verdict,
        application.composer.office(),
        message_id="",
        references=(),
        reply_to="",
    )
    page = browser.new_page(viewport={"width": 720, "height": 600}, locale="zh-CN")
    page.set_content(letter.html)
    return page.screenshot(full_page=True)


def notice_of(application: Application, folder: Path) -> bytes:
    """Draw the first page of this quarter's notice beside its first table."""
    today = now().astimezone(ZoneInfo(application.zone)).date()
    quarter = periods.containing(today, periods.Span.QUARTER)
    made = notices.build_notice(application, quarter, notices.Choices(), today)
    ((name, content),) = [one for one in made.files.items() if one[0].endswith(".docx")]
    (folder / name).write_bytes(content)
    soffice = ["soffice", f"-env:UserInstallation={(folder / 'office').as_uri()}", "--headless"]
    subprocess.run(
        [*soffice, "--convert-to", "pdf", "--outdir", folder, folder / name],
        check=True,
        capture_output=True,
    )
    pdf = (folder / name).with_suffix(".pdf")
    subprocess.run(["pdftoppm", "-r", "61", "-png", pdf, folder / "sheet"], check=True)
    sheets = sorted(folder.glob("sheet*.png"))
    texts = [
        subprocess.run(
            ["pdftotext", "-f", f"{number}", "-l", f"{number}", pdf, "-"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for number in range(1, len(sheets) + 1)
    ]
    table = next(
        number for number, text in enumerate(texts) if "".join(text.split()).startswith("附件1")
    )
    with Image.open(sheets[0]) as first, Image.open(sheets[table]) as second:
        both = Image.new("RGB", (first.width + second.width + 12, first.height), "#c8ccd2")
        both.paste(first, (0, 0))
        both.paste(second, (first.width + 12, 0))
    out = io.BytesIO()
    both.save(out, "PNG")
    return out.getvalue()


def keep(name: str, png: bytes) -> None:
    """Reduce a picture to as many colours as fit under MOST."""
    with Image.open(io.BytesIO(png)) as picture:
        for colours in (128, 64, 32, 16):
            out = io.BytesIO()
            picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(
                out, "PNG", optimize=True
            )
            if out.tell() < MOST:
                break
    (OUT / f"{name}.png").write_bytes(out.getvalue())
    print(f"{name}.png {out.tell() / 1000:.0f} kB", flush=True)


if __name__ == "__main__":
    main()
