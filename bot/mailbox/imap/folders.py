"""Folders by role: the server's flag first, then the names that providers and mail programs use."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from bot.mailbox.imap.connection import Connection

SENT = r"\sent"
JUNK = r"\junk"
# QUIRK(servers with XLIST): \Spam for what is \Junk since RFC 6154 §2
FLAGS = {SENT: {r"\sent"}, JUNK: {r"\junk", r"\spam"}}
NAMES = {
    SENT: (
        "已发送",
        "已发送邮件",
        "已发送消息",
        "已發送",
        "Sent",
        "Sent Messages",
        "Sent Items",
        "Sent Mail",
        "[Gmail]/Sent Mail",
    ),
    JUNK: ("垃圾邮件", "垃圾箱", "垃圾郵件", "Junk", "Spam", "Junk E-mail", "Junk Email", "Bulk Mail"),
}


class Folder(Struct, frozen=True):
    """``name`` as people write it (UTF-7 decoded), ``flags`` lower-cased, ``delimiter`` between levels ("" if none)."""

    name: str
    flags: frozenset[str]
    delimiter: str


def list_folders(connection: Connection) -> tuple[Folder, ...]:
    """Every folder that can be opened."""
    client = connection.client
    with connection.translated("列出文件夹"):
        rows = client.list_rows()
        if not any(flag in FLAGS[SENT] for row in rows for flag in lowered(row[0])) and client.has_capability("XLIST"):
            flags = {name: flags for flags, _, name in client.list_rows("XLIST")}
            rows = [((*own, *flags.get(name, ())), delimiter, name) for own, delimiter, name in rows]
        folders = {
            str(name): Folder(str(name), lowered(flags), delimiter.decode("ascii", "replace") if delimiter else "")
            for flags, delimiter, name in rows
            # Raw 8-bit names instead of UTF-7 come out as control characters and accents, and cannot be asked for.
            if name.isprintable()
        }
    return tuple(folder for folder in folders.values() if not folder.flags & {r"\noselect", r"\nonexistent"})


def lowered(flags: Iterable[bytes]) -> frozenset[str]:
    return frozenset(flag.decode("ascii", "replace").lower() for flag in flags if isinstance(flag, bytes))


def with_role(folders: Iterable[Folder], role: str) -> Folder | None:
    """The folder for ``SENT`` or ``JUNK``: a Chinese or known name that carries the flag before one that only has either."""
    folders = tuple(folders)
    flagged = [folder for folder in folders if folder.flags & FLAGS[role]]
    order = {name.casefold(): place for place, name in enumerate(NAMES[role])}
    candidates = flagged or [folder for folder in folders if last_level(folder).casefold() in order]
    return min(candidates, key=lambda folder: order.get(last_level(folder).casefold(), len(order)), default=None)


def last_level(folder: Folder) -> str:
    """``INBOX.Sent`` -> ``Sent``: some servers keep every folder below the inbox."""
    return folder.name.rsplit(folder.delimiter, 1)[-1] if folder.delimiter else folder.name


def find(folders: Iterable[Folder], wanted: str) -> Folder | None:
    """The folder that the configuration means by *wanted*: by its name, with ``/`` for any delimiter, or by its role."""
    folders = tuple(folders)
    for folder in folders:
        names = {spelled(candidate, folder.delimiter) for candidate in (wanted, f"INBOX/{wanted}")} | {wanted}
        if folder.name in names or folder.name.upper() == wanted.upper() == "INBOX":
            return folder
    if any(wanted.casefold() == name.casefold() for name in NAMES[JUNK]):
        return with_role(folders, JUNK)
    return None


def spelled(name: str, delimiter: str) -> str:
    """*name* with the server's delimiter between its levels."""
    return name.replace("/", delimiter) if delimiter else name
