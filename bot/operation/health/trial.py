"""Trying a mailbox before it is written into the configuration: what ``init`` asks the servers."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import datetime, tzinfo

from msgspec import Struct

from bot.base.sections.servers import Mailbox, Smtp
from bot.letters.mime import Head, mail_bytes
from bot.mailbox.imap.folders import JUNK, SENT, with_role
from bot.mailbox.imap.mailbox import ImapMailbox
from bot.mailbox.smtp.sender import SmtpSender

LOOK_EVERY = 1.0  # seconds
TEXT = "这是收件机器人安装时写给自己的测试信，可以删除。"


class Abilities(Struct, frozen=True):
    """What the server can and which folders there are; a folder that is not there is ""."""

    told: str
    folders: tuple[str, ...]
    sent: str
    junk: str
    has_id: bool
    has_idle: bool
    has_move: bool


def abilities(settings: Mailbox, zone: tzinfo, now: datetime) -> Abilities:
    """Log in, open the folder, list the others. Raises as ``ImapMailbox`` does."""
    mailbox = ImapMailbox(settings, zone)
    try:
        told = mailbox.check(now)
        folders = mailbox.folders()
        sent, junk = with_role(folders, SENT), with_role(folders, JUNK)
        client = mailbox.connection.client
        return Abilities(
            told,
            tuple(folder.name for folder in folders),
            sent.name if sent else "",
            junk.name if junk else "",
            *(bool(client.has_capability(name)) for name in ("ID", "IDLE", "MOVE")),
        )
    finally:
        mailbox.close()


def log_in_to_send(settings: Smtp, address: str) -> None:
    sender = SmtpSender(settings, address)
    try:
        sender.connect()
    finally:
        sender.close()


class Arrived(Struct, frozen=True):
    """Of a mail to ourselves: whether it came, and whether the server put a copy into the Sent folder."""

    came: bool
    is_kept: bool


def send_to_self(
    mailbox: Mailbox, smtp: Smtp, zone: tzinfo, now: datetime, seconds: float, on_sent: Callable[[], None]
) -> Arrived:
    """One mail, looked for in the folder that is read and among the sent ones for some *seconds*."""
    address, mark = mailbox.address, secrets.token_hex(4).upper()
    subject = f"收件机器人测试信 {mark}"
    head = Head(
        address, "", (("", address),), subject, f"<{mark}.{secrets.token_hex(8)}@{address.rpartition('@')[2]}>", now,
        auto_submitted="auto-generated",
    )  # fmt: skip
    sender, inbox = SmtpSender(smtp, address), ImapMailbox(mailbox, zone)
    try:
        sender.send(address, mail_bytes(head, TEXT, f"<p>{TEXT}</p>"))
        on_sent()
        until = time.monotonic() + seconds
        while not (came := inbox.holds_subject(subject)) and time.monotonic() < until:
            time.sleep(LOOK_EVERY)
        copies = inbox.sent_mails(10)
        return Arrived(came, copies is not None and any(one.subject == subject for one in copies))
    finally:
        sender.close()
        inbox.close()
