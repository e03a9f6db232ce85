"""What is valid in a configuration and hardly meant so: named by ``check``, nothing is refused for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from bot.base.clock import day_text, duration_words
from bot.base.config.packaged import packaged
from bot.base.errors import BotError
from bot.base.sections.values import LOOPBACK
from bot.base.settings import Settings, load_settings

OFTEN = timedelta(seconds=30)
NEARLY = 0.75  # how much of a file's name


def hints(settings: Settings, now: datetime) -> Iterator[str]:
    """One sentence each (Chinese), with what to write instead."""
    every = settings.schedule.poll_every
    if every < OFTEN:
        yield (
            f'[schedule] poll_every：每{duration_words(every)}收信一次，太频繁，服务商可能封停；不带单位的数是秒，两分钟写 "2m"'
        )
    cluster = urlsplit(str(settings.reading.workers))
    if cluster.scheme == "tcp" and cluster.hostname not in LOOPBACK:
        yield "[reading] workers：tcp:// 不加密，来信会在机器之间明文传送；只在自己的内网用，或改为 tls://（docs/scale.md）"
    if not settings.coordinators.emails:
        yield "[coordinators] emails：没有协调人，汇总、转办和报警没有人收；写上他们的邮箱"
    if not settings.deadlines:
        yield "[[deadline]]：没有截止时间，不会有汇总和逾期；至少写一节"
    for one in settings.deadlines:
        if one.due < now:
            yield f"[[deadline]] {one.name}：截止时间 {day_text(one.due.date())} 已经过了，来信按逾期登记；是上一次活动的请改"
    if settings.campaign.ends < now.date():
        yield f"[campaign] ends：活动期到 {day_text(settings.campaign.ends)} 已经结束；是上一次活动的请改"
    since = settings.mailbox.since
    if since is None:
        yield "[mailbox] since：没有写，首次收信会登记、答复邮箱里的全部旧信；写上从哪一天的来信看起"
    elif since > now.date():
        yield f"[mailbox] since：{day_text(since)} 还没有到，此前的来信都不看"
    if not settings.admin.email:
        yield "[admin] email：没有写，收不到信、磁盘满的时候没有人知道；写上管理员的邮箱"
    yield from misnamed(settings.replies.templates)


def misnamed(folder: Path) -> Iterator[str]:
    """A template that replaces none, though its name is nearly that of one."""
    known = [file.name for file in packaged("templates").iterdir() if file.is_file()]
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if file.name not in known and (near := get_close_matches(file.name, known, 1, NEARLY)):
            yield f"[replies] templates：{file.name} 没有代替任何模板，是不是 {near[0]}？"


def unedited(settings: Settings) -> Iterator[str]:
    """What still says the example's words: nobody's mailbox, nobody's coordinator."""
    try:
        example = load_settings(packaged("config.example.toml"))
    except BotError:
        return
    if (settings.mailbox.address, settings.mailbox.host) == (example.mailbox.address, example.mailbox.host):
        yield "[mailbox] address：还是样例中的邮箱"
    if set(settings.coordinators.emails) & set(example.coordinators.emails):
        yield "[coordinators] emails：还是样例中的协调人"
