"""How many mails may go out, and when the next one can."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct
from sqlite_utils import Database

from bot.base.sections.servers import Smtp
from bot.store import outbox, state
from bot.store.outbox import DAY

MOST_DOUBTS = 3  # so often is a mail handed over without an answer, then a person must look
NO_ANSWER_REMEDY = "检查防火墙、杀毒软件或邮件网关是否中断发信连接"


class Outlook(Struct, frozen=True):
    """When the next of the waiting mails can go out, and why not before (Chinese; empty where it can go now)."""

    at: datetime
    why: str

    def line(self) -> str:
        return f"下一封约 {self.at:%m-%d %H:%M}（{self.why}）" if self.why else ""


def outlook(db: Database, settings: Smtp, now: datetime, at: float, reserved: int = 0) -> Outlook | None:
    """What holds up the queue longest; None where nothing waits. *at*: real seconds, which the pace goes by; *reserved* as in ``Flusher``."""
    first = outbox.next_due(db, now)
    if first is None:
        return None
    pace = wait_for_pace(db, settings, at, reserved)
    paused, retry = state.pause(db, state.PAUSED_UNTIL, now), state.pause(db, state.SMTP_RETRY_AT, now)
    pace_why = f"发信限速：每分钟 {settings.max_per_minute} 封、15 分钟 {settings.per_15_minutes} 封、每天 {settings.per_day} 封"
    reasons = [
        Outlook(first[0], first[1] if first[0] > now else ""),
        Outlook(now + timedelta(seconds=pace), pace_why if pace else ""),
        Outlook(retry or now, "发信服务器暂时不可用" if retry else ""),
        Outlook(paused or now, "发信暂停" if paused else ""),
    ]
    return max(reasons, key=lambda reason: reason.at)


def wait_for_pace(db: Database, settings: Smtp, at: float, reserved: int) -> float:
    """Real seconds until one more mail may go out that leaves *reserved* mails of the day (and as many of a quarter of an hour, within
    reason) to others; 0 where it may now."""
    quarter, day = settings.per_15_minutes, settings.per_day
    limits = (
        (60.0, settings.max_per_minute),
        (900.0, quarter - min(reserved, quarter // 4)),
        (DAY, day - min(reserved, day // 4)),
    )
    return max(0.0, *(outbox.handed_over(db, most, at) + span - at for span, most in limits))
