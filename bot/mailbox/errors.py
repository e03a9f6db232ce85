"""What can go wrong between the bot and a mail server, each with its remedy (Chinese, for the admin).

All are ``ServerUnavailable``: a caller that only wants to try later needs one ``except``; ``needs_person`` tells whether
trying again soon is useless, because somebody has to change something first.
"""

from __future__ import annotations

from bot.base.errors import BotError, ConfigError, ServerUnavailable
from bot.base.sections.servers import Server


class MailboxError(ServerUnavailable):
    """Base of this room's errors."""

    needs_person = False


class LoginRefused(MailboxError):
    """LOGIN or AUTH answered «no»: wrong authorisation code, or IMAP/SMTP switched off in the web settings."""

    needs_person = True
    remedy = (
        "在网页邮箱「设置 → POP3/SMTP/IMAP」开启 IMAP/SMTP 服务，重新生成授权码（不是网页登录密码），"
        "写入 password_file 的文件（不用重启）或 password_env 指向的环境变量（要重启）；程序至少隔 15 分钟才会再试，以免账号被锁"
    )


class NoSecret(MailboxError):
    """The password file of a running bot is gone, or says nothing any more. At the start that is a ConfigError."""

    needs_person = True


def secret_of(settings: Server, *, is_running: bool) -> str:
    try:
        return settings.secret()
    except ConfigError as error:
        if not is_running:
            raise
        raise NoSecret(error.what, error.remedy) from error


class UnsafeLogin(MailboxError):
    """The login is taken, but every SELECT refused with «Unsafe Login», although ID was sent."""

    # QUIRK(NetEase): a login that it does not trust fails one command too late. RFC 3501 §6.2.3
    needs_person = True
    remedy = "登录网页邮箱，关闭后重新开启 IMAP 服务并生成新的授权码；仍不行时按提示联系邮箱客服（授权码本身没有填错）"


class FolderMissing(MailboxError):
    """The configured folder is not on the server (renamed, deleted, misspelt)."""

    needs_person = True
    remedy = "核对 [mailbox] folder 的写法，或在网页邮箱中恢复该文件夹"


class CertificateRefused(MailboxError):
    """The server's TLS certificate does not prove that it is the configured host."""

    needs_person = True
    remedy = "核对 host 是否写对；单位自建邮件服务器请把其 CA 证书路径写入 ca_file"


class NoEncryption(MailboxError):
    """Server and ``security`` do not fit: TLS on a plain port, or no STARTTLS where it is asked for."""

    needs_person = True
    remedy = (
        '核对 port 与 security：IMAP 用 993 + "tls"（或 143 + "starttls"），SMTP 用 465 + "tls"（或 587 + "starttls"）'
    )


class NameUnknown(MailboxError):
    """DNS does not know the host, or there is no DNS."""

    remedy = "检查 host 的拼写和本机的网络、DNS 设置；网络恢复后会自动重试"


class Unreachable(MailboxError):
    """No connection: refused, no route, timed out while connecting."""

    remedy = "检查本机网络、防火墙和 port；网络恢复后会自动重试"


class ConnectionLost(MailboxError):
    """The connection ended, stalled or said BYE in the middle of the work."""

    remedy = "无需操作，程序会自动重新连接；反复出现时检查网络，或降低 poll_every 的频率"


class ServerBusy(MailboxError):
    """The server is there and says «not now»: too many connections, maintenance, over quota."""

    remedy = "稍后会自动重试；反复出现时登录网页邮箱查看容量和提示，或联系邮箱服务商"


class FilingRefused(BotError):
    """The server will not mark or move these mails; everything else goes on, and it is tried again."""

    remedy = "在网页邮箱中检查该文件夹和容量；程序每次收信后再试，不需要整理时清空 mark_seen 和 [mailbox.move_to]"


class NotUnderstood(MailboxError):
    """The server's answer is no IMAP."""

    remedy = "稍后会自动重试；反复出现时核对 host 和 port 指向的是 IMAP 服务器，并附上日志联系维护人员"
