"""Which servers an address has: by the table, by who receives the domain's mail, by what the domain itself tells."""

from __future__ import annotations

import socket
import struct
import threading

import pytest

from bot.cli.init import asking
from bot.cli.init.providers import houses, provider_of
from bot.mailbox.dns import Answers, NoAnswer, ask


def silent(name: str, kind: str) -> Answers:
    raise NoAnswer


@pytest.mark.parametrize(
    ("address", "imap", "smtp"),
    [
        ("kx22217957@126.com", "imap.126.com:993", "smtp.126.com:465"),
        ("a@163.com", "imap.163.com:993", "smtp.163.com:465"),
        ("a@yeah.net", "imap.yeah.net:993", "smtp.yeah.net:465"),
        ("a@188.com", "imap.188.com:993", "smtp.188.com:465"),
        ("a@vip.163.com", "imap.vip.163.com:993", "smtp.vip.163.com:465"),
        ("12345@qq.com", "imap.qq.com:993", "smtp.qq.com:465"),
        ("a@Foxmail.com", "imap.qq.com:993", "smtp.qq.com:465"),
        ("13900000000@139.com", "imap.139.com:993", "smtp.139.com:465"),
        ("a@189.cn", "imap.189.cn:993", "smtp.189.cn:465"),
        ("a@sina.cn", "imap.sina.cn:993", "smtp.sina.cn:465"),
        ("a@aliyun.com", "imap.aliyun.com:993", "smtp.aliyun.com:465"),
        ("a@outlook.com", "outlook.office365.com:993", "smtp.office365.com:587"),
        ("a@kx.example.gov.cn", "imap.kx.example.gov.cn:993", "smtp.kx.example.gov.cn:465"),  # a guess, asked about
    ],
)
def test_by_the_domain(address: str, imap: str, smtp: str) -> None:
    found = provider_of(address, silent)
    assert (f"{found.imap.host}:{found.imap.port}", f"{found.smtp.host}:{found.smtp.port}") == (imap, smtp)
    assert found.is_known == ("example" not in address)


def test_every_house_says_where_its_code_is_found() -> None:
    assert all(one.provider.code and (one.domains or one.mx) for one in houses())


def labels(name: str) -> bytes:
    return b"".join(bytes([len(one)]) + one.encode() for one in name.split(".")) + b"\0"


ZONE = {
    # Exmail receives the mail; the second name ends in a pointer to the question's own.
    ("kx.example.gov.cn", 15): [struct.pack("!H", 5) + labels("mxbiz1.qq.com")],
    ("_imaps._tcp.example.org", 33): [struct.pack("!HHH", 20, 1, 993) + labels("late.example.org"), struct.pack("!HHH", 10, 1, 10993) + b"\x04post\xc0\x18"],
    ("_submissions._tcp.example.org", 33): [struct.pack("!HHH", 0, 0, 0) + b"\0"],
}  # fmt: skip


def serve(line: socket.socket) -> None:
    while True:
        question, whence = line.recvfrom(512)
        if not question:
            return
        name, at = [], 12
        while question[at]:
            name.append(question[at + 1 : at + 1 + question[at]].decode())
            at += 1 + question[at]
        kind = struct.unpack_from("!H", question, at + 1)[0]
        records = ZONE.get((".".join(name), kind), [])
        head = question[:2] + struct.pack("!HHHHH", 0x8180 if records else 0x8183, 1, len(records), 0, 0)
        told = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(one)) + one for one in records)
        line.sendto(head + question[12:] + told, whence)


def test_by_what_the_dns_tells() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=serve, args=(line,))
        thread.start()
        here = line.getsockname()
        hosted = provider_of("a@kx.example.gov.cn", lambda name, kind: ask(name, kind, here))
        own = provider_of("a@example.org", lambda name, kind: ask(name, kind, here))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", here)
        thread.join()
    assert hosted.imap.host == "imap.exmail.qq.com" and hosted.is_known
    assert (own.imap.host, own.imap.port, own.smtp.host) == ("post.example.org", 10993, "smtp.example.org")
    assert not own.is_known


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2023-8-30", "2023-08-30 23:59:59"),
        ("8月30日", "2031-08-30 23:59:59"),
        ("2023年8月30日17时", "2023-08-30 17:00:00"),
        ("2023.8.30 17：30", "2023-08-30 17:30:00"),
        ("2023-08-30T17:00:00", "2023-08-30 17:00:00"),
        ("2023-08-30 23:59:59", "2023-08-30 23:59:00"),
        ("2月30日", ""),
        ("8月底", ""),
        ("8月30日 24:00", ""),
        ("8月30日下班前", ""),
    ],
)
def test_a_moment_as_people_type_it(typed: str, said: str) -> None:
    try:
        assert str(asking.moment(typed, 2031)) == said
    except ValueError:
        assert not said
