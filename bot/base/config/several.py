"""``[[mailbox]]``: several mailboxes in one configuration. Each is a whole configuration of its own: what stands beside the mailboxes holds for all,
what stands with one (``[mailbox.smtp]``, ``[[mailbox.deadline]]`` …) counts before it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from typing import Any

from msgspec import Struct

from bot.base.config.toml_text import Place, where
from bot.base.errors import ConfigError

MAILBOX = "mailbox"
ALL_THE_SAME = ("log",)  # the process has one log
Lines = dict[tuple[str, ...], Place]


class Share(Struct, frozen=True):
    """The tables of one mailbox as if they were the whole file, and where each key stands in it."""

    name: str
    data: dict[str, Any]
    lines: Lines


def shares_of(data: Mapping[str, Any], lines: Lines, sections: Collection[str], file: str) -> list[Share]:
    """One for each ``[[mailbox]]``; *sections* are the names of all tables. ConfigError where their names do not tell them apart."""
    tables = [table if isinstance(table, dict) else {} for table in data[MAILBOX]]
    findings = list(names_amiss(tables, lines, file))
    if findings:
        raise ConfigError("\n".join(findings))
    own = set(sections) - {MAILBOX, *ALL_THE_SAME}
    return [share_of(data, lines, number, own, f"{file}.store") for number in range(len(tables))]


def names_amiss(tables: list[dict[str, Any]], lines: Lines, file: str) -> Iterator[str]:
    known: set[str] = set()
    if not tables:
        yield f"{file}: [[mailbox]]: 一个邮箱也没有; 至少写一节 [[mailbox]]"
    for number, table in enumerate(tables):
        name = table.get("name")
        at = where(lines, (MAILBOX, str(number), "name"))
        head = f"{file}: [[mailbox]] 第{number + 1}个 name"
        if not isinstance(name, str) or not name:
            yield f'{head}: 没有写邮箱的名称{at}; 每个 [[mailbox]] 写一个，如 name = "kepu"，命令用 --mailbox 指它'
        elif name.lower() in known:
            yield f"{head}: 两个 [[mailbox]] 同名{at}; 每个 name 各不相同（不分大小写）"
        known.add(str(name).lower())


def share_of(data: Mapping[str, Any], lines: Lines, number: int, own: Collection[str], marker: str) -> Share:
    """Each mailbox has a data folder of its own, named after it, and a marker of it."""
    table, at = data[MAILBOX][number], (MAILBOX, str(number))
    found = deepcopy({key: value for key, value in data.items() if key != MAILBOX})
    for key in own & table.keys():
        common, said = found.get(key), deepcopy(table[key])
        found[key] = {**common, **said} if isinstance(common, dict) and isinstance(said, dict) else said
    found[MAILBOX] = deepcopy({key: value for key, value in table.items() if key not in own})
    store, said = found.setdefault("store", {}), table.get("store", {})
    if isinstance(store, dict) and isinstance(said, dict):
        if not said.get("path"):
            store["path"] = f"{store.get('path') or 'data'}/{table['name']}"
        if not said.get("marker"):
            store["marker"] = f"{store.get('marker') or marker}.{table['name']}"
    here = {key[2:]: place for key, place in lines.items() if key[:2] == at}
    return Share(table["name"], found, lines | here | {(MAILBOX, *key): place for key, place in here.items()})


def told_together(findings: Mapping[str, list[str]], file: str) -> list[str]:
    """What is wrong with all of them stands in what they share, and is told once; of the rest it is told whose it is."""
    common = [one for one in next(iter(findings.values()), []) if all(one in found for found in findings.values())]
    return common + [
        one.replace(f"{file}: ", f"{file}: 邮箱 {name}：", 1)
        for name, found in findings.items()
        for one in found
        if one not in common
    ]
