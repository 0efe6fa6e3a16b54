"""`shougao ledger …`: proof, what changed since a notice, backup, retention."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from console.actions.backups import back_up_office, folder_of, heal
from console.actions.notice_changes import Teller, changed_points
from console.actions.progress import patience
from console.application import Application, open_application
from console.cli.options import By, current_user, settings_of, today
from console.cli.terminal import exit_with_error, print_aside, print_line
from console.clock import now
from console.settings.loading import ledger_url
from console.vaults import open_vault
from ledger import journal
from ledger.notices import Difference, PublishedNotice, differences
from ledger.os_errors import describe
from ledger.storage import backup, retention
from ledger.unreadable import FAULTS
from ledger.verification import Rules, contradictions
from rulebook import periods

SHOWN = 20
"""Contradictions that `verify` names before it only counts them."""


def verify(
    context: typer.Context,
    anchor: Annotated[
        str,
        typer.Option(help="另行保存的存证，一并核对：64 位校验值，或日报、通报、备份的存证文件。"),
    ] = "",
) -> None:
    """
    Prove the ledger.

    The journal's chain, every row against the journal and back, the files of notices and evidence,
    every published notice computed anew, and with --anchor that the chain is the one of that time.
    """
    kept = _anchors(anchor)
    with (
        open_application(settings_of(context)) as application,
        patience("逐条核对台账", print_aside),
    ):
        fitting, broken = journal.verify(application.engine)
        rules = Rules(
            application.settings.provisions_at,
            application.settings.provisions_on_day,
            application.settings.calendar.is_workday,
        )
        file = settings_of(context).provisions
        wrong = list(contradictions(application.engine, rules))
        wrong += [one.sentence for one in application.figures.unplaced_bonuses()]
        unruled = list(application.rule_versions.contradictions(file))
        lost = backup.damaged(application.engine, application.vault)
        healing = heal(application, lost)
        anchors, forged = journal.check_anchors(application.engine, kept)
        changed, broken_notices = _recomputed(application, rules)
    bad = broken is not None or bool(wrong) or bool(lost) or bool(unruled) or bool(forged)
    if anchor and not anchors:
        exit_with_error(f"{anchor} 里没有存证（“台账日志 第 N 条 …”）。", 2)
    for sentence in forged:
        print_line(f"{sentence}：日志可能被整个改写过，请与当时的备份核对。")
    if anchors and not forged:
        print_line(f"与另存的 {anchors} 条存证一致。")
    if broken is not None:
        print_line(f"日志链在第 {broken.seq} 条断开：{broken.trouble}。此前 {fitting} 条完好。")
    else:
        print_line(f"日志链完好，共 {fitting} 条。")
    for sentence in wrong[:SHOWN]:
        print_line(f"{sentence}。")
    if len(wrong) > SHOWN:
        print_line(f"……另有 {len(wrong) - SHOWN} 处。")
    if wrong:
        print_line("以上数据可能被人绕过程序改动过，请与备份核对。")
    else:
        print_line("台账与日志逐条核对，全部一致。")
    for sentence in unruled:
        print_line(f"{sentence}。")
    if not unruled:
        print_line("规定的各版均与日志一致，积分都以登记的规定为据。")
    for file_lost in lost:
        print_line(f"{file_lost.name}：文件不见了或被改动过。")
    if lost:
        print_line(healing)
    for sentence in broken_notices:
        bad = True
        print_line(f"{sentence}。")
    for notice, differing in changed:
        name = f"{notice.period.label}通报（第{notice.edition}版）"
        if differing:
            bad = True
            units = "；".join(
                f"{one.unit} 发布时 {one.published} 分，重算 {one.now} 分" for one in differing
            )
            print_line(f"{name}：与发布时的数据不一致：{units}。请与备份和签发的文件核对。")
        else:
            print_line(f"{name}：按当时的数据和规定重算，完全一致。")
    if bad:
        raise typer.Exit(1)


def _recomputed(
    application: Application, rules: Rules
) -> tuple[list[tuple[PublishedNotice, list[Difference]]], list[str]]:
    """Compute every notice anew; those whose frozen facts cannot be read are told, a sentence each."""
    changed, unread = [], []
    try:
        published = application.notices.published()
    except FAULTS:
        return [], ["已发布的通报里有读不懂的内容，没有重算"]
    for notice in published:
        try:
            again = application.notices.recompute(
                notice.id, application.rule_versions.on_day_at(notice.entry), rules.is_workday
            )
        except FAULTS:
            named = f"{notice.period.label}通报（第{notice.edition}版）"
            unread.append(f"{named}存下的数据读不懂，不能重算")
        else:
            changed.append((notice, again))
    return changed, unread


def _anchors(given: str) -> str:
    """Return the text that holds the anchors: what was given if it is a digest, else the file's."""
    if not given or re.fullmatch(r"[0-9a-fA-F]{64}", given):
        return given
    try:
        return Path(given).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        exit_with_error(f"打不开 {given}：{describe(error)}。请检查文件名。", 2)


def changes(
    context: typer.Context,
    period: Annotated[str, typer.Argument(help="已发布的时段，如 2022Q1。")],
) -> None:
    """Tell what has changed since a notice was published."""
    with open_application(settings_of(context)) as application:
        try:
            chosen = periods.parse(period)
        except periods.UnknownPeriod as error:
            exit_with_error(str(error), 2)
        published = application.notices.published(chosen)
        if not published:
            exit_with_error(f"{chosen.label}还没有发布过通报。", 1)
        current = application.figures.summary(chosen, today(application.settings))
        differing = differences(published[0].tables, current.tables)
        teller = Teller(application)
        why = {
            one.unit: teller.why(one, published[0].entry)
            for one in changed_points(chosen, differing)
        }
    if not differing:
        print_line(f"{chosen.label}自发布以来没有变化。")
    for one in differing:
        if one.published == one.now:
            print_line(f"{one.unit}：积分没有变化（{one.now} 分），名次或条数有变化。")
        else:
            told = f"{one.unit}：发布时 {one.published} 分，现在 {one.now} 分"
            cause = why.get(one.unit, "")
            print_line(f"{told}。原因：{cause}。" if cause else f"{told}。")


def back_up(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(help="备份放在哪里；不写按 config.toml 的 [backup]。")
    ] = None,
    keep: Annotated[
        int, typer.Option("--keep", min=0, help="删去多少天以前的台账备份；0 都留着。")
    ] = 0,
    try_restore: Annotated[
        bool, typer.Option("--try-restore", help="每30天试恢复一次，结果写进日报。")
    ] = False,
) -> None:
    """Back up ledger, vault, settings and templates; the service may go on meanwhile."""
    settings = settings_of(context)
    target = folder or folder_of(settings)
    if target is None:
        exit_with_error("请写明备份到哪个目录，或在 config.toml 的 [backup] 里写 folder。", 2)
    with open_application(settings) as application:
        try:
            done = back_up_office(application, target, keep, try_restore, current_user(), now())
        except backup.BackupError as error:
            exit_with_error(str(error), 1)
        healing = heal(application, done.made.damaged)
    made = done.made
    print_line(f"已备份到 {made.ledger}；原件 {made.files} 个，其中新增 {made.copied} 个。")
    if done.removed:
        print_line(f"删去了 {done.removed} 份 {keep} 天以前的台账备份。")
    if done.tried is not None:
        print_line(f"试恢复成功，里面有 {done.tried} 封来信。")
    for one in made.damaged:
        print_line(f"{one.name}已损坏或不见，没有备份。")
    if made.damaged:
        exit_with_error(healing, 1)


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="备份文件 ledger-….db 或 ledger-….dump。")],
) -> None:
    """Restore a backup into an empty data folder; nothing is ever written over."""
    settings = settings_of(context)
    engine = create_engine(ledger_url(settings, os.environ))
    try:
        back = backup.restore(file, engine, open_vault(settings, os.environ))
    except backup.BackupError as error:
        exit_with_error(str(error), 1)
    finally:
        engine.dispose()
    print_line(
        f"已从 {file} 恢复台账，原件 {back} 个。请运行 shougao doctor 和 shougao ledger verify。"
    )


def purge(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问。")] = False,
    by: By = "",
) -> None:
    """Forget what is older than config.toml's retention allows; figures and the journal stay."""
    with open_application(settings_of(context)) as application:
        rule = application.settings.retention
        if not rule.letters_days and not rule.personal_days:
            exit_with_error(
                "config.toml 的 [retention] 没有设置保存期限（都为 0），没有可清除的。", 1
            )
        if not yes:
            typer.confirm(
                f"将清除 {rule.letters_days or '∞'} 天以前的原件和全文、"
                f"{rule.personal_days or '∞'} 天以前的姓名和地址，不能恢复。继续吗？",
                abort=True,
            )
        moment_now = now()
        done = retention.purge(
            application.engine,
            application.vault,
            moment_now - timedelta(days=rule.letters_days) if rule.letters_days else None,
            moment_now - timedelta(days=rule.personal_days) if rule.personal_days else None,
            by or current_user(),
            moment_now,
        )
    print_line(
        f"已清除 {done.letters} 封邮件的原件和全文、{done.personal} 封邮件的姓名和地址、"
        f"{done.officers} 名早已卸任的报送人员的姓名和电话。以前的备份里还有，请按单位规定另行处理。"
    )


def rescore(context: typer.Context) -> None:
    """Write the table `scores` anew, after config.toml was changed."""
    with (
        open_application(settings_of(context)) as application,
        Session(application.engine) as session,
        session.begin(),
    ):
        done = application.scores.rebuild(session)
    print_line(f"已重写 {done} 篇稿件的积分明细。")
