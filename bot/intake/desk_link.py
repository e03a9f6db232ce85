"""The mail with a link that opens the coordinators' page: asked for by mail («工作台») or on the page itself."""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.base.sections.desk import DeskSettings
from bot.decision.model import MailKind
from bot.intake.answers import Letter
from bot.letters.model import Envelope
from bot.letters.render import Renderer
from bot.store.database import Store
from bot.store.desk import links


def link_letter(
    store: Store, desk: DeskSettings, renderer: Renderer, to: Envelope, message_id: str, now: datetime
) -> Letter:
    """A new link, good at once; whoever answers for *to* must have looked who it is."""
    with store.transaction() as db:
        token = links.make(db, to.to_email, now)
    subject = f"Re: {to.their_subject} 登录链接" if to.their_subject else "登录工作台"
    mail = renderer.mail(
        MailKind.ANSWER,
        links.TEMPLATE,
        to.to_email,
        subject,
        link_words(f"{desk.address}/login/{token}", only_here=is_local(desk.address)),
        [],
        message_id,
        now,
        to_name=to.to_name,
        in_reply_to=to.in_reply_to,
        references=to.references,
    )
    return Letter(links.TEMPLATE, mail)


def link_words(url: str, *, only_here: bool) -> dict[str, object]:
    return {"url": url, "minutes": int(links.GOOD_FOR.total_seconds() // 60), "only_here": only_here}


def is_local(address: str) -> bool:
    """Whether the page can be opened on the bot's own machine only."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
