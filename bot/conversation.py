"""What a person asks for in words: a unit withdraws a form or names its unit, a coordinator asks or decides. Pure.

Only the first line of what was written now counts (else the subject), and only where it is nothing but the request.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.message.model import Message

REF = r"[Kk][Pp]\d{4}-\d{4,}"
LONGEST = 120  # characters; what is longer is a letter, not a request
PREFIX = re.compile(r"^(?:(?:re|fw|fwd|回复|答复|转发)\s*[:：]\s*)+", re.IGNORECASE)
BRACKETED = re.compile(r"【[^】]*】|\[[^\]]*\]")


class Wish(StrEnum):
    """What can be asked for. Only ``withdraw`` and ``unit`` are open to units; the rest is for coordinators."""

    WITHDRAW = "withdraw"
    UNIT = "unit"
    DIGEST = "digest"
    MISSING = "missing"
    QUERY = "query"
    EXPORT = "export"
    HELP = "help"
    APPROVE = "approve"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Request:
    """``ref`` in capitals, empty where none is named; ``argument`` a unit's name, a reason, a search word."""

    wish: Wish
    ref: str = ""
    argument: str = ""


PATTERNS: tuple[tuple[Wish, re.Pattern[str]], ...] = (
    (
        Wish.WITHDRAW,
        re.compile(rf"(?:申请|请)?(?:撤回|撤销|取消)\s*[:：]?\s*(?:申报|登记|受理号)?\s*[:：]?\s*(?P<ref>{REF})"),
    ),
    (Wish.APPROVE, re.compile(rf"(?:审核)?通过\s*[:：]?\s*(?P<ref>{REF})")),
    (
        Wish.RETURN,
        re.compile(rf"退回\s*[:：]?\s*(?P<ref>{REF})[\s,，:：;；]*(?:(?:原因|理由)\s*[:：]?)?\s*(?P<argument>.*)"),
    ),
    (Wish.UNIT, re.compile(r"(?:填报|报送|申报)?单位(?:名称)?\s*(?:应?为|改为|是|[:：])\s*(?P<argument>\S.*)")),
    (Wish.QUERY, re.compile(r"(?:查询|查找|查)\s*[:：]?\s*(?P<argument>\S.*)")),
    (Wish.DIGEST, re.compile(r"(?:最新|当前)?汇总(?:情况|表)?")),
    (Wish.MISSING, re.compile(r"(?:查询)?(?:缺报|未报|没报)(?:单位|情况|名单)?")),
    (Wish.EXPORT, re.compile(r"导出(?:材料|全部|资料)?")),
    (Wish.HELP, re.compile(r"(?:指令|命令)?帮助|help|[?？]", re.IGNORECASE)),
)
FOR_UNITS = {Wish.WITHDRAW, Wish.UNIT}


def read_request(message: Message, *, from_coordinator: bool) -> Request | None:
    """The request in *message*, None where it holds none (or one that is not this sender's to make)."""
    for line in candidates(message):
        found = request_in(line)
        if found and (from_coordinator or found.wish in FOR_UNITS):
            return found
    return None


def candidates(message: Message) -> Iterable[str]:
    """The first written line; where nothing was written, the subject without reply prefixes and references in brackets."""
    lines = [line.strip() for line in message.new_text.splitlines() if line.strip()]
    if lines:
        yield lines[0]
    subject = PREFIX.sub("", message.subject.strip())
    # A reply's subject is ours, not theirs: it asks for nothing.
    if subject == message.subject.strip():
        yield BRACKETED.sub("", subject).strip()


def request_in(line: str) -> Request | None:
    text = line.strip(" \t\u3000。.！!，,")
    if not text or len(text) > LONGEST:
        return None
    for wish, pattern in PATTERNS:
        match = pattern.fullmatch(text)
        if match:
            groups = match.groupdict()
            return Request(wish, (groups.get("ref") or "").upper(), (groups.get("argument") or "").strip())
    return None


def is_authentic(message: Message, trusted: Collection[str]) -> bool:
    """Whether the receiving server vouches for the sender's domain.

    *trusted* are domains of servers whose Authentication-Results count; a header of any other server may be the sender's own.
    """
    server = message.auth.authserv_id.lower().rstrip(".")
    ours = any(server == domain or server.endswith("." + domain) for domain in trusted)
    return ours and bool(message.auth.from_domain) and message.auth.dmarc != "fail"
