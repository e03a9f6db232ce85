"""Draws docs/reference.md from the code: every key of the configuration, every message with its remedy. ``python docs/make_reference.py`` from the top."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import sys
import tomllib
from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pydantic import BaseModel  # noqa: E402
from pydantic_core import PydanticUndefined  # noqa: E402

import bot  # noqa: E402
from bot.base.config.messages import OWN  # noqa: E402
from bot.base.config.toml_text import SAID, SEEN  # noqa: E402
from bot.base.errors import BotError  # noqa: E402
from bot.base.sections.servers import Smtp  # noqa: E402
from bot.base.settings import Settings  # noqa: E402

PAGE, KEYS = ROOT / "docs" / "reference.md", ROOT / "docs" / "keys.toml"
HEAD = """# 配置项和提示信息

本页由程序生成（`python docs/make_reference.py`），与代码一致；改动代码后没有重新生成的，测试会指出。
配置写在 `config.toml`，样例和说明见 `config.example.toml`；各章的用法见 [admins.md](admins.md)。

时间长度写成 `"30s"`、`"2m"`、`"1h"`、`"3d"`，大小写成 `"20MB"`，日期时间不加引号，路径以 `config.toml` 所在目录为准。
"""


def page() -> str:
    told = tomllib.loads(KEYS.read_text(encoding="utf-8"))
    parts = [HEAD, "\n## 配置项\n", *(table(name, model, told) for name, model in sections(Settings))]
    parts += [
        "\n## 配置写错时\n",
        "每条写成 `config.toml: [节] 键: 错在哪里（第几行第几列）; 应怎样写`。\n",
        messages_of_settings(),
    ]
    parts += ["\n## 运行中的提示\n", "省略号处是当时的名称、地址或服务器的原话。\n", messages_of_errors()]
    return "\n".join(parts)


def sections(model: type[BaseModel], before: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in model.model_fields.items():
        inside = next((one for one in kinds(field.annotation) if issubclass(one, BaseModel)), None)
        if inside is not None:
            yield before + name, inside
            yield from sections(inside, f"{before}{name}.")


def kinds(annotation: Any) -> list[type]:
    found = [annotation] if isinstance(annotation, type) and not getattr(annotation, "__args__", ()) else []
    return found + [one for part in getattr(annotation, "__args__", ()) for one in kinds(part)]


def table(name: str, model: type[BaseModel], told: Mapping[str, Mapping[str, str]]) -> str:
    """A key that nobody described is an error: add it to docs/keys.toml."""
    words = told[name]
    known = Smtp.model_fields if name == "admin.smtp" else {}
    lines = [f"### [{name}]\n", f"{words['']}。\n", "| 键 | 默认 | 含义 |", "| --- | --- | --- |"]
    for key, field in model.model_fields.items():
        if any(issubclass(one, BaseModel) for one in kinds(field.annotation)) or key in known:
            continue
        if key not in words:
            raise KeyError(f"docs/keys.toml: say in Chinese what [{name}] {key} is, then run this again")
        default = "**必填**" if field.is_required() else shown(field.get_default(call_default_factory=True))
        lines.append(f"| `{key}` | {default} | {words[key]} |")
    left = set(words) - set(model.model_fields) - {""}
    if left:
        raise KeyError(f"docs/keys.toml [{name}] describes what is not there: {sorted(left)}")
    return "\n".join(lines) + "\n"


def shown(value: Any) -> str:
    if value is PydanticUndefined or value is None or value == "" or (isinstance(value, (tuple, dict)) and not value):
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        size, unit = next((s, u) for s, u in ((86400, "d"), (3600, "h"), (60, "m"), (1, "s")) if seconds % s == 0)
        return f'`"{seconds // size}{unit}"`'
    if isinstance(value, time):
        return f'`"{value:%H:%M}"`'
    if isinstance(value, int):
        return f'`"{value >> 20}MB"`' if value >= 1 << 20 else f"`{value}`"
    if isinstance(value, tuple):
        return "`[" + ", ".join(str(one) if isinstance(one, int) else f'"{one}"' for one in value) + "]`"
    return f'`"{value}"`'


def messages_of_settings() -> str:
    rows = [*OWN.values(), *((wrong, instead) for _, wrong, instead in (*SEEN, *SAID))]
    return table_of("错在哪里", "应怎样写", list(dict.fromkeys(rows)))


def table_of(left: str, right: str, rows: list[tuple[str, str]]) -> str:
    cells = [f"| {cell(one)} | {cell(two)} |" for one, two in rows]
    return "\n".join([f"| {left} | {right} |", "| --- | --- |", *cells]) + "\n"


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def messages_of_errors() -> str:
    """What is raised with a remedy, as it stands in the code."""
    remedies = {one.__name__: one.remedy for one in leaves(BotError) if one.__module__.startswith("bot.")}
    rows = []
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in remedies:
                continue
            said = [text_of(one) for one in node.args[:2]]
            what, remedy = [*said, "", ""][:2]
            remedy = remedy or remedies[node.func.id]
            if is_chinese(what) and is_chinese(remedy):
                rows.append((what, remedy))
    return table_of("提示", "处理办法", sorted(dict.fromkeys(rows)))


def leaves(base: type[BotError]) -> Iterator[type[BotError]]:
    yield base
    for one in base.__subclasses__():
        yield from leaves(one)


def text_of(node: ast.expr) -> str:
    """A text with … for what is put in; "" for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [one.value if isinstance(one, ast.Constant) else "…" for one in node.values]
        return "".join(map(str, parts))
    return ""


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def load_everything() -> None:
    """So that every error is known."""
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        importlib.import_module(module.name)


def is_current() -> bool:
    load_everything()
    return PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page()


if __name__ == "__main__":
    load_everything()
    PAGE.write_text(page(), encoding="utf-8")
