"""A real IMAP server (pymap, in memory) and a real SMTP server (aiosmtpd) on free loopback ports, in one thread."""

from __future__ import annotations

import asyncio
import logging
import threading
import warnings
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from imapclient import IMAPClient
from msgspec import Struct, field
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer, IMAPService

HOST = "127.0.0.1"
PASSWORD = "demo-authorisation-code"


class Delivered(Struct):
    """One mail that the bot handed over."""

    to: tuple[str, ...]
    raw: bytes


class MailServers(Struct):
    """Both servers while they run. ``deliveries`` are the mails that the SMTP server took, oldest first."""

    address: str
    imap_port: int = 0
    smtp_port: int = 0
    deliveries: list[Delivered] = field(default_factory=list)

    def deliver(self, raw: bytes, received: datetime, folder: str = "INBOX") -> None:
        """Put a mail into the mailbox as if it had come in at *received*."""
        with IMAPClient(HOST, self.imap_port, use_uid=True, ssl=False) as client:
            client.login(self.address, PASSWORD)
            client.append(folder, raw, msg_time=received)


class Postman:
    """Takes whatever the bot sends; remembers it in place of carrying it out."""

    def __init__(self, deliveries: list[Delivered]) -> None:
        self.deliveries = deliveries

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # aiosmtpd's name
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        self.deliveries.append(Delivered(tuple(envelope.rcpt_tos), raw))
        return "250 queued"


@contextmanager
def mail_servers(address: str) -> Iterator[MailServers]:
    """Start both servers for one account; they end with the block."""
    servers = MailServers(address)
    loop = asyncio.new_event_loop()
    ready, failed = threading.Event(), []
    stop = asyncio.Event()

    async def serve() -> None:
        imap = await start_imap(address)
        smtp = await start_smtp(address, servers.deliveries)
        servers.imap_port, servers.smtp_port = port_of(imap), port_of(smtp)
        ready.set()
        await stop.wait()
        for server in (imap, smtp):
            server.close()

    def run() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(serve())
            for task in asyncio.all_tasks(loop):
                task.cancel()
            loop.run_until_complete(asyncio.sleep(0.05))
        except Exception as error:  # handed to the thread that waits
            failed.append(error)
        finally:
            ready.set()
            loop.close()

    thread = threading.Thread(target=run, name="demo mail servers", daemon=True)
    thread.start()
    ready.wait(30)
    if failed:
        raise failed[0]
    try:
        yield servers
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)


async def start_imap(address: str) -> asyncio.Server:
    """pymap's in-memory account under *address*. TLS is left out: the connection never leaves this machine."""
    logging.getLogger("pymap").setLevel(logging.ERROR)
    parser = ArgumentParser()
    DictBackend.add_subparser("dict", parser.add_subparsers())
    IMAPService.add_arguments(parser)
    parser.set_defaults(passlib_cfg=None, skip_services=[], debug=False)
    line = ["--host", HOST, "--port", "0", "--no-tls", "dict", "--demo-user", address, "--demo-password", PASSWORD]
    backend, config = await DictBackend.init(parser.parse_args(line))
    config.apply_context()
    server: Any = IMAPServer(backend.login, config)
    connected = ProxyProtocolReader(config.proxy_protocol).get_callback(server)
    return await asyncio.start_server(connected, HOST, 0)


async def start_smtp(address: str, deliveries: list[Delivered]) -> asyncio.Server:
    """An SMTP server that asks for the account's login, as a provider does."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)

    def authenticate(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (address.encode(), PASSWORD.encode())
        return AuthResult(success=good)

    def protocol() -> SMTP:
        return SMTP(
            Postman(deliveries),
            hostname="demo",
            authenticator=authenticate,
            auth_required=True,
            auth_require_tls=False,
            data_size_limit=100 * 2**20,
        )

    # aiosmtpd warns of a login without TLS; here it never leaves this machine.
    warnings.filterwarnings("ignore", message="Requiring AUTH while not requiring TLS")
    return await asyncio.get_running_loop().create_server(protocol, HOST, 0)


def port_of(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])
