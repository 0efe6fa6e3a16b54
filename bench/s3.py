"""
An S3 service over HTTP in processes of its own, for tests and measurements.

moto's server; where SHOUGAO_SWIFT is set, OpenStack Swift (bench/swift.py), which really keeps what it is given.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import obstore
from obstore.store import S3Store

from bench.servers import NoServer, free_port

KEY, SECRET = "office:inbox", "bench-secret"


@dataclass(frozen=True, slots=True)
class S3Service:
    """A service that does everything for whoever shows KEY and SECRET."""

    endpoint: str

    def make_bucket(self, name: str) -> None:
        """Make an empty bucket."""
        client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
        )
        client.create_bucket(Bucket=name)

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
        return sorted(self.sizes(bucket))

    def sizes(self, bucket: str) -> dict[str, int]:
        """Return what a bucket holds and how many bytes each has."""
        pages = obstore.list(self.open(bucket))
        return {one["path"]: one["size"] for page in pages for one in page}


@contextlib.contextmanager
def s3_service() -> Iterator[S3Service]:
    """Start a service on a free port. Raises NoServer where it does not come up."""
    if os.environ.get("SHOUGAO_SWIFT"):
        from bench.swift import swift  # which knows this room

        with tempfile.TemporaryDirectory(prefix="swift-") as base, swift(Path(base)) as service:
            yield service
        return
    port = free_port()
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
