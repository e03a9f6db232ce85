"""Raw bytes of one mail -> ``Message``: the one place where its structure, header, names and texts are put together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct

from bot.message.body.cloud_links import cloud_links
from bot.message.body.content import DECORATION, REPORT_TYPES, Content, sort_leaves, visible_text
from bot.message.body.html_text import parse_html, text_of
from bot.message.body.ours import foreign_html, foreign_text, keys_of, typed_into, with_typed
from bot.message.body.passwords import password_candidates
from bot.message.body.quoting import new_html, new_text
from bot.message.identity import FORWARD_PREFIX, ids_in, parse_date
from bot.message.mime.addresses import addresses
from bot.message.mime.encoded_words import decode_words, is_garbled, subject_text
from bot.message.mime.fields import Fields
from bot.message.mime.structure import Tree, read_tree
from bot.message.model import (
    GARBLED_SUBJECT,
    GARBLED_TEXT,
    OTHER_SENDER,
    SEVERAL_FROM,
    Address,
    CloudLink,
    Message,
    Part,
)
from bot.message.origin.auth import auth_results
from bot.message.origin.bounces import bounced_to
from bot.message.origin.hops import read_way
from bot.message.origin.robots import BOUNCE, NOTICE, Traits, robot_reason, sent_by_program, without_footer

MAX_HEADERS = 300
# Bounces, answers to invitations, receipts and recalls bring these along, too.
_NO_FILES = ("message/rfc822", "text/calendar", "application/ics", "application/ms-tnef", "application/vnd.ms-tnef")
# QUIRK(QQ): a mail has a second id in X-OQ-MSGID, which replies may name. RFC 5322 §3.6.4
_OTHER_IDS = ("x-oq-msgid", "x-original-message-id", "x-microsoft-original-message-id", "resent-message-id")


def parse_message(raw: bytes, own: Collection[str] = (), sent: Sequence[str] = ()) -> Message:
    """The mail in *raw*. *own* are our own addresses: what comes from them is a robot's, what is quoted from them no content. *sent* are
    letters of ours that it may quote without any mark.

    Never raises for what a mail holds; what is broken is named in ``defects``. Runs where files are read, in the guarded worker.
    """
    ours = frozenset(address.lower() for address in own)
    tree = read_tree(raw)
    fields = tree.root
    sender = _sender(fields)
    subject = subject_text(fields.first("subject"))
    content = sort_leaves(tree)
    written = _written("\n\n".join(content.plain), "\n".join(content.html), subject, ours, keys_of(sent))
    traits = _traits(tree, content, sender.email, subject, written)
    reason = robot_reason(traits, ours)
    bounced = reason.startswith(BOUNCE)
    hops, is_doubtful = read_way(fields)
    broken = (*tree.defects, *content.defects, *_header_defects(fields, sender), *_text_defects(fields, written))
    return Message(
        message_id=next(iter(ids_in(fields.all("message-id"))), ""),
        other_ids=ids_in(value for name in _OTHER_IDS for value in fields.all(name)),
        in_reply_to=ids_in(fields.all("in-reply-to")),
        references=ids_in([*fields.all("references"), *(_returned_ids(content) if bounced else ())]),
        sender=sender,
        reply_to=tuple(one for one in _mailboxes(fields, "reply-to") if one.email and one.email not in ours),
        to=_mailboxes(fields, "to"),
        subject=subject,
        date=parse_date(decode_words(fields.first("date"))),
        text=written.text,
        html=written.html,
        new_text=without_footer(written.new_text),
        new_html=written.new_html,
        forwarded_from=written.forwarded_from,
        parts=tuple(content.parts),
        robot=reason,
        program="" if reason and not reason.startswith(NOTICE) else sent_by_program(traits),
        bounced_to=bounced_to(fields, subject, content.statuses, written.text, ours | {sender.email})
        if bounced
        else (),
        cloud_links=written.links,
        auth=auth_results(fields, sender.email if _is_one_sender(fields) else ""),
        defects=tuple(dict.fromkeys((*broken, *((OTHER_SENDER,) if is_doubtful else ())))),
        headers=_headers(fields),
        passwords=password_candidates(f"{subject}\n{written.text}"),
        is_from_one=_is_one_sender(fields),
        hops=hops,
    )


def compose_message(sender: Address, subject: str, text: str, html: str, parts: Sequence[Part]) -> Message:
    """A message that did not come as MIME (Outlook's formats), from decoded pieces."""
    written = _written(text, html, subject, frozenset())
    return Message(
        message_id="", other_ids=(), in_reply_to=(), references=(), sender=sender, reply_to=(), to=(), subject=subject, date=None,
        text=written.text, html=written.html, new_text=written.new_text, new_html=written.new_html, forwarded_from=written.forwarded_from,
        parts=tuple(parts), cloud_links=written.links,
    )  # fmt: skip


class _Written(Struct, frozen=True):
    text: str
    html: str
    new_text: str
    new_html: str
    forwarded_from: Address
    links: tuple[CloudLink, ...]


def _written(plain: str, html: str, subject: str, own: frozenset[str], ours: Sequence[str] = ()) -> _Written:
    """The mail's own text in all its forms. Plain text that says less than the HTML («please use an HTML viewer») is not used."""
    is_forward = bool(FORWARD_PREFIX.match(subject))
    plain, text = visible_text(plain, html)
    shown = foreign_html(new_html(html, is_forward, own), ours) if html else ""
    new = new_text(plain or text, is_forward, own)
    if html and not plain:
        root = parse_html(shown) if shown else None
        lines = text_of(root) if root is not None else ""
        fresh = new_text(lines, is_forward, own)
        new = type(new)(fresh.text, new.forwarded_from)
    told = with_typed(foreign_text(new.text, ours), typed_into(plain or text, ours))
    return _Written(text, html, told, shown, new.forwarded_from, cloud_links(shown, told))


def _sender(fields: Fields) -> Address:
    named = _mailboxes(fields, "from")
    sender = next((one for one in named if one.email), None)
    if sender is not None:
        return sender
    others = (one for name in ("sender", "return-path") for one in _mailboxes(fields, name) if one.email)
    fallback = next(others, Address(""))
    return Address(fallback.email, named[0].name if named else fallback.name)


def _is_one_sender(fields: Fields) -> bool:
    """Where From names several, the checks may be about another of them than the one that we read."""
    return len(fields.all("from")) == 1 and sum(bool(one.email) for one in _mailboxes(fields, "from")) == 1


def _mailboxes(fields: Fields, name: str) -> tuple[Address, ...]:
    return tuple(one for value in fields.all(name)[:20] for one in addresses(value))


def _traits(tree: Tree, content: Content, sender: str, subject: str, written: _Written) -> Traits:
    root = tree.root_type
    return Traits(
        fields=tree.root,
        sender=sender,
        subject=subject,
        text=written.new_text or written.text[:4000],
        types=(root.value, *(leaf.content_type.value for leaf in tree.leaves)),
        report_type=root.parameters.get("report-type", "").lower() if root.value == "multipart/report" else "",
        calendar_method=content.calendar_method,
        has_files=any(_is_file(part) for part in content.parts),
    )


def _is_file(part: Part) -> bool:
    reported = part.content_type in REPORT_TYPES or part.content_type in _NO_FILES
    return not reported and not part.inline and not DECORATION.search(part.name)


def _returned_ids(content: Content) -> Iterator[str]:
    """Message ids of the mail that came back: what a bounce is about."""
    for part in content.parts:
        if part.content_type in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"):
            fields = read_tree(part.data[:65536]).root
            yield from (*fields.all("message-id"), *(value for name in _OTHER_IDS for value in fields.all(name)))


def _header_defects(fields: Fields, sender: Address) -> Iterator[str]:
    if not sender.email:
        yield "no sender"
    if sum(1 for one in fields.items if one.name == "from") > 1:
        yield SEVERAL_FROM
    if fields.has("message-id") and not ids_in(fields.all("message-id")):
        yield "broken Message-ID"
    if fields.has("date") and parse_date(decode_words(fields.first("date"))) is None:
        yield "broken Date"


def _text_defects(fields: Fields, written: _Written) -> Iterator[str]:
    """Characters that nobody can bring back, where the sender wrote them now; what is quoted stands elsewhere whole."""
    if "\ufffd" in written.new_text:
        yield GARBLED_TEXT
    if is_garbled(fields.first("subject")):
        yield GARBLED_SUBJECT


def _headers(fields: Fields) -> dict[str, str]:
    """The topmost value of each field, decoded and cut to 2000 characters."""
    found: dict[str, str] = {}
    for one in fields.items:
        if one.name not in found and len(found) < MAX_HEADERS:
            found[one.name] = decode_words(one.value)[:2000]
    return found
