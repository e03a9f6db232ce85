"""The near end: calls go to a Dask scheduler, which gives them to whichever machine is free, and anew where one was lost meanwhile.

The machines of a cluster trust each other (docs/scale.md); what a hostile file may have made of a guarded worker there comes as plain bytes and is
looked at here as if it had come from a worker of this machine.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import Any, TypeVar

from bot.base.limits import Limits
from bot.documents import wire
from bot.documents.errors import ReadersUnavailable, WorkerCrashed, WorkerKilled
from bot.documents.guard import MAX_OUTPUT, framed, result_of, value_of
from bot.operation.readers.host import USED, edition, serve

R = TypeVar("R")

CONNECT_SECONDS = 10.0
LOOK_EVERY = 2.0  # seconds between two looks whether anybody is there at all
NOBODY_FOR = 30.0  # seconds without any machine, after which what waits for one is given up for now
REMEDY = "确认 dask scheduler 和各台机器上的 dask worker 在运行、地址正确；来信已保存，恢复后自动继续"


class Cluster:
    """The connection to one scheduler, made when it is first asked for; safe to share between threads."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._client: Any = None
        self._lock = threading.Lock()

    def reach(self) -> dict[str, int]:
        """The threads of each machine's process, now. ``ReadersUnavailable`` where there are none."""
        with self._lock:
            if self._client is None or self._client.status != "running":
                self._drop()
                self._client = connect(self.address)
            try:
                found: dict[str, int] = self._client.nthreads()
            except Exception as error:  # whatever a connection can end with
                self._drop()
                raise self._lost(error) from error
        if not found:
            raise ReadersUnavailable(f"读取集群 {self.address} 中没有机器", REMEDY)
        return found

    def serve(self, frame: bytes, memory: int, priority: int) -> bytes:
        """What ``host.serve`` gives. ``ReadersUnavailable`` where there is no connection: only ``reach`` makes one, so that many calls wait for one
        time-out at most."""
        client = self._client
        if client is None:
            raise ReadersUnavailable(f"读取集群 {self.address} 没有连上", REMEDY)
        try:
            future = client.submit(serve, frame, memory, edition(), pure=False, priority=priority)
            return self._waited_for(future, client)
        except (ReadersUnavailable, WorkerKilled):
            raise
        except (
            Exception
        ) as error:  # of Dask, its connection, or the machine's installation: ``host.serve`` raises nothing for a file
            raise self._lost(error) from error

    def close(self) -> None:
        """Whoever waits gets ``ReadersUnavailable``."""
        with self._lock:
            self._drop()

    def _waited_for(self, future: Any, client: Any) -> bytes:
        from distributed import KilledWorker

        seen = time.monotonic()
        while True:
            try:
                answer = future.result(LOOK_EVERY)
            except TimeoutError:
                if client.nthreads():
                    seen = time.monotonic()
                elif time.monotonic() > seen + NOBODY_FOR:
                    raise ReadersUnavailable(f"读取集群 {self.address} 中没有机器", REMEDY) from None
            except KilledWorker as error:
                raise WorkerKilled("读取时集群中的机器几次退出") from error
            else:
                if type(answer) is not bytes or len(answer) <= USED.size:
                    raise WorkerCrashed("读取集群的应答无法识别")
                return answer

    def _lost(self, error: Exception) -> ReadersUnavailable:
        why = (
            "连接中断"
            if isinstance(error, CancelledError)
            else str(error).split("\n", 1)[0][:200] or type(error).__name__
        )
        return ReadersUnavailable(f"读取集群 {self.address} 用不了（{why}）", REMEDY)

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):  # it is gone either way
                client.close(timeout=1)


def connect(address: str) -> Any:
    """A client of Dask. ``ReadersUnavailable`` where nobody answers."""
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise ReadersUnavailable(
            f'[reading] workers = "{address}" 需要 distributed', "安装 science-day-intake[cluster]"
        ) from error
    for name in [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what is wrong is told by us
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})  # a mail may have large attachments
    try:
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]  # Dask tells no types
    except (OSError, TimeoutError, ValueError, RuntimeError) as error:
        raise ReadersUnavailable(f"读取集群 {address} 连不上", REMEDY) from error


class Distant:
    """A reader of the cluster; several at once are several calls at once. Those of higher *priority* go first."""

    def __init__(self, cluster: Cluster, limits: Limits, priority: int = 0) -> None:
        self.cluster, self.limits, self.priority = cluster, limits, priority
        self.used = 0.0  # processor seconds of all calls so far

    def run(self, function: Callable[..., R], *args: Any, seconds: float | None = None) -> R:
        """As ``Guard.run``; besides, ``ReadersUnavailable``."""
        hint = wire.returned_by(function)
        frame = framed(self.limits.seconds if seconds is None else seconds, MAX_OUTPUT, function, args)
        answer = self.cluster.serve(frame, self.limits.memory, self.priority)
        self.used += max(0.0, USED.unpack_from(answer)[0])
        outcome, data = answer[USED.size : USED.size + 1], answer[USED.size + 1 :]
        result: R = result_of(outcome, value_of(outcome, data, hint))
        return result

    def abandon(self) -> None:
        self.cluster.close()

    def close(self) -> None:
        pass
