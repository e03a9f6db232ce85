"""A TCP proxy between the bot and a real server that makes mistakes on purpose.

A ``Behaviour`` sees every line of both directions and may change, swallow, inject, cut, stall or slow down. Lines are
separated at ``\\n``; a literal's content passes through as lines, too.
"""

from __future__ import annotations

import contextlib
import re
import select
import socket
import struct
import threading
import time
from collections.abc import Callable

# Lower-cased names of the IMAP commands, as in ``a1 UID FETCH 1:* …``.
COMMAND = re.compile(rb"^\S+ ((?:UID )?[A-Za-z]+)", re.I)


def command_of(line: bytes) -> str:
    """``SELECT``, ``UID FETCH``, … of a client's line; "" for a continuation."""
    match = COMMAND.match(line)
    return match[1].decode().upper() if match else ""


def tag_of(line: bytes) -> bytes:
    return line.split(b" ", 1)[0]


class Link:
    """One proxied connection, numbered from 1."""

    def __init__(self, number: int, client: socket.socket, server: socket.socket) -> None:
        self.number = number
        self.client = client
        self.server = server
        self.identified = False
        self.lists_as = b"* LIST"
        self.mute = False
        self.sent = 0
        self.cut_after: int | None = None
        self.cut_client_after: int | None = None
        self.passed = 0
        self.seconds_per_byte = 0.0
        self.lines: list[bytes] = []
        self.lock = threading.Lock()
        self.closed = False
        self.encrypted = False

    def reply(self, data: bytes) -> None:
        """Bytes to the client; honours cut, mute and pace."""
        with self.lock:
            if self.mute or self.closed:
                return
            if self.cut_after is not None and self.sent + len(data) >= self.cut_after:
                data = data[: max(0, self.cut_after - self.sent)]
                self.push(data)
                self.close()
                return
            self.push(data)

    def push(self, data: bytes) -> None:
        try:
            if self.seconds_per_byte:
                for place in range(len(data)):
                    self.client.sendall(data[place : place + 1])
                    self.sent += 1
                    time.sleep(self.seconds_per_byte)
            else:
                self.client.sendall(data)
                self.sent += len(data)
        except OSError:
            self.close()

    def forward(self, data: bytes) -> None:
        """Bytes to the server; honours ``cut_client_after``."""
        if self.cut_client_after is not None and self.passed + len(data) >= self.cut_client_after:
            self.server.sendall(data[: max(0, self.cut_client_after - self.passed)])
            self.close()
            return
        self.server.sendall(data)
        self.passed += len(data)

    def pass_raw(self, side: socket.socket, data: bytes) -> None:
        """After STARTTLS there are no lines any more."""
        if side is self.client:
            self.forward(data)
        else:
            self.reply(data)

    def close(self) -> None:
        """Reset both sides."""
        self.closed = True
        for side in (self.client, self.server):
            with contextlib.suppress(OSError):
                side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)


class Behaviour:
    """Does nothing wrong. Return the line to pass on (changed or not), or b"" to swallow it."""

    def opened(self, link: Link) -> None:
        pass

    def from_client(self, link: Link, line: bytes) -> bytes:
        return line

    def from_server(self, link: Link, line: bytes) -> bytes:
        return line


class FaultProxy:
    """Listens on ``port``; ``links`` are the connections so far, newest last. Behaviours apply in order."""

    def __init__(self, target: int, *behaviours: Behaviour, port: int = 0) -> None:
        self.target = target
        self.behaviours = list(behaviours)
        self.links: list[Link] = []
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self.listener.getsockname()[1]
        self.stopped = False
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self) -> FaultProxy:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def stop(self) -> None:
        self.stopped = True
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)  # wakes the accepting thread, which would keep the port
        self.listener.close()
        for link in self.links:
            link.close()

    def accept(self) -> None:
        while not self.stopped:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target), 10)
            except OSError:
                client.close()
                continue
            for side in (client, server):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link = Link(len(self.links) + 1, client, server)
            self.links.append(link)
            for behaviour in self.behaviours:
                behaviour.opened(link)
            threading.Thread(target=self.pump, args=(link,), daemon=True).start()

    def pump(self, link: Link) -> None:
        """Both directions of one link in one thread, so that behaviours need no locks."""
        buffers = {link.client: b"", link.server: b""}
        try:
            while not link.closed:
                ready, _, _ = select.select(list(buffers), [], [], 0.2)
                for side in ready:
                    data = side.recv(65536)
                    if not data:
                        return
                    if link.encrypted:
                        link.pass_raw(side, data)
                        continue
                    *lines, rest = (buffers[side] + data).split(b"\n")
                    buffers[side] = rest
                    for line in lines:
                        self.carry(link, side, line + b"\n")
        except (OSError, ValueError):
            pass
        finally:
            link.close()
            link.client.close()
            link.server.close()

    def carry(self, link: Link, side: socket.socket, line: bytes) -> None:
        if side is link.client:
            link.lines.append(line)
        for behaviour in self.behaviours:
            hook = behaviour.from_client if side is link.client else behaviour.from_server
            line = hook(link, line)
            if not line or link.closed:
                return
        if side is link.client:
            link.forward(line)
        else:
            link.reply(line)
            if b"Begin TLS" in line:
                link.encrypted = True


class NetEase(Behaviour):
    """SELECT and EXAMINE refused before ID on each connection; no UIDNEXT, IDLE, MOVE; ENABLE hangs; SEARCH finds nothing."""

    capability = (
        b"* CAPABILITY IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS XAPPLEPUSHSERVICE UIDPLUS X-CM-EXT-1\r\n"
    )

    def from_client(self, link: Link, line: bytes) -> bytes:
        command, tag = command_of(line), tag_of(line)
        if command == "ID":
            link.identified = True
        if command in ("SELECT", "EXAMINE") and not link.identified:
            link.reply(tag + b" NO SELECT Unsafe Login. Please contact kefu@188.com for help\r\n")
            return b""
        if command in ("IDLE", "MOVE", "UID MOVE", "NAMESPACE", "AUTHENTICATE"):
            link.reply(tag + b" BAD Parse command error\r\n")
            return b""
        if command in ("SEARCH", "UID SEARCH"):
            link.reply(b"* SEARCH\r\n" + tag + b" OK Completed\r\n")
            return b""
        if command == "ENABLE":
            link.mute = True
            return b""
        link.lists_as = b"* XLIST" if command == "XLIST" else b"* LIST"
        if command == "XLIST":
            return line.replace(b"XLIST", b"LIST", 1)
        return line

    def from_server(self, link: Link, line: bytes) -> bytes:
        if line.startswith(b"* LIST"):
            return link.lists_as + line[6:]
        if line.startswith(b"* CAPABILITY"):
            return self.capability
        line = re.sub(rb"\[CAPABILITY [^\]]*\]", b"", line)
        if line.startswith(b"* OK [UIDNEXT"):
            return b""
        if line.startswith(b"* STATUS"):
            return re.sub(rb"\(.*\)", b"()", line)
        return line


class Rewrite(Behaviour):
    """Server lines go through ``change``."""

    def __init__(self, change: Callable[[bytes], bytes]) -> None:
        self.change = change

    def from_server(self, link: Link, line: bytes) -> bytes:
        return self.change(line)


class On(Behaviour):
    """When the client sends *command* (see ``command_of``), do ``act(link, line)`` instead of passing it on.

    ``times`` limits how often (None: always); ``act`` returns the line to pass on, b"" to swallow it.
    """

    def __init__(self, command: str, act: Callable[[Link, bytes], bytes], times: int | None = None) -> None:
        self.command = command
        self.act = act
        self.left = times

    def from_client(self, link: Link, line: bytes) -> bytes:
        if command_of(line) != self.command or self.left == 0:
            return line
        if self.left is not None:
            self.left -= 1
        return self.act(link, line)


class CutAfter(Behaviour):
    """Each connection is reset after so many bytes: ``limit(number of the connection)``, None for never.

    Counted are the bytes to the client, or with *to_server* those to the server.
    """

    def __init__(self, limit: Callable[[int], int | None], to_server: bool = False) -> None:
        self.limit = limit
        self.to_server = to_server

    def opened(self, link: Link) -> None:
        limit = self.limit(link.number)
        if self.to_server:
            link.cut_client_after = limit
        else:
            link.cut_after = limit


def say_bye(link: Link, line: bytes) -> bytes:
    link.reply(b"* BYE Autologout; idle for too long\r\n")
    link.close()
    return b""


def hang(link: Link, line: bytes) -> bytes:
    """Half-open: the connection stays, nothing comes any more."""
    link.mute = True
    return b""


def refuse(answer: bytes) -> Callable[[Link, bytes], bytes]:
    """Answer with *answer* behind the tag, such as ``b"NO [LIMIT] later"``."""

    def act(link: Link, line: bytes) -> bytes:
        link.reply(tag_of(line) + b" " + answer + b"\r\n")
        return b""

    return act
