"""What an SMTP refusal means: this mail, this account, the login, or just «later».

Providers' tags (``MI: RP: DT: HL: WM:``) and words come before the digit: NetEase says limits with 550 and 554, so that
«5xx: give up» would throw away good answers. Sources: NetEase's list of bounce codes, QQ's and Gmail's help pages,
Exchange Online's NDR list, RFC 3463, RFC 5321.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from bot.base import expressions as re


class RefusalKind(StrEnum):
    """``RETRY``: this mail later. ``MAIL_BAD``: never this mail. The others stop every mail until a moment."""

    RETRY = "retry"
    MAIL_BAD = "mail_bad"
    ACCOUNT_PAUSED = "account_paused"
    LOGIN = "login"


class Stage(StrEnum):
    """Which command was refused; END is the answer to the mail's last dot."""

    CONNECT = "connect"
    EHLO = "ehlo"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    END = "end"


class Refusal(Struct, frozen=True):
    """``wait``: how long nothing may be sent (RETRY: not this mail); None where a pause lasts until the next day.

    ``text`` is the server's answer on one line. ``most_attempts``: after so many tries of one mail a person should look
    (0: no limit of its own). ``needs_person``: it will not pass by itself. ``new_connection``: go on with another one.
    """

    kind: RefusalKind
    text: str
    remedy: str
    wait: timedelta | None = None
    most_attempts: int = 0
    needs_person: bool = False
    new_connection: bool = False

    @property
    def used_up(self) -> bool:
        """This connection has had its share of mails; another one may go on at once."""
        return self.remedy == NEW_CONNECTION.remedy


class Meaning(Struct, frozen=True):
    kind: RefusalKind
    remedy: str
    wait: timedelta | None = None
    most_attempts: int = 0
    needs_person: bool = False


QUARTER = timedelta(minutes=15)
HALF_HOUR = timedelta(minutes=30)
HOUR = timedelta(hours=1)

WRONG_LOGIN = Meaning(
    RefusalKind.LOGIN,
    "在网页邮箱「设置 → POP3/SMTP/IMAP」确认 SMTP 服务已开启，重新生成授权码（不是网页登录密码）并更新配置；待发邮件保留",
    QUARTER,
    needs_person=True,
)
LOCKED_LOGIN = Meaning(
    RefusalKind.LOGIN,
    "登录失败次数过多，账号被临时锁定；先确认授权码正确，半小时后自动再试，待发邮件保留",
    HALF_HOUR,
    needs_person=True,
)
NO_PERMISSION = Meaning(
    RefusalKind.ACCOUNT_PAUSED,
    "登录网页邮箱确认 SMTP 服务已开启、授权码属于本账号；如提示发信被限制，按提示解除或联系邮箱客服（可能持续数天），待发邮件保留",
    HOUR,
    needs_person=True,
)
WRONG_SENDER = Meaning(
    RefusalKind.ACCOUNT_PAUSED,
    "[mailbox] address 必须与 [smtp] username 登录的账号一致，修改配置后重启；待发邮件保留",
    HOUR,
    needs_person=True,
)
SPAM = Meaning(
    RefusalKind.RETRY,
    "被判为疑似垃圾邮件；稍后自动重试几次，仍被拒时请人工用网页邮箱回复，并检查回复模板中的链接和用语",
    QUARTER,
    most_attempts=4,
)
SHORT_LIMIT = Meaning(
    RefusalKind.ACCOUNT_PAUSED, "短时间内发信过多，15 分钟后自动继续；反复出现时调低 max_per_15_minutes", QUARTER
)
DAY_LIMIT = Meaning(RefusalKind.ACCOUNT_PAUSED, "已达当日发信上限，次日零时后自动继续；反复出现时调低 max_per_day")
NEW_CONNECTION = Meaning(RefusalKind.RETRY, "本次连接的数量已满，重新连接后自动重试")
IP_BLOCKED = Meaning(
    RefusalKind.ACCOUNT_PAUSED,
    "邮箱服务商暂时不接受本机 IP 的连接，1 小时后自动再试；反复出现时更换网络出口或联系邮箱客服",
    HOUR,
    needs_person=True,
)
BAD_RECIPIENT = Meaning(RefusalKind.MAIL_BAD, "收件地址不存在、已停用或拒收，请按表中电话联系对方")
BAD_CONTENT = Meaning(RefusalKind.MAIL_BAD, "这封邮件的附件或大小不被接受，请人工用网页邮箱回复")
# An answer that no table knows may as well be a server in trouble, which says so to everybody.
REFUSED_MAIL = Meaning(
    RefusalKind.RETRY,
    "服务器拒绝了这封邮件，原因不明；隔一小时再试两次，仍被拒时请人工用网页邮箱回复",
    HOUR,
    most_attempts=3,
)
LATER = Meaning(RefusalKind.RETRY, "服务器暂时不接受，稍后自动重试")
SERVICE_REFUSED = Meaning(
    RefusalKind.ACCOUNT_PAUSED,
    "服务器不接受本账号发信，1 小时后自动再试；请登录网页邮箱查看提示",
    HOUR,
    needs_person=True,
)

# First match wins; the text that is searched is ``CODE text``.
TABLE: tuple[tuple[str, Meaning], ...] = (
    # QUIRK(NetEase): limits and passing troubles come with 550 and 554; the tag tells. RFC 5321 §4.2.1
    (r"\bMI:STC\b|\bRP:TRC\b", DAY_LIMIT),
    (r"\bMI:SFQ\b|\bRP:QRC\b|\bRP:RCL\b|too much recipient", SHORT_LIMIT),
    (r"\b(MI|RP):(DMC|DRC|CEL|CCL)\b", NEW_CONNECTION),
    (r"\bHL:[A-Z]{3}\b|\bDT:RBL\b|\bWM:BLI\b|\bMI:(SPF|NHD)\b", IP_BLOCKED),
    (r"\bWM:BLU\b|\bMI:SPB\b", NO_PERMISSION),
    (r"\bDT:SUM\b|\bMI:(DMA|IMF)\b", WRONG_SENDER),
    (r"\bDT:SPM\b", SPAM),
    # Logins.
    (r"too (much|many) (fail(ed)? )?(authentication|login)|auth error limit|4\.7\.0 too many login", LOCKED_LOGIN),
    (r"^(535|534|530|538)\b|\b5\.7\.(8|9|139)\b|authentication (is )?required|secure connection is required", WRONG_LOGIN),
    (r"login fail|authorization code|authentication (failed|unsuccessful|credentials invalid)", WRONG_LOGIN),
    # The account and its sender address.
    (r"user has no permission", NO_PERMISSION),
    (
        r"mail from (address )?must (be|equal)|must be same as authori[sz]|sender mismatch|doesn'?t conform with auth"
        r"|sender address rejected: not owned|\b5\.7\.60\b|\b5\.2\.252\b|send ?as ?denied|\b5\.1\.[78]\b|bad outbound sender"
        r"|\b5\.7\.2[67]\b|null sender is not allowed",
        WRONG_SENDER,
    ),
    (r"\b5\.7\.50[1-3]\b|user in blacklist", NO_PERMISSION),
    (r"relay(ing)? (access )?denied|not permitted to relay|local user only|no smtp mx only", SERVICE_REFUSED),
    # Size and mailbox before «limit exceeded» and «quota», which they also say.
    (r"illegal attachment|\b5\.3\.4\b|(mail|message) ?size|size (limit|exceed)|too (large|big)\b|\b5\.7\.0\b.*(content|attach)|virus", BAD_CONTENT),
    (r"^4\d\d\b.*(mailbox (is )?full|over ?quota|out of storage)|\b4\.2\.2\b", LATER),
    (r"^5\d\d\b.*(mailbox (is )?full|over ?quota|out of storage)|\b5\.2\.[12]\b", BAD_RECIPIENT),
    # Limits.
    (r"\bdaily\b|per day|\ba day\b|\btoday\b|24 hours|当日|今日|\b5\.4\.5\b|\b5\.1\.90\b", DAY_LIMIT),
    (r"concurrent connection|too many (concurrent |simultaneous )?(connections|sessions)", LATER),
    (r"frequency limit|\brate (limit|exceed)|sending rate|limit (is )?(exceeded|reached)|too many (messages|mails|recipients)|\b4\.7\.28\b|unusual rate", SHORT_LIMIT),
    # Our address on the network.
    (r"black ?list|block ?list|\bd?nsbl\b|\brbl\b|blocked using|\bip\b.*(reject|block|denied|suspend)|reputation", IP_BLOCKED),
    # The recipient.
    (r"invalid user|account (is |has been )?(blocked|disabled|locked|restricted)|user (is )?(suspended|unknown|not found|disabled)|unknown user|no such (user|recipient)|mailbox (not found|unavailable|disabled)|recipient (not found|rejected|refused)|rejected by recipient|(user|account|address|recipient) (does not|doesn'?t) exist|\b5\.1\.(0|1|2|3|4|6|9|10)\b", BAD_RECIPIENT),
    (r"^552\b", BAD_CONTENT),
    # Content that looks like spam.
    (r"spam|unsolicited|junk|content (is )?(denied|rejected)|mail content|垃圾", SPAM),
    # A server in trouble, whatever the number; tags of NetEase's that are not in its list.
    (r"unable to relay|\b(MI|RP|WM):[A-Z]{3}\b", SERVICE_REFUSED),
    (r"\bDT:[A-Z]{3}\b", SPAM),
    (r"\blater\b|\bbusy\b|temporar|maintenance|internal error|稍后|繁忙|维护", LATER),
)  # fmt: skip
COMPILED = tuple((re.compile(pattern, re.I), meaning) for pattern, meaning in TABLE)

SHOWN = 300


def classify(code: int, text: bytes | str, stage: Stage) -> Refusal:
    """What the answer ``code text`` to the command of *stage* means. Pure; never raises."""
    answer = f"{code} {one_line(text)}".strip()
    found = next((meaning for pattern, meaning in COMPILED if pattern.search(answer)), None)
    meaning = fitted(found, code, stage)
    return Refusal(
        meaning.kind,
        answer,
        meaning.remedy,
        meaning.wait,
        meaning.most_attempts,
        meaning.needs_person,
        new_connection=meaning not in (LATER, BAD_RECIPIENT, BAD_CONTENT, REFUSED_MAIL),
    )


def fitted(meaning: Meaning | None, code: int, stage: Stage) -> Meaning:
    """*meaning* as far as it can be true at *stage*; by the first digit where the table has none.

    Until MAIL is answered nothing is known of the mail or its recipient, so a refusal there cannot be their fault.
    """
    before_recipient = stage in (Stage.CONNECT, Stage.EHLO, Stage.AUTH, Stage.MAIL)
    if meaning is BAD_RECIPIENT and before_recipient:
        return SERVICE_REFUSED if code >= 500 else LATER
    if meaning is not None and meaning.kind is RefusalKind.MAIL_BAD and code < 500:
        return LATER
    if meaning is not None:
        return meaning
    if code < 500:
        return LATER
    if stage is Stage.AUTH:
        return WRONG_LOGIN
    if before_recipient:
        return SERVICE_REFUSED
    if code <= 504:
        return LATER  # not understood, out of order: the conversation's fault, not the mail's
    return BAD_RECIPIENT if stage is Stage.RCPT else REFUSED_MAIL


def one_line(text: bytes | str) -> str:
    """The server's words for people and logs: decoded, without control characters, not too long."""
    said = text if isinstance(text, str) else decoded(text)
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())[:SHOWN]


def decoded(text: bytes) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("gb18030", "replace")
