"""Kinds of values in the settings: how each is written in TOML, and what it becomes; what is put in before the whole is validated.
``config/messages`` says what is wrong."""

from __future__ import annotations

import re
import stat
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.base.domains import comparable_address

LOOPBACK = ("127.0.0.1", "::1", "localhost")
DURATION_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SIZE_UNITS = {"": 1, "B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30}


class Section(BaseModel):
    """A table of the file: unknown keys are errors, values do not change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read_duration(written: object) -> object:
    """``"90s" "2m" "1h30m" "3d"`` -> timedelta; a bare number is seconds."""
    if isinstance(written, timedelta):
        return written
    if isinstance(written, (int, float)) and not isinstance(written, bool):
        return timedelta(seconds=written)
    if isinstance(written, str):
        parts = re.findall(r"(\d+(?:\.\d+)?)\s*([smhd])", written)
        if parts and re.fullmatch(r"(\s*\d+(?:\.\d+)?\s*[smhd])+\s*", written):
            return timedelta(seconds=sum(float(number) * DURATION_UNITS[unit] for number, unit in parts))
    raise ValueError("duration")


def read_size(written: object) -> object:
    """``"20MB" "512KB"`` -> bytes; a bare number is bytes."""
    if isinstance(written, int) and not isinstance(written, bool):
        return written
    if isinstance(written, str):
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMG]?B?)\s*", written.upper())
        if match:
            unit = match[2] if match[2] in SIZE_UNITS else match[2] + "B"
            return int(float(match[1]) * SIZE_UNITS[unit])
    raise ValueError("size")


def read_clock_time(written: object) -> object:
    """``"09:00"`` -> time."""
    if isinstance(written, time):
        return written
    if isinstance(written, str) and (match := re.fullmatch(r"(\d{1,2}):(\d{2})", written.strip())):
        return time(int(match[1]), int(match[2]))
    raise ValueError("clock_time")


def read_address(written: object) -> object:
    """One bare mail address, lower-cased; no display name, no white space."""
    if isinstance(written, str) and re.fullmatch(r"[^\s@<>,;\x00-\x1f]+@[^\s@<>,;\x00-\x1f]+", written.strip()):
        return comparable_address(written.strip())
    raise ValueError("address")


def read_day(written: object) -> object:
    """A TOML date (a date-time counts as its day)."""
    if isinstance(written, datetime):
        return written.date()
    if isinstance(written, date):
        return written
    raise ValueError("day")


def read_moment(written: object) -> object:
    """A TOML date-time; a bare date means the end of that day."""
    if isinstance(written, datetime):
        return written
    if isinstance(written, date):
        return datetime.combine(written, time(23, 59, 59))
    raise ValueError("moment")


def read_notify(written: object) -> object:
    """``"1h"`` -> timedelta, an hour at least; ``"off"`` -> None."""
    if written is None or (isinstance(written, str) and written.strip().lower() == "off"):
        return None
    try:
        span = read_duration(written)
    except ValueError:
        span = None
    if not isinstance(span, timedelta) or span < timedelta(hours=1):
        raise ValueError("notify")
    return span


Notify = Annotated[timedelta | None, BeforeValidator(read_notify)]
Duration = Annotated[timedelta, BeforeValidator(read_duration)]
Size = Annotated[int, BeforeValidator(read_size), Field(gt=0)]
ClockTime = Annotated[time, BeforeValidator(read_clock_time)]
MailAddress = Annotated[str, BeforeValidator(read_address)]
Day = Annotated[date, BeforeValidator(read_day)]
Moment = Annotated[datetime, BeforeValidator(read_moment)]
Security = Literal["tls", "starttls", "none"]
Port = Annotated[int, Field(ge=1, le=65535)]

PATH_KEYS = (
    ("store", "path"),
    ("store", "marker"),
    ("roster", "file"),
    ("campaign", "folder"),
    ("replies", "templates"),
    ("mailbox", "password_file"),
    ("smtp", "password_file"),
    ("mailbox", "ca_file"),
    ("smtp", "ca_file"),
    ("desk", "tls_cert"),
    ("desk", "tls_key"),
)


def default_places(data: dict[str, Any], path: Path) -> None:
    """What is not named lies beside the configuration, too, not where the bot was started."""
    places = (
        ("store", "path", "data"),
        ("store", "marker", f"{path.resolve().name}.store"),
        ("replies", "templates", "templates"),
    )
    for section, key, name in places:
        table = data.setdefault(section, {})
        if isinstance(table, dict) and not table.get(key):
            table[key] = name


def inherit_login(data: dict[str, Any]) -> None:
    """The SMTP login defaults to the mailbox's."""
    admin = data.get("admin")
    if isinstance(admin, dict) and isinstance(other := admin.get("smtp"), dict) and not other.get("username"):
        other["username"] = other.get("address", "")
    mailbox, smtp = data.get("mailbox"), data.get("smtp")
    if not isinstance(mailbox, dict) or not isinstance(smtp, dict):
        return
    if not mailbox.get("username") and isinstance(mailbox.get("address"), str):
        mailbox["username"] = mailbox["address"]
    if not smtp.get("username") and mailbox.get("username"):
        smtp["username"] = mailbox["username"]
    keys = ("password_env", "password_file", "password")
    if not any(smtp.get(key) for key in keys):
        smtp.update({key: mailbox[key] for key in keys if mailbox.get(key)})


def check_password_keys(data: dict[str, Any], path: Path, findings: list[str]) -> None:
    """Exactly one password key per server, and an inline password only in a file that others cannot read."""
    admin = data.get("admin")
    other = {"admin.smtp": admin.get("smtp")} if isinstance(admin, dict) else {}
    for section, table in ({name: data.get(name) for name in ("mailbox", "smtp")} | other).items():
        if not isinstance(table, dict):
            continue
        given = [key for key in ("password_env", "password_file", "password") if table.get(key)]
        if len(given) != 1:
            findings.append(
                f"{path.name}: [{section}] password_env: "
                + ("没有写密码从哪里来" if not given else f"同时写了 {'、'.join(given)}")
                + '; 只保留一项，如 password_file = "mail-password"'
            )
        if "password" in given and stat.S_IMODE(path.stat().st_mode) & 0o077:
            findings.append(
                f"{path.name}: [{section}] password: 明文密码只允许写在权限为 0600 的文件里; "
                f"执行 chmod 600 {path.name}，或改用 password_file"
            )


def check_paths(data: dict[str, Any], path: Path, findings: list[str]) -> None:
    """``"D:\\new\\temp"`` is TOML, and names something else: ``\\n`` and ``\\t`` are control characters there."""
    named = [
        (section, key, data[section].get(key)) for section, key in PATH_KEYS if isinstance(data.get(section), dict)
    ]
    forms = data.get("forms")
    definitions = forms.get("definitions") if isinstance(forms, dict) else None
    named += [("forms", "definitions", one) for one in definitions] if isinstance(definitions, list) else []
    findings += [
        f"{path.name}: [{section}] {key}: 路径里的 \\ 被当成了换行之类的记号; \\ 改写成 /，或改用单引号：'D:\\kepu\\units.xlsx'"
        for section, key, value in named
        if isinstance(value, str) and not value.isprintable()
    ]


def resolve_paths(data: dict[str, Any], base: Path) -> None:
    """Make relative paths relative to the config file, not to where the bot was started."""
    for section, key in PATH_KEYS:
        table = data.get(section)
        if isinstance(table, dict) and isinstance(table.get(key), str) and table[key]:
            table[key] = base / Path(table[key]).expanduser()
    admin = data.get("admin")
    if isinstance(admin, dict) and isinstance(other := admin.get("smtp"), dict):
        for key in ("password_file", "ca_file"):
            if isinstance(other.get(key), str) and other[key]:
                other[key] = base / Path(other[key]).expanduser()
    forms = data.get("forms")
    if isinstance(forms, dict) and isinstance(forms.get("definitions"), list):
        forms["definitions"] = [base / Path(str(item)).expanduser() for item in forms["definitions"]]
