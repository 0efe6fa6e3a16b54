"""
Commands in processes of their own, without loading the program anew for each.

One process per test session loads the commands once; each command is a fork of it, with its own
environment, folder, arguments and exit code, and ends as any process does. Only what Python takes
from the environment at its start (its encodings, its locale) needs a real start.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

LOADER = """
import fcntl, importlib, json, os, runpy, socket, sys, tempfile, time
from multiprocessing import util
from pathlib import Path
from sqlalchemy.orm import configure_mappers
from console.settings import loading

wire = socket.socket(fileno=int(sys.argv[1]))
for module in sys.argv[2].split(","):
    importlib.import_module(module)
loading.load(Path(sys.argv[3]), {})  # builds what is built once a process
configure_mappers()


def program():
    while True:
        told, handles, _, _ = socket.recv_fds(wire, 1 << 20, 3)
        if not told:
            os._exit(0)
        try:
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
        except ChildProcessError:
            pass
        if os.fork() == 0:
            break
        for handle in handles:
            os.close(handle)
    wire.close()
    out, err, ended = handles
    child = os.fork()
    if child:
        os.close(out)
        os.close(err)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.write(ended, str(code).encode())
        os._exit(0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    for handle in handles:
        os.close(handle)
    return json.loads(told)


def take_over(wanted):
    os.environ.clear()
    os.environ.update(wanted["environment"])
    os.chdir(wanted["folder"])
    tempfile.tempdir = None


def workers_server_at_hand():
    # what multiprocessing would start as a new Python that loads the readers, forked before a password is known
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child:
        theirs.close()
        started = util.spawnv_passfds

        def start(path, arguments, handles):
            util.spawnv_passfds = started
            if "forkserver" not in arguments[-1]:
                pid = started(path, arguments, handles)
                util.spawnv_passfds = start
                return pid
            told = {
                "code": arguments[-1],
                "handles": list(handles),
                "environment": dict(os.environ),
                "folder": os.getcwd(),
            }
            socket.send_fds(ours, [json.dumps(told).encode()], list(handles))
            ours.close()
            return child

        util.spawnv_passfds = start
        return None
    ours.close()
    told, handles, _, _ = socket.recv_fds(theirs, 1 << 20, 16)
    theirs.close()
    if not told:
        os._exit(0)
    wanted = json.loads(told)
    aside = [fcntl.fcntl(handle, fcntl.F_DUPFD, 500) for handle in handles]
    for handle in handles:
        os.close(handle)
    for handle, number in zip(aside, wanted["handles"], strict=True):
        os.dup2(handle, number)
        os.close(handle)
    return wanted


wanted = program()
if {"poll", "examine"} & set(wanted["arguments"]):
    served = workers_server_at_hand()
    if served:
        take_over(served)
        exec(served["code"], {"__name__": "__main__"})
        os._exit(0)
take_over(wanted)
os.umask(wanted["umask"])
time.tzset()
kind, *arguments = wanted["arguments"]
if kind == "-m":
    sys.argv = arguments
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
elif kind == "-c":
    sys.argv = ["-c", *arguments[1:]]
    exec(arguments[0], {"__name__": "__main__"})
else:
    sys.argv = [kind, *arguments]
    runpy.run_path(kind, run_name="__main__")
"""

MODULES = (
    *("alembic.command", "ingest.examination", "ingest.sandbox.pool"),
    "console.cli.app",
    *(f"console.cli.{name}" for name in ("decisions", "examine", "export", "failures", "ledger")),
    *(f"console.cli.{name}" for name in ("letters", "options", "roster", "rounds", "search")),
    *(f"console.cli.{name}" for name in ("terminal", "upkeep")),
)


class Loaded:
    """The process that forks; several threads may ask it."""

    def __init__(self) -> None:
        self._wire, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            # threads that a library starts as it is loaded would not live in a fork
            environment = {
                **os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "COLUMNS": "200",
            }  # fmt: skip
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-c", LOADER, str(theirs.fileno())),
                    *(",".join(MODULES), str(ROOT / "config.toml")),
                ],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def run(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> subprocess.CompletedProcess[str]:
        """Run what stands behind `python` on a command line; returns as soon as it has ended."""
        umask = os.umask(0o077)
        os.umask(umask)
        wanted = {
            "arguments": list(arguments),
            "environment": dict(environment),
            "folder": str(folder),
            "umask": umask,
        }
        with (
            os.fdopen(os.memfd_create("out"), "r+b") as out,
            os.fdopen(os.memfd_create("err"), "r+b") as err,
        ):
            mine, theirs = os.pipe()
            with os.fdopen(mine, "rb") as ended:
                handles = [out.fileno(), err.fileno(), theirs]
                socket.send_fds(self._wire, [json.dumps(wanted).encode()], handles)
                os.close(theirs)
                code = int(ended.read())
            told = [os.pread(one.fileno(), 1 << 30, 0).decode() for one in (out, err)]
        return subprocess.CompletedProcess([*arguments], code, *told)

    def end(self) -> None:
        """Close the wire, at which the process ends."""
        self._wire.close()
        self._process.wait()


@cache
def loaded() -> Loaded:
    """The session's one, started when it is first asked for."""
    process = Loaded()
    atexit.register(process.end)
    return process
