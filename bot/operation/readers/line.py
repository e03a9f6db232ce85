"""``[reading] workers`` -> the lanes in which mails are read."""

from __future__ import annotations

import os
from functools import partial

from bot.base.limits import Limits
from bot.base.sections.reading import AUTO
from bot.documents.guard import Guard
from bot.documents.lanes import Lane
from bot.intake.parts import Line
from bot.operation.readers.cluster import Cluster, Distant

MOST_READERS = 4  # of each lane: settling takes one after the other, and who reads scans holds half a gigabyte
MOST_DISTANT = 64  # calls to a cluster that are under way at once
FEW = 2  # mails that are read on this machine
QUICK = 1  # before scans, where a machine has the choice


def line_of(workers: int | str, limits: Limits) -> Line:
    """The slow lane has half: whoever reads pixels keeps two processors busy, and others must not wait behind scans."""
    if is_cluster(workers):
        cluster = Cluster(str(workers))
        line = Line(Lane((), "quick", MOST_DISTANT), Lane((), "slow", MOST_DISTANT), few=FEW)
        line.reach = partial(widen, line, cluster, limits)
        return line
    wide = workers if isinstance(workers, int) else min(os.cpu_count() or 1, MOST_READERS)
    return Line(
        Lane([Guard(limits) for _ in range(wide)], "quick"), Lane([Guard(limits) for _ in range(half(wide))], "slow")
    )


def is_cluster(workers: int | str) -> bool:
    return isinstance(workers, str) and workers != AUTO


def widen(line: Line, cluster: Cluster, limits: Limits) -> None:
    """As many at once as the cluster has threads, also those that came to it since."""
    threads = min(sum(cluster.reach().values()), MOST_DISTANT)
    for lane, wide, priority in ((line.quick, threads, QUICK), (line.slow, half(threads), 0)):
        lane.widen([Distant(cluster, limits, priority) for _ in range(wide - lane.width)])


def half(wide: int) -> int:
    return max(1, wide // 2)
