"""`shougao digest`, `reminders`, `templates`: what leaves the office, looked at first."""

from __future__ import annotations

import base64
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Annotated

import typer

from console.application import open_application
from console.cli.options import settings_of, today
from console.cli.terminal import exit_with_error, print_line, print_verbatim
from console.clock import now
from ledger.os_errors import describe

GUIDE = "说明.txt"


def digest(
    context: typer.Context,
    html: Annotated[Path | None, typer.Option(help="写成网页，用浏览器看。")] = None,
    push: Annotated[bool, typer.Option("--push", help="把标题推送一次，试试推送地址。")] = False,
) -> None:
    """Today's digest as it would be mailed now. No mail is sent; --push tries the robots."""
    from console.actions.digest_facts import facts_of_day
    from notifier.delivery.push import Message
    from notifier.delivery.push import push as tell
    from notifier.letters import digest as letters

    with open_application(settings_of(context)) as application:
        facts = facts_of_day(application, now())
        letter = letters.digest_letter(facts, "", 1, application.composer.office())
        targets = application.connections.push_targets() if push else ()
    if html is None:
        print_line(letter.plain)
    else:
        page = letter.html
        for picture in letter.attachments:
            encoded = base64.b64encode(picture.content).decode()
            page = page.replace(f"cid:{picture.cid}", f"data:{picture.media_type};base64,{encoded}")
        html.write_text(page, encoding="utf-8")
        print_line(f"已写入 {html}")
    if push and not targets:
        exit_with_error(
            "没有推送地址。请设置环境变量 SHOUGAO_PUSH，或 config.toml 的 digest.push_file。", 2
        )
    message = Message("收稿日报（试发）", letters.headline(facts), facts.console)
    refused = [str(target) for target in targets if not tell(message, target)]
    if refused:
        exit_with_error(f"没有送到{'、'.join(refused)}：请检查地址、机器人的关键词和加签设置。", 1)
    if targets:
        print_line(f"已推送到{'、'.join(str(target) for target in targets)}。")


def reminders(
    context: typer.Context,
    send: Annotated[bool, typer.Option("--send", help="真的发出，不只是看看。")] = False,
    days: Annotated[
        int, typer.Option(min=0, help="看几天以后会发什么（不能与 --send 同用）。")
    ] = 0,
) -> None:
    """Show the reminders (催报) and commission letters (约稿) due by config.toml's days; --send owes them now."""
    from console.actions.daily_letters import commission_letters, earlier_reminders
    from console.actions.daily_letters import reminders as due

    if send and days:
        exit_with_error("--send 只能发今天的催报，请去掉 --days。", 2)
    with open_application(settings_of(context)) as application:
        day = today(application.settings) + timedelta(days=days)
        rule = application.settings.reminders
        asked = commission_letters(
            application.commissions,
            application.figures,
            application.roster,
            application.composer,
            rule,
            day,
        )
        letters = [
            *asked,
            *due(
                application.figures,
                application.roster,
                application.composer,
                rule,
                day,
                earlier_reminders(application, now()),
            ),
        ]
        sent = application.outbox.enqueue_once(letters, now()) if send else 0
    if not letters:
        print_line("没有要催报的单位（config.toml 的 [reminders] 规定了截止前几天开始催报）。")
        return
    if send:
        print_line(f"已交付发出 {sent} 封；本时段发过的不重复。")
        return
    for letter in letters:
        message = message_from_bytes(letter.raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        body = message.get_body(("plain",))
        print_line(f"收件人：{letter.recipient}\n主题：{letter.subject}\n")
        print_verbatim(str(body.get_content()) if body else "")
    print_line(f"以上 {len(letters)} 封没有发出；确认后加上 --send。")


def templates(
    context: typer.Context,
    out: Annotated[
        Path | None, typer.Option(help="把自带的模板抄到这个目录，供修改；已有的文件不动。")
    ] = None,
) -> None:
    """Copy our letters' templates to start from, or check the office's own."""
    from notifier.letters import samples
    from notifier.mail import templating

    settings = settings_of(context)
    if out is not None:
        try:
            out.mkdir(parents=True, exist_ok=True)
            kept = [
                name for name in (*templating.NAMES, *templating.DOCUMENTS) if (out / name).exists()
            ]
            for name, content in {**templating.shipped(), GUIDE: templating.guide()}.items():
                if not (out / name).exists():
                    (out / name).write_bytes(content)
        except OSError as error:
            exit_with_error(f"无法写入 {out}：{describe(error)}。请检查目录。", 1)
        print_line(f"模板已抄到 {out}，用法见 {out / GUIDE}。")
        if kept:
            print_line(f"已有的没有动：{'、'.join(kept)}。")
        return
    from console.actions import notices, publication

    of_notice = notices.template_faults(settings, today(settings))
    if settings.templates is None and of_notice:
        exit_with_error("\n".join(of_notice), 1)
    if settings.templates is None:
        print_line("使用自带的模板。要改写，先运行 shougao templates --out 目录，")
        print_line("再在 config.toml 的 [office] 里写 templates = “目录”。")
        return
    with open_application(settings) as application:
        faults = list(
            templating.faults(settings.templates, samples.values(application.composer.office()))
        )
    faults += of_notice + publication.template_faults(settings)
    for one in faults:
        print_line(one)
    if faults:
        raise typer.Exit(1)
    print_line(f"{settings.templates} 里的模板都可以使用。")


def leaflet(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="写到哪个目录。")] = Path(),
) -> None:
    """One sheet for officers, from the regulation in force: 报送人员一页纸.docx to print, and .md."""
    from notifier.notice import leaflet as sheets

    settings = settings_of(context)
    provisions = settings.provisions_at(now())
    words = settings.wording(provisions)
    sheet = sheets.leaflet(provisions, words, settings.relay.sender, settings.office.name)
    name = words.said("报送人员一页纸")
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / f"{name}.md").write_text(sheets.markdown(sheet), encoding="utf-8")
        (out / f"{name}.docx").write_bytes(sheets.document(sheet))
    except OSError as error:
        exit_with_error(f"无法写入 {out}：{describe(error)}。请检查目录和磁盘空间。", 1)
    print_line(f"已写好 {out / name}.docx（双面打印一张 A4）和 .md。")
