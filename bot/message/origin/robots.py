"""Who sends a mail by himself (RFC 3834, RFC 5230 section 4.6, and what providers send without any header): a robot, which is never
answered; or a program that sends for people as well (an office system, a mailing list, a gateway), whose mail may be a person's letter.

A reason is a kind, a colon and the sign that gave it away: ``退信：Return-Path 为空``. What a person may write as well (a subject about
bounces, a 会议回执 with a form attached, «Re: 自动回复：…») needs a second sign.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from msgspec import Struct

from bot.message.identity import plain_subject
from bot.message.mime.addresses import addresses
from bot.message.mime.fields import Fields
from bot.message.origin.notices import MARGIN, notice_sign, persons_words
from bot.message.origin.robot_words import (
    ASKS,
    AUTO_FIELDS,
    AUTOMATIC,
    BOUNCE_BODY,
    BOUNCE_SUBJECT,
    CALENDAR_BODY,
    CALENDAR_SUBJECT,
    DAEMON,
    FOOTER,
    LIST_LOCAL,
    NO_QUESTION,
    NO_REPLY,
    NOT_THIS,
    RECALL_BODY,
    RECALL_SUBJECT,
    RECEIPT_BODY,
    RECEIPT_SUBJECT,
    SYSTEM_LOCAL,
    TOLD_OF,
    VACATION_BODY,
    VACATION_SUBJECT,
    VACATION_SUBJECT_END,
)

OWN = "本邮箱自己发的信"
BOUNCE = "退信"
REPORT = "送达报告"
RECEIPT = "已读回执"
VACATION = "自动回复"
LIST = "邮件列表"
BULK = "群发邮件"
RECALL = "撤回通知"
CALENDAR = "会议答复"
SYSTEM = "系统邮件"
NOTICE = "系统通知"


class Traits(Struct, frozen=True):
    """What the judgement looks at. ``types`` are the content types of the root and all parts, lower case; ``has_files`` whether
    something other than reports and decoration is attached; ``text`` what was written now."""

    fields: Fields
    sender: str
    subject: str
    text: str
    types: tuple[str, ...] = ()
    report_type: str = ""
    calendar_method: str = ""
    has_files: bool = False


def robot_reason(traits: Traits, own: Collection[str]) -> str:
    """Why no answer may go out; empty for a person. *own*: our own addresses, lower case."""
    judges = (_bounce, _receipt, _vacation, _recall, _calendar, _job, _notice)
    return _own_address(traits, own) or next((reason for judge in judges if (reason := judge(traits))), "")


def sent_by_program(traits: Traits) -> str:
    """The sign that a program sent the mail, though a person may have written it; empty where there is none."""
    judges = (_automatic, _list_or_bulk, _system_sender, _footer)
    return next((reason for judge in judges if (reason := judge(traits))), "")


def without_footer(text: str) -> str:
    """*text* without what a program put below it («本邮件由系统自动发送，请勿回复»)."""
    return FOOTER.sub("", text).strip() if FOOTER.search(text) else text


def takes_answers(email: str) -> bool:
    """Whether a mail to this address reaches somebody, and not a list, a mail system or nobody."""
    local = email.partition("@")[0]
    return bool(local) and not (NO_REPLY.match(local) or DAEMON.match(local) or LIST_LOCAL.match(local))


def _own_address(traits: Traits, own: Collection[str]) -> str:
    return f"{OWN}：{traits.sender}" if traits.sender and traits.sender in own else ""


# --- bounces -----------------------------------------------------------------------------------------------------------


def _bounce(traits: Traits) -> str:
    fields = traits.fields
    local = traits.sender.partition("@")[0]
    if (
        traits.report_type == "delivery-status"
        or "message/delivery-status" in traits.types
        or "message/global-delivery-status" in traits.types
    ):
        return f"{BOUNCE}：multipart/report"
    if fields.has("x-failed-recipients"):
        return f"{BOUNCE}：X-Failed-Recipients"
    path = fields.first("return-path").strip()
    if fields.has("return-path") and re.fullmatch(r"<\s*>|\"\"|", path):
        kind = (
            VACATION if VACATION_SUBJECT.match(_squeezed(traits.subject)) else RECEIPT if traits.report_type else BOUNCE
        )
        return f"{kind}：Return-Path 为空"
    if re.match(r"<?(?:mailer-daemon|postmaster)@?", path, re.IGNORECASE):
        return f"{BOUNCE}：Return-Path {path}"
    subject = _squeezed(traits.subject)
    head = traits.text[:4000]
    is_titled, is_told = bool(BOUNCE_SUBJECT.match(traits.subject.strip())), bool(BOUNCE_BODY.search(head))
    # Who keeps a school's mails has often no other address; what names nobody whom it did not reach is no report.
    is_doubtful = local == "postmaster" and not (is_titled or is_told)
    own_words = persons_words(traits.text) if is_doubtful else 0
    is_persons = own_words >= MARGIN
    if DAEMON.match(local) and not is_persons:
        kind = NOTICE if is_doubtful and _is_written(head) and (own_words or "@" not in head) else BOUNCE
        return f"{kind}：{traits.sender}"
    if re.search(
        r"mail\s*delivery\s*(?:sub)?system|mailer[-_]daemon|\bpostmaster@|邮件投递系统|系统退信|mail administrator",
        fields.first("from"),
        re.IGNORECASE,
    ) and not (is_persons or traits.has_files):
        return f"{BOUNCE}：From"
    if is_titled and (is_told or not (traits.has_files or _is_written(traits.text))):
        return f"{BOUNCE}：主题「{subject[:20]}」"
    if re.match(r"系统退信|来自.{1,60}的退信$", subject) and not traits.has_files:
        return f"{BOUNCE}：主题「{subject[:20]}」"
    return ""


# --- receipts ----------------------------------------------------------------------------------------------------------


def _receipt(traits: Traits) -> str:
    if (
        traits.report_type in ("disposition-notification", "delivery-status")
        or "message/disposition-notification" in traits.types
    ):
        return f"{RECEIPT}：disposition-notification"
    if traits.report_type or "multipart/report" in traits.types:
        return f"{REPORT}：multipart/report"
    if any(one in ("message/feedback-report", "message/tracking-status") for one in traits.types):
        return f"{REPORT}：{traits.types[0]}"
    subject = traits.subject.strip()
    if traits.has_files or not RECEIPT_SUBJECT.match(subject):
        return ""
    if RECEIPT_BODY.search(traits.text[:2000]) or (
        not _is_written(traits.text) and re.match(r"(?:已读|未读|已讀|阅读回执|读取|read)", subject, re.IGNORECASE)
    ):
        return f"{RECEIPT}：主题「{subject[:20]}」"
    return ""


# --- automatic replies -------------------------------------------------------------------------------------------------


def _vacation(traits: Traits) -> str:
    fields = traits.fields
    squeezed = _squeezed(traits.subject)
    if VACATION_SUBJECT.match(squeezed):
        return f"{VACATION}：主题「{squeezed[:20]}」"
    named = next(
        (
            name
            for name in AUTO_FIELDS
            if fields.has(name) and fields.first(name).strip().lower() not in ("no", "false", "0")
        ),
        "",
    )
    if named:
        return f"{VACATION}：{named}"
    for value in (fields.first("precedence"), fields.first("preference"), fields.first("x-precedence")):
        if re.match(r"\W*auto[_-]?reply", value, re.IGNORECASE):
            return f"{VACATION}：Precedence {value.strip()[:20]}"
    if re.search(
        r"autoresponder|auto-?reply|vacation",
        f"{fields.first('x-post-messageclass')} {fields.first('delivered-to')} {fields.first('x-mailer')}",
        re.IGNORECASE,
    ):
        return f"{VACATION}：X-Mailer"
    submitted = _plain_value(fields.first("auto-submitted"))
    if submitted.startswith("auto-replied"):
        return f"{VACATION}：Auto-Submitted: {submitted[:30]}"
    if not traits.has_files and len(traits.text) < 3000 and not _asks(traits.text):
        if VACATION_SUBJECT_END.search(squeezed):
            return f"{VACATION}：主题「{squeezed[-20:]}」"
        said = next((one for one in VACATION_BODY.finditer(traits.text[:1500]) if not _is_told_of(one)), None)
        if said:
            return f"{VACATION}：正文「{said.group().strip()[:30]}」"
    return ""


def _asks(text: str) -> bool:
    """Whether a question stands in it that only a person asks."""
    return bool(ASKS.search(NO_QUESTION.sub("", text)))


def _is_told_of(said: re.Match[str]) -> bool:
    """Whether the words speak of somebody else's automatic reply, or of an earlier one."""
    before = said.string[max(0, said.start() - 30) : said.start()]
    named = AUTOMATIC.search(said.group())
    return bool(TOLD_OF.search(before) or (named and NOT_THIS.search(before + said.group()[: named.start()])))


# --- others ------------------------------------------------------------------------------------------------------------


def _recall(traits: Traits) -> str:
    subject = traits.subject.strip()
    if not RECALL_SUBJECT.match(subject) or traits.has_files:
        return ""
    wants = re.search(r"[\"“'‘「].{1,200}[\"”'’」]", traits.text[:600])
    if (RECALL_BODY.search(traits.text[:600]) and (wants or len(traits.text) < 60)) or not _is_written(traits.text):
        return f"{RECALL}：主题「{subject[:20]}」"
    return ""


def _calendar(traits: Traits) -> str:
    if traits.calendar_method in ("reply", "counter", "cancel", "refresh") and not traits.has_files:
        return f"{CALENDAR}：METHOD:{traits.calendar_method.upper()}"
    # Some relays take the calendar part out and leave the rest.
    known = traits.fields.first("content-class").strip().lower().endswith("calendarmessage")
    subject = traits.subject.strip()
    is_known = known or not _is_written(traits.text) or bool(CALENDAR_BODY.search(traits.text[:600]))
    if CALENDAR_SUBJECT.match(subject) and not traits.has_files and is_known:
        return f"{CALENDAR}：主题「{subject[:20]}」"
    return ""


def _automatic(traits: Traits) -> str:
    submitted = _plain_value(traits.fields.first("auto-submitted"))
    if traits.fields.has("auto-submitted") and submitted != "no":
        return f"{SYSTEM}：Auto-Submitted: {submitted[:30]}"
    named = next((name for name in ("x-auto-generated", "x-generated-by-system") if traits.fields.has(name)), "")
    return f"{SYSTEM}：{named}" if named else ""


def _footer(traits: Traits) -> str:
    said = next((one for one in FOOTER.finditer(traits.text[-4000:]) if not _is_told_of(one)), None)
    return f"{SYSTEM}：正文「{said.group().strip()[:30]}」" if said else ""


def _job(traits: Traits) -> str:
    """A watchman or a help desk, which names itself."""
    named = next(
        (name for name in ("x-cron-env", "x-rt-loop-prevention", "x-otrs-loop") if traits.fields.has(name)), ""
    )
    return f"{SYSTEM}：{named}" if named else ""


def _notice(traits: Traits) -> str:
    """What says nowhere that a program wrote it, but looks so. With a file it may be somebody's form: only a person's words are none then."""
    named = next(iter(addresses(traits.fields.first("from"))), None)
    name = named.name if named else ""
    is_answer = traits.fields.has("in-reply-to") or plain_subject(traits.subject) != traits.subject.strip()
    sign = notice_sign(traits.sender.partition("@")[0], name, traits.subject, traits.text, is_answer=is_answer)
    return f"{NOTICE}：{sign}" if sign and not (traits.has_files and persons_words(traits.text)) else ""


def _list_or_bulk(traits: Traits) -> str:
    fields = traits.fields
    listed = sorted(
        name
        for name in fields.names()
        if name.startswith("list-")
        or name
        in (
            "x-mailing-list",
            "x-listname",
            "x-list-id",
            "mailing-list",
            "x-mailman-version",
            "x-list",
            "x-listserver",
            "x-beenthere",
            "x-ml-name",
            "x-ml-info",
            "x-ml-count",
            "x-mlserver",
        )
    )
    if listed:
        return f"{LIST}：{listed[0]}"
    for name in ("precedence", "x-precedence", "preference"):
        value = _plain_value(fields.first(name))
        if re.fullmatch(r"bulk|junk|list|auto[_-]?reply", value):
            return f"{BULK}：{name} {value}"
    for name in (
        "x-campaign",
        "x-campaign-id",
        "x-campaignid",
        "x-mailchimp-id",
        "x-mc-user",
        "x-bulk",
        "x-bulkmail",
        "x-newsletter",
        "x-csa-complaints",
        "x-mass-mail",
        "x-edm-id",
    ):
        if fields.has(name):
            return f"{BULK}：{name}"
    return ""


def _system_sender(traits: Traits) -> str:
    for email in _senders(traits.fields, traits.sender):
        local = email.partition("@")[0]
        if SYSTEM_LOCAL.match(local) or (DAEMON.match(local) and local != "postmaster"):
            return f"{SYSTEM}：{email}"
    answer_to = next((one.email for one in addresses(traits.fields.first("reply-to"))), "")
    local = answer_to.partition("@")[0]
    if NO_REPLY.match(local) or DAEMON.match(local):
        return f"{SYSTEM}：Reply-To {answer_to[:40]}"
    path = traits.fields.first("return-path").strip("<> ").lower().partition("@")[0]
    if re.match(r"(?:bounces?|return|errors?)[+=-]|.*[-_.+]bounces?(?:[+=-].*)?$|owner-|.*-request$|listserv", path):
        return f"{BULK}：Return-Path {path[:40]}"
    return ""


def _senders(fields: Fields, sender: str) -> Iterable[str]:
    yield sender
    for name in ("sender", "x-sender"):
        match = re.search(r"[\w.+=-]{1,100}@[\w.-]{1,255}", fields.first(name))
        if match:
            yield match.group().lower()


def _plain_value(value: str) -> str:
    return re.sub(r"\([^()]{0,400}\)", "", value).strip().strip("\"'; ").lower()


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u3000\u00a0\u200b]+", "", text)


def _is_written(text: str) -> bool:
    """Whether somebody wrote more than a line of his own."""
    return len(re.sub(r"\s+", "", text)) > 4
