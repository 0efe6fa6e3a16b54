"""
A real S3 service: OpenStack Swift with its S3 interface, one disk, every object once.

Swift has an environment of its own, beside the program's: `python3 -m venv FOLDER && FOLDER/bin/pip install
swift`, and SHOUGAO_SWIFT=FOLDER/bin.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench.s3 import KEY, SECRET, S3Service
from bench.servers import HOST, NoServer, free_port

KINDS = ("object", "container", "account")
PATIENCE = 60.0


@contextlib.contextmanager
def swift(base: Path, host: str = HOST, prefix: tuple[str, ...] = ()) -> Iterator[S3Service]:
    """
    Start the service with its data in a folder; `prefix`: what commands begin with to run on another host.

    Raises NoServer where Swift is not installed or does not start.
    """
    programs = _programs()
    base.mkdir(parents=True, exist_ok=True)
    (base / "disks" / "d1").mkdir(parents=True)
    (base / "swift.conf").write_text(
        "[swift-hash]\nswift_hash_path_suffix = bench\n[storage-policy:0]\nname = one\ndefault = yes\n"
    )
    for kind in KINDS:
        port, builder = free_port(), base / f"{kind}.builder"
        for words in (
            ("create", "6", "1", "1"),
            ("add", f"r1z1-{host}:{port}/d1", "100"),
            ("rebalance",),
        ):
            done = subprocess.run(
                [programs / "swift-ring-builder", builder, *words], capture_output=True, text=True
            )
            if done.returncode > 1:  # 1: with warnings
                raise NoServer(f"swift-ring-builder {words[0]}: {done.stdout}{done.stderr}")
        (base / f"{kind}.conf").write_text(_storage(base, host, kind, port))
    port = free_port()
    (base / "proxy.conf").write_text(_proxy(base, host, port))
    service = S3Service(f"http://{host}:{port}")
    with (base / "log").open("wb") as log:
        running = [
            subprocess.Popen(
                [*prefix, programs / f"swift-{kind}-server", base / f"{kind}.conf", "-v"],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            for kind in (*KINDS, "proxy")
        ]
        try:
            _wait(f"{service.endpoint}/healthcheck", base / "log")
            yield service
        finally:
            for one in running:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(one.pid, signal.SIGKILL)
                one.wait()


def _wait(address: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(address, timeout=5).close()
            return
        time.sleep(0.2)
    raise NoServer(f"Swift does not start:\n{log.read_text(errors='replace')[-3000:]}")


def _programs() -> Path:
    named = os.environ.get("SHOUGAO_SWIFT", "")
    found = shutil.which("swift-proxy-server", path=named or None)
    if found is None:
        raise NoServer(
            "Swift is not installed: python3 -m venv FOLDER && FOLDER/bin/pip install swift, "
            "then SHOUGAO_SWIFT=FOLDER/bin"
        )
    return Path(found).parent


def _common(base: Path, host: str, port: int) -> str:
    return (
        f"[DEFAULT]\nbind_ip = {host}\nbind_port = {port}\nworkers = 0\nuser = root\n"
        f"swift_dir = {base}\ndevices = {base / 'disks'}\nmount_check = false\n"
        f"log_address = {base / 'none'}\nlog_level = ERROR\n"
    )


def _storage(base: Path, host: str, kind: str, port: int) -> str:
    return (
        _common(base, host, port)
        + f"[pipeline:main]\npipeline = {kind}-server\n[app:{kind}-server]\nuse = egg:swift#{kind}\n"
    )


def _proxy(base: Path, host: str, port: int) -> str:
    return (
        _common(base, host, port)
        + f"""[pipeline:main]
pipeline = catch_errors healthcheck listing_formats s3api tempauth copy slo proxy-server
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_{KEY.replace(":", "_")} = {SECRET} .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
"""
    )
