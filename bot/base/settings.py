"""The settings: one typed object, read once from TOML, validated as a whole with remedies.

Names and meaning of the keys: ``config.example.toml``. Nothing here opens a connection or looks at a clock.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    Field,
    ValidationError,
    model_validator,
)

from bot.base.campaign import Campaign
from bot.base.config import several, toml_text
from bot.base.config.campaign_file import add_campaign
from bot.base.config.messages import explain
from bot.base.errors import ConfigError, cause
from bot.base.limits import Limits
from bot.base.sections.admin import AdminSettings
from bot.base.sections.desk import DeskSettings
from bot.base.sections.reading import ReadingSettings
from bot.base.sections.servers import Mailbox, Smtp
from bot.base.sections.values import (
    LOOPBACK,
    ClockTime,
    Day,
    Duration,
    MailAddress,
    Moment,
    Notify,
    Section,
    Size,
    check_password_keys,
    check_paths,
    default_places,
    inherit_login,
    resolve_paths,
)


class StoreSettings(Section):
    path: Path = Path("data")
    marker: Path | None = None
    keep_backups: Annotated[int, Field(ge=1)] = 5
    retention: Duration | None = None


class Schedule(Section):
    timezone: str = "Asia/Shanghai"
    poll_every: Duration = timedelta(minutes=2)
    unhealthy_after: Duration = timedelta(minutes=30)

    @model_validator(mode="after")
    def known_zone(self) -> Schedule:
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("timezone") from error
        if self.poll_every < timedelta(seconds=1):
            raise ValueError("poll_every")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class CampaignSettings(Section):
    name: str = Field(min_length=1)
    starts: Day
    ends: Day
    area_code: str = "0595"
    website: str = "www.kepuri.cn"
    website_name: str = "全国科普日网站"
    office: str = ""
    folder: Path | None = None
    reports: bool = True

    @model_validator(mode="after")
    def in_order(self) -> CampaignSettings:
        if self.ends < self.starts:
            raise ValueError("ends_before_starts")
        return self

    @property
    def key(self) -> str:
        """By which the store knows it: that of its folder. A name may be put right without becoming another campaign."""
        return self.folder.name if self.folder else "packaged"

    def campaign(self) -> Campaign:
        return Campaign(self.name, self.starts, self.ends, self.area_code)


class Deadline(Section):
    name: str = Field(min_length=1)
    due: Moment
    collects: tuple[Literal["registration", "summary", "report"], ...] = ("registration", "summary")
    digest_days_before: tuple[Annotated[int, Field(ge=0, le=365)], ...] = (7, 3, 1, 0)
    digest_at: ClockTime = time(9, 0)
    final_digest: bool = True
    avoid_holidays: bool = False
    remind_days_before: tuple[Annotated[int, Field(ge=0, le=365)], ...] = ()

    def due_in(self, zone: ZoneInfo) -> datetime:
        """The aware moment in *zone*, whose days are counted; a written time zone is respected."""
        return (self.due if self.due.tzinfo else self.due.replace(tzinfo=zone)).astimezone(zone)


class Coordinators(Section):
    emails: tuple[MailAddress, ...] = ()
    names: tuple[str, ...] = ()
    phone: str = ""
    trust_authserv: tuple[str, ...] = ()
    require_auth: bool = True
    notify: Notify = timedelta(hours=1)


class Channel(Section):
    """A further door for what is told to the coordinators: a group robot, or any program that takes JSON."""

    kind: Literal["wecom", "dingtalk", "feishu", "webhook"]
    url_env: str = Field(min_length=1)
    secret_env: str = ""
    timeout: Duration = timedelta(seconds=10)

    @model_validator(mode="after")
    def signed_where_it_is_known_how(self) -> Channel:
        if self.secret_env and self.kind not in {"dingtalk", "feishu"}:
            raise ValueError("secret_env")
        return self

    @property
    def name(self) -> str:
        return f"{self.kind} {self.url_env}"

    def url(self) -> str:
        """The robot's address, a secret; ConfigError where it cannot be used."""
        url = from_environment(self.url_env, "机器人的 webhook 地址")
        parts = urlsplit(url)
        if not parts.hostname or (
            parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in LOOPBACK)
        ):
            raise ConfigError(
                f"环境变量 {self.url_env} 中不是 https 地址", "从群机器人的设置页面复制完整地址（https://…）"
            )
        return url

    def secret(self) -> str:
        return from_environment(self.secret_env, "加签密钥") if self.secret_env else ""


def from_environment(name: str, what: str) -> str:
    if value := os.environ.get(name, "").strip():
        return value
    raise ConfigError(f"环境变量 {name} 中没有{what}", f"运行前执行 export {name}=…")


class RosterSettings(Section):
    file: Path | None = None


class UnitSettings(Section):
    name: str = Field(min_length=1)
    aliases: tuple[str, ...] = ()
    emails: tuple[MailAddress, ...] = ()
    domains: tuple[str, ...] = ()
    group: str = ""
    parent: str = ""
    phones: tuple[str, ...] = ()
    contact: str = ""
    expected: Annotated[int, Field(ge=0)] = 1


class Replies(Section):
    max_per_sender_per_day: Annotated[int, Field(ge=0)] | None = None
    max_no_form_per_day: Annotated[int, Field(ge=0)] = 1
    max_unchanged_per_day: Annotated[int, Field(ge=0)] = 20
    never_answer: tuple[str, ...] = ()
    templates: Path = Path("templates")


class LimitSettings(Section):
    max_part: Size = 40 * 2**20
    max_total: Size = 300 * 2**20
    max_files: Annotated[int, Field(ge=1)] = 500
    max_depth: Annotated[int, Field(ge=1, le=20)] = 5
    seconds: Duration = timedelta(seconds=180)
    memory: Size = 3 * 2**30

    def limits(self) -> Limits:
        return Limits(
            max_part=self.max_part,
            max_total=self.max_total,
            max_files=self.max_files,
            max_depth=self.max_depth,
            seconds=self.seconds.total_seconds(),
            memory=self.memory,
        )


class FormSettings(Section):
    definitions: tuple[Path, ...] = ()
    levels: dict[str, Literal["error", "warning", "off"]] = Field(default_factory=dict)


class LogSettings(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class Settings(Section):
    """The whole configuration. Relative paths are relative to the directory of the config file."""

    mailbox: Mailbox
    smtp: Smtp
    store: StoreSettings = StoreSettings()
    schedule: Schedule = Schedule()
    campaign: CampaignSettings
    deadline: tuple[Deadline, ...] = ()
    coordinators: Coordinators = Coordinators()
    notify: tuple[Channel, ...] = ()
    roster: RosterSettings = RosterSettings()
    unit: tuple[UnitSettings, ...] = ()
    replies: Replies = Replies()
    limits: LimitSettings = LimitSettings()
    reading: ReadingSettings = ReadingSettings()
    forms: FormSettings = FormSettings()
    log: LogSettings = LogSettings()
    desk: DeskSettings = DeskSettings()
    admin: AdminSettings = AdminSettings()

    @model_validator(mode="after")
    def deadlines_have_different_names(self) -> Settings:
        names = [deadline.name for deadline in self.deadline]
        if len(names) != len(set(names)):
            raise ValueError("deadline_names")
        return self

    @model_validator(mode="after")
    def passwords_belong_to_somebody(self) -> Settings:
        if set(self.desk.passwords) - {*self.coordinators.emails, *self.desk.read_only}:
            raise ValueError("desk_passwords")
        return self

    @property
    def answers_per_sender(self) -> int:
        """In 24 hours: at most half of what the account sends in a day, so that one correspondent cannot use it up."""
        half = max(1, self.smtp.per_day // 2)
        given = self.replies.max_per_sender_per_day
        return half if given is None else min(given, half)

    @property
    def gather_after(self) -> int:
        """Beyond so many answers in 24 hours those to one correspondent are gathered: a tenth of the account's day."""
        return max(1, self.smtp.per_day // 10)

    @property
    def reserved(self) -> int:
        """Of the account's day, mails that answers do not use: two digests for each coordinator, a quarter at most."""
        return min(2 * len(self.coordinators.emails), self.smtp.per_day // 4) if self.deadline else 0

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        """The deadlines at their aware moments, earliest first."""
        zone = self.schedule.zone
        aware = [one.model_copy(update={"due": one.due_in(zone)}) for one in self.deadline]
        return tuple(sorted(aware, key=lambda one: one.due))


def load_settings(path: Path, name: str = "", **instead: dict[str, Any]) -> Settings:
    """Read and validate *path*; ConfigError with one line per finding, all findings at once. *name*: which ``[[mailbox]]``, where there are
    several. *instead*: keys of sections that count before the file's."""
    every = load_every(path, **instead)
    names = "、".join(one.mailbox.name for one in every)
    found = [one for one in every if one.mailbox.name == name] if name else list(every)
    if not found:
        raise ConfigError(
            f"{path.name}: 没有名为 {name} 的邮箱; 有：{names or '（只有一个，没有名称，不写 --mailbox）'}"
        )
    if len(found) > 1:
        raise ConfigError(f"{path.name}: 有几个邮箱：{names}; 加 --mailbox 名称")
    return found[0]


def load_every(path: Path, **instead: dict[str, Any]) -> tuple[Settings, ...]:
    """The settings of each mailbox in the order of the file: of one, or of several where it has ``[[mailbox]]``."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise ConfigError(
            f"{path.name}: 找不到配置文件; 第一次使用的执行 init；文件在别处的用 --config 指定路径"
        ) from error
    except OSError as error:
        raise ConfigError(f"{path.name}: 打不开（{cause(error)}）; 检查文件权限") from error
    data = toml_text.parse(raw, path.name)
    lines = toml_text.places(toml_text.decoded(raw, path.name))
    if not isinstance(data.get(several.MAILBOX), list):
        findings: list[str] = []
        settings = settings_of(data, path, lines, findings, instead)
        if settings is None or findings:
            raise ConfigError("\n".join(findings))
        return (settings,)
    found: dict[str, Settings | None] = {}
    wrong: dict[str, list[str]] = {}
    for share in several.shares_of(data, lines, Settings.model_fields, path.name):
        wrong[share.name] = []
        found[share.name] = settings_of(share.data, path, share.lines, wrong[share.name], instead)
    every = [one for one in found.values() if one is not None]
    told = several.told_together(wrong, path.name) or list(clashes(every, path.name))
    if told:
        raise ConfigError("\n".join(told))
    return tuple(every)


def clashes(every: Sequence[Settings], file: str) -> Iterator[str]:
    """What two mailboxes must not share."""
    shared: tuple[tuple[str, list[object], str], ...] = (
        ("[mailbox] address", [one.mailbox.address for one in every], "每个邮箱只写一节"),
        ("[store] path", [one.store.path.resolve() for one in every], "每个邮箱的数据目录各不相同，可以都不写"),
        (
            "[desk] port",
            [(one.desk.host, one.desk.port) if one.desk.enabled else one.mailbox.name for one in every],
            "每个工作台一个端口，如 [mailbox.desk] port = 8024",
        ),
    )
    for key, values, instead in shared:
        twice = [one.mailbox.name for one, value in zip(every, values, strict=True) if values.count(value) > 1]
        if twice:
            yield f"{file}: {key}: 邮箱 {'、'.join(twice)} 写的相同; {instead}"


def settings_of(
    data: dict[str, Any],
    path: Path,
    lines: several.Lines,
    findings: list[str],
    instead: Mapping[str, dict[str, Any]],
) -> Settings | None:
    """The parsed tables *data* of *path* as settings; what is wrong is added to *findings*, and None given where they cannot be made."""
    data |= {section: {**data.get(section, {}), **keys} for section, keys in instead.items() if keys}
    add_campaign(data, path.resolve().parent)
    inherit_login(data)
    check_password_keys(data, path, findings)
    default_places(data, path)
    check_paths(data, path, findings)
    resolve_paths(data, path.resolve().parent)
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        findings[:0] = explain(error, path.name, Settings, lines)
        return None
