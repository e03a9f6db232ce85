"""A server or network that misbehaves: every mail comes exactly once, nothing hangs, nothing grows."""

import itertools
import tracemalloc
from collections.abc import Callable
from random import Random

import pytest

from bot.base.errors import ServerUnavailable
from bot.mailbox.errors import ConnectionLost, FilingRefused, MailboxError, ServerBusy
from bot.mailbox.imap.model import Cursor
from tests.mailbox.helpers import Taker, mail, mailbox, nothing_known
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import NUMBERS
from tests.servers.proxy import (
    Behaviour,
    CutAfter,
    FaultProxy,
    Link,
    On,
    Rewrite,
    command_of,
    hang,
    refuse,
    say_bye,
    tag_of,
)

WRITTEN = [mail(0), mail(1, 9_000), mail(2), mail(3), mail(4, 2_000), mail(5)]


def poll_until_done(taker: Taker, rounds: int) -> int:
    """Polls that failed before everything was there."""
    for failed in range(rounds):
        try:
            taker.poll()
        except MailboxError as error:
            assert error.remedy and str(error).isprintable()
            continue
        if taker.bodies == WRITTEN:
            return failed
    raise AssertionError(f"not done: {[mail.uid for mail in taker.taken.values()]}")


@pytest.fixture(scope="module")
def filled(dovecot: Dovecot) -> str:
    user = dovecot.add_user(
        f"faults{next(NUMBERS)}@example.com"
    )  # made anew where the tests of this file do not run in one go
    dovecot.deliver(user, *WRITTEN)
    with dovecot.client(user) as client:  # here for every case, whichever runs first
        client.create_folder("已处理")
    return user


def total_bytes(dovecot: Dovecot, user: str) -> int:
    """What the server says in one undisturbed poll."""
    with FaultProxy(dovecot.port) as proxy:
        taker = Taker(mailbox(proxy.port, user, chunk=3_000, batch_messages=3))
        taker.poll()
        taker.box.connection.drop()
        return proxy.links[0].sent


def test_cut_at_many_bytes(dovecot: Dovecot, filled: str) -> None:
    """The first connection is cut after n bytes, for n over the whole conversation; the next ones work."""
    whole = total_bytes(dovecot, filled)
    assert whole > 13_000
    places = sorted({*range(1, 2500, 31), *range(2500, whole, 211), *Random(7).sample(range(1, whole), 60)})
    for place in places:
        with FaultProxy(dovecot.port, CutAfter(lambda number, place=place: place if number == 1 else None)) as proxy:
            taker = Taker(mailbox(proxy.port, filled, chunk=3_000, batch_messages=3))
            poll_until_done(taker, 4)
            assert taker.twice == [] and taker.cursor is not None and taker.cursor.last_uid == 6
            assert len(proxy.links) <= 3
            taker.box.connection.drop()


def test_every_connection_is_cut(dovecot: Dovecot, filled: str) -> None:
    """Each lives a little longer than the one before: progress in pieces, nothing twice."""
    with FaultProxy(dovecot.port, CutAfter(lambda number: 2_000 + 700 * number)) as proxy:
        taker = Taker(mailbox(proxy.port, filled, chunk=3_000, batch_messages=2))
        poll_until_done(taker, 40)
        assert taker.twice == []
        assert len(proxy.links) < 40


def test_a_mail_that_always_breaks_the_connection_does_not_stop_the_others(dovecot: Dovecot, filled: str) -> None:
    class Poison(Behaviour):
        def from_server(self, link: Link, line: bytes) -> bytes:
            if b"Subject: mail 2" in line:
                link.close()
                return b""
            return line

    with FaultProxy(dovecot.port, Poison()) as proxy:
        taker = Taker(mailbox(proxy.port, filled))
        taker.poll()
        assert [mail.uid for mail in taker.taken.values()] == [1, 2, 4, 5, 6]
        assert {mail.uid for mail in taker.later} == {3}
        assert taker.cursor is not None and taker.cursor.last_uid == 6 and len(taker.missing) == 1
        assert len(proxy.links) <= 5


def test_a_server_that_breaks_on_every_mail_ends_the_poll(dovecot: Dovecot, filled: str) -> None:
    class Breaks(Behaviour):
        def from_server(self, link: Link, line: bytes) -> bytes:
            if b"BODY[]" in line:
                link.close()
            return line

    with FaultProxy(dovecot.port, Breaks()) as proxy:
        with pytest.raises(ConnectionLost):
            Taker(mailbox(proxy.port, filled)).poll()
        assert len(proxy.links) <= 6


def refused_bodies(answer: bytes, numbers: range = range(1, 100)) -> Behaviour:
    """FETCH of the body of mails with these UIDs is answered so."""

    def act(link: Link, line: bytes) -> bytes:
        if b"BODY.PEEK[" in line and any(int(uid) in numbers for uid in line.split()[3].split(b",")):
            link.reply(tag_of(line) + b" " + answer + b"\r\n")
            return b""
        return line

    return On("UID FETCH", act)


EVERY_REFUSAL = [b"NO [UNAVAILABLE] Internal error, try again later", b"NO [SERVERBUG] Internal error", b"OK Fetched"]


@pytest.mark.parametrize("answer", EVERY_REFUSAL)
def test_a_server_that_gives_no_mail_at_all_is_at_fault_itself(dovecot: Dovecot, filled: str, answer: bytes) -> None:
    with FaultProxy(dovecot.port, refused_bodies(answer)) as proxy:
        taker = Taker(mailbox(proxy.port, filled))
        for _ in range(3):
            with pytest.raises(ServerBusy):
                taker.poll()
        assert taker.later == [] and taker.cursor is None
        proxy.behaviours.clear()
        taker.poll()
        assert taker.bodies == WRITTEN


@pytest.mark.parametrize("answer", EVERY_REFUSAL[:2])
def test_known_mails_speak_for_and_against_the_server(dovecot: Dovecot, filled: str, answer: bytes) -> None:
    """One new mail is refused: alone, it is broken; together with those that came before, the server is."""
    for refused, is_server in ((range(6, 7), False), (range(1, 7), True)):
        taker = Taker(mailbox(dovecot.port, filled))
        taker.poll()
        del taker.taken[taker.cursor.uidvalidity, 6]  # type: ignore[union-attr]
        taker.cursor = Cursor(taker.cursor.uidvalidity, 5)  # type: ignore[union-attr]
        with FaultProxy(dovecot.port, refused_bodies(answer, refused)) as proxy:
            taker.box = mailbox(proxy.port, filled)
            if is_server:
                with pytest.raises(ServerBusy):
                    taker.poll()
            else:
                taker.poll()
            assert [mail.uid for mail in taker.later] == ([] if is_server else [6])
        taker.box = mailbox(dovecot.port, filled)
        taker.poll()
        assert taker.bodies == WRITTEN


@pytest.mark.parametrize(("answer", "is_server"), [(EVERY_REFUSAL[0], True), (EVERY_REFUSAL[1], False)])
def test_the_only_mail_is_refused(dovecot: Dovecot, dovecot_user: str, answer: bytes, is_server: bool) -> None:
    """No other mail can tell whose fault it is; the words of the answer do."""
    dovecot.deliver(dovecot_user, mail(1))
    with FaultProxy(dovecot.port, refused_bodies(answer)) as proxy:
        taker = Taker(mailbox(proxy.port, dovecot_user))
        try:
            taker.poll()
        except ServerBusy:
            assert is_server
        assert len(taker.later) == (not is_server)


def test_a_server_that_fails_half_way(dovecot: Dovecot, filled: str) -> None:
    """What came is kept; the mails that it refuses from then on are not to blame."""
    served = itertools.count()

    def act(link: Link, line: bytes) -> bytes:
        if b"BODY.PEEK[" in line and next(served) >= 2:
            link.reply(tag_of(line) + b" NO Some messages could not be FETCHed\r\n")
            return b""
        return line

    with FaultProxy(dovecot.port, On("UID FETCH", act)) as proxy:
        taker = Taker(mailbox(proxy.port, filled, batch_messages=1))
        with pytest.raises(ServerBusy):
            taker.poll()
        assert taker.later == [] and taker.cursor is not None and taker.cursor.last_uid == 2
        proxy.behaviours.clear()
        taker.poll()
        assert taker.bodies == WRITTEN and taker.twice == []


def test_a_mail_that_was_not_to_be_had_is_gone(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, mail(1), mail(2))
    with FaultProxy(dovecot.port, refused_bodies(b"NO [SERVERBUG] x", range(1, 2))) as proxy:
        taker = Taker(mailbox(proxy.port, dovecot_user))
        taker.poll()
        assert len(taker.missing) == 1
        with dovecot.client(dovecot_user) as client:
            client.select_folder("INBOX")
            client.delete_messages([1])
            client.expunge()
        assert taker.poll() == [] and not taker.missing


COMMANDS = ["LOGIN", "ID", "EXAMINE", "UID FETCH"]


@pytest.mark.parametrize("command", COMMANDS)
def test_bye_at_each_command(dovecot: Dovecot, filled: str, command: str) -> None:
    with FaultProxy(dovecot.port, On(command, say_bye, times=1)) as proxy:
        assert poll_until_done(Taker(mailbox(proxy.port, filled)), 3) <= 1


@pytest.mark.parametrize("command", COMMANDS)
def test_half_open_at_each_command(dovecot: Dovecot, filled: str, command: str) -> None:
    """The connection stays open and silent; the timeout ends it."""
    with FaultProxy(dovecot.port, On(command, hang, times=1)) as proxy:
        taker = Taker(mailbox(proxy.port, filled, timeout="0.3s"))
        assert poll_until_done(taker, 3) <= 1


def test_idle_bye_in_between_is_reconnected_unnoticed(dovecot: Dovecot, filled: str) -> None:
    """NetEase ends connections that were quiet for some minutes."""
    with FaultProxy(dovecot.port) as proxy:
        taker = Taker(mailbox(proxy.port, filled))
        taker.poll()
        proxy.links[0].reply(b"* BYE Autologout; idle for too long\r\n")
        proxy.links[0].close()
        assert taker.poll() == []
        assert len(proxy.links) == 2


def test_slow_bytes_do_not_hold_it_for_ever(dovecot: Dovecot, filled: str) -> None:
    """One byte before each timeout: imaplib alone would wait for hours."""

    class Slow(Behaviour):
        def from_client(self, link: Link, line: bytes) -> bytes:
            if command_of(line) == "UID FETCH":
                link.seconds_per_byte = 0.05
            return line

    with FaultProxy(dovecot.port, Slow()) as proxy, pytest.raises(ConnectionLost):
        Taker(mailbox(proxy.port, filled, timeout="0.4s")).poll()


def literal(value: bytes) -> Callable[[bytes], bytes]:
    def change(line: bytes) -> bytes:
        head, found, _ = line.partition(b"BODY[] {")
        return head + b"BODY[] {" + value + b"}\r\n" if found and line.startswith(b"* 3 FETCH") else line

    return change


@pytest.mark.parametrize("size", [b"5", b"70", b"200", b"99999999", b"99999999999999", b"9" * 5000, b"-1", b"x", b""])
def test_wrong_literals(dovecot: Dovecot, filled: str, size: bytes) -> None:
    """Too short, too long, absurd, none at all: an error or «later», in bounded memory, and then all is well."""
    with FaultProxy(dovecot.port, Rewrite(literal(size))) as proxy:
        taker = Taker(mailbox(proxy.port, filled, timeout="0.3s", max_mail=1_000_000, batch_bytes=1_000_000))
        tracemalloc.start()
        try:
            try:
                taker.poll()
            except ServerUnavailable as error:
                assert len(str(error)) < 1000
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 20_000_000
        wrong = {
            found.uid
            for found in taker.taken.values()
            if not found.is_too_large and found.raw != WRITTEN[found.uid - 1]
        }
        assert wrong == set()


class Noise(Behaviour):
    """Damages bytes, loses, doubles and shortens lines, from some command on; the same for the same *seed*."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.rate = self.rng.choice([0.002, 0.01, 0.05])
        self.is_noisy = False

    def from_client(self, link: Link, line: bytes) -> bytes:
        if command_of(line) in ("LIST", "EXAMINE", "UID FETCH", "ID"):
            self.is_noisy = self.is_noisy or self.rng.random() < 0.5
        return line

    def from_server(self, link: Link, line: bytes) -> bytes:
        if not self.is_noisy:
            return line
        if self.rng.random() < 0.02:
            return self.rng.choice([b"", line * 2, line[: len(line) // 2] + b"\r\n", line[:5] + line[9:], b"* " + line])
        damaged = (self.rng.randrange(256) if self.rng.random() < self.rate else byte for byte in line[:-2])
        return bytes(damaged) + line[-2:]


@pytest.mark.parametrize("seed", range(15))
def test_noise_on_the_line(dovecot: Dovecot, filled: str, seed: int) -> None:
    """Whatever comes: an error with its remedy or a result, never another exception, and an end."""
    with FaultProxy(dovecot.port, Noise(seed)) as proxy:
        box = mailbox(proxy.port, filled, timeout="0.2s", chunk=3_000)
        for act in (box.folders_to_read, Taker(box).poll, box.sent_mails, lambda: box.move("INBOX", [99], "已处理")):
            try:
                act()
            except (ServerUnavailable, FilingRefused) as error:
                assert error.remedy and str(error).isprintable() and len(str(error)) < 1000
        box.connection.drop()


class Flood(Behaviour):
    """Answers *command* by lines without end."""

    def __init__(self, command: str, line: bytes) -> None:
        self.command = command
        self.line = line

    def from_client(self, link: Link, line: bytes) -> bytes:
        if command_of(line) == self.command:
            block = self.line * (65536 // len(self.line) + 1)
            while not link.closed:
                link.reply(block)
        return line


@pytest.mark.parametrize("line", [b"* 1 FETCH (FLAGS ())\r\n", b"* OK still working\r\n", b"x" * 1000])
def test_endless_answers_end(dovecot: Dovecot, filled: str, line: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.mailbox.imap.wire.MOST_LINE_BYTES", 2_000_000)
    with FaultProxy(dovecot.port, Flood("UID FETCH", line)) as proxy, pytest.raises(ServerUnavailable):
        Taker(mailbox(proxy.port, filled)).poll()


GARBAGE = [
    b"* 1 FETCH\r\n",
    b"* 99999999999999999999 FETCH (UID 1)\r\n",
    b"* 1 FETCH (UID 1 UID 2 INTERNALDATE)\r\n",
    b"* 1 FETCH " + b"(" * 3000 + b"\r\n",
    b"* 1 FETCH (UID -5 RFC822.SIZE -7)\r\n",
    b"* 1 FETCH (UID 0 RFC822.SIZE 9)\r\n",
    b"* \xff\xfe FETCH (UID 1)\r\n",
    b"* 1 EXISTS\r\n* 0 EXISTS\r\n* 5 RECENT\r\n",
    b"* SEARCH 1 2 3\r\n",
    b"+ go ahead\r\n",
    b"garbage\r\n",
    b"A999 OK not yours\r\n",
    b"\r\n",
    b"* OK [UIDNEXT abc] odd\r\n",
    b"* LIST () NIL {3}\r\nabc\r\n",
]


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_in_front_of_an_answer(dovecot: Dovecot, filled: str, garbage: bytes) -> None:
    def act(link: Link, line: bytes) -> bytes:
        link.reply(garbage)
        return line

    with FaultProxy(dovecot.port, On("UID FETCH", act, times=1)) as proxy:
        poll_until_done(Taker(mailbox(proxy.port, filled)), 3)


@pytest.mark.parametrize(
    "value", [b"", b"* OK [UIDVALIDITY abc] x\r\n", b"* OK [UIDVALIDITY] x\r\n", b"* OK [UIDVALIDITY 0] x\r\n"]
)
def test_no_uidvalidity(dovecot: Dovecot, filled: str, value: bytes) -> None:
    change = Rewrite(lambda line: value if b"UIDVALIDITY" in line else line)
    with FaultProxy(dovecot.port, change) as proxy:
        taker = Taker(mailbox(proxy.port, filled))
        try:
            taker.poll()
        except ServerUnavailable:
            return
        assert taker.bodies == WRITTEN and taker.poll() == []


@pytest.mark.parametrize(
    "answer",
    [b"NO [OVERQUOTA] Quota exceeded", b"NO System busy!", b"BAD invalid command or parameters", b"NO [UNAVAILABLE] x"],
)
def test_a_listing_that_is_refused(dovecot: Dovecot, filled: str, answer: bytes) -> None:
    with FaultProxy(dovecot.port, On("UID FETCH", refuse(answer), times=1)) as proxy:
        taker = Taker(mailbox(proxy.port, filled))
        assert poll_until_done(taker, 2) == 1
        assert len(proxy.links) == 1


def test_a_batch_that_is_refused_is_fetched_one_by_one(dovecot: Dovecot, filled: str) -> None:
    def only_single(link: Link, line: bytes) -> bytes:
        if b"," in line:
            link.reply(tag_of(line) + b" NO Some messages could not be FETCHed (Failure)\r\n")
            return b""
        return line

    with FaultProxy(dovecot.port, On("UID FETCH", only_single)) as proxy:
        taker = Taker(mailbox(proxy.port, filled))
        assert len(taker.poll()) == 6 and taker.bodies == WRITTEN
        assert len(proxy.links) == 1


def test_uidvalidity_that_changes_between_two_batches(dovecot: Dovecot, filled: str) -> None:
    """The folder is rebuilt after a lost connection in the middle of a poll: what was listed means nothing any more."""
    rebuilt = itertools.count()

    class Rebuilt(Behaviour):
        def from_server(self, link: Link, line: bytes) -> bytes:
            if link.number > 1 and line.startswith(b"* OK [UIDVALIDITY "):
                next(rebuilt)
                return b"* OK [UIDVALIDITY 4242] UIDs valid\r\n"
            return line

    with FaultProxy(dovecot.port, Rebuilt()) as proxy:
        taker = Taker(mailbox(proxy.port, filled, batch_messages=2))
        mails = taker.box.new_mails("INBOX", None, taker)
        next(mails)
        next(mails)
        proxy.links[0].close()
        rest = list(mails)
        assert all(mail.raw is None for mail in rest)
        taker.poll()
        assert taker.cursor is not None and taker.cursor.uidvalidity == 4242
        assert taker.bodies == WRITTEN


def test_memory_stays_flat_over_many_large_mails(dovecot: Dovecot) -> None:
    user = dovecot.add_user("memory@example.com")
    dovecot.deliver(user, *(mail(number, 1_500_000) for number in range(8)))
    box = mailbox(dovecot.port, user, chunk=500_000)
    mails = box.new_mails("INBOX", None, nothing_known)
    tracemalloc.start()
    try:
        for found in mails:
            assert found.raw is not None
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * 1_500_000 + 1_000_000


def test_a_kept_connection_does_not_gather_answers(dovecot: Dovecot, dovecot_user: str) -> None:
    """imaplib keeps untagged answers that nobody asks for; a connection is kept for days."""
    dovecot.deliver(dovecot_user, mail(1))
    taker = Taker(mailbox(dovecot.port, dovecot_user))
    sizes = []
    for _ in range(30):
        taker.poll()
        sizes.append(sum(len(value) for value in taker.box.connection.client.transport.untagged_responses.values()))
    assert sizes[-1] <= sizes[2]
