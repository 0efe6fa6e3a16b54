"""
The office's ledger, opened, with the rules that hold in it: all that figures and searches need.

What else the program is made of is built on it by `console/application.py`, and takes longer to load.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Engine, select
from sqlalchemy.exc import DatabaseError, DBAPIError

from console.clock import now
from console.settings.loading import ConfigError, Settings, ledger_url
from console.vaults import open_vault
from ledger.models.database import NewerLedger, OlderLedger, open_ledger, read_only
from ledger.models.letters import LetterRow
from ledger.models.troubles import sentence, trouble_of
from ledger.os_errors import describe
from ledger.queries.figures import Figures
from ledger.rule_versions import PendingRules, RuleVersions, pending
from ledger.storage.vault import Vault
from ledger.unit_names import write_unit_names

CRASH_LEAVES = 64
"""Letters at most that a crash leaves in the vault without their rows."""


class LedgerUnusable(Exception):
    """The ledger cannot be opened; the text says why, with the remedy. `passing`: it may be waited for."""

    def __init__(self, settings: Settings, error: DBAPIError) -> None:
        place = settings.storage.ledger or settings.data_dir / "ledger.db"
        trouble = trouble_of(error)
        super().__init__(f"台账 {place} 打不开：{sentence(error)}。{trouble.remedy}。")
        self.passing = trouble.passing


@dataclass(frozen=True, slots=True)
class OpenedLedger:
    """
    A ledger and what is read from it.

    `settings.provisions` are the versions that the ledger has entered; `pending_rules` says where the
    file differs from them; `newest_rules` is the number of the newest version.
    """

    settings: Settings
    engine: Engine
    vault: Vault
    rule_versions: RuleVersions
    newest_rules: int
    pending_rules: PendingRules
    figures: Figures


@contextlib.contextmanager
def opened_ledger(
    settings: Settings, environ: Mapping[str, str] | None = None
) -> Iterator[OpenedLedger]:
    """
    Open the office's ledger, which is created where there is none; close it at the end.

    Args:
        settings: what config.toml says.
        environ: where passwords are looked for; the process's own by default.

    Raises:
        ConfigError: the data folder or the ledger cannot be used, or must be migrated first.
        LedgerUnusable: the database fails.

    """
    environ = os.environ if environ is None else environ
    engine = _open_engine(settings, environ)
    try:
        vault = open_vault(settings, environ)
        refuse_a_new_ledger(engine, vault)
        rule_versions = RuleVersions(engine)
        try:
            in_force = rule_versions.begin(settings.provisions, now())
        except DatabaseError as error:
            raise LedgerUnusable(settings, error) from error
        in_ledger = replace(settings, provisions=in_force)
        write_unit_names(engine, in_force, in_ledger.provisions_on_day)
        yield OpenedLedger(
            settings=in_ledger,
            engine=engine,
            vault=vault,
            rule_versions=rule_versions,
            newest_rules=rule_versions.newest(),
            pending_rules=pending(settings.provisions, in_force),
            figures=Figures(engine, in_ledger.provisions_on_day, in_ledger.calendar.is_workday),
        )
    finally:
        engine.dispose()


def refuse_a_new_ledger(engine: Engine, vault: Vault) -> None:
    """
    Refuse a ledger without letters beside a vault full of them: all would be answered a second time.

    Raises: ConfigError.
    """
    with read_only(engine).connect() as connection:
        if connection.scalar(select(LetterRow.id).limit(1)) is not None:
            return
    if not vault.holds_more_than(CRASH_LEAVES):
        return
    raise ConfigError(
        f"台账里没有一封来信，{vault.place} 里却有许多原件：台账可能被删除或换过。"
        "为免把来信重新登记、重新答复，没有启动。请用 shougao ledger restore 恢复备份；"
        "确要从头开始的，请先把原件目录移走。"
    )


def _open_engine(settings: Settings, environ: Mapping[str, str]) -> Engine:
    data = settings.data_dir
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        return open_ledger(ledger_url(settings, environ), migrate=False)
    except (NewerLedger, OlderLedger) as error:
        raise ConfigError(str(error)) from error
    except OSError as error:
        raise ConfigError(
            f"数据目录 {data} 无法使用：{describe(error)}。请检查路径和权限。"
        ) from error
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise ConfigError(
            "[data] ledger 用的是 PostgreSQL，它的驱动没有安装。请运行 "
            "python3 run.py setup --with postgresql 后再试。"
        ) from error
    except DatabaseError as error:
        raise LedgerUnusable(settings, error) from error
