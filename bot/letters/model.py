"""What a reply says, as plain data; templates turn it into text and HTML."""

from __future__ import annotations

from msgspec import Struct

from bot.decision.model import MailKind


class Envelope(Struct, frozen=True):
    """Where a reply goes and what it answers. ``their_subject`` is decoded; ``references`` oldest first, without the answered id. Not
    ``is_answer``: nothing is answered, the subject is ours."""

    to_email: str
    to_name: str = ""
    their_subject: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    is_answer: bool = True


class Attachment(Struct, frozen=True):
    """A file to attach; ``content_id`` set for inline pictures."""

    name: str
    content_type: str
    data: bytes
    content_id: str = ""


class Rendered(Struct, frozen=True):
    """One finished mail, ready for the outbox: ``raw`` are its bytes with CRLF line ends, the Message-ID fixed in them."""

    kind: MailKind
    to_addr: str
    subject: str
    in_reply_to: str
    message_id: str
    raw: bytes
