"""One mail as plain data; nothing here holds a parser object."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

# Defects after which a part of the mail may be lost, or two programs may read it differently: a person is told.
GARBLED_TEXT = "undecodable text"
GARBLED_SUBJECT = "undecodable subject"
DAMAGED_TEXT = "damaged text"
CUT_OFF = "mail not closed"
NO_PARTS = "multipart without parts"
TOO_DEEP = "nested too deep"
TOO_MANY = "too many parts"
SEVERAL_FROM = "several From"
OTHER_SENDER = "another From for others"
TOLD_TWICE = "contradictory fields"


class Address(Struct, frozen=True):
    """One mailbox: ``email`` is lower-case ``local@domain`` or empty, ``name`` the decoded display name."""

    email: str
    name: str = ""


class Part(Struct, frozen=True):
    """One leaf of the MIME tree that is not the mail's own text, with its transfer encoding undone.

    A nested ``message/rfc822`` stays one part (its ``data`` is the inner mail); opening it is the documents room's work.
    ``inline`` is true where the HTML shows the part by ``cid:`` or the disposition is inline.
    """

    name: str
    content_type: str
    data: bytes
    content_id: str = ""
    inline: bool = False


class CloudLink(Struct, frozen=True):
    """A file that the sender left behind a download link (超大附件, 云附件, 中转站)."""

    name: str
    href: str
    size: str = ""
    expires: str = ""


class AuthResults(Struct, frozen=True):
    """What the receiving server found out about the sender; each of ``pass fail none …`` or empty where it said nothing.

    ``from_domain`` is the domain of From where a passed check speaks for that very domain, else empty. ``by_receiver`` is true where
    what stands around the results proves that the receiving server wrote them, whatever it calls itself; ``counts`` where they at least
    stand in its place.
    """

    authserv_id: str = ""
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    from_domain: str = ""
    by_receiver: bool = False
    counts: bool = False


class Hop(Struct, frozen=True):
    """One server that passed the mail on, as a Received line tells: ``by`` what it calls itself, ``at`` when it took the mail (aware; None
    where unreadable). ``is_ours`` where the line stands in the receiving server's place; all others are the sender's word."""

    by: str
    at: datetime | None
    is_ours: bool = False


class Message(Struct, frozen=True):
    """One mail, decoded.

    ``new_text`` is what the sender wrote now: quoted history and signatures below it are cut off; ``new_html`` is the same of the
    HTML. A forwarded mail is content and stays in; ``forwarded_from`` is its writer. ``text`` and ``html`` are everything.
    ``robot`` names why no automatic answer may go out (RFC 3834 and what providers send); empty for a person. ``program`` names the
    sign that an office system, a list or a gateway sent the mail: it may be a person's all the same.
    ``other_ids`` are further ids of the same mail (``X-OQ-MSGID`` of QQ). ``date`` is aware, or None where unreadable.
    ``is_from_one`` is false where From names several addresses, or none (``sender`` is then another field's).
    ``hops`` is the way that it took, newest first; ``defects`` are short English words for what is broken.
    ``passwords`` are those that its subject or text names for locked attachments, likeliest first.
    """

    message_id: str
    other_ids: tuple[str, ...]
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: Address
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    subject: str
    date: datetime | None
    text: str
    html: str
    new_text: str
    parts: tuple[Part, ...]
    robot: str = ""
    program: str = ""
    bounced_to: tuple[str, ...] = ()
    cloud_links: tuple[CloudLink, ...] = ()
    auth: AuthResults = AuthResults()
    defects: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    new_html: str = ""
    forwarded_from: Address = Address("")
    passwords: tuple[str, ...] = ()
    is_from_one: bool = True
    hops: tuple[Hop, ...] = ()

    @property
    def answer_to(self) -> Address:
        """Where an answer goes: Reply-To where it names an address, else From."""
        return next((address for address in self.reply_to if address.email), self.sender)

    @property
    def thread_ids(self) -> tuple[str, ...]:
        """Message ids that this mail answers, nearest first."""
        return tuple(dict.fromkeys((*self.in_reply_to, *reversed(self.references))))
