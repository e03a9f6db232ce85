"""Whom a bounced mail was for: from the delivery status (RFC 3464), or from the words of providers that send none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from bot.message.mime.addresses import emails_in
from bot.message.mime.fields import Fields

MAX_RECIPIENTS = 50
_STATUS_LINE = re.compile(
    r"^(final|original)-recipient\s*:\s*(?:[\w-]+\s*;)?\s*<?([^\s<>;]+@[^\s<>;]+)", re.IGNORECASE | re.MULTILINE
)
_DELAY = re.compile(r"delayed|still being retried|will be retried|延迟|延遲|延误", re.IGNORECASE)
_ACTION = re.compile(r"^action\s*:\s*(\w+)", re.IGNORECASE | re.MULTILINE)
_NEAR = re.compile(
    r"(?:无法(?:发送|投递|送达|传递)(?:到|至|给)?|未能(?:送达|传递|投递)(?:到|至|给)?|收件人(?:地址|邮箱)?|收信人(?:地址)?|接收人|目标地址|失败地址|被拒绝的收件人|"
    r"recipients?(?:\s+address)?|to the following (?:address(?:es)?|recipients?)|delivered to|deliver(?:y)? to|could not be delivered to|address(?:es)? failed|the following address(?:es)?|failed recipient|to)\s{0,20}"
    r"[^@\n]{0,60}?[\n\s:：<\"'“]{0,12}(?P<address>[\w.+=/-]{1,64}@[\w.-]{3,120})",
    re.IGNORECASE,
)


def bounced_to(
    fields: Fields, subject: str, statuses: Iterable[str], text: str, not_these: Collection[str]
) -> tuple[str, ...]:
    """Addresses that a bounce says it could not reach, lower case, each once.

    A warning that delivery takes longer (*subject*) names none. *statuses* are the texts of its delivery-status parts; a report that a mail was delivered or delayed names none. *not_these* are
    addresses that cannot be meant (our own, the reporting daemon).
    """
    found: list[str] = []
    reported = False
    for status in statuses:
        for group in re.split(r"\n\s*\n", status.replace("\r\n", "\n").replace("\r", "\n"))[:200]:
            recipients = {kind.lower(): address for kind, address in _STATUS_LINE.findall(group)}
            if not recipients:
                continue
            reported = True
            action = _ACTION.search(group)
            if action is None or action.group(1).lower() == "failed":
                found.extend(emails_in(recipients.get("original") or recipients["final"]))
    for value in fields.all("x-failed-recipients"):
        found.extend(emails_in(value))
    if not found and not reported and not _DELAY.search(subject):
        head = text[:20_000]
        found = [address for match in _NEAR.finditer(head) for address in emails_in(match.group("address"))]
        found = [address for address in found if address not in not_these]
        if not found:
            found = [
                address
                for address in emails_in(head[:3000])
                if not address.startswith(("postmaster@", "mailer-daemon@"))
            ]
    return tuple(address for address in dict.fromkeys(found) if address not in not_these)[:MAX_RECIPIENTS]
