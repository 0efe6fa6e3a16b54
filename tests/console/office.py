"""An office of its own for a test: a maildir of letters, a data folder, an outgoing maildir."""

from __future__ import annotations

import io
import os
import random
import subprocess
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from console.settings.loading import Settings, load
from console.spreadsheets.roster import read_roster
from ledger.journal import PROGRAM
from ledger.models.database import open_ledger
from ledger.queries import export as exporting
from ledger.roster import Roster
from tests.console.loaded import loaded
from tests.ledgers import new_ledger

ROOT = Path(__file__).resolve().parents[2]
NO_CEILINGS = (
    ("per_hour = 150", "per_hour = 100000"),
    ("per_day = 800", "per_day = 100000"),
    ("per_address_per_day = 30", "per_address_per_day = 100000"),
)
"""Has `OfficeRoom.rewrite_config` take the bounds off what is sent: all letters come from a few officers."""
RECEIVED = datetime(2022, 3, 7, 1, 30, tzinfo=UTC)
NOW = datetime(2022, 3, 8, 2, 0, tzinfo=UTC)
"""When the pages are looked at: the demo's letters came in the days before."""
PASSWORD = "ein langer Satz, den man sich merkt"
ROSTER = (
    "单位,姓名,职务,联系电话,邮箱,备注\n"
    "湖塘镇,钱一鸣,科员,13800000001,qian@hutang.example,\n"
    "雪堰镇,孙立,科员,13800000002,sun@xueyan.example,\n"
)
DRAFT = (
    "湖塘镇开展危化品企业专项检查{n}\n"
    "3月6日，湖塘镇应急管理局组织人员对辖区{n}家危化品企业开展专项检查。"
    "检查组查看了仓库、配电室和消防通道，现场发现隐患{n}处，均已要求企业限期整改。"
    "下一步，湖塘镇将继续加大检查力度，压实企业主体责任，守牢安全底线。\n"
    "{firms}\n"
    "撰稿：钱一鸣 审核：赵立新\n"
)


def settings_in(folder: Path) -> Settings:
    """Read the office's own config.toml with mailbox, relay and data in a folder."""
    return load(
        ROOT / "config.toml",
        {
            "SHOUGAO_DATA": str(folder / "data"),
            "SHOUGAO_MAILBOX": f"maildir:{folder / 'in'}",
            "SHOUGAO_RELAY": f"maildir:{folder / 'out'}",
        },
    )


def text_of(number: int) -> str:
    """DRAFT about firms of its own: no two numbers give drafts that are nearly the same."""
    chance = random.Random(number)
    words = "常武永安新华长虹天目金源东方宏达恒泰瑞丰华盛兴隆嘉业鼎立万通顺达"
    firms = "、".join("".join(chance.sample(words, 6)) + "公司" for _ in range(20))
    return DRAFT.format(n=number, firms=f"受检企业有{firms}。")


def packed(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def letter(
    number: int = 1,
    *,
    subject: str = "【工作动态】湖塘镇",
    sender: str = "钱一鸣 <qian@hutang.example>",
    body: str = "附件是稿件，请查收。",
    attachment: tuple[str, bytes] | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = "inbox@office.example"
    mail["Subject"] = f"{subject}{number}"
    mail["Message-ID"] = f"<{number}@hutang.example>"
    for name, value in (headers or {}).items():
        mail[name] = value
    mail.set_content(body)
    if attachment is None:
        text = text_of(number).encode("gb18030")
        attachment = (f"稿件{number}.zip", packed({f"稿件{number}.txt": text}))
    name, data = attachment
    if name:
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def config_of_letters_long_ago() -> str:
    """The office's config.toml, letters of any age answered, corrections at once: the tests are of 2022."""
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    return (
        text.replace("not_older_than_days = 3", "not_older_than_days = 0")
        .replace("grace_minutes = 10", "grace_minutes = 0")
        .replace('\nsince = ""', '\nsince = "2000-01-01"')
    )


@dataclass
class OfficeRoom:
    """The command `shougao` on a mailbox, ledger and relay in one folder."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for part in ("cur", "new", "tmp"):
            (self.folder / "in" / part).mkdir(parents=True)
        self.environment = {
            **os.environ,
            "SHOUGAO_DATA": str(self.folder / "data"),
            "SHOUGAO_MAILBOX": f"maildir:{self.folder / 'in'}",
            "SHOUGAO_RELAY": f"maildir:{self.folder / 'out'}",
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "200",
        }
        self.config.write_text(config_of_letters_long_ago(), encoding="utf-8")
        self.environment.pop(
            "PYTHONDONTWRITEBYTECODE", None
        )  # every start would compile everything

    @property
    def config(self) -> Path:
        """The config.toml that the commands are given."""
        return self.folder / "office.toml"

    def rewrite_config(self, swaps: Iterable[tuple[str, str]]) -> None:
        """Replace what config.toml says. Raises ValueError where it does not say so."""
        text = self.config.read_text(encoding="utf-8")
        for before, after in swaps:
            if before not in text:
                raise ValueError(f"config.toml no longer says {before}")
            text = text.replace(before, after)
        self.config.write_text(text, encoding="utf-8")

    def receive(self, raw: bytes, name: str, received: datetime = RECEIVED) -> None:
        path = self.folder / "in" / "new" / name
        path.write_bytes(raw)
        os.utime(path, (received.timestamp(), received.timestamp()))

    def run(
        self, *arguments: str, code: int = 0, program: Sequence[str] = ("-m", "console")
    ) -> subprocess.CompletedProcess[str]:
        command = [*program, "--config", str(self.config), *arguments]
        done = loaded().run(command, self.environment, self.folder)
        assert done.returncode == code, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def roster(self) -> None:
        """The two officers of ROSTER, entered without the command: most tests only need them there."""
        path = self.folder / "roster.csv"
        path.write_text(ROSTER, encoding="utf-8")
        units = load(ROOT / "config.toml", {}).provisions[-1].units
        with self._ledger() as engine:
            Roster(engine).enter(read_roster(path, units), PROGRAM, datetime.now(UTC))

    def export(self, what: str) -> list[dict[str, Any]]:
        """The ledger's rows as `shougao export` hands them out."""
        with self._ledger() as engine:
            return list(getattr(exporting, what)(engine, "Asia/Shanghai"))

    @contextmanager
    def _ledger(self) -> Iterator[Engine]:
        path = self.folder / "data" / "ledger.db"
        engine = open_ledger(f"sqlite:///{path}" if path.exists() else new_ledger(path))
        try:
            yield engine
        finally:
            engine.dispose()

    def receipts(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted((self.folder / "out").glob("new/*"))]
