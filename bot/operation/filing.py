"""What the bot does to mails on the server, and only when told to: mark as read, move into folders by outcome."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator

from bot.base.failpoints import reach
from bot.base.sections.servers import Mailbox
from bot.mailbox.errors import FilingRefused
from bot.mailbox.imap.mailbox import ImapMailbox
from bot.store import mails
from bot.store.database import Store
from bot.store.folders import cursor_of


def file_away(store: Store, settings: Mailbox, mailbox: ImapMailbox) -> list[str]:
    """Mark and move the worked-off mails of the main folder that were not filed yet; returns what was refused (Chinese): that stays unfiled and
    is tried again. ``ServerUnavailable`` passes through."""
    targets = {outcome: settings.move_to.folder_for(outcome) for outcome in type(settings.move_to).model_fields}
    if not settings.mark_seen and not any(targets.values()):
        return []
    cursor = cursor_of(store.db, settings.address, settings.folder)
    if cursor is None:
        return []
    validity = cursor.uidvalidity
    waiting = mails.unfiled(store.db, settings.address, settings.folder, validity)
    refused: list[str] = []
    if settings.mark_seen and waiting:
        with noted(refused):
            mailbox.mark_seen(settings.folder, [uid for uid, _ in waiting], validity)
    by_target: dict[str, list[int]] = defaultdict(list)
    for uid, outcome in waiting:
        by_target[targets.get(outcome, "")].append(uid)
    for target, uids in by_target.items():
        is_to_move, before = bool(target) and target != settings.folder, len(refused)
        if is_to_move:
            with noted(refused):
                mailbox.move(settings.folder, uids, target, validity)
        if len(refused) > before or (refused and not is_to_move):  # what was moved cannot be marked any more
            continue
        reach("filed")
        with store.transaction() as db:
            mails.set_filed(db, settings.address, settings.folder, validity, uids)
    return refused


@contextlib.contextmanager
def noted(refused: list[str]) -> Iterator[None]:
    try:
        yield
    except FilingRefused as fault:
        refused.append(str(fault))
