"""备份: what lies where, one made or tried by a click, and what is kept for how long."""

from __future__ import annotations

import shutil
from pathlib import Path

from starlette.responses import Response

from console.actions.backups import copies, folder_of
from console.policy import Permission
from console.state import last_backup
from console.state.backup_job import JobState
from console.web.redirects import redirect_saying
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger.os_errors import describe
from ledger.storage.backup import BackupError
from ledger.storage.retention import due

LISTED = 60
NOWHERE = "还没有备份目录。请在 config.toml 的 [backup] 里写 folder，再来备份。"
PATH = "/backups"


def show_backups(ctx: RequestContext) -> Response:
    """List the backups, how the last one stands, and what is kept for how long."""
    application = ctx.web.application
    settings = application.settings
    folder = folder_of(settings)
    found = copies(folder) if folder is not None else []
    job = ctx.web.backups.last
    return ctx.render(
        "backups.html",
        here="/accounts",
        folder=folder,
        free=_free(folder),
        copies=found[:LISTED],
        more=max(0, len(found) - LISTED),
        job=job,
        at_work=job is not None and job.state is JobState.AT_WORK,
        last=last_backup.read(settings.data_dir),
        keep_days=settings.backup.keep_days,
        retention=settings.retention,
        due=due(
            ctx.web.reader,
            settings.retention.letters_days,
            settings.retention.personal_days,
            ctx.now,
        ),
    )


def make_backup(ctx: RequestContext) -> Response:
    """Begin with a backup; the page says when it is done."""
    folder = folder_of(ctx.web.application.settings)
    if folder is None:
        return redirect_saying(PATH, NOWHERE)
    try:
        ctx.web.backups.make(folder, ctx.account.name)
    except (BackupError, OSError) as error:
        return redirect_saying(PATH, _words(error))
    return redirect_saying(PATH, "已开始备份，收信和网页照常；做完以后这一页会说明。")


def try_backup(ctx: RequestContext) -> Response:
    """Begin with a trial restore of one of the backups that are listed."""
    folder = folder_of(ctx.web.application.settings)
    name = ctx.form_value("copy")
    # only what is listed: a name from outside leads nowhere
    file = (
        next((one.file for one in copies(folder) if one.file.name == name), None)
        if folder
        else None
    )
    if file is None:
        return redirect_saying(PATH, "没有这份备份，可能刚被清理。")
    try:
        ctx.web.backups.try_out(file, ctx.account.name)
    except (BackupError, OSError) as error:
        return redirect_saying(PATH, _words(error))
    return redirect_saying(PATH, "已开始试恢复，不动现在的台账；做完以后这一页会说明。")


def _words(error: BackupError | OSError) -> str:
    return f"没有办成：{describe(error)}。" if isinstance(error, OSError) else str(error)


def _free(folder: Path | None) -> int | None:
    """Return the free bytes where backups go, None where that cannot be told."""
    try:
        return shutil.disk_usage(folder).free if folder is not None else None
    except OSError:
        return None


routes = (
    page(PATH, show_backups, Permission.ADMINISTER),
    action(PATH, make_backup, Permission.ADMINISTER),
    action(f"{PATH}/try", try_backup, Permission.ADMINISTER),
)
