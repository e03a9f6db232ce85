"""Where quoted history begins in a list of lines: separators, attributions and header blocks of the usual mail programs."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from bot.base import expressions as re
from bot.message.mime.addresses import addresses
from bot.message.model import Address

_RULE = r"[-—–_=*#~─━\s\u00a0]"
_ORIGINAL = (
    r"original\s*message|original\s*e?-?mail|original|reply\s*message|原始邮件|原邮件|原始信件|原始信息|原始消息|原始郵件|原文|来信原文|邮件原文|"
    r"回复的原邮件|回复的邮件|回复邮件|答复的邮件|邮件原件|原件|引用邮件|引用"
)
_FORWARDED = (
    r"forwarded\s*(?:message|mail|email|e-mail)?|forwarded\s*by.{0,80}|begin\s*forwarded\s*message|forward\s*message|转发的原邮件|转发的邮件|"
    r"转发邮件信息|转发邮件|转发信息|转发的信件|转发|轉寄郵件|轉發郵件|被转发的邮件|转发邮件原文"
)
_SEPARATOR = re.compile(
    rf"^{_RULE}*[-—–_=*#~─━]{{2,}}\s*(?:(?P<forward>{_FORWARDED})|(?:{_ORIGINAL}))\s*[:：]?\s*[-—–_=*#~─━]{{2,}}{_RULE}*$",
    re.IGNORECASE,
)
_BARE_ORIGINAL = re.compile(rf"^{_RULE}*(?:{_ORIGINAL})\s*[:：]?{_RULE}*$", re.IGNORECASE)
_BEGIN_FORWARD = re.compile(
    r"^\s*(?:begin\s+forwarded\s+message|开始转发的邮件|下面是被转发的邮件|以下是转发的邮件|下面是转发的邮件)\s*[:：]?\s*$",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"(?:写道|写到|写信说|来信写道|寫道|wrote|writes|schrieb|a écrit|escribió)\s*[:：]?\s*$", re.IGNORECASE
)
_WHEN = re.compile(r"\d{4}\s*[-/年.]|\d{1,2}\s*月|\d{1,2}[:：]\d{2}|\b\d{1,2}\s+[A-Z][a-z]{2}|[A-Z][a-z]{2}\s+\d{1,2}")
_FROM = re.compile(
    r"^[\s>*|•·]*(?:发件人|发信人|寄件人|寄件者|發件人|发送人|from|von|de)[*\s]*[:：|\t]\s*(?P<who>.*)$", re.IGNORECASE
)
_OTHER = re.compile(
    r"^[\s>*|•·]*(?P<label>发送时间|发件时间|收件时间|发送日期|寄件日期|寄件時間|寄件时间|發件日期|发信时间|发件日期|發送時間|传送日期|傳送時間|日期|时间|date|sent|收件人|收信人|收件者|to|主题|标题|主旨|subject|"
    r"抄送|副本|cc|回复|reply-?to|附件|attachments?|重要性|importance|邮件编号)[*\s]*[:：|\t]",
    re.IGNORECASE,
)
_TELLING = re.compile(r"收件|寄件|收信|to$|主题|主旨|subject|发送|sent|date|日期|标题", re.IGNORECASE)
_SHORT_RULE = re.compile(r"^[\s>]*[-_=*—─━]{3,}\s*$")
_ASKS = re.compile(r"请[^，,。；;\n]{0,8}(?:回复|回信|确认|补充|更正|补正|核对)")
_BARE_RULE = re.compile(r"^[\s>]*[-_=*—─━]{5,}\s*$")


class History(Struct, frozen=True):
    """Quoted history begins at line ``start``; its own text begins at ``content`` (behind separator and header block)."""

    start: int
    content: int
    forward: bool
    who: Address


def find_history(lines: Sequence[str], begin: int) -> History | None:
    """The first place at or after *begin* where an older mail is quoted with a heading; None where there is none."""
    for place in range(begin, len(lines)):
        found = _at(lines, place)
        if found is not None:
            return found
    return None


def is_quote_mark(line: str) -> bool:
    """A line that a mail program quoted: ``> text``, ``| text`` of old programs not included (tables are drawn so)."""
    return line.lstrip(" \u3000").startswith((">", "&gt;"))


def _at(lines: Sequence[str], place: int) -> History | None:
    line = _plain(lines[place])
    if not line:
        return None
    separator = _SEPARATOR.match(line) if len(line) < 200 else None
    if separator or _BEGIN_FORWARD.match(line):
        forward = separator is None or bool(separator.group("forward"))
        block = _header_block(lines, place + 1)
        return History(
            _with_rule(lines, place), block[0] if block else place + 1, forward, block[1] if block else Address("")
        )
    if _BARE_ORIGINAL.match(line) and (block := _header_block(lines, place + 1, least=0)):
        # Mail of WeChat and of telephones: the heading has no rules around it, and perhaps only tells who wrote.
        return History(_with_rule(lines, place), block[0], False, block[1])
    head = _FROM.match(line) if len(line) < 500 else None
    if head:
        is_ruled = place > 1 and bool(_SHORT_RULE.match(lines[place - 1])) and _asks(lines[place + 1 : place + 4])
        block = _header_block(lines, place, least=0 if is_ruled else 2)
        return (
            History(place - 1 if is_ruled else _with_rule(lines, place), block[0], False, block[1]) if block else None
        )
    return _attribution(lines, place)


def _asks(lines: Sequence[str]) -> bool:
    """Whether *lines* are those of a letter that asks for an answer, and no writer's card."""
    return any(_ASKS.search(line) for line in lines)


def _attribution(lines: Sequence[str], place: int) -> History | None:
    """«在 2023年8月28日，张三 <a@example.com> 写道：», also broken over up to three lines."""
    joined = ""
    for number in range(3):
        if place + number >= len(lines):
            return None
        line = _plain(lines[place + number])
        if not line or (number and _FROM.match(line)):
            return None
        joined += (" " if joined else "") + line
        if len(joined) > 400:
            return None
        if _WROTE.search(joined):
            # The heading begins at its first line: a date, a name with an address, «On …», «在 …».
            if not (_WHEN.search(joined) or "@" in joined):
                return None
            if number and not re.match(
                r"^\W{0,20}(?:on\b|at\b|在|于|\d|.{0,60}[<\[][^\s@]{1,100}@)", _plain(lines[place]), re.IGNORECASE
            ):
                return None
            who = re.sub(r"^.*?(?:\d{1,2}[:：]\d{2}(?:[:：]\d{2})?|\d\s*日)\s*(?:[AP]M)?\s*[,，]?", "", joined)
            who = _WROTE.sub("", who)
            found = addresses(who if "@" in who else joined)
            return History(place, place + number + 1, False, found[0] if found and found[0].email else Address(""))
    return None


def _header_block(lines: Sequence[str], place: int, least: int = 2) -> tuple[int, Address] | None:
    """The end of a block «发件人: … 收件人: … 主题: …» that begins at *place* (empty lines before it allowed), and who wrote. *least*: so many lines
    beside the writer's there are at least."""
    who: Address | None = None
    labels: list[str] = []
    last = place
    empty = seen = 0
    for number in range(place, min(len(lines), place + 40)):
        line = _plain(lines[number])
        if not line:
            empty += 1
            if labels and who is not None and empty >= 2:
                break
            continue
        seen += 1
        head, other = _FROM.match(line), _OTHER.match(line)
        if head and who is None:
            found = addresses(
                re.sub(r"\[mailto:([^\]]*)\]|【mailto:([^】]*)】", r"<\1\2>", head.group("who").strip(" |"))
            )
            who = found[0] if found else Address("")
            last, empty = number + 1, 0
        elif other:
            labels.append(other.group("label").lower())
            last, empty = number + 1, 0
        elif who is None and not labels:
            return None
        elif empty or seen > 14 or not re.search(r"@|[;；]\s*$|^\s", lines[number]):
            break
    if who is None or len(labels) < least or (least and not any(_TELLING.search(label) for label in labels)):
        return None
    return last, who


def _with_rule(lines: Sequence[str], place: int) -> int:
    """A bare line of dashes directly above belongs to the heading."""
    above = place - 1
    while above >= 0 and not lines[above].strip() and place - above < 3:
        above -= 1
    return above if above >= 0 and _BARE_RULE.match(lines[above]) else place


def _plain(line: str) -> str:
    return re.sub(r"^[\s>]+", "", line[:600].replace("\u00a0", " ").replace("\u200b", "")).rstrip()
