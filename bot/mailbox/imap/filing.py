"""Changing what people see in the mailbox, only where the configuration asks for it: read flags and moves."""

from __future__ import annotations

import imaplib
import logging
from collections.abc import Callable, Sequence

from bot.mailbox.errors import FilingRefused
from bot.mailbox.imap.connection import Connection
from bot.mailbox.imap.folders import find, list_folders, spelled

log = logging.getLogger(__name__)

# UIDs per command: long lines are refused by some servers.
GROUP = 200


def mark_seen(connection: Connection, folder: str, uids: Sequence[int], uidvalidity: int | None = None) -> None:
    """Flag as read; ``FilingRefused`` where the server will not."""

    def flag(group: Sequence[int]) -> None:
        connection.client.add_flags(group, [rb"\Seen"], silent=True)

    on_each_group(connection, folder, uids, uidvalidity, "标为已读", flag)


def move(connection: Connection, folder: str, uids: Sequence[int], target: str, uidvalidity: int | None = None) -> None:
    """Move to *target*, which is made where it is missing; ``FilingRefused`` where the server will not.

    Without MOVE: COPY, flag as deleted, UID EXPUNGE of just these. Never a plain EXPUNGE, which would also remove what a
    person has flagged in a mail program; without UIDPLUS the originals stay, flagged as deleted.
    """
    if not uids:
        return
    name = existing_or_new(connection, target)
    if name == folder:
        return

    def carry(group: Sequence[int]) -> None:
        client = connection.client
        if client.has_capability("MOVE"):
            client.move(group, name)
            return
        client.copy(group, name)
        try:
            client.add_flags(group, [rb"\Deleted"], silent=True)
            if client.has_capability("UIDPLUS"):
                client.uid_expunge(group)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:  # moved once more, they would lie there twice
            log.warning("originals stay", extra={"folder": folder, "reason": connection.scrubbed(error)})

    on_each_group(connection, folder, uids, uidvalidity, f"移动到 {target} ", carry)


def on_each_group(
    connection: Connection,
    folder: str,
    uids: Sequence[int],
    uidvalidity: int | None,
    doing: str,
    act: Callable[[Sequence[int]], None],
) -> None:
    """Open *folder* for writing and *act*."""
    if not uids:
        return
    selected = connection.open(folder, readonly=False)
    try:
        if uidvalidity is not None and selected.uidvalidity != uidvalidity:
            raise FilingRefused(f"文件夹 {folder} 已被服务器重建，没有{doing}")
        with connection.translated(doing):
            for start in range(0, len(uids), GROUP):
                try:
                    act(sorted(uids)[start : start + GROUP])
                except (imaplib.IMAP4.abort, imaplib.IMAP4.readonly):
                    raise
                except imaplib.IMAP4.error as error:
                    raise FilingRefused(f"{connection.server} 拒绝{doing}：{connection.scrubbed(error)}") from error
    finally:
        # The next reading opens the folder read-only again.
        connection.selected = None


def existing_or_new(connection: Connection, target: str) -> str:
    """The server's name for *target*; ``FilingRefused`` where it makes no folder, as QQ and Sina do."""
    folders = list_folders(connection)
    existing = find(folders, target)
    if existing is not None:
        return existing.name
    delimiter = next((folder.delimiter for folder in folders if folder.delimiter), "/")
    names = (spelled(target, delimiter), f"INBOX{delimiter}{spelled(target, delimiter)}")
    answer = ""
    with connection.translated("新建文件夹"):
        for name in names:
            try:
                connection.client.create_folder(name)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                if "[ALREADYEXISTS]" in str(error):  # RFC 5530: there, although the list does not show it
                    return name
                answer = answer or connection.scrubbed(error)
                continue
            try:
                connection.client.subscribe_folder(name)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                log.debug("folder not subscribed", extra={"folder": name})
            return name
    raise FilingRefused(f"{connection.server} 不能新建文件夹 {target}：{answer}", "请在网页邮箱中手工新建")
