"""What cannot wait for the next digest: the mailbox is not read, or nothing goes out. Told to the coordinators at once, at any hour, once."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from sqlite_utils import Database

from bot.decision.model import MailKind
from bot.decision.words.granting import plain_reply
from bot.digest.plan import Plan
from bot.letters.keys import alarm_key
from bot.letters.render import Renderer
from bot.operation.status import STUCK
from bot.store import outbox, posts, state, token
from bot.store.database import Store

TITLES = {
    "mailbox": "报送邮箱收不到信",
    "queue": "回信发不出去",
    "reading": "来信没有读取",
    "config": "改动的配置没有生效",
}
# What a group robot says of it, whose members read no mail of the office: nothing that a server said, which may hold an address.
TO_DO = {
    "mailbox": "来信暂时收不到，恢复后自动补收；请管理员执行 check 命令检查网络和授权码",
    "queue": "来信照常登记，回信在恢复后自动补发；请管理员执行 check 命令检查发信设置",
    "reading": "来信已留存，尚未登记；请管理员执行 status 命令查看原因",
    "config": "仍按原配置运行；请管理员执行 check 命令查看哪里写错",
}
# This mail waits in the same queue.
ONCE_SENT = "收到本邮件，说明发信已经恢复，积压的回信会随后陆续发出。"
OVER = {
    "mailbox": "报送邮箱能收信了",
    "queue": "回信能发出了",
    "reading": "来信又在读取了",
    "config": "配置可以使用了",
}
OFFICE = "收件机器人"

log = logging.getLogger(__name__)


def alarms(db: Database, plan: Plan, now: datetime, late: timedelta) -> dict[str, str]:
    """What is wrong now, in words (Chinese, with remedy), by what it is about: ``mailbox``, ``queue``, ``reading``, ``config:…``.

    A server that fails for less than *late* is nobody's alarm; a login that is refused, or a pause that the mail house imposes, does not pass by itself.
    """
    found = {}
    fault, last = state.get(db, state.LAST_FAULT).partition(" ")[2], state.moment(db, state.LAST_POLL)
    since = last or state.moment(db, state.STARTED) or now
    if fault and (state.pause(db, state.POLL_PAUSED_UNTIL, now) is not None or now - since > late):
        when = f"自{clock(since, plan)}起" if last else "至今"
        found["mailbox"] = f"报送邮箱{when}收不到信：{fault}"
    oldest = outbox.oldest_overdue(db)
    paused = state.pause(db, state.PAUSED_UNTIL, now)
    if paused is not None and oldest is not None:
        found["queue"] = f"回信暂停发出，到{clock(paused, plan)}自动恢复：{state.get(db, state.PAUSE_REASON)}"
    elif oldest is not None and (refused := state.get(db, state.SMTP_FAULT).partition(" ")[2]) and now - oldest > late:
        found["queue"] = f"自{clock(oldest, plan)}起的回信发不出去：{refused}"
    elif oldest is not None and now - max(oldest, outbox.last_sent(db) or oldest) > STUCK:
        found["queue"] = f"有回信自{clock(oldest, plan)}起未能发出。处理办法：执行 status、check 命令查看原因"
    begun, _, unread = state.get(db, state.READING_FAULT).partition(" ")
    if unread and now - datetime.fromisoformat(begun) > late:
        found["reading"] = f"自{clock(datetime.fromisoformat(begun), plan)}起的来信收下了但没有读取：{unread}"
    if wrong := state.get(db, state.CONFIG_FAULT):
        # Each fault is told, also the next one: whoever edits the file waits for it.
        found[f"config:{sha256(wrong.encode()).hexdigest()[:8]}"] = f"配置改动后不能使用，仍按原来的运行：{wrong}"
    return found


def clock(moment: datetime, plan: Plan) -> str:
    local = moment.astimezone(plan.schedule.zone)
    return f"{local.month}月{local.day}日{local.hour}:{local.minute:02d}"


def queue_alarm(store: Store, plan: Plan, renderer: Renderer, now: datetime) -> int:
    """Queue one mail to each coordinator where something new is wrong, or where what was told is over."""
    db = store.db
    found = alarms(db, plan, now, plan.schedule.unhealthy_after) if plan.notify is not None else {}
    told = set(state.get(db, state.URGENT_TOLD).split())
    if told == found.keys():
        return 0
    with store.transaction():
        state.put(db, state.URGENT_TOLD, " ".join(sorted(found)))
        if not found.keys() <= told:
            kinds = dict.fromkeys(map(kind_of, found))
            titles, told_robots = {TITLES[kind]: None for kind in kinds}, [TO_DO[kind] for kind in kinds]
            title = f"【紧急】{title_of(found)}"
            words = (*found.values(), *((ONCE_SENT,) if "queue" in kinds else ()))
        elif titles := {OVER[kind]: None for kind in sorted({*map(kind_of, told)} - {*map(kind_of, found)})}:
            title, words = f"【已恢复】{next(iter(titles))}", tuple(f"已恢复：{one}。" for one in titles)
            told_robots = list(titles)
        else:
            return 0
        items = [{"unit": OFFICE, "title": one} for one in told_robots]
        posts.queue(db, alarm_key(now, ""), plan.channels, {"title": title, "count": len(items), "items": items}, now)
        log.warning("alarm queued", extra={"about": "；".join(titles)})
        return sum(queue_one(store, renderer, now, to, title, words) for to in plan.receivers)


def title_of(found: Mapping[str, str]) -> str:
    kinds = set(map(kind_of, found))
    return next(title for kind, title in TITLES.items() if kind in kinds)


def kind_of(about: str) -> str:
    return about.partition(":")[0]


def queue_one(store: Store, renderer: Renderer, now: datetime, to: str, title: str, words: tuple[str, ...]) -> int:
    db, key = store.db, alarm_key(now, to)
    context = renderer.reply_words(plain_reply("", title.rpartition("】")[2], words))
    message_id = token.message_id(db, key, renderer.office.domain)
    mail = renderer.mail(MailKind.REMINDER, "command", to, title, context, (), message_id, now)
    return int(
        outbox.queue(db, mail, dedupe_key=key, created_at=now.isoformat(), template="alarm", priority=outbox.AT_ONCE)
    )
