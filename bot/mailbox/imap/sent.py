"""The Sent folder: is a mail in it, and should the bot put its own copy there."""

from __future__ import annotations

import logging
import re
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses

from bot.mailbox.imap.connection import Connection
from bot.mailbox.imap.folders import SENT, list_folders, with_role
from bot.mailbox.imap.listing import body_of, by_uid
from bot.mailbox.imap.model import SentMail
from bot.message.mime.encoded_words import decode_words

log = logging.getLogger(__name__)

HEADERS = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID X-OQ-MSGID SUBJECT TO)]"
# Providers whose SMTP server keeps the copy itself: an APPEND makes two or three of it.
KEEP_THEIR_OWN = re.compile(
    r"(^|\.)(126\.com|163\.com|yeah\.net|188\.com|vip\.163\.com|netease\.com|ym\.163\.com|qiye\.163\.com)$", re.I
)
MAY_KEEP_THEIR_OWN = re.compile(
    r"(^|\.)(qq\.com|foxmail\.com|gmail\.com|googlemail\.com|outlook\.com|office365\.com|sina\.com|sina\.cn|sohu\.com|139\.com|189\.cn|aliyun\.com|mxhichina\.com)$",
    re.I,
)


def newest_sent(connection: Connection, limit: int) -> tuple[SentMail, ...] | None:
    """The newest *limit* mails of the Sent folder, newest first, or None where there is no such folder."""
    folder = with_role(list_folders(connection), SENT)
    return None if folder is None else newest_of(connection, folder.name, limit)


def newest_of(connection: Connection, folder: str, limit: int) -> tuple[SentMail, ...]:
    """The newest *limit* mails of any folder, newest first."""
    selected = connection.open(folder)
    if not selected.exists:
        return ()
    # QUIRK(NetEase, QQ): SEARCH HEADER finds nothing there and everything here: asked by sequence number. RFC 3501 §6.4.4
    first = max(1, selected.exists - limit + 1)
    with connection.translated("读取已发送邮件"):
        answers = connection.client.fetch_range(f"{first}:*", f"(UID {HEADERS})", by_uid=False)
    newest_first = sorted(by_uid(answers).items(), reverse=True)
    return tuple(read_header(body_of(items)[1]) for _, items in newest_first)


def read_header(header: bytes) -> SentMail:
    message = BytesHeaderParser(policy=compat32).parsebytes(header)
    ids = " ".join(str(value) for name in ("Message-ID", "X-OQ-MSGID") for value in message.get_all(name, []))
    recipients = [str(value) for value in message.get_all("To", [])]
    return SentMail(
        frozenset(re.findall(r"<[^<>\s]+>", ids)),
        " ".join(decode_words(str(message.get("Subject", ""))).split()),
        frozenset(address.lower() for _, address in getaddresses(recipients) if address),
    )


def should_append(host: str, save_sent: str) -> bool:
    """Whether the bot's own copy is wanted: never at NetEase, at QQ and its like only when told to."""
    if save_sent == "never" or KEEP_THEIR_OWN.search(host):
        return False
    return save_sent == "always" or not MAY_KEEP_THEIR_OWN.search(host)


def append_sent(connection: Connection, raw: bytes) -> bool:
    """Put *raw* into the Sent folder as read; False where there is none."""
    folder = with_role(list_folders(connection), SENT)
    if folder is None:
        log.info("no Sent folder, no copy kept")
        return False
    with connection.translated("保存已发送副本"):
        connection.client.append(folder.name, raw, (rb"\Seen",))
    return True
