"""How the work stands that is shared among machines: the queue, its workers, who collects."""

from __future__ import annotations

import socket
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from console.sharing import Sharing, told
from ledger.models.troubles import sentence
from notifier.letters.digest import Health, Level
from notifier.mail.page import lateness

NAME = "任务队列"
LONG = timedelta(minutes=15)
"""A letter that waits for longer to be entered is told of."""


def engine_health(sharing: Sharing | None, moment: datetime) -> tuple[Health, ...]:
    """Say how many letters wait, who works on them and what dead workers left; nothing where none are shared."""
    if sharing is None:
        return ()
    try:
        state, length = sharing.queue.state(), sharing.examinations.length()
    except DBAPIError as error:
        return (Health(NAME, Level.FAIL, sentence(error), "请检查 PostgreSQL。"),)
    parts = [f"解析程序 {state.workers} 个", f"待登记 {length.letters} 封"]
    parts += [f"待做 {state.waiting} 件，在做 {state.doing} 件"]
    parts += [f"中断待重做 {state.stalled} 件"] * bool(state.stalled)
    words = "，".join(parts)
    if not state.workers:
        level = Level.FAIL if length.letters else Level.WARN
        return (Health(NAME, level, words, "请在一台或多台机器上运行 shougao worker。"),)
    if state.newer:
        remedy = "请把各台机器的程序都升级到同一个版本。"
        return (Health(NAME, Level.WARN, f"{words}；有新版程序才能做的 {state.newer} 件", remedy),)
    waited = moment - length.oldest if length.oldest is not None else timedelta()
    collected = length.letters and waited > LONG
    if collected and not state.doing:
        late = f"{words}；最早的一封收到已{lateness(waited)}"
        return (Health(NAME, Level.WARN, late, "请查看 shougao worker 的日志。"),)
    return (Health(NAME, Level.OK, words),)


def collected_elsewhere(sharing: Sharing | None) -> Health | None:
    """Say which other machine collects, None where that is this one's business."""
    if sharing is None:
        return None
    try:
        other = sharing.mailbox.other()
    except DBAPIError:
        return None
    if other is None or other.holder.split()[0] == socket.gethostname()[:60]:
        return None
    return Health("收信", Level.OK, f"由{told(other)} 收取")
