"""config.toml as a person keeps it: values are put in, comments and everything else stay as they are. A new one begins as the example."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from bot.base.config import toml_text
from bot.base.config.packaged import packaged
from bot.base.errors import ConfigError, cause
from bot.store.files.durable import write_durably

HEAD = "# 由 init 写成，可以直接修改；改好后执行 check。相对路径以本文件所在目录为准。\n"
SECRET_FILE = "mail-password"


class Document:
    """``is_new`` where there was no file: then what is in it are the example's words, nobody's answers."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_new = not path.exists()
        try:
            raw = (packaged("config.example.toml") if self.is_new else path).read_bytes()
            toml_text.parse(raw, path.name)  # says what is wrong as every command does
            text = toml_text.decoded(raw, path.name)
            self.toml = tomlkit.parse(HEAD + text.partition("\n")[2] if self.is_new else text)
        except ConfigError as error:
            raise ConfigError(f"{error}\n没有改动。照上面改正后再执行 init；或把这个文件改名，从头回答") from error
        except (TOMLKitError, OSError) as error:
            raise ConfigError(
                f"{path.name}: 读不了（{cause(error)}）", "没有改动；把这个文件改名后再执行 init"
            ) from error
        if isinstance(self.toml.get("mailbox"), list):
            raise ConfigError(
                f"{path.name}: 写有几个邮箱（[[mailbox]]），init 只改一个邮箱的配置", "直接编辑这个文件，再执行 check"
            )
        self.secrets: dict[Path, str] = {}

    def get(self, section: str, key: str, otherwise: Any = "") -> Any:
        """What stands there; *otherwise* where nothing does, or only the example's word."""
        table = self.toml.get(section)
        value = table.get(key) if isinstance(table, dict) else None
        return otherwise if value is None or self.is_new else value

    def text(self, section: str, key: str) -> str:
        """For a question's proposal."""
        value = self.get(section, key)
        return "、".join(map(str, value)) if isinstance(value, list) else str(value)

    def put(self, section: str, values: Mapping[str, Any]) -> None:
        """None takes a key away."""
        table = self.toml.get(section)
        if not isinstance(table, dict):
            table = tomlkit.table()
            self.toml[section] = table
        for key, value in values.items():
            if value is not None:
                table[key] = value
            elif key in table:
                del table[key]

    def keep_secret(self, section: str, code: str) -> None:
        """The authorisation code in a file of its own: the configuration is copied, backed up and shown."""
        path = self.path.resolve().parent / SECRET_FILE
        self.secrets[path] = code
        self.put(section, {"password_file": SECRET_FILE, "password_env": None, "password": None})

    @property
    def deadlines(self) -> list[Mapping[str, Any]]:
        """As they stand, the example's too: their names and what they collect are proposals."""
        found = self.toml.get("deadline", [])
        return list(found.unwrap()) if isinstance(found, AoT) else []

    def put_deadline(self, number: int, due: datetime) -> None:
        self.toml["deadline"][number]["due"] = due

    def add_deadline(self, name: str, due: datetime, collects: list[str]) -> None:
        table: Table = tomlkit.table()
        table.update({"name": name, "due": due, "collects": collects})
        if not self.deadlines:
            self.toml["deadline"] = tomlkit.aot()
        self.toml["deadline"].append(table)

    def drop_deadline(self, number: int) -> None:
        del self.toml["deadline"][number]
        if not self.deadlines:
            del self.toml["deadline"]

    def save(self) -> None:
        """Secrets first: a configuration that names a file finds it. All readable by their owner only."""
        for path, code in self.secrets.items():
            write_privately(path, code + "\n")
        self.secrets.clear()
        write_privately(self.path, tomlkit.dumps(self.toml))
        self.is_new = False


def write_privately(path: Path, text: str) -> None:
    try:
        write_durably(path, text.encode())
        path.chmod(0o600)
    except OSError as error:
        raise ConfigError(f"{path}: 写不了（{cause(error)}）", "检查目录的权限和磁盘空间") from error


def day_of(value: object) -> str:
    """A date of the file for a question's proposal."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else ""
