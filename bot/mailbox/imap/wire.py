"""An IMAP connection whose reading has limits: imapclient on a transport that no server can stall or flood.

imaplib reads a literal of any announced size into memory (``{99999999999}``) and waits as long as one byte comes
before each timeout. Here every command has a limit of bytes and a lowest pace; both end the connection.
"""

from __future__ import annotations

import imaplib
import logging
import re
import select
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from imapclient import IMAPClient
from imapclient.exceptions import ProtocolError
from imapclient.response_parser import parse_fetch_response

if TYPE_CHECKING:
    from _typeshed import HasFileno
    from _typeshed import ReadableBuffer as Buffer

log = logging.getLogger(__name__)

BLOCK = 65536
# imaplib's own limit for a line; longer ones are an attack or a broken server.
LONGEST_LINE = 1_000_000
# All lines of one command's answer: a listing of about a million mails.
MOST_LINE_BYTES = 128 * 2**20
# A command may take twice the timeout, and one second more for each of these many bytes that came.
LOWEST_PACE = 1024
SLOWEST_UPLOAD = 8192

FetchItems = dict[bytes, Any]
# Flags, delimiter (None: no levels) and name.
FolderRow = tuple[tuple[bytes, ...], bytes | None, str]
# What imapclient's parsers raise on lines that are no IMAP.
UNREADABLE = (ProtocolError, ValueError, TypeError, IndexError, AttributeError, AssertionError, RecursionError)


class TransportAbort(imaplib.IMAP4.abort):
    """The limits were passed; the connection cannot be used any more."""


class Transport(imaplib.IMAP4):
    """imaplib's connection with own, bounded reading. ``literal_limit`` in bytes, ``timeout`` in seconds."""

    def __init__(
        self,
        host: str,
        port: int,
        tls: ssl.SSLContext | None,
        timeout: float,
        literal_limit: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.tls = tls
        self.silence = timeout
        self.literal_limit = literal_limit
        self.literal_refused = 0
        self.clock = clock
        self.buffer = bytearray()
        self.started = clock()
        self.received = 0
        self.line_bytes = 0
        self.literal_bytes = 0
        super().__init__(host, port, timeout)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        raw = socket.create_connection((self.host, self.port), timeout)
        # Commands are small and each waits for its answer.
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.tls is None:
            return raw
        try:
            return self.tls.wrap_socket(raw, server_hostname=self.host)
        except BaseException:
            raw.close()
            raise

    def starttls(self, ssl_context: ssl.SSLContext | None = None) -> Any:
        """STARTTLS; unlike imaplib's it looks between the answer and the handshake."""
        typ, data = self._simple_command("STARTTLS")
        if typ != "OK" or ssl_context is None:
            raise self.error("STARTTLS refused")
        if self.buffer:
            # Whatever came in clear behind the answer was put there by somebody in between.
            raise TransportAbort("data in front of the TLS handshake")
        self.sock = ssl_context.wrap_socket(self.sock, server_hostname=self.host)
        self.untagged_responses.pop("CAPABILITY", None)  # what was said in clear
        self._get_capabilities()
        return typ, data

    def _get_capabilities(self) -> None:
        """Those of the greeting, where it tells them (RFC 3501 §7.1): a command less for each connection."""
        told = self.untagged_responses.pop("CAPABILITY", None) or self.capability()[1]
        if not isinstance(told[-1], bytes):
            raise self.error("no CAPABILITY response from server")
        self.capabilities = tuple(told[-1].decode(self._encoding).upper().split())

    def send(self, data: Buffer) -> None:
        self.start_command()
        # Python counts the whole of one send against the timeout.
        self.sock.settimeout(self.silence + memoryview(data).nbytes / SLOWEST_UPLOAD)
        super().send(data)

    def start_command(self) -> None:
        """The limits count from here: for each command, and for each look at the line while idling."""
        self.started = self.clock()
        self.received = self.line_bytes = self.literal_bytes = 0

    def read(self, size: int) -> bytes:
        self.literal_bytes += size
        if self.literal_bytes > self.literal_limit:
            self.literal_refused = size
            raise TransportAbort(f"literal of {size} bytes refused")
        while len(self.buffer) < size:
            if not self.fill():
                break
        return self.take(size)

    def readline(self) -> bytes:
        searched = 0
        while (end := self.buffer.find(b"\n", searched)) < 0:
            searched = len(self.buffer)
            if searched > LONGEST_LINE:
                raise TransportAbort("endless line")
            if not self.fill():
                return self.take(len(self.buffer))
        line = self.take(end + 1)
        self.line_bytes += len(line)
        if self.line_bytes > MOST_LINE_BYTES:
            raise TransportAbort("endless answer")
        return line

    def take(self, size: int) -> bytes:
        data = bytes(self.buffer[:size])
        del self.buffer[:size]
        return data

    def fill(self) -> bool:
        """Wait for more bytes; False at the end of the connection, TimeoutError where it is silent or too slow."""
        allowed = self.started + 2 * self.silence + self.received / LOWEST_PACE - self.clock()
        if allowed <= 0:
            raise TimeoutError("answer too slow")
        self.sock.settimeout(min(self.silence, allowed))
        data = self.sock.recv(BLOCK)
        self.received += len(data)
        self.buffer += data
        return bool(data)

    def line_within(self, seconds: float, bell: HasFileno | None) -> bytes | None:
        """The next line if it comes within *seconds* and before *bell* can be read (for IDLE); b"" at the end of the connection."""
        self.start_command()
        if b"\n" not in self.buffer:
            pending = self.sock.pending() if isinstance(self.sock, ssl.SSLSocket) else 0
            if not pending:
                poll = select.poll()
                poll.register(self.sock, select.POLLIN)
                if bell is not None:
                    poll.register(bell, select.POLLIN)
                ready = poll.poll(seconds * 1000)
                if self.sock.fileno() not in [number for number, _ in ready]:
                    return None
        return self.readline()


class Client(IMAPClient):  # type: ignore[misc]  # imapclient has no type information
    """imapclient over ``Transport``, with the two fetches that it lacks."""

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None, timeout: float, literal_limit: int) -> None:
        self.literal_limit = literal_limit
        super().__init__(host, port, ssl=tls is not None, ssl_context=tls, timeout=timeout)
        self.normalise_times = False
        # imapclient sets 5, which formats every line of every mail for a debug log that holds personal data.
        self._imap.debug = 0

    def _create_IMAP4(self) -> Transport:
        return Transport(
            self.host, self.port, self.ssl_context if self.ssl else None, self._timeout.connect, self.literal_limit
        )

    @property
    def transport(self) -> Transport:
        transport: Transport = self._imap
        return transport

    def has_changed(self, exists: int) -> bool:
        """Whether the server has said of the open folder that it does not hold just these *exists* mails any more."""
        told = self._imap.untagged_responses
        last = (told.get("EXISTS") or [b""])[-1] or b""
        return "EXPUNGE" in told or (last.isdigit() and int(last) != exists)

    def fetch_range(self, numbers: str, items: str, by_uid: bool = True) -> list[FetchItems]:
        """``[UID] FETCH numbers items``: one mapping per answer.

        imapclient's own fetch cannot take ``n:*``, and loses all answers where one is malformed.
        """
        command = ("UID", "FETCH", numbers, items) if by_uid else ("FETCH", numbers, items)
        # Answers that came unasked with the command before would be taken for this one's.
        self._imap.untagged_responses.pop("FETCH", None)
        tag = self._imap._command(*command)
        typ, data = self._imap._command_complete("FETCH", tag)
        self._checkok("fetch", typ, data)
        typ, data = self._imap._untagged_response(typ, data, "FETCH")
        return [items for group in grouped(data) for items in read_group(group)]

    def list_rows(self, command: str = "LIST") -> list[FolderRow]:
        """Every folder by ``LIST`` or ``XLIST``; a line that cannot be read costs only itself, not the whole list."""
        typ, data = self._imap._simple_command(command, '""', '"*"')
        self._checkok(command, typ, data)
        typ, data = self._imap._untagged_response(typ, data, command)
        rows: list[FolderRow] = []
        for group in grouped(data):
            try:
                rows += self._proc_folder_list(group)
            except UNREADABLE:
                log.debug("line of the folder list cannot be read", extra={"line": repr(group)})
        return rows

    def start_idle(self) -> list[bytes]:
        """Enter IDLE; the untagged lines that came before the server agreed. IMAPClientError where it refuses."""
        tag = self._imap._command("IDLE")
        self._idle_tag = tag
        early = []
        while (line := self._imap._get_response()) is not None:
            if self._imap.tagged_commands.get(tag):
                typ, data = self._imap.tagged_commands.pop(tag)
                raise IMAPClient.Error(f"IDLE refused: {typ} {data!r}")
            early.append(line)
        return early

    def end_idle(self) -> list[bytes]:
        """Leave IDLE; the untagged lines that came meanwhile."""
        transport = self.transport
        transport.send(b"DONE\r\n")
        late: list[bytes] = []
        while True:
            line = transport._get_response()
            if transport.tagged_commands.get(self._idle_tag):
                transport.tagged_commands.pop(self._idle_tag)
                return late
            if line is not None:
                late.append(line)


def grouped(data: Sequence[Any]) -> list[list[Any]]:
    """imaplib's flat list cut into one list per answer: literals come as pairs, then the rest of the line."""
    groups: list[list[Any]] = []
    open_answer = False
    for item in data:
        if item is None:
            continue
        if not open_answer:
            groups.append([])
        groups[-1].append(item)
        open_answer = isinstance(item, tuple)
    return groups


def read_group(group: list[Any]) -> list[FetchItems]:
    """The answer as a mapping; where it cannot be read only its UID, so that no mail is overlooked for a bad date."""
    try:
        return list(parse_fetch_response(group, normalise_times=False, uid_is_key=False).values())
    except UNREADABLE:
        line = b" ".join(item[0] if isinstance(item, tuple) else item for item in group)
        uid = re.search(rb"[( ]UID (\d{1,10})\b", line)
        return [{b"UID": int(uid[1])}] if uid else []
