"""``campaign``: one folder of data for each campaign, made from the office's blank forms."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import Options

if TYPE_CHECKING:
    from bot.operation.campaigns.folders import Made

FOLDER = "campaigns"
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def campaign() -> None:
    """一次活动一个文件夹：由空白表生成、检查、列出"""


@campaign.command()
@click.argument("name")
@click.argument("blanks", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--starts", type=DAY, default=None, help="活动期从哪天起，如 2024-04-01（不写则为今天，之后可改）")
@click.option("--ends", type=DAY, default=None, help="到哪天止（不写则为年底）")
@click.pass_context
def new(
    context: click.Context, name: str, blanks: tuple[Path, ...], starts: datetime | None, ends: datetime | None
) -> None:
    """由空白表（Word、Excel……）生成一次新的活动"""
    from bot.operation.campaigns.folders import new_campaign

    options: Options = context.obj
    first = starts.date() if starts else (options.now or datetime.now().astimezone()).date()
    last = ends.date() if ends else date(first.year, 12, 31)
    if last < first:
        raise click.UsageError("--ends 早于 --starts")
    folder, made = new_campaign(options.config.parent / FOLDER, name, blanks, first, last)
    click.echo(f"已生成 {folder}")
    for one in made:
        click.echo("\n".join(lines_of(one)))
    click.echo(f"请核对 {folder}/campaign.toml 和 forms/ 中写有“请核对”的各处，再执行 campaign check “{folder.name}”。")
    click.echo(f'启用：在 {options.config.name} 的 [campaign] 下写 folder = "{FOLDER}/{folder.name}"')


@campaign.command()
@click.argument("name", required=False)
@click.pass_context
def check(context: click.Context, name: str | None) -> None:
    """检查一次活动：会问什么、收什么，并在空白表上试填试读（不写名称则为启用的一次）"""
    from bot.operation.campaigns.folders import campaign_of, check_campaign

    options: Options = context.obj
    folder = options.config.parent / FOLDER / name if name else options.settings().campaign.folder
    if folder is None:
        click.echo("启用的是程序自带的2023年泉州市全国科普日活动。")
        return
    about = campaign_of(folder)
    click.echo(f"{about.name}：{about.starts.isoformat()} 至 {about.ends.isoformat()}")
    made = check_campaign(folder)
    for one in made:
        click.echo("\n".join(lines_of(one, asked=True)))
    context.exit(1 if any(one.trial and (one.trial.lost or one.trial.errors) for one in made) else 0)


@campaign.command(name="list")
@click.pass_obj
def list_all(options: Options) -> None:
    """列出各次活动，启用的标 *"""
    from bot.base.errors import ConfigError
    from bot.operation.campaigns.folders import campaigns_in

    try:
        active = [one.campaign.folder for one in options.every()]
    except ConfigError:
        active = [None]
    folders = [one.resolve() for one in active if one is not None]
    for folder, data, forms in campaigns_in(options.config.parent / FOLDER):
        mark = "*" if folder.resolve() in folders else " "
        click.echo(
            f"{mark} {folder.name}：{data.get('name', '')}，{data.get('starts', '')} 至 {data.get('ends', '')}，{forms}份表格"
        )
    click.echo(f"{'*' if None in active else ' '} （程序自带）2023年泉州市全国科普日，2023-08-21 至 2023-09-30")


def lines_of(one: Made, *, asked: bool = False) -> list[str]:
    """One form in words."""
    form, trial = one.form, one.trial
    columns = f"，其中每行{len(form.column)}栏" if form.column else ""
    said = [f"《{form.title or form.label}》（{form.name}）：{len(form.field) + len(form.column)}栏{columns}"]
    if asked:
        for title, specs in (("  栏目", form.field), ("  每行", form.column)):
            if specs:
                said.append(f"{title}：" + "、".join(f"{s.label}{'*' if s.required else ''}" for s in specs))
        said.append(
            "  带 * 的为必填，缺了退回补正；" + ("内容不对也退回" if form.strict else "内容有疑问只提示，不退回")
        )
    if one.doubts:
        said.append(f"  {one.doubts}处写有“请核对”")
    if trial is None:
        said.append("  没有空白表（blank），没有试填")
    elif trial.lost or trial.errors:
        said += [f"  试填：{line}" for line in (*trial.lost, *trial.errors)]
    else:
        said.append(f"  试填：{trial.tried}栏都照原样读回")
    return said
