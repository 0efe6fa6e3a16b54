"""What is done with an office as a whole: added, paused, resumed, removed; each deed is a line of offices.log."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from console.offices.clashes import Claims
from console.offices.installation import (
    CONFIG,
    REMOVED,
    Installation,
    environment_of,
    is_name,
)
from console.offices.paused import Pause, pause, read, resume
from console.settings.loading import ConfigError, Settings, load_text
from console.settings.rewriting import text_of, write_atomically
from ledger.os_errors import describe

LOG = "offices.log"


def check_new(installation: Installation, name: str) -> None:
    """Make sure that an office may be added under a name. Raises ConfigError."""
    if not is_name(name):
        raise ConfigError(
            f"“{name}”不能作单位的代号：请用小写字母开头，只含小写字母、数字和连字符，最多 31 个，如 east。"
            "它会出现在命令和网址里；单位的全称写在它的 config.toml 里。"
        )
    if installation.config(name).exists():
        raise ConfigError(f"已经有单位 {name}（{installation.config(name)}）。请另取一个代号。")
    if name in installation.removed():
        folder = installation.folder / name
        raise ConfigError(
            f"单位 {name} 以前移除过，数据还在 {folder}。要恢复它，请运行 shougao office restore {name}；"
            "要另建一个，请换一个代号，或先把这个目录移到别处。"
        )


def add(
    installation: Installation, name: str, config: Path, environ: Mapping[str, str]
) -> Settings:
    """
    Take a config.toml over as a new office's; the service finds it whole or not at all.

    Raises:
        ConfigError: the name, the file, or what it shares with another office; nothing was written.

    """
    check_new(installation, name)
    try:
        text = text_of(config.read_bytes(), config)
    except OSError as error:
        raise ConfigError(f"打不开 {config}：{describe(error)}。请检查文件名。") from error
    path = installation.config(name)
    load_text(
        text, path, environment_of(name, environ)
    )  # what is wrong is told before anything is there
    made = make_folder(installation, name)
    write_atomically(path, text)
    try:
        settings = installation.settings(name, environment_of(name, environ))
        check_apart(installation, settings, environ)
    except ConfigError:
        path.unlink(missing_ok=True)
        if made:
            path.parent.rmdir()
        raise
    return settings


def make_folder(installation: Installation, name: str) -> bool:
    """
    Make an office's folder, for whoever owns the folder of offices; whether there was none.

    Raises: OSError.
    """
    folder = installation.folder / name
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return False
    if os.geteuid() == 0:  # typed by root, served by another
        owner = installation.folder.stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
    return True


def check_apart(installation: Installation, settings: Settings, environ: Mapping[str, str]) -> None:
    """Make sure that an office shares nothing with the others. Raises ConfigError."""
    claims = Claims()
    for name in installation.names():
        if name == settings.key:
            continue
        try:
            claims.take(installation.settings(name, environment_of(name, environ)))
        except ConfigError:
            continue  # its own fault, told where that office is looked at
    claims.take(settings)


def any_shared(installation: Installation, environ: Mapping[str, str]) -> bool:
    """Tell whether an office shares its work, so that workers are needed; one with a fault is left out."""
    for name in installation.names():
        try:
            settings = installation.settings(name, environment_of(name, environ))
        except ConfigError:
            continue
        if settings.engine.queued:
            return True
    return False


def rest(installation: Installation, name: str, resting: Pause) -> bool:
    """Have an office neither collect nor send; whether it did until now. Raises ConfigError, OSError."""
    folder = _folder(installation, name)
    if read(folder) is not None:
        return False
    pause(folder, resting)
    return True


def work(installation: Installation, name: str) -> bool:
    """Have it collect and send again; whether it rested. Raises ConfigError, OSError."""
    return resume(_folder(installation, name))


def remove(installation: Installation, name: str) -> Path:
    """
    Take an office out of the service; its folder stays as it is, and is returned.

    Raises: ConfigError, OSError.
    """
    folder = _folder(installation, name)
    (folder / CONFIG).replace(folder / REMOVED)
    return folder


def restore(installation: Installation, name: str) -> None:
    """Bring a removed office back. Raises ConfigError where there is none, OSError."""
    if name not in installation.removed():
        raise ConfigError(f"没有移除过的单位 {name}。{_known(installation.removed(), '移除过的')}")
    folder = installation.folder / name
    (folder / REMOVED).replace(folder / CONFIG)


def record(installation: Installation, moment: datetime, who: str, deed: str) -> Path:
    """Append a line of moment, person and deed to the installation's record. Raises OSError."""
    path = installation.folder / LOG
    clean = "\t".join(
        " ".join(part.split()) for part in (f"{moment:%Y-%m-%d %H:%M:%S %z}", who, deed)
    )
    with path.open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(f"{clean}\n")
        file.flush()
        os.fsync(file.fileno())
    return path


def check_known(installation: Installation, name: str) -> None:
    """Make sure that there is an office of a name. Raises ConfigError, which names those there are."""
    if name not in installation.names():
        raise ConfigError(f"没有单位 {name}。{_known(installation.names(), '现有的')}")


def _folder(installation: Installation, name: str) -> Path:
    check_known(installation, name)
    return installation.folder / name


def _known(names: tuple[str, ...], which: str) -> str:
    return f"{which}单位：{'、'.join(names)}。" if names else f"还没有{which}单位。"
