"""What the commands show of each mailbox of a configuration: of a single one as if there could be no other."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from bot.base import logs
from bot.base.errors import BotError, cause_and_file
from bot.cli.options import Options, emit

if TYPE_CHECKING:
    from bot.base.settings import Settings


class Told(Struct, frozen=True):
    """What a command says of one mailbox, to people or to programs."""

    status: int
    lines: Sequence[str]
    data: Any


def tell(context: click.Context, as_json: bool, ask: Callable[[Settings], Told]) -> None:
    """Ask of each mailbox and show it; ends the command with the worst status. One that cannot be asked does not keep the others from it."""
    options: Options = context.obj
    every = options.every()
    if len(every) == 1:
        told = ask(every[0])
        if as_json:
            emit(told.data)
        elif told.lines:
            click.echo("\n".join(told.lines))
        context.exit(told.status)
    found: dict[str, Told] = {}
    for settings in every:
        name = settings.mailbox.name
        if not as_json:
            click.echo(f"—— {name}（{settings.mailbox.address}）——")
        logs.of_mailbox.set(name)
        try:
            told = ask(settings)
        except (BotError, OSError, sqlite3.Error) as error:
            status = error.exit_status if isinstance(error, BotError) else 1
            why = cause_and_file(error)
            told = Told(status, [why], {"error": why})
        found[name] = told
        if told.lines and not as_json:
            click.echo("\n".join(told.lines))
    status = max(told.status for told in found.values())
    if as_json:
        emit({"ok": not status, "mailboxes": {name: told.data for name, told in found.items()}})
    context.exit(status)
