"""A real Postfix in a folder of its own, which takes every letter and puts it into one maildir (root alone)."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.servers import HOST, NoServer, free_port

PATIENCE = 30.0
SERVICES = """\
{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, slots=True)
class Postfix:
    """A relay on `port`; `folder` has its queue, its log and the letters."""

    folder: Path
    port: int

    def letters(self) -> list[bytes]:
        """Return what it took and delivered, in no order."""
        return [one.read_bytes() for one in (self.folder / "mail").rglob("new/*")]


@contextlib.contextmanager
def postfix(folder: Path, host: str = HOST, prefix: tuple[str, ...] = ()) -> Iterator[Postfix]:
    """
    Start it with its data in an empty folder; `prefix`: what its command begins with on another host.

    Raises NoServer where Postfix is not installed or does not start.
    """
    program = shutil.which("postfix") or shutil.which("postfix", path="/usr/sbin")
    if program is None or os.geteuid() != 0:
        raise NoServer("Postfix needs root and its package: apt install postfix")
    relay = Postfix(folder, free_port())
    folder.chmod(0o755)
    for part in ("etc", "spool", "state", "mail"):
        (folder / part).mkdir()
    user = pwd.getpwnam("postfix")
    os.chown(folder / "state", user.pw_uid, user.pw_gid)
    nobody = pwd.getpwnam("nobody")
    os.chown(folder / "mail", nobody.pw_uid, nobody.pw_gid)
    (folder / "etc" / "main.cf").write_text(_configuration(folder, host, nobody))
    (folder / "etc" / "master.cf").write_text(SERVICES.format(port=f"{host}:{relay.port}"))
    with (folder / "output").open("wb") as output:
        running = subprocess.Popen(
            [*prefix, program, "-c", str(folder / "etc"), "start-fg"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait(relay, host, running)
        yield relay
    finally:
        # its master has a session of its own
        with contextlib.suppress(OSError, ValueError, ProcessLookupError):
            os.kill(int((folder / "spool/pid/master.pid").read_text()), signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(PATIENCE)
        running.kill()
        running.wait()


def _wait(relay: Postfix, host: str, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and running.poll() is None:
        with (
            contextlib.suppress(OSError),
            socket.create_connection((host, relay.port), 1) as line,
        ):
            if line.recv(64).startswith(b"220"):
                return
        time.sleep(0.1)
    told = [
        path.read_text(errors="replace")
        for path in (relay.folder / "output", relay.folder / "log")
        if path.exists()
    ]
    raise NoServer(f"Postfix did not start: {''.join(told)[-3000:]}")


def _configuration(folder: Path, host: str, nobody: pwd.struct_passwd) -> str:
    return f"""\
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/state
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = {host}
inet_protocols = ipv4
myhostname = relay.office.example
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
mynetworks_style = subnet
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
disable_dns_lookups = yes
message_size_limit = 100000000
virtual_mailbox_limit = 0
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:all/
virtual_mailbox_base = {folder}/mail
virtual_minimum_uid = 1
virtual_uid_maps = static:{nobody.pw_uid}
virtual_gid_maps = static:{nobody.pw_gid}
"""
