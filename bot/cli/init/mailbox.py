"""The steps of ``init`` that speak with the servers: which they are, logging in, what they can, a mail to ourselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.base.errors import BotError
from bot.base.replacing import replace
from bot.base.sections.servers import Mailbox, Smtp
from bot.base.sections.values import LOOPBACK
from bot.cli.init import asking
from bot.cli.init.asking import ask, choose, confirm, say
from bot.cli.init.document import Document
from bot.cli.init.providers import Server, provider_of
from bot.mailbox.dns import ask as lookup
from bot.mailbox.errors import LoginRefused
from bot.operation.health.trial import Abilities, abilities, log_in_to_send, send_to_self

WAIT_SECONDS = 30.0
AGAIN, OTHER, ADDRESS, GO_ON = "1", "2", "3", "4"


class Login(Struct, frozen=True):
    """Everything that is needed to use the mailbox; ``security`` of IMAP and SMTP."""

    address: str
    username: str
    code: str
    imap: Server
    smtp: Server
    security: tuple[str, str]

    def mailbox(self, folder: str = "INBOX") -> Mailbox:
        return Mailbox.model_validate(
            {**self.common(self.imap, self.security[0]), "address": self.address, "folder": folder}
        )

    def outgoing(self) -> Smtp:
        return Smtp.model_validate(self.common(self.smtp, self.security[1]))

    def common(self, server: Server, security: str) -> dict[str, object]:
        login = {"username": self.username, "password": self.code, "timeout": 20}
        return {"host": server.host, "port": server.port, "security": security, **login}


def set_mailbox(document: Document, zone: ZoneInfo, clock: Callable[[], datetime]) -> None:
    """Ask, try, put into *document*."""
    say("\n—— 收件邮箱 ——")
    login = asked_login(document, document.text("mailbox", "address"))
    while True:
        found, likely = try_login(login, zone, clock())
        if found is not None:
            break
        ways = [(AGAIN, "重新输入授权码"), (OTHER, "改服务器"), (ADDRESS, "改邮箱地址"), (GO_ON, "先写下来，以后再试")]
        choice = choose("怎么办", ways, likely)
        if choice == GO_ON:
            break
        if choice == OTHER:
            login = asked_servers(login)
        elif choice == ADDRESS:
            login = asked_login(document, login.address)
        else:
            login = replace(login, code=ask_code())
    write(document, login, found)
    if found is not None and confirm("给自己的邮箱发一封测试信吗", True):
        try_sending(document, login, found, zone, clock())


def asked_login(document: Document, proposed: str) -> Login:
    """The address, its servers as far as they are not known, the authorisation code."""
    address = ask("单位报送表格用的邮箱地址", asking.address, proposed)
    provider = provider_of(address, lookup)
    say(f"{provider.name}：收信 {shown(provider.imap)}，发信 {shown(provider.smtp)}")
    login = Login(address, address, "", provider.imap, provider.smtp, (provider.imap.security, provider.smtp.security))
    if not provider.is_known:
        login = asked_servers(kept_servers(login, document))
    say(f"授权码：{provider.code}")
    return replace(login, code=ask_code())


def kept_servers(login: Login, document: Document) -> Login:
    """What the file says of the same address."""
    if document.text("mailbox", "address") != login.address:
        return login

    def server(section: str, guess: Server, security: str) -> tuple[Server, str]:
        port = document.text(section, "port")
        kept = Server(document.text(section, "host") or guess.host, int(port) if port.isdigit() else guess.port)
        return kept, document.text(section, "security") or security

    imap, imap_security = server("mailbox", login.imap, login.security[0])
    smtp, smtp_security = server("smtp", login.smtp, login.security[1])
    username = document.text("mailbox", "username") or login.address
    return replace(login, imap=imap, smtp=smtp, security=(imap_security, smtp_security), username=username)


def asked_servers(login: Login) -> Login:
    """Each server by a question; what *login* holds is proposed."""

    def server(before: Server, security: str, what: str) -> tuple[Server, str]:
        host = ask(f"{what}服务器", asking.host, before.host)
        port = ask(f"{what}端口", asking.port, str(before.port))
        choices = [("tls", "一开始就加密（993、465 端口）"), ("starttls", "连接后再加密（143、587 端口）")]
        if host in LOOPBACK:
            choices.append(("none", "不加密（只限本机）"))
        chosen = Server(host, port)
        return chosen, choose("加密方式", choices, security if chosen == before else chosen.security)

    imap, imap_security = server(login.imap, login.security[0], "收信（IMAP）")
    smtp, smtp_security = server(login.smtp, login.security[1], "发信（SMTP）")
    username = ask("登录名", asking.text, login.username)
    return replace(login, imap=imap, smtp=smtp, security=(imap_security, smtp_security), username=username)


def ask_code() -> str:
    def read(typed: str) -> str:
        if not typed.isascii():
            raise ValueError("授权码里没有汉字和全角字符")
        return asking.text("".join(typed.split()))

    return ask("授权码（输入时不显示）", read, secret=True)


def try_login(login: Login, zone: ZoneInfo, now: datetime) -> tuple[Abilities | None, str]:
    """What the server can; None where one of the two refused, told with the remedy, and what most likely is to be mended."""
    say("正在登录……")
    try:
        found = abilities(login.mailbox(), zone, now)
        say(f"✓ 收信：登录成功，{found.told}")
        log_in_to_send(login.outgoing(), login.address)
        say("✓ 发信：登录成功")
    except LoginRefused as refused:
        say(
            f"✗ {refused.what}\n  服务器没有接受授权码：核对是否完整，IMAP/SMTP 服务是否已开启。连续试错会锁号，没有把握时先到网页邮箱重新生成"
        )
        return None, AGAIN
    except BotError as error:
        say(f"✗ {error}")
        return None, OTHER
    can = {
        "表明身份（ID）": found.has_id,
        "新信即时处理（IDLE）": found.has_idle,
        "移动邮件（MOVE）": found.has_move,
    }
    say(f"  服务器{'；'.join(('支持' if yes else '没有') + what for what, yes in can.items())}")
    say(f"  文件夹：{'、'.join(found.folders[:30])}")
    say(f"  已发送：{found.sent or '没有找到'}；垃圾邮件：{found.junk or '没有找到'}")
    return found, GO_ON


def write(document: Document, login: Login, found: Abilities | None) -> None:
    def keys(server: Server, security: str) -> dict[str, object]:
        return {"host": server.host, "port": server.port, "security": security}

    document.put(
        "mailbox", {"address": login.address, "username": login.username, **keys(login.imap, login.security[0])}
    )
    document.put("smtp", keys(login.smtp, login.security[1]))
    if found is not None:
        also = [name for name in document.get("mailbox", "also_read", []) if name in found.folders]
        document.put("mailbox", {"also_read": list(dict.fromkeys([*also, *filter(None, [found.junk])]))})
    document.keep_secret("mailbox", login.code)


def try_sending(document: Document, login: Login, found: Abilities, zone: ZoneInfo, now: datetime) -> None:
    try:
        told = lambda: say(f"✓ 已发出，等它回到收件箱（最多 {WAIT_SECONDS:.0f} 秒）……")  # noqa: E731
        arrived = send_to_self(login.mailbox(), login.outgoing(), zone, now, WAIT_SECONDS, told)
    except BotError as error:
        say(f"✗ 发信：{error}")
        return
    if not arrived.came:
        say("! 还没有收到：稍后在网页邮箱看一下收件箱和垃圾邮件，有这封信就没有问题")
        return
    say("✓ 测试信收到了，可以删除")
    if found.sent:
        # Whether our own copy is wanted is known now; the table of houses is a guess beside it.
        document.put("smtp", {"save_sent": "never" if arrived.is_kept else "always"})
        kept = "服务器自己保存" if arrived.is_kept else "由程序保存"
        say(f"  已发送的信：{kept}在“{found.sent}”")


def shown(server: Server) -> str:
    return f"{server.host}:{server.port}"
