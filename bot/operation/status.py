"""What ``status`` tells: counts, last poll, queue, next digests, what needs a person; and whether all that is healthy."""

from __future__ import annotations

import shutil
import time
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict
from sqlite_utils import Database

from bot.base.clock import moment_words
from bot.base.settings import Settings
from bot.digest.upcoming import upcoming_digests
from bot.operation.outgoing.pace import MOST_DOUBTS, NO_ANSWER_REMEDY, outlook
from bot.store import mails, outbox, posts, reviews, state

MINUTE = timedelta(minutes=1)
ROOM = 500  # MB of disk; a day with many scans takes as much
STUCK = timedelta(hours=6)  # a mail that waits longer than this without a known pause: the queue is stuck


class Status(Struct, frozen=True):
    """``healthy`` is false with the reasons in ``unhealthy`` (Chinese, with remedy). ``next_sending`` says when the next waiting mail can go out,
    and why not before."""

    healthy: bool
    unhealthy: tuple[str, ...]
    messages: dict[str, int]
    submissions: dict[str, int]
    activities: int
    units: dict[str, int]
    last_poll: str
    last_fault: str
    folder_fault: str
    pending: int
    outbox: dict[str, int]
    oldest_waiting: str
    next_sending: str
    paused_until: str
    pause_reason: str
    gave_up: tuple[dict[str, Any], ...]
    next_digests: tuple[dict[str, str], ...]
    review: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def counts(db: Database, sql: str) -> dict[str, int]:
    return {str(row["name"]): int(row["n"]) for row in db.query(sql)}


def reasons_of(db: Database, settings: Settings, now: datetime) -> list[str]:
    """What is not as it should be (Chinese, with remedy); nothing where all is well."""
    last_poll, last_fault = state.get(db, state.LAST_POLL), state.get(db, state.LAST_FAULT)
    oldest = outbox.oldest_queued(db)
    paused = state.pause(db, state.PAUSED_UNTIL, now)
    next_sending = next_sending_words(db, settings, now)
    reasons = []
    late, zone = settings.schedule.unhealthy_after, settings.schedule.zone

    def said(moment: str) -> str:
        return moment_words(datetime.fromisoformat(moment), zone)

    def since(fault: str) -> str:
        """A fault as it is kept, with its moment before it, for people."""
        moment, _, what = fault.partition(" ")
        return f"{what}（{said(moment)}）"

    if not last_poll:
        reasons.append("还没有成功收过信：执行 check 命令查看原因")
    elif abs(now - datetime.fromisoformat(last_poll)) > late:
        reasons.append(
            f"上次成功收信是{said(last_poll)}，与现在相差超过{late // MINUTE}分钟：确认程序在运行、本机时间正确，并执行 check 命令"
        )
    if last_fault:
        reasons.append(f"收信故障：{since(last_fault)}")
    if fault := state.get(db, state.READING_FAULT):
        reasons.append(f"来信收下了但没有读取：{since(fault)}")
    if fault := state.get(db, state.CONFIG_FAULT):
        reasons.append(f"配置改动后不能使用，仍按原来的运行：{fault}")
    if (free := shutil.disk_usage(settings.store.path).free // 2**20) < ROOM:
        reasons.append(f"数据目录所在的磁盘只剩 {free} MB：清理磁盘，至少留出 {ROOM} MB")
    if oldest and (fault := state.get(db, state.SMTP_FAULT)):
        reasons.append(f"发信故障：{since(fault)}")
    if paused:
        reasons.append(f"发信暂停至{moment_words(paused, zone)}：{state.get(db, state.PAUSE_REASON)}")
    elif oldest and abs(now - datetime.fromisoformat(oldest)) > STUCK:
        reasons.append(
            f"有回信自{said(oldest)}起未能发出：{next_sending or '确认程序在运行，并执行 check 命令检查发信服务器'}"
        )
    if doubtful := outbox.count_doubtful(db, MOST_DOUBTS - 1):
        reasons.append(f"{doubtful} 封信多次发送后都没有收到应答，对方可能收到几份相同的：{NO_ANSWER_REMEDY}")
    reasons += [f"群机器人 {channel} 没有收到通知：{error}" for channel, error in posts.failing(db)]
    return reasons


def next_sending_words(db: Database, settings: Settings, now: datetime) -> str:
    ahead = outlook(db, settings.smtp, now, time.time(), settings.reserved)
    return ahead.line() if ahead else ""


def read_status(db: Database, settings: Settings, now: datetime) -> Status:
    last_poll, last_fault = state.get(db, state.LAST_POLL), state.get(db, state.LAST_FAULT)
    paused = state.pause(db, state.PAUSED_UNTIL, now)
    reasons = reasons_of(db, settings, now)
    gave_up = tuple(
        db.query(
            "SELECT id, kind, to_addr, subject, last_error, doubts FROM outbox WHERE status = 'gave_up' AND NOT stopped ORDER BY id DESC LIMIT 50"
        )
    )
    return Status(
        healthy=not reasons,
        unhealthy=tuple(reasons),
        messages=counts(db, "SELECT coalesce(outcome, 'pending') AS name, count(*) AS n FROM v_messages GROUP BY 1"),
        submissions=counts(
            db, "SELECT kind || '.' || status AS name, count(*) AS n FROM submission WHERE is_current GROUP BY 1"
        ),
        activities=int(db.execute("SELECT count(*) FROM v_activities").fetchone()[0]),
        units=counts(db, "SELECT state AS name, count(*) AS n FROM v_units GROUP BY 1"),
        last_poll=last_poll,
        last_fault=last_fault,
        folder_fault="；".join(filter(None, (state.get(db, state.FOLDER_FAULT), state.get(db, state.FILING_FAULT)))),
        pending=len(mails.pending(db)) + mails.count_unfetched(db),
        outbox=counts(db, "SELECT status AS name, count(*) AS n FROM outbox GROUP BY 1"),
        oldest_waiting=outbox.oldest_queued(db),
        next_sending=next_sending_words(db, settings, now),
        paused_until=paused.isoformat() if paused else "",
        pause_reason=state.get(db, state.PAUSE_REASON) if paused else "",
        gave_up=gave_up,
        next_digests=upcoming_digests(db, settings.deadlines, settings.schedule.zone, now),
        review=tuple(reviews.open_reviews(db)),
    )
