"""`shougao worker`: examines and enters what pollers have collected, on any machine."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Annotated

import typer

from console.actions.upgrade import make_data_folder
from console.actions.walls import require_walls
from console.application import hold_data_folder, hold_ledger, open_application
from console.cli.options import GlobalOptions, begin_anew, settings_of
from console.cli.terminal import exit_with_error


def worker(
    context: typer.Context,
    concurrency: Annotated[
        int,
        typer.Option(
            "--concurrency", min=0, max=256, help="同时处理几封来信；0 为 [limits] workers 的数。"
        ),
    ] = 0,
) -> None:
    """
    Examine and enter what was collected, with others on any machine, until SIGTERM.

    Of a folder of offices for each that shares its work.
    """
    from console.service.log_lines import log_to_stderr
    from console.service.notify import notify
    from console.service.worker import stop_on_signals, work

    front: GlobalOptions = context.obj
    if front.installation is not None and not front.office:
        from console.cli.installation import run_workers

        run_workers(front.installation, concurrency)
        return
    settings = settings_of(context)
    if not settings.engine.queued:
        exit_with_error(
            '本单位的设置是 [engine] kind = "inline"：来信由 shougao run 自己处理，不用另开解析程序。'
            '要由多台机器分担，请先改为 kind = "procrastinate"。',
            2,
        )
    many = concurrency or settings.limits.workers
    settings = replace(settings, limits=replace(settings.limits, workers=many))
    log_to_stderr(settings.log.format, settings.zone)
    require_walls(settings)
    make_data_folder(settings)
    stopped = threading.Event()
    stop_on_signals(stopped)
    with (
        hold_data_folder(settings.data_dir, shared=True),
        open_application(settings) as application,
        hold_ledger(application.engine, shared=True) as lock,
    ):
        notify("READY=1")
        ended = work(application, many, stopped, lock)
    if ended.trouble:
        exit_with_error(ended.trouble, 2)
    if ended.anew and not stopped.is_set():
        begin_anew()
