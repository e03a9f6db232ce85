"""What a command says of itself and of a slip is Chinese, whatever click says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from bot.cli.main import cli


def commands(group: click.Group, way: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield way
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*way, name))
        else:
            yield (*way, name)


ENGLISH = re.compile(
    r"Usage|Options:|Commands:|Show |default:|Error|Missing|No such|Invalid|unexpected|requires|Choose|Try |not one of|valid"
    r"|OPTIONS|COMMAND|ARGS|\bPATH\b|\bTEXT\b|INTEGER|%Y"
)


def english(text: str) -> list[str]:
    """Words of click's own."""
    return ENGLISH.findall(text)


@pytest.mark.parametrize("way", list(commands(cli)), ids=" ".join)
def test_help(way: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(cli, [*way, "--help"])
    assert shown.exit_code == 0 and "显示这些说明" in shown.output
    assert not english(shown.output)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("statu", "没有命令 'statu'"),
        ("once --jsn", "没有选项 '--jsn'"),
        ("export", "缺少选项 '--out'"),
        ("digest --deadline", "后面要写内容"),
        ("status --mailbox", "后面要写名称"),
        ("review x", "不是数"),
        ("review 1 take", "应为"),
        ("form learn a.docx b.docx --out c", "多了 b.docx"),
        ("--now yesterday status", "不是日期时间"),
    ],
)
def test_slips(words: str, said: str) -> None:
    shown = CliRunner().invoke(cli, words.split())
    assert shown.exit_code == 2 and said in shown.output
    assert not english(shown.output)


def test_version() -> None:
    assert re.fullmatch(r"科普日活动申报收件机器人 [\d.]+\n", CliRunner().invoke(cli, ["--version"]).output)
