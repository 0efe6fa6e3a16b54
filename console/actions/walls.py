"""Whether letters may be read on a machine that confines workers less than it could."""

from __future__ import annotations

from console.settings.loading import ConfigError, Settings
from console.settings.sections import Walls
from ingest.sandbox.confinement import probe


def require_walls(settings: Settings) -> None:
    """
    Make sure of Landlock and seccomp where `[limits] walls` requires them.

    Raises: ConfigError when one of them is missing.
    """
    if settings.limits.walls is not Walls.REQUIRED:
        return
    status = probe()
    missing = ["Landlock"] * (not status.landlock_abi) + ["seccomp"] * (not status.seccomp)
    if missing:
        raise ConfigError(
            f'这台机器没有{"、".join(missing)}，解析进程隔离不全，按 [limits] walls = "required" 没有启动。'
            '办法见 shougao doctor；确要在此运行，请改为 walls = "best"。'
        )
