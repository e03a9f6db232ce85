"""The SMTP connection breaks at any byte: what was returned as sent is sent, what failed is not, the rest is «in doubt»."""

import pytest

from bot.base.errors import ServerUnavailable
from bot.mailbox.smtp.sender import InDoubt, SmtpSender
from tests.mailbox.test_smtp import FROM, MAIL, settings
from tests.servers.proxy import CutAfter, FaultProxy, On, hang
from tests.servers.smtp import ScriptedSmtp


def conversation(server: ScriptedSmtp) -> tuple[int, int]:
    """Bytes to the client and to the server for two mails."""
    with FaultProxy(server.port) as proxy:
        sender = SmtpSender(settings(proxy.port), FROM)
        sender.send("a@example.com", MAIL)
        sender.send("a@example.com", MAIL)
        sender.drop()
        return proxy.links[0].sent, proxy.links[0].passed


@pytest.mark.parametrize("to_server", [False, True])
def test_cut_at_every_few_bytes(smtp_server: ScriptedSmtp, to_server: bool) -> None:
    whole = conversation(smtp_server)[to_server]
    outcomes: dict[str, int] = {}
    for place in range(1, whole + 20, 7):
        smtp_server.reset()
        with FaultProxy(
            smtp_server.port, CutAfter(lambda number, at=place: at if number == 1 else None, to_server)
        ) as proxy:
            sender = SmtpSender(settings(proxy.port), FROM)
            for recipient in ("a@example.com", "b@example.com"):
                try:
                    sender.send(recipient, MAIL)
                    outcome = "sent"
                except InDoubt:
                    outcome = "doubt"
                except ServerUnavailable as error:
                    assert error.remedy
                    outcome = "failed"
                accepted = sum(mail.recipients == (recipient,) for mail in smtp_server.mails)
                assert accepted in {"sent": {1}, "failed": {0}, "doubt": {0, 1}}[outcome]
                outcomes[outcome] = outcomes.get(outcome, 0) + 1
            sender.drop()
            assert len(proxy.links) <= 2
    # A place in doubt is only the answer to the last dot (to the client) or its way (to the server).
    assert outcomes["sent"] > outcomes["failed"] > outcomes["doubt"] > 0


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_half_open(smtp_server: ScriptedSmtp, command: str) -> None:
    lines = {"MAIL": b"mail", "RCPT": b"rcpt", "DATA": b"data"}[command]

    class Hang(On):
        def from_client(self, link, line):  # type: ignore[no-untyped-def]
            if line.lower().startswith(lines) and self.left:
                self.left -= 1
                return hang(link, line)
            return line

    with FaultProxy(smtp_server.port, Hang(command, hang, times=1)) as proxy:
        sender = SmtpSender(settings(proxy.port, timeout="0.3s"), FROM)
        with pytest.raises(ServerUnavailable):
            sender.send("a@example.com", MAIL)
        sender.send("a@example.com", MAIL)
        assert len(smtp_server.mails) == 1 and len(proxy.links) == 2
