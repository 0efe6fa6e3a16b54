"""
The folder of offices: `NAME/config.toml` with all that is the office's, `installation.toml` for the service.

Nothing of one office is looked for in another's folder, and none sees another's secrets: there is no
column that tells offices apart, each has its own ledger, vault, roster, accounts and templates.
"""

from __future__ import annotations

import functools
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from console.settings.faults import sentences
from console.settings.loading import (
    LEDGER_PASSWORD,
    MAILBOX_PASSWORD,
    OFFICE,
    PUSH_ADDRESSES,
    RELAY_PASSWORD,
    VAULT_PASSWORD,
    ConfigError,
    Settings,
    load,
    variable_of,
)
from console.settings.sections import STRICT, LogSettings
from console.settings.spelling import config_text, explain
from ledger.os_errors import describe

FILE = "installation.toml"
CONFIG = "config.toml"
REMOVED = "config.removed.toml"
"""What an office's settings are called while it is removed: its folder stays as it is."""

ALL = "all"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_PATH = re.compile(r"(?:/[A-Za-z0-9_.-]+)*")
_SECRETS = (MAILBOX_PASSWORD, RELAY_PASSWORD, LEDGER_PASSWORD, VAULT_PASSWORD, PUSH_ADDRESSES)


@dataclass(frozen=True, slots=True)
class PagesSettings:
    """
    Where all offices' pages are served, in place of what each office's [console] says of it.

    `address`: how browsers reach them: an office without an address of its own is at ADDRESS/o/NAME.
    `list_offices`: whether the start page names the offices to everybody.
    """

    __pydantic_config__ = STRICT
    host: str = "127.0.0.1"
    port: int = 8000
    address: str = ""
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    list_offices: bool = False


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """
    What all offices share: hands, never data.

    `pollers`: mailboxes looked at at once; `readers`: offices whose letters are examined at once, each
    in processes of its own, as many as its [limits] workers.
    """

    __pydantic_config__ = STRICT
    pollers: int = 32
    readers: int = 2


@dataclass(frozen=True, slots=True)
class InstallationFile:
    """installation.toml; every key has a default."""

    __pydantic_config__ = STRICT
    console: PagesSettings = field(default_factory=PagesSettings)
    service: ServiceSettings = field(default_factory=ServiceSettings)
    log: LogSettings = field(default_factory=LogSettings)


@dataclass(frozen=True, slots=True)
class Installation:
    """A folder of offices, and what its installation.toml says."""

    folder: Path
    file: InstallationFile

    def names(self) -> tuple[str, ...]:
        """Return the names of the offices, sorted; folders whose names cannot be used are no offices."""
        return self._with(CONFIG)

    def removed(self) -> tuple[str, ...]:
        """Return the names of those that were removed and whose data are still here."""
        return tuple(name for name in self._with(REMOVED) if not self.config(name).exists())

    def config(self, name: str) -> Path:
        """Return where an office's settings are, or would be."""
        return self.folder / name / CONFIG

    def settings(self, name: str, environ: Mapping[str, str]) -> Settings:
        """
        Read an office's settings; where its pages are is the installation's to say.

        Args:
            name: the office's.
            environ: what `environment_of` left of the process's.

        Raises:
            ConfigError: one that cannot be read, or an address of its own that nobody would believe.

        """
        settings = load(self.config(name), environ)
        pages = self.file.console
        own = settings.console.address.rstrip("/")
        if own and not pages.address:
            raise ConfigError(
                f"{settings.path} 的 [console] address 要起作用，请先在 {self.folder / FILE} 的 [console] 里写 "
                "address（整个收稿工作台的网址）：没有它，反向代理转告的来访者不可信。"
            )
        prefix = urlsplit(own).path.rstrip("/") if own else f"/o/{name}"
        if not _PATH.fullmatch(prefix):
            raise ConfigError(
                f"{settings.path} 的 [console] address “{own}”：网址里的路径只能用字母、数字和 - _ . /。"
            )
        address = own or (f"{pages.address.rstrip('/')}{prefix}" if pages.address else "")
        console = replace(
            settings.console,
            host=pages.host,
            port=pages.port,
            proxies=pages.proxies,
            address=address,
        )
        return replace(settings, console=console, key=name, prefix=prefix)

    def _with(self, file: str) -> tuple[str, ...]:
        try:
            folders = sorted(self.folder.iterdir())
        except OSError as error:
            raise ConfigError(
                f"打不开单位目录 {self.folder}：{describe(error)}。请检查路径和权限。"
            ) from error
        return tuple(one.name for one in folders if is_name(one.name) and (one / file).is_file())


def open_installation(folder: Path) -> Installation:
    """Read a folder of offices. Raises ConfigError, which lists all that is wrong with installation.toml."""
    folder = folder.absolute()
    if not folder.is_dir():
        raise ConfigError(
            f"没有单位目录 {folder}。新装的请先建立：mkdir {folder}，再用 shougao --offices {folder} "
            "office add 名称 新增单位。"
        )
    path = folder / FILE
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return Installation(folder, InstallationFile())
    except OSError as error:
        raise ConfigError(f"打不开 {path}：{describe(error)}。请检查权限。") from error
    text = config_text(raw, path)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        slips = explain(text, error)
        raise ConfigError("\n".join(f"{path}：{slip}" for slip in slips)) from error
    try:
        written = json.dumps(values, default=str)
        file = _adapter().validate_json(written, strict=True)
    except ValidationError as error:
        faults = sentences(path, text, error.errors(), InstallationFile, values)
        raise ConfigError("\n".join(faults)) from error
    if faults := list(_contradictions(file)):
        raise ConfigError("\n".join(f"{path}：{fault}" for fault in faults))
    return Installation(folder, file)


def is_name(text: str) -> bool:
    """Tell whether an office may be called that in commands, addresses and cookies."""
    return bool(_NAME.fullmatch(text)) and text != ALL and not text.endswith("-")


def environment_of(name: str, environ: Mapping[str, str]) -> dict[str, str]:
    """
    Return what one office may see of the process's environment: its own secrets, nobody else's.

    SHOUGAO_EAST_MAILBOX_PASSWORD is the SHOUGAO_MAILBOX_PASSWORD of the office `east`; what is said
    without a name is no office's.
    """
    own = {one: value for one, value in environ.items() if not one.startswith("SHOUGAO_")}
    for variable in _SECRETS:
        if value := environ.get(variable_of(name, variable)):
            own[variable] = value
    return own | {OFFICE: name}


@functools.cache
def _adapter() -> TypeAdapter[InstallationFile]:
    return TypeAdapter(InstallationFile)


def _contradictions(file: InstallationFile) -> list[str]:
    faults = []
    address = urlsplit(file.console.address)
    if file.console.address and (address.scheme not in ("http", "https") or not address.hostname):
        faults.append(
            f"console.address “{file.console.address}”不是网址，请写成 https://shougao.example 的样子。"
        )
    if not 1 <= file.console.port <= 65_535:
        faults.append(f"console.port {file.console.port} 不对，请写 1 至 65535。")
    if not 1 <= file.service.pollers <= 256:
        faults.append("service.pollers 应在 1 到 256 之间，例如 32。")
    if not 1 <= file.service.readers <= 64:
        faults.append("service.readers 应在 1 到 64 之间，例如 2。")
    return faults
