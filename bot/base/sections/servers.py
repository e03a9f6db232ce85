"""``[mailbox]`` and ``[smtp]``: two servers, what is read and how fast is sent."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr, model_validator

from bot.base.errors import ConfigError, cause
from bot.base.sections.values import LOOPBACK, Day, Duration, MailAddress, Port, Section, Security, Size


class Server(Section):
    """What IMAP and SMTP have in common. Exactly one of the three password keys is used."""

    host: str = Field(min_length=1)
    port: Port
    security: Security = "tls"
    username: str = ""
    password_env: str = ""
    password_file: Path | None = None
    password: SecretStr | None = None
    timeout: Duration = timedelta(seconds=60)
    ca_file: Path | None = None

    @model_validator(mode="after")
    def no_clear_text_over_the_network(self) -> Server:
        if self.security == "none" and self.host not in LOOPBACK:
            raise ValueError("none_not_loopback")
        return self

    def secret(self) -> str:
        """The password or authorisation code; ConfigError where it cannot be had. Never log the result."""
        if self.password is not None:
            return self.password.get_secret_value()
        if self.password_file is not None:
            return secret_in(self.password_file)
        if self.password_env and (value := os.environ.get(self.password_env)):
            return value
        raise ConfigError(
            f"环境变量 {self.password_env or '（未配置）'} 中没有授权码",
            f"运行前执行 export {self.password_env or 'BOT_MAIL_PASSWORD'}=授权码，或改用 password_file",
        )


def secret_in(file: Path) -> str:
    try:
        found = file.read_text(encoding="utf-8-sig").strip()
    except OSError as error:
        raise ConfigError(f"密码文件 {file} 打不开（{cause(error)}）", "检查 password_file 的路径和权限") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"密码文件 {file} 不是 UTF-8 编码的文本", "另存为 UTF-8，里面只写授权码") from error
    if not found:
        raise ConfigError(f"密码文件 {file} 是空的", "写入授权码，或执行 init 选第 1 项")
    return found


class MoveTo(Section):
    """IMAP folder for mails of each outcome; empty: leave the mail where it is."""

    accepted: str = ""
    needs_correction: str = ""
    no_form: str = ""
    letter: str = ""
    unchanged: str = ""
    ignored: str = ""
    command: str = ""
    failed: str = ""

    def folder_for(self, outcome: str) -> str:
        return str(getattr(self, outcome, ""))


def read_name(written: object) -> object:
    """By which commands, folders and logs know one of several mailboxes: letters of any script, digits, «-», «_», «.»."""
    if isinstance(written, str) and re.fullmatch(r"(\w[\w.-]{0,39})?", written):
        return written
    raise ValueError("mailbox_name")


class Mailbox(Server):
    name: Annotated[str, BeforeValidator(read_name)] = ""
    address: MailAddress
    display_name: str = ""
    port: Port = 993
    folder: str = "INBOX"
    since: Day | None = None
    also_read: tuple[str, ...] = ("垃圾邮件",)
    mark_seen: bool = False
    move_to: MoveTo = MoveTo()
    idle: bool = True
    batch_messages: Annotated[int, Field(ge=1, le=1000)] = 50
    batch_bytes: Size = 20 * 2**20
    max_mail: Size = 120 * 2**20


class Smtp(Server):
    port: Port = 465
    max_per_minute: Annotated[int, Field(ge=1)] = 3
    max_per_15_minutes: Annotated[int, Field(ge=1)] | None = None
    max_per_day: Annotated[int, Field(ge=1)] | None = None
    retry_first: Duration = timedelta(minutes=1)
    retry_max: Duration = timedelta(hours=1)
    give_up_after: Duration = timedelta(days=3)
    reopen_after: Annotated[int, Field(ge=1)] = 10
    save_sent: Literal["auto", "always", "never"] = "auto"

    @property
    def per_15_minutes(self) -> int:
        """20 for the default pace of 3 a minute; grows with it where not given."""
        return self.max_per_15_minutes or self.max_per_minute * 20 // 3

    @property
    def per_day(self) -> int:
        """80 for the default pace of 3 a minute; grows with it where not given."""
        return self.max_per_day or self.max_per_minute * 80 // 3
