"""`shougao letters`, `statements`: letters that are no submissions, what officers say about drafts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from console.actions import conversations
from console.application import open_application
from console.cli.options import By, Why, current_user, settings_of
from console.cli.terminal import exit_with_error, print_line, print_table, print_verbatim
from console.clock import now
from ledger.errors import ConflictError, InvalidInput, NotFound
from ledger.ids import LetterId
from ledger.labels import DEEDS, DELIVERY_STATES, LETTER_KINDS
from ledger.os_errors import describe
from notifier.mail.page import moment, shortened
from rulebook.conversation import Purpose
from rulebook.labels import PURPOSES

letters_app = typer.Typer(help="来信 (letters that are no submissions).", no_args_is_help=True)
statements_app = typer.Typer(help="报送人的说明和撤稿申请 (statements).", no_args_is_help=True)

Letter = Annotated[int, typer.Argument(help="来信编号，见 shougao letters list。")]
_ERRORS = (NotFound, InvalidInput, ConflictError)
_WIDTH = 40


@letters_app.command("list")
def letters_list(
    context: typer.Context,
    handled: Annotated[bool, typer.Option("--handled", help="列出已经处理的。")] = False,
) -> None:
    """List other letters that wait for a person, urgent ones first."""
    with open_application(settings_of(context)) as application:
        found = application.conversations.other_letters(handled=handled)
        zone = application.zone
    table = Table(title="其他来信", header_style="bold", box=box.SIMPLE_HEAD)
    for column in ("编号", "收到", "用途", "来信人", "主题", "内容", "处理"):
        table.add_column(column)
    for one in found:
        deed = f"{DEEDS[one.deed]}（{one.handled_by}）" if one.deed else ""
        table.add_row(
            str(one.letter),
            moment(one.received, zone),
            ("急 " if one.urgent else "") + PURPOSES[one.purpose],
            one.sender_name or one.sender_address,
            shortened(one.subject, _WIDTH),
            shortened(one.words, _WIDTH),
            deed or one.withheld,
        )
    print_table(table)


@letters_app.command("thread")
def letters_thread(context: typer.Context, letter: Letter) -> None:
    """Show a letter's whole thread, ours and theirs, in order."""
    with open_application(settings_of(context)) as application:
        items = application.conversations.thread(letter)
        zone = application.zone
    for item in items:
        if item.kind is not None and item.state is not None:
            what = f"→ {LETTER_KINDS[item.kind]}（{DELIVERY_STATES[item.state]}）"
        else:
            what = f"← {PURPOSES[item.purpose] if item.purpose else '待审核'}"
        print_verbatim(f"{moment(item.at, zone)}  {what}  {item.who}  {item.subject}")
        if item.words:
            print_verbatim(f"    {shortened(item.words, 300)}")
    if not items:
        exit_with_error(f"没有第 {letter} 号来信。", 1)


@letters_app.command("purpose")
def letters_purpose(
    context: typer.Context,
    letter: Letter,
    purpose: Annotated[Purpose, typer.Argument(help="这封信是什么：submission 投稿，other 其他……")],
    why: Why,
    by: By = "",
) -> None:
    """Say what a letter is for; what is said to be a submission is judged anew as of its receipt."""
    with open_application(settings_of(context)) as application:
        try:
            ruled = application.conversations.set_purpose(
                LetterId(letter),
                purpose,
                by or current_user(),
                why,
                now(),
                application.composer.correction,
            )
        except _ERRORS as error:
            exit_with_error(str(error), 1)
    told = f"第 {letter} 号来信定为“{PURPOSES[purpose]}”"
    if ruled:
        print_line(f"{told}，{len(ruled)} 篇稿件随之改定。")
    else:
        print_line(f"{told}，下一轮收信时重新审核，时限仍以收到的时间为准。")


@letters_app.command("read")
def letters_read(
    context: typer.Context,
    letter: Letter,
    undo: Annotated[bool, typer.Option("--undo", help="重新放回待处理。")] = False,
    why: Why = "",
    by: By = "",
) -> None:
    """Record that a letter was read and nothing more is to be done (已阅)."""
    with open_application(settings_of(context)) as application:
        act = application.conversations.reopen if undo else application.conversations.read
        try:
            act(LetterId(letter), by or current_user(), now(), why)
        except _ERRORS as error:
            exit_with_error(str(error), 1)
    print_line(f"第 {letter} 号来信{'重新待处理' if undo else '已阅'}。")


@letters_app.command("forward")
def letters_forward(
    context: typer.Context,
    letter: Letter,
    to: Annotated[
        str, typer.Option("--to", help="转交给谁：config.toml [office] forward_to 之一。")
    ],
    note: Annotated[str, typer.Option(help="附言。")] = "",
    by: By = "",
) -> None:
    """Hand a letter on, whole, as an attachment (转交)."""
    with open_application(settings_of(context)) as application:
        try:
            conversations.forward_letter(
                application, LetterId(letter), to, note, by or current_user(), now()
            )
        except _ERRORS as error:
            exit_with_error(str(error), 1)
    print_line(f"第 {letter} 号来信将随下一次发信转交 {to}。")


@letters_app.command("answer")
def letters_answer(
    context: typer.Context,
    letter: Letter,
    text: Annotated[str, typer.Option("--text", help="回信的内容。")] = "",
    file: Annotated[Path | None, typer.Option("--file", help="内容写在这个文本文件里。")] = None,
    by: By = "",
) -> None:
    """Answer a letter in its thread under the office's name (回信)."""
    if file is not None:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            what = describe(error) if isinstance(error, OSError) else "不是 UTF-8 编码"
            exit_with_error(f"打不开 {file}：{what}。", 2)
    with open_application(settings_of(context)) as application:
        try:
            conversations.answer_letter(
                application, LetterId(letter), text, by or current_user(), now()
            )
        except _ERRORS as error:
            exit_with_error(str(error), 1)
    print_line(f"给第 {letter} 号来信的回信将随下一次发信发出。")


@statements_app.command("list")
def statements_list(
    context: typer.Context,
    all_of_them: Annotated[bool, typer.Option("--all", help="也列出已处理的。")] = False,
) -> None:
    """List what officers say about drafts, and their requests to withdraw them."""
    with open_application(settings_of(context)) as application:
        found = application.conversations.statements(settled=all_of_them)
        zone = application.zone
    table = Table(title="说明和撤稿申请", header_style="bold", box=box.SIMPLE_HEAD)
    for column in ("编号", "来信", "收到", "单位", "要求", "稿件", "报送人的话", "处理"):
        table.add_column(column)
    for one in found:
        table.add_row(
            str(one.id),
            str(one.letter),
            moment(one.received, zone),
            one.unit or "",
            PURPOSES[one.asks],
            f"{one.draft} {shortened(one.title, _WIDTH)}" if one.draft else "（未指明）",
            shortened(one.words, 80),
            one.settled_by,
        )
    print_table(table)


@statements_app.command("settle")
def statements_settle(
    context: typer.Context,
    statement: Annotated[int, typer.Argument(help="编号，见 shougao statements list。")],
    undo: Annotated[bool, typer.Option("--undo", help="重新放回待处理。")] = False,
    why: Why = "",
    by: By = "",
) -> None:
    """Record that a statement was read and nothing changes (已阅)."""
    with open_application(settings_of(context)) as application:
        talk = application.conversations
        act = talk.reopen_statement if undo else talk.settle
        try:
            act(statement, by or current_user(), now(), why)
        except NotFound as error:
            exit_with_error(str(error), 1)
    print_line(f"第 {statement} 号说明{'重新待处理' if undo else '已阅'}。")
