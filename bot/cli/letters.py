"""``templates preview``: every mail that the bot writes, with sample data, to look at before it is used."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.options import Options


@click.group()
def templates() -> None:
    """答复和汇总的文字"""


@templates.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("letters"), show_default=True)
@click.option("--open", "show", is_flag=True, help="在浏览器中打开")
@click.pass_obj
def preview(options: Options, out: Path, show: bool) -> None:
    """用样例数据写出每一封信（.html 和 .txt），另有一页目录"""
    from bot.operation.health.preview import write_previews

    for path in write_previews(options.settings(), out):
        click.echo(path)
    if show:
        click.launch(str(out / "index.html"))
