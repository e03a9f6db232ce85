"""Fixtures that several rooms use, and the order of the tests."""

import gc
import logging
import os
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import settings

from tests.servers.fixtures import (  # noqa: F401
    dovecot,
    dovecot_user,
    netease_dovecot,
    netease_user,
    smtp_server,
)

# How long one example takes is the machine's affair; other examples than last time are for «make fuzz».
settings.register_profile("repeated", deadline=None, derandomize="FUZZ_SECONDS" not in os.environ)
settings.load_profile("repeated")

# Rooms whose tests take seconds each.
LONG = {Path(__file__).parent / room for room in ("cli/demo", "desk", "flow", "trust", "fuzz")}
# Rooms whose long tests share what is dear to make: a browser and a filled store, the recogniser's models, files from LibreOffice.
TOGETHER = {Path(__file__).parent / room for room in ("desk", "documents")}


@pytest.fixture(autouse=True)
def own_logging() -> None:
    """What another test's run of the program set its loggers to is not this test's."""
    logging.getLogger("bot").setLevel(logging.NOTSET)


def is_slow(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is not None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first, so that at the end no worker is alone with one.

    Of pytest-xdist's workers each begins with a stretch of the list, all of one length, and whoever is through takes from the end of another's.
    So each stretch begins with its share of the long ones; a file stays together, for its fixtures, and so does a room of ``TOGETHER``.
    """
    files = [list(tests) for _, tests in groupby(items, key=lambda item: item.path)]
    long: dict[Path, list[pytest.Item]] = {}
    quick: list[pytest.Item] = []
    for tests in sorted(files, key=lambda tests: not any(map(is_slow, tests))):
        path = tests[0].path
        if any(map(is_slow, tests)) or path.parent in LONG:
            tests.sort(key=lambda one: not is_slow(one))
            long.setdefault(path.parent if path.parent in TOGETHER else path, []).extend(tests)
        else:
            quick += tests
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    whole = len(items)
    items.clear()
    for number in range(workers):
        for tests in list(long.values())[number::workers]:
            items += tests
        until = max(len(items), whole * (number + 1) // workers)
        quick, items[len(items) :] = quick[until - len(items) :], quick[: until - len(items)]


def pytest_collection_finish() -> None:
    """Ten thousand tests are no garbage: nobody need look at them again and again for it."""
    gc.collect()
    gc.freeze()
