"""Folders by name and role, moving and marking, the Sent folder."""

import pytest

from bot.mailbox.errors import FilingRefused
from bot.mailbox.imap.folders import JUNK, SENT, Folder, find, with_role
from bot.mailbox.imap.sent import should_append
from tests.mailbox.helpers import Taker, mail, mailbox, nothing_known
from tests.servers.dovecot import Dovecot
from tests.servers.proxy import FaultProxy, NetEase, On, Rewrite, command_of, refuse


def messages(dovecot: Dovecot, user: str, folder: str = "INBOX") -> dict[int, tuple[bytes, ...]]:
    """UIDs and flags as another mail program sees them."""
    with dovecot.client(user) as client:
        client.select_folder(folder, readonly=True)
        uids = client.search("ALL")
        return {
            uid: tuple(flag for flag in flags if flag != b"\\Recent") for uid, flags in client.get_flags(uids).items()
        }


def test_folders_to_read(dovecot: Dovecot, dovecot_user: str, caplog: pytest.LogCaptureFixture) -> None:
    dovecot.deliver(dovecot_user, mail(1), folder="垃圾邮件")
    box = mailbox(dovecot.port, dovecot_user, also_read=("垃圾邮件", "没有的"))
    assert box.folders_to_read() == ("INBOX", "垃圾邮件")
    assert box.folders_to_read() == ("INBOX", "垃圾邮件")
    warned = [getattr(record, "folder", "") for record in caplog.records if "also_read" in record.getMessage()]
    assert warned == ["没有的"]
    assert [found.raw for found in Taker(box, "垃圾邮件").poll()] == [mail(1)]


def test_no_junk_folder_is_no_error(dovecot: Dovecot, dovecot_user: str, caplog: pytest.LogCaptureFixture) -> None:
    assert mailbox(dovecot.port, dovecot_user).folders_to_read() == ("INBOX",)
    assert "also_read" not in caplog.text


def test_lower_case_inbox(dovecot: Dovecot, dovecot_user: str) -> None:
    assert mailbox(dovecot.port, dovecot_user, folder="Inbox").folders_to_read() == ("INBOX",)


ODD_LISTS = [
    b'* LIST () "/" "&&&-"\r\n* LIST () "/"\r\n* LIST (\\Marked "/" x\r\n',
    b'* LIST () "/" "\xe5\x9e\x83"\r\n* LIST () "/" "\xc0\xac"\r\n',
    b'* LIST () "/" {6}\r\na"b(c)\r\n* LIST () NIL 123\r\n',
    b'* LIST (\\Noselect) "/" "\xff"\r\n* LIST\r\n',
]


@pytest.mark.parametrize("odd", ODD_LISTS)
def test_odd_lines_in_the_folder_list(dovecot: Dovecot, dovecot_user: str, odd: bytes) -> None:
    dovecot.deliver(dovecot_user, mail(1), folder="垃圾邮件")
    more = Rewrite(lambda line: odd + line if line.startswith(b"* LIST") and b"INBOX" in line else line)
    with FaultProxy(dovecot.port, more) as proxy:
        assert mailbox(proxy.port, dovecot_user).folders_to_read() == ("INBOX", "垃圾邮件")


def test_a_refused_folder_list(dovecot: Dovecot, dovecot_user: str) -> None:
    with FaultProxy(dovecot.port, On("LIST", refuse(b"NO LIST not now"))) as proxy:
        assert mailbox(proxy.port, dovecot_user).folders_to_read() == ("INBOX",)


def folder(name: str, *flags: str, delimiter: str = "/") -> Folder:
    return Folder(name, frozenset(flags), delimiter)


ROLES = [
    ([folder("INBOX"), folder("已发送", r"\sent")], SENT, "已发送"),
    ([folder("INBOX"), folder("Sent"), folder("Gesendet", r"\sent")], SENT, "Gesendet"),
    ([folder("Sent Messages")], SENT, "Sent Messages"),
    ([folder("INBOX"), folder("INBOX.Sent", delimiter=".")], SENT, "INBOX.Sent"),
    ([folder("Sent", r"\sent"), folder("已发送", r"\sent")], SENT, "已发送"),
    ([folder("INBOX"), folder("存档")], SENT, None),
    ([folder("INBOX"), folder("Bulk", r"\spam")], JUNK, "Bulk"),
    ([folder("垃圾邮件"), folder("订阅邮件")], JUNK, "垃圾邮件"),
]


@pytest.mark.parametrize(("folders", "role", "expected"), ROLES)
def test_roles(folders: list[Folder], role: str, expected: str | None) -> None:
    found = with_role(folders, role)
    assert (found.name if found else None) == expected


FOUND = [
    ([folder("Junk", r"\junk")], "垃圾邮件", "Junk"),
    ([folder("INBOX.已处理.合格", delimiter=".")], "已处理/合格", "INBOX.已处理.合格"),
    ([folder("已处理/合格")], "已处理/合格", "已处理/合格"),
    ([folder("已处理")], "已处理/合格", None),
]


@pytest.mark.parametrize(("folders", "wanted", "expected"), FOUND)
def test_names(folders: list[Folder], wanted: str, expected: str | None) -> None:
    found = find(folders, wanted)
    assert (found.name if found else None) == expected


@pytest.mark.parametrize("netease", [False, True])
def test_move_makes_the_folder_and_spares_what_others_deleted(
    dovecot: Dovecot, netease_dovecot: Dovecot, netease: bool
) -> None:
    server = netease_dovecot if netease else dovecot
    user = server.add_user(f"move{netease}@example.com")
    server.deliver(user, *(mail(number) for number in range(4)))
    server.deliver(user, mail(9), flags=(b"\\Deleted",))
    with FaultProxy(server.port, *([NetEase()] if netease else [])) as proxy:
        box = mailbox(proxy.port, user)
        box.move("INBOX", [2, 3], "已处理/合格")
        box.move("INBOX", [1], "已处理/合格")
        used = [command_of(line) for line in proxy.links[0].lines]
        assert ("UID MOVE" in used) == (not netease)
        assert "EXPUNGE" not in used and used.count("CREATE") == 1
    assert messages(server, user) == {4: (), 5: (b"\\Deleted",)}
    assert len(messages(server, user, "已处理/合格")) == 3


def test_without_uidplus_the_originals_stay_flagged(netease_dovecot: Dovecot, netease_user: str) -> None:
    netease_dovecot.deliver(netease_user, mail(1), mail(2))
    without = NetEase()
    without.capability = b"* CAPABILITY IMAP4rev1 ID\r\n"
    with FaultProxy(netease_dovecot.port, without) as proxy:
        mailbox(proxy.port, netease_user).move("INBOX", [1], "已处理")
        assert not {command_of(line) for line in proxy.links[0].lines} & {"EXPUNGE", "UID EXPUNGE"}
    assert messages(netease_dovecot, netease_user) == {1: (b"\\Deleted",), 2: ()}


def test_a_folder_that_the_list_hides_is_used(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, mail(1))
    with dovecot.client(dovecot_user) as client:
        client.create_folder("已处理")
    hides = Rewrite(lambda line: b"" if line.startswith(b"* LIST") and b"&" in line else line)
    with FaultProxy(dovecot.port, hides) as proxy:
        mailbox(proxy.port, dovecot_user).move("INBOX", [1], "已处理")
    assert len(messages(dovecot, dovecot_user, "已处理")) == 1


def test_a_refused_create_is_told(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, mail(1))
    with FaultProxy(dovecot.port, On("CREATE", refuse(b"NO CREATE not allowed"))) as proxy:
        box = mailbox(proxy.port, dovecot_user)
        with pytest.raises(FilingRefused, match="已处理"):
            box.move("INBOX", [1], "已处理")
        assert box.connection.is_open
        assert [found.uid for found in Taker(box).poll()] == [1]
    assert messages(dovecot, dovecot_user) == {1: ()}


def test_a_refused_move_is_told(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, mail(1))
    full = On("UID MOVE", refuse(b"NO [OVERQUOTA] Quota exceeded"))
    with FaultProxy(dovecot.port, full) as proxy, pytest.raises(FilingRefused, match="Quota exceeded"):
        mailbox(proxy.port, dovecot_user).move("INBOX", [1], "已处理")


def test_mark_seen(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, *(mail(number) for number in range(3)))
    box = mailbox(dovecot.port, dovecot_user)
    box.mark_seen("INBOX", [1, 3])
    box.mark_seen("INBOX", [77])
    box.mark_seen("INBOX", [])
    assert messages(dovecot, dovecot_user) == {1: (b"\\Seen",), 2: (), 3: (b"\\Seen",)}


def test_nothing_is_changed_under_another_uidvalidity(dovecot: Dovecot, dovecot_user: str) -> None:
    """UIDs of before a rebuild name other mails now."""
    dovecot.deliver(dovecot_user, mail(1))
    box = mailbox(dovecot.port, dovecot_user)
    right = box.new_mails("INBOX", None, nothing_known).uidvalidity
    for act in (lambda: box.mark_seen("INBOX", [1], right + 1), lambda: box.move("INBOX", [1], "已处理", right + 1)):
        with pytest.raises(FilingRefused):
            act()
    assert messages(dovecot, dovecot_user) == {1: ()}
    box.move("INBOX", [1], "已处理", right)


def test_reading_after_writing_is_read_only_again(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, mail(1))
    with FaultProxy(dovecot.port) as proxy:
        box = mailbox(proxy.port, dovecot_user)
        box.mark_seen("INBOX", [1])
        Taker(box).poll()
        used = [command_of(line) for line in proxy.links[0].lines]
        assert used.index("SELECT") < used.index("EXAMINE") < used.index("UID FETCH")


SENT_MAIL = (
    "From: kepu@example.com\r\nTo: =?utf-8?b?5bqE5pmT5Lic?= <Unit@Example.com>, b@example.com\r\n"
    "Subject: =?utf-8?b?UmU6IOaZi+axn+W4gueUs+aKpeihqCDjgJDlj5fnkIblj7cgS1AyMDIzLTAwMDfjgJE=?=\r\n"
    "Message-ID: <{id}@example.com>\r\n{more}\r\nbody\r\n"
)


def test_sent_folder(dovecot: Dovecot, dovecot_user: str) -> None:
    box = mailbox(dovecot.port, dovecot_user)
    assert box.sent_mails() is None
    mails = [SENT_MAIL.format(id=number, more="").encode() for number in range(5)]
    mails.append(SENT_MAIL.format(id="tencent_1", more="X-OQ-MSGID: <ours@example.com>\r\n").encode())
    mails.append(b"no header at all\r\n")
    dovecot.deliver(dovecot_user, *mails, folder="已发送")
    sent = box.sent_mails()
    assert sent is not None and [sorted(mail.message_ids) for mail in sent] == [
        [],
        ["<ours@example.com>", "<tencent_1@example.com>"],
        *([f"<{number}@example.com>"] for number in (4, 3, 2, 1, 0)),
    ]
    assert sent[2].subject == "Re: 晋江市申报表 【受理号 KP2023-0007】" and "unit@example.com" in sent[2].to
    assert box.sent_mails(limit=3) == sent[:3]


def test_empty_sent_folder(dovecot: Dovecot, dovecot_user: str) -> None:
    with dovecot.client(dovecot_user) as client:
        client.create_folder("Sent Messages")
    assert mailbox(dovecot.port, dovecot_user).sent_mails() == ()


def test_sent_folder_by_flag_from_xlist(netease_dovecot: Dovecot, netease_user: str) -> None:
    netease_dovecot.deliver(netease_user, SENT_MAIL.format(id=1, more="").encode(), folder="已发送")
    with FaultProxy(netease_dovecot.port, NetEase()) as proxy:
        sent = mailbox(proxy.port, netease_user).sent_mails()
    assert sent is not None and [mail.message_ids for mail in sent] == [{"<1@example.com>"}]


def test_append_sent(dovecot: Dovecot, dovecot_user: str) -> None:
    raw = SENT_MAIL.format(id=1, more="").encode()
    box = mailbox(dovecot.port, dovecot_user)
    assert box.appends and not box.append_sent(raw)
    with dovecot.client(dovecot_user) as client:
        client.create_folder("已发送")
    assert box.append_sent(raw)
    assert messages(dovecot, dovecot_user, "已发送") == {1: (b"\\Seen",)}
    assert not mailbox(dovecot.port, dovecot_user, save_sent="never").append_sent(raw)


@pytest.mark.parametrize(
    ("host", "save_sent", "expected"),
    [
        ("imap.126.com", "auto", False),
        ("imap.126.com", "always", False),
        ("imap.qiye.163.com", "auto", False),
        ("imap.qq.com", "auto", False),
        ("imap.exmail.qq.com", "always", True),
        ("mail.example.gov.cn", "auto", True),
        ("mail.example.gov.cn", "never", False),
        ("not126.com", "auto", True),
    ],
)
def test_who_keeps_the_copy(host: str, save_sent: str, expected: bool) -> None:
    assert should_append(host, save_sent) is expected
