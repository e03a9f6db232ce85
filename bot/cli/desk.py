"""``desk``: the coordinators' page alone, and a password for its configuration."""

from __future__ import annotations

import click

from bot.cli.options import Options, stop_on_signal


@click.group(invoke_without_command=True)
@click.option("--host", default="", help="地址，默认 [desk] host（只供本机）")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="端口，默认 [desk] port")
@click.pass_context
def desk(context: click.Context, host: str, port: int | None) -> None:
    """工作台：在浏览器中查看、处理（run 运行时也可以）；desk password 生成登录密码的配置行"""
    if context.invoked_subcommand is not None:
        return
    with stop_on_signal() as stop:
        from bot.desk.serve import serving

        options: Options = context.obj
        settings = options.settings(desk={**({"host": host} if host else {}), **({"port": port} if port else {})})
        with serving(settings, options.clock(settings)):
            click.echo(f"工作台：{settings.desk.address} ；按 Ctrl+C 停止")
            stop.wait()
    click.echo("已停止。")


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
