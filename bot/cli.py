"""The commands. Each reads its options, calls one function and shows what came of it."""

from __future__ import annotations

import json
import logging
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot import logs
from bot.clock import Clock, make_clock
from bot.config import Settings, load_settings
from bot.errors import BotError, ConfigError

F = TypeVar("F", bound=Callable[..., Any])

PATIENCE_SECONDS = 120.0  # at most this long does «once» wait for the pace; the rest is left to the next call
SHOW_PROGRESS_FROM = 20  # mails


@dataclass(slots=True)
class Options:
    """What stands before the command."""

    config: Path
    now: datetime | None

    def settings(self) -> Settings:
        settings = load_settings(self.config)
        logs.set_up(settings.log.level, settings.log.format)
        return settings

    def clock(self, settings: Settings) -> Clock:
        return make_clock(settings.schedule.zone, self.now)


class Moment(click.ParamType[datetime]):
    name = "ISO8601"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value} 不是日期时间；写成 2023-08-28T09:00+08:00", param, context)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config", type=click.Path(path_type=Path), default=Path("config.toml"), show_default=True, help="配置文件"
)
@click.option("--now", type=Moment(), default=None, help="把本次运行的时钟设为此刻，如 2023-08-28T09:00+08:00")
@click.pass_context
def cli(context: click.Context, config: Path, now: datetime | None) -> None:
    """科普日活动申报收件机器人"""
    context.obj = Options(config, now)


def main() -> None:
    """Run a command; a BotError becomes its message and exit status, nothing becomes a traceback for the user."""
    logs.set_up("info", "text")
    try:
        status = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except BotError as error:
        click.echo(str(error), err=not isinstance(error, ConfigError))
        sys.exit(error.exit_status)
    except (OSError, sqlite3.Error) as error:
        logging.getLogger("bot").exception("command ended early")
        click.echo(
            f"不能读写文件或数据库（{error}）。处理办法：检查磁盘空间和权限，恢复后重新执行即可从中断处继续", err=True
        )
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


@contextmanager
def stop_on_signal() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set; a second signal ends the process at once."""
    stop = threading.Event()

    def handle(number: int, frame: object) -> None:
        if stop.is_set():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        stop.set()

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def emit(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


@cli.command()
@click.pass_obj
def run(options: Options) -> None:
    """常驻运行：定时收信、答复、发送汇总，直到收到停止信号"""
    with stop_on_signal() as stop:
        # Imported only now: a signal that comes while the program is still starting counts, too.
        from bot.app import running
        from bot.schedule import Daemon

        settings = options.settings()
        with running(settings, options.clock(settings)) as app:
            click.echo(
                f"开始值守 {settings.mailbox.address}，每 {settings.schedule.poll_every} 收信一次；按 Ctrl+C 停止"
            )
            Daemon(app, stop).run()
    click.echo("已停止，手头的邮件均已处理完。")


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON")
@click.pass_context
def once(context: click.Context, as_json: bool) -> None:
    """收信、处理、答复一个周期（适合 cron）"""
    from bot.app import running
    from bot.show import cycle_json, cycle_lines, worked_line

    options: Options = context.obj
    settings = options.settings()
    patience = min(PATIENCE_SECONDS, settings.schedule.poll_every.total_seconds())
    with stop_on_signal() as stop, running(settings, options.clock(settings)) as app, progress() as on_taken:
        cycle = app.cycle(stop, patience, on_taken, lambda worked: None if as_json else click.echo(worked_line(worked)))
    if as_json:
        emit(cycle_json(cycle))
    else:
        click.echo("\n".join(cycle_lines(cycle)))
    context.exit(cycle.exit_status)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on the terminal while a backlog is fetched; nothing where nobody watches."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda folder, done, total: None
        return
    columns = (TextColumn("收信 {task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(folder: str, done: int, total: int) -> None:
            if total < SHOW_PROGRESS_FROM:
                return
            if folder not in tasks:
                tasks[folder] = bar.add_task(folder, total=total)
            bar.advance(tasks[folder])

        yield show


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON")
@click.pass_context
def check(context: click.Context, as_json: bool) -> None:
    """检查配置、邮箱登录、数据库、模板和外部程序"""
    from bot.check import check_all

    options: Options = context.obj
    settings = options.settings()
    findings = check_all(settings, options.clock(settings))
    if as_json:
        emit({"ok": all(one.ok for one in findings), "checks": [one.as_json() for one in findings]})
    else:
        for one in findings:
            click.echo(one.line())
    context.exit(max((one.exit_status for one in findings if not one.ok), default=0))


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON")
@click.pass_context
def read(context: click.Context, paths: tuple[Path, ...], as_json: bool) -> None:
    """离线读取表格或整封邮件（.eml），显示读出的内容"""
    from bot.offline import read_offline
    from bot.show import forms_json, forms_text

    options: Options = context.obj
    forms, unreadable = read_offline(paths, options.config if options.config.exists() else None)
    for path, why in unreadable:
        click.echo(f"{path}: 打不开（{why}）；检查路径和权限", err=True)
    if as_json:
        emit(forms_json(forms))
    else:
        click.echo(forms_text(forms))
    context.exit(1 if unreadable else 0)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON")
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """运行情况：数量、上次收信、待发队列、下次汇总、需人工处理的事项"""
    from bot.show import status_lines
    from bot.status import read_status
    from bot.store.database import Store

    options: Options = context.obj
    settings = options.settings()
    with Store(settings.store.path) as store:
        found = read_status(store.db, settings, options.clock(settings)())
    if as_json:
        emit(found.as_json())
    else:
        click.echo("\n".join(status_lines(found)))
    context.exit(0 if found.healthy else 1)


@cli.command()
@click.option("--message", "messages", multiple=True, help="邮件编号（v_messages.id）或 Message-ID，可重复")
@click.option("--all", "everything", is_flag=True, help="全部邮件")
@click.option("--reply", "with_reply", is_flag=True, help="结果有变化时重新答复来信人")
@click.pass_obj
def reprocess(options: Options, messages: tuple[str, ...], everything: bool, with_reply: bool) -> None:
    """按现在的规则重新读取保存的原始邮件；默认不发信"""
    from bot.app import running
    from bot.reprocess import reprocess as again

    if not messages and not everything:
        raise click.UsageError("请用 --message 指定邮件，或用 --all")
    settings = options.settings()
    with stop_on_signal() as stop, running(settings, options.clock(settings)) as app:
        for line in again(app, messages, everything, with_reply, stop):
            click.echo(line)


@cli.command()
@click.argument("item", type=int, required=False)
@click.argument("action", type=click.Choice(["accept", "assign", "reject", "done"]), required=False)
@click.argument("unit", required=False)
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON")
@click.pass_obj
def review(options: Options, item: int | None, action: str | None, unit: str | None, as_json: bool) -> None:
    """需人工处理的事项：列出；或 review 编号 accept | assign 单位名 | reject | done"""
    from bot.review import decide_review, list_reviews
    from bot.store.database import Store

    settings = options.settings()
    with Store(settings.store.path) as store:
        if item is not None and action is not None:
            click.echo(decide_review(store, item, action, unit or "", options.clock(settings)()))
            return
        found = list_reviews(store, item)
    if as_json:
        emit({"review": found})
    else:
        from bot.show import review_lines

        click.echo("\n".join(review_lines(found)))


@cli.command()
@click.option("--deadline", "name", default="", help="截止日期的名称；不写为下一个")
@click.option("--out", type=click.Path(path_type=Path), default=Path("digest"), show_default=True)
@click.option("--send", is_flag=True, help="同时发给协调人")
@click.option("--open", "show", is_flag=True, help="在浏览器中打开")
@click.pass_obj
def digest(options: Options, name: str, out: Path, send: bool, show: bool) -> None:
    """立即生成汇总（digest.eml、digest.html、工作簿）；默认不发送"""
    from bot.app import running
    from bot.digest.preview import write_digest

    settings = options.settings()
    with running(settings, options.clock(settings)) as app:
        for path in write_digest(app, name, out, send=send):
            click.echo(path)
        if send:
            app.flush(threading.Event())
    if show:
        click.launch(str(out / "digest.html"))


@cli.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="输出目录")
@click.option("--zip", "as_zip", is_flag=True, help="另打成一个压缩包")
@click.pass_obj
def export(options: Options, out: Path, as_zip: bool) -> None:
    """导出上报材料：汇总表、申报表、各单位原件"""
    from bot.digest.package import export as write_package
    from bot.roster import load_roster
    from bot.store.database import Store

    settings = options.settings()
    with Store(settings.store.path) as store:
        now = options.clock(settings)()
        for path in write_package(store, settings, load_roster(settings), out, now, as_zip=as_zip):
            click.echo(path)


@cli.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="备份目录")
@click.pass_obj
def backup(options: Options, out: Path) -> None:
    """备份数据库、原始邮件和附件（运行中也可以）"""
    from bot.backup import backup as copy
    from bot.store.database import Store

    settings = options.settings()
    with Store(settings.store.path) as store:
        click.echo(f"已备份到 {copy(store, out, options.clock(settings)())}")


@cli.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="数据目录非空时也恢复（原目录改名保留）")
@click.pass_obj
def restore(options: Options, source: Path, force: bool) -> None:
    """从备份恢复（先停止 run）"""
    from bot.backup import restore as put_back
    from bot.store.database import only_instance

    settings = options.settings()
    with only_instance(settings.store.path):
        pass
    click.echo(put_back(source, settings.store.path, force=force))


@cli.command()
@click.pass_obj
def rebuild(options: Options) -> None:
    """由保存的原始邮件重建数据库（数据库损坏时用；旧库改名保留，不发信）"""
    from bot.app import App
    from bot.backup import set_aside
    from bot.rebuild import rebuild as anew
    from bot.show import worked_line
    from bot.store.database import only_instance

    settings = options.settings()
    clock = options.clock(settings)
    with stop_on_signal() as stop, only_instance(settings.store.path):
        aside = set_aside(settings.store.path, clock())
        with App(settings, clock) as app:
            for worked in anew(app, stop):
                click.echo(worked_line(worked))
    click.echo(f"重建完成；旧库在 {aside}" if aside else "重建完成")


@cli.command()
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), default=None, help="此日之前收到的")
@click.option("--unit", default="", help="某单位的")
@click.option("--yes", is_flag=True, help="真正删除；不加只报告")
@click.pass_obj
def purge(options: Options, before: datetime | None, unit: str, yes: bool) -> None:
    """删除到期或某单位的个人信息（邮件、登记、附件、回信）"""
    from bot.purge import purge as forget
    from bot.store.database import Store, only_instance

    if before is None and not unit:
        raise click.UsageError("请用 --before 日期 或 --unit 单位名 指定范围")
    settings = options.settings()
    with only_instance(settings.store.path), Store(settings.store.path) as store:
        report = forget(store, before=before.date() if before else None, unit=unit, really=yes)
    click.echo(("已删除：" if yes else "将删除（加 --yes 执行）：") + report.line())


@cli.group()
def form() -> None:
    """表格定义：由空白表生成，或试读"""


@form.command()
@click.argument("blank", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="写入的定义文件（.toml）")
def learn(blank: Path, out: Path) -> None:
    """由任意空白表（Word、Excel、PDF……）生成一份定义初稿"""
    from bot.offline import learn_form

    out.write_text(learn_form(blank), encoding="utf-8")
    click.echo(f'已写入 {out}。请核对后写入 config.toml：[forms] definitions = ["{out.name}"]')


@form.command()
@click.argument("definition", type=click.Path(path_type=Path))
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON")
@click.pass_context
def test(context: click.Context, definition: Path, paths: tuple[Path, ...], as_json: bool) -> None:
    """用某份定义试读文件"""
    from bot.offline import read_with
    from bot.show import forms_json, forms_text

    forms, unreadable = read_with(paths, (definition,))
    for path, why in unreadable:
        click.echo(f"{path}: 打不开（{why}）；检查路径和权限", err=True)
    click.echo(
        json.dumps(forms_json(forms), ensure_ascii=False, indent=2, default=str) if as_json else forms_text(forms)
    )
    context.exit(1 if unreadable else 0)


@cli.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("demo-output"), show_default=True)
@click.option("--keep", is_flag=True, help="保留上次的结果目录")
def demo(out: Path, keep: bool) -> None:
    """演示：不需要配置和网络，内置邮件服务器，跑完整个流程"""
    from bot.demo.run import demo as show

    show(out, keep, Console())


logging.captureWarnings(True)
