"""Pebble's channel between the pool and its workers, where what comes from a worker is plain data alone."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from pebble.common.types import MultiprocessingContext, RemoteException, Result, ResultStatus
from pebble.pool.channel import Channel, WorkerChannel
from pebble.pool.process import Acknowledgement, TaskProblem, TaskResult

from ingest.sandbox import plain_data

MOST_BYTES = 1_000_000_000
"""Of one message: more than any file of a letter; a worker cannot fill the program's memory."""

_TAKEN, _RESULT, _FAILED = "taken", "result", "failed"


def plain_channels(context: MultiprocessingContext) -> tuple[Channel, WorkerChannel]:
    """Return both ends, as pebble.pool.channel.channels does."""
    tasks_in, tasks_out = context.Pipe(duplex=False)
    results_in, results_out = context.Pipe(duplex=False)
    return (
        PlainChannel(results_in, tasks_out),
        PlainWorkerChannel(tasks_in, results_out, (results_in, tasks_out), context),
    )


class PlainChannel(Channel):
    """The pool's end: tasks go out as pickles, what comes is read as data."""

    def recv(self) -> TaskResult | TaskProblem | Acknowledgement:
        """
        Read one message of a worker.

        Raises: OSError, EOFError: it is none; then the pool breaks.
        """
        raw = self.reader.recv_bytes(MOST_BYTES)
        try:
            match plain_data.loads(raw):
                case ("taken", int(worker), int(task)):
                    return Acknowledgement(worker, task)
                case ("result", int(task), value):
                    return TaskResult(task, Result(ResultStatus.SUCCESS, value))
                case ("failed", int(task), Exception() as error, str(where)):
                    rebuilt = RemoteException.rebuild_exception(error, where)  # type: ignore[no-untyped-call]
                    return TaskResult(task, Result(ResultStatus.FAILURE, rebuilt))
        except plain_data.NotPlain as error:
            raise OSError(f"a worker sent what is no data: {error}") from error
        raise OSError("a worker sent what is no message")


class PlainWorkerChannel(WorkerChannel):
    """A worker's end."""

    reader: Connection
    writer: Connection

    def _make_send_method(self) -> Callable[[Any], None]:
        def send(message: Any) -> None:
            raw = plain_data.dumps(_words(message))
            with self.mutex.writer:
                self.writer.send_bytes(raw)

        return send


def _words(message: Any) -> tuple[Any, ...]:
    match message:
        case Acknowledgement(worker, task):
            return _TAKEN, worker, task
        case TaskResult(task, Result(ResultStatus.SUCCESS, value)):
            return _RESULT, task, value
        case TaskResult(task, Result(_, RemoteException() as failed)):
            return _FAILED, task, failed.exception, failed.traceback
        case TaskProblem(task, error):
            return _FAILED, task, error, ""
    raise TypeError(f"{message!r} is no message")
