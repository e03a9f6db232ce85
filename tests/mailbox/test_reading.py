"""Reading new mails from a real Dovecot."""

import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.mailbox.imap.model import Cursor
from tests.mailbox.helpers import ZONE, Known, Taker, mail, mailbox, nothing_known
from tests.servers.dovecot import Dovecot
from tests.servers.proxy import FaultProxy, Link, On, Rewrite, command_of, tag_of


def test_new_mails_in_uid_order_once(dovecot: Dovecot, dovecot_user: str) -> None:
    written = [mail(number) for number in range(7)]
    dovecot.deliver(dovecot_user, *written)
    taker = Taker(mailbox(dovecot.port, dovecot_user, batch_messages=3))
    assert [found.uid for found in taker.poll()] == list(range(1, 8))
    assert taker.bodies == written
    assert taker.poll() == []
    dovecot.deliver(dovecot_user, mail(8))
    assert [found.raw for found in taker.poll()] == [mail(8)]


def test_nothing_is_marked_as_read(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, mail(1), mail(2, 30_000))
    Taker(mailbox(dovecot.port, dovecot_user, chunk=10_000)).poll()
    with dovecot.client(dovecot_user) as client:
        client.select_folder("INBOX", readonly=True)
        assert all(b"\\Seen" not in flags for flags in client.get_flags([1, 2]).values())


def test_empty_mailbox(dovecot: Dovecot, dovecot_user: str) -> None:
    taker = Taker(mailbox(dovecot.port, dovecot_user))
    assert taker.poll() == []
    assert taker.cursor is not None and taker.cursor.last_uid == 0


def test_backlog_is_known_before_fetching_and_fetching_is_lazy(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, *(mail(number) for number in range(10)))
    with FaultProxy(dovecot.port) as proxy:
        mails = mailbox(proxy.port, dovecot_user, batch_messages=4).new_mails("INBOX", None, nothing_known)
        assert mails.total == 10
        next(mails)
        bodies = [line for line in proxy.links[0].lines if b"BODY.PEEK[]" in line]
        assert len(bodies) == 1 and bodies[0].split()[3] == b"1,2,3,4"


def test_batches_are_bounded_by_bytes(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, *(mail(number, 4000) for number in range(6)))
    with FaultProxy(dovecot.port) as proxy:
        Taker(mailbox(proxy.port, dovecot_user, batch_bytes=10_000)).poll()
        bodies = [line.split()[3] for line in proxy.links[0].lines if b"BODY.PEEK[]" in line]
        assert bodies == [b"1,2", b"3,4", b"5,6"]


@pytest.mark.parametrize("size", [99_000, 100_000, 200_000, 250_000])
def test_large_mails_come_in_parts(dovecot: Dovecot, dovecot_user: str, size: int) -> None:
    large = mail(1, size)
    dovecot.deliver(dovecot_user, mail(0), large, mail(2))
    with FaultProxy(dovecot.port) as proxy:
        taker = Taker(mailbox(proxy.port, dovecot_user, chunk=50_000))
        taker.poll()
        assert taker.bodies == [mail(0), large, mail(2)]
        parts = [line for line in proxy.links[0].lines if b"BODY.PEEK[]<" in line]
        assert len(parts) >= size // 50_000


def test_a_mail_of_exactly_some_parts(dovecot: Dovecot, dovecot_user: str) -> None:
    large = mail(1, 100_000)
    dovecot.deliver(dovecot_user, large)
    taker = Taker(mailbox(dovecot.port, dovecot_user, chunk=len(large) // 2))
    taker.poll()
    assert len(large) % 2 == 1 or taker.bodies == [large]
    assert taker.bodies == [large]


def test_a_server_that_ignores_ranges(dovecot: Dovecot, dovecot_user: str) -> None:
    large = mail(1, 100_000)
    dovecot.deliver(dovecot_user, large, mail(2))

    def whole(link: object, line: bytes) -> bytes:
        head, _, _ = line.partition(b"<")
        return head + b")\r\n" if b"BODY.PEEK[]<" in line else line

    with FaultProxy(dovecot.port, On("UID FETCH", whole)) as proxy:
        taker = Taker(mailbox(proxy.port, dovecot_user, chunk=30_000))
        taker.poll()
        assert taker.bodies == [large, mail(2)]
        assert len([line for line in proxy.links[0].lines if b"UID FETCH 1 " in line]) == 1


def test_a_mail_that_is_too_large_brings_its_header_only(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, mail(0), mail(1, 300_000), mail(2))
    taker = Taker(mailbox(dovecot.port, dovecot_user, max_mail=200_000))
    first, second, third = taker.poll()
    assert (first.raw, third.raw) == (mail(0), mail(2))
    assert second.raw is None and second.is_too_large and second.size > 300_000
    assert second.header == mail(1).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert taker.poll() == []


def test_a_mail_larger_than_announced_is_too_large(dovecot: Dovecot, dovecot_user: str) -> None:
    """RFC822.SIZE says 100; neither memory nor the cursor may depend on it."""
    dovecot.deliver(dovecot_user, mail(0), mail(1, 3_000_000), mail(2))
    lie = Rewrite(lambda line: line.replace(b"RFC822.SIZE 30", b"RFC822.SIZE 1000 X-WAS 30"))
    with FaultProxy(dovecot.port, lie) as proxy:
        taker = Taker(mailbox(proxy.port, dovecot_user, max_mail=1_000_000, batch_bytes=1_000_000))
        came = taker.poll()
        assert [(found.uid, found.is_too_large) for found in came] == [(1, False), (2, True), (3, False)]
        assert b"Subject: mail 1" in came[1].header
        assert taker.cursor is not None and taker.cursor.last_uid == 3


@pytest.mark.parametrize(
    ("announced", "whole"), [(100, True), (1, True), (0, True), (3_000, True), (30_000, True), (99_000, False)]
)
def test_announced_sizes_are_only_estimates(dovecot: Dovecot, dovecot_user: str, announced: int, whole: bool) -> None:
    """Servers were seen three times off, and with none at all; far less than announced has been cut."""
    dovecot.deliver(dovecot_user, mail(0, 10_000))
    lie = Rewrite(lambda line: re.sub(rb"RFC822.SIZE \d+", b"RFC822.SIZE %d" % announced, line))
    with FaultProxy(dovecot.port, lie) as proxy:
        taker = Taker(mailbox(proxy.port, dovecot_user, chunk=50_000))
        came = taker.poll()
        assert [found.raw for found in came] == ([mail(0, 10_000)] if whole else [])
        assert bool(taker.later) is not whole


PARTS = b'Subject: parts\r\nContent-Type: multipart/mixed;\r\n boundary="b1"\r\n\r\n--b1\r\n\r\n' + b"x" * 5000


@pytest.mark.parametrize("refuse", [False, True])
def test_a_size_that_is_made_up_costs_no_mail(dovecot: Dovecot, dovecot_user: str, refuse: bool) -> None:
    """RFC822.SIZE says a gigabyte of a small mail: its body is tried, within the limit, before it is called too large."""
    whole, cut = PARTS + b"\r\n--b1--\r\n", PARTS
    dovecot.deliver(dovecot_user, mail(0, 40_000), whole, cut, mail(3, 300_000))
    lie = Rewrite(lambda line: re.sub(rb"RFC822.SIZE \d+", b"RFC822.SIZE 999999999", line))

    def probed(link: Link, line: bytes) -> bytes:
        link.reply(tag_of(line) + b" NO out of range\r\n")
        return b""

    behind = On("UID FETCH", lambda link, line: probed(link, line) if refuse and b"<200000.1>" in line else line)
    with FaultProxy(dovecot.port, lie, behind) as proxy:
        came = Taker(mailbox(proxy.port, dovecot_user, max_mail=200_000, chunk=30_000)).poll()
    assert [found.raw for found in came] == [mail(0, 40_000), whole, None, None]
    assert [found.is_too_large for found in came] == [False, False, True, True]


def test_known_mails_are_not_fetched(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, *(mail(number) for number in range(5)))
    box = mailbox(dovecot.port, dovecot_user)
    mails = box.new_mails("INBOX", None, Known(1, 3, 5))
    assert [found.uid for found in mails] == [2, 4]
    assert mails.cursor is not None and mails.cursor.last_uid == 5


def test_expunged_while_reading(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, *(mail(number) for number in range(6)))
    mails = mailbox(dovecot.port, dovecot_user, batch_messages=2).new_mails("INBOX", None, nothing_known)
    came = [next(mails)]
    with dovecot.client(dovecot_user) as client:
        client.select_folder("INBOX")
        client.delete_messages([3, 4, 6])
        client.uid_expunge([3, 4, 6])
    came += list(mails)
    assert [(found.uid, found.raw is not None) for found in came] == [(1, True), (2, True), (5, True)]
    assert mails.cursor is not None and mails.cursor.last_uid == 6


def test_expunged_alone(dovecot: Dovecot, dovecot_user: str) -> None:
    """The same for mails that are asked for one by one."""
    dovecot.deliver(dovecot_user, *(mail(number, 20_000) for number in range(3)))
    mails = mailbox(dovecot.port, dovecot_user, chunk=10_000).new_mails("INBOX", None, nothing_known)
    next(mails)
    with dovecot.client(dovecot_user) as client:
        client.select_folder("INBOX")
        client.delete_messages([2])
        client.uid_expunge([2])
    assert [found.uid for found in mails] == [3]


def test_the_caller_may_write_to_the_folder_between_two_mails(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, *(mail(number) for number in range(5)))
    box = mailbox(dovecot.port, dovecot_user, batch_messages=2)
    came = []
    for found in box.new_mails("INBOX", None, nothing_known):
        came.append(found.uid)
        box.move("INBOX", [found.uid], "已处理")
        assert box.sent_mails() is None
    assert came == [1, 2, 3, 4, 5]


GUID = "633de82176ea056bc454000083ecc375"


def rebuilt(dovecot: Dovecot, user: str) -> None:
    """Forget UIDs and UIDVALIDITY, as after a restore from backup."""
    for path in dovecot.maildir(user).glob("dovecot*"):
        path.unlink() if path.is_file() else shutil.rmtree(path)


def test_uidvalidity_change_starts_again(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, *(mail(number) for number in range(4)))
    taker = Taker(mailbox(dovecot.port, dovecot_user))
    taker.poll()
    before = taker.cursor
    taker.box.close()
    rebuilt(dovecot, dovecot_user)
    uidvalidity(dovecot, dovecot_user, 77)
    dovecot.deliver(dovecot_user, mail(9))
    came = taker.poll()
    assert before is not None and taker.cursor == Cursor(77, 5)
    assert sorted(found.raw or b"" for found in came) == sorted([*(mail(number) for number in range(4)), mail(9)])


def uidvalidity(dovecot: Dovecot, user: str, value: int, next_uid: int = 1) -> None:
    """Set both in Maildir's uid list, for mails that are not in it yet."""
    path = dovecot.maildir(user) / "dovecot-uidlist"
    path.write_text(f"3 V{value} N{next_uid} G{GUID}\n")
    shutil.chown(path, *dovecot.identity)


def test_huge_sparse_uids(dovecot: Dovecot, dovecot_user: str) -> None:
    """UIDs of NetEase look like Unix seconds."""
    dovecot.deliver(dovecot_user, mail(0))
    rebuilt(dovecot, dovecot_user)
    uidvalidity(dovecot, dovecot_user, 1, 1_514_045_466)
    dovecot.deliver(dovecot_user, mail(1))
    taker = Taker(mailbox(dovecot.port, dovecot_user))
    assert [found.uid for found in taker.poll()] == [1_514_045_466, 1_514_045_467]
    assert taker.poll() == []
    taker.box.close()
    with dovecot.client(dovecot_user) as client:
        client.select_folder("INBOX")
    lines = (dovecot.maildir(dovecot_user) / "dovecot-uidlist").read_text().splitlines()
    rebuilt(dovecot, dovecot_user)
    (dovecot.maildir(dovecot_user) / "dovecot-uidlist").write_text(
        "\n".join([f"3 V1 N{4_294_967_200} G{GUID}", *lines[1:]]) + "\n"
    )
    shutil.chown(dovecot.maildir(dovecot_user) / "dovecot-uidlist", *dovecot.identity)
    dovecot.deliver(dovecot_user, mail(2))
    assert [(found.uid, found.raw) for found in taker.poll()] == [(4_294_967_200, mail(2))]


def built_anew(dovecot: Dovecot, user: str, *mails: bytes, first: int = 1, value: int = 1) -> None:
    """The folder with just these mails, numbered from *first* under UIDVALIDITY *value*."""
    with dovecot.client(user) as client:
        client.select_folder("INBOX")
        client.delete_messages(client.search("ALL"))
        client.expunge()
    rebuilt(dovecot, user)
    uidvalidity(dovecot, user, value, first)
    dovecot.deliver(user, *mails)


def test_uids_that_become_lower_under_the_same_uidvalidity(dovecot: Dovecot, dovecot_user: str) -> None:
    """NetEase says UIDVALIDITY 1 whatever happens to the mailbox."""
    built_anew(dovecot, dovecot_user, mail(0), mail(1), mail(2), first=1_700_000_000)
    taker = Taker(mailbox(dovecot.port, dovecot_user))
    assert len(taker.poll()) == 3
    taker.box.close()
    built_anew(dovecot, dovecot_user, mail(1), mail(2), mail(3), first=500)
    assert [found.raw for found in taker.poll()] == [mail(1), mail(2), mail(3)]
    assert taker.poll() == []
    dovecot.deliver(dovecot_user, mail(4))
    assert [found.raw for found in taker.poll()] == [mail(4)]
    assert taker.cursor is not None and taker.cursor.uidvalidity == 1


def test_uids_that_are_given_to_other_mails_under_the_same_uidvalidity(dovecot: Dovecot, dovecot_user: str) -> None:
    built_anew(dovecot, dovecot_user)
    early, late = datetime(2023, 8, 1, tzinfo=UTC), datetime(2023, 8, 9, tzinfo=UTC)
    dovecot.deliver(dovecot_user, mail(0), mail(1), mail(2), mail(3), when=early)
    taker = Taker(mailbox(dovecot.port, dovecot_user))
    assert len(taker.poll()) == 4
    taker.box.close()
    built_anew(dovecot, dovecot_user)
    dovecot.deliver(dovecot_user, mail(0), when=early)
    dovecot.deliver(dovecot_user, mail(8), mail(9), when=late)
    assert [found.raw for found in taker.poll()] == [mail(8), mail(9)]
    assert taker.poll() == []


EARLY, LATE = datetime(2023, 8, 1, tzinfo=UTC), datetime(2023, 8, 9, tzinfo=UTC)


def test_a_new_folder_with_more_mails_under_the_same_uidvalidity(dovecot: Dovecot, dovecot_user: str) -> None:
    """UIDs beyond the cursor are new mails, and so are those below it."""
    built_anew(dovecot, dovecot_user)
    dovecot.deliver(dovecot_user, mail(0), mail(1), mail(2), mail(3), when=EARLY)
    taker = Taker(mailbox(dovecot.port, dovecot_user))
    assert len(taker.poll()) == 4
    taker.box.close()
    built_anew(dovecot, dovecot_user)
    dovecot.deliver(dovecot_user, mail(0), when=EARLY)
    dovecot.deliver(dovecot_user, *(mail(number) for number in range(10, 16)), when=LATE)
    assert [found.raw for found in taker.poll()] == [mail(number) for number in range(10, 16)]
    assert taker.poll() == [] and taker.cursor is not None and taker.cursor.last_uid == 7


@pytest.mark.parametrize("taken", range(1, 6))
def test_the_look_at_a_new_folder_is_broken_off(dovecot: Dovecot, dovecot_user: str, taken: int) -> None:
    built_anew(dovecot, dovecot_user)
    dovecot.deliver(dovecot_user, mail(0), mail(1), mail(2), when=EARLY)
    taker = Taker(mailbox(dovecot.port, dovecot_user))
    assert len(taker.poll()) == 3
    taker.box.close()
    built_anew(dovecot, dovecot_user)
    dovecot.deliver(dovecot_user, *(mail(number) for number in range(10, 16)), when=LATE)
    mails = taker.box.new_mails("INBOX", taker.cursor, taker)
    for _ in range(taken):
        found = next(mails)
        taker.taken[found.uidvalidity, found.uid] = found
        taker.store(mails.cursor)
    taker.poll()
    assert taker.bodies == [mail(number) for number in range(10, 16)] and taker.twice == []


def test_a_new_folder_where_every_known_mail_had_been_moved_away(dovecot: Dovecot, dovecot_user: str) -> None:
    """No known mail can be compared; but there are mails below the cursor, where there were none."""
    built_anew(dovecot, dovecot_user)
    dovecot.deliver(dovecot_user, mail(0), mail(1), mail(2), when=EARLY)
    taker = Taker(mailbox(dovecot.port, dovecot_user))
    taker.poll()
    taker.box.move("INBOX", [1, 2, 3], "已处理")
    assert taker.poll() == []
    taker.box.close()
    taker.newest = lambda uidvalidity: []  # type: ignore[method-assign]
    built_anew(dovecot, dovecot_user)
    dovecot.deliver(dovecot_user, *(mail(number) for number in range(10, 15)), when=LATE)
    assert [found.raw for found in taker.poll()] == [mail(number) for number in range(10, 15)]


def test_a_usual_poll_lists_no_more_than_what_is_new(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, *(mail(number) for number in range(9)))
    with FaultProxy(dovecot.port) as proxy:
        taker = Taker(mailbox(proxy.port, dovecot_user))
        taker.poll()
        dovecot.deliver(dovecot_user, mail(9))
        taker.poll()
        before = len(proxy.links[0].lines)
        assert taker.poll() == []
        asked = [line.split()[3] for line in proxy.links[0].lines[before:] if command_of(line) == "UID FETCH"]
        assert asked == [b"8,9,10,11:*"]


def test_the_last_mails_were_removed(dovecot: Dovecot, dovecot_user: str) -> None:
    """The common reason for lower UIDs: nothing is fetched again, and what since left out stays out."""
    dovecot.deliver(dovecot_user, mail(0), when=datetime(2023, 1, 1, tzinfo=UTC))
    dovecot.deliver(dovecot_user, mail(1), mail(2), mail(3))
    with FaultProxy(dovecot.port) as proxy:
        taker = Taker(mailbox(proxy.port, dovecot_user, since=date(2023, 8, 1)))
        assert len(taker.poll()) == 3
        taker.box.move("INBOX", [3, 4], "已处理")
        before = len(proxy.links[0].lines)
        assert taker.poll() == [] and taker.poll() == []
        assert not [line for line in proxy.links[0].lines[before:] if b"BODY" in line]
        assert taker.cursor is not None and taker.cursor.last_uid == 4
        dovecot.deliver(dovecot_user, mail(5))
        assert [found.uid for found in taker.poll()] == [5]


def test_since_goes_by_the_day_in_the_configured_zone(dovecot: Dovecot, dovecot_user: str) -> None:
    """2023-08-01 begins in Shanghai at 16:00 UTC of the day before."""
    before = datetime(2023, 7, 31, 15, 59, 59, tzinfo=UTC)
    after = datetime(2023, 7, 31, 16, 0, 1, tzinfo=UTC)
    dovecot.deliver(dovecot_user, mail(1), when=after)
    dovecot.deliver(dovecot_user, mail(2), when=before)
    dovecot.deliver(dovecot_user, mail(3), when=datetime(2023, 7, 31, 23, 59, tzinfo=ZONE))
    dovecot.deliver(dovecot_user, mail(4), when=datetime(2023, 8, 1, 0, 1, tzinfo=ZONE))
    dovecot.deliver(dovecot_user, mail(5), when=datetime(2020, 1, 1, tzinfo=UTC))
    box = mailbox(dovecot.port, dovecot_user, since=date(2023, 8, 1))
    mails = box.new_mails("INBOX", None, nothing_known)
    came = list(mails)
    assert [found.uid for found in came] == [1, 4]
    assert came[0].internal_date == after
    assert (mails.total, mails.skipped_old) == (2, 3)
    assert mails.cursor is not None and mails.cursor.last_uid == 5


def test_since_is_for_the_first_poll_only(dovecot: Dovecot, dovecot_user: str) -> None:
    """An old mail that a person moves into the inbox later is new."""
    old = datetime(2023, 7, 1, tzinfo=UTC)
    dovecot.deliver(dovecot_user, mail(1), when=old)
    taker = Taker(mailbox(dovecot.port, dovecot_user, since=date(2023, 8, 1)))
    assert taker.poll() == []
    dovecot.deliver(dovecot_user, mail(2), when=old)
    assert [found.raw for found in taker.poll()] == [mail(2)]


def test_a_first_poll_that_is_broken_off_still_skips_old_mail_later(dovecot: Dovecot, dovecot_user: str) -> None:
    for number in range(6):
        month = 7 if number % 2 else 9
        dovecot.deliver(dovecot_user, mail(number), when=datetime(2023, month, 1, tzinfo=UTC))
    taker = Taker(mailbox(dovecot.port, dovecot_user, since=date(2023, 8, 1), batch_messages=1))
    mails = taker.box.new_mails("INBOX", None, taker)
    first = next(mails)
    taker.taken[first.uidvalidity, first.uid] = first
    taker.store(mails.cursor)
    assert [found.uid for found in taker.poll()] == [3, 5]
    assert taker.cursor is not None and taker.cursor.last_uid == 6
    assert taker.twice == []


BAD_LISTING = [
    b'INTERNALDATE "99-Xxx-2023 25:61:61 +9999"',
    b"INTERNALDATE NIL",
    b'INTERNALDATE "\\" ("',
    b'INTERNALDATE "',
    b"INTERNALDATE {5}\r\nabcde",
]


@pytest.mark.parametrize("bad", BAD_LISTING)
def test_a_mail_with_an_odd_date_is_not_lost(dovecot: Dovecot, dovecot_user: str, bad: bytes) -> None:
    written = [mail(number) for number in range(4)]
    dovecot.deliver(dovecot_user, *written)

    def spoil(line: bytes) -> bytes:
        start, end = line.find(b'INTERNALDATE "'), line.find(b" RFC822.SIZE")
        return line[:start] + bad + line[end:] if line.startswith(b"* 2 FETCH") and 0 < start < end else line

    with FaultProxy(dovecot.port, Rewrite(spoil)) as proxy:
        taker = Taker(mailbox(proxy.port, dovecot_user, since=date(2020, 1, 1)))
        taker.poll()
        assert taker.bodies == written
        assert taker.cursor is not None and taker.cursor.last_uid == 4


BAD_BODIES = {
    "NIL": lambda rest: b"BODY[] NIL)\r\n",
    "empty": lambda rest: b'BODY[] "")\r\n',
    "blank": lambda rest: b'BODY[] " ")\r\n',
    "unbalanced": lambda rest: b'BODY[] "abc\r\n',
    "nothing": lambda rest: b"FLAGS ())\r\n",
    "number": lambda rest: b"BODY[] 12)\r\n",
}


class SpoilBody(Rewrite):
    """Replaces the body of the second mail, literal and all, by another item."""

    def __init__(self, item: bytes) -> None:
        self.item = item
        self.skipping = False

    def from_server(self, link: object, line: bytes) -> bytes:
        if line.startswith(b"* 2 FETCH") and b"BODY[]" in line:
            self.skipping = True
            return line[: line.find(b"BODY[]")] + self.item
        if self.skipping:
            self.skipping = not line.startswith(b")")
            return b""
        return line


@pytest.mark.parametrize("kind", BAD_BODIES)
def test_one_bad_body_comes_later_and_the_others_go_on(dovecot: Dovecot, dovecot_user: str, kind: str) -> None:
    written = [mail(number) for number in range(4)]
    dovecot.deliver(dovecot_user, *written)
    with FaultProxy(dovecot.port, SpoilBody(BAD_BODIES[kind](b""))) as proxy:
        taker = Taker(mailbox(proxy.port, dovecot_user))
        assert [found.uid for found in taker.poll()] == [1, 3, 4]
        assert [found.uid for found in taker.later] == [2] and taker.later[0].error
        proxy.behaviours.clear()
        assert [found.uid for found in taker.poll()] == [2]
        assert taker.twice == [] and taker.cursor.last_uid == 4


def test_a_body_that_was_cut_short_comes_later(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, mail(0), mail(1, 20_000))
    with FaultProxy(dovecot.port, SpoilBody(b'BODY[] "From: unit@example.com")\r\n')) as proxy:
        taker = Taker(mailbox(proxy.port, dovecot_user))
        assert [found.uid for found in taker.poll()] == [1]
        assert "不完整" in taker.later[0].error


def test_malformed_answers_that_nobody_asked_for(dovecot: Dovecot, dovecot_user: str) -> None:
    """QQ's stray backslash in ENVELOPE, and a BODYSTRUCTURE with a line break, among the listing."""
    dovecot.deliver(dovecot_user, *(mail(number) for number in range(3)))
    strays = (
        b'* 1 FETCH (ENVELOPE ("x" "y" (("a@qq.com\\" NIL "a" "qq.com")) NIL NIL NIL NIL NIL NIL "<1>"))\r\n'
        b'* 2 FETCH (FLAGS (\\Seen))\r\n* 2 FETCH (BODYSTRUCTURE ("text" "plain" ("name" "a b") NIL NIL "7bit" 1 1))\r\n'
    )

    def more(line: bytes) -> bytes:
        return strays + line if line.startswith(b"* 1 FETCH (UID 1 INTERNALDATE") else line

    with FaultProxy(dovecot.port, Rewrite(more)) as proxy:
        taker = Taker(mailbox(proxy.port, dovecot_user))
        taker.poll()
        assert taker.bodies == [mail(number) for number in range(3)]


def test_search_is_never_used(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, mail(1))
    with FaultProxy(dovecot.port) as proxy:
        box = mailbox(proxy.port, dovecot_user, since=date(2020, 1, 1))
        Taker(box).poll()
        box.sent_mails()
        used = {command_of(line) for line in proxy.links[0].lines}
        assert not used & {"SEARCH", "UID SEARCH", "ENABLE", "STATUS", "AUTHENTICATE"}


def test_ten_thousand_mails_at_once(dovecot: Dovecot, dovecot_user: str, tmp_path: Path) -> None:
    """Put straight into the Maildir; only the listing and the first batch are asked for."""
    with dovecot.client(dovecot_user) as client:
        client.select_folder("INBOX")
    directory = dovecot.maildir(dovecot_user) / "new"
    content = mail(1)
    for number in range(10_000):
        path = directory / f"1690000000.M{number:06d}.host,S={len(content)},W={len(content)}"
        path.write_bytes(content)
        shutil.chown(path, *dovecot.identity)
    mails = mailbox(dovecot.port, dovecot_user).new_mails("INBOX", None, nothing_known)
    assert mails.total == 10_000
    assert [next(mails).uid for _ in range(120)] == list(range(1, 121))
