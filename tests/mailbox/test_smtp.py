"""Sending over a real SMTP server that answers by script."""

import contextlib
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.base.errors import ServerUnavailable
from bot.base.sections.servers import Smtp
from bot.mailbox.errors import CertificateRefused, ConnectionLost, NameUnknown, NoEncryption, ServerBusy, Unreachable
from bot.mailbox.smtp.refusals import RefusalKind
from bot.mailbox.smtp.sender import InDoubt, SendRefused, SmtpSender, on_the_line
from tests.servers.certificates import make_certificate
from tests.servers.dovecot import PASSWORD, free_port
from tests.servers.smtp import ACCEPT_AND_DROP, DROP, OK, ScriptedSmtp, Slow

FROM = "bot@example.com"
MAIL = b"From: bot@example.com\r\nSubject: x\r\n\r\n.a leading dot\r\n..two\r\n"


def settings(port: int, **changes: Any) -> Smtp:
    given = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "username": FROM,
        "password": PASSWORD,
        "timeout": "5s",
    }
    return Smtp.model_validate({**given, **changes})


@pytest.fixture
def sender(smtp_server: ScriptedSmtp) -> SmtpSender:
    return SmtpSender(settings(smtp_server.port), FROM)


def commands(server: ScriptedSmtp, *names: str) -> list[str]:
    return [name for _, name, _ in server.record.commands if name in names]


def test_mails_arrive_as_they_are_over_one_connection(smtp_server: ScriptedSmtp, sender: SmtpSender) -> None:
    sender.send("a@example.com", MAIL)
    sender.send("b@example.com", MAIL.replace(b"\r\n", b"\n"))
    sender.close()
    assert [(mail.sender, mail.recipients, mail.raw) for mail in smtp_server.mails] == [
        (FROM, ("a@example.com",), MAIL),
        (FROM, ("b@example.com",), MAIL),
    ]
    assert smtp_server.record.connections == 1
    assert commands(smtp_server, "AUTH", "QUIT") == ["AUTH", "QUIT"]


def test_a_new_connection_after_some_mails(smtp_server: ScriptedSmtp) -> None:
    sender = SmtpSender(settings(smtp_server.port, reopen_after=2), FROM)
    for _ in range(5):
        sender.send("a@example.com", MAIL)
    assert [mail.connection for mail in smtp_server.mails] == [1, 1, 2, 2, 3]


def test_no_dns_is_asked_for_our_own_name(smtp_server: ScriptedSmtp, sender: SmtpSender) -> None:
    sender.connect()
    assert ("EHLO", "[127.0.0.1]") in [(name, argument) for _, name, argument in smtp_server.record.commands]


REFUSED = [
    ("MAIL", "451 MI:SFQ", RefusalKind.ACCOUNT_PAUSED),
    ("MAIL", "550 User has no permission", RefusalKind.ACCOUNT_PAUSED),
    ("RCPT", "550 Invalid User", RefusalKind.MAIL_BAD),
    ("RCPT", "550-5.1.1 no such user\n550 5.1.1 here", RefusalKind.MAIL_BAD),
    ("RCPT", "450 4.2.0 greylisted", RefusalKind.RETRY),
    ("DATA", "451 4.3.0 later", RefusalKind.RETRY),
    ("END", "554 DT:SPM", RefusalKind.RETRY),
    ("END", "554 5.5.0 MI:STC", RefusalKind.ACCOUNT_PAUSED),
    ("END", "552 Illegal Attachment", RefusalKind.MAIL_BAD),
    ("CONNECT", "554 IP in blacklist", RefusalKind.ACCOUNT_PAUSED),
    ("CONNECT", "421 HL:ICC", RefusalKind.ACCOUNT_PAUSED),
]


@pytest.mark.parametrize(("command", "answer", "kind"), REFUSED, ids=[f"{c}-{a[:15]}" for c, a, _ in REFUSED])
def test_refusals_are_told_apart_and_the_next_mail_goes_out(
    smtp_server: ScriptedSmtp, sender: SmtpSender, command: str, answer: str, kind: RefusalKind
) -> None:
    smtp_server.script[command] = [answer]
    with pytest.raises(SendRefused) as caught:
        sender.send("a@example.com", MAIL)
    assert caught.value.refusal.kind is kind
    assert smtp_server.mails == []
    sender.send("b@example.com", MAIL)
    assert [mail.recipients for mail in smtp_server.mails] == [("b@example.com",)]


def test_wrong_code_is_tried_once(smtp_server: ScriptedSmtp) -> None:
    sender = SmtpSender(settings(smtp_server.port, password="wrong-code"), FROM)
    with pytest.raises(SendRefused) as caught:
        sender.send("a@example.com", MAIL)
    assert caught.value.refusal.kind is RefusalKind.LOGIN
    assert "授权码" in str(caught.value) and "wrong-code" not in str(caught.value)
    assert commands(smtp_server, "AUTH") == ["AUTH"]


def test_a_password_that_the_server_repeats_is_not_shown(
    smtp_server: ScriptedSmtp, sender: SmtpSender, caplog: pytest.LogCaptureFixture
) -> None:
    smtp_server.script["AUTH"] = [f"535 Login Fail for {PASSWORD}"]
    with caplog.at_level("DEBUG"), pytest.raises(SendRefused) as caught:
        sender.connect()
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("bot")]
    assert PASSWORD not in f"{caught.value} {ours}"


@pytest.mark.parametrize("password", ["甲乙丙", "a\r\nMAIL FROM:<x@example.com>", "a\x00b"])
def test_a_password_that_cannot_be_sent_is_refused_here(smtp_server: ScriptedSmtp, password: str) -> None:
    sender = SmtpSender(settings(smtp_server.port, password=password), FROM)
    with pytest.raises(SendRefused) as caught:
        sender.connect()
    assert caught.value.refusal.kind is RefusalKind.LOGIN
    assert commands(smtp_server, "AUTH") == [] and password not in str(caught.value)


@pytest.mark.parametrize(
    "to_addr", ["a@example.com>\r\nRCPT TO:<b@example.com", "张@example.com", "a b@example.com", "nobody", ""]
)
def test_addresses_that_are_none(smtp_server: ScriptedSmtp, sender: SmtpSender, to_addr: str) -> None:
    with pytest.raises(SendRefused) as caught:
        sender.send(to_addr, MAIL)
    assert caught.value.refusal.kind is RefusalKind.MAIL_BAD
    assert commands(smtp_server, "RCPT") == []


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_dropped_connection_before_the_mail_is_certainly_not_accepted(
    smtp_server: ScriptedSmtp, sender: SmtpSender, command: str
) -> None:
    smtp_server.script[command] = [DROP]
    with pytest.raises(ServerUnavailable):
        sender.send("a@example.com", MAIL)
    sender.send("a@example.com", MAIL)
    assert len(smtp_server.mails) == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_kept_connection_that_was_closed_is_replaced_unnoticed(
    smtp_server: ScriptedSmtp, sender: SmtpSender, command: str
) -> None:
    smtp_server.script[command] = [OK, DROP]
    sender.send("a@example.com", MAIL)
    sender.send("b@example.com", MAIL)
    assert [mail.recipients[0] for mail in smtp_server.mails] == ["a@example.com", "b@example.com"]


@pytest.mark.parametrize("answer", ["421 4.4.2 timeout", "450 MI:DMC"])
def test_a_used_up_connection_is_replaced_unnoticed(smtp_server: ScriptedSmtp, sender: SmtpSender, answer: str) -> None:
    smtp_server.script["MAIL"] = [OK, answer]
    sender.send("a@example.com", MAIL)
    sender.send("b@example.com", MAIL)
    assert [mail.connection for mail in smtp_server.mails] == [1, 2]


@pytest.mark.parametrize("answer", [DROP, ACCEPT_AND_DROP])
def test_in_doubt_is_only_between_the_last_dot_and_the_answer(
    smtp_server: ScriptedSmtp, sender: SmtpSender, answer: Any
) -> None:
    smtp_server.script["END"] = [answer]
    with pytest.raises(InDoubt):
        sender.send("a@example.com", MAIL)
    assert len(smtp_server.mails) == (answer == ACCEPT_AND_DROP)
    sender.send("b@example.com", MAIL)
    assert smtp_server.mails[-1].recipients == ("b@example.com",)


def test_a_slow_answer_at_the_end_is_waited_for(smtp_server: ScriptedSmtp) -> None:
    sender = SmtpSender(settings(smtp_server.port, timeout="0.5s"), FROM)
    smtp_server.script["END"] = [Slow(1.0)]
    sender.send("a@example.com", MAIL)
    assert len(smtp_server.mails) == 1


def test_no_answer_at_the_end_is_in_doubt(smtp_server: ScriptedSmtp) -> None:
    sender = SmtpSender(settings(smtp_server.port, timeout="0.2s"), FROM)
    smtp_server.script["END"] = [Slow(3.0)]
    with pytest.raises(InDoubt):
        sender.send("a@example.com", MAIL)


@pytest.mark.parametrize("answer", ["350 go on", "950 what", "100 x"])
def test_a_number_that_says_neither_yes_nor_no_is_in_doubt(
    smtp_server: ScriptedSmtp, sender: SmtpSender, answer: str
) -> None:
    smtp_server.script["END"] = [answer]
    with pytest.raises(InDoubt):
        sender.send("a@example.com", MAIL)


@pytest.mark.parametrize("answer", [DROP, "421 bye", "500 rude"])
def test_what_happens_at_quit_changes_nothing(smtp_server: ScriptedSmtp, sender: SmtpSender, answer: Any) -> None:
    smtp_server.script["QUIT"] = [answer]
    sender.send("a@example.com", MAIL)
    sender.close()
    assert len(smtp_server.mails) == 1


@pytest.mark.parametrize("command", ["CONNECT", "EHLO", "AUTH"])
def test_a_server_that_is_busy_is_no_refusal_of_the_mail(
    smtp_server: ScriptedSmtp, sender: SmtpSender, command: str
) -> None:
    smtp_server.script[command] = ["421 4.3.2 shutting down"] * 2
    with pytest.raises((ServerBusy, ConnectionLost)):
        sender.send("a@example.com", MAIL)


def test_wrong_certificate_and_right_one(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    for starttls in (False, True):
        server = ScriptedSmtp(certificate=certificate, starttls=starttls)
        server.start()
        try:
            security = "starttls" if starttls else "tls"
            with pytest.raises(CertificateRefused):
                SmtpSender(settings(server.port, security=security), FROM).connect()
            sender = SmtpSender(settings(server.port, security=security, ca_file=certificate.cert), FROM)
            sender.send("a@example.com", MAIL)
            assert len(server.mails) == 1
            sender.close()
        finally:
            server.stop()


def test_tls_on_a_plain_port(smtp_server: ScriptedSmtp) -> None:
    with pytest.raises(NoEncryption):
        SmtpSender(settings(smtp_server.port, security="tls"), FROM).connect()


def test_starttls_that_is_not_offered_sends_no_password(smtp_server: ScriptedSmtp) -> None:
    with pytest.raises(NoEncryption):
        SmtpSender(settings(smtp_server.port, security="starttls"), FROM).connect()
    assert commands(smtp_server, "AUTH") == []


def test_nobody_listens() -> None:
    with pytest.raises(Unreachable):
        SmtpSender(settings(free_port()), FROM).connect()


def test_no_such_host() -> None:
    with pytest.raises(NameUnknown):
        SmtpSender(settings(465, security="tls", host="smtp.invalid"), FROM).connect()


@pytest.fixture
def speak() -> Any:
    """A server that says whatever it is given, to the first connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def start(talk: Callable[[socket.socket], None]) -> int:
        def run() -> None:
            peer, _ = listener.accept()
            with peer, contextlib.suppress(OSError):
                talk(peer)

        threading.Thread(target=run, daemon=True).start()
        port: int = listener.getsockname()[1]
        return port

    yield start
    listener.close()


def endless_lines(peer: socket.socket) -> None:
    while True:
        peer.sendall(b"220-x\r\n" * 1000)


def endless_line(peer: socket.socket) -> None:
    while True:
        peer.sendall(b"x" * 10000)


def slow_bytes(peer: socket.socket) -> None:
    stop = threading.Event()
    for _ in range(100):
        peer.sendall(b"2")
        stop.wait(0.1)


@pytest.mark.parametrize("talk", [endless_lines, endless_line, slow_bytes, lambda peer: peer.sendall(b"hello\r\n")])
def test_a_server_that_speaks_no_smtp(speak: Any, talk: Callable[[socket.socket], None]) -> None:
    sender = SmtpSender(settings(speak(talk), timeout="0.5s"), FROM)
    with pytest.raises(ServerUnavailable):
        sender.send("a@example.com", MAIL)


@pytest.mark.parametrize(
    ("raw", "sent"),
    [
        (b"a\nb", b"a\r\nb\r\n"),
        (b"a\rb\r\n", b"a\r\nb\r\n"),
        (b".\r\n", b"..\r\n"),
        (b"a\n.\nb\n", b"a\r\n..\r\nb\r\n"),
        (b"", b"\r\n"),
    ],
)
def test_line_ends_and_dots(raw: bytes, sent: bytes) -> None:
    assert on_the_line(raw) == sent


@pytest.mark.parametrize("written", ["user@泉州科协.公司", "user@xn--ykrp9vl4lkvm.xn--55qx5d"])
def test_a_domain_in_chinese_is_reached(smtp_server: ScriptedSmtp, sender: SmtpSender, written: str) -> None:
    """Whichever way it is written, the server gets the form that the name system knows."""
    sender.send(written, MAIL)
    (mail,) = smtp_server.mails
    assert mail.recipients == ("user@xn--ykrp9vl4lkvm.xn--55qx5d",)


def test_a_name_in_chinese_needs_a_server_that_takes_it(smtp_server: ScriptedSmtp, sender: SmtpSender) -> None:
    with pytest.raises(SendRefused) as caught:
        sender.send("张三@例子.中国", MAIL)
    assert "中文邮箱名" in str(caught.value)
    smtp_server.utf8 = True
    sender.close()
    sender.send("张三@例子.中国", MAIL)
    sender.send("a@example.com", MAIL)
    assert [mail.recipients for mail in smtp_server.mails] == [("张三@xn--fsqu00a.xn--fiqs8s",), ("a@example.com",)]
