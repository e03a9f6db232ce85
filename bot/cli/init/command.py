"""``init``: from nothing to a configuration that ``check`` accepts, by questions; started again it changes one thing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from bot.base.clock import make_clock
from bot.base.errors import ConfigError
from bot.base.settings import Schedule
from bot.cli.init.asking import choose, say
from bot.cli.init.document import Document
from bot.cli.init.mailbox import set_mailbox
from bot.cli.init.office import set_campaign, set_coordinators, set_deadlines, set_roster
from bot.cli.options import Options
from bot.operation.check import check_all

READY = "0"


def init(context: click.Context) -> None:
    """Steps one after the other, or the one that is chosen."""
    options: Options = context.obj
    document = Document(options.config)
    zone = zone_of(document)
    clock = make_clock(zone, options.now)
    steps: dict[str, tuple[str, Callable[[], None]]] = {
        "1": ("收件邮箱和授权码", lambda: set_mailbox(document, zone, clock)),
        "2": ("活动名称、活动期、落款", lambda: set_campaign(document, clock())),
        "3": ("截止时间", lambda: set_deadlines(document, clock())),
        "4": ("协调人", lambda: set_coordinators(document)),
        "5": ("单位名册", lambda: set_roster(document)),
    }
    if document.is_new:
        say("回车采用方括号中的内容；随时可以按 Ctrl+C 退出，此前不写任何文件。")
        for _, step in steps.values():
            step()
        document.save()
        say(f"\n已写下 {options.config}（只有本账户可读）。")
    else:
        say(f"{options.config} 已有，改哪一项？其余照旧。")
        choices = [*((key, text) for key, (text, _) in steps.items()), (READY, "不改了，检查后退出")]
        while (chosen := choose("选择", choices, READY)) != READY:
            steps[chosen][1]()
            document.save()
            say(f"已写入 {options.config}。")
    context.exit(final_check(options, clock, str(context.find_root().info_name)))


def zone_of(document: Document) -> ZoneInfo:
    try:
        return ZoneInfo(document.text("schedule", "timezone") or Schedule().timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return Schedule().zone


def final_check(options: Options, clock: Callable[[], datetime], program: str) -> int:
    say("\n—— 检查 ——")
    try:
        findings = check_all(options.settings(), clock)
    except ConfigError as error:
        say(str(error))
        return error.exit_status
    for one in findings:
        say(one.line())
    wrong = [one for one in findings if not one.ok]
    if wrong:
        say("照上面的处理办法改好后，再执行一次 init 或 check。")
    else:
        say(f"可以启用：先执行 {program} once 收一次看看，再执行 {program} run 常驻运行。")
    return max((one.exit_status for one in wrong), default=0)
