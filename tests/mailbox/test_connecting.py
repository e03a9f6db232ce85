"""Login, identification, certificates: every failure told apart, with its remedy."""

import re
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.base.errors import ConfigError, ServerUnavailable
from bot.mailbox.errors import (
    CertificateRefused,
    FolderMissing,
    LoginRefused,
    MailboxError,
    NameUnknown,
    NoEncryption,
    NoSecret,
    NotUnderstood,
    ServerBusy,
    Unreachable,
    UnsafeLogin,
)
from bot.mailbox.imap.connection import login_error
from bot.mailbox.imap.mailbox import shown_days_hint
from tests.mailbox.helpers import Taker, mail, mailbox
from tests.servers.certificates import make_certificate
from tests.servers.dovecot import PASSWORD, Dovecot, free_port
from tests.servers.proxy import Behaviour, FaultProxy, Link, NetEase, On, Rewrite, command_of, refuse, say_bye, tag_of

ID_LINE = re.compile(
    rb'\S+ ID \("name" "[\w.-]+" "version" "[\w.+-]+" "vendor" "[\w.-]+" "support-email" "[\w.@-]+"\)\r\n'
)


def commands(link: Link) -> list[str]:
    return [command_of(line) for line in link.lines]


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_every_kind_of_connection(dovecot: Dovecot, dovecot_user: str, security: str) -> None:
    dovecot.deliver(dovecot_user, mail(1))
    port = dovecot.tls_port if security == "tls" else dovecot.port
    box = mailbox(port, dovecot_user, security=security, ca_file=dovecot.certificate.cert)
    assert [found.raw for found in Taker(box).poll()] == [mail(1)]
    assert "1 封邮件" in box.check()
    box.close()


def test_a_password_file_that_goes_away_is_a_wrong_configuration_at_the_start_and_a_fault_that_passes_later(
    dovecot: Dovecot, dovecot_user: str, tmp_path: Path
) -> None:
    code = tmp_path / "code"
    box = mailbox(dovecot.port, dovecot_user, password=None, password_file=code)
    for written, told in ((None, "没有这个文件"), ("\n", "是空的"), ("授权码", "UTF-8")):
        if written is not None:
            code.write_bytes(written.encode("gbk"))
        with pytest.raises(ConfigError, match=told):
            box.connect()
    code.write_text(f"\ufeff{PASSWORD}\n", encoding="utf-8")
    box.connect()
    box.close()
    code.unlink()
    with pytest.raises(NoSecret, match="没有这个文件") as caught:
        box.connect()
    assert caught.value.needs_person


def test_id_right_after_login_on_each_connection(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, mail(1))
    with FaultProxy(dovecot.port, NetEase()) as proxy:
        taker = Taker(mailbox(proxy.port, dovecot_user))
        assert len(taker.poll()) == 1
        proxy.links[0].close()
        dovecot.deliver(dovecot_user, mail(2))
        assert [found.raw for found in taker.poll()] == [mail(2)]
        assert len(proxy.links) == 2
        for link in proxy.links:
            assert commands(link)[:3] == ["CAPABILITY", "LOGIN", "ID"]
            assert ID_LINE.fullmatch(link.lines[2])


def test_what_the_greeting_tells_is_not_asked_for(dovecot: Dovecot, dovecot_user: str) -> None:
    with FaultProxy(dovecot.port) as proxy:
        assert Taker(mailbox(proxy.port, dovecot_user)).poll() == []
        assert commands(proxy.links[0])[:2] == ["LOGIN", "ID"]


def test_new_mail_is_seen_in_one_pass_without_uidnext(netease_dovecot: Dovecot, netease_user: str) -> None:
    with FaultProxy(netease_dovecot.port, NetEase()) as proxy:
        taker = Taker(mailbox(proxy.port, netease_user))
        assert taker.poll() == []
        for number in range(3):
            netease_dovecot.deliver(netease_user, mail(number))
            assert [found.raw for found in taker.poll()] == [mail(number)]
        assert len(proxy.links) == 1
        assert not set(commands(proxy.links[0])) & {"IDLE", "ENABLE", "NAMESPACE", "MOVE"}


def without_id(line: bytes) -> bytes:
    return re.sub(rb" ID(?=[ \]\r])", b"", line) if b"CAPABILITY" in line else line


def test_id_is_never_sent_unadvertised(dovecot: Dovecot, dovecot_user: str) -> None:
    with FaultProxy(dovecot.port, Rewrite(without_id)) as proxy:
        Taker(mailbox(proxy.port, dovecot_user)).poll()
        assert "ID" not in commands(proxy.links[0])


@pytest.mark.parametrize("answer", [b"BAD Parse command error", b"NO not now"])
def test_id_that_is_refused_does_no_harm(dovecot: Dovecot, dovecot_user: str, answer: bytes) -> None:
    with FaultProxy(dovecot.port, On("ID", refuse(answer))) as proxy:
        assert Taker(mailbox(proxy.port, dovecot_user)).poll() == []


class Unsafe(Behaviour):
    """Refuses so many times, ID or not."""

    def __init__(self, times: int) -> None:
        self.left = times

    def from_client(self, link: Link, line: bytes) -> bytes:
        if command_of(line) in ("SELECT", "EXAMINE") and self.left:
            self.left -= 1
            link.reply(tag_of(line) + b" NO EXAMINE Unsafe Login. Please contact kefu@188.com for help\r\n")
            return b""
        return line


def test_unsafe_login_is_answered_by_one_more_id(dovecot: Dovecot, dovecot_user: str) -> None:
    with FaultProxy(dovecot.port, Unsafe(1)) as proxy:
        assert Taker(mailbox(proxy.port, dovecot_user)).poll() == []
        assert commands(proxy.links[0]).count("ID") == 2


def test_unsafe_login_that_stays_has_its_own_error(dovecot: Dovecot, dovecot_user: str) -> None:
    with FaultProxy(dovecot.port, Unsafe(99)) as proxy:
        with pytest.raises(UnsafeLogin) as caught:
            Taker(mailbox(proxy.port, dovecot_user)).poll()
        assert (
            caught.value.needs_person and "kefu@188.com" in str(caught.value) and "重新开启 IMAP" in str(caught.value)
        )
        assert commands(proxy.links[0]).count("EXAMINE") == 2


def test_wrong_code_is_tried_once_and_explained(dovecot: Dovecot, dovecot_user: str) -> None:
    with FaultProxy(dovecot.port) as proxy:
        with pytest.raises(LoginRefused) as caught:
            mailbox(proxy.port, dovecot_user, password="wrong-code").connect()
        assert commands(proxy.links[0]).count("LOGIN") == 1
    text = str(caught.value)
    assert "授权码" in text and "wrong-code" not in text
    assert caught.value.needs_person and caught.value.exit_status == 4


def test_a_code_that_is_changed_while_running(dovecot: Dovecot, dovecot_user: str) -> None:
    with FaultProxy(dovecot.port) as proxy:
        taker = Taker(mailbox(proxy.port, dovecot_user))
        taker.poll()
        time.sleep(1.1)
        dovecot.add_user(dovecot_user, "another-code")
        proxy.links[0].close()
        with pytest.raises(LoginRefused):
            taker.poll()


def test_a_code_that_the_server_repeats_is_not_shown(
    dovecot: Dovecot, dovecot_user: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = b"NO LOGIN Login error, " + PASSWORD.encode() + b" is wrong"
    caplog.set_level("DEBUG")
    with FaultProxy(dovecot.port, On("LOGIN", refuse(answer))) as proxy, pytest.raises(LoginRefused) as caught:
        mailbox(proxy.port, dovecot_user).connect()
    assert PASSWORD not in str(caught.value) and "***" in str(caught.value)
    assert PASSWORD not in caplog.text


@pytest.mark.parametrize("code", ["甲乙丙", "a\r\nA1 LOGOUT", "a\x00"])
def test_a_code_that_cannot_be_sent_is_not_sent(dovecot: Dovecot, dovecot_user: str, code: str) -> None:
    with FaultProxy(dovecot.port) as proxy:
        with pytest.raises(LoginRefused) as caught:
            mailbox(proxy.port, dovecot_user, password=code).connect()
        assert "LOGIN" not in commands(proxy.links[0]) and code not in str(caught.value)


def test_code_with_quotes_and_user_with_blanks(dovecot: Dovecot) -> None:
    user = dovecot.add_user("odd user", 'q"u\\o te')
    mailbox(dovecot.port, "kepu@example.com", username=user, password='q"u\\o te').connect()


LOGIN_ANSWERS = [
    (b"LOGIN Login error or password error", LoginRefused),
    (b"[AUTHENTICATIONFAILED] Authentication failed.", LoginRefused),
    (b"Login fail. Account is abnormal, service is not open, password is incorrect, login frequency limited, or system is busy.", LoginRefused),
    (b"[ALERT] Please log in via your web browser", LoginRefused),
    (b"[UNAVAILABLE] Temporary authentication failure.", ServerBusy),
    (b"[LIMIT] Too many logins", ServerBusy),
    (b"[INUSE] mailbox is locked", ServerBusy),
    (b"Too many simultaneous connections. (Failure)", ServerBusy),
    (b"Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)", ServerBusy),
    (b"[PRIVACYREQUIRED] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.", NoEncryption),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "kind"), LOGIN_ANSWERS)
def test_login_answers(dovecot: Dovecot, dovecot_user: str, answer: bytes, kind: type[MailboxError]) -> None:
    with FaultProxy(dovecot.port, On("LOGIN", refuse(b"NO " + answer))) as proxy, pytest.raises(kind):
        mailbox(proxy.port, dovecot_user).connect()
    assert type(login_error("host:993", answer.decode())) is kind


def test_logindisabled_sends_no_password(dovecot: Dovecot, dovecot_user: str) -> None:
    disabled = Rewrite(
        lambda line: line.replace(b"IMAP4rev1", b"IMAP4rev1 LOGINDISABLED") if b"CAPABILITY" in line else line
    )
    with FaultProxy(dovecot.port, disabled) as proxy:
        with pytest.raises(NoEncryption):
            mailbox(proxy.port, dovecot_user).connect()
        assert "LOGIN" not in commands(proxy.links[0])


def test_starttls_that_is_not_offered_sends_no_password(dovecot: Dovecot, dovecot_user: str) -> None:
    without = Rewrite(lambda line: line.replace(b" STARTTLS", b""))
    with FaultProxy(dovecot.port, without) as proxy:
        with pytest.raises(NoEncryption):
            mailbox(proxy.port, dovecot_user, security="starttls").connect()
        assert "LOGIN" not in commands(proxy.links[0])


def test_clear_text_injected_in_front_of_tls_is_refused(dovecot: Dovecot, dovecot_user: str) -> None:
    def inject(line: bytes) -> bytes:
        return line + b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" if b"Begin TLS" in line else line

    with FaultProxy(dovecot.port, Rewrite(inject)) as proxy, pytest.raises(ServerUnavailable):
        mailbox(proxy.port, dovecot_user, security="starttls", ca_file=dovecot.certificate.cert).connect()


def test_unknown_authority_and_wrong_name(dovecot: Dovecot, dovecot_user: str, tmp_path: Path) -> None:
    other = make_certificate(tmp_path, "other")
    with pytest.raises(CertificateRefused, match="ca_file"):
        mailbox(dovecot.tls_port, dovecot_user, security="tls").connect()
    with pytest.raises(CertificateRefused):
        mailbox(dovecot.tls_port, dovecot_user, security="tls", ca_file=other.cert).connect()
    with pytest.raises(CertificateRefused):
        mailbox(dovecot.port, dovecot_user, security="starttls", ca_file=other.cert).connect()


@pytest.mark.parametrize(
    ("days", "host", "words"),
    [((-30, -1), "localhost", "已过期"), ((1, 30), "localhost", "尚未生效"), ((-1, 30), "imap.example.com", "不符")],
)
def test_certificates_that_are_named(tmp_path: Path, days: tuple[int, int], host: str, words: str) -> None:
    certificate = make_certificate(tmp_path, "named", days, host)
    server = Dovecot(certificate=certificate)
    server.start()
    try:
        user = server.add_user("user@example.com")
        for port, security in ((server.tls_port, "tls"), (server.port, "starttls")):
            with pytest.raises(CertificateRefused, match=words) as caught:
                mailbox(port, user, security=security, ca_file=certificate.cert).connect()
            assert caught.value.needs_person and caught.value.remedy
    finally:
        server.stop()


def test_ca_file_that_is_none(dovecot: Dovecot, dovecot_user: str, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for name in ("ca.pem", "missing.pem"):
        with pytest.raises(ConfigError, match="ca_file"):
            mailbox(dovecot.tls_port, dovecot_user, security="tls", ca_file=tmp_path / name).connect()


def test_tls_on_a_plain_port_and_plain_on_a_tls_port(dovecot: Dovecot, dovecot_user: str) -> None:
    with pytest.raises(NoEncryption):
        mailbox(dovecot.port, dovecot_user, security="tls", ca_file=dovecot.certificate.cert).connect()
    with pytest.raises(MailboxError):
        mailbox(dovecot.tls_port, dovecot_user, security="none", timeout="1s").connect()


def test_nobody_listens(dovecot_user: str) -> None:
    with pytest.raises(Unreachable):
        mailbox(free_port(), dovecot_user).connect()


def test_no_such_host(dovecot_user: str) -> None:
    with pytest.raises(NameUnknown, match="DNS"):
        mailbox(993, dovecot_user, host="imap.invalid", security="tls").connect()


def test_greetings_that_are_none(dovecot: Dovecot, dovecot_user: str) -> None:
    cases = [
        (b"* BYE too many connections\r\n", ServerBusy),
        (b"220 smtp.example.com ESMTP\r\n", MailboxError),
        (b"HTTP/1.1 400 Bad Request\r\n", MailboxError),
        (b"* OK hello\xff\r\n", None),
    ]
    for greeting, kind in cases:
        with FaultProxy(
            dovecot.port, Rewrite(lambda line, g=greeting: g if line.startswith(b"* OK") else line)
        ) as proxy:
            box = mailbox(proxy.port, dovecot_user)
            if kind is None:
                box.connect()
            else:
                with pytest.raises(kind):
                    box.connect()


def test_bye_while_logging_in(dovecot: Dovecot, dovecot_user: str) -> None:
    with FaultProxy(dovecot.port, On("LOGIN", say_bye)) as proxy, pytest.raises(MailboxError) as caught:
        mailbox(proxy.port, dovecot_user).connect()
    assert not isinstance(caught.value, (LoginRefused, NotUnderstood))


def test_check_sees_a_mailbox_that_shows_only_a_month(dovecot: Dovecot, dovecot_user: str) -> None:
    now = datetime(2023, 9, 30, 12, tzinfo=UTC)
    dovecot.deliver(dovecot_user, mail(1), when=now - timedelta(days=30))
    box = mailbox(dovecot.port, dovecot_user, since=date(2023, 8, 1))
    assert "收取全部邮件" in box.check(now)
    assert "收取全部邮件" not in box.check()
    assert box.oldest() == now - timedelta(days=30)


@pytest.mark.parametrize(
    ("oldest", "since", "hinted"),
    [(30, 60, True), (5, 60, True), (30, 20, False), (40, 60, False), (30, None, False), (None, 60, False)],
)
def test_thirty_day_hint(oldest: int | None, since: int | None, hinted: bool) -> None:
    now = datetime(2023, 9, 30, 12, tzinfo=UTC)
    moment = now - timedelta(days=oldest) if oldest is not None else None
    day = (now - timedelta(days=since)).date() if since is not None else None
    assert bool(shown_days_hint(moment, day, now)) is hinted


def test_missing_folder_names_those_that_exist(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, mail(1), folder="申报")
    box = mailbox(dovecot.port, dovecot_user, folder="申报表")
    with pytest.raises(FolderMissing, match="申报"):
        box.folders_to_read()
    with pytest.raises(FolderMissing, match="INBOX"):
        Taker(box, "申报表").poll()
    assert box.connection.is_open


def test_a_folder_that_is_renamed_while_running(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, mail(1), folder="申报")
    taker = Taker(mailbox(dovecot.port, dovecot_user, folder="申报"), "申报")
    taker.poll()
    with dovecot.client(dovecot_user) as client:
        client.rename_folder("申报", "申报（旧）")
    with pytest.raises(FolderMissing, match="申报（旧）"):
        taker.poll()


def test_a_folder_that_cannot_be_opened_is_not_missing(dovecot: Dovecot, dovecot_user: str) -> None:
    failing = On("EXAMINE", refuse(b"NO [SERVERBUG] Internal error occurred"))
    with FaultProxy(dovecot.port, failing) as proxy, pytest.raises(ServerBusy, match="Internal error"):
        Taker(mailbox(proxy.port, dovecot_user)).poll()


def test_pythons_and_the_servers_words_stay_on_one_line(dovecot: Dovecot, dovecot_user: str) -> None:
    """Log injection: control characters of the server do not reach the log."""
    forging = On("LOGIN", refuse(b"NO bad\x1b[2Jline\rERROR forged"))
    with FaultProxy(dovecot.port, forging) as proxy, pytest.raises(MailboxError) as caught:
        mailbox(proxy.port, dovecot_user).connect()
    assert str(caught.value).isprintable()
