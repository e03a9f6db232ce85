"""What click itself says, in Chinese: help, and what is wrong with a command line. A word that is not here stays English."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

WORDS = {
    "Usage:": "用法：",
    "Options": "选项",
    "Commands": "命令",
    "Positional arguments": "参数",
    "Show this message and exit.": "显示这些说明",
    "Show the version and exit.": "显示版本",
    "default: {default}": "默认 {default}",
    "env var: {var}": "环境变量 {var}",
    "required": "必填",
    "deprecated": "不再使用",
    "Aborted!": "已取消",
    "Missing command.": "没有写命令",
    "No such command {name!r}.": "没有命令 {name!r}",
    "No such option {name!r}.": "没有选项 {name!r}",
    "Did you mean {possibility}?": "是不是想写 {possibility}？",
    "(Did you mean one of: {possibilities}?)": "是不是想写 {possibilities} 之一？",
    "Try '{command} {option}' for help.": "说明见 {command} {option}",
    "Error: {message}": "不能执行：{message}",
    "Error: invalid input": "写法不对",
    "Error: The two entered values do not match.": "两次输入不一样，请重新输入",
    "Repeat for confirmation": "再输一次",
    "Invalid value: {message}": "写法不对：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 的写法不对：{message}",
    "Missing argument": "缺少参数",
    "Missing option": "缺少选项",
    "Missing parameter": "缺少参数",
    "Missing parameter: {param_name}": "缺少参数：{param_name}",
    "Missing {param_type}": "缺少 {param_type}",
    "Option {name!r} requires an argument.": "选项 {name!r} 后面要写内容",
    "Option {name!r} does not take a value.": "选项 {name!r} 后面不写内容",
    "Got unexpected extra argument ({args})": "多了 {args}",
    "Got unexpected extra arguments ({args})": "多了 {args}",
    "Choose from:\n\t{choices}": "可写：{choices}",
    "{value!r} is not {choice}.": "{value!r} 应为 {choice}",
    "{value!r} is not one of {choices}.": "{value!r} 应为 {choices} 之一",
    "{value!r} is not a valid {number_type}.": "{value!r} 不是数",
    "{value} is not in the range {range}.": "{value} 不在 {range} 之内",
    "{value!r} does not match the format {format}.": "{value!r} 应写成 {format}",
    "{value!r} does not match the formats {formats}.": "{value!r} 应写成 {formats} 之一",
    "Could not open file {filename!r}: {message}": "打不开 {filename!r}：{message}",
    "{name} {filename!r} does not exist.": "没有 {filename!r}",
    "{name} {filename!r} is a directory.": "{filename!r} 是文件夹",
    "{name} {filename!r} is a file.": "{filename!r} 不是文件夹",
    "{name} {filename!r} is not readable.": "{filename!r} 读不了",
    "{name} {filename!r} is not writable.": "{filename!r} 写不了",
    "file": "文件",
    "directory": "文件夹",
    "path": "路径",
}
# What stands for something in a usage line or before an option's help; «ISO8601» and the names of arguments are their own.
STANDS_FOR = {
    "[OPTIONS]": "[选项]",
    "COMMAND [ARGS]...": "命令 [参数]...",
    "[COMMAND] [ARGS]...": "[命令] [参数]...",
    "PATH": "路径",
    "DIRECTORY": "文件夹",
    "FILE": "文件",
    "TEXT": "文字",
    "INTEGER": "数",
    "INTEGER RANGE": "数",
    "[%Y-%m-%d]": "年-月-日",
}
# Where click looks its words up; each module has names of its own for gettext's functions.
MODULES = (click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.termui, click.types)


def one(words: str) -> str:
    return WORDS.get(words, words)


def one_or_several(single: str, several: str, number: int) -> str:
    return one(single if number == 1 else several)


def speak_chinese() -> None:
    for module in MODULES:
        for name, function in (("_", one), ("ngettext", one_or_several)):
            if hasattr(module, name):
                setattr(module, name, function)
    for kind, method in (
        (click.Command, "collect_usage_pieces"),
        (click.Group, "collect_usage_pieces"),
        (click.Option, "make_metavar"),
    ):
        setattr(kind, method, with_chinese(getattr(kind, method)))


def with_chinese(method: Callable[..., Any]) -> Callable[..., Any]:
    """What *method* of click gives, a word or a list of words, said in Chinese."""

    @wraps(method)
    def said(*arguments: Any, **named: Any) -> Any:
        given = method(*arguments, **named)
        return (
            [STANDS_FOR.get(word, word) for word in given] if isinstance(given, list) else STANDS_FOR.get(given, given)
        )

    return said
