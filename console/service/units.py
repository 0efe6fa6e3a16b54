"""The units that systemd runs the service by: written for an office's own paths."""

from __future__ import annotations

import shlex
import stat
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Site:
    """Where the program, its settings and its data lie; `backup` is empty where none is wanted."""

    program: Path
    config: Path
    data: Path
    user: str
    backup: str


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
ExecStart={command} --config {config} run
Restart=on-failure
RestartSec=30
RestartPreventExitStatus=2
WatchdogSec=180
TimeoutStopSec=180
KillMode=mixed
# 授权码：root 可读的文件，服务启动时才交给程序
LoadCredential=shougao_mailbox_password:/etc/shougao/mailbox-password
# 另有发信密码、PostgreSQL 密码、推送地址的，去掉前面的 #
#LoadCredential=shougao_relay_password:/etc/shougao/relay-password
#LoadCredential=shougao_ledger_password:/etc/shougao/ledger-password
#LoadCredential=shougao_push:/etc/shougao/push-addresses
UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={data}
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

BACKUP = """\
[Unit]
Description=收稿：备份台账、原始邮件和设置

[Service]
Type=oneshot
User={user}
WorkingDirectory={folder}
ExecStart={command} --config {config} ledger backup {backup} --keep 60 --try-restore
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
    values = {
        "user": site.user,
        "folder": str(site.config.parent).replace("%", "%%"),
        "command": _quoted(site.program / ".venv" / "bin" / "shougao"),
        "config": _quoted(site.config),
        "data": _quoted(site.data),
        "backup": _quoted(Path(site.backup)),
    }
    units = {"shougao.service": SERVICE.format(**values)}
    if site.backup:
        units["shougao-backup.service"] = BACKUP.format(**values)
        units["shougao-backup.timer"] = TIMER
    return units


def next_steps(site: Site) -> list[str]:
    """Return what root types afterwards."""
    user, data = shlex.quote(site.user), shlex.quote(str(site.data))
    lines = [
        f"id {user} || useradd --system --home-dir {data} {user}",
        f"install -d -o {user} -m 700 {data}",
        "install -d -m 700 /etc/shougao && install -m 600 /dev/stdin /etc/shougao/mailbox-password"
        "   # 粘贴授权码，按 Ctrl+D",
        "systemctl daemon-reload && systemctl enable --now shougao",
    ]
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
