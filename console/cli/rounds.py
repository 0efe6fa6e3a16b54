"""`shougao poll`, `run`, `retry`: letters are collected, once or until told to stop."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Iterator
from functools import partial
from typing import Annotated

import typer

from console.actions.delivery import bounds
from console.actions.upgrade import make_data_folder, upgrade
from console.actions.walls import require_walls
from console.application import (
    Application,
    hold_data_folder,
    open_application,
)
from console.cli.options import By, GlobalOptions, begin_anew, current_user, settings_of
from console.cli.round_view import print_round, run_with_progress
from console.cli.terminal import exit_with_error, print_line
from console.clock import now
from console.offices.paused import paused_office
from console.opened_ledger import LedgerUnusable
from console.service.leasing import holding_one_round, holding_rounds
from console.settings.loading import Settings
from console.state import last_round
from ledger.ids import LetterId

WAIT_SECONDS = 5.0
"""Seconds between two tries to open a ledger that is locked, full or away."""


def poll(context: typer.Context) -> None:
    """One round: collect, examine, enter, deliver."""
    settings = settings_of(context)
    if (resting := paused_office(settings)) is not None:
        exit_with_error(
            f"{resting.sentence(settings.zone)}，没有收取。恢复：shougao office resume {settings.key}",
            1,
        )
    require_walls(settings)
    with (
        _told_if_unusable(settings),
        open_application(settings) as application,
        hold_data_folder(settings.data_dir, shared=settings.engine.queued),
        holding_one_round(application),
    ):
        result = run_with_progress(application)
        backlog = application.deliveries.backlog(now(), bounds(settings))
    print_round(result, settings, backlog)
    if application.pending_rules:
        print_line(application.pending_rules.sentence)
    if result.delivered.refused:
        raise typer.Exit(3)
    if result.transient_error:
        raise typer.Exit(1)


def run(
    context: typer.Context,
    pages: Annotated[
        bool, typer.Option("--pages/--no-pages", help="The office's pages along with it.")
    ] = True,
) -> None:
    """Run rounds, delivery, digest and pages until SIGTERM; what is in hand is finished."""
    front: GlobalOptions = context.obj
    if front.installation is not None:
        from console.cli.installation import run_installation

        run_installation(front.installation, pages=pages)
        return
    from console.cli.web import pages_beside
    from console.service.log_lines import log_to_stderr
    from console.service.scheduler import (
        serve,  # the scheduler is needed here alone, and slow to load
    )

    settings = settings_of(context)
    log_to_stderr(settings.log.format, settings.zone)
    require_walls(settings)
    make_data_folder(settings)
    with (
        hold_data_folder(settings.data_dir, shared=settings.engine.queued),
        contextlib.ExitStack() as at_the_end,
    ):
        application = _opened(settings, at_the_end)
        lock = at_the_end.enter_context(holding_rounds(application))
        beside = partial(pages_beside, application) if pages else contextlib.nullcontext
        ended = serve(application, lock, beside)
    if not ended.threads:  # the interpreter would wait for one that does not end
        logging.shutdown()
        os._exit(1)
    if ended.trouble:
        exit_with_error(ended.trouble, 1)
    if ended.anew:
        begin_anew()


@contextlib.contextmanager
def _told_if_unusable(settings: Settings) -> Iterator[None]:
    """Have last-round.json say that no round could be run because of the ledger."""
    try:
        yield
    except LedgerUnusable as unusable:
        last_round.record_round(settings.data_dir, now(), str(unusable), 0.0)
        raise


def _opened(settings: Settings, at_the_end: contextlib.ExitStack) -> Application:
    """Open the ledger for the service; one that is locked, full or away is waited for."""
    told = ""
    while True:
        try:
            log = logging.getLogger(__name__)
            upgraded = upgrade(settings, os.environ, now(), log.warning)
            if upgraded.copy:
                logging.getLogger(__name__).warning(
                    "台账已从结构 %s 升级到 %s，升级前的台账在 %s",
                    upgraded.before,
                    upgraded.after,
                    upgraded.copy,
                )
            return at_the_end.enter_context(open_application(settings))
        except LedgerUnusable as unusable:
            last_round.record_round(settings.data_dir, now(), str(unusable), 0.0)
            if not unusable.passing:
                raise
            if str(unusable) != told:
                logging.getLogger(__name__).error("%s 服务等它恢复。", unusable)
            told = str(unusable)
            time.sleep(WAIT_SECONDS)


def retry(
    context: typer.Context,
    letter: Annotated[int, typer.Argument(help="The letter's id, as `export letters` shows it.")],
    by: By = "",
) -> None:
    """Give a letter that was set aside another chance in the next round."""
    with open_application(settings_of(context)) as application:
        if not application.letters.retry(LetterId(letter), by or current_user(), now()):
            exit_with_error(
                f"第 {letter} 号邮件不在搁置之列；搁置的邮件见 shougao export letters。", 1
            )
    print_line(f"第 {letter} 号邮件将在下一轮重新处理。")
