"""``check``: can everything be used that the settings name? One finding for each part, with its remedy."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from bot.base.clock import Clock
from bot.base.errors import BotError, ServerUnavailable, cause_and_file
from bot.base.settings import Settings
from bot.digest.samples import sample_mails
from bot.documents import fence
from bot.documents.formats.archives.read import available
from bot.documents.formats.ocr import there as ocr
from bot.documents.guard import Guard
from bot.forms.campaigns import definitions_of
from bot.forms.units.roster import load_roster
from bot.letters.office import office_of
from bot.letters.questions import load_questions
from bot.letters.render import Renderer
from bot.mailbox.imap.mailbox import ImapMailbox
from bot.operation.channels.payloads import LABELS
from bot.operation.channels.poster import look_at
from bot.operation.health.hints import hints, unedited
from bot.operation.health.trial import log_in_to_send
from bot.operation.login_pause import resume_reading, resume_sending
from bot.operation.readers.cluster import Cluster, Distant
from bot.operation.readers.line import is_cluster
from bot.operation.status import ROOM
from bot.store.database import quick_check
from bot.store.files import marker

GOOD, WRONG, SERVER = 0, 2, 4

FENCES = {fence.FILES: "只能读取程序自身和系统库的文件", fence.CALLS: "不能联网、不能启动其他程序"}

SAMPLE_DAY = datetime(2023, 8, 28, 9, tzinfo=UTC)


class Finding(Struct, frozen=True):
    """``text`` says what was found, and the remedy where it is not good (``ok`` false) or could be better (``hint``)."""

    part: str
    ok: bool
    text: str
    exit_status: int = GOOD
    hint: bool = False

    def line(self) -> str:
        return f"{('!' if self.hint else '✓') if self.ok else '✗'} {self.part}：{self.text}"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def check_all(settings: Settings, clock: Clock) -> list[Finding]:
    checks: list[tuple[str, Callable[[Settings], str]]] = [
        ("收信", lambda settings: check_imap(settings, clock)),
        ("发信", check_smtp),
        ("回信限额", check_pace),
        *([("通知渠道", check_channels)] if settings.notify else []),
        ("数据库", check_store),
        ("表格定义", check_definitions),
        ("单位名册", check_roster),
        ("模板", check_templates),
        ("文件格式", check_readers),
        ("读取进程", check_fence),
        *([("读取集群", check_cluster)] if is_cluster(settings.reading.workers) else []),
    ]
    valid = [Finding("配置", False, f"{one}；执行 init，或自己填写", WRONG) for one in unedited(settings)]
    valid = valid or [Finding("配置", True, "配置文件有效")]
    valid += [Finding("配置", True, one, hint=True) for one in hints(settings, clock())]
    return [*valid, *(attempt(part, check, settings) for part, check in checks)]


def attempt(part: str, check: Callable[[Settings], str], settings: Settings) -> Finding:
    try:
        return Finding(part, True, check(settings))
    except ServerUnavailable as error:
        return Finding(part, False, str(error), SERVER)
    except BotError as error:
        return Finding(part, False, str(error), WRONG)
    except (OSError, sqlite3.Error) as error:
        return Finding(part, False, f"{cause_and_file(error)}。处理办法：检查路径、磁盘空间和权限", WRONG)


def check_imap(settings: Settings, clock: Clock) -> str:
    settings.mailbox.secret()
    mailbox = ImapMailbox(settings.mailbox, settings.schedule.zone)
    try:
        found = mailbox.check(clock())
        folders = "、".join(mailbox.folders_to_read())
    finally:
        mailbox.close()
    # A store that cannot be used is told of below.
    with suppress(BotError, OSError, sqlite3.Error), marker.open_store(settings) as store:
        resume_reading(store.db)
    return f"登录成功，{found}；将读取 {folders}"


def check_smtp(settings: Settings) -> str:
    settings.smtp.secret()
    log_in_to_send(settings.smtp, settings.mailbox.address)
    with suppress(BotError, OSError, sqlite3.Error), marker.open_store(settings) as store:
        resume_sending(store.db, settings.smtp, was_taken=True)
    return f"{settings.smtp.host} 登录成功"


def check_pace(settings: Settings) -> str:
    """A limit for each sender that would let one of them use up the account's day is corrected; here that is told."""
    most, day = settings.answers_per_sender, settings.smtp.per_day
    given = settings.replies.max_per_sender_per_day
    told = (
        f"账号每天最多发 {day} 封，对同一地址最多自动答复 {most} 封，超过 {settings.gather_after} 封后每小时合并为一封"
    )
    if given is None or given <= most:
        return told
    return f"{told}；[replies] max_per_sender_per_day = {given} 超过账号日限的一半，按 {most} 执行，请改为不超过 {most}"


def check_channels(settings: Settings) -> str:
    """Nothing is sent: the address is looked at and the server asked whether it is there."""
    for channel in settings.notify:
        channel.secret()
        look_at(channel)
    return "、".join(f"{LABELS[one.kind]}（{one.url_env}）可以连接" for one in settings.notify)


def check_store(settings: Settings) -> str:
    with marker.open_store(settings) as store:
        quick_check(store.connection)
        mails = store.db.execute("SELECT count(*) FROM mail").fetchone()[0]
    free = shutil.disk_usage(settings.store.path).free // 2**20
    if free < ROOM:
        raise BotError(f"{settings.store.path} 所在磁盘只剩 {free} MB", f"清理磁盘，至少留出 {ROOM} MB")
    told = f"{settings.store.path} 完好，已收 {mails} 封，磁盘剩余 {free // 1024} GB"
    if marker.can_be_kept(settings):
        return told
    place = settings.store.marker
    return f"{told}；标记 {place} 写不了，数据目录没有挂载时会被当成首次使用：在 [store] marker 中写一个可写的位置"


def check_definitions(settings: Settings) -> str:
    return "、".join(form.label for form in definitions_of(settings).forms)


def check_roster(settings: Settings) -> str:
    units = load_roster(settings).units
    return f"{len(units)} 个单位" if units else "未配置（可选）：缺报统计需要 [roster] file 或 [[unit]]"


def check_templates(settings: Settings) -> str:
    load_questions(settings.replies.templates)
    findings = Renderer(settings.replies.templates, office_of(settings)).check_templates(sample_mails(SAMPLE_DAY))
    if findings:
        raise BotError("；".join(findings))
    return "全部可用"


def check_readers(settings: Settings) -> str:
    missing = [name for name, reader in available().items() if not reader]
    if missing:
        raise BotError(f"不能打开 {'、'.join(missing)}", "重新安装程序依赖（make setup），或安装系统包 libarchive13")
    if not ocr.is_there():
        return "Word、WPS、Excel、PDF、压缩包、邮件均可读取；照片和扫描件不能识别：需要时安装 science-day-intake[ocr]"
    return "Word、WPS、Excel、PDF、图片、压缩包、邮件均可读取"


def check_fence(settings: Settings) -> str:
    """What the process that opens foreign files is kept from."""
    with Guard(settings.limits.limits()) as guard:
        held = guard.run(fence.in_force)
    return fences(held)


def check_cluster(settings: Settings) -> str:
    """Whether anybody is there, reads with the same program, and is kept from the same."""
    cluster = Cluster(str(settings.reading.workers))
    try:
        threads = cluster.reach()
        held = Distant(cluster, settings.limits.limits()).run(fence.in_force)
    finally:
        cluster.close()
    return f"{len(threads)} 个 dask worker，共 {sum(threads.values())} 个线程；其中一个试读：{fences(held)}"


def fences(held: Sequence[str]) -> str:
    kept = "，".join(["有时间和内存上限", "得不到邮箱密码", *(text for name, text in FENCES.items() if name in held)])
    lacking = "；".join(text for name, text in FENCES.items() if name not in held)
    hint = f"；本机系统做不到：{lacking}（可照常使用；Linux 5.13 以上的内核可以做到，容器须允许 Landlock 和 seccomp）"
    return kept + (hint if lacking else "")
