"""A digest now, as files to look at; sent only when told to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path

from sqlite_utils import Database

from bot.base.errors import BotError
from bot.base.settings import Deadline, Settings
from bot.digest.mail import digest_mail
from bot.digest.plan import Plan, plan_of
from bot.digest.send import current_figures, draw
from bot.forms.units.roster import load_roster
from bot.letters.keys import digest_now_key
from bot.letters.model import Envelope, Rendered
from bot.letters.office import office_of
from bot.letters.render import Renderer
from bot.store import outbox, token
from bot.store.database import Store
from bot.store.files.raw import safe_name


class NoDeadline(BotError):
    """There is no deadline of this name, or none at all."""

    remedy = "核对 --deadline 的名称，或在 config.toml 中写 [[deadline]]"


def write_digest(store: Store, settings: Settings, now: datetime, name: str, out: Path, *, send: bool) -> list[Path]:
    """``digest.eml``, ``digest.html`` (pictures beside it) and the workbook below *out*; with *send* also into the queue."""
    plan = plan_of(settings, load_roster(settings))
    deadline = plan.nearest_deadline(now, name)
    if deadline is None:
        raise NoDeadline(f"没有名为“{name}”的截止日期" if name else "没有设置截止日期")
    renderer = Renderer(settings.replies.templates, office_of(settings))
    receivers = plan.receivers or (settings.mailbox.address,)
    mails = digests_now(store, plan, renderer, deadline, now, receivers)
    if send:
        with store.transaction() as db:
            queue_now(db, mails, now)
    return write_mail(mails[0][1].raw, out)


def digests_now(
    store: Store, plan: Plan, renderer: Renderer, deadline: Deadline, now: datetime, receivers: Sequence[str]
) -> list[tuple[str, Rendered]]:
    """(key, mail) for each of *receivers*."""
    found = current_figures(store.connection, plan, deadline, now)
    drawn, domain = draw(found, renderer.office), renderer.office.domain
    keys = [(to, digest_now_key(deadline.name, now, to)) for to in receivers]
    return [
        (key, digest_mail(found, drawn, renderer, None, now, Envelope(to), token.message_id(store.db, key, domain)))
        for to, key in keys
    ]


def queue_now(db: Database, mails: Sequence[tuple[str, Rendered]], now: datetime) -> None:
    for key, mail in mails:
        outbox.queue(db, mail, dedupe_key=key, created_at=now.isoformat(), template="digest")


def write_mail(raw: bytes, out: Path) -> list[Path]:
    """The mail, its HTML with the pictures as files, and its attachments."""
    out.mkdir(parents=True, exist_ok=True)
    message = message_from_bytes(raw, policy=policy.default)
    html, written = "", [out / "digest.eml"]
    written[0].write_bytes(raw)
    names: dict[str, str] = {}
    for part in message.walk():
        if part.is_multipart():
            continue
        cid = str(part["Content-ID"] or "").strip("<> ")
        if part.get_content_type() == "text/html":
            html = str(part.get_content())
        elif part.get_filename() or cid:
            path = out / safe_name(part.get_filename() or cid)
            payload = part.get_payload(decode=True)
            path.write_bytes(payload if isinstance(payload, bytes) else b"")
            written.append(path)
            if cid:
                names[cid] = path.name
    for cid, name in names.items():
        html = html.replace(f"cid:{cid}", name)
    (out / "digest.html").write_text(html, encoding="utf-8")
    return [*written, out / "digest.html"]
