"""A real S3 service over HTTP in a process of its own (moto's server), for tests and measurements."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

import obstore
from obstore.store import S3Store

from bench.servers import NoServer

KEY, SECRET = "office", "bench-secret"


@dataclass(frozen=True, slots=True)
class S3Service:
    """A service on this machine; whoever asks it may do everything."""

    endpoint: str

    def make_bucket(self, name: str) -> None:
        """Make an empty bucket."""
        urllib.request.urlopen(urllib.request.Request(f"{self.endpoint}/{name}", method="PUT"))

    def open(self, bucket: str) -> S3Store:
        """Return a client of ours beside the program's."""
        return S3Store(
            bucket,
            endpoint=self.endpoint,
            access_key_id=KEY,
            secret_access_key=SECRET,
            region="us-east-1",
            client_options={"allow_http": True},
        )

    def names(self, bucket: str) -> list[str]:
        """List what a bucket holds."""
        return sorted(one["path"] for page in obstore.list(self.open(bucket)) for one in page)


@contextlib.contextmanager
def s3_service() -> Iterator[S3Service]:
    """Start a service on a free port. Raises NoServer where it does not come up."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    service = S3Service(f"http://127.0.0.1:{port}")
    try:
        _wait_for(service, process)
        yield service
    finally:
        process.kill()
        process.wait()


def _wait_for(service: S3Service, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"{service.endpoint}/moto-api/data.json", timeout=5).close()
            return
        time.sleep(0.1)
    raise NoServer("moto's server does not start: pip install 'moto[server]'")
