"""Questions at the terminal: each is asked until its answer can be read; what is proposed is taken by pressing Enter."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import TypeVar

import click

from bot.base.sections.values import read_address

T = TypeVar("T")
DAY = re.compile(r"(?:(\d{4})\s*[-年./])?\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})\s*[日号]?")
HOUR = re.compile(r"(\d{1,2})\s*[:：时点]\s*(\d{1,2})?\s*分?")


def say(text: str = "") -> None:
    click.echo(text)


def ask(question: str, read: Callable[[str], T], proposed: str = "", *, secret: bool = False) -> T:
    """*read* turns what was typed into the value; ValueError with what is wrong (Chinese) asks again."""
    while True:
        typed = click.prompt(
            question, default=proposed, show_default=bool(proposed), hide_input=secret, prompt_suffix="："
        )
        try:
            return read(str(typed).strip())
        except ValueError as error:
            say(f"  {error}，请重新填写")


def confirm(question: str, proposed: bool) -> bool:
    def read(typed: str) -> bool:
        if typed.lower() in ("y", "yes", "是", "好", "要", "对"):
            return True
        if typed.lower() in ("n", "no", "否", "不", "不要"):
            return False
        raise ValueError("写 y（是）或 n（否）")

    return ask(f"{question}（y 是 / n 否）", read, "y" if proposed else "n")


def choose(question: str, choices: Sequence[tuple[str, str]], proposed: str) -> str:
    """The key of one of *choices* (key, text)."""
    for key, text in choices:
        say(f"  {key}  {text}")
    keys = [key for key, _ in choices]

    def read(typed: str) -> str:
        if typed not in keys:
            raise ValueError(f"写 {'、'.join(keys)} 之一")
        return typed

    return ask(question, read, proposed if proposed in keys else "")


def text(typed: str) -> str:
    if not typed:
        raise ValueError("不能为空")
    return typed


def anything(typed: str) -> str:
    return typed


def several(typed: str) -> list[str]:
    return [one for one in re.split(r"[\s、，,;；]+", typed) if one]


def address(typed: str) -> str:
    try:
        return str(read_address(typed.replace("＠", "@")))
    except ValueError:
        raise ValueError("不是一个邮箱地址，应像 name@126.com") from None


def addresses(typed: str) -> list[str]:
    return [address(one) for one in several(typed)]


def host(typed: str) -> str:
    if not re.fullmatch(r"[\w.:-]+", typed):
        raise ValueError("服务器名应像 imap.example.com，不带 http:// 和空格")
    return typed


def port(typed: str) -> int:
    if not typed.isdigit() or not 0 < int(typed) < 65536:
        raise ValueError("端口是 1 到 65535 的数")
    return int(typed)


def day(typed: str, year: int) -> date:
    """«2023-8-30», «2023年8月30日», «8月30日» in *year*."""
    found = DAY.fullmatch(typed)
    if not found:
        raise ValueError("写成 2023-08-30 或 8月30日")
    try:
        return date(int(found[1] or year), int(found[2]), int(found[3]))
    except ValueError:
        raise ValueError("没有这一天") from None


def moment(typed: str, year: int) -> datetime:
    """A day, with or without an hour; without it the whole day counts."""
    found = DAY.match(typed)
    rest = typed[found.end() :].strip(" T\t") if found else ""
    hour = HOUR.fullmatch(re.sub(r"(:\d{2}):\d{2}$", r"\1", rest)) if rest else None
    if not found or (rest and not hour):
        raise ValueError("写成 2023-08-30 或 8月30日 17:00")
    whole = day(found[0].strip(), year)
    if hour is None:
        return datetime.combine(whole, time(23, 59, 59))
    try:
        return datetime.combine(whole, time(int(hour[1]), int(hour[2] or 0)))
    except ValueError:
        raise ValueError("没有这个时刻（一天的末了写 23:59）") from None
