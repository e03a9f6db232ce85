"""Commands for looking after the store and the forms: review, reprocess, backup, restore, rebuild, purge, form."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from bot.cli.options import Options, emit, stop_on_signal


@click.command()
@click.option("--message", "messages", multiple=True, help="邮件编号（v_messages.id）或 Message-ID，可重复")
@click.option("--all", "everything", is_flag=True, help="全部邮件")
@click.option("--reply", "with_reply", is_flag=True, help="结果有变化时重新答复来信人")
@click.pass_obj
def reprocess(options: Options, messages: tuple[str, ...], everything: bool, with_reply: bool) -> None:
    """按现在的规则重新读取保存的原始邮件；默认不发信；run 正在运行时由它执行"""
    from bot.operation.handing_over import REPROCESS, Order, here_or_there

    if not messages and not everything:
        raise click.UsageError("请用 --message 指定邮件，或用 --all")
    settings = options.settings()
    wanted = {"messages": list(messages), "all": everything, "reply": with_reply}
    with stop_on_signal() as stop:
        here_or_there(settings, options.clock(settings), stop, Order(REPROCESS, wanted, click.echo))


@click.command()
@click.argument("item", type=int, required=False)
@click.argument("action", type=click.Choice(["accept", "assign", "reject", "done"]), required=False)
@click.argument("unit", required=False)
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON")
@click.pass_obj
def review(options: Options, item: int | None, action: str | None, unit: str | None, as_json: bool) -> None:
    """需人工处理的事项：列出；或 review 编号 accept | assign 单位名 | reject | done"""
    from bot.forms.campaigns import definitions_of
    from bot.forms.units.roster import load_roster
    from bot.intake.parts import Hands
    from bot.operation.making import renderer_of, rules_of
    from bot.operation.review import decide_review, list_reviews
    from bot.store.files.marker import open_store
    from bot.store.forms.activities import pair_due

    settings = options.settings()
    with open_store(settings) as store:
        if item is not None and action is not None:
            roster = load_roster(settings)
            store.before_commit = partial(pair_due, roster=roster)
            definitions = definitions_of(settings)
            rules, letters = rules_of(settings, roster, definitions), renderer_of(settings, definitions)
            hands = Hands(store, rules, letters, settings.schedule.zone, options.clock(settings))
            click.echo(decide_review(hands, item, action, unit or ""))
            return
        found = list_reviews(store, item)
    if as_json:
        emit({"review": found})
    else:
        from bot.cli.show import review_lines

        click.echo("\n".join(review_lines(found)))


@click.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="备份目录")
@click.pass_obj
def backup(options: Options, out: Path) -> None:
    """备份数据库、原始邮件、附件，以及配置、名册和模板（运行中也可以）"""
    from bot.operation.upkeep import belongings as beside
    from bot.operation.upkeep.backup import backup as copy
    from bot.store.files.marker import open_store

    settings = options.settings()
    with open_store(settings) as store:
        now = options.clock(settings)()
        made = copy(store, out, now, lambda folder: beside.keep(settings, options.config, folder))
    click.echo(f"已备份到 {made}")


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="数据目录非空时也恢复（原有数据保留在 before-restore-N）")
@click.option("--incomplete", is_flag=True, help="备份缺少部分原始邮件时也恢复")
@click.option("--reply", is_flag=True, help="备份之后没有答复过任何来信：照常答复")
@click.option("--with-config", is_flag=True, help="配置、名册和模板也换成备份中的（原有的改名保留）；不写则只补缺少的")
@click.pass_obj
def restore(options: Options, source: Path, force: bool, incomplete: bool, reply: bool, with_config: bool) -> None:
    """从备份恢复（先停止 run；目录中有几份备份时用最新的）；备份之后可能已答复过的来信不再答复"""
    from bot.operation.upkeep import belongings as beside
    from bot.operation.upkeep.backup import newest_in
    from bot.operation.upkeep.backup import restore as put_back
    from bot.store.database import only_instance

    source = newest_in(source)
    if not options.config.exists():
        for line in beside.put_back(source, options.config, overwrite=False, only_config=True):
            click.echo(line)
    settings = options.settings()
    now = options.clock(settings)()
    with only_instance(settings.store.path):
        click.echo(put_back(source, settings, now, force=force, incomplete=incomplete, reply=reply))
    for line in beside.put_back(source, options.config, overwrite=with_config):
        click.echo(line)


@click.command()
@click.pass_obj
def rebuild(options: Options) -> None:
    """由保存的原始邮件重建数据库（数据库损坏时用；旧库改名保留，不发信）"""
    from bot.cli.show import worked_line
    from bot.operation.app import App
    from bot.operation.upkeep.rebuild import UNFINISHED, clear_unfinished, put_in_place
    from bot.operation.upkeep.rebuild import rebuild as anew
    from bot.store.database import only_instance
    from bot.store.files.marker import assert_there

    settings = options.settings()
    clock, root = options.clock(settings), settings.store.path
    assert_there(settings)
    with stop_on_signal() as stop, only_instance(root):
        clear_unfinished(root)
        try:
            with App(settings, clock, UNFINISHED) as app:
                for worked in anew(app, stop):
                    click.echo(worked_line(worked))
            aside = put_in_place(root, clock())
        finally:
            clear_unfinished(root)
    kept = f"；旧库在 {aside}" if aside else ""
    click.echo(f"重建完成{kept}。已到时间的汇总不再补发，需要时执行 digest --send")


@click.command()
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), default=None, help="此日之前收到的")
@click.option("--unit", default="", help="某单位的")
@click.option("--yes", is_flag=True, help="真正删除；不加只报告")
@click.pass_obj
def purge(options: Options, before: datetime | None, unit: str, yes: bool) -> None:
    """删除到期或某单位的个人信息（邮件、登记、附件、回信）"""
    from bot.operation.handing_over import PURGE, Order, here_or_there
    from bot.operation.upkeep.purge import purge as forget
    from bot.store.files.marker import open_store

    if before is None and not unit:
        raise click.UsageError("请用 --before 日期 或 --unit 单位名 指定范围")
    settings = options.settings()
    day = before.date() if before else None
    if yes:
        wanted = {"before": day.isoformat() if day else "", "unit": unit}
        with stop_on_signal() as stop:
            here_or_there(settings, options.clock(settings), stop, Order(PURGE, wanted, click.echo))
        return
    with open_store(settings) as store:
        click.echo(f"将删除（加 --yes 执行）：{forget(store, before=day, unit=unit, really=False).line()}")


@click.group()
def form() -> None:
    """表格定义：由空白表生成，或试读"""


@form.command()
@click.argument("blank", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="写入的定义文件（.toml）")
def learn(blank: Path, out: Path) -> None:
    """由任意空白表（Word、Excel、PDF……）生成一份定义初稿"""
    from bot.operation.offline import learn_form

    out.write_text(learn_form(blank), encoding="utf-8")
    click.echo(f'已写入 {out}。请核对后写入 config.toml：[forms] definitions = ["{out.name}"]')


@form.command()
@click.argument("definition", type=click.Path(path_type=Path))
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON")
@click.pass_context
def test(context: click.Context, definition: Path, paths: tuple[Path, ...], as_json: bool) -> None:
    """用某份定义试读文件"""
    from bot.cli.show import forms_json, forms_text
    from bot.operation.offline import read_with

    found = read_with(paths, (definition,))
    for path, why in found.unreadable:
        click.echo(f"{path}: 打不开（{why}）；检查路径和权限", err=True)
    told = forms_json(found.forms, found.letters)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str) if as_json else forms_text(found.forms))
    context.exit(1 if found.unreadable else 0)


COMMANDS = (reprocess, review, backup, restore, rebuild, purge, form)
