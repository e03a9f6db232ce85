"""Decision -> finished mails: the answer to the sender, what a coordinator asked for, the notice to a unit whose form was returned."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot import commands
from bot.asked import plain_reply
from bot.conversation import Request, Wish
from bot.decided import Decision, StatusChange
from bot.digest.send import current_figures, draw, nearest_deadline, render_digest
from bot.known import KnownSubmission
from bot.message.model import Message
from bot.replies.compose import COLLECTED
from bot.replies.model import Envelope, Item, ItemState, MailKind, Rendered, Reply
from bot.replies.render import Renderer
from bot.rules import Read, Rules
from bot.store import submissions
from bot.store.database import Store
from bot.store.mails import StoredMail


def answers_to(
    store: Store,
    stored: StoredMail,
    read: Read,
    decision: Decision,
    rules: Rules,
    renderer: Renderer,
    now: datetime,
    salt: str = "",
) -> Iterator[tuple[str, Rendered]]:
    """Each mail with the name of its template. *salt* tells a second answer to the same mail from the first."""
    ident = f"{stored.sha256}|answer|{salt}"
    envelope = envelope_of(read.message, rules)
    if decision.reply is not None:
        yield decision.reply.template, renderer.reply(decision.reply, envelope, message_id(ident, renderer), now)
    if decision.request is not None:
        yield from asked(store, decision.request, decision, envelope, rules, renderer, now, ident)


def envelope_of(message: Message, rules: Rules) -> Envelope:
    to = rules.answer_to(message)
    return Envelope(to.email, to.name, message.subject, message.message_id, message.references)


def message_id(ident: str, renderer: Renderer) -> str:
    """Always the same for the same occasion, so that even a rebuilt database repeats it."""
    domain = renderer.settings.mailbox.address.rpartition("@")[2]
    return f"<{hashlib.sha256(ident.encode()).hexdigest()[:40]}@{domain}>"


def asked(
    store: Store,
    request: Request,
    decision: Decision,
    envelope: Envelope,
    rules: Rules,
    renderer: Renderer,
    now: datetime,
    ident: str,
) -> Iterator[tuple[str, Rendered]]:
    settings = renderer.settings
    if request.wish is Wish.DIGEST:
        deadline = nearest_deadline(settings, now)
        if deadline is not None:
            found = current_figures(store.connection, settings, rules.roster, deadline, now)
            mail = render_digest(found, draw(found, settings), settings, renderer, None, now, envelope.to_email, ident)
            yield "digest", replace(mail, in_reply_to=envelope.in_reply_to)
    elif request.wish is Wish.RETURN:
        for number, change in enumerate(decision.changes):
            yield from returned(store, change, renderer, now, f"{ident}|{change.ref}" if number else ident)
    elif request.wish in {Wish.MISSING, Wish.QUERY, Wish.HELP}:
        reply = commands.answer(request, store, settings, rules.roster, now)
        yield reply.template, renderer.reply(reply, envelope, message_id(ident, renderer), now)
    elif request.wish is Wish.EXPORT:
        yield (
            "command",
            commands.package(store, settings, rules.roster, renderer, envelope, message_id(ident, renderer), now),
        )


def returned(
    store: Store, change: StatusChange, renderer: Renderer, now: datetime, ident: str
) -> Iterator[tuple[str, Rendered]]:
    """Tell the unit that its form was returned, in the thread of the mail with which it came."""
    target = submissions.version(store.db, change.submission)
    came = next(store.db.query("SELECT from_addr, subject, message_id FROM mail WHERE id = ?", [target.mail]))
    if change.status == "rejected":
        # An update that was held: perhaps a stranger's, who is told nothing of what stands.
        because = (f"原因：{change.reason}",) if change.reason else ()
        words = (f"对受理号 {target.ref} 的更新经核实未采用，原登记继续有效。", *because)
        reply = plain_reply(target.ref, "更新未采用", words)
    else:
        reply = return_of(target, change.reason)
    envelope = Envelope(came["from_addr"], "", came["subject"], came["message_id"])
    yield "returned", renderer.reply(reply, envelope, message_id(f"{ident}|returned", renderer), now)


def return_of(target: KnownSubmission, reason: str) -> Reply:
    words = (
        f"贵单位报送的{COLLECTED[target.kind]}“{target.title}”（受理号 {target.ref}）经审核退回。",
        f"退回原因：{reason}" if reason else "请核对内容后重新报送。",
        "请改好后直接回复本邮件并附上文件，受理号不变。",
    )
    item = Item(target.kind, ItemState.NEEDS_CORRECTION, target.title, "", target.ref, target.version, target.unit)
    letter = plain_reply(target.ref, "登记已退回", words)
    return replace(letter, kind=MailKind.CORRECTION, unit=target.unit, items=(item,))
