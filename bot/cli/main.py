"""The commands. Each reads its options, calls one function and shows what came of it."""

from __future__ import annotations

import gc
import logging
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.base import logs
from bot.base.config.packaged import version
from bot.base.errors import BotError, ConfigError, cause_and_file
from bot.base.limits import RARELY, SOON
from bot.cli import upkeep as cli_upkeep
from bot.cli.campaign import campaign as cli_campaign
from bot.cli.desk import desk as cli_desk
from bot.cli.letters import templates as cli_templates
from bot.cli.options import Moment, Options, emit, stop_on_signal
from bot.cli.words import speak_chinese

if TYPE_CHECKING:
    from bot.base.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

PATIENCE_SECONDS = 120.0  # at most this long does «once» wait for the pace; the rest is left to the next call
SHOW_PROGRESS_FROM = 20  # mails
STAYING = ("run", "desk")  # whoever watches these at a terminal reads the log
NEW_STORE, MAILBOX = "--new-store", "--mailbox"


class Commands(click.Group):
    """Which mailbox, and whether its store is new, may be said before or behind the command's name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        first: list[str] = []
        behind: list[str] = []
        left = list(args)
        while left:
            arg = left.pop(0)
            if arg == MAILBOX:
                if not left:
                    raise click.BadOptionUsage(MAILBOX, f"选项 {MAILBOX} 后面要写名称", ctx)
                first += [arg, left.pop(0)]
            elif arg == NEW_STORE or arg.startswith(f"{MAILBOX}="):
                first.append(arg)
            else:
                behind += [arg, *(left if arg == "--" else ())]
                left = [] if arg == "--" else left
        return super().parse_args(ctx, [*first, *behind])


def show_version(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"科普日活动申报收件机器人 {version()}")
        context.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config", type=click.Path(path_type=Path), default=Path("config.toml"), show_default=True, help="配置文件"
)
@click.option("--now", type=Moment(), default=None, help="把本次运行的时钟设为此刻，如 2023-08-28T09:00+08:00")
@click.option(NEW_STORE, is_flag=True, help="数据目录此前的内容不要了，从头开始（旧来信会重新登记、重新答复）")
@click.option(
    MAILBOX, default="", help="对哪个邮箱（[[mailbox]] 的 name），只有一个时不写；run、once、status、check 不写为全部"
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=show_version, help="显示版本")
@click.pass_context
def cli(context: click.Context, config: Path, now: datetime | None, new_store: bool, mailbox: str) -> None:
    """科普日活动申报收件机器人"""
    is_quiet = context.invoked_subcommand not in STAYING and sys.stderr.isatty()
    context.obj = Options(config, now, new_store, mailbox, is_quiet)
    if is_quiet:
        logs.set_up("warning", "text")


class Spared(MetaPathFinder):
    """sqlite_utils loads numpy and pandas where they are installed, only to take their numbers for numbers: 20 MB and a tenth of a second."""

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        if name in ("numpy", "pandas"):
            frame = sys._getframe(1)
            while frame.f_back and frame.f_globals.get("__name__", "").startswith("importlib"):
                frame = frame.f_back
            if frame.f_globals.get("__name__", "").startswith("sqlite_utils"):
                raise ModuleNotFoundError(name, name=name)


def main() -> None:
    """Run a command; a BotError becomes its message and exit status, nothing becomes a traceback for the user."""
    os.umask(0o077)  # whatever is written, digests and exports too, holds people's names and numbers
    gc.set_threshold(*RARELY)
    sys.setswitchinterval(SOON)
    sys.meta_path.insert(0, Spared())
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # else it reads what every installed package says of itself
    logs.set_up("info", "text")
    try:
        status = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("\n已取消", err=True)
        sys.exit(130)
    except BotError as error:
        click.echo(str(error), err=not isinstance(error, ConfigError))
        sys.exit(error.exit_status)
    except (OSError, sqlite3.Error) as error:
        from bot.store.database import remedy_of

        logging.getLogger("bot").exception("command ended early")
        click.echo(
            f"不能读写文件或数据库（{cause_and_file(error)}）。处理办法：{remedy_of(error)}；恢复后重新执行即可从中断处继续",
            err=True,
        )
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


@cli.command()
@click.pass_context
def init(context: click.Context) -> None:
    """首次安装：问几个问题，试登录、试发信，写好 config.toml；再次执行只改一项"""
    from bot.cli.init.command import init as ask

    ask(context)


@cli.command()
@click.pass_obj
def run(options: Options) -> None:
    """常驻运行：定时收信、答复、发送汇总，直到收到停止信号"""
    with stop_on_signal() as stop:
        # Imported only now: a signal that comes while the program is still starting counts, too.
        from bot.cli.serving import serve

        serve(options, stop)
    click.echo("已停止，手头的邮件均已处理完。")


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON")
@click.pass_context
def once(context: click.Context, as_json: bool) -> None:
    """收信、处理、答复一个周期（适合 cron）；run 正在运行时由它执行"""
    from bot.cli.several import Told, tell
    from bot.cli.show import cycle_json, cycle_lines, worked_line
    from bot.operation.handing_over import ONCE, Order, here_or_there
    from bot.operation.health.lost import StoreWatch, told_of

    options: Options = context.obj
    with stop_on_signal() as stop, progress() as on_taken:

        def work(settings: Settings) -> Told:
            order = Order(
                ONCE,
                {},
                click.echo,
                lambda worked: None if as_json else click.echo(worked_line(worked)),
                on_taken,
                min(PATIENCE_SECONDS, settings.schedule.poll_every.total_seconds()),
            )
            clock = options.clock(settings)
            watch = StoreWatch(settings, clock)
            with told_of(watch):
                done = here_or_there(settings, clock, stop, order)
            if done.cycle is not None and done.cycle.store_fault:
                watch.lost(done.cycle.store_fault)
            elif done.cycle is not None:
                watch.back()
            lines = cycle_lines(done.cycle) if done.cycle is not None else []
            return Told(done.status, lines, cycle_json(done.cycle) if done.cycle is not None else {})

        tell(context, as_json, work)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A count on the terminal while a backlog is fetched; nothing where nobody watches."""
    shown = ""

    def show(folder: str, done: int, total: int) -> None:
        nonlocal shown
        if sys.stderr.isatty() and total >= SHOW_PROGRESS_FROM:
            shown = f"\r收信 {folder} {done + 1}/{total} "
            click.echo(shown, nl=False, err=True)

    yield show
    if shown:
        click.echo(err=True)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON")
@click.pass_context
def check(context: click.Context, as_json: bool) -> None:
    """检查配置、邮箱登录、数据库、模板和外部程序"""
    from bot.cli.several import Told, tell
    from bot.operation.check import check_all

    options: Options = context.obj

    def ask(settings: Settings) -> Told:
        findings = check_all(settings, options.clock(settings))
        status = max((one.exit_status for one in findings if not one.ok), default=0)
        data = {"ok": all(one.ok for one in findings), "checks": [one.as_json() for one in findings]}
        return Told(status, [one.line() for one in findings], data)

    tell(context, as_json, ask)


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON")
@click.pass_context
def read(context: click.Context, paths: tuple[Path, ...], as_json: bool) -> None:
    """离线读取表格或整封邮件（.eml），显示读出的内容"""
    from bot.cli.show import forms_json, forms_text
    from bot.operation.offline import read_offline

    options: Options = context.obj
    found = read_offline(paths, options.config if options.config.exists() else None, options.mailbox)
    for path, why in found.unreadable:
        click.echo(f"{path}: 打不开（{why}）；检查路径和权限", err=True)
    if as_json:
        emit(forms_json(found.forms, found.letters))
    else:
        click.echo(forms_text(found.forms, found.letters))
    context.exit(1 if found.unreadable else 0)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON")
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """运行情况：数量、上次收信、待发队列、下次汇总、需人工处理的事项"""
    from bot.cli.several import Told, tell
    from bot.cli.show import status_lines
    from bot.operation.status import read_status
    from bot.store.files.marker import open_store

    options: Options = context.obj

    def ask(settings: Settings) -> Told:
        with open_store(settings) as store:
            found = read_status(store.db, settings, options.clock(settings)())
        return Told(0 if found.healthy else 1, status_lines(found, settings.schedule.zone), found.as_json())

    tell(context, as_json, ask)


@cli.command()
@click.option("--deadline", "name", default="", help="截止日期的名称；不写为下一个")
@click.option("--out", type=click.Path(path_type=Path), default=Path("digest"), show_default=True)
@click.option("--send", is_flag=True, help="同时发给协调人")
@click.option("--open", "show", is_flag=True, help="在浏览器中打开")
@click.pass_obj
def digest(options: Options, name: str, out: Path, send: bool, show: bool) -> None:
    """立即生成汇总（digest.eml、digest.html、工作簿）；默认不发送"""
    from bot.operation.digest_now import write_digest
    from bot.operation.handing_over import FLUSH, Order, here_or_there
    from bot.store.files.marker import open_store

    settings = options.settings()
    clock = options.clock(settings)
    with open_store(settings) as store:
        for path in write_digest(store, settings, clock(), name, out, send=send):
            click.echo(path)
    if send:
        with stop_on_signal() as stop:
            here_or_there(settings, clock, stop, Order(FLUSH, {}, click.echo))
    if show:
        click.launch(str(out / "digest.html"))


@cli.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="输出目录")
@click.option("--zip", "as_zip", is_flag=True, help="另打成一个压缩包")
@click.pass_obj
def export(options: Options, out: Path, as_zip: bool) -> None:
    """导出上报材料：汇总表、申报表、各单位原件"""
    from bot.digest.package.export import export as write_package
    from bot.digest.plan import plan_of
    from bot.forms.units.roster import load_roster
    from bot.letters.office import office_of
    from bot.operation.making import guard_of
    from bot.store.files.marker import open_store

    settings = options.settings()
    with open_store(settings) as store:
        now = options.clock(settings)()
        plan = plan_of(settings, load_roster(settings))
        with guard_of(settings) as guard:
            for path in write_package(store, plan, office_of(settings), out, now, guard, as_zip=as_zip):
                click.echo(path)


@cli.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("demo-output"), show_default=True)
@click.option("--keep", is_flag=True, help="保留上次的结果目录")
@click.option("--desk", "with_desk", is_flag=True, help="演示后在浏览器中看：打开工作台，按 Ctrl+C 结束")
def demo(out: Path, keep: bool, with_desk: bool) -> None:
    """演示：不需要配置和网络，内置邮件服务器，跑完整个流程"""
    try:
        from rich.console import Console

        from bot.cli.demo.run import demo as show
    except ModuleNotFoundError as error:
        raise BotError(
            f"演示用的邮件服务器没有安装（{error.name}）", "pip install 'science-day-intake[demo]'"
        ) from error

    settings, clock = show(out, keep, Console(), hint=not with_desk)
    if with_desk:
        from bot.cli.demo.desk import look_at

        with stop_on_signal() as stop:
            look_at(settings, clock, stop, click.echo)


logging.captureWarnings(True)
speak_chinese()

for command in (*cli_upkeep.COMMANDS, cli_campaign, cli_desk, cli_templates):
    cli.add_command(command)
