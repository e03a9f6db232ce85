"""``desk``: the coordinators' page alone, and a password for its configuration."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

import click

from bot.base.errors import BotError
from bot.cli.options import Options, stop_on_signal

if TYPE_CHECKING:
    from bot.base.clock import Clock
    from bot.base.settings import Settings
    from bot.operation.health.fresh import Source

LOOK = 3.0  # seconds between two looks at the configuration


@click.group(invoke_without_command=True)
@click.option("--host", default="", help="地址，默认 [desk] host（只供本机）")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="端口，默认 [desk] port")
@click.pass_context
def desk(context: click.Context, host: str, port: int | None) -> None:
    """工作台：在浏览器中查看、处理（run 运行时也可以）；desk password 生成登录密码的配置行"""
    if context.invoked_subcommand is not None:
        return
    with stop_on_signal() as stop:
        from bot.base.settings import load_settings
        from bot.operation.health.fresh import Source

        options: Options = context.obj
        here = {**({"host": host} if host else {}), **({"port": port} if port else {})}
        settings = options.settings(desk=here)
        source = Source(options.config, settings, lambda path: load_settings(path, options.mailbox, desk=here))
        serve_until(stop, settings, options.clock(settings), source)
    click.echo("已停止。")


def serve_until(stop: Event, settings: Settings, clock: Clock, source: Source) -> None:
    """The desk until *stop*; a changed configuration is taken up where it is valid and can be served."""
    from bot.base.clock import in_zone
    from bot.desk.serve import serving

    served: Settings | None = None
    told = ""
    while not stop.is_set():
        now = in_zone(clock, settings.schedule.zone)
        try:
            with serving(settings, now):
                served = settings
                click.echo(f"工作台：{settings.desk.address} ；按 Ctrl+C 停止")
                while settings is served and not stop.wait(LOOK):
                    news = source.look(now)
                    settings = news.settings or served
                    if news.fault and news.fault != told:
                        click.echo(f"配置改动后不能使用，仍按原来的运行：{news.fault}")
                    told = news.fault
        except BotError as error:
            if served is None or settings is served:
                raise
            click.echo(f"改动后的工作台不能使用，仍按原来的运行：{error}")
            settings = served


@desk.command()
@click.argument("address", default="")
def password(address: str) -> None:
    """读入密码，给出写入 config.toml 的一行；ADDRESS 是登录人的邮箱地址"""
    from bot.desk.entry.passwords import hash_of

    told = click.prompt("密码（至少 10 个字符）", hide_input=True, confirmation_prompt="再输一次")
    if len(told) < 10:
        raise click.UsageError("密码至少 10 个字符")
    click.echo("写入 config.toml：\n")
    click.echo(f'[desk.passwords]\n"{address or "换成登录人的邮箱地址"}" = "{hash_of(told)}"')
