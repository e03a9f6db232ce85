"""What the sender wrote now, and what is quoted history, in plain text and in HTML.

A forward is content: its first quoted mail counts as new (older ones inside it do not), unless it is one of our own mails that
comes back. Lines that a person puts between quoted lines are kept; quoted lines themselves stay in ``Message.text`` only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from msgspec import Struct

from bot.message.body.history import History, find_history, is_quote_mark
from bot.message.body.html_text import Element, descendants, drop, is_hidden, lines_of, parse_html, tidy, to_html
from bot.message.model import Address

_SIGNATURE_MARK = re.compile(r"^--[ \u00a0]?$")
_SENT_FROM = re.compile(
    r"^\s*[<\[(（]?\s*(?:发自|來自|从我的|从|来自|获取|取得|下载|sent\s+from|get\s+outlook|inviato da|envoyé de).{0,4}"
    r"(?:我的|my|for|新浪邮箱|网易邮箱|QQ邮箱|Foxmail|iPhone|iPad|手机|华为|小米|OPPO|vivo|荣耀|Outlook|Windows|Mail|Android|139邮箱|189邮箱|邮箱大师).{0,40}$",
    re.IGNORECASE,
)
_CLIENT_ADVERT = re.compile(
    r"^\s*(?:签名由|签名\s*由|由)\s*.{0,12}(?:网易邮箱大师|Foxmail|QQ邮箱|139邮箱).{0,10}$|^\s*来自\s*(?:Outlook|Foxmail|网易邮箱|QQ邮箱)\s*$"
)
# Elements that hold an older mail, by what the programs call them.
_QUOTE_IDS = re.compile(
    r"^(?:isReplyContent|x_isReplyContent|replyContent|divRplyFwdMsg|x_divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|reply-intro|original-content)$",
    re.IGNORECASE,
)
_QUOTE_CLASSES = re.compile(
    r"(?:^|\s)(?:gmail_quote|gmail_quote_container|gmail_extra|yahoo_quoted|moz-cite-prefix|protonmail_quote|zmail_extra|ntes_quote|cm_quote_msg|tutanota_quote)(?:\s|$)",
    re.IGNORECASE,
)
_AND_WHAT_FOLLOWS = re.compile(r"^(?:divRplyFwdMsg|appendonsend|x_divRplyFwdMsg)$", re.IGNORECASE)
_SIGNATURES = re.compile(
    r"^(?:divNeteaseMailCard|Signature|gmail_signature|ntes-pcmac-signature|spnEditorSign|_?foxmail_sign|ms-outlook-mobile-signature|x_Signature|AppleMailSignature|lineBreakAtBeginningOfSignature|sign|protonmail_signature_block|mobile_sign)$",
    re.IGNORECASE,
)
_MAX_ROUNDS = 12  # a thread answered at the bottom by many; what is behind the last one is cut off
_CONTAINERS = {"blockquote", "includetail"}


class Own(Struct, frozen=True):
    """What is new: ``text``; ``forwarded_from`` the writer of a forwarded mail that counts as new."""

    text: str
    forwarded_from: Address = Address("")


def new_text(text: str, is_forward: bool = False, own: Collection[str] = ()) -> Own:
    """The part of plain *text* that its sender wrote now. *is_forward*: the subject says so; *own*: our own addresses."""
    lines = tidy(text).split("\n")
    kept: list[str] = []
    who = Address("")
    place = 0
    while place < len(lines):
        history = find_history(lines, place)
        stop = history.start if history else len(lines)
        kept.extend(line for line in lines[place:stop] if not is_quote_mark(line))
        if history is None:
            break
        following = _next_written(lines, history.content)
        quoted = following < len(lines) and is_quote_mark(lines[following])
        if _is_content(history, is_forward, own, who):
            who = history.who if history.who.email or history.who.name else Address("", "?")
            if quoted:
                # QUIRK(Apple Mail): in a forward everything is marked with «>» like a quotation. RFC 3676 §4.5
                end = _end_of_marks(lines, history.start)
                inner = [re.sub(r"^\s*> ?", "", line) for line in lines[history.start + 1 : end]]
                deeper = find_history(inner, 1 if not find_history(inner, 0) else find_history(inner, 0).content)  # type: ignore[union-attr]  # checked just before
                kept.extend(inner[: deeper.start if deeper else len(inner)])
                place = end
                continue
            place = history.content
            is_forward = False
            continue
        if not quoted:
            break
        place = _end_of_marks(lines, following)
    return Own(tidy("\n".join(_without_signature(kept))).strip(), who if who.email or who.name != "?" else Address(""))


def new_html(source: str, is_forward: bool = False, own: Collection[str] = ()) -> str:
    """HTML *source* without quoted history and signatures; empty where nothing visible is left."""
    root = parse_html(source)
    if root is None:
        return ""
    begin = 0
    taken = False
    for number in range(_MAX_ROUNDS):
        lines = lines_of(root)
        history = find_history([line.text for line in lines], begin)
        if history is None:
            break
        if not taken and _is_content(history, is_forward, own, Address("")):
            taken, begin = True, history.content
            continue
        first = lines[history.start]
        container = _container_at(lines[history.start].element, lines, history.start)
        quoted = (
            _container_at(lines[history.content].element, lines, history.content)
            if history.content < len(lines)
            else None
        )
        if number == _MAX_ROUNDS - 1:
            _drop_from(first.element, first.tail)
        elif container is not None:
            drop(container)
        elif quoted is not None:
            for line in lines[history.start : history.content]:
                _blank(line.element, line.tail)
            drop(quoted)
        else:
            _drop_from(first.element, first.tail)
    _drop_known(root, keep_quotes=taken)
    return to_html(root) if any(line.text for line in lines_of(root)) or _shows_picture(root) else ""


def _is_content(history: History, is_forward: bool, own: Collection[str], taken: Address) -> bool:
    if taken.email or taken.name:
        return False
    return (history.forward or is_forward) and history.who.email not in own


def _next_written(lines: Sequence[str], place: int) -> int:
    while place < len(lines) and not lines[place].strip():
        place += 1
    return place


def _end_of_marks(lines: Sequence[str], place: int) -> int:
    """Behind a run of quoted lines; empty lines between them belong to it, and so does the line that is broken off a long one."""
    end = place + 1
    for number in range(place, len(lines)):
        if is_quote_mark(lines[number]):
            end = number + 1
        elif lines[number].strip():
            break
    return end


def _without_signature(lines: list[str]) -> list[str]:
    end = len(lines)
    for number in range(end - 1, -1, -1):
        if _SIGNATURE_MARK.match(lines[number]) and end - number <= 16:
            end = number
    return [
        line for line in lines[:end] if len(line) > 120 or not (_SENT_FROM.match(line) or _CLIENT_ADVERT.match(line))
    ]


def _container_at(element: Element, lines: Sequence[object], place: int) -> Element | None:
    """The quoting element around *element* whose first visible line is line *place*."""
    best: Element | None = None
    node: Element | None = element
    while node is not None:
        if _quotes(node):
            inside = lines_of_first(node)
            if inside is not None and inside == getattr(lines[place], "text", None):
                best = node
        node = node.getparent()
    return best


def lines_of_first(node: Element) -> str | None:
    """The first visible line inside *node*."""
    return next((line.text for line in lines_of(node) if line.text), None)


def _quotes(node: Element) -> bool:
    tag = node.tag if isinstance(node.tag, str) else ""
    return tag in _CONTAINERS or bool(
        _QUOTE_IDS.match(node.get("id", "")) or _QUOTE_CLASSES.search(node.get("class", ""))
    )


def _blank(element: Element, tail: bool) -> None:
    if tail:
        element.tail = None
    else:
        element.text = None
        for child in list(element):
            if not _quotes(child) and not any(_quotes(inner) for inner in descendants(child)):
                drop(child)


def _drop_from(element: Element, tail: bool) -> None:
    """Take out everything from this place to the end of the document."""
    node: Element | None = element
    if tail:
        element.tail = None
        _drop_after(element)
        node = element.getparent()
    else:
        # Keep the element itself where a parent needs it (body); its content goes.
        for child in list(element):
            element.remove(child)
        element.text = None
    while node is not None:
        node.tail = None
        _drop_after(node)
        node = node.getparent()


def _drop_after(node: Element) -> None:
    parent = node.getparent()
    if parent is None:
        return
    for sibling in list(node.itersiblings()):
        parent.remove(sibling)


def _drop_known(root: Element, keep_quotes: bool) -> None:
    for node in list(descendants(root)):
        if node is root or node.getparent() is None:
            continue
        identity, classes = node.get("id", ""), node.get("class", "")
        if _SIGNATURES.match(identity) or any(_SIGNATURES.match(one) for one in classes.split()):
            drop(node)
        elif keep_quotes:
            continue
        elif _AND_WHAT_FOLLOWS.match(identity):
            _drop_from(node, False)
        elif (
            (node.tag == "blockquote" and node.get("type") == "cite")
            or _QUOTE_IDS.match(identity)
            or _QUOTE_CLASSES.search(classes)
        ):
            drop(node)
    for node in list(descendants(root)):
        if is_hidden(node) and node.getparent() is not None and node.tag != "body":
            drop(node)


def _shows_picture(root: Element) -> bool:
    return any(node.tag == "img" for node in descendants(root))
