"""The units that systemd runs the service by: written for an office's own paths."""

from __future__ import annotations

import shlex
import stat
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Site:
    """
    Where the program, its settings and its data lie; `backup` is empty where none is wanted.

    `config`: config.toml, or the folder of offices where there are `many`, which then is `data`, too.
    `workers`: letters are examined by workers, which may run here, too.
    """

    program: Path
    config: Path
    data: Path
    user: str
    backup: str
    many: bool = False
    workers: bool = False


SERVICE = """\
[Unit]
Description=收稿：稿件邮箱的自动收稿服务
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=600
StartLimitBurst=5

[Service]
Type=notify
User={user}
WorkingDirectory={folder}
ExecStart={command} {option} run
{reload}Restart=on-failure
RestartSec=30
RestartPreventExitStatus=2
WatchdogSec=180
TimeoutStopSec=180
KillMode=mixed
{credentials}UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={data}{backups}
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
RestrictNamespaces=yes
TasksMax=512
MemoryMax=75%
OOMPolicy=continue
LockPersonality=yes
CapabilityBoundingSet=
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
"""

CREDENTIALS = """\
# 授权码：root 可读的文件，服务启动时才交给程序
LoadCredential=shougao_mailbox_password:/etc/shougao/mailbox-password
# 另有发信密码、PostgreSQL 密码、推送地址的，去掉前面的 #
#LoadCredential=shougao_relay_password:/etc/shougao/relay-password
#LoadCredential=shougao_ledger_password:/etc/shougao/ledger-password
#LoadCredential=shougao_push:/etc/shougao/push-addresses
"""

CREDENTIALS_OF_MANY = """\
# 授权码：每个单位一个目录，里面的文件 mailbox_password、relay_password、ledger_password、push 只有 root 可读
LoadCredential=shougao:/etc/shougao/offices
"""

WORKER = (
    SERVICE.replace("自动收稿服务", "解析程序，可以在多台机器上运行")
    .replace("{option} run", "{option} worker")
    .replace("WatchdogSec=180\n", "")
)
"""A worker's unit: behind the same walls, with the same secrets."""

BACKUP = """\
[Unit]
Description=收稿：备份台账、原始邮件和设置

[Service]
Type=oneshot
User={user}
WorkingDirectory={folder}
ExecStart={command} {option}{each} ledger backup {backup}{name} --keep 60 --try-restore
UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={data} {backup}
PrivateTmp=yes
"""

TIMER = """\
[Unit]
Description=收稿：每天备份一次

[Timer]
OnCalendar=*-*-* 02:30:00
Persistent=yes
RandomizedDelaySec=600

[Install]
WantedBy=timers.target
"""


def written(site: Site) -> dict[str, str]:
    """Return the units' texts by file name."""
    option = "--offices" if site.many else "--config"
    values = {
        "user": site.user,
        "folder": str(site.config if site.many else site.config.parent).replace("%", "%%"),
        "option": f"{option} {_quoted(site.config)}",
        "reload": "ExecReload=/bin/kill -HUP $MAINPID\n" if site.many else "",
        "credentials": CREDENTIALS_OF_MANY if site.many else CREDENTIALS,
        "each": " --office all" if site.many else "",
        "name": "/{office}" if site.many else "",
        "command": _quoted(site.program / ".venv" / "bin" / "shougao"),
        "data": _quoted(site.data),
        "backup": _quoted(Path(site.backup)),
        # made from the pages, too; "-": the service starts though the disk is not there
        "backups": f" -{_quoted(Path(site.backup))}" if site.backup else "",
    }
    units = {"shougao.service": SERVICE.format(**values)}
    if site.workers:
        units["shougao-worker.service"] = WORKER.format(**values)
    if site.backup:
        units["shougao-backup.service"] = BACKUP.format(**values)
        units["shougao-backup.timer"] = TIMER
    return units


PASSWORDS = (
    "install -d -m 700 /etc/shougao && install -m 600 /dev/stdin /etc/shougao/mailbox-password"
    "   # 粘贴授权码，按 Ctrl+D",
)
PASSWORDS_OF_MANY = (
    "install -d -m 700 /etc/shougao/offices/代号   # 每个单位一个",
    "install -m 600 /dev/stdin /etc/shougao/offices/代号/mailbox_password   # 粘贴授权码，按 Ctrl+D",
)


def next_steps(site: Site) -> list[str]:
    """Return what root types afterwards."""
    user, data = shlex.quote(site.user), shlex.quote(str(site.data))
    lines = [
        f"id {user} || useradd --system --home-dir {data} {user}",
        f"install -d -o {user} -m 700 {data}",
        *(PASSWORDS_OF_MANY if site.many else PASSWORDS),
        "systemctl daemon-reload && systemctl enable --now shougao",
    ]
    if site.workers:
        lines.append("systemctl enable --now shougao-worker   # 只作解析用的机器，只启用这一个")
    if site.backup:
        lines.insert(2, f"install -d -o {user} -m 700 {shlex.quote(site.backup)}")
        lines.append("systemctl enable --now shougao-backup.timer")
    return lines


def closed_to_others(path: Path) -> Path | None:
    """Return the first folder or file on the way to `path` that another user may not enter or read."""
    for step in (*reversed(path.parents), path):
        mode = step.stat().st_mode
        wanted = stat.S_IXOTH if stat.S_ISDIR(mode) else stat.S_IROTH
        if not mode & wanted:
            return step
    return None


def _quoted(path: Path) -> str:
    """Write a path as systemd reads it: blanks in quotes, % doubled."""
    text = str(path).replace("%", "%%")
    return f'"{text}"' if " " in text else text
