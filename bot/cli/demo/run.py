"""The demo: an office's campaign in two minutes. Real servers, the real cycle, invented units; only the clock is simulated."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct, field
from rich.console import Console
from rich.markup import escape

from bot.base import logs
from bot.base.clock import Clock, make_clock
from bot.base.errors import BotError
from bot.base.replacing import replace
from bot.base.settings import Settings, load_settings
from bot.cli.demo.mails import ADDRESS, COORDINATOR, ZONE, Answered, Day, Sample, days
from bot.cli.demo.pages import Line, Saved, save_mail
from bot.cli.demo.servers import HOST, PASSWORD, MailServers, mail_servers
from bot.cli.show import status_lines
from bot.decision.states import Status, outcome_label, status_label
from bot.digest.package.export import export
from bot.intake.parts import Worked
from bot.letters.mime import file_name
from bot.operation.app import App, Cycle, running
from bot.operation.status import read_status

MARK = ".demo-output"  # only a folder with this file in it is ever emptied
COUNTIES, MEMBERS = "县（市、区）", "成员单位"
HELD = """SELECT 1 FROM v_submissions JOIN v_messages USING (message_id)
WHERE v_messages.id = ? AND v_submissions.status = 'held'"""
UNITS = (  # group, name, contact, phone, domain
    (COUNTIES, "晋江市科学技术协会", "庄晓东", "0595-22000001", "jinjiang.example.com"),
    (COUNTIES, "石狮市科学技术协会", "林小海", "0595-22000002", "shishi.example.com"),
    (COUNTIES, "南安市科学技术协会", "黄小茶", "0595-22000003", ""),
    (COUNTIES, "惠安县科学技术协会", "陈小星", "0595-22000004", ""),
    (COUNTIES, "安溪县科学技术协会", "苏小铁", "0595-22000005", ""),
    (COUNTIES, "永春县科学技术协会", "颜小柑", "0595-22000006", ""),
    (COUNTIES, "德化县科学技术协会", "郑小瓷", "0595-22000008", ""),
    (MEMBERS, "泉州市气象局", "周小云", "0595-22000007", ""),
    (MEMBERS, "泉州市教育局", "吴小书", "0595-22000009", ""),
    (MEMBERS, "泉州市图书馆", "李小卷", "0595-22000010", ""),
)
CONFIG = """# 演示用配置：邮件服务器只在演示时运行；可用 --config 本文件 查看 status、digest、export
[mailbox]
address = "{address}"
host = "{host}"
port = {imap_port}
security = "none"
username = "{address}"
password_file = "password"
since = 2023-08-01

[smtp]
host = "{host}"
port = {smtp_port}
security = "none"
max_per_minute = 1000
max_per_15_minutes = 10000
max_per_day = 10000

[store]
path = "data"

[campaign]
name = "2023年泉州市全国科普日"
starts = 2023-08-21
ends = 2023-09-30
office = "（演示）科普日活动办公室"

[[deadline]]
name = "重点活动申报"
due = 2023-08-30T23:59:59
collects = ["registration", "summary"]
digest_days_before = [7, 1, 0]

[[deadline]]
name = "工作总结"
due = 2023-09-30T23:59:59
collects = ["report"]
digest_days_before = [3, 0]

[coordinators]
emails = ["{coordinator}"]
names = ["陈老师"]
phone = "0595-22000000"
"""


class SteppedClock(Struct):
    """The bot's time: set to each day of the story in turn."""

    now: datetime = datetime(2023, 8, 23, tzinfo=ZONE)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=50)  # no two events at the very same moment
        return self.now


class Story(Struct):
    """What has happened so far: the last answer to each address."""

    out: Path
    console: Console
    answers: dict[str, Answered] = field(default_factory=dict)
    number: int = 0
    seen: int = 0

    def say(self, text: str, style: str = "") -> None:
        self.console.print(escape(text), style=style or None, highlight=False, soft_wrap=True)


def demo(out: Path, keep: bool, console: Console, *, hint: bool = False) -> tuple[Settings, Clock]:
    """Run the whole story and leave its results in *out*; with *keep* an earlier result is moved aside, not deleted. Returns the office
    as it is on the last day, and a clock that goes on from there."""
    prepare(out, keep)
    story = Story(out, console)
    clock = SteppedClock()
    story.say("启动本机邮件服务器（IMAP、SMTP），装入样例邮件……", "bold")
    with mail_servers(ADDRESS) as servers:
        settings = write_config(out, servers)
        logs.set_up("error", "text")
        with running(settings, clock) as app:
            for day in days(app.rules.definitions):
                clock.now = day.at
                live_through(day, app, servers, story)
            export(app.store, app.plan, app.renderer.office, out / "export", clock(), app.guard, as_zip=False)
            story.say("\n截至最后一天：", "bold")
            story.say(
                "\n".join(
                    f"  {line}"
                    for line in status_lines(read_status(app.store.db, settings, clock()), settings.schedule.zone)
                )
            )
    conclude(story, hint)
    return settings, make_clock(settings.schedule.zone, clock())


def prepare(out: Path, keep: bool) -> None:
    """An empty *out*. Refuses to empty a folder that no demo made."""
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MARK).is_file())):
        raise BotError(f"{out} 里有其他文件，演示不会覆盖", "用 --out 指定一个新目录")
    if out.is_dir() and (out / MARK).is_file():
        if keep:
            number = next(n for n in range(1, 10_000) if not out.with_name(f"{out.name}-{n}").exists())
            out.rename(out.with_name(f"{out.name}-{number}"))
        else:
            shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).touch()


def write_config(out: Path, servers: MailServers) -> Settings:
    text = CONFIG.format(
        address=ADDRESS, host=HOST, imap_port=servers.imap_port, smtp_port=servers.smtp_port, coordinator=COORDINATOR
    )
    for group, name, contact, phone, domain in UNITS:
        text += f'\n[[unit]]\nname = "{name}"\ngroup = "{group}"\ncontact = "{contact}"\nphones = ["{phone}"]\n'
        text += f'domains = ["{domain}"]\n' if domain else ""
    password = out / "password"
    password.write_text(PASSWORD, encoding="utf-8")
    password.chmod(0o600)
    path = out / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def live_through(day: Day, app: App, servers: MailServers, story: Story) -> None:
    """Deliver the day's mails, run one real cycle, tell what came of it."""
    title = f"{day.at.month}月{day.at.day}日 {day.at:%H:%M}"
    sources = [(sample, path) for sample in day.samples if (path := deliver(sample, day, servers, story)) is not None]
    cycle = app.cycle(threading.Event(), patience=60.0)
    story.say(f"\n{title}  新邮件 {cycle.taken} 封，发出 {cycle.flushed.sent} 封", "bold cyan")
    written = [save(mail.raw, app, story) for mail in servers.deliveries[story.seen :]]
    story.seen = len(servers.deliveries)
    answers = {saved.to: saved for kind, saved in written if kind not in {"digest", "reminder"}}
    digests = [saved for kind, saved in written if kind in {"digest", "reminder"}]
    lines = [
        account(sample, path, worked, answers, app)
        for (sample, path), worked in zip(sources, in_order(cycle), strict=False)
    ]
    for line in lines:
        tell(line, story)
    for saved in digests:
        story.say(f"  ▶ 发给工作人员：{saved.subject}  → {shown(saved.page, story)}", "green")
        story.say("\n".join(f"      {line}" for line in opening(saved.text)), "dim")
    if cycle.fault:
        story.say(f"  收信未完成：{cycle.fault}", "red")


def deliver(sample: Sample, day: Day, servers: MailServers, story: Story) -> Path | None:
    """Put the sample into the mailbox and a copy on disk; None where this machine cannot make it."""
    raw = sample.build(day.at, story.answers.get(sample.sender, Answered()))
    if raw is None:
        story.say(f"  （跳过“{sample.what}”：本机没有中文字体）", "yellow")
        return None
    story.number += 1
    path = story.out / "inbox" / f"{story.number:02d}-{file_name(sample.what)}.eml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(raw)
    servers.deliver(raw, day.at)
    return path


def in_order(cycle: Cycle) -> Sequence[Worked]:
    """Mails are worked off in the order in which they came in."""
    return sorted(cycle.worked, key=lambda worked: worked.mail)


def save(raw: bytes, app: App, story: Story) -> tuple[str, Saved]:
    """One mail that the bot sent, on disk, with its kind from the public view."""
    number = len(list((story.out / "replies").glob("*.eml"))) + len(list((story.out / "digest").glob("*.eml"))) + 1
    saved = save_mail(raw, story.out / "replies", f"{number:02d}")
    found = app.store.db.execute(
        "SELECT kind, to_addr FROM v_outbox WHERE message_id = ?", (saved.message_id,)
    ).fetchone()
    kind, to = (found["kind"], found["to_addr"]) if found else ("answer", saved.to)
    folder = story.out / ("digest" if kind in {"digest", "reminder"} else "replies")
    for path in (saved.eml, saved.page, *saved.files):
        path.unlink()
    saved = save_mail(raw, folder, f"{number:02d}-{kind}")
    saved = replace(saved, to=to)
    story.answers[to] = Answered(saved.message_id, saved.subject)
    return kind, saved


def account(sample: Sample, path: Path, worked: Worked, answers: dict[str, Saved], app: App) -> Line:
    is_held = app.store.db.execute(HELD, [worked.mail]).fetchone() is not None
    outcome = status_label(Status.HELD) if is_held else outcome_label(worked.outcome)
    return Line(sample.what, worked.subject, path, outcome, worked.ref, worked.why, answers.get(sample.sender))


def tell(line: Line, story: Story) -> None:
    story.say(f"  ◀ {line.what}：{line.subject}")
    answer = (
        f"答复：{line.answer.subject}  → {shown(line.answer.page, story)}"
        if line.answer
        else f"不答复（{line.why or '见说明'}）"
    )
    story.say(f"      {line.outcome} {line.ref}  {answer}", "dim")


def opening(text: str) -> list[str]:
    """The figures at the head of a digest: its second paragraph."""
    paragraphs = text.split("\n\n")
    return paragraphs[1].splitlines() if len(paragraphs) > 1 else []


def shown(path: Path, story: Story) -> str:
    return path.relative_to(story.out).as_posix()


def conclude(story: Story, hint: bool) -> None:
    out = story.out
    story.say("\n可以查看：", "bold")
    for what, path in (
        ("来信样例（.eml）", out / "inbox"),
        ("答复（.eml、.html）", out / "replies"),
        ("汇总邮件和工作簿", out / "digest"),
        ("上报材料", out / "export"),
        ("数据库", out / "data" / "intake.db"),
        ("所用配置", out / "config.toml"),
    ):
        story.say(f"  {what}：{path}")
    if hint:
        story.say("  逐封对照来信和答复：加 --desk 再演示一次（make demo-desk），在浏览器的工作台里看")
