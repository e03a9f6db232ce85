"""Two questions to the DNS that the standard library cannot ask: MX (RFC 1035) and SRV (RFC 2782). For guesses only: nothing is cached or trusted."""

from __future__ import annotations

import re
import secrets
import socket
import struct
from pathlib import Path
from typing import Literal

TYPES = {"MX": 15, "SRV": 33}
SECONDS = 2.0
MOST = 4096
MOST_LABELS = 128
# Priority, weight, host (lower case, no last dot; "" for «.»), port. MX has neither weight nor port: 0.
Answers = list[tuple[int, int, str, int]]


class NoAnswer(Exception):
    """No DNS, or none that can be understood. A name that does not exist is an empty answer instead."""


def nameserver() -> tuple[str, int]:
    try:
        found = re.search(
            r"(?m)^\s*nameserver\s+(\S+)", Path("/etc/resolv.conf").read_text(encoding="utf-8", errors="replace")
        )
    except OSError:
        found = None
    if found is None:
        raise NoAnswer("no name server")
    return found[1].partition("%")[0], 53


def ask(name: str, kind: Literal["MX", "SRV"], server: tuple[str, int] | None = None) -> Answers:
    """What the DNS says of *name*, in the order of the answer. ``NoAnswer`` where it says nothing within two seconds."""
    try:
        host, port = server or nameserver()
        labels = [label.encode("idna") if not label.startswith("_") else label.encode() for label in name.split(".")]
        if any(not 0 < len(label) < 64 for label in labels):
            raise NoAnswer("no domain")
        number = secrets.randbelow(1 << 16)
        question = (
            b"".join(bytes([len(label)]) + label for label in labels) + b"\0" + struct.pack("!HH", TYPES[kind], 1)
        )
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as line:
            line.settimeout(SECONDS)
            line.connect((host, port))
            line.send(struct.pack("!HHHHHH", number, 0x0100, 1, 0, 0, 0) + question)
            answer = line.recv(MOST)
        return read(answer, number, TYPES[kind])
    except (OSError, UnicodeError, struct.error, IndexError) as error:
        raise NoAnswer(str(error)) from None


def read(answer: bytes, number: int, kind: int) -> Answers:
    given, flags, questions, records, _, _ = struct.unpack_from("!HHHHHH", answer)
    if given != number or not flags & 0x8000 or flags & 15 not in (0, 3):
        raise NoAnswer("not an answer to this question")
    at = 12
    for _ in range(questions):
        at = name_at(answer, at)[1] + 4
    found: Answers = []
    for _ in range(records):
        at = name_at(answer, at)[1]
        what, _, _, length = struct.unpack_from("!HHIH", answer, at)
        at += 10
        if what == kind == TYPES["MX"]:
            found.append((struct.unpack_from("!H", answer, at)[0], 0, name_at(answer, at + 2)[0], 0))
        elif what == kind:
            priority, weight, port = struct.unpack_from("!HHH", answer, at)
            found.append((priority, weight, name_at(answer, at + 6)[0], port))
        at += length
    return found


def name_at(answer: bytes, at: int) -> tuple[str, int]:
    """The name that begins at *at*, and where what follows it begins; a pointer leads to labels further up (RFC 1035 4.1.4)."""
    labels: list[str] = []
    behind = 0
    for _ in range(MOST_LABELS):
        length = answer[at]
        if length & 0xC0:
            behind = behind or at + 2
            at = struct.unpack_from("!H", answer, at)[0] & 0x3FFF
        elif length == 0:
            return ".".join(labels).lower(), behind or at + 1
        else:
            labels.append(answer[at + 1 : at + 1 + length].decode("ascii", "replace"))
            at += 1 + length
    raise NoAnswer("endless name")
