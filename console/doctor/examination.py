"""Every check, in the order in which faults are best mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from console.clock import now
from console.doctor import machine, mail, office, storage
from console.doctor.findings import Finding, Level
from console.settings.loading import ConfigError, load


def examine(
    config: Path, environ: Mapping[str, str], report: Callable[[str], None] = lambda _: None
) -> list[Finding]:
    """
    Check everything; nothing is changed but that missing folders are made.

    Args:
        config: where config.toml lies.
        environ: where passwords and overrides are looked for.
        report: is told what is looked at now, before it is: some of it takes seconds.

    """
    try:
        settings = load(config, environ)
    except ConfigError as error:
        return [
            Finding(Level.FAIL, "设置文件", line, "按提示修改 config.toml 后再运行。")
            for line in str(error).splitlines()
        ]
    moment = now()
    checks: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("规定", lambda: office.rules(settings, moment)),
        ("时间", lambda: machine.clock(settings, moment)),
        ("密码文件", lambda: machine.secrets(settings)),
        ("数据目录", lambda: storage.folders(settings)),
        ("原件存放处", lambda: storage.vault(settings, environ)),
        ("数据库", machine.sqlite),
        ("台账", lambda: storage.ledger(settings, environ)),
        ("任务队列", lambda: storage.engine(settings, environ, moment)),
        ("压缩格式", machine.tools),
        ("文字识别", lambda: machine.recognition(settings)),
        ("共享内存", machine.shared_memory),
        ("解析隔离", lambda: machine.confinement(settings)),
        ("查毒", lambda: machine.virus_scanner(settings)),
        ("收稿邮箱", lambda: mail.mailbox(settings, environ, moment)),
        ("发信服务器", lambda: mail.relay(settings, environ)),
        ("信件模板", lambda: office.templates(settings)),
        ("推送", lambda: office.push(settings, environ)),
    )
    findings = [Finding(Level.OK, "设置文件", f"{config}，{len(settings.provisions)} 段规定")]
    broken = False
    for subject, check in checks:
        if broken and subject in ("台账", "任务队列"):
            continue  # it lies in the folder that cannot be used
        report(subject)
        found = list(check())
        broken = broken or any(
            one.subject == "数据目录" and one.level is Level.FAIL for one in found
        )
        findings += found
    return findings
