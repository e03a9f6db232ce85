"""A real SMTP server (aiosmtpd) on loopback which answers by script.

``server.script["MAIL"] = ["451 MI:DMC", OK, DROP]``: each MAIL command takes the first entry of its list; where the list is
empty the server behaves normally. Keys: CONNECT EHLO STARTTLS AUTH MAIL RCPT DATA END NOOP RSET QUIT; END is the answer to the
mail's last dot, where the mail counts as accepted (``server.mails``) unless the answer is a refusal or ``DROP``.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
import warnings
from collections import defaultdict
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from msgspec import Struct, field

from tests.servers.certificates import Certificate


class Ok(Struct, frozen=True):
    """Behave normally."""


class Drop(Struct, frozen=True):
    """Cut the connection without an answer; at END with ``accepted`` the mail is taken nevertheless."""

    accepted: bool = False


class Slow(Struct, frozen=True):
    """Wait, then go on with ``then``."""

    seconds: float
    then: Any = Ok()


OK = Ok()
DROP = Drop()
ACCEPT_AND_DROP = Drop(accepted=True)


class Delivered(Struct, frozen=True):
    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    connection: int

    @property
    def message(self) -> Message:
        return message_from_bytes(self.raw)


class Record(Struct):
    """What the server saw: commands as (connection, name, argument)."""

    mails: list[Delivered] = field(default_factory=list)
    commands: list[tuple[int, str, str]] = field(default_factory=list)
    connections: int = 0


class Scripted(SMTP):
    """aiosmtpd's server with a look at the script before each command."""

    owner: ScriptedSmtp
    number = 0

    async def _handle_client(self) -> None:
        self.owner.record.connections += 1
        self.number = self.owner.record.connections
        if await self.answered("CONNECT"):
            if self.transport is not None:
                self.transport.close()
            return
        await super()._handle_client()

    async def answered(self, command: str, argument: str = "") -> bool:
        """Note the command; True where the script has answered (or cut) it."""
        self.owner.record.commands.append((self.number, command, argument))
        entry = self.owner.next_entry(command)
        while isinstance(entry, Slow):
            await asyncio.sleep(entry.seconds)
            entry = entry.then
        if isinstance(entry, Drop):
            self.cut()
            return True
        if isinstance(entry, str):
            for line in entry.split("\n"):
                await self.push(line)
            if entry.startswith("421") and self.transport is not None:
                self.transport.close()
            return True
        return False

    def cut(self) -> None:
        if self.transport is not None:
            self.transport.abort()


def scripted(command: str) -> Any:
    base = getattr(SMTP, f"smtp_{command}")

    async def method(self: Scripted, arg: str) -> None:
        if not await self.answered(command, "" if command == "AUTH" else (arg or "")):
            await base(self, arg)

    # aiosmtpd keeps its help text on the methods.
    method.__dict__.update(base.__dict__)
    return method


for name in ("EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "NOOP", "RSET", "QUIT"):
    setattr(Scripted, f"smtp_{name}", scripted(name))


class ScriptedSmtp:
    """Start with ``start()``; ``port`` speaks TLS at once with *certificate* unless *starttls*. Any user, password *password*."""

    def __init__(
        self, password: str = "right-code", certificate: Certificate | None = None, starttls: bool = False
    ) -> None:
        self.password = password
        self.utf8 = False  # whether addresses may hold more than ASCII (RFC 6531)
        self.record = Record()
        self.script: dict[str, list[Any]] = defaultdict(list)
        self.lock = threading.Lock()
        context = None
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.cert, certificate.key)
        owner = self

        class Handler(Sink):
            async def handle_DATA(self, server: Scripted, session: Session, envelope: Envelope) -> str:
                return await owner.end_of_data(server, envelope)

        class Starter(Controller):
            def factory(self) -> SMTP:
                # Loopback only: passwords without TLS are what some tests are about.
                warnings.filterwarnings("ignore", "Requiring AUTH while not requiring TLS")
                server = Scripted(
                    self.handler,
                    authenticator=owner.authenticate,
                    auth_required=True,
                    auth_require_tls=starttls,
                    tls_context=context if starttls else None,
                    require_starttls=starttls,
                    hostname="localhost",
                    enable_SMTPUTF8=owner.utf8,
                )
                server.owner = owner
                return server

        self.controller = Starter(
            Handler(), hostname="127.0.0.1", port=0, ssl_context=None if starttls else context, ready_timeout=20
        )

    @property
    def mails(self) -> list[Delivered]:
        return self.record.mails

    @property
    def port(self) -> int:
        port: int = self.controller.server.sockets[0].getsockname()[1]
        return port

    def start(self) -> None:
        # The controller looks at itself through its own port; with port 0 that is only known afterwards.
        started = threading.Event()
        controller = self.controller
        controller.loop = asyncio.new_event_loop()

        def run() -> None:
            asyncio.set_event_loop(controller.loop)
            controller.server = controller.loop.run_until_complete(controller._create_server())
            started.set()
            controller.loop.run_forever()
            controller.server.close()
            for task in asyncio.all_tasks(controller.loop):
                task.cancel()
            controller.loop.run_until_complete(asyncio.sleep(0))
            controller.loop.close()

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()
        assert started.wait(20)

    def stop(self) -> None:
        self.controller.loop.call_soon_threadsafe(self.controller.loop.stop)
        self.thread.join(10)

    def reset(self) -> None:
        """Forget script and record."""
        with self.lock:
            self.script.clear()
        self.record = Record()

    def next_entry(self, command: str) -> Any:
        with self.lock:
            entries = self.script.get(command)
            return entries.pop(0) if entries else OK

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        right = data.password.decode() == self.password
        return AuthResult(success=right, handled=False, message=None if right else "535 Error: authentication failed")

    async def end_of_data(self, server: Scripted, envelope: Envelope) -> str:
        entry = self.next_entry("END")
        while isinstance(entry, Slow):
            await asyncio.sleep(entry.seconds)
            entry = entry.then
        refused = isinstance(entry, str) and not entry.startswith("2")
        if not refused and entry != DROP:
            content = envelope.original_content or b""
            self.record.mails.append(
                Delivered(envelope.mail_from or "", tuple(envelope.rcpt_tos), content, server.number)
            )
        if isinstance(entry, Drop):
            server.cut()
            await asyncio.sleep(0)
        return entry if isinstance(entry, str) else "250 Mail OK queued as smtp1"
