"""The worker keeps its limits, and whatever happens in it the next call works."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.base.limits import Limits
from bot.base.replacing import replace
from bot.documents.errors import (
    Encrypted,
    TooLarge,
    WorkerCrashed,
    WorkerError,
    WorkerKilled,
    WorkerOutOfMemory,
    WorkerTimeout,
)
from bot.documents.guard import Guard
from tests.documents import guard_calls as calls

CALLED = ("bot", "tests")


@pytest.fixture
def guard() -> Iterator[Guard]:
    with Guard(replace(Limits(), memory=2**30, seconds=20), packages=CALLED) as guard:
        yield guard


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def wait_until_gone(pid: int) -> bool:
    for _ in range(100):
        if not alive(pid):
            return True
        time.sleep(0.1)
    return False


def test_runs_elsewhere_and_stays(guard: Guard) -> None:
    first = guard.run(calls.process_id)
    assert guard.run(calls.add, 2, 3) == 5
    assert first == guard.run(calls.process_id) != os.getpid()


def test_is_replaced_for_the_memory_that_it_holds_and_not_for_its_calls() -> None:
    with Guard(replace(Limits(), memory=2**29), packages=CALLED) as guard:
        first = guard.run(calls.process_id)
        for _ in range(450):
            guard.run(calls.add, 1, 1)
        assert guard.run(calls.hoard, 2**28) == first
        assert guard.run(calls.process_id) != first


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (calls.crash, WorkerCrashed),
        (calls.leave, WorkerCrashed),
        (calls.eat_memory, WorkerOutOfMemory),
        (calls.raise_known, Encrypted),
        (calls.raise_other, WorkerError),
    ],
)
def test_failure_costs_one_call(guard: Guard, function: object, expected: type[Exception]) -> None:
    with pytest.raises(expected):
        guard.run(function)
    assert guard.run(calls.add, 1, 1) == 2


def children(process: object = "self") -> set[int]:
    tasks = Path(f"/proc/{process}/task").iterdir()
    return {int(pid) for task in tasks for pid in (task / "children").read_text().split()}


def nurseries() -> set[int]:
    """Those of this process, which may have begun others (a mail server) as well."""
    found: set[int] = set()
    for pid in children():
        with contextlib.suppress(OSError):  # it has just ended
            found |= {pid} if b"import nurse" in Path(f"/proc/{pid}/cmdline").read_bytes() else set()
    return found


def workers() -> set[int]:
    """Those of this process, forked from its nursery."""
    found: set[int] = set()
    for nursery in nurseries():
        with contextlib.suppress(OSError):  # it has just ended
            found |= children(nursery)
    return found


def kill_the_next(times: int, others: set[int], enough: threading.Event) -> threading.Thread:
    """A thread that ends the next *times* processes that this one starts, as the system does that is short of memory, until it is *enough*."""

    def kill() -> None:
        killed: set[int] = set()
        while len(killed) < times and not enough.is_set():
            for pid in workers() - others - killed:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                killed.add(pid)
            time.sleep(0.005)

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize("is_fresh", [True, False])
def test_who_is_killed_from_outside_gets_another_chance(guard: Guard, is_fresh: bool) -> None:
    for times in (1, 9):  # the first may be gone before the call begins
        guard.close()
        others, enough = workers(), threading.Event()
        if not is_fresh:
            guard.run(calls.add, 1, 1)
        killer = kill_the_next(times, others, enough)
        if times == 1:
            guard.run(calls.sleep, 0.5)
        else:
            with pytest.raises(WorkerKilled, match="系统结束"):
                guard.run(calls.sleep, 0.5)
        enough.set()
        killer.join(10)
    assert guard.run(calls.add, 1, 1) == 2


def test_another_nursery_takes_over_from_one_that_was_killed(guard: Guard) -> None:
    others = children()
    with Guard(packages=CALLED) as idle:
        pids = {one.run(calls.process_id) for one in (guard, idle)}
        (nursery,) = (pid for pid in children() if pids & children(pid))
        assert pids <= children(nursery), "both come from one"
        os.kill(nursery, signal.SIGKILL)
        assert all(map(wait_until_gone, pids)), "no worker outlives it"
        assert {one.run(calls.process_id) for one in (guard, idle)}.isdisjoint(pids)
    assert len(children() - others) <= 1


def test_a_nursery_that_is_always_killed_is_no_files_fault(guard: Guard) -> None:
    """As where the system is short of memory."""
    enough = threading.Event()

    def kill() -> None:
        while not enough.is_set():
            for pid in nurseries():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.005)

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    try:
        with pytest.raises(WorkerKilled, match="系统结束"):
            guard.run(calls.sleep, 0.5)
    finally:
        enough.set()
        thread.join(10)
    assert guard.run(calls.add, 1, 1) == 2


def test_a_worker_inherits_nothing_that_is_open(guard: Guard) -> None:
    """But what it prints on, its two pipes, and the folder in which it looks."""
    assert guard.run(calls.open_files) <= 6


def test_time_limit(guard: Guard) -> None:
    guard.run(calls.add, 1, 1)
    with pytest.raises(WorkerTimeout):
        guard.run(calls.sleep, 60, seconds=0.3)
    assert guard.run(calls.add, 1, 1) == 2
    with pytest.raises(WorkerTimeout):
        guard.run(calls.spin, seconds=0.3)
    assert guard.run(calls.add, 1, 1) == 2


def test_output_limit() -> None:
    with Guard(max_output=10_000, packages=CALLED) as guard:
        with pytest.raises(TooLarge):
            guard.run(calls.much, 1_000_000)
        assert guard.run(calls.much, 100) == b"x" * 100


def test_large_data_both_ways(guard: Guard) -> None:
    assert len(guard.run(calls.much, 30 * 2**20)) == 30 * 2**20


def test_no_network(guard: Guard) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(WorkerError, match="no network"):
        guard.run(calls.connect, server.getsockname()[1])


def test_prints_do_not_disturb(guard: Guard) -> None:
    assert guard.run(calls.noise) == "quiet"


def test_close_takes_scratch_files_along(guard: Guard) -> None:
    left = Path(guard.run(calls.scratch_file))
    assert left.exists()
    guard.close()
    assert not left.exists()
    assert guard.run(calls.add, 1, 1) == 2


def test_threads_take_turns(guard: Guard) -> None:
    results: list[int] = []
    threads = [threading.Thread(target=lambda n=n: results.append(guard.run(calls.add, n, n))) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [2 * n for n in range(20)]


def test_worker_outlives_the_thread_that_started_it(guard: Guard) -> None:
    pids: list[int] = []
    thread = threading.Thread(target=lambda: pids.append(guard.run(calls.process_id)))
    thread.start()
    thread.join()
    assert guard.run(calls.process_id) == pids[0]


def test_dies_with_a_killed_parent(tmp_path: Path) -> None:
    root = str(Path(__file__).resolve().parents[2])
    script = (
        f"import sys; sys.path.insert(0, {root!r})\n"
        "from bot.documents.guard import Guard\nfrom tests.documents import guard_calls as calls\n"
        "guard = Guard(packages=('bot', 'tests'))\nprint(guard.run(calls.process_id), flush=True)\nguard.run(calls.spin)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    assert alive(worker)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert wait_until_gone(worker)
