"""A folder of offices: what each has for itself, how it comes, rests and goes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

from console.cli.app import app
from console.cli.options import GlobalOptions
from console.cli.rounds import poll
from console.connections import open_mailbox
from console.offices import deeds
from console.offices.clashes import Claims
from console.offices.installation import (
    Installation,
    environment_of,
    is_name,
    open_installation,
)
from console.offices.paused import Pause, paused_office, read
from console.settings.loading import ConfigError, ledger_url, mailbox_password
from tests.console.office import ROOT
from tests.console.several_offices import config_of, new_office

AT = datetime(2022, 3, 8, 2, 0, tzinfo=UTC)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    for name in ("east", "west"):
        new_office(tmp_path, name)
    return open_installation(tmp_path)


def rewritten(installation: Installation, name: str, before: str, after: str) -> None:
    path = installation.config(name)
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_each_office_has_its_own_ledger_data_and_address(installation: Installation) -> None:
    east, west = (installation.settings(name, {}) for name in ("east", "west"))
    assert (east.key, east.prefix, east.pages_url) == (
        "east", "/o/east", "http://127.0.0.1:8000/o/east",
    )  # fmt: skip
    assert east.data_dir == installation.folder / "east" / "data"
    assert not {east.data_dir, east.path, east.mailbox_url} & {
        west.data_dir, west.path, west.mailbox_url,
    }  # fmt: skip


def test_an_office_is_at_the_installations_address_or_at_its_own(
    installation: Installation,
) -> None:
    rewritten(installation, "west", 'address = ""', 'address = "https://west.example"')
    with pytest.raises(ConfigError, match=r"installation\.toml"):
        installation.settings("west", {})
    (installation.folder / "installation.toml").write_text(
        '[console]\naddress = "https://all.example"\n', encoding="utf-8"
    )
    there = open_installation(installation.folder)
    east, west = (there.settings(name, {}) for name in ("east", "west"))
    assert (east.pages_url, east.prefix) == ("https://all.example/o/east", "/o/east")
    assert (west.pages_url, west.prefix) == ("https://west.example", "")


def test_an_office_sees_its_own_secrets_and_no_others(tmp_path: Path) -> None:
    whole = {
        "PATH": "/bin",
        "SHOUGAO_MAILBOX_PASSWORD": "nobody's",
        "SHOUGAO_DATA": "/everybody",
        "SHOUGAO_EAST_MAILBOX_PASSWORD": "east's",
        "SHOUGAO_EAST_SIDE_MAILBOX_PASSWORD": "that of east-side",
    }
    assert environment_of("east", whole) == {
        "PATH": "/bin", "SHOUGAO_OFFICE": "east", "SHOUGAO_MAILBOX_PASSWORD": "east's",
    }  # fmt: skip
    assert environment_of("west", whole) == {"PATH": "/bin", "SHOUGAO_OFFICE": "west"}


def test_systemds_credentials_are_an_offices_own(installation: Installation) -> None:
    rewritten(installation, "east", "maildir:in", "imap://east@127.0.0.1:9")
    rewritten(installation, "west", "maildir:in", "imap://west@127.0.0.1:9")
    held = installation.folder / "held"
    held.mkdir()
    (held / "shougao_mailbox_password").write_text("nobody's")
    (held / "shougao_east_mailbox_password").write_text("east's")
    environ = {"CREDENTIALS_DIRECTORY": str(held)}
    east = environment_of("east", environ)
    assert mailbox_password(installation.settings("east", east), east) == "east's"
    west = environment_of("west", environ)
    with pytest.raises(ConfigError, match="SHOUGAO_WEST_MAILBOX_PASSWORD"):
        open_mailbox(installation.settings("west", west), west)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("maildir:in", "maildir:../east/in", "收稿邮箱"),
        ('folder = "data"', 'folder = "../east/data"', "数据目录"),
        ('folder = "data"', 'folder = "../east/data/vault"', "数据目录"),
    ],
)
def test_what_another_office_has_is_refused_and_named(
    installation: Installation, before: str, after: str, told: str
) -> None:
    rewritten(installation, "west", before, after)
    claims = Claims()
    claims.take(installation.settings("east", {}))
    with pytest.raises(ConfigError, match=f"{told}.*east"):
        claims.take(installation.settings("west", {}))
    claims.release("east")
    claims.take(installation.settings("west", {}))


def test_two_offices_on_one_server_have_a_database_or_a_schema_each(
    installation: Installation,
) -> None:
    for name, base in (("east", "one"), ("west", "one")):
        rewritten(installation, name, 'ledger = ""', f'ledger = "postgresql://s@db/{base}"')
    claims = Claims()
    claims.take(installation.settings("east", {}))
    with pytest.raises(ConfigError, match="PostgreSQL"):
        claims.take(installation.settings("west", {}))
    rewritten(installation, "west", 'schema = ""', 'schema = "pg_west"')
    with pytest.raises(ConfigError, match=r"pg_west.*不能作模式"):
        installation.settings("west", {})
    rewritten(installation, "west", "pg_west", "west")
    west = installation.settings("west", {})
    claims.take(west)
    assert ledger_url(west, {}).endswith("/one?options=-csearch_path%3Dwest")
    rewritten(installation, "west", "s@db/one", "s@db/two")
    rewritten(installation, "west", 'schema = "west"', 'schema = ""')
    claims.take(installation.settings("west", {}))
    rewritten(installation, "west", 'ledger = "postgresql://s@db/two"', 'ledger = ""')
    rewritten(installation, "west", 'schema = ""', 'schema = "west"')
    with pytest.raises(ConfigError, match="只用于 PostgreSQL"):
        installation.settings("west", {})


def test_two_offices_in_one_bucket_have_a_prefix_each(installation: Installation) -> None:
    def in_bucket(name: str, place: str) -> None:
        path = installation.config(name)
        text = path.read_text(encoding="utf-8").partition("[vault]")
        before, after = text[0], text[2].partition("\n[")
        wanted = f'url = "{place}"\nendpoint = "https://s3.example"\nkey = "k"\n'
        path.write_text(f"{before}[vault]\n{wanted}\n[{after[2]}", encoding="utf-8")

    claims = Claims()
    in_bucket("east", "s3://letters/east")
    claims.take(installation.settings("east", {}))
    for place in ("s3://letters/east", "s3://letters", "s3://letters/east/west"):
        in_bucket("west", place)
        with pytest.raises(ConfigError, match=r"桶和前缀.*east"):
            claims.take(installation.settings("west", {}))
    in_bucket("west", "s3://letters/eastern")
    claims.take(installation.settings("west", {}))


@pytest.mark.parametrize("name", ["East", "东街", "all", "a/b", "..", "1st", "a" * 40, "a-", ""])
def test_a_name_that_cannot_stand_in_addresses_is_no_office(name: str) -> None:
    assert not is_name(name)


def test_what_is_wrong_with_the_installation_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "installation.toml").write_text("[console]\nport = 'x'\nlist = true\n")
    with pytest.raises(ConfigError, match=r"installation\.toml.*port(.|\n)*list"):
        open_installation(tmp_path)
    (tmp_path / "installation.toml").write_text("[service]\npollers = 0\n")
    with pytest.raises(ConfigError, match=r"pollers"):
        open_installation(tmp_path)


def test_an_office_is_added_whole_or_not_at_all(installation: Installation) -> None:
    source = installation.folder / "new.toml"
    source.write_text(config_of("south").replace("maildir:in", "maildir:../west/in"))
    for broken in (source, installation.folder / "absent.toml"):
        with pytest.raises(ConfigError):
            deeds.add(installation, "south", broken, {})
        assert not (installation.folder / "south").exists()
    source.write_text(config_of("south"), encoding="utf-8")
    settings = deeds.add(installation, "south", source, {})
    assert installation.names() == ("east", "south", "west")
    assert settings.office.name == "south街道办事处党政办"
    with pytest.raises(ConfigError, match="已经有单位"):
        deeds.add(installation, "south", source, {})


def test_a_paused_office_says_since_when_by_whom_and_why(installation: Installation) -> None:
    settings = installation.settings("east", {})
    assert paused_office(settings) is None
    assert deeds.rest(installation, "east", Pause(AT, "张三", "换届"))
    assert not deeds.rest(installation, "east", Pause(AT, "李四", ""))
    resting = paused_office(settings)
    assert resting is not None
    assert resting.sentence(settings.zone) == "自 2022-03-08 10:00 起暂停收信和发信（张三：换届）"
    (settings.path.parent / "paused.json").write_text("{")
    broken = read(settings.path.parent)
    assert broken is not None  # in doubt nothing is sent
    assert broken.sentence(settings.zone) == "已暂停收信和发信"
    assert deeds.work(installation, "east")
    assert not deeds.work(installation, "east")


def test_a_removed_office_keeps_everything_and_comes_back(installation: Installation) -> None:
    data = installation.folder / "east" / "data"
    data.mkdir()
    (data / "ledger.db").write_bytes(b"ledger")
    assert deeds.remove(installation, "east") == installation.folder / "east"
    assert (installation.names(), installation.removed()) == (("west",), ("east",))
    assert (data / "ledger.db").read_bytes() == b"ledger"
    with pytest.raises(ConfigError, match="restore east"):
        deeds.check_new(installation, "east")
    deeds.restore(installation, "east")
    assert installation.names() == ("east", "west")
    with pytest.raises(ConfigError, match="没有移除过"):
        deeds.restore(installation, "east")


def shougao(
    folder: Path, *arguments: str, given: str = "", code: int = 0, **environ: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "console", *arguments],
        env={**os.environ, "SHOUGAO_OFFICES": str(folder), "PYTHONPATH": str(ROOT), **environ},
        cwd=folder, input=given, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def test_a_command_is_of_one_office_and_of_all_when_it_says_so(
    installation: Installation,
) -> None:
    folder = installation.folder
    told = shougao(folder, "user", "list", code=2).stderr
    assert "--office" in told
    assert "east、west" in told
    installation.config("east").write_text("x = ", encoding="utf-8")
    both = shougao(folder, "status", "--json", code=2)
    assert json.loads(both.stdout)["ok"]  # west's; east's fault is told beside it
    assert "east/config.toml" in both.stderr


def test_removing_asks_tells_where_the_data_are_and_is_recorded(
    installation: Installation,
) -> None:
    folder = installation.folder

    def office(*arguments: str, given: str = "", code: int = 0) -> str:
        wide = {"COLUMNS": "400"}  # no folder's name is broken, however long the test's is
        done = CliRunner(env=wide).invoke(
            app, ["--offices", str(folder), "office", *arguments], input=given
        )
        assert done.exit_code == code, done.output
        return done.output

    assert "一样也不删" in office("remove", "east", given="n\n", code=1)
    assert installation.names() == ("east", "west")
    told = office("remove", "east", "--by", "张三", "--why", "撤并", given="y\n")
    assert str(folder / "east" / "data") in told
    office("pause", "west", "--by", "张三")
    listed = office("list")
    assert "暂停收信和发信（张三）" in listed.replace("\n", "")
    assert "已移除：east" in listed
    assert "本来就是暂停的" in office("pause", "west")
    office("resume", "west", "--by", "李四")
    deeds_told = (folder / "offices.log").read_text(encoding="utf-8").splitlines()
    assert [line.split("\t")[1:] for line in deeds_told] == [
        ["张三", f"移除单位 east，数据留在 {folder / 'east' / 'data'}：撤并"],
        ["张三", "暂停单位 west 收信和发信"],
        ["李四", "恢复单位 west 收信和发信"],
    ]


def test_a_paused_office_is_not_polled_by_hand(
    installation: Installation,
) -> None:
    deeds.rest(installation, "west", Pause(AT, "张三", ""))
    context = SimpleNamespace(obj=GlobalOptions(installation.config("west"), installation, "west"))
    with pytest.raises(typer.Exit):
        poll(context)  # type: ignore[arg-type]
    assert not (installation.folder / "west" / "data").exists()
