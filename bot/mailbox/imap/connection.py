"""One logged-in IMAP connection: login, ID, opening folders, and every failure told apart."""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from msgspec import Struct

from bot.base.config.packaged import PROGRAM, version
from bot.base.errors import BotError
from bot.base.sections.servers import Mailbox
from bot.mailbox.backoff import AFTER_LOGIN_REFUSED
from bot.mailbox.errors import (
    ConnectionLost,
    FolderMissing,
    LoginRefused,
    MailboxError,
    NoEncryption,
    NotUnderstood,
    ServerBusy,
    UnsafeLogin,
    secret_of,
)
from bot.mailbox.imap.wire import Client
from bot.mailbox.tls import client_context, network_error

log = logging.getLogger(__name__)

# The response codes of RFC 5530 that say «later», and what servers without them write.
LATER = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]", re.I)
LATER_TEXT = re.compile(
    r"too many (simultaneous |concurrent )?(connections|sessions)|maximum number of connections|try again|temporar",
    re.I,
)
ABOUT_LOGIN = re.compile(r"password|authori[sz]|authenticat|credential|login (fail|error)|用户名|密码|授权码", re.I)
SHOWN = 300
UNSAFE = re.compile(r"unsafe login", re.I)
NO_SUCH_FOLDER = re.compile(r"\[(NONEXISTENT|TRYCREATE)\]", re.I)


class Selected(Struct, frozen=True):
    """What EXAMINE or SELECT answered. ``uidvalidity`` is 0 where the server gives none; ``exists`` is 1 where it says nothing."""

    folder: str
    readonly: bool
    uidvalidity: int
    exists: int


class Connection:
    """A connection to ``settings.host`` that is made when it is needed and thrown away after each failure."""

    def __init__(self, settings: Mailbox) -> None:
        self.settings = settings
        self.server = f"{settings.host}:{settings.port}"
        self.selected: Selected | None = None
        self._client: Client | None = None
        self.number = 0  # how many there were with this one
        self.secret = ""  # the password of the newest attempt to log in
        self._barred = ""  # what was said to a refused login,
        self._barred_secret = ""
        self._barred_until = 0.0  # monotonic seconds

    @property
    def is_open(self) -> bool:
        return self._client is not None

    @property
    def client(self) -> Client:
        """The logged-in client; connects where there is none."""
        if self._client is None:
            self.connect()
        assert self._client is not None
        return self._client

    def connect(self) -> None:
        """Connect, log in and identify. Raises the errors of ``bot.mailbox.errors`` and ConfigError (no password)."""
        self.drop()
        settings = self.settings
        self.secret = secret_of(settings, is_running=bool(self.secret))
        if self.secret == self._barred_secret and time.monotonic() < self._barred_until:
            raise LoginRefused(self._barred)
        tls = None if settings.security == "none" else client_context(settings.ca_file)
        with self.translated("连接", connecting=True):
            client = Client(
                settings.host,
                settings.port,
                tls if settings.security == "tls" else None,
                settings.timeout.total_seconds(),
                max(settings.max_mail, settings.batch_bytes) + 2**20,
            )
        self._client = client
        self.number += 1
        try:
            if settings.security == "starttls":
                self.encrypt(client, tls)
            self.log_in(client)
            self.identify()
        except BotError:
            # A connection that is not logged in must not be taken for one that is.
            self.drop()
            raise
        log.info("logged in", extra={"server": self.server})

    def bar(self, said: str, secret: str, seconds: float) -> None:
        """A refused login is not repeated for *seconds* with the same password: each one counts towards a lock."""
        self._barred, self._barred_secret = said, secret
        self._barred_until = time.monotonic() + seconds

    def encrypt(self, client: Client, tls: ssl.SSLContext | None) -> None:
        with self.translated("加密", connecting=True):
            if not client.has_capability("STARTTLS"):
                raise NoEncryption(f"{self.server} 不支持 STARTTLS")
            client.starttls(tls)

    def log_in(self, client: Client) -> None:
        """Plain LOGIN: NetEase advertises SASL-IR and answers «BAD Request not ending with» to it."""
        name, secret = self.settings.username or self.settings.address, self.secret
        if not printable_ascii(name + secret):
            raise LoginRefused(f"{self.server} 的用户名或授权码含有中文、空行或控制字符，无法登录")
        with self.translated("登录"):
            if b"LOGINDISABLED" in client.capabilities():
                raise NoEncryption(f"{self.server} 不接受未加密的登录")
            try:
                # imapclient's own login makes a broken connection look like a refused password.
                client.transport.login(quoted_if_needed(name), secret)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                refused = login_error(self.server, self.scrubbed(error))
                if isinstance(refused, LoginRefused):
                    self.bar(refused.what, secret, AFTER_LOGIN_REFUSED.total_seconds())
                raise refused from None

    def identify(self) -> None:
        """ID (RFC 2971) where it is advertised, never unadvertised."""
        # QUIRK(NetEase 126, 163, 188): every SELECT of a connection without ID is refused. RFC 2971
        # QUIRK(QQ): seen to drop the connection on commands that it does not know. RFC 3501 §7.1.3
        with self.translated("表明客户端身份"):
            client = self.client
            advertised = b"ID" in client.capabilities() or "ID" in client.transport.capabilities
            if not advertised:
                return
            try:
                client.id_(
                    {
                        "name": PROGRAM,
                        "version": version(),
                        "vendor": PROGRAM,
                        "support-email": self.settings.address,
                    }
                )
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                log.warning("ID not accepted", extra={"server": self.server, "reason": self.scrubbed(error)})

    def open(self, folder: str, readonly: bool = True) -> Selected:
        """EXAMINE (or SELECT) *folder* anew; reconnects once where the kept connection has died meanwhile."""
        was_open = self.is_open
        try:
            return self.select(folder, readonly)
        except ConnectionLost:
            if not was_open:
                raise
            log.info("connection was closed meanwhile, connecting again", extra={"server": self.server})
            return self.select(folder, readonly)

    def select(self, folder: str, readonly: bool) -> Selected:
        client = self.client
        self.selected = None
        with self.translated(f"打开文件夹 {folder} "):
            try:
                answer = self.try_select(client, folder, readonly)
            except imaplib.IMAP4.readonly:
                raise ServerBusy(f"{self.server} 的文件夹 {folder} 目前只读") from None
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                raise self.folder_error(client, folder, self.scrubbed(error)) from None
            uidvalidity = int(answer.get(b"UIDVALIDITY") or 0)
            self.selected = Selected(folder, readonly, uidvalidity, int(answer.get(b"EXISTS", 1)))
        return self.selected

    def try_select(self, client: Client, folder: str, readonly: bool) -> dict[bytes, Any]:
        """SELECT; where NetEase calls the login unsafe, ID and SELECT once more."""
        try:
            answer: dict[bytes, Any] = client.select_folder(folder, readonly)
            return answer
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            if not UNSAFE.search(str(error)):
                raise
        log.warning("unsafe login, sending ID once more", extra={"server": self.server})
        self.identify()
        answer = client.select_folder(folder, readonly)
        return answer

    def folder_error(self, client: Client, folder: str, answer: str) -> MailboxError:
        if UNSAFE.search(answer):
            return UnsafeLogin(f"{self.server} 拒绝打开文件夹 {folder}：{answer}")
        names = [name for _, _, name in client.list_rows()]
        if NO_SUCH_FOLDER.search(answer) or (names and folder.upper() not in {name.upper() for name in names}):
            return FolderMissing(
                f"{self.server} 上没有文件夹 {folder}",
                f"{FolderMissing.remedy}；现有文件夹：{'、'.join(names[:30])}",
            )
        return ServerBusy(f"{self.server} 打不开文件夹 {folder}：{answer}")

    @contextmanager
    def translated(self, doing: str, connecting: bool = False) -> Iterator[None]:
        """Errors of the network and of imapclient become this room's; the connection is dropped with them."""
        try:
            yield
        except MailboxError:
            raise
        except OSError as error:
            self.drop()
            raise network_error(error, self.server, doing, connecting) from None
        except imaplib.IMAP4.abort as error:
            refused = self._client.transport.literal_refused if self._client else 0
            self.drop()
            raise aborted(self.server, doing, self.scrubbed(error), refused) from None
        except imaplib.IMAP4.error as error:
            answer = self.scrubbed(error)
            if connecting:
                # The greeting was BYE or no IMAP at all.
                self.drop()
                if re.search(r"BYE|too many|busy|try again", answer, re.I):
                    raise ServerBusy(f"{self.server} 拒绝连接：{answer}") from None
                raise NotUnderstood(f"{self.server} 的应答不是 IMAP：{answer}") from None
            raise ServerBusy(f"{self.server} 拒绝了{doing}：{answer}") from None
        except (
            ValueError,
            TypeError,
            LookupError,
            AttributeError,
            AssertionError,
            RecursionError,
            MemoryError,
        ) as error:
            # imaplib and imapclient fail with these on answers that are no IMAP.
            log.debug("answer is no IMAP", exc_info=True)
            self.drop()
            raise NotUnderstood(f"{self.server} 在{doing}时的应答不符合 IMAP（{type(error).__name__}）") from None

    def scrubbed(self, error: BaseException) -> str:
        """The server's words, on one line, without the password should it repeat it."""
        said = error.args[0] if error.args else ""
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        text = "".join(c if c.isprintable() else " " for c in text)[:SHOWN]
        # imaplib shows bytes as Python would write them.
        text = re.sub(r"\[?\bb(['\"])(.*?)\1\]?", r"\2", text)
        return text.replace(self.secret, "***") if self.secret else text

    def close(self) -> None:
        """LOGOUT where it is possible; never raises."""
        client, self._client, self.selected = self._client, None, None
        if client is not None:
            with suppress(Exception):
                client.transport.silence = 5
                client.logout()
            with suppress(Exception):
                client.shutdown()

    def drop(self) -> None:
        """Close the socket at once."""
        client, self._client, self.selected = self._client, None, None
        if client is not None:
            with suppress(Exception):
                client.shutdown()


def login_error(server: str, answer: str) -> MailboxError:
    """«Not now» told apart from «not with this password»: only the second needs a person."""
    later = LATER.search(answer) or (LATER_TEXT.search(answer) and not ABOUT_LOGIN.search(answer))
    if later:
        return ServerBusy(f"{server} 暂时不能登录：{answer}")
    if re.search(r"\[PRIVACYREQUIRED\]", answer, re.I):
        return NoEncryption(f"{server} 不接受未加密的登录：{answer}")
    return LoginRefused(f"{server} 拒绝登录：{answer}")


class LiteralRefused(ConnectionLost):
    """The server announced more bytes than a mail may have; the connection was cut."""


def aborted(server: str, doing: str, answer: str, literal_refused: int) -> MailboxError:
    if literal_refused:
        return LiteralRefused(f"{server} 在{doing}时要传 {literal_refused} 字节，超过 max_mail")
    if LATER_TEXT.search(answer):
        return ServerBusy(f"{server} 在{doing}时断开连接：{answer}")
    return ConnectionLost(f"与 {server} 的连接在{doing}时断开：{answer}")


def printable_ascii(text: str) -> bool:
    """LOGIN takes no other bytes, and a line break in it would start another command."""
    return text.isascii() and text.isprintable()


def quoted_if_needed(name: str) -> str:
    """imaplib sends the user name as it is; outside the atom characters it must be quoted."""
    if re.fullmatch(r"[A-Za-z0-9.@_+\-]+", name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
