"""Handing mails to the SMTP server: one kept connection, one recipient a mail, each failure told apart.

What matters most is the moment of acceptance: before the last dot is sent a mail is certainly not accepted, after the
server's 250 it certainly is; only in between nobody can know (``InDoubt``).
"""

from __future__ import annotations

import logging
import smtplib
import socket
import ssl
import time
from contextlib import suppress
from typing import Any

from bot.base import expressions as re
from bot.base.domains import on_the_wire
from bot.base.errors import BotError
from bot.base.sections.servers import Smtp
from bot.mailbox.errors import ConnectionLost, MailboxError, NoEncryption, NotUnderstood, ServerBusy, secret_of
from bot.mailbox.imap.connection import printable_ascii
from bot.mailbox.smtp.refusals import LATER, Refusal, RefusalKind, Stage, classify, one_line
from bot.mailbox.tls import client_context, network_error

log = logging.getLogger(__name__)

BLOCK = 8192
LONGEST_LINE = 8192
MOST_LINES = 100
# RFC 5321 4.5.3.2.6: the server may scan the mail before it answers the last dot.
PATIENCE_AT_END = 5
# Bytes a second.
SLOWEST_UPLOAD = 8192
# In order of preference. One attempt only: every failed one counts towards a lock.
MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5")
# The local part may be in Chinese (RFC 6531), the domain is in ASCII by then.
ADDRESS = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e\u0080-\ud7ff\ue000-\U0010ffff]+@[\x21-\x3b\x3d\x3f-\x7e]+")


class SendRefused(MailboxError):
    """The server answered «no»; ``refusal`` says what that means."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text, refusal.remedy)
        self.refusal = refusal
        self.needs_person = refusal.needs_person


class InDoubt(MailboxError):
    """The connection ended between the mail's last dot and the answer: it may have been accepted."""

    remedy = "程序会先在「已发送」中核对，没有找到时以同一邮件编号重发"


class Line(smtplib.SMTP):
    """smtplib's connection with bounded answers; smtplib reads as many lines as come, as slowly as they come."""

    def __init__(self, timeout: float, **options: Any) -> None:
        self.unread = bytearray()
        super().__init__(timeout=timeout, **options)

    @property
    def socket(self) -> socket.socket:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("connection closed")
        return self.sock

    def patience(self, seconds: float) -> None:
        """How long one wait, or sending one piece of data, may last."""
        self.socket.settimeout(seconds)

    def getreply(self) -> tuple[int, bytes]:
        until = time.monotonic() + 2 * (self.socket.gettimeout() or 60)
        lines: list[bytes] = []
        try:
            while True:
                line = self.next_line(until)
                lines.append(line[4:].strip())
                if len(lines) > MOST_LINES or not line[:3].isdigit():
                    raise smtplib.SMTPResponseException(500, b"no SMTP answer")
                if line[3:4] != b"-":
                    return int(line[:3]), b"\n".join(lines)
        except OSError:
            self.close()
            raise

    def next_line(self, until: float) -> bytes:
        while (end := self.unread.find(b"\n")) < 0:
            if len(self.unread) > LONGEST_LINE:
                raise smtplib.SMTPResponseException(500, b"endless line")
            if time.monotonic() > until:
                raise TimeoutError("answer too slow")
            data = self.socket.recv(BLOCK)
            if not data:
                raise smtplib.SMTPServerDisconnected("connection closed")
            self.unread += data
        line = bytes(self.unread[: end + 1])
        del self.unread[: end + 1]
        return line

    def encrypt(self, context: ssl.SSLContext | None) -> tuple[int, bytes]:
        answer = self.starttls(context=context)
        if self.unread:
            # Whatever came in clear behind the answer was put there by somebody in between.
            raise smtplib.SMTPResponseException(500, b"data in front of the TLS handshake")
        return answer


class TlsLine(Line, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class SmtpSender:
    """Sends from one address over one connection. Not for use by several threads at once."""

    def __init__(self, settings: Smtp, from_address: str) -> None:
        self.settings = settings
        self.from_address = from_address
        self.server = f"{settings.host}:{settings.port}"
        self._line: Line | None = None
        self._sent = 0
        self.secret = ""  # the password of the newest attempt to log in

    def connect(self) -> None:
        """Connect and log in, unless connected. Raises the errors of ``bot.mailbox.errors``, SendRefused and ConfigError."""
        if self._line is not None:
            return
        settings = self.settings
        self.secret = secret_of(settings, is_running=bool(self.secret))
        context = None if settings.security == "none" else client_context(settings.ca_file)
        timeout = settings.timeout.total_seconds()
        try:
            # The name is set below; smtplib would ask DNS for it, which may not answer.
            if settings.security == "tls" and context is not None:
                line: Line = TlsLine(local_hostname="localhost", timeout=timeout, context=context)
            else:
                line = Line(local_hostname="localhost", timeout=timeout)
            line._host = settings.host  # type: ignore[attr-defined]  # what smtplib checks the certificate against
            self._line = line
            code, text = line.connect(settings.host, settings.port)
            if code != 220:
                raise self.refused(code, text, Stage.CONNECT)
            # The last dot goes out alone; it must not wait for the mail's acknowledgement.
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.local_hostname = address_literal(line.sock)
            self.greet(line)
            if settings.security == "starttls":
                self.encrypt(line, context)
            self.log_in(line)
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            raise self.lost(error, "连接", connecting=True) from None
        except BotError:
            self.drop()
            raise
        self._sent = 0
        log.info("logged in", extra={"server": self.server})

    def greet(self, line: Line) -> None:
        code, text = line.ehlo()
        if code >= 400:
            code, text = line.helo()
        if code >= 400:
            raise self.refused(code, text, Stage.EHLO)

    def encrypt(self, line: Line, context: ssl.SSLContext | None) -> None:
        if not line.has_extn("starttls"):
            raise NoEncryption(f"{self.server} 不支持 STARTTLS")
        code, text = line.encrypt(context)
        if code != 220:
            raise self.refused(code, text, Stage.EHLO)
        self.greet(line)

    def log_in(self, line: Line) -> None:
        """One attempt with one mechanism; smtplib's own login would repeat a wrong password with each."""
        offered = line.esmtp_features.get("auth", "").upper().replace("=", " ").split()
        mechanisms = [mechanism for mechanism in MECHANISMS if mechanism in offered]
        if not mechanisms:
            log.info("no login asked for", extra={"server": self.server})
            return
        name, secret = self.settings.username or self.from_address, self.secret
        if not printable_ascii(name + secret):
            raise self.refused(535, "用户名或授权码含有中文、空行或控制字符".encode(), Stage.AUTH)
        line.user, line.password = name, secret  # where smtplib's mechanisms look for them
        try:
            for mechanism in mechanisms:
                try:
                    method = getattr(line, f"auth_{mechanism.lower().replace('-', '_')}")
                    line.auth(mechanism, method)
                    return
                except smtplib.SMTPAuthenticationError as error:
                    if error.smtp_code not in (500, 502, 504) or mechanism == mechanisms[-1]:
                        answer = bytes(error.smtp_error) if isinstance(error.smtp_error, bytes) else b""
                        raise self.refused(
                            error.smtp_code, answer.replace(secret.encode(), b"***"), Stage.AUTH
                        ) from None
        finally:
            line.user = line.password = ""

    def send(self, to_addr: str, raw: bytes) -> None:
        """Hand over one mail; returns when the server has accepted it.

        SendRefused: the server said no. InDoubt: nobody knows. Any other ``ServerUnavailable`` (and ConfigError): certainly
        not accepted, the server was not reached or went away.
        """
        with suppress(UnicodeError):
            to_addr = on_the_wire(to_addr)
        if not ADDRESS.fullmatch(to_addr):
            raise SendRefused(Refusal(RefusalKind.MAIL_BAD, f"收件地址无法使用：{one_line(to_addr)}", "请人工回复"))
        if self._sent >= self.settings.reopen_after:
            self.close()
        kept = self._line is not None
        try:
            self.connect()
            self.announce(to_addr, raw)
        except (ConnectionLost, ServerBusy, SendRefused) as error:
            # A kept connection may have been closed, or have had its share, meanwhile; nothing was handed over yet.
            if not kept or (isinstance(error, SendRefused) and not error.refusal.used_up):
                raise
            self.drop()
            self.connect()
            self.announce(to_addr, raw)
        self.hand_over(raw)
        self._sent += 1

    def announce(self, to_addr: str, raw: bytes) -> None:
        """MAIL, RCPT and DATA up to the server's «go on»."""
        line = self.line
        options = []
        if line.has_extn("size"):
            options.append(f"SIZE={len(raw)}")
        if line.has_extn("8bitmime") and not raw.isascii():
            options.append("BODY=8BITMIME")
        if not to_addr.isascii():
            if not line.has_extn("smtputf8"):
                raise SendRefused(
                    Refusal(RefusalKind.MAIL_BAD, f"发信服务器不支持中文邮箱名：{one_line(to_addr)}", "请人工回复")
                )
            options.append("SMTPUTF8")
        line.command_encoding = "ascii" if to_addr.isascii() else "utf-8"
        steps = (
            (Stage.MAIL, " ".join([f"MAIL FROM:<{self.from_address}>", *options]), (250,)),
            (Stage.RCPT, f"RCPT TO:<{to_addr}>", (250, 251, 252)),
            (Stage.DATA, "DATA", (354,)),
        )
        for stage, command, good in steps:
            try:
                code, text = line.docmd(command)
            except (OSError, smtplib.SMTPException) as error:
                self.drop()
                raise self.lost(error, "发信") from None
            if code not in good:
                raise self.refused(code, text, stage)

    def hand_over(self, raw: bytes) -> None:
        """The mail itself. Its last dot goes separately: what fails before was certainly not accepted."""
        line = self.line
        timeout = self.settings.timeout.total_seconds()
        try:
            # Python counts the whole of one send against the timeout.
            line.patience(timeout + len(raw) / SLOWEST_UPLOAD)
            line.send(on_the_line(raw))
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            raise self.lost(error, "传送邮件") from None
        try:
            line.patience(PATIENCE_AT_END * timeout)
            line.send(b".\r\n")
            code, text = line.getreply()
        except smtplib.SMTPResponseException:
            self.drop()
            raise InDoubt(f"{self.server} 收下邮件后的应答不符合 SMTP") from None
        except (OSError, smtplib.SMTPException):
            self.drop()
            raise InDoubt(f"{self.server} 收下邮件后没有应答，不知道是否已发出") from None
        if 400 <= code < 600:
            raise self.refused(code, text, Stage.END)
        if not 200 <= code < 300:
            self.drop()
            raise InDoubt(f"{self.server} 收下邮件后的应答不符合 SMTP（{code}）")
        # Accepted. Whatever the connection does from here on changes nothing.
        with suppress(OSError):
            line.patience(timeout)

    @property
    def line(self) -> Line:
        assert self._line is not None
        return self._line

    def refused(self, code: int, text: bytes, stage: Stage) -> BotError:
        """The error for a refusal; the connection is left in a clean state, or closed."""
        refusal = classify(code, text, stage)
        if code == 421 or refusal.new_connection or stage in (Stage.CONNECT, Stage.EHLO, Stage.AUTH):
            self.close(polite=code != 421)
        elif self._line is not None:
            try:
                reset, _ = self._line.rset()
            except (OSError, smtplib.SMTPException):
                reset = 0
            if reset != 250:
                self.drop()
        general = refusal.kind is RefusalKind.RETRY and refusal.remedy == LATER.remedy
        if general and (code == 421 or stage in (Stage.CONNECT, Stage.EHLO, Stage.AUTH)):
            return ServerBusy(f"{self.server} 暂时不提供服务：{refusal.text}")
        return SendRefused(refusal)

    def lost(self, error: Exception, doing: str, connecting: bool = False) -> MailboxError:
        if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
            return network_error(error, self.server, doing, connecting)
        if isinstance(error, smtplib.SMTPServerDisconnected):
            return ConnectionLost(f"{self.server} 在{doing}时断开连接")
        return NotUnderstood(f"{self.server} 在{doing}时的应答不符合 SMTP")

    def close(self, polite: bool = True) -> None:
        """QUIT where it is possible (QQ and 163 may close rudely); never raises."""
        line = self._line
        if polite and line is not None and line.sock is not None:
            with suppress(OSError, smtplib.SMTPException):
                line.patience(5)
                line.quit()
        self.drop()

    def drop(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(OSError, smtplib.SMTPException):
                line.close()


def on_the_line(raw: bytes) -> bytes:
    """*raw* with CRLF line ends and doubled leading dots (RFC 5321 4.5.2), without the last dot."""
    text = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    text = re.sub(rb"(?m)^\.", b"..", text)
    return text if text.endswith(b"\r\n") else text + b"\r\n"


def address_literal(sock: socket.socket | None) -> str:
    """How a client without a name of its own introduces itself (RFC 5321 4.1.3)."""
    address = sock.getsockname()[0] if sock is not None else "127.0.0.1"
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
