"""A real Dovecot in a folder of its own, for benchmarks and tests."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import trustme

HOST = "127.0.0.1"
NOBODY = 65534
PORTS_TRIED = 5
PATIENCE = 30.0
"""Seconds until a server that does not answer is given up."""


class NoServer(Exception):
    """The program is not installed or does not start; the text says what to do."""


@dataclass
class Dovecot:
    """An IMAP server for `users`: plain on `port`, TLS on `tls_port` with the CA in the file `ca`."""

    base: Path
    port: int
    tls_port: int
    ca: Path
    host: str = HOST
    prefix: tuple[str, ...] = ()
    """What its command begins with, to run on another host."""
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def maildir(self, user: str) -> Path:
        """Where a user's letters lie."""
        return self.base / "mail" / user

    def give_away(self) -> None:
        """Let the user that Dovecot becomes own the letters: it never serves mail as root."""
        if os.getuid() == 0:
            for path in (self.base / "mail", *(self.base / "mail").rglob("*")):
                with contextlib.suppress(FileNotFoundError):  # Dovecot's own locks come and go
                    os.chown(path, NOBODY, NOBODY)

    def start(self) -> None:
        """Start and wait until it answers."""
        self._process = subprocess.Popen(
            [*self.prefix, _program(), "-F", "-c", str(self.base / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            with (
                contextlib.suppress(OSError),
                socket.create_connection((self.host, self.port), 1) as line,
            ):
                if line.recv(64).startswith(b"* OK"):
                    return
        log = self.base / "log"
        raise NoServer(f"dovecot did not start: {log.read_text() if log.exists() else ''}")

    def stop(self) -> None:
        """Stop it and cut every connection."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None


@contextlib.contextmanager
def dovecot(
    users: Mapping[str, str], host: str = HOST, prefix: tuple[str, ...] = ()
) -> Iterator[Dovecot]:
    """
    Start a Dovecot in a temporary folder that knows `users` (name → password).

    Args:
        users: names and passwords.
        host: the address that it answers at.
        prefix: what its command begins with, to run on another host.

    Raises NoServer where Dovecot is not installed.
    """
    _program()
    # not under the caller's folder: its parents are closed to the users that Dovecot becomes
    base = Path(tempfile.mkdtemp(prefix="dovecot-"))
    base.chmod(0o755)
    server = Dovecot(base, free_port(), free_port(), base / "ca.pem", host, prefix)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(server.ca))
    authority.issue_cert(host, "localhost").private_key_and_cert_chain_pem.write_to_path(
        str(base / "server.pem")
    )
    for user in users:
        for part in ("cur", "new", "tmp"):
            (server.maildir(user) / part).mkdir(parents=True, exist_ok=True)
    server.give_away()
    (base / "users").write_text(
        "".join(f"{user}:{{PLAIN}}{password}\n" for user, password in users.items())
    )
    _start_where_free(server)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(base, ignore_errors=True)


def _start_where_free(server: Dovecot) -> None:
    """Start it on ports of its own: another program may take a free one before Dovecot does."""
    for left in reversed(range(PORTS_TRIED)):
        (server.base / "dovecot.conf").write_text(_configuration(server))
        try:
            server.start()
            return
        except NoServer as error:
            if not left or "Address already in use" not in str(error):
                raise
        server.stop()
        (server.base / "log").unlink(missing_ok=True)
        server.port, server.tls_port = free_port(), free_port()


def _program() -> str:
    program = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
    if program is None:
        raise NoServer("dovecot is not installed: apt install dovecot-imapd")
    return program


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _configuration(server: Dovecot) -> str:
    base = server.base
    owner, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
    root = os.getuid() == 0  # the package made users of its own, and the login refuses to be root
    uid, gid = (NOBODY, NOBODY) if root else (os.getuid(), os.getgid())
    return f"""
base_dir = {base}/run
log_path = {base}/log
protocols = imap
listen = {server.host}
ssl = yes
ssl_cert = <{base}/server.pem
ssl_key = <{base}/server.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
first_valid_uid = 1
mail_location = maildir:{base}/mail/%u
mail_max_userip_connections = 100
default_process_limit = 1000
mail_fsync = never
mailbox_list_index = no
default_internal_user = {"dovecot" if root else owner}
default_internal_group = {"dovecot" if root else group}
default_login_user = {"dovenull" if root else owner}
mail_uid = {uid}
mail_gid = {gid}
passdb {{
  driver = passwd-file
  args = {base}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/mail/%u
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  user = {owner}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {server.port}
  }}
  inet_listener imaps {{
    port = {server.tls_port}
    ssl = yes
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Junk {{
    auto = create
    special_use = \\Junk
  }}
}}
"""
